//! Whether a message is from the provider, and of now: an HMAC over the raw body and the second it was sent.

use hmac::{Hmac, KeyInit, Mac};
use rf_kernel::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// How far a message's second may be from ours.
const TOLERANCE_SECONDS: i64 = 300;
/// More signatures than a provider that exchanges a secret sends; the rest is not looked at.
const MOST_SIGNATURES: usize = 8;

/// Whether the header signs the body with one of the secrets, within the tolerance. `v0` and other schemes do not
/// count: only `v1` is the provider's.
pub(crate) fn is_genuine(header: &str, body: &[u8], secrets: &[SecretString], now: Timestamp) -> bool {
    let parts = header.split(',').filter_map(|part| part.trim().split_once('='));
    let (mut sent_at, mut signatures) = (None, Vec::new());
    for (scheme, value) in parts {
        match scheme {
            "t" if sent_at.is_none() => sent_at = Some(value),
            // A second time would leave open which of them was signed.
            "t" => return false,
            "v1" => signatures.extend(unhex(value)),
            _ => {}
        }
    }
    let Some(sent_at) = sent_at else { return false };
    let Ok(second) = sent_at.parse::<i64>() else { return false };
    if now.unix().abs_diff(second) > TOLERANCE_SECONDS.unsigned_abs() {
        return false;
    }
    signatures.truncate(MOST_SIGNATURES);
    secrets.iter().any(|secret| {
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return false };
        let mac = mac.chain_update(sent_at).chain_update(".").chain_update(body);
        // In constant time.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;

    fn sign(secret: &str, second: &str, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let bytes = mac.chain_update(second).chain_update(".").chain_update(body).finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn now() -> Timestamp {
        Timestamp::from_unix(1_800_000_000).unwrap()
    }

    fn genuine(header: &str, body: &[u8], secrets: &[&str]) -> bool {
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| (*secret).into()).collect();
        is_genuine(header, body, &secrets, now())
    }

    #[test]
    fn a_message_of_now_with_a_known_secret_is_genuine() {
        let signature = sign("whsec_new", "1800000000", BODY);
        for header in [
            format!("t=1800000000,v1={signature}"),
            format!("t=1800000000,v1={},v1={signature}", "0".repeat(64)),
            format!("t=1800000000, v0=00, v1={signature}, v2=x"),
        ] {
            assert!(genuine(&header, BODY, &["whsec_new"]), "{header}");
            assert!(genuine(&header, BODY, &["whsec_old", "whsec_new"]), "while secrets are exchanged");
            assert!(!genuine(&header, BODY, &["whsec_old"]));
            assert!(!genuine(&header, BODY, &[]));
        }
    }

    #[test]
    fn the_tolerance_is_exact_in_both_directions() {
        for (offset, expected) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let second = (now().unix() + offset).to_string();
            let header = format!("t={second},v1={}", sign("s", &second, BODY));
            assert_eq!(genuine(&header, BODY, &["s"]), expected, "{offset}");
        }
    }

    #[test]
    fn whatever_is_altered_is_refused() {
        let signature = sign("s", "1800000000", BODY);
        let good = format!("t=1800000000,v1={signature}");
        for index in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[index] ^= 1;
            assert!(!genuine(&good, &body, &["s"]), "byte {index}");
        }
        for header in [
            String::new(),
            "t=1800000000".into(),
            format!("v1={signature}"),
            format!("t=1800000000,v0={signature}"),
            format!("t=1800000001,v1={signature}"),
            format!("t= 1800000000,v1={signature}"),
            format!("t=1800000000,t=1800000001,v1={signature}"),
            format!("t=x,v1={signature}"),
            format!("t=9223372036854775808,v1={signature}"),
            format!("t=-9223372036854775808,v1={signature}"),
            format!("t=1800000000,v1={}", &signature[..62]),
            format!("t=1800000000,v1={signature}00"),
            format!("t=1800000000,v1={}", "ö".repeat(32)),
        ] {
            assert!(!genuine(&header, BODY, &["s"]), "{header}");
        }
    }
}
