//! Vectors of texts: deterministic, and close where texts mean the same in words of a short list.

use sha2::{Digest, Sha256};

/// Numbers of a vector.
const LENGTH: usize = 256;
/// What a meaning counts, beside 1 for a word.
const MEANING: f32 = 4.0;

/// What words mean; each line is one meaning.
const MEANINGS: [&[&str]; 8] = [
    &[
        "offboard",
        "offboarding",
        "leaver",
        "leavers",
        "leaving",
        "leaves",
        "go",
        "dismissed",
        "fired",
        "terminated",
        "quit",
        "farewell",
    ],
    &["onboard", "onboarding", "starter", "joins", "hire", "newcomer"],
    &["printer", "print", "prints", "printing", "paper", "toner"],
    &["vpn", "tunnel", "remote"],
    &["slow", "crawls", "sluggish", "takes", "forever"],
    &["password", "locked", "lockout", "login", "credentials"],
    &["backup", "restore", "snapshot"],
    &["phishing", "scam", "fraudulent", "hoax"],
];

/// Words that mean nothing by themselves.
const EMPTY: [&str; 16] =
    ["the", "a", "an", "is", "it", "of", "to", "in", "and", "or", "that", "this", "we", "let", "for", "on"];

pub(super) fn of(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; LENGTH];
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if EMPTY.contains(&word) {
            continue;
        }
        if let Some(meaning) = MEANINGS.iter().position(|words| words.contains(&word)) {
            // Said once or often, it means the same.
            vector[meaning] = MEANING;
        } else {
            let digest = Sha256::digest(word);
            let place = MEANINGS.len() + usize::from(digest[0]) % (LENGTH - MEANINGS.len());
            vector[place] += 1.0;
        }
    }
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        for number in &mut vector {
            *number /= length;
        }
    } else {
        // A text of no words is like no other.
        vector[LENGTH - 1] = 1.0;
    }
    vector
}
