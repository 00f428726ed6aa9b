//! Callbacks as the original sends them: the entity as a text in the body, signed with a key it serves.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    routes::{SIGNING_KEY, keys},
    server::Simulator,
};

impl Simulator {
    /// The body and the `x-content-signature` of the callback that tells of a ticket: `added`, `updated`, `deleted`.
    #[must_use]
    pub fn callback(&self, ticket: i64, action: &str) -> (Vec<u8>, String) {
        let entity = self.ticket(ticket).map_or(Value::Null, |row| row.to_string().into());
        let body = json!({
            "Action": action, "Type": "ticket", "ID": ticket, "MemberId": keys::MEMBER, "CompanyId": keys::COMPANY,
            "Entity": entity, "ProductInstanceId": "simulated",
            "Metadata": { "key_url": format!("{}/login/signingkey", self.url()) },
        })
        .to_string()
        .into_bytes();
        // A digest is a key of any size that is taken.
        let mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(SIGNING_KEY));
        let signature = mac.map(|mac| mac.chain_update(&body).finalize().into_bytes()).unwrap_or_default();
        (body, BASE64_STANDARD.encode(signature))
    }
}
