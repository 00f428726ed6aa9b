//! S4: whichever way sign-ins are ended, no refresh that is under way outlives the answer.

use rf_test_support::PASSWORD;
use serde_json::json;

use super::size;
use crate::{
    mail::{reset, reset_token},
    support::{Answer, Client, World, every_store},
};

every_store! {
    no_refresh_outlives_an_end,
}

/// A way to end all of somebody's sign-ins.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The owner ends everybody's.
    Bulk,
    /// They have forgotten their password, and choose another.
    Reset,
    /// The owner deactivates them.
    Deactivated,
}

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/auth/refresh", json!({ "refresh_token": token })).await
}

/// Rotates as often as it is let, up to a bound: the last token that was given out, and how many were.
async fn rotate(client: &Client, first: &str) -> (Vec<String>, Option<String>) {
    let (mut tokens, mut access) = (vec![first.to_owned()], None);
    while tokens.len() <= 20 {
        let answer = refresh(client, tokens.last().unwrap()).await;
        if answer.status != 200 {
            break;
        }
        let pair = answer.expect(200);
        tokens.push(pair["refresh_token"].as_str().unwrap().to_owned());
        access = Some(pair["access_token"].as_str().unwrap().to_owned());
    }
    (tokens, access)
}

async fn no_refresh_outlives_an_end(w: World) {
    let rounds = size("PROOF_ENDINGS", 30);
    let (mut met, mut tried) = (0, 0);
    let person = format!("/accounts/me/people/{}", w.engineer.id);
    for round in 0..rounds {
        let end = [End::Bulk, End::Reset, End::Deactivated][round % 3];
        let client = w.anonymous();
        let body = json!({ "email": w.engineer.email, "password": PASSWORD });
        let first = client.post("/auth/login/json", body).await.expect(200)["refresh_token"].clone();
        let link = match end {
            End::Reset => reset_token(&w, &w.engineer.email).await,
            _ => String::new(),
        };
        // Signed in anew where their own sign-in was ended with the others.
        let body = json!({ "email": w.owner.email, "password": PASSWORD });
        let owner = client.post("/auth/login/json", body).await.expect(200)["access_token"].clone();
        let owner = w.anonymous().with_token(owner.as_str().unwrap());
        let ended = async {
            match end {
                End::Bulk => {
                    let body = json!({ "scope": "all" });
                    owner.post("/accounts/me/security/revoke-sessions", body).await.expect(200);
                }
                End::Reset => reset(&w, &link, PASSWORD).await.expect_empty(),
                End::Deactivated => {
                    owner.patch(&person, json!({ "is_active": false })).await.expect(200);
                }
            }
        };
        let ((), (tokens, access)) = tokio::join!(ended, rotate(&client, first.as_str().unwrap()));
        met += usize::from(tokens.len() > 1);
        // Every token of the chain, the newest first: the oldest would end the family by itself.
        for token in tokens.iter().rev() {
            let answer = refresh(&client, token).await;
            assert_eq!(answer.status, 401, "{end:?}, round {round}: a token lives on: {answer:?}");
            tried += 1;
        }
        if let Some(access) = access {
            let answer = w.anonymous().with_token(&access).get("/auth/me").await;
            assert_eq!(answer.status, 401, "{end:?}, round {round}: an access token lives on: {answer:?}");
        }
        if matches!(end, End::Deactivated) {
            owner.patch(&person, json!({ "is_active": true })).await.expect(200);
        }
    }
    assert!(met > 0, "no rotation met an end");
    println!(
        "S4: {}, {rounds} ends by bulk, reset and deactivation against refreshes; {met} met rotations, {tried} tokens tried \
         afterwards, 0 live",
        w.store().kind()
    );
}
