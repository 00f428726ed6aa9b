//! Tokens of Python's `cryptography.fernet`, the format credentials may come in, and ours read by it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use rf_vault::{Place, Sealed, Vault};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

const SECRETS: [&str; 5] =
    ["hunter2", "", "päss wörd 🔑", "line\nbreak\t\"quoted\" \\", "a long one, a long one, a long one"];

fn place() -> Place {
    Place { account_id: Uuid::from_u128(1).into(), record_id: Uuid::from_u128(2) }
}

/// Runs a program of a few lines with the library, on JSON.
fn python(script: &str, input: &Value) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let found =
        Command::new(format!("{root}/scripts/lib/python")).arg("cryptography==50.0.2").output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let interpreter = String::from_utf8(found.stdout).unwrap();
    let mut child = Command::new(interpreter.trim())
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_python_seals_opens_here() {
    const SCRIPT: &str = "
import json, sys
from cryptography.fernet import Fernet
asked = json.load(sys.stdin)
key = Fernet.generate_key()
seal = lambda s: Fernet(key).encrypt(json.dumps(dict(asked['place'], secret=s)).encode()).decode()
print(json.dumps({'key': key.decode(), 'tokens': [seal(s) for s in asked['secrets']]}))
";
    let place_of = json!({ "account_id": place().account_id, "record_id": place().record_id });
    let answer = python(SCRIPT, &json!({ "place": place_of, "secrets": SECRETS }));
    let key: SecretString = answer["key"].as_str().unwrap().into();
    let vault = Vault::new(&[Vault::generate_key(), key]).unwrap();
    for (token, secret) in answer["tokens"].as_array().unwrap().iter().zip(SECRETS) {
        let sealed = Sealed::from_stored(token.as_str().unwrap().to_owned());
        assert_eq!(vault.open(place(), &sealed).unwrap().expose_secret(), secret);
        let again = vault.rewrap(place(), &sealed).unwrap().unwrap();
        assert_eq!(vault.open(place(), &again).unwrap().expose_secret(), secret);
    }
}

#[test]
fn what_is_sealed_here_opens_in_python() {
    const SCRIPT: &str = "
import json, sys
from cryptography.fernet import Fernet, MultiFernet
asked = json.load(sys.stdin)
opener = MultiFernet([Fernet(Fernet.generate_key()), Fernet(asked['key'])])
print(json.dumps([json.loads(opener.decrypt(token.encode())) for token in asked['tokens']]))
";
    let key = Vault::generate_key();
    let vault = Vault::new(std::slice::from_ref(&key)).unwrap();
    let tokens: Vec<_> = SECRETS
        .iter()
        .map(|secret| vault.seal(place(), &(*secret).into()).unwrap().as_str().to_owned())
        .collect();
    let opened = python(SCRIPT, &json!({ "key": key.expose_secret(), "tokens": tokens }));
    for (content, secret) in opened.as_array().unwrap().iter().zip(SECRETS) {
        assert_eq!(content["secret"], secret);
        assert_eq!(content["account_id"], place().account_id.to_string());
    }
}
