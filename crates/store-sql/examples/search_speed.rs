//! How long a search takes in a library of 10,000 flows on SQLite:
//! `cargo run --release -p rf-store-sql --example search_speed`.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement, run by hand")]

use std::time::{Duration, Instant};

use rf_kernel::Page;
use rf_store_conformance::{
    fixtures::{self as fx, Tenant},
    testdb,
};
use rf_store_sql::{SqlOptions, SqlStore};
use rf_trees::{Structure, TreeFilter, TreeSort};

const FLOWS: usize = 10_000;
const TOPICS: [&str; 16] = [
    "outlook",
    "printer",
    "vpn",
    "teams",
    "sharepoint",
    "onedrive",
    "router",
    "firewall",
    "backup",
    "exchange",
    "citrix",
    "laptop",
    "scanner",
    "account",
    "licence",
    "phone",
];
const TROUBLES: [&str; 12] = [
    "offline",
    "slow",
    "locked",
    "crashes",
    "missing",
    "denied",
    "syncing",
    "frozen",
    "expired",
    "full",
    "disconnected",
    "rejected",
];

/// Pseudo-words, so that the vocabulary is as large as a real one.
fn word(mut seed: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "con", "der", "fi", "gra", "lo", "men", "net", "or", "pro", "ri", "sta", "ti", "ul", "ver",
        "ze",
    ];
    let mut word = String::new();
    for _ in 0..3 {
        word.push_str(SYLLABLES[seed % 16]);
        seed /= 16;
    }
    word
}

#[tokio::main]
async fn main() {
    let db = testdb::sqlite();
    let store = SqlStore::connect(&SqlOptions::new(&db.url)).await.unwrap();
    store.migrate().await.unwrap();
    let tenant = Tenant::keep(&store).await;
    let begun = Instant::now();
    for batch in 0..FLOWS / 500 {
        let mut unit = tenant.write(&store).await;
        for number in batch * 500..(batch + 1) * 500 {
            let (topic, trouble) = (TOPICS[number % 16], TROUBLES[number / 16 % 12]);
            let mut tree = fx::tree(&tenant, &format!("{topic} {trouble} {}", word(number)));
            tree.content.category = Some(TOPICS[number / 7 % 16].into());
            tree.content.tags = vec![trouble.into(), word(number / 3)];
            tree.content.description =
                Some((0..20).map(|n| word(number * 31 + n * 97) + " ").collect::<String>());
            if let Structure::Graph(graph) = &mut tree.content.structure {
                for step in 0..20 {
                    let mut node = graph.nodes[0].clone();
                    node.id = format!("n{step}");
                    node.title =
                        format!("Look at the {} of the {}", word(number * 7 + step), TOPICS[step % 16]);
                    graph.nodes.push(node);
                }
            }
            unit.insert_tree(&tree).await.unwrap();
        }
        unit.commit().await.unwrap();
    }
    println!("{FLOWS} flows kept in {:.1?}", begun.elapsed());
    for question in [
        "outlook",
        "outlok",
        "printing",
        "firewall denied",
        "conderfi",
        "condrfi",
        "ba",
        "outlook offline printer",
        "denied/full",
        "nothingatall",
    ] {
        let filter = TreeFilter {
            search: question.split_whitespace().map(str::to_owned).collect(),
            sort: TreeSort::Relevance,
            ..TreeFilter::default()
        };
        let mut times: Vec<Duration> = Vec::new();
        let mut total = 0;
        for _ in 0..9 {
            let begun = Instant::now();
            let mut unit = tenant.read(&store).await;
            (_, total) = unit.list_trees(tenant.id(), &filter, Page { skip: 0, limit: 25 }).await.unwrap();
            times.push(begun.elapsed());
        }
        times.sort();
        println!("{question:>28}: {total:>6} found, median {:.1?}, worst {:.1?}", times[4], times[8]);
    }
}
