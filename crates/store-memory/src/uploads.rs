//! What is known of files people brought.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, StoreError, Timestamp, UploadId, UserId};
use rf_uploads::{Attachment, Upload, UploadRepository};

use crate::{
    state::{State, require},
    unit::{MemoryUnit, View},
};

fn own(state: &State, view: View, tenant: AccountId) -> impl Iterator<Item = &Upload> {
    state.uploads.values().filter(move |upload| view.covers(tenant) && upload.account_id == tenant)
}

fn in_order<'a>(uploads: impl Iterator<Item = &'a Upload>) -> Vec<Upload> {
    let mut found: Vec<Upload> = uploads.cloned().collect();
    found.sort_by_key(|upload| (upload.created_at, upload.id));
    found
}

#[async_trait]
impl UploadRepository for MemoryUnit {
    async fn insert_upload(&mut self, upload: &Upload) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(upload.account_id)?;
            state.require_user(upload.account_id, Some(upload.uploaded_by), "fk_uploads_person")?;
            require(upload.bytes > 0, "ck_uploads_bytes")?;
            if let Some(to) = upload.attachment {
                let session = state.ai_sessions.get(&to.session_id);
                require(session.is_some_and(|s| s.account_id == upload.account_id), "fk_uploads_session")?;
            }
            state.uploads.insert("pk_uploads", upload.id, upload.clone())
        })
    }

    async fn upload_by_id(&mut self, tenant: AccountId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant).find(|upload| upload.id == id).cloned()))
    }

    async fn mark_upload_kept(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let found = own(state, view, tenant).find(|upload| upload.id == id).cloned();
            let Some(upload) = found else { return Ok(false) };
            state.uploads.put(id, Upload { is_kept: true, ..upload });
            Ok(true)
        })
    }

    async fn attach_upload(
        &mut self,
        tenant: AccountId,
        id: UploadId,
        to: Attachment,
    ) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let loose = |upload: &&Upload| upload.id == id && upload.is_kept && upload.attachment.is_none();
            let Some(upload) = own(state, view, tenant).find(loose).cloned() else { return Ok(false) };
            let session = state.ai_sessions.get(&to.session_id);
            require(session.is_some_and(|s| s.account_id == tenant), "fk_uploads_session")?;
            state.uploads.put(id, Upload { attachment: Some(to), ..upload });
            Ok(true)
        })
    }

    async fn uploads_of(
        &mut self,
        tenant: AccountId,
        session: AiSessionId,
    ) -> Result<Vec<Upload>, StoreError> {
        self.read(|state, view| {
            let there = |upload: &&Upload| upload.attachment.is_some_and(|to| to.session_id == session);
            Ok(in_order(own(state, view, tenant).filter(there)))
        })
    }

    async fn loose_uploads(&mut self, tenant: AccountId, person: UserId) -> Result<Vec<Upload>, StoreError> {
        self.read(|state, view| {
            let loose = |upload: &&Upload| upload.uploaded_by == person && upload.attachment.is_none();
            Ok(in_order(own(state, view, tenant).filter(loose)))
        })
    }

    async fn delete_upload(&mut self, tenant: AccountId, id: UploadId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let is_own = own(state, view, tenant).any(|upload| upload.id == id);
            if is_own {
                state.uploads.remove(&id);
            }
            Ok(is_own)
        })
    }

    async fn uploaded_bytes(&mut self, tenant: AccountId) -> Result<i64, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant).map(|upload| upload.bytes).sum()))
    }

    async fn sweep_loose_uploads(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let old = |upload: &&Upload| {
                view.covers(upload.account_id) && upload.attachment.is_none() && upload.created_at < before
            };
            let gone: Vec<UploadId> = state.uploads.values().filter(old).map(|upload| upload.id).collect();
            for id in &gone {
                state.uploads.remove(id);
            }
            Ok(gone.len() as u64)
        })
    }

    async fn known_uploads(&mut self, ids: &[UploadId]) -> Result<Vec<UploadId>, StoreError> {
        self.read(|state, view| {
            let seen =
                |id: &&UploadId| state.uploads.get(id).is_some_and(|upload| view.covers(upload.account_id));
            let mut known: Vec<UploadId> = ids.iter().filter(seen).copied().collect();
            known.sort();
            Ok(known)
        })
    }
}
