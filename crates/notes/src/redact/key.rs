//! Keys of hits: how a preview and the rendering after it speak of the same thing without saying it.

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::model::NoteInput;

/// Names what was found, in one session: the same kind and value have the same key in every format and whatever else is
/// masked or kept. After an edit a key means what it meant or nothing, never another value.
///
/// A key is a keyed digest, not the value. Its salt comes from the session, so keys of two sessions cannot be compared;
/// who has the session's data and a guess can confirm the guess. Keys are for the engineer who may see the text anyway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HitKey(String);

impl HitKey {
    /// A key as it came over the wire. One that no preview gave out matches nothing.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key as it goes over the wire (`phone:0123456789abcdef`).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes the keys of one session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Salt(u64, u64);

impl Salt {
    pub(crate) fn of(input: &NoteInput) -> Self {
        let started = input.started_at.map_or(0, |t| t.timestamp_micros());
        let mut text = started.to_le_bytes().to_vec();
        for part in [Some(&input.flow_name), input.ticket_number.as_ref(), input.engineer_name.as_ref()] {
            text.extend_from_slice(part.map_or("", String::as_str).as_bytes());
            text.push(0);
        }
        Self(siphash(Self(1, 2), &text), siphash(Self(3, 4), &text))
    }

    /// The key of a value; `None` for what can never be kept.
    pub(crate) fn key(self, kind: Kind, value: &str) -> Option<HitKey> {
        let digest = || siphash(self, format!("{}\0{value}", kind.name()).as_bytes());
        kind.may_be_kept().then(|| HitKey(format!("{}:{:016x}", kind.name(), digest())))
    }
}

/// SipHash-2-4: keyed, fixed for all time (the standard library's hasher is not), and no dependency.
fn siphash(Salt(k0, k1): Salt, data: &[u8]) -> u64 {
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u64, |word, b| word << 8 | u64::from(*b));
    let chunks = data.chunks_exact(8);
    let last = word(chunks.remainder()) | (data.len() as u64) << 56;
    for m in chunks.map(word).chain([last]) {
        v[3] ^= m;
        round(&mut v);
        round(&mut v);
        v[0] ^= m;
    }
    v[2] ^= 0xff;
    for _ in 0..4 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the SipHash paper's reference code.
    #[test]
    fn siphash_vectors() {
        let key = Salt(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        let data: Vec<u8> = (0..15).collect();
        assert_eq!(siphash(key, &data), 0xa129_ca61_49be_45e5);
        assert_eq!(siphash(key, &[]), 0x726f_db47_dd0e_0e31);
    }

    #[test]
    fn keys_tell_kinds_values_and_sessions_apart() {
        let one = Salt::of(&NoteInput { flow_name: "a".into(), ..NoteInput::default() });
        let two = Salt::of(&NoteInput { flow_name: "b".into(), ..NoteInput::default() });
        let key = one.key(Kind::Phone, "555-0142").unwrap();
        assert_eq!(Some(&key), one.key(Kind::Phone, "555-0142").as_ref());
        assert!(key.as_str().starts_with("phone:") && !key.as_str().contains("555"));
        assert_ne!(Some(&key), one.key(Kind::Phone, "555-0143").as_ref());
        assert_ne!(Some(&key), one.key(Kind::Password, "555-0142").as_ref());
        assert_ne!(Some(&key), two.key(Kind::Phone, "555-0142").as_ref());
        assert_eq!(one.key(Kind::Secret, "x"), None);
        assert_eq!(one.key(Kind::Marked, "x"), None);
    }

    #[test]
    fn names_are_those_on_the_wire() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
    }
}
