//! Promise R16 on SQLite: a backup holds every acknowledged write, and only a sound one is restored.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use rf_accounts::Account;
use rf_kernel::{AccountId, Timestamp};
use rf_store::{Access, Store};
use rf_store_sql::{BackupError, SqlOptions, SqlStore, backup_sqlite, restore_sqlite};
use uuid::Uuid;

fn at() -> Timestamp {
    Timestamp::from_unix(1_795_442_400).unwrap()
}

fn account(number: u32) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(u128::from(number) + 1)),
        name: format!("Account {number}"),
        session_idle_minutes: None,
        session_absolute_minutes: None,
        requires_second_factor: false,
        created_at: at(),
    }
}

async fn open(path: &Path) -> SqlStore {
    let store = SqlStore::connect(&SqlOptions::new(format!("sqlite://{}", path.display()))).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn write(store: &SqlStore, number: u32) {
    let mut unit = store.begin(Access::system_write()).await.unwrap();
    unit.insert_account(&account(number)).await.unwrap();
    unit.commit().await.unwrap();
}

async fn has(store: &SqlStore, number: u32) -> bool {
    let mut unit = store.begin(Access::system_read()).await.unwrap();
    unit.account_by_id(account(number).id).await.unwrap().is_some()
}

struct Place {
    _dir: tempfile::TempDir,
    database: PathBuf,
    backup: PathBuf,
    restored: PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name);
    Place {
        database: file("rf.sqlite"),
        backup: file("rf.backup"),
        restored: file("other/rf.sqlite"),
        _dir: dir,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_acknowledged_before_a_backup_under_load_is_restored() {
    let place = place();
    let store = open(&place.database).await;
    let (acknowledged, stop) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let writer = async {
        let mut number = 0;
        while !stop.load(Ordering::SeqCst) {
            write(&store, number).await;
            number += 1;
            acknowledged.store(number, Ordering::SeqCst);
        }
        number
    };
    let backup = async {
        while acknowledged.load(Ordering::SeqCst) < 20 {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.load(Ordering::SeqCst);
        let manifest = backup_sqlite(&place.database, &place.backup, at()).await.unwrap();
        stop.store(true, Ordering::SeqCst);
        (before, manifest)
    };
    let (written, (before, manifest)) = tokio::join!(writer, backup);
    println!("{written} rows written, {before} acknowledged before the backup of {} bytes", manifest.bytes);

    assert_eq!(restore_sqlite(&place.backup, &place.restored).await.unwrap(), manifest);
    let restored = open(&place.restored).await;
    for number in 0..before {
        assert!(has(&restored, number).await, "row {number} of {before} is missing");
    }
    write(&restored, 1_000_000).await;
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let place = place();
    let store = open(&place.database).await;
    write(&store, 0).await;
    backup_sqlite(&place.database, &place.backup, at()).await.unwrap();
    let again = backup_sqlite(&place.database, &place.backup, at()).await;
    assert!(matches!(again, Err(BackupError::Exists(_))), "{again:?}");
    let over = restore_sqlite(&place.backup, &place.database).await;
    assert!(matches!(over, Err(BackupError::Exists(_))), "{over:?}");
    assert!(has(&store, 0).await);
}

#[tokio::test]
async fn a_backup_that_is_not_sound_is_refused_by_name() {
    let place = place();
    let store = open(&place.database).await;
    write(&store, 0).await;
    backup_sqlite(&place.database, &place.backup, at()).await.unwrap();
    let manifest = PathBuf::from(format!("{}.json", place.backup.display()));
    let (good_copy, good_manifest) =
        (fs::read(&place.backup).unwrap(), fs::read_to_string(&manifest).unwrap());

    let mut bytes = good_copy.clone();
    bytes[5_000] ^= 1;
    fs::write(&place.backup, bytes).unwrap();
    let damaged = restore_sqlite(&place.backup, &place.restored).await;
    assert!(matches!(damaged, Err(BackupError::Damaged(_))), "{damaged:?}");
    fs::write(&place.backup, good_copy).unwrap();

    fs::write(&manifest, good_manifest.replace("m2026", "m9999")).unwrap();
    let newer = restore_sqlite(&place.backup, &place.restored).await;
    assert!(matches!(newer, Err(BackupError::Newer(..))), "{newer:?}");

    fs::remove_file(&manifest).unwrap();
    let alone = restore_sqlite(&place.backup, &place.restored).await;
    assert!(matches!(alone, Err(BackupError::NoManifest(..))), "{alone:?}");
    assert!(!place.restored.exists());
}

#[tokio::test]
async fn a_backup_of_nothing_leaves_nothing() {
    let place = place();
    let failed = backup_sqlite(&place.database, &place.backup, at()).await;
    assert!(matches!(failed, Err(BackupError::Database(..))), "{failed:?}");
    assert!(!place.backup.exists() && !place.database.exists());
}
