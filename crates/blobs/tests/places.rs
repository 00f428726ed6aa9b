//! The same rules for memory, a folder, and a bucket that speaks the wire of S3.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a panic is a failed test, and the bucket ends with it"
)]

mod bucket;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use bucket::Bucket;
use rf_blobs::{Blobs, S3Settings};
use rf_kernel::{AccountId, UploadId};
use rf_uploads::BlobStore;

const ACCOUNT: u128 = 0x0192_0000_0000_7000_8000_0000_0000_0001;

fn account(number: u128) -> AccountId {
    AccountId(uuid::Uuid::from_u128(ACCOUNT + number))
}

fn file(number: u128) -> UploadId {
    UploadId(uuid::Uuid::from_u128(ACCOUNT + 100 + number))
}

/// What is put is there until it is deleted, each account's apart.
async fn keeps_bytes(blobs: &dyn BlobStore) {
    assert_eq!(blobs.list().await.unwrap(), []);
    assert_eq!(blobs.get(account(0), file(0)).await.unwrap(), None);
    blobs.put(account(0), file(0), b"one \0 \xff".to_vec()).await.unwrap();
    blobs.put(account(1), file(1), vec![7; 300_000]).await.unwrap();
    assert_eq!(blobs.get(account(0), file(0)).await.unwrap().unwrap(), b"one \0 \xff");
    assert_eq!(blobs.get(account(1), file(1)).await.unwrap().unwrap().len(), 300_000);
    assert_eq!(blobs.get(account(1), file(0)).await.unwrap(), None, "another account's");
    let mut there = blobs.list().await.unwrap();
    there.sort_by_key(|blob| blob.id);
    let places: Vec<_> = there.iter().map(|blob| (blob.account_id, blob.id)).collect();
    assert_eq!(places, [(account(0), file(0)), (account(1), file(1))]);
    assert!(there.iter().all(|blob| blob.written_at.unix() > 1_700_000_000));
    blobs.delete(account(0), file(0)).await.unwrap();
    blobs.delete(account(0), file(0)).await.unwrap();
    assert_eq!(blobs.get(account(0), file(0)).await.unwrap(), None);
    assert_eq!(blobs.list().await.unwrap().len(), 1);
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.path().display().to_string());
        }
    }
    found
}

#[tokio::test]
async fn memory_keeps_bytes() {
    keeps_bytes(&Blobs::in_memory()).await;
}

#[tokio::test]
async fn a_folder_keeps_bytes_and_nobody_else_reads_them() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("with a space ü/uploads");
    let blobs = Blobs::in_folder(&folder).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    keeps_bytes(&blobs).await;
    let left = folder.join(account(1).to_string()).join(file(1).to_string());
    assert_eq!(files_below(dir.path()), [left.display().to_string()]);
    // What somebody else put there is none of ours.
    fs::write(folder.join("notes.txt"), b"x").unwrap();
    assert_eq!(blobs.list().await.unwrap().len(), 1);
    // And another server over the same folder reads it.
    let again = Blobs::in_folder(&folder).unwrap();
    assert!(again.get(account(1), file(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_told_when_somebody_needs_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), b"x").unwrap();
    let blobs = Blobs::in_folder(&dir.path().join("file/uploads")).unwrap();
    let error = blobs.put(account(0), file(0), vec![1]).await.unwrap_err();
    assert!(error.to_string().contains("file/uploads"), "{error}");
}

#[tokio::test]
async fn a_bucket_keeps_bytes_below_its_folder() {
    let bucket = Bucket::start().await;
    let blobs = Blobs::in_bucket(&settings(&bucket, "s3://files/desk/one")).unwrap();
    keeps_bytes(&blobs).await;
    let seen = bucket.seen();
    let expected = format!("PUT /files/desk/one/{}/{}", account(0), file(0));
    assert!(seen.iter().any(|(line, _)| *line == expected), "{seen:?}");
    for (line, authorization) in seen {
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=key-id/"), "{line}: {authorization}");
        assert!(authorization.contains("/eu-central-1/s3/aws4_request"), "{authorization}");
        assert!(!authorization.contains("s3cret"), "the key itself never travels");
    }
}

#[tokio::test]
async fn a_bucket_that_fails_is_asked_again_and_then_it_is_told() {
    let bucket = Bucket::start().await;
    let blobs = Blobs::in_bucket(&settings(&bucket, "s3://files")).unwrap();
    bucket.fail_next(1);
    blobs.put(account(0), file(0), vec![1]).await.unwrap();
    bucket.fail_next(100);
    let error = blobs.get(account(0), file(0)).await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    bucket.fail_next(0);
    assert_eq!(blobs.get(account(0), file(0)).await.unwrap(), Some(vec![1]));
}

#[test]
fn what_is_no_bucket_is_refused() {
    for url in ["https://files.example/", "file:///tmp"] {
        let settings = S3Settings {
            url: url.parse().unwrap(),
            region: "r".into(),
            endpoint: None,
            key_id: "k".into(),
            secret: "s".into(),
        };
        assert!(Blobs::in_bucket(&settings).unwrap_err().to_string().contains("s3://bucket"), "{url}");
    }
}

fn settings(bucket: &Bucket, url: &str) -> S3Settings {
    S3Settings {
        url: url.parse().unwrap(),
        region: "eu-central-1".into(),
        endpoint: Some(bucket.address()),
        key_id: "key-id".into(),
        secret: "s3cret".into(),
    }
}
