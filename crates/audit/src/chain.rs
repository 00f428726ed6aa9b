//! The chain: each entry carries a digest of itself and of the entry before it, so that an entry changed, taken
//! out or put in later shows. A chain whose oldest entries were pruned goes on from its anchor, the digest of the
//! last entry that went.

use std::{fmt, str::FromStr};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::AuditEntry;

/// Keeps these digests apart from any other use of the hash; the number grows when what is hashed changes.
const DOMAIN: &[u8] = b"resolutionflow audit 1";

/// A link of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// What the first entry of a chain follows.
    pub const START: Self = Self([0; 32]);
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no digest.
#[derive(Debug, thiserror::Error)]
#[error("not a SHA-256 in hexadecimal digits")]
pub struct NotAHash;

impl FromStr for ChainHash {
    type Err = NotAHash;
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(NotAHash);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(bytes))
    }
}

/// An entry with its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainedEntry {
    /// Counts from 1 without gaps.
    pub seq: i64,
    /// [`link`] of the entry before and this one.
    pub hash: ChainHash,
    /// The entry.
    pub entry: AuditEntry,
}

/// How an account's chain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditChain {
    /// The newest entry's number; 0 before the first.
    pub seq: i64,
    /// The newest entry's digest.
    pub hash: ChainHash,
    /// The number of the last entry that was pruned; 0 when none was.
    pub anchor_seq: i64,
    /// Its digest: what the oldest kept entry follows.
    pub anchor_hash: ChainHash,
    /// How many days entries are kept; `None` = for ever.
    pub retention_days: Option<i64>,
}

impl AuditChain {
    /// Nothing happened yet.
    pub const EMPTY: Self = Self {
        seq: 0,
        hash: ChainHash::START,
        anchor_seq: 0,
        anchor_hash: ChainHash::START,
        retention_days: None,
    };

    /// The chain with one more entry, and that entry's place in it.
    #[must_use]
    pub fn append(&self, entry: AuditEntry) -> (Self, ChainedEntry) {
        let seq = self.seq + 1;
        let hash = link(self.hash, seq, &entry);
        (Self { seq, hash, ..self.clone() }, ChainedEntry { seq, hash, entry })
    }
}

/// The digest of an entry that follows `previous`. Every field counts, each with its length, so that no two
/// entries spell the same bytes.
#[must_use]
pub fn link(previous: ChainHash, seq: i64, entry: &AuditEntry) -> ChainHash {
    let mut digest = Sha256::new();
    let mut field = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    field(DOMAIN);
    field(&previous.0);
    field(&seq.to_be_bytes());
    field(entry.id.uuid().as_bytes());
    field(entry.account_id.uuid().as_bytes());
    // An id that is not there has no bytes; the nil UUID has sixteen.
    field(entry.actor_id.map(|id| id.uuid().into_bytes()).as_ref().map_or(&[][..], |bytes| bytes));
    field(entry.action.as_bytes());
    field(entry.target_kind.as_bytes());
    field(entry.target_id.map(uuid::Uuid::into_bytes).as_ref().map_or(&[][..], |bytes| bytes));
    field(canonical(&entry.payload).as_bytes());
    field(entry.request_id.uuid().as_bytes());
    field(&entry.at.utc().timestamp_micros().to_be_bytes());
    ChainHash(digest.finalize().into())
}

/// JSON with its names in order: however a value was built or kept, it has one text.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut names: Vec<_> = object.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            let parts = names
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

/// Where a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// An entry's digest is not the one its fields and the entry before give.
    #[error("entry {0} was changed, or the one before it was")]
    Changed(i64),
    /// Entries are gone from the middle.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// An entry stands where none can: before the anchor, after the end, or twice.
    #[error("entry {0} was not written by the product")]
    Foreign(i64),
    /// The newest entries are gone, or the chain's end was changed.
    #[error("the newest entries are missing: the chain ends at {expected}, the log at {found}")]
    CutOff {
        /// What the chain says.
        expected: i64,
        /// The last entry there is.
        found: i64,
    },
}

/// A check in the making: entries go in by their number, from the oldest on.
#[derive(Debug)]
pub struct ChainCheck {
    chain: AuditChain,
    seq: i64,
    hash: ChainHash,
}

impl ChainCheck {
    /// Begins at the chain's anchor.
    #[must_use]
    pub fn new(chain: AuditChain) -> Self {
        Self { seq: chain.anchor_seq, hash: chain.anchor_hash, chain }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// The first fault; the rest of the chain says nothing then.
    pub fn entry(&mut self, chained: &ChainedEntry) -> Result<(), ChainFault> {
        let expected = self.seq + 1;
        if chained.seq < expected || chained.seq > self.chain.seq {
            return Err(ChainFault::Foreign(chained.seq));
        }
        if chained.seq > expected {
            return Err(ChainFault::Missing(expected));
        }
        if link(self.hash, expected, &chained.entry) != chained.hash {
            return Err(ChainFault::Changed(expected));
        }
        (self.seq, self.hash) = (expected, chained.hash);
        Ok(())
    }

    /// All entries were there; answers how many.
    ///
    /// # Errors
    /// [`ChainFault::CutOff`], or [`ChainFault::Changed`] when the end has another digest.
    pub fn finish(self) -> Result<u64, ChainFault> {
        if self.seq != self.chain.seq {
            return Err(ChainFault::CutOff { expected: self.chain.seq, found: self.seq });
        }
        if self.hash != self.chain.hash {
            return Err(ChainFault::Changed(self.seq));
        }
        Ok(u64::try_from(self.seq - self.chain.anchor_seq).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rf_kernel::Timestamp;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn entry(number: u128) -> AuditEntry {
        AuditEntry {
            id: Uuid::from_u128(number).into(),
            account_id: Uuid::from_u128(7).into(),
            actor_id: Some(Uuid::from_u128(8).into()),
            action: "tree.updated".into(),
            target_kind: "tree".into(),
            target_id: Some(Uuid::from_u128(9)),
            payload: json!({ "b": [1, { "d": null, "c": "x" }], "a": 0.1 }),
            request_id: Uuid::from_u128(10).into(),
            at: Timestamp::from_unix(1_800_000_000).unwrap(),
        }
    }

    fn chain_of(count: u128) -> (AuditChain, Vec<ChainedEntry>) {
        let mut chain = AuditChain::EMPTY;
        let mut entries = Vec::new();
        for number in 1..=count {
            let (next, chained) = chain.append(entry(number));
            chain = next;
            entries.push(chained);
        }
        (chain, entries)
    }

    fn check(chain: &AuditChain, entries: &[ChainedEntry]) -> Result<u64, ChainFault> {
        let mut check = ChainCheck::new(chain.clone());
        entries.iter().try_for_each(|chained| check.entry(chained))?;
        check.finish()
    }

    #[test]
    fn a_chain_as_it_was_written_holds() {
        let (chain, entries) = chain_of(9);
        assert_eq!(check(&chain, &entries), Ok(9));
        assert_eq!(check(&AuditChain::EMPTY, &[]), Ok(0));
    }

    #[test]
    fn a_pruned_chain_holds_from_its_anchor_and_not_without_it() {
        let (chain, entries) = chain_of(9);
        let pruned = AuditChain { anchor_seq: 4, anchor_hash: entries[3].hash, ..chain.clone() };
        assert_eq!(check(&pruned, &entries[4..]), Ok(5));
        assert_eq!(check(&chain, &entries[4..]), Err(ChainFault::Missing(1)));
        assert_eq!(check(&pruned, &entries), Err(ChainFault::Foreign(1)));
        assert_eq!(check(&pruned, &entries[5..]), Err(ChainFault::Missing(5)));
    }

    #[test]
    fn whatever_is_done_to_an_entry_shows() {
        let (chain, entries) = chain_of(5);
        let changes: [fn(&mut AuditEntry); 10] = [
            |e| e.id = Uuid::from_u128(99).into(),
            |e| e.account_id = Uuid::from_u128(99).into(),
            |e| e.actor_id = None,
            |e| e.actor_id = Some(Uuid::nil().into()),
            |e| e.action.push('x'),
            |e| e.target_kind.clear(),
            |e| e.target_id = None,
            |e| e.payload["b"][1]["c"] = json!("y"),
            |e| e.request_id = Uuid::nil().into(),
            |e| e.at = e.at.plus_seconds(1),
        ];
        for change in changes {
            let mut tampered = entries.clone();
            change(&mut tampered[2].entry);
            assert_eq!(check(&chain, &tampered), Err(ChainFault::Changed(3)));
            // With a digest that fits again, the next entry does not.
            tampered[2].hash = link(tampered[1].hash, 3, &tampered[2].entry);
            assert_eq!(check(&chain, &tampered), Err(ChainFault::Changed(4)));
        }
    }

    #[test]
    fn missing_and_added_entries_show() {
        let (chain, entries) = chain_of(5);
        assert_eq!(check(&chain, &entries[..3]), Err(ChainFault::CutOff { expected: 5, found: 3 }));
        let mut without = entries.clone();
        without.remove(2);
        assert_eq!(check(&chain, &without), Err(ChainFault::Missing(3)));
        let mut twice = entries.clone();
        twice.insert(2, entries[1].clone());
        assert_eq!(check(&chain, &twice), Err(ChainFault::Foreign(2)));
        let (_, more) = chain.append(entry(77));
        let longer: Vec<_> = entries.into_iter().chain([more]).collect();
        assert_eq!(check(&chain, &longer), Err(ChainFault::Foreign(6)));
    }

    #[test]
    fn a_rewritten_last_entry_does_not_fit_the_end() {
        let (chain, mut entries) = chain_of(3);
        entries[2].entry.action = "tree.archived".into();
        entries[2].hash = link(entries[1].hash, 3, &entries[2].entry);
        assert_eq!(check(&chain, &entries), Err(ChainFault::Changed(3)));
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let mut first = entry(1);
        let mut second = entry(1);
        (first.action, first.target_kind) = ("ab".into(), "c".into());
        (second.action, second.target_kind) = ("a".into(), "bc".into());
        assert_ne!(link(ChainHash::START, 1, &first), link(ChainHash::START, 1, &second));
    }

    #[test]
    fn a_payload_counts_by_what_it_says() {
        let text = r#"{ "a": 0.1, "b": [1, {"c": "x", "d": null}] }"#;
        let read = AuditEntry { payload: serde_json::from_str(text).unwrap(), ..entry(1) };
        assert_eq!(link(ChainHash::START, 1, &read), link(ChainHash::START, 1, &entry(1)));
    }

    proptest! {
        #[test]
        fn a_digest_survives_its_text(bytes: [u8; 32]) {
            let hash = ChainHash(bytes);
            prop_assert_eq!(hash.to_string().parse::<ChainHash>().unwrap(), hash);
        }

        #[test]
        fn what_is_no_digest_is_refused(text in "\\PC{0,70}") {
            let reads = text.parse::<ChainHash>().is_ok();
            prop_assert!(!reads || (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())));
        }
    }
}
