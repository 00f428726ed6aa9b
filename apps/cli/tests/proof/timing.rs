//! L2: how long an answer takes says nothing about whom it is about. Samples of all classes are taken in turn, so that what
//! the machine does besides falls on all alike.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    node::{Node, SERVE, request, rf},
    size,
};

/// The largest gap between the medians of two classes, as a part of the smaller.
const GAP: f64 = 0.05;
/// The largest value of Welch's t between two classes.
const WELCH: f64 = 4.5;
/// Below this value of t, a gap between medians is the noise of a busy machine and not theirs.
const NOISE: f64 = 2.0;

/// A class of requests that must not be told from the others at its address.
struct Class {
    who: &'static str,
    body: Value,
    seconds: Vec<f64>,
}

fn classes(bodies: &[(&'static str, Value)]) -> Vec<Class> {
    bodies.iter().map(|(who, body)| Class { who, body: body.clone(), seconds: Vec::new() }).collect()
}

fn mean_and_variance(samples: &[f64]) -> (f64, f64) {
    let count = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / count;
    (mean, samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (count - 1.0))
}

/// Welch's t of two samples.
fn welch(a: &[f64], b: &[f64]) -> f64 {
    let ((mean_a, variance_a), (mean_b, variance_b)) = (mean_and_variance(a), mean_and_variance(b));
    (mean_a - mean_b).abs() / (variance_a / a.len() as f64 + variance_b / b.len() as f64).sqrt()
}

#[test]
#[ignore = "takes an hour: scripts/weekly runs it"]
fn time_tells_nothing() {
    let samples = size("PROOF_TIMING_SAMPLES", 2_000);
    let dir = tempfile::tempdir().unwrap();
    // What a password costs is most of a sign-in, as it is in earnest.
    let node =
        Node::start_by(rf(dir.path(), &SERVE).env("RESOLUTIONFLOW_BCRYPT_COST", "8").stderr(Stdio::null()));
    let owner = node.sign_in_as("olivia@northwind.example");
    let (_, members) = node.get("/api/v1/accounts/me/people?limit=100", &owner);
    let people = members["items"].as_array().or_else(|| members.as_array()).expect("people");
    let vic = people.iter().find(|person| person["email"] == "vic@northwind.example").expect("Vic");
    let path = format!("/api/v1/accounts/me/people/{}", vic["id"].as_str().unwrap());
    let off = request(node.address, "PATCH", &path, Some(&owner), None, Some(&json!({ "is_active": false })));
    assert_eq!(off.unwrap().0, 200);
    let login = |email: &str| json!({ "email": email, "password": "not the password" });
    let mut addresses = [
        (
            "/api/v1/auth/login/json",
            401,
            classes(&[
                ("unknown", login("nobody@northwind.example")),
                ("known", login("eli@northwind.example")),
                ("deactivated", login("vic@northwind.example")),
            ]),
        ),
        (
            "/api/v1/auth/password/forgot",
            202,
            classes(&[
                ("unknown", json!({ "email": "nobody@northwind.example" })),
                ("known", json!({ "email": "eli@northwind.example" })),
                ("deactivated", json!({ "email": "vic@northwind.example" })),
            ]),
        ),
    ];
    for (path, status, classes) in &mut addresses {
        // The first ones find caches cold.
        for round in 0..samples + 20 {
            for class in classes.iter_mut() {
                let asked = Instant::now();
                let (answered, body) =
                    request(node.address, "POST", path, None, None, Some(&class.body)).unwrap();
                let took = asked.elapsed();
                assert_eq!(answered, *status, "{path} of one {}: {body}", class.who);
                if round >= 20 {
                    class.seconds.push(took.as_secs_f64());
                }
            }
        }
        for class in classes.iter_mut() {
            class.seconds.sort_by(f64::total_cmp);
            // The slowest twentieth is the machine's, whichever class it meets.
            class.seconds.truncate(samples - samples / 20);
        }
        let median = |class: &Class| class.seconds[class.seconds.len() / 2];
        for (at, a) in classes.iter().enumerate() {
            for b in &classes[at + 1..] {
                let gap = (median(a) - median(b)).abs() / median(a).min(median(b));
                let t = welch(&a.seconds, &b.seconds);
                println!(
                    "L2: {path}, {} against {}: {samples} samples each, medians {:?} and {:?}, gap {:.1} %, t {t:.2}",
                    a.who,
                    b.who,
                    Duration::from_secs_f64(median(a)),
                    Duration::from_secs_f64(median(b)),
                    100.0 * gap
                );
                let told_apart = t >= WELCH || (gap > GAP && t > NOISE);
                assert!(!told_apart, "{path}: {} can be told from {}", a.who, b.who);
            }
        }
    }
}

#[test]
fn what_differs_is_told_apart() {
    let noise =
        |shift: f64| -> Vec<f64> { (0..500).map(|n| f64::from(n * 37 % 101) / 100.0 + shift).collect() };
    assert!(welch(&noise(0.0), &noise(0.0)) < 0.1);
    assert!(welch(&noise(0.0), &noise(0.2)) > WELCH);
}
