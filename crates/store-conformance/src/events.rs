//! The event log: what happened is kept with the unit, and numbered when it is published.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use rf_events::{Event, EventKind, EventSpan, NewEvent};
use rf_kernel::AccountId;
use rf_store::{Access, Store};
use serde_json::json;

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// An event of that second, for everybody in the account.
#[must_use]
pub fn new_event(seconds: i64) -> NewEvent {
    let about =
        json!({"reason_snippet": "Outlook fängt nicht an 🖨", "has_assessment": false, "psa_ticket_id": null});
    NewEvent::new(fx::id(), EventKind::HandoffCreated, about, fx::at(seconds))
}

fn numbered(account_id: AccountId, event: &NewEvent, sequence: i64) -> Event {
    let NewEvent { id, kind, user_id, about, at } = event.clone();
    Event { sequence, id, account_id, user_id, kind, about, at }
}

async fn append(store: &dyn Store, tenant: &Tenant, events: &[&NewEvent]) {
    let mut unit = tenant.write(store).await;
    for event in events {
        unit.append_event(tenant.id(), event).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn publish(store: &dyn Store, limit: u64) -> Vec<Event> {
    let mut unit = system(store).await;
    let events = unit.publish_events(limit).await.unwrap();
    unit.commit().await.unwrap();
    events
}

/// All fields come back, under numbers in the order in which things happened.
pub async fn events_are_published_in_order(store: &dyn Store) {
    let (a, b) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let mut unit = system(store).await;
    assert!(!unit.has_unpublished_events().await.unwrap());
    assert_eq!(unit.event_span().await.unwrap(), None);
    assert_eq!(unit.publish_events(10).await.unwrap(), []);
    unit.commit().await.unwrap();
    let about = json!({"notification_id": fx::id::<AccountId>()});
    let personal = NewEvent::personal(fx::id(), EventKind::NotificationCreated, a.user.id, about, fx::at(1));
    let (early, late, twin) = (new_event(1), new_event(3), new_event(3));
    append(store, &a, &[&twin, &personal]).await;
    append(store, &b, &[&early, &late]).await;
    assert!(system_read(store).await.has_unpublished_events().await.unwrap());
    assert_eq!(system_read(store).await.published_events(0, 10).await.unwrap(), [], "none has a number yet");
    let expected = [
        numbered(a.id(), &personal, 1),
        numbered(b.id(), &early, 2),
        numbered(b.id(), &late, 3),
        numbered(a.id(), &twin, 4),
    ];
    assert_eq!(publish(store, 3).await, expected[..3]);
    assert_eq!(publish(store, 3).await, expected[3..]);
    assert_eq!(publish(store, 3).await, []);
    let mut unit = system_read(store).await;
    assert!(!unit.has_unpublished_events().await.unwrap());
    assert_eq!(unit.event_span().await.unwrap(), Some(EventSpan { oldest: 1, newest: 4 }));
    assert_eq!(unit.published_events(0, 10).await.unwrap(), expected);
    assert_eq!(unit.published_events(1, 2).await.unwrap(), expected[1..3]);
    assert_eq!(unit.published_events(4, 10).await.unwrap(), []);
    assert_eq!(unit.events_of(b.id(), 0, 10).await.unwrap(), expected[1..3]);
    assert_eq!(unit.events_of(b.id(), 2, 10).await.unwrap(), expected[2..3]);
    assert_eq!(unit.events_of(b.id(), 0, 1).await.unwrap(), expected[1..2]);
    // What happened earlier but was committed later comes after what was published meanwhile.
    let belated = new_event(0);
    append(store, &b, &[&belated]).await;
    assert_eq!(publish(store, 9).await, [numbered(b.id(), &belated, 5)]);
}

/// What a dropped unit appended, nobody hears of; a unit says whether it appended.
pub async fn an_event_is_kept_with_its_unit_or_not_at_all(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = tenant.write(store).await;
    assert!(!unit.has_new_events());
    unit.append_event(tenant.id(), &new_event(1)).await.unwrap();
    assert!(unit.has_new_events());
    drop(unit);
    assert!(!system_read(store).await.has_unpublished_events().await.unwrap());
    assert_eq!(publish(store, 9).await, []);
    let event = new_event(2);
    append(store, &tenant, &[&event]).await;
    let mut unit = system(store).await;
    assert_eq!(unit.publish_events(9).await.unwrap().len(), 1);
    drop(unit);
    assert_eq!(system_read(store).await.published_events(0, 9).await.unwrap(), [], "nor of the number");
    assert_eq!(publish(store, 9).await, [numbered(tenant.id(), &event, 1)]);
}

/// Each event gets one number, and each number is one event's.
pub async fn simultaneous_publishers_take_turns(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let events: Vec<NewEvent> = (0..40).map(new_event).collect();
    append(store, &tenant, &events.iter().collect::<Vec<_>>()).await;
    let published = join_all((0..8).map(|_| publish(store, 7))).await;
    let published: Vec<Event> = published.into_iter().flatten().collect();
    let numbers: BTreeSet<i64> = published.iter().map(|event| event.sequence).collect();
    assert_eq!(published.len(), 40);
    assert_eq!(numbers, (1..=40).collect());
    let kept = system_read(store).await.published_events(0, 100).await.unwrap();
    let ids: Vec<_> = kept.iter().map(|event| event.id).collect();
    assert_eq!(ids, events.iter().map(|event| event.id).collect::<Vec<_>>(), "in order all the same");
}

/// What is old and published goes; numbers go on from where they were.
pub async fn old_events_are_pruned(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let events = [new_event(1), new_event(2), new_event(3)];
    append(store, &tenant, &events.iter().collect::<Vec<_>>()).await;
    publish(store, 9).await;
    let waiting = new_event(0);
    append(store, &tenant, &[&waiting]).await;
    let prune = async |seconds| {
        let mut unit = system(store).await;
        let count = unit.prune_events(fx::at(seconds)).await.unwrap();
        unit.commit().await.unwrap();
        count
    };
    assert_eq!(prune(2).await, 1, "before, not at");
    assert_eq!(
        system_read(store).await.event_span().await.unwrap(),
        Some(EventSpan { oldest: 2, newest: 3 })
    );
    assert_eq!(prune(99).await, 1, "the newest stays");
    assert_eq!(publish(store, 9).await, [numbered(tenant.id(), &waiting, 4)], "and what waits");
}

/// `pk_events`, `fk_events_account`, `fk_events_user`.
pub async fn an_event_names_what_is_there(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let event = new_event(1);
    let nowhere = fx::id();
    assert_constraint(system(store).await.append_event(nowhere, &event).await, "fk_events_account");
    let foreign = NewEvent { user_id: Some(other.user.id), ..new_event(1) };
    let mut unit = tenant.write(store).await;
    assert_constraint(unit.append_event(tenant.id(), &foreign).await, "fk_events_user");
    drop(unit);
    append(store, &tenant, &[&event]).await;
    let mut unit = tenant.write(store).await;
    assert_constraint(unit.append_event(tenant.id(), &event).await, "pk_events");
}

/// Whatever unit asks, and whichever account it names.
pub async fn events_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    append(store, &owner, &[&new_event(1)]).await;
    assert!(!other.read(store).await.has_unpublished_events().await.unwrap());
    let published = publish(store, 9).await;
    for (access, tenant) in [
        (Access::read(other.id()), other.id()),
        (Access::read(other.id()), owner.id()),
        (Access::system_read(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.events_of(tenant, 0, 9).await.unwrap(), []);
    }
    let mut unit = other.read(store).await;
    assert_eq!(unit.published_events(0, 9).await.unwrap(), []);
    assert_eq!(unit.event_span().await.unwrap(), None);
    drop(unit);
    assert_eq!(owner.read(store).await.events_of(owner.id(), 0, 9).await.unwrap(), published);
}
