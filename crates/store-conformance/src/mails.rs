//! The mail outbox.

use rf_kernel::Page;
use rf_notifications::{Letter, Mail, MailState};
use rf_store::Store;

use crate::fixtures::{self as fx, ALL, Tenant, assert_constraint, system, system_read};

/// All fields come back; equal instants have an order.
pub async fn mails_round_trip_newest_first(store: &dyn Store) {
    let tenants = [Tenant::keep(store).await, Tenant::keep(store).await];
    let first = fx::mail(tenants[0].id());
    let second = Mail {
        letter: Letter::Invitation {
            account_name: "Häuser & Söhne".into(),
            invited_by: "Zoë 🖨".into(),
            role: "viewer".into(),
            token: fx::id(),
        },
        state: MailState::Kept,
        ..fx::mail(tenants[1].id())
    };
    let third = Mail {
        letter: Letter::EmailChanged { name: "Eli".into(), new_email: "e@n.example".into() },
        state: MailState::Sent,
        attempts: 3,
        created_at: fx::at(5),
        sent_at: Some(fx::at(9)),
        response: Some("250 OK".into()),
        ..fx::mail(tenants[0].id())
    };
    let mut unit = system(store).await;
    for mail in [&third, &first, &second] {
        unit.insert_mail(mail).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    for mail in [&first, &second, &third] {
        assert_eq!(unit.mail_by_id(mail.id).await.unwrap().as_ref(), Some(mail));
    }
    assert_eq!(unit.mail_by_id(fx::id()).await.unwrap(), None);
    let expected = [third, second, first];
    assert_eq!(unit.list_mails(None, ALL).await.unwrap(), expected);
    assert_eq!(unit.list_mails(None, Page { skip: 1, limit: 1 }).await.unwrap(), expected[1..2]);
    assert_eq!(unit.list_mails(Some(MailState::Kept), ALL).await.unwrap(), expected[1..2]);
}

/// Until one succeeds; after that nothing changes any more.
pub async fn attempts_to_send_are_recorded(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (mail, other) = (fx::mail(tenant.id()), fx::mail(tenant.id()));
    let mut unit = system(store).await;
    unit.insert_mail(&mail).await.unwrap();
    unit.insert_mail(&other).await.unwrap();
    unit.commit().await.unwrap();
    let attempt = async |became, response: &str| {
        let mut unit = system(store).await;
        let open = unit.record_mail_attempt(mail.id, became, fx::at(50), response).await.unwrap();
        unit.commit().await.unwrap();
        let kept = system_read(store).await.mail_by_id(mail.id).await.unwrap().unwrap();
        assert_eq!(kept.letter, mail.letter);
        (open, kept.state, kept.attempts, kept.sent_at, kept.response.unwrap())
    };
    let away = "no connection".to_owned();
    assert_eq!(attempt(MailState::Queued, &away).await, (true, MailState::Queued, 1, None, away.clone()));
    assert_eq!(attempt(MailState::Failed, &away).await, (true, MailState::Failed, 2, None, away.clone()));
    let sent = (true, MailState::Sent, 3, Some(fx::at(50)), "250 OK".to_owned());
    assert_eq!(attempt(MailState::Sent, "250 OK").await, sent);
    assert_eq!(attempt(MailState::Failed, &away).await, (false, sent.1, sent.2, sent.3, sent.4));
    assert_eq!(system_read(store).await.mail_by_id(other.id).await.unwrap(), Some(other));
}

/// `fk_mails_account`, `pk_mails`.
pub async fn a_mail_needs_its_account(store: &dyn Store) {
    assert_constraint(system(store).await.insert_mail(&fx::mail(fx::id())).await, "fk_mails_account");
    let mail = fx::mail(Tenant::keep(store).await.id());
    let mut unit = system(store).await;
    unit.insert_mail(&mail).await.unwrap();
    assert_constraint(unit.insert_mail(&mail).await, "pk_mails");
}
