//! Promise I11: what is sealed resists change and swap, and no exchange of keys loses any of it.

use proptest::prelude::*;

use super::*;

fn place(number: u128) -> Place {
    Place { account_id: Uuid::from_u128(number).into(), record_id: Uuid::from_u128(number + 1_000) }
}

fn vault(keys: &[&SecretString]) -> Vault {
    Vault::new(&keys.iter().map(|key| (*key).clone()).collect::<Vec<_>>()).unwrap()
}

fn opened(vault: &Vault, place: Place, sealed: &Sealed) -> Result<String, VaultError> {
    vault.open(place, sealed).map(|secret| secret.expose_secret().to_owned())
}

#[test]
fn what_is_sealed_opens_in_its_place_and_no_other() {
    let vault = vault(&[&Vault::generate_key()]);
    let sealed = vault.seal(place(1), &"hunter2 🔑".into()).unwrap();
    assert_eq!(opened(&vault, place(1), &sealed).as_deref(), Ok("hunter2 🔑"));
    let other_account = Place { account_id: place(2).account_id, ..place(1) };
    let other_record = Place { record_id: place(2).record_id, ..place(1) };
    for wrong in [other_account, other_record, place(2)] {
        assert_eq!(opened(&vault, wrong, &sealed), Err(VaultError::Misplaced));
    }
    assert!(!format!("{sealed:?} {vault:?}").contains(sealed.as_str()));
    assert_ne!(sealed, vault.seal(place(1), &"hunter2 🔑".into()).unwrap(), "never the same twice");
}

/// Every byte of a token, changed in every way one bit can, and 10,000 changes more.
#[test]
fn no_changed_token_opens() {
    let vault = vault(&[&Vault::generate_key()]);
    let sealed = vault.seal(place(1), &"hunter2".into()).unwrap();
    let token = sealed.as_str().as_bytes();
    let mut tried = 0;
    let mut seed = 1_u64;
    while tried < 10_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(seed >> 40).unwrap() % token.len();
        let mut changed = token.to_vec();
        changed[index] = u8::try_from((seed >> 33) & 0x7f).unwrap();
        if changed == token {
            continue;
        }
        tried += 1;
        let changed = Sealed::from_stored(String::from_utf8(changed).unwrap());
        // The last characters of base64 may differ and mean the same bytes; the bytes are what is genuine.
        if let Ok(secret) = vault.open(place(1), &changed) {
            panic!("{index}: {:?} opened to {:?}", changed.as_str(), secret.expose_secret());
        }
    }
}

#[test]
fn a_key_is_exchanged_without_losing_anything() {
    let (old, new) = (Vault::generate_key(), Vault::generate_key());
    let before = vault(&[&old]);
    let mut kept: Vec<_> = (0..50)
        .map(|number| {
            (place(number), before.seal(place(number), &format!("secret {number}").into()).unwrap())
        })
        .collect();
    let between = vault(&[&new, &old]);
    // The rewrapping is killed half way, and run again from the start.
    for round in [25, 50] {
        for (place, sealed) in kept.iter_mut().take(round) {
            if let Some(again) = between.rewrap(*place, sealed).unwrap() {
                *sealed = again;
            }
        }
        for (number, (place, sealed)) in kept.iter().enumerate() {
            assert_eq!(opened(&between, *place, sealed), Ok(format!("secret {number}")));
        }
    }
    let after = vault(&[&new]);
    for (place, sealed) in &kept {
        assert!(opened(&after, *place, sealed).is_ok());
        assert_eq!(after.rewrap(*place, sealed), Ok(None), "nothing is left to do");
        assert_eq!(opened(&before, *place, sealed), Err(VaultError::NotGenuine));
    }
    assert_eq!(between.rewrap(place(2), &kept[1].1), Err(VaultError::Misplaced), "rewrapping moves nothing");
}

#[test]
fn a_key_that_is_none_is_refused_by_its_number() {
    assert!(matches!(Vault::new(&[]), Err(KeyringError::Empty)));
    let good = Vault::generate_key();
    for bad in ["", "short", "not base64 not base64 not base64 not base64!"] {
        let refused = Vault::new(&[good.clone(), bad.into()]).unwrap_err();
        assert!(matches!(refused, KeyringError::Malformed(2)), "{bad}");
        assert!(!refused.to_string().contains("base64 not"), "a key is not repeated");
    }
}

#[test]
fn genuine_tokens_with_other_content_do_not_open() {
    let key = Vault::generate_key();
    let fernet = Fernet::new(key.expose_secret()).unwrap();
    let vault = vault(&[&key]);
    let (account, record) = (place(1).account_id, place(1).record_id);
    for content in [
        String::new(),
        "hunter2".into(),
        "[]".into(),
        format!(r#"{{"account_id":"{account}","record_id":"{record}"}}"#),
        format!(r#"{{"account_id":"{account}","record_id":"{record}","secret":"x","more":1}}"#),
    ] {
        let sealed = Sealed::from_stored(fernet.encrypt(content.as_bytes()));
        assert_eq!(opened(&vault, place(1), &sealed), Err(VaultError::NotGenuine), "{content}");
    }
}

proptest! {
    #[test]
    fn every_secret_comes_back(secret in "\\PC{0,200}") {
        let vault = vault(&[&Vault::generate_key()]);
        let sealed = vault.seal(place(1), &secret.as_str().into()).unwrap();
        prop_assert_eq!(opened(&vault, place(1), &sealed), Ok(secret));
    }

    #[test]
    fn hostile_tokens_are_refused(token in "\\PC{0,300}") {
        let vault = vault(&[&Vault::generate_key()]);
        prop_assert_eq!(opened(&vault, place(1), &Sealed::from_stored(token)), Err(VaultError::NotGenuine));
    }
}
