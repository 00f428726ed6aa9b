//! G2: settings that are not safe in production do not start, and name themselves.

use crate::node::rf;

const SECRET: &str = "token_secret='3fX9qLr7vT2bWm8YzKd5hJn1cPs6gAeU4oI0'\n";
const KEYS: &str = "credential_keys=['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=']\n";
const URL: &str = "public_url='https://rf.example'\n";

#[test]
fn what_is_not_safe_does_not_start() {
    let good = format!("{SECRET}{KEYS}{URL}");
    let with = |line: &str| format!("{good}{line}\n");
    let bad = [
        ("token_secret", URL.to_owned()),
        ("token_secret", format!("{URL}token_secret='short'")),
        ("token_secret", format!("{URL}token_secret='{}'", "changeme".repeat(8))),
        ("token_secret", format!("{URL}token_secret='{}'", "a".repeat(64))),
        ("public_url", format!("{SECRET}public_url='http://rf.example'")),
        ("public_url", format!("{SECRET}public_url='rf.example'")),
        ("public_url", format!("{SECRET}public_url='https://'")),
        ("public_url", format!("{SECRET}public_url='https://user:pw@rf.example'")),
        ("public_url", SECRET.to_owned()),
        ("cors_origins", with("cors_origins=['*']")),
        ("cors_origins", with("cors_origins=['http://app.example']")),
        ("cors_origins", with("cors_origins=['https://*.example']")),
        ("cors_origins", with("cors_origins=['https://app.example/path']")),
        ("cors_origins", with("cors_origins=['null']")),
        ("credential_keys", format!("{SECRET}{URL}")),
        ("psa_simulator", with("psa_simulator='127.0.0.1:8025'")),
        ("demo", with("demo=true")),
        ("bcrypt_cost", with("bcrypt_cost=10")),
        ("session_idle_minutes_default", with("session_idle_minutes_default=1")),
        ("trusted_proxies", with("trusted_proxies=['everybody']")),
        ("sign_in_per_minute", with("sign_in_per_minute=0")),
    ];
    for (setting, file) in &bad {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("resolutionflow.toml");
        std::fs::write(&path, format!("environment='production'\n{file}")).unwrap();
        let mut command =
            rf(dir.path(), &["--config", path.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"]);
        for name in ["RESOLUTIONFLOW_BCRYPT_COST", "RESOLUTIONFLOW_SIGN_IN_PER_MINUTE"] {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{file} starts");
        assert!(said.contains(setting), "{setting} is not named for {file}: {said}");
        assert!(output.stdout.is_empty(), "{file} listens");
        let files = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(files, 1, "{file}: nothing but the configuration is there");
    }
    println!("G2: {} unsafe configurations, {} refused by name", bad.len(), bad.len());
}
