//! Invitations: AUTH-11, who may do what, seats, and joining as somebody new or as who is signed in.

use futures_util::future::join_all;
use rf_accounts::Plan;
use rf_audit::events::{
    INVITE_ACCEPTED, INVITE_CREATED, INVITE_RESENT, INVITE_REVOKED, PASSWORD_RESET, USER_LEFT,
};
use rf_auth_policy::Role;
use rf_test_support::PASSWORD;
use serde_json::json;

use super::{accept, forgot, invite, log_in, mails_to, newest_token, registered, work};
use crate::support::{World, every_store};

every_store! {
    whoever_is_invited_sees_what_it_is_and_joins,
    an_invitation_s_end_is_told_apart,
    sending_again_ends_the_link_before,
    admins_invite_up_to_their_own_role,
    nobody_is_invited_twice,
    whoever_has_not_proven_their_address_invites_nobody,
    seats_are_exact_whoever_comes_at_once,
    a_stranger_sees_no_invitation_of_ours,
    whoever_is_signed_in_moves_and_leaves_their_work,
    only_the_invited_person_moves,
    nobody_leaves_people_or_a_paid_plan_behind,
}

const NEW: &str = "new@north.example";

async fn look_up(w: &World, token: &str) -> crate::support::Answer {
    w.anonymous().get(&format!("/auth/invites/{token}")).await
}

async fn whoever_is_invited_sees_what_it_is_and_joins(w: World) {
    let made = invite(&w.owner(), "New@North.example", "team_admin").await;
    assert_eq!(
        (&made["email"], &made["role"], &made["state"]),
        (&json!(NEW), &json!("team_admin"), &json!("open"))
    );
    let token = newest_token(&w, NEW, "invitation").await;
    assert!(!made.to_string().contains(&token), "whoever invites does not read the mailbox");
    let seen = look_up(&w, &token).await.expect(200);
    assert_eq!(
        seen,
        json!({
            "account_name": "North",
            "email": NEW,
            "role": "team_admin",
            "invited_by": "Olivia",
            "state": "open",
            "expires_at": made["expires_at"],
            "has_account": false,
        })
    );
    let tokens = accept(&w, &token, " Nina Falk ").await.expect(200);
    let nina = w.anonymous().with_token(tokens["access_token"].as_str().unwrap());
    let me = nina.get("/auth/me").await.expect(200);
    assert_eq!(
        (&me["name"], &me["role"], &me["account_name"]),
        (&json!("Nina Falk"), &json!("team_admin"), &json!("North"))
    );
    assert!(me["email_verified_at"].is_string(), "they read the mailbox: {me}");
    log_in(&w.anonymous(), NEW, PASSWORD).await.expect(200);
    let listed = w.owner().get("/accounts/me/invites").await.expect(200);
    assert_eq!((&listed[0]["state"], &listed[0]["id"]), (&json!("accepted"), &made["id"]));
    assert_eq!((w.audited(INVITE_CREATED).await, w.audited(INVITE_ACCEPTED).await), (1, 1));
}

async fn an_invitation_s_end_is_told_apart(w: World) {
    let owner = w.owner();
    for (email, end) in
        [("used@n.example", "used"), ("revoked@n.example", "revoked"), ("late@n.example", "expired")]
    {
        let id = invite(&owner, email, "viewer").await["id"].as_str().unwrap().to_owned();
        let token = newest_token(&w, email, "invitation").await;
        match end {
            "used" => drop(accept(&w, &token, "Nina").await.expect(200)),
            "revoked" => owner.delete(&format!("/accounts/me/invites/{id}")).await.expect_empty(),
            _ => w.clock().advance(7 * 86_400),
        }
        let state = if end == "used" { "accepted" } else { end };
        assert_eq!(look_up(&w, &token).await.expect(200)["state"], state);
        accept(&w, &token, "Mallory").await.refused(409, &format!("invite_{end}"));
    }
    look_up(&w, "unknown").await.refused(404, "invite_not_found");
    accept(&w, "unknown", "Mallory").await.refused(404, "invite_not_found");
    let owner = w.again(&w.owner).await;
    let listed = owner.get("/accounts/me/invites").await.expect(200);
    for (index, refusal) in [(2, "invite_used"), (1, "invite_revoked")] {
        let path = format!("/accounts/me/invites/{}", listed[index]["id"].as_str().unwrap());
        owner.post(&format!("{path}/resend"), json!({})).await.refused(409, refusal);
        owner.delete(&path).await.refused(409, refusal);
    }
    assert_eq!(w.audited(INVITE_REVOKED).await, 1);
}

/// A link works to the last instant of its week, and an expired invitation comes back to life.
async fn sending_again_ends_the_link_before(w: World) {
    let path = format!(
        "/accounts/me/invites/{}/resend",
        invite(&w.owner(), NEW, "viewer").await["id"].as_str().unwrap()
    );
    let first = newest_token(&w, NEW, "invitation").await;
    for (passed, wait) in [(0, "60"), (59, "1")] {
        w.clock().advance(passed);
        let answer = w.owner().post(&path, json!({})).await;
        answer.refused(429, "rate_limited");
        assert_eq!(answer.header("retry-after"), wait);
    }
    w.clock().advance(7 * 86_400 - 59);
    assert_eq!(look_up(&w, &first).await.expect(200)["state"], "expired");
    let again = w.again(&w.owner).await.post(&path, json!({})).await.expect(200);
    assert_eq!(again["state"], "open");
    look_up(&w, &first).await.refused(404, "invite_not_found");
    accept(&w, &first, "Mallory").await.refused(404, "invite_not_found");
    assert_eq!(mails_to(&w, NEW, "invitation").await.len(), 2);
    let second = newest_token(&w, NEW, "invitation").await;
    w.clock().advance(7 * 86_400 - 1);
    accept(&w, &second, "Nina").await.expect(200);
    assert_eq!(w.audited(INVITE_RESENT).await, 1);
}

async fn admins_invite_up_to_their_own_role(w: World) {
    let admin = w.being(&w.team_admin);
    invite(&admin, "a@n.example", "team_admin").await;
    let body = json!({ "email": "b@n.example", "role": "owner" });
    admin.post("/accounts/me/invites", body.clone()).await.refused(403, "forbidden");
    invite(&w.owner(), "b@n.example", "owner").await;
    for person in [&w.engineer, &w.viewer] {
        let client = w.being(person);
        client.post("/accounts/me/invites", body.clone()).await.refused(403, "forbidden");
        client.get("/accounts/me/invites").await.refused(403, "forbidden");
        let id = w.test.app.new_id::<uuid::Uuid>();
        client.delete(&format!("/accounts/me/invites/{id}")).await.refused(403, "forbidden");
        client.post(&format!("/accounts/me/invites/{id}/resend"), json!({})).await.refused(403, "forbidden");
    }
    let owner = w.owner();
    let bad =
        owner.post("/accounts/me/invites", json!({ "email": "x@n.example", "role": "super_admin" })).await;
    bad.refuses_fields(&[("role", "wrong_shape")]);
    let bad = owner.post("/accounts/me/invites", json!({ "email": "nobody", "role": "viewer" })).await;
    bad.refuses_fields(&[("email", "not_an_email")]);
}

async fn nobody_is_invited_twice(w: World) {
    let owner = w.owner();
    let again = async |email: &str| {
        owner.post("/accounts/me/invites", json!({ "email": email, "role": "viewer" })).await
    };
    let id = invite(&owner, NEW, "viewer").await["id"].as_str().unwrap().to_owned();
    again("NEW@north.example").await.refused(409, "already_invited");
    again(&w.engineer.email).await.refused(409, "already_member");
    owner.delete(&format!("/accounts/me/invites/{id}")).await.expect_empty();
    again(NEW).await.expect(201);
    // Whether another account has somebody does not show here.
    again(&w.stranger.email).await.expect(201);
    let answers = join_all((0..20).map(|_| again("twice@north.example"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 201).all(|answer| {
        answer.refused(409, "already_invited");
        true
    }));
}

async fn whoever_has_not_proven_their_address_invites_nobody(w: World) {
    let nina = registered(&w, "nina@tailspin.example").await;
    let body = json!({ "email": NEW, "role": "viewer" });
    nina.post("/accounts/me/invites", body.clone()).await.refused(403, "email_not_verified");
    let token = newest_token(&w, "nina@tailspin.example", "verify_email").await;
    w.anonymous().post("/auth/email/verify", json!({ "token": token })).await.expect_empty();
    nina.post("/accounts/me/invites", body).await.expect(201);
}

/// A free account has five seats. Open invitations keep theirs; of many who join at once none is one too many.
async fn seats_are_exact_whoever_comes_at_once(w: World) {
    let small = w.account("Small", Plan::Free).await;
    let owner = small.person(&w.test, w.store(), "Sal", Role::Owner, None).await;
    let owner = w.being(&owner);
    let ask = async |n: usize| {
        let body = json!({ "email": format!("p{n}@small.example"), "role": "viewer" });
        owner.post("/accounts/me/invites", body).await
    };
    let answers = join_all((0..20).map(ask)).await;
    let made: Vec<_> =
        answers.iter().enumerate().filter(|(_, answer)| answer.status == 201).map(|(n, _)| n).collect();
    assert_eq!(made.len(), 4, "{made:?}");
    let refused =
        answers.iter().find(|answer| answer.status != 201).unwrap().refused(402, "seat_limit_reached");
    assert_eq!((&refused["detail"]["limit"], &refused["detail"]["used"]), (&json!(5), &json!(5)));
    // Two more people come into the account past its limit: two of the four find no seat.
    for name in ["Past", "Beyond"] {
        small.person(&w.test, w.store(), name, Role::Viewer, None).await;
    }
    let mut tokens = Vec::new();
    for n in made {
        tokens.push(newest_token(&w, &format!("p{n}@small.example"), "invitation").await);
    }
    let answers = join_all(tokens.iter().map(|token| accept(&w, token, "Nina"))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 402, 402]);
    let members = owner.get("/accounts/me/members").await.expect(200);
    assert_eq!(members.as_array().unwrap().len(), 5);
}

async fn a_stranger_sees_no_invitation_of_ours(w: World) {
    let id = invite(&w.owner(), NEW, "viewer").await["id"].as_str().unwrap().to_owned();
    let stranger = w.stranger();
    assert_eq!(stranger.get("/accounts/me/invites").await.expect(200), json!([]));
    stranger.delete(&format!("/accounts/me/invites/{id}")).await.refused(404, "invite_not_found");
    stranger
        .post(&format!("/accounts/me/invites/{id}/resend"), json!({}))
        .await
        .refused(404, "invite_not_found");
}

/// People belong to one account. Their work stays where it was made.
async fn whoever_is_signed_in_moves_and_leaves_their_work(w: World) {
    let nina = registered(&w, NEW).await;
    let old_account = nina.get("/auth/me").await.expect(200)["account_id"].as_str().unwrap().parse().unwrap();
    nina.post("/trees", crate::support::troubleshooting_flow("Mine")).await.expect(201);
    invite(&w.owner(), NEW, "engineer").await;
    let token = newest_token(&w, NEW, "invitation").await;
    assert_eq!(look_up(&w, &token).await.expect(200)["has_account"], true);
    // As somebody new they cannot: the address signs in here already.
    accept(&w, &token, "Nina").await.refused(409, "email_taken");
    let tokens = nina.post(&format!("/auth/invites/{token}/accept"), json!({})).await.expect(200);
    nina.get("/auth/me").await.refused(401, "not_authenticated");
    let moved = w.anonymous().with_token(tokens["access_token"].as_str().unwrap());
    let me = moved.get("/auth/me").await.expect(200);
    assert_eq!(
        (&me["account_name"], &me["role"], &me["name"]),
        (&json!("North"), &json!("engineer"), &json!("Nina Falk"))
    );
    assert_eq!(moved.find("/trees", &[("status", "draft")]).await.expect(200)["total"], 0);
    log_in(&w.anonymous(), NEW, PASSWORD).await.expect(200);
    assert_eq!(w.audited(INVITE_ACCEPTED).await, 1);
    assert_eq!(w.audited_of(rf_kernel::AccountId(old_account), USER_LEFT).await, 1);
    // A link for a new password finds the person where they are now.
    forgot(&w, NEW).await.expect(202);
    work(&w).await;
    assert_eq!(mails_to(&w, NEW, "reset_password").await[0].account_id, w.north.id);
    assert_eq!(w.audited(PASSWORD_RESET).await, 0);
}

async fn only_the_invited_person_moves(w: World) {
    invite(&w.owner(), NEW, "engineer").await;
    let token = newest_token(&w, NEW, "invitation").await;
    let path = format!("/auth/invites/{token}/accept");
    w.stranger().post(&path, json!({})).await.refused(403, "invite_for_somebody_else");
    w.engineer().post(&path, json!({})).await.refused(403, "invite_for_somebody_else");
    w.anonymous().with_token("nonsense").post(&path, json!({})).await.refused(401, "not_authenticated");
    w.anonymous()
        .post(&path, json!({}))
        .await
        .refuses_fields(&[("name", "too_short"), ("password", "too_short")]);
    w.stranger().get("/auth/me").await.expect(200);
    assert_eq!(look_up(&w, &token).await.expect(200)["state"], "open");
}

async fn nobody_leaves_people_or_a_paid_plan_behind(w: World) {
    // The south account has nobody but its owner, and was given its plan.
    let south = w.stranger.account_id;
    let mut unit = w.store().begin(rf_store::Access::system_write()).await.unwrap();
    let given = unit.subscription_of(south).await.unwrap().unwrap();
    let paid = rf_accounts::Subscription { customer_id: Some("cus_south".into()), ..given.clone() };
    unit.update_subscription(south, &paid).await.unwrap();
    unit.commit().await.unwrap();
    invite(&w.owner(), &w.stranger.email, "engineer").await;
    let token = newest_token(&w, &w.stranger.email, "invitation").await;
    let path = format!("/auth/invites/{token}/accept");
    w.stranger().post(&path, json!({})).await.refused(409, "cannot_leave_account");
    let mut unit = w.store().begin(rf_store::Access::system_write()).await.unwrap();
    unit.update_subscription(south, &given).await.unwrap();
    unit.commit().await.unwrap();
    let south = rf_test_support::TestAccount { id: south, name: "South".into() };
    south.person(&w.test, w.store(), "Sid", Role::Engineer, None).await;
    w.stranger().post(&path, json!({})).await.refused(409, "cannot_leave_account");
    south.person(&w.test, w.store(), "Sue", Role::Owner, None).await;
    w.stranger().post(&path, json!({})).await.expect(200);
}
