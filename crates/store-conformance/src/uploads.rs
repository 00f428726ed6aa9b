//! What is known of files people brought.

use futures_util::future::join_all;
use rf_kernel::StoreError;
use rf_store::{Access, Store};
use rf_uploads::{Attachment, FileKind, LogCode, LogDigest, Upload};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

/// A log of the tenant's person, attached to nothing.
#[must_use]
pub fn upload(tenant: &Tenant, seconds: i64) -> Upload {
    Upload {
        id: fx::id(),
        account_id: tenant.id(),
        uploaded_by: tenant.user.id,
        name: "Häufig 🕒.log".into(),
        kind: FileKind::Log,
        bytes: 100,
        sha256: "ab".repeat(32),
        size: None,
        log: Some(LogDigest {
            lines: 3,
            excerpt: vec![(2, "0x80070005 \u{0} Zugriff".into())],
            codes: vec![LogCode { kind: "hresult".into(), code: "0x80070005".into() }],
        }),
        attachment: None,
        is_kept: true,
        created_at: fx::at(seconds),
    }
}

fn picture(tenant: &Tenant, seconds: i64) -> Upload {
    Upload { kind: FileKind::Png, size: Some((1_280, 16_384)), log: None, ..upload(tenant, seconds) }
}

/// To the letter; of a conversation, and of a person those that are attached to nothing.
pub async fn files_round_trip_in_the_order_they_came(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::ai_session(&tenant);
    let to = Attachment { session_id: session.id, entry_id: fx::id(), at: fx::at(9) };
    let attached = Upload { attachment: Some(to), ..picture(&tenant, 2) };
    let first = Upload { attachment: Some(to), ..upload(&tenant, 1) };
    let loose = Upload { is_kept: false, ..upload(&tenant, 3) };
    let others = Upload { uploaded_by: tenant.colleague.id, ..upload(&tenant, 4) };
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    for upload in [&attached, &first, &loose, &others] {
        unit.insert_upload(upload).await.unwrap();
    }
    unit.commit().await.unwrap();
    assert_constraint(tenant.write(store).await.insert_upload(&loose).await, "pk_uploads");
    let stray = Upload { uploaded_by: fx::id(), ..upload(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_upload(&stray).await, "fk_uploads_person");
    let nowhere = Attachment { session_id: fx::id(), ..to };
    let stray = Upload { attachment: Some(nowhere), ..upload(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_upload(&stray).await, "fk_uploads_session");
    let nothing = Upload { bytes: 0, ..upload(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_upload(&nothing).await, "ck_uploads_bytes");
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.upload_by_id(tenant.id(), attached.id).await.unwrap().as_ref(), Some(&attached));
    assert_eq!(unit.uploads_of(tenant.id(), session.id).await.unwrap(), [first, attached]);
    assert_eq!(unit.loose_uploads(tenant.id(), tenant.user.id).await.unwrap(), [loose]);
    assert_eq!(unit.loose_uploads(tenant.id(), tenant.colleague.id).await.unwrap(), [others]);
}

/// Not before its bytes are there, and not to a second message.
pub async fn a_file_is_attached_once_and_when_its_bytes_are_there(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::ai_session(&tenant);
    let coming = Upload { is_kept: false, ..upload(&tenant, 1) };
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_upload(&coming).await.unwrap();
    unit.commit().await.unwrap();
    let to = Attachment { session_id: session.id, entry_id: fx::id(), at: fx::at(9) };
    let mut unit = tenant.write(store).await;
    assert!(!unit.attach_upload(tenant.id(), coming.id, to).await.unwrap(), "its bytes are not there");
    assert!(!unit.mark_upload_kept(tenant.id(), fx::id()).await.unwrap(), "there is none");
    assert!(unit.mark_upload_kept(tenant.id(), coming.id).await.unwrap());
    assert!(unit.attach_upload(tenant.id(), coming.id, to).await.unwrap());
    let again = Attachment { entry_id: fx::id(), ..to };
    assert!(!unit.attach_upload(tenant.id(), coming.id, again).await.unwrap(), "it is attached");
    unit.commit().await.unwrap();
    let kept = Upload { is_kept: true, attachment: Some(to), ..coming };
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.uploads_of(tenant.id(), session.id).await.unwrap(), std::slice::from_ref(&kept));
    assert!(unit.delete_upload(tenant.id(), kept.id).await.unwrap());
    assert!(!unit.delete_upload(tenant.id(), kept.id).await.unwrap());
    assert_eq!(unit.upload_by_id(tenant.id(), kept.id).await.unwrap(), None);
    unit.commit().await.unwrap();
    let stray = Attachment { session_id: fx::id(), ..to };
    let mut unit = tenant.write(store).await;
    let loose = upload(&tenant, 2);
    unit.insert_upload(&loose).await.unwrap();
    assert_constraint(unit.attach_upload(tenant.id(), loose.id, stray).await, "fk_uploads_session");
}

/// So that no two files take the same room.
pub async fn bytes_of_an_account_are_counted_with_places_taken(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.uploaded_bytes(tenant.id()).await.unwrap(), 0);
    let large = Upload { bytes: 5_000_000_000, ..upload(&tenant, 1) };
    unit.insert_upload(&large).await.unwrap();
    unit.insert_upload(&Upload { is_kept: false, ..upload(&tenant, 2) }).await.unwrap();
    assert_eq!(unit.uploaded_bytes(tenant.id()).await.unwrap(), 5_000_000_100);
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    unit.insert_upload(&upload(&other, 1)).await.unwrap();
    assert_eq!(unit.uploaded_bytes(other.id()).await.unwrap(), 100);
}

/// Of every account; what is attached or young stays.
pub async fn what_is_loose_and_old_is_swept(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let session = fx::ai_session(&tenant);
    let to = Attachment { session_id: session.id, entry_id: fx::id(), at: fx::at(2) };
    let attached = Upload { attachment: Some(to), ..upload(&tenant, 1) };
    let (old, young, theirs) = (upload(&tenant, 4), upload(&tenant, 5), upload(&other, 1));
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    for upload in [&attached, &old, &young] {
        unit.insert_upload(upload).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = other.write(store).await;
    unit.insert_upload(&theirs).await.unwrap();
    assert_eq!(unit.sweep_loose_uploads(fx::at(0)).await.unwrap(), 0);
    unit.commit().await.unwrap();
    let asked = [attached.id, old.id, young.id, theirs.id, fx::id()];
    let sorted = |mut ids: Vec<rf_kernel::UploadId>| {
        ids.sort();
        ids
    };
    let mut unit = system(store).await;
    let all = sorted(vec![attached.id, old.id, young.id, theirs.id]);
    assert_eq!(sorted(unit.known_uploads(&asked).await.unwrap()), all);
    assert_eq!(unit.sweep_loose_uploads(fx::at(5)).await.unwrap(), 2);
    assert_eq!(sorted(unit.known_uploads(&asked).await.unwrap()), sorted(vec![attached.id, young.id]));
    assert_eq!(unit.known_uploads(&[]).await.unwrap(), []);
}

/// Two messages want one file.
pub async fn of_simultaneous_attachments_one_wins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (session, file) = (fx::ai_session(&tenant), upload(&tenant, 1));
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_upload(&file).await.unwrap();
    unit.commit().await.unwrap();
    let tries = (1..7).map(async |seconds| {
        let to = Attachment { session_id: session.id, entry_id: fx::id(), at: fx::at(seconds) };
        let mut unit = tenant.write(store).await;
        let won = unit.attach_upload(tenant.id(), file.id, to).await.unwrap();
        unit.commit().await.unwrap();
        won.then_some(to)
    });
    let won: Vec<Attachment> = join_all(tries).await.into_iter().flatten().collect();
    let [to] = won[..] else { panic!("one wins: {won:?}") };
    let kept = tenant.read(store).await.upload_by_id(tenant.id(), file.id).await.unwrap().unwrap();
    assert_eq!(kept.attachment, Some(to));
}

/// Neither seen nor changed, by naming one's own tenant or the owner.
pub async fn files_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let session = fx::ai_session(&owner);
    let to = Attachment { session_id: session.id, entry_id: fx::id(), at: fx::at(2) };
    let (attached, loose) = (Upload { attachment: Some(to), ..upload(&owner, 1) }, upload(&owner, 2));
    let mut unit = owner.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    unit.insert_upload(&attached).await.unwrap();
    unit.insert_upload(&loose).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.upload_by_id(tenant, loose.id).await.unwrap(), None);
        assert_eq!(unit.uploads_of(tenant, session.id).await.unwrap(), []);
        assert_eq!(unit.loose_uploads(tenant, owner.user.id).await.unwrap(), []);
        assert_eq!(unit.uploaded_bytes(tenant).await.unwrap(), 0);
        assert!(!unit.mark_upload_kept(tenant, loose.id).await.unwrap());
        assert!(!unit.attach_upload(tenant, loose.id, to).await.unwrap());
        assert!(!unit.delete_upload(tenant, loose.id).await.unwrap());
    }
    let mut unit = other.write(store).await;
    assert_eq!(unit.sweep_loose_uploads(fx::at(9)).await.unwrap(), 0);
    assert_eq!(unit.known_uploads(&[loose.id]).await.unwrap(), []);
    let mut unit = owner.read(store).await;
    let refused = unit.delete_upload(owner.id(), loose.id).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)));
    let mut unit = system_read(store).await;
    assert_eq!(unit.upload_by_id(owner.id(), loose.id).await.unwrap(), Some(loose));
    assert_eq!(unit.upload_by_id(owner.id(), attached.id).await.unwrap(), Some(attached));
}
