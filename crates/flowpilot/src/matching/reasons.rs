//! Why a flow was found, in words for people.

use super::{
    confidence::Features,
    index::{FlowIndex, Known, Places},
    rank::Earned,
    words::words,
};
use crate::{Domain, Reading};

/// Words quoted in one reason, and earning less than this part of the best one's points is no reason.
const QUOTED: usize = 3;
const LEAST: f32 = 0.15;

/// The reasons, the weightiest first.
pub(super) fn reasons(
    index: &FlowIndex,
    reading: &Reading,
    flow: &Known,
    earned: &[Earned<'_>],
    features: &Features,
) -> Vec<String> {
    let mut reasons = Vec::new();
    let least = earned.first().map_or(0.0, |best| best.points * LEAST);
    let telling: Vec<&Earned<'_>> = earned.iter().filter(|earned| earned.points >= least).collect();
    let name = words(&flow.name);
    let in_name = telling.iter().filter(|earned| earned.places.has(Places::NAME)).filter_map(|earned| {
        let word = name.iter().find(|word| index.term(&word.term) == Some(earned.term))?;
        Some(word.surface.as_str())
    });
    if let Some(said) = quoted(in_name) {
        reasons.push(format!("its name says {said}"));
    }
    for (place, told) in
        [(Places::LABEL, "its labels"), (Places::DESCRIPTION, "what it is for"), (0, "its steps")]
    {
        let here = telling.iter().filter(|earned| {
            let others = [Places::NAME, Places::LABEL, Places::DESCRIPTION];
            let first = others.into_iter().find(|place| earned.places.has(*place)).unwrap_or(0);
            first == place
        });
        if let Some(said) = quoted(here.filter_map(|earned| earned.asked.surface.as_deref())) {
            let fit = if said.contains("” and “") { "fit" } else { "fits" };
            reasons.push(format!("the ticket's {said} {fit} {told}"));
        }
    }
    for earned in &telling {
        if let (Some(surface), Some(meant)) = (&earned.asked.surface, &earned.asked.meant) {
            reasons.push(format!("“{surface}” was read as “{meant}”"));
        }
    }
    let known = |code: &str| index.signatures.get(code).is_some_and(|flows| flows.contains(&flow.position));
    for signature in reading.signatures.iter().filter(|signature| known(&signature.code)).take(QUOTED) {
        let meaning = signature.meaning.map(|meaning| format!(" ({meaning})")).unwrap_or_default();
        reasons.push(format!("it knows the error {}{meaning}", signature.code));
    }
    if flow.shares_domain(reading) {
        reasons.push(format!("it is about {}, as the ticket is", in_words(reading.domain)));
    }
    if features.is_close() {
        reasons.push("another flow fits about as well".to_owned());
    }
    reasons
}

/// “a”, “b” and “c”; each once.
fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut once: Vec<&str> = Vec::new();
    for word in words {
        if once.len() < QUOTED && !once.contains(&word) {
            once.push(word);
        }
    }
    let quoted: Vec<String> = once.iter().map(|word| format!("“{word}”")).collect();
    match quoted.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
    }
}

const fn in_words(domain: Domain) -> &'static str {
    match domain {
        Domain::ActiveDirectory => "Active Directory",
        Domain::Networking => "the network",
        Domain::M365 => "Microsoft 365",
        Domain::Hardware => "hardware",
        Domain::Windows => "Windows",
        Domain::Servers => "servers",
        Domain::Printing => "printing",
        Domain::FileServices => "shares and drives",
        Domain::Backup => "backup",
        Domain::Security => "security",
        Domain::RemoteAccess => "remote access",
        Domain::Unknown => "the same",
    }
}
