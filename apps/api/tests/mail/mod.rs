//! Mails that do something: links for new passwords and proofs of addresses (AUTH-09, AUTH-10), invitations
//! (AUTH-11), another address, and what becomes of a mail when its server has a bad day (R6). Promises L2 (its shape), L6 and L7.

mod change;
mod invites;
mod links;
mod once;
mod origins;
mod smtp;

use std::sync::Arc;

use rf_auth_policy::LinkPurpose;
use rf_kernel::{LinkTokenId, Page};
use rf_notifications::{Letter, Mail};
use rf_store::Access;
use rf_test_support::PASSWORD;
use rf_usecases::{RandomIds, job_handlers};
use rf_worker::{Worker, WorkerSettings};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::support::{Answer, Client, World};

/// Does all jobs that are due.
async fn work(w: &World) -> usize {
    let store = Arc::clone(&w.database.store);
    let worker =
        Worker::new(store, Arc::new(RandomIds), job_handlers(&w.test.app), WorkerSettings::default());
    worker.run_due().await.unwrap()
}

/// All mails, newest first.
async fn mails(w: &World) -> Vec<Mail> {
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    unit.list_mails(None, Page { skip: 0, limit: Page::MAX_LIMIT }).await.unwrap()
}

/// Mails to that address about that, newest first.
async fn mails_to(w: &World, email: &str, about: &str) -> Vec<Mail> {
    let all = mails(w).await;
    all.into_iter().filter(|mail| mail.to == email && mail.letter.about() == about).collect()
}

fn token_id(letter: &Letter) -> (LinkPurpose, LinkTokenId) {
    match letter {
        Letter::VerifyEmail { token, .. } => (LinkPurpose::VerifyEmail, *token),
        Letter::ResetPassword { token, .. } => (LinkPurpose::ResetPassword, *token),
        Letter::ChangeEmail { token, .. } => (LinkPurpose::ChangeEmail, *token),
        Letter::Invitation { token, .. } => (LinkPurpose::Invite, *token),
        other => panic!("{other:?} has no link"),
    }
}

/// The token in the link of that mail, as its reader has it.
fn token_of(mail: &Mail) -> String {
    let (purpose, id) = token_id(&mail.letter);
    rf_test_support::token_keys().link_token(purpose, id).unwrap().expose_secret().to_owned()
}

/// The token of the newest mail to that address about that.
pub(crate) async fn newest_token(w: &World, email: &str, about: &str) -> String {
    let mails = mails_to(w, email, about).await;
    token_of(mails.first().unwrap_or_else(|| panic!("no mail to {email} about {about}")))
}

async fn forgot(w: &World, email: &str) -> Answer {
    w.anonymous().post("/auth/password/forgot", json!({ "email": email })).await
}

/// A fresh link for a new password, as its reader has it. The clock moves past the pause between two.
pub(crate) async fn reset_token(w: &World, email: &str) -> String {
    w.clock().advance(60);
    forgot(w, email).await.expect(202);
    work(w).await;
    newest_token(w, email, "reset_password").await
}

pub(crate) async fn reset(w: &World, token: &str, password: &str) -> Answer {
    w.anonymous().post("/auth/password/reset", json!({ "token": token, "password": password })).await
}

async fn log_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/auth/login/json", json!({ "email": email, "password": password })).await
}

/// Somebody registers, in an account of their own; answers them signed in.
async fn registered(w: &World, email: &str) -> Client {
    let body =
        json!({ "email": email, "password": PASSWORD, "name": "Nina Falk", "account_name": "Tailspin" });
    w.anonymous().post("/auth/register", body).await.expect(201);
    let tokens = log_in(&w.anonymous(), email, PASSWORD).await.expect(200);
    w.anonymous().with_token(tokens["access_token"].as_str().unwrap())
}

pub(crate) async fn invite(client: &Client, email: &str, role: &str) -> Value {
    client.post("/accounts/me/invites", json!({ "email": email, "role": role })).await.expect(201)
}

async fn accept(w: &World, token: &str, name: &str) -> Answer {
    let body = json!({ "name": name, "password": PASSWORD });
    w.anonymous().post(&format!("/auth/invites/{token}/accept"), body).await
}
