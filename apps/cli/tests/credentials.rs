//! `rf admin rewrap`: the key that seals credentials is exchanged, and the old one is not needed any more (promise I11).
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{fs, process::Command};

use rf_vault::{Place, Vault};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sqlx::Connection;
use uuid::Uuid;

/// More than two batches.
const PEOPLE: u128 = 230;

/// An installation with sealed rows, under keys that are exchanged.
struct Installation {
    dir: tempfile::TempDir,
}

impl Installation {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn run(&self, keys: &[&SecretString], arguments: &[&str]) -> (bool, Value) {
        let data = self.dir.path().join("data");
        let keys: Vec<_> = keys.iter().map(|key| format!("'{}'", key.expose_secret())).collect();
        let config = self.dir.path().join("resolutionflow.toml");
        let settings = format!(
            "data_dir = '{}'\nlisten = '127.0.0.1:0'\ncredential_keys = [{}]\n",
            data.display(),
            keys.join(", ")
        );
        fs::write(&config, settings).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_rf"))
            .args(["--json", "--config", config.to_str().unwrap()])
            .args(arguments)
            .env_remove("DATABASE_URL")
            .env_remove("ADMIN_DATABASE_URL")
            .output()
            .unwrap();
        let said = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.success(), said)
    }

    async fn database(&self) -> sqlx::SqliteConnection {
        let file = self.dir.path().join("data/resolutionflow.sqlite");
        sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap()
    }

    /// People with second factors, sealed with that key.
    async fn fill(&self, key: &SecretString) {
        let vault = Vault::new(std::slice::from_ref(key)).unwrap();
        let account = Uuid::from_u128(1);
        let mut db = self.database().await;
        sqlx::query("INSERT INTO accounts (id, name, created_at) VALUES (?, 'North', 0)")
            .bind(account)
            .execute(&mut db)
            .await
            .unwrap();
        for number in 0..PEOPLE {
            let user = Uuid::from_u128(100 + number);
            sqlx::query(
                "INSERT INTO users (id, account_id, email, name, role, is_super_admin, is_active, created_at)
                 VALUES (?, ?, ?, 'Eli', 'engineer', 0, 1, 0)",
            )
            .bind(user)
            .bind(account)
            .bind(format!("eli{number}@example.test"))
            .execute(&mut db)
            .await
            .unwrap();
            let place = Place { account_id: account.into(), record_id: user };
            let sealed = vault.seal(place, &format!("secret {number}").into()).unwrap();
            sqlx::query(
                "INSERT INTO second_factors (user_id, account_id, sealed, last_step, recovery, tries, tries_from, created_at, revision)
                 VALUES (?, ?, ?, 0, '[]', 0, 0, 0, 0)",
            )
            .bind(user)
            .bind(account)
            .bind(sealed.as_str().to_owned())
            .execute(&mut db)
            .await
            .unwrap();
        }
        db.close().await.unwrap();
    }

    /// Every secret as it opens with that key alone.
    async fn opens_with(&self, key: &SecretString) {
        let vault = Vault::new(std::slice::from_ref(key)).unwrap();
        let mut db = self.database().await;
        let rows: Vec<(Uuid, Uuid, String)> =
            sqlx::query_as("SELECT account_id, user_id, sealed FROM second_factors ORDER BY user_id")
                .fetch_all(&mut db)
                .await
                .unwrap();
        assert_eq!(rows.len() as u128, PEOPLE);
        for (number, (account, user, sealed)) in rows.into_iter().enumerate() {
            let place = Place { account_id: account.into(), record_id: user };
            let secret = vault.open(place, &rf_vault::Sealed::from_stored(sealed)).unwrap();
            assert_eq!(secret.expose_secret(), format!("secret {number}"));
        }
        db.close().await.unwrap();
    }

    /// What the doctor says of credentials.
    fn diagnosis(&self, keys: &[&SecretString]) -> Value {
        let (_, said) = self.run(keys, &["doctor"]);
        let findings = said["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["what"] == "credentials").unwrap().clone()
    }
}

#[tokio::test]
async fn the_key_is_exchanged_and_the_old_one_taken_away() {
    let (old, new) = (Vault::generate_key(), Vault::generate_key());
    let installation = Installation::new();
    assert!(installation.run(&[&old], &["admin", "rewrap"]).0, "there is nothing to do yet");
    installation.fill(&old).await;
    let count = |said: &Value| {
        let kinds = said["sealed"].as_array().unwrap();
        let factors = kinds.iter().find(|kind| kind["kind"] == "second_factor").unwrap().clone();
        (
            factors["rewrapped"].clone(),
            factors["newest"].clone(),
            factors["unreadable"].as_array().unwrap().len(),
        )
    };

    // The new key alone opens nothing: it is said, and nothing is touched.
    let fault = installation.diagnosis(&[&new]);
    assert_eq!(
        (&fault["is_fault"], fault["text"].as_str().unwrap().contains("230 second factors")),
        (&true.into(), true)
    );
    let (well, said) = installation.run(&[&new], &["admin", "rewrap"]);
    assert_eq!((well, count(&said)), (false, (0.into(), 0.into(), 230)));
    installation.opens_with(&old).await;

    let warning = installation.diagnosis(&[&new, &old]);
    assert_eq!((&warning["is_fault"], &warning["is_warning"]), (&false.into(), &true.into()));
    assert!(warning["text"].as_str().unwrap().contains("rf admin rewrap"), "{warning}");

    // Killed after some: what it did stays, and another run goes on.
    let mut db = installation.database().await;
    let some: Vec<(Uuid, Uuid, String)> =
        sqlx::query_as("SELECT account_id, user_id, sealed FROM second_factors ORDER BY user_id LIMIT 30")
            .fetch_all(&mut db)
            .await
            .unwrap();
    let both = Vault::new(&[new.clone(), old.clone()]).unwrap();
    for (account, user, sealed) in some {
        let place = Place { account_id: account.into(), record_id: user };
        let again = both.rewrap(place, &rf_vault::Sealed::from_stored(sealed)).unwrap().unwrap();
        sqlx::query("UPDATE second_factors SET sealed = ? WHERE user_id = ?")
            .bind(again.as_str().to_owned())
            .bind(user)
            .execute(&mut db)
            .await
            .unwrap();
    }
    db.close().await.unwrap();
    let (well, said) = installation.run(&[&new, &old], &["admin", "rewrap"]);
    assert_eq!((well, count(&said)), (true, (200.into(), 30.into(), 0)));
    assert_eq!(said["complete"], true);
    let (well, said) = installation.run(&[&new, &old], &["admin", "rewrap"]);
    assert_eq!((well, count(&said)), (true, (0.into(), 230.into(), 0)));

    // Without the old key.
    installation.opens_with(&new).await;
    let fine = installation.diagnosis(&[&new]);
    assert_eq!((&fine["is_fault"], &fine["is_warning"]), (&false.into(), &false.into()));
    // It is in the site's log, once: where nothing was done nothing is told.
    let mut db = installation.database().await;
    let told: Vec<(String,)> =
        sqlx::query_as("SELECT payload FROM audit_log WHERE action = 'site.credentials_rewrapped'")
            .fetch_all(&mut db)
            .await
            .unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].0.contains("200") && !told[0].0.contains("secret"), "{told:?}");
}
