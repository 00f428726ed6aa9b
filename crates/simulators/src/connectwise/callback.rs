//! Callbacks as the original sends them: the entity as a text in the body, signed with a key it serves.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    routes::{SIGNING_KEY, keys},
    schema::Table,
    server::Simulator,
};

/// How callbacks go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// Each once, in the order things happened.
    InOrder,
    /// Each twice, the last first.
    TwiceAndBackwards,
    /// Signed with another key.
    WronglySigned,
}

/// A callback on its way: to where, its body and its signature.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where to, with id and action appended.
    pub url: String,
    /// The body.
    pub body: Vec<u8>,
    /// For `x-content-signature`.
    pub signature: String,
}

fn signature(key: &str, body: &[u8]) -> String {
    // A digest is a key of any size that is taken.
    let mac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(key));
    let signature = mac.map(|mac| mac.chain_update(body).finalize().into_bytes()).unwrap_or_default();
    BASE64_STANDARD.encode(signature)
}

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
        let signature = signature(SIGNING_KEY, &body);
        (body, signature)
    }

    /// What is to be told to those who registered a callback, of what happened since this was asked last. What a member
    /// did who asked not to hear of their own doings is left out.
    #[must_use]
    pub fn deliveries(&self, how: Dispatch) -> Vec<Delivery> {
        let (news, callbacks) = self.with(|world| {
            let callbacks: Vec<Value> = world.rows(Table::Callbacks).cloned().collect();
            (std::mem::take(&mut world.news), callbacks)
        });
        let mut all = Vec::new();
        for (ticket, action, by) in news {
            for callback in &callbacks {
                let own =
                    callback["isSelfSuppressedFlag"] == true && callback["_info"]["enteredBy"] == by.as_str();
                if own || callback["inactiveFlag"] == true || callback["type"] != "ticket" {
                    continue;
                }
                let (body, genuine) = self.callback(ticket, action);
                let url = callback["url"].as_str().unwrap_or_default();
                let wrong = how == Dispatch::WronglySigned;
                let signature = if wrong { signature("another key", &body) } else { genuine };
                all.push(Delivery { url: format!("{url}{ticket}&action={action}"), body, signature });
            }
        }
        if how == Dispatch::TwiceAndBackwards {
            let again: Vec<_> = all.iter().rev().cloned().collect();
            all.reverse();
            all.extend(again);
        }
        all
    }

    /// Sends a callback; what is answered.
    ///
    /// # Errors
    /// When nothing came back.
    pub async fn send(&self, delivery: &Delivery) -> Result<u16, reqwest::Error> {
        let answer = reqwest::Client::new()
            .post(&delivery.url)
            .header("content-type", "application/json")
            .header("x-content-signature", &delivery.signature)
            .body(delivery.body.clone())
            .send()
            .await?;
        Ok(answer.status().as_u16())
    }

    /// The addresses of the registered callbacks.
    #[must_use]
    pub fn callback_urls(&self) -> Vec<String> {
        self.with(|world| {
            let rows = world.rows(Table::Callbacks);
            rows.map(|row| row["url"].as_str().unwrap_or_default().to_owned()).collect()
        })
    }
}
