//! An address never buys an account (promise L8): every provider, what it says of the address, every kind of account
//! that has that address.

use rf_accounts::Email;
use rf_audit::events;
use rf_kernel::UserId;
use rf_store::Access;
use serde_json::{Value, json};

use super::{NORTH, SOUTH, link, person, sign_in, whose, world};
use crate::support::{Database, NewPerson, World};

/// What a provider says about the victim's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// It is theirs, at a domain somebody else may run mail for.
    Verified,
    /// It may be theirs.
    Unverified,
    /// Nothing.
    Missing,
    /// It was another one when the identity was linked with somebody else.
    Changed,
    /// It is theirs, says another directory or organisation.
    Elsewhere,
}

/// Who has the address here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    /// Somebody with a password.
    Password,
    /// Somebody who signs in with the same provider, as another identity.
    Identity,
    /// Somebody who was switched off.
    SwitchedOff,
}

async fn user_of(w: &World, email: &str) -> Option<UserId> {
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    let user = unit.user_by_email(&Email::parse(email).unwrap()).await.unwrap();
    user.map(|user| user.id)
}

/// One case: afterwards the attacker is nobody, or somebody else than the victim.
async fn trial(w: &World, n: usize, provider: &'static str, said: Said, victim: Victim) {
    let case = format!("{provider} {said:?} {victim:?}");
    let email = format!("victim{n}@north.example");
    let victims_id = match victim {
        Victim::Password => w.unusual(&email, NewPerson::default()).await,
        Victim::SwitchedOff => {
            w.unusual(&email, NewPerson { is_active: false, ..NewPerson::default() }).await
        }
        Victim::Identity => {
            sign_in(w, provider, &person(&format!("victim-{n}"), &email)).await.expect(200);
            user_of(w, &email).await.unwrap()
        }
    };
    // The same subject as the victim's would be them; an attacker has another one, or the same one elsewhere.
    let sub = if said == Said::Elsewhere && provider == "microsoft" {
        format!("victim-{n}")
    } else {
        format!("attacker-{n}")
    };
    let mut claims = person(&sub, &email);
    match said {
        Said::Verified => claims["xms_edov"] = json!(true),
        Said::Unverified => claims["email_verified"] = json!(false),
        Said::Missing => {
            claims.as_object_mut().unwrap().remove("email");
            claims["preferred_username"] = json!("no address");
        }
        Said::Changed => {
            let before = person(&sub, &format!("attacker{n}@evil.example"));
            sign_in(w, provider, &before).await.expect(200);
        }
        Said::Elsewhere => {
            claims["tid"] = json!(SOUTH);
            claims["hd"] = json!("evil.example");
        }
    }
    let answer = sign_in(w, provider, &claims).await;
    match said {
        // They are who they were: their own account, whatever address they have now.
        Said::Changed => assert_ne!(whose(w, &answer).await, victims_id.to_string(), "{case}"),
        Said::Missing => drop(answer.refused(409, "oauth_no_email")),
        _ => drop(answer.refused(409, "oauth_email_in_use")),
    }
    assert_eq!(user_of(w, &email).await, Some(victims_id), "{case}");
}

#[tokio::test]
async fn an_address_never_buys_an_account() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let mut cases = 0;
    for provider in ["google", "microsoft"] {
        for said in [Said::Verified, Said::Unverified, Said::Missing, Said::Changed, Said::Elsewhere] {
            for victim in [Victim::Password, Victim::Identity, Victim::SwitchedOff] {
                trial(&w, cases, provider, said, victim).await;
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 30, "24 are promised");
}

#[tokio::test]
async fn the_provider_that_runs_the_mailbox_speaks_for_a_proven_address() {
    let (w, _provider) = world(Database::postgres().await).await;
    let gmail = w.unusual("eli@gmail.com", NewPerson::default()).await;
    let hosted = w.unusual("eli@hosted.example", NewPerson::default()).await;
    let organisation = |sub: &str, hd: &str| {
        let mut claims = person(sub, "eli@hosted.example");
        claims["hd"] = json!(hd);
        claims
    };
    let other = sign_in(&w, "google", &organisation("other", "other.example")).await;
    other.refused(409, "oauth_email_in_use");
    let mut unverified = person("eli", "eli@gmail.com");
    unverified["email_verified"] = json!("false");
    sign_in(&w, "google", &unverified).await.refused(409, "oauth_email_in_use");
    let microsoft = sign_in(&w, "microsoft", &person("eli", "eli@gmail.com")).await;
    microsoft.refused(409, "oauth_email_in_use");
    let first = sign_in(&w, "google", &person("eli", "Eli@Gmail.com")).await;
    assert_eq!(whose(&w, &first).await, gmail.to_string());
    let second = sign_in(&w, "google", &organisation("eli 2", "hosted.example")).await;
    assert_eq!(whose(&w, &second).await, hosted.to_string());
    assert_eq!(w.audited(events::IDENTITY_LINKED).await, 2);
}

#[tokio::test]
async fn whoever_registered_with_a_strangers_address_gets_nothing_of_theirs() {
    let (w, _provider) = world(Database::memory().await).await;
    let registration =
        json!({ "email": "nora@gmail.com", "password": "the attacker's own", "name": "Mallory" });
    w.anonymous().post("/auth/register", registration).await.expect(201);
    let answer = sign_in(&w, "google", &person("nora", "nora@gmail.com")).await;
    answer.refused(409, "oauth_email_in_use");
}

#[tokio::test]
async fn a_newcomer_gets_an_account_and_comes_back_to_it() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let (w, _provider) = world(database).await;
        for (provider, verified) in [("google", true), ("microsoft", false)] {
            let email = format!("nora@{provider}.example");
            let first = sign_in(&w, provider, &person("nora", &email)).await;
            let id = whose(&w, &first).await;
            let client = w.anonymous().with_token(first.json()["access_token"].as_str().unwrap());
            let me = client.get("/auth/me").await.expect(200);
            assert_eq!((&me["email"], &me["name"]), (&json!(email), &json!("Nora Newcomer")));
            assert_eq!((&me["role"], &me["account_name"]), (&json!("owner"), &json!("Nora Newcomer")));
            assert_eq!(me["email_verified_at"].is_string(), verified, "{provider}");
            // The address is another one now, somebody else's even; they are the same.
            let again = sign_in(&w, provider, &person("nora", &w.owner.email)).await;
            assert_eq!(whose(&w, &again).await, id);
            let account = me["account_id"].as_str().unwrap().parse().unwrap();
            assert_eq!(w.audited_of(account, events::ACCOUNT_REGISTERED).await, 1);
            assert_eq!(w.audited_of(account, events::IDENTITY_LINKED).await, 1);
            assert_eq!(w.audited_of(account, events::SIGNED_IN).await, 2);
        }
    }
}

#[tokio::test]
async fn the_same_subject_of_another_directory_is_somebody_else() {
    let (w, _provider) = world(Database::sqlite().await).await;
    let of = |tid: &str, email: &str| {
        let mut claims = person("same", email);
        claims["tid"] = json!(tid);
        claims
    };
    let north = whose(&w, &sign_in(&w, "microsoft", &of(NORTH, "a@one.example")).await).await;
    let south = whose(&w, &sign_in(&w, "microsoft", &of(SOUTH, "b@two.example")).await).await;
    assert_ne!(north, south);
    assert_eq!(whose(&w, &sign_in(&w, "microsoft", &of(NORTH, "b@two.example")).await).await, north);
}

#[tokio::test]
async fn where_registration_is_closed_only_those_who_are_known_get_in() {
    let provider = super::Provider::start();
    let database = Database::memory().await;
    let w = World::with_identity_providers(database, provider.clients(), false).await;
    sign_in(&w, "google", &person("nora", "nora@gmail.com")).await.refused(403, "forbidden");
    assert_eq!(user_of(&w, "nora@gmail.com").await, None);
    link(&w.engineer(), "google", &person("eli", "eli@elsewhere.example")).await.expect(200);
    let answer = sign_in(&w, "google", &person("eli", "eli@elsewhere.example")).await;
    assert_eq!(whose(&w, &answer).await, w.engineer.id.to_string());
}

#[tokio::test]
async fn a_switched_off_person_stays_out_and_it_is_kept_why() {
    let (w, _provider) = world(Database::postgres().await).await;
    let claims = person("eli", "eli@elsewhere.example");
    link(&w.engineer(), "google", &claims).await.expect(200);
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    assert!(unit.set_user_active(w.north.id, w.engineer.id, false).await.unwrap());
    unit.commit().await.unwrap();
    sign_in(&w, "google", &claims).await.refused(401, "oauth_refused");
    let entries = w.test.app.audit_entries(w.north.id, events::SIGN_IN_FAILED).await.unwrap();
    let payload: &Value = &entries[0].payload;
    assert_eq!(*payload, json!({ "reason": "switched_off", "provider": "google" }));
}
