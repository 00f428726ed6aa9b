//! L6: a link works once, whoever follows it at the same time, and a dump of the database holds none that works.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use rf_audit::events::{EMAIL_VERIFIED, INVITE_ACCEPTED, PASSWORD_RESET};
use rf_auth_policy::link_token_hash;
use rf_store::Access;
use serde_json::json;

use super::{invite, mails, newest_token, registered, reset, reset_token, token_of};
use crate::support::{Answer, World, every_store};

every_store! {
    of_two_hundred_redemptions_one_counts,
    a_dump_holds_no_usable_token,
}

const AT_ONCE: usize = 200;

/// How many answers there were of each kind.
fn tally(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for answer in answers {
        let kind = match answer.status {
            200..300 => "done".to_owned(),
            status => format!("{status} {}", answer.json()["code"].as_str().unwrap_or("?")),
        };
        *tally.entry(kind).or_default() += 1;
    }
    tally
}

#[track_caller]
fn one_of(answers: &[Answer], refusal: &str) {
    let expected = BTreeMap::from([("done".to_owned(), 1), (refusal.to_owned(), AT_ONCE - 1)]);
    assert_eq!(tally(answers), expected);
}

async fn of_two_hundred_redemptions_one_counts(w: World) {
    let client = w.anonymous();
    let (resets, proofs, invites) = (7, 6, 7);
    for round in 0..resets {
        let token = reset_token(&w, &w.engineer.email).await;
        let body = json!({ "token": token, "password": format!("a long password, round {round}") });
        let redeem = || client.post("/auth/password/reset", body.clone());
        one_of(&join_all((0..AT_ONCE).map(|_| redeem())).await, "400 link_used");
    }
    for round in 0..proofs {
        let email = format!("nina{round}@tailspin.example");
        let nina = registered(&w, &email).await;
        let token = newest_token(&w, &email, "verify_email").await;
        let verify = || client.post("/auth/email/verify", json!({ "token": token }));
        one_of(&join_all((0..AT_ONCE).map(|_| verify())).await, "400 link_used");
        let account = nina.get("/auth/me").await.expect(200)["account_id"].as_str().unwrap().parse().unwrap();
        assert_eq!(w.audited_of(rf_kernel::AccountId(account), EMAIL_VERIFIED).await, 1);
    }
    // The pauses between links were longer than an access token lives.
    let owner = w.again(&w.owner).await;
    let before = owner.get("/accounts/me/members").await.expect(200).as_array().unwrap().len();
    for round in 0..invites {
        let email = format!("new{round}@north.example");
        invite(&owner, &email, "engineer").await;
        let token = newest_token(&w, &email, "invitation").await;
        let path = format!("/auth/invites/{token}/accept");
        let body = json!({ "name": "Nina", "password": rf_test_support::PASSWORD });
        let join = || client.post(&path, body.clone());
        one_of(&join_all((0..AT_ONCE).map(|_| join())).await, "409 invite_used");
    }
    let after = owner.get("/accounts/me/members").await.expect(200).as_array().unwrap().len();
    assert_eq!(after, before + invites);
    assert_eq!(w.audited(PASSWORD_RESET).await, resets);
    assert_eq!(w.audited(INVITE_ACCEPTED).await, invites);
    println!(
        "L6 on {}: {} rounds of {AT_ONCE} simultaneous redemptions, 1 success in each",
        w.store().kind(),
        resets + proofs + invites
    );
}

/// What is stored is the digest, and what a mail is about; the tokens themselves are made when it is written out.
async fn a_dump_holds_no_usable_token(w: World) {
    let token = reset_token(&w, &w.engineer.email).await;
    invite(&w.owner(), "new@north.example", "viewer").await;
    registered(&w, "nina@tailspin.example").await;
    let kept = mails(&w).await;
    let tokens: Vec<_> = kept.iter().map(token_of).collect();
    assert_eq!(tokens.len(), 3);
    let mut dump = format!("{kept:?}");
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    for token in &tokens {
        let hash = link_token_hash(token);
        let link = unit.link_token_by_hash(&hash).await.unwrap();
        let invite = unit.invite_by_hash(&hash).await.unwrap();
        assert!(link.is_some() != invite.is_some());
        dump.push_str(&format!("{link:?}{invite:?}"));
        assert!(token.len() * 6 >= 128, "{token}");
    }
    let page = rf_kernel::Page { skip: 0, limit: rf_kernel::Page::MAX_LIMIT };
    dump.push_str(&format!("{:?}", unit.list_jobs(None, page).await.unwrap()));
    for account in unit.audited_accounts().await.unwrap() {
        let entries = unit.list_audit(account, &rf_audit::AuditFilter::default(), None, 1_000).await.unwrap();
        dump.push_str(&format!("{entries:?}"));
    }
    drop(unit);
    assert!(tokens.iter().all(|token| !dump.contains(token)), "{dump}");
    // Nor does what is in the dump open anything.
    let hash = link_token_hash(&token);
    reset(&w, &hash, "another long password").await.refused(400, "link_unknown");
    println!("L6 on {}: {} tokens, 0 in {} bytes of rows", w.store().kind(), tokens.len(), dump.len());
}
