//! R15: a migration may be killed, and run by several at once.

use std::{path::Path, process::Stdio, thread, time::Duration};

use sqlx::Connection;

use crate::{
    node::{rf, run},
    size,
};

/// The schema and the list of migrations, as text.
fn schema(data: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", data.join("resolutionflow.sqlite").display());
        let mut db = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let sql = "SELECT coalesce(sql, name) FROM sqlite_master UNION ALL SELECT version FROM seaql_migrations ORDER BY 1";
        sqlx::query_scalar(sql).fetch_all(&mut db).await.unwrap()
    })
}

#[test]
fn a_killed_migration_is_begun_again_and_three_at_once_end_it() {
    let kills = size("PROOF_MIGRATION_KILLS", 12);
    let whole = tempfile::tempdir().unwrap();
    assert!(run(whole.path(), &["migrate"]).status.success());
    let expected = schema(whole.path());
    let mut in_the_midst = 0;
    for kill in 0..kills {
        let dir = tempfile::tempdir().unwrap();
        let mut first =
            rf(dir.path(), &["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // From before the file is there to after the last table: wherever it is, the end is the same.
        let file = dir.path().join("resolutionflow.sqlite");
        while kill % 3 > 0 && !file.exists() && first.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(u64::try_from(kill % 20).unwrap() * 2));
        in_the_midst += usize::from(first.try_wait().unwrap().is_none());
        first.kill().unwrap();
        first.wait().unwrap();
        let both = [(); 3].map(|()| {
            rf(dir.path(), &["migrate"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        });
        for one in both {
            let output = one.wait_with_output().unwrap();
            assert!(output.status.success(), "kill {kill}: {}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(schema(dir.path()), expected, "kill {kill}");
    }
    assert!(in_the_midst > 0, "no migration was killed before its end");
    println!(
        "R15: {kills} migrations, {in_the_midst} killed before their end, each ended by three at once, same schema"
    );
}
