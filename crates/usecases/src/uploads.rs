//! Files people bring: taken, attached to what they say, read again, swept.
//!
//! A file's place is taken in a unit before its bytes are written, so that the account's room is exact however many come
//! at once; nothing is open while bytes are written or read. What is left half done by a crash is swept.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_flowpilot::{Signature, read_log};
use rf_kernel::{AiSessionId, EntryId, Failure, UploadId};
use rf_store::Access;
use rf_uploads::{
    Attachment, Content, LogCode, LogDigest, MAX_ATTACHED, Upload, file_name, quota_reached, unavailable,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::{App, Caller, Work, audit::Event, pilot::ai_session_not_found, work::Decided};

/// After so long a file that is attached to nothing goes.
const LOOSE_SECONDS: i64 = 86_400;
/// Bytes without a row are left alone for so long: their row may be just about to be written.
const STRAY_SECONDS: i64 = 3_600;

/// What was swept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweptUploads {
    /// Files attached to nothing for a day.
    pub loose: u64,
    /// Bytes nobody knows of.
    pub strays: u64,
}

/// A file with what its codes mean.
#[derive(Clone, Debug)]
pub struct UploadView {
    /// The file.
    pub upload: Upload,
    /// Error signatures in a log.
    pub signatures: Vec<Signature>,
}

impl From<Upload> for UploadView {
    fn from(upload: Upload) -> Self {
        let signatures = upload.log.as_ref().map(signatures_of_log).unwrap_or_default();
        Self { upload, signatures }
    }
}

/// The meanings of the signatures of a log.
fn signatures_of_log(log: &LogDigest) -> Vec<Signature> {
    log.codes.iter().filter_map(|LogCode { kind, code }| Signature::of(kind, code.clone())).collect()
}

impl App {
    /// Takes a file: a picture or the text of a log, whatever it is called. The same file brought again before it is
    /// attached is the same.
    ///
    /// # Errors
    /// `upload_empty`, `upload_too_large`, `upload_type_refused`, `upload_broken`, `upload_quota_reached`,
    /// `uploads_unavailable`, `forbidden`.
    pub async fn upload(&self, caller: &Caller, name: &str, file: Vec<u8>) -> Result<Upload, Failure> {
        // Whoever may not is told before anything is looked at.
        self.read(caller, async |work| require(&work.actor, Action::RunSessions)).await?;
        // A log of megabytes is read for a moment; others are not to wait for it.
        let looked_at = spawn_blocking(move || looked_at(&file)).await.map_err(Failure::internal)?;
        let (content, sha256, log) = looked_at?;
        let (id, name) = (self.new_id(), file_name(name));
        let bytes = i64::try_from(content.bytes.len()).unwrap_or(i64::MAX);
        let (upload, is_new) = self
            .write(caller, async |work| {
                require(&work.actor, Action::RunSessions)?;
                let (tenant, person) = (work.actor.account_id, work.actor.user_id);
                // One after the other, or two would take the same room.
                work.unit.lock_account(tenant).await?;
                let mut loose = work.unit.loose_uploads(tenant, person).await?.into_iter();
                let same = |known: &Upload| known.is_kept && known.sha256 == sha256 && known.name == name;
                if let Some(known) = loose.find(same) {
                    return Ok((known, false));
                }
                let used = u64::try_from(work.unit.uploaded_bytes(tenant).await?).unwrap_or_default();
                let quota = self.settings.upload_quota_bytes;
                if used.saturating_add(content.bytes.len() as u64) > quota {
                    return Err(quota_reached(used, quota));
                }
                let upload = Upload {
                    id,
                    account_id: tenant,
                    uploaded_by: person,
                    name: name.clone(),
                    kind: content.kind,
                    bytes,
                    sha256: sha256.clone(),
                    size: content.size,
                    log: log.clone(),
                    attachment: None,
                    is_kept: false,
                    created_at: work.ctx.now,
                };
                work.unit.insert_upload(&upload).await?;
                Ok((upload, true))
            })
            .await?;
        if !is_new {
            return Ok(upload);
        }
        let tenant = upload.account_id;
        if let Err(error) = self.blobs.put(tenant, id, content.bytes).await {
            // Its room is free again; where that fails, too, it is swept.
            let freed =
                self.account_write(tenant, async |unit| Ok(unit.delete_upload(tenant, id).await?)).await;
            if let Err(error) = freed {
                tracing::warn!(%error, "the place of a file that could not be kept is taken until it is swept");
            }
            return Err(unavailable(&error));
        }
        self.write(caller, async |work| {
            work.unit.mark_upload_kept(tenant, id).await?;
            let payload = json!({ "name": upload.name, "kind": upload.kind, "bytes": upload.bytes });
            self.audit(work, Event::new(events::UPLOAD_ADDED, "upload", id.uuid(), payload)).await
        })
        .await?;
        Ok(Upload { is_kept: true, ..upload })
    }

    /// A file with its bytes: to whoever brought it and, once it is attached, to whoever reads the conversation.
    ///
    /// # Errors
    /// `upload_not_found`, `upload_access_denied`, `ai_session_access_denied`, `uploads_unavailable`, `forbidden`.
    pub async fn uploaded(&self, caller: &Caller, id: UploadId) -> Result<(Upload, Vec<u8>), Failure> {
        let upload = self
            .read(caller, async |work| {
                require(&work.actor, Action::Read)?;
                readable(work, id).await
            })
            .await?;
        let bytes = self.blobs.get(upload.account_id, id).await.map_err(|error| unavailable(&error))?;
        Ok((upload, bytes.ok_or_else(Upload::not_found)?))
    }

    /// Takes a file away, also one that is attached: somebody's password may be in it. Whoever brought it may, and whoever
    /// works the conversation.
    ///
    /// # Errors
    /// `upload_not_found`, `upload_access_denied`, `ai_session_access_denied`, `forbidden`.
    pub async fn delete_upload(&self, caller: &Caller, id: UploadId) -> Result<(), Failure> {
        let upload = self
            .write(caller, async |work| {
                require(&work.actor, Action::RunSessions)?;
                let tenant = work.actor.account_id;
                let upload = readable(work, id).await?;
                if let Some(to) = upload.attachment.filter(|_| upload.require_uploader(&work.actor).is_err())
                {
                    let session = work.unit.ai_session_by_id(tenant, to.session_id).await?;
                    session.ok_or_else(ai_session_not_found)?.require_worker(&work.actor)?;
                }
                work.unit.delete_upload(tenant, id).await?;
                let payload = json!({ "name": upload.name, "kind": upload.kind, "bytes": upload.bytes });
                self.audit(work, Event::new(events::UPLOAD_DELETED, "upload", id.uuid(), payload)).await?;
                Ok(upload)
            })
            .await?;
        if let Err(error) = self.blobs.delete(upload.account_id, id).await {
            tracing::warn!(%error, "the bytes of a file that is gone are left to be swept");
        }
        Ok(())
    }

    /// Takes away what was attached to nothing for a day, and bytes nobody knows of. For the server's upkeep.
    ///
    /// # Errors
    /// What the store says; `uploads_unavailable`.
    pub async fn sweep_uploads(&self) -> Result<SweptUploads, Failure> {
        let now = self.now();
        let before = now.plus_seconds(-LOOSE_SECONDS);
        let loose = self
            .system_write(async |unit| Ok(Decided::Answer(unit.sweep_loose_uploads(before).await?)))
            .await?;
        let stray = now.plus_seconds(-STRAY_SECONDS);
        let mut there = self.blobs.list().await.map_err(|error| unavailable(&error))?;
        there.retain(|blob| blob.written_at < stray);
        let ids: Vec<UploadId> = there.iter().map(|blob| blob.id).collect();
        let known = self.store.begin(Access::system_read()).await?.known_uploads(&ids).await?;
        let known: std::collections::BTreeSet<UploadId> = known.into_iter().collect();
        let mut strays = 0;
        for blob in there.into_iter().filter(|blob| !known.contains(&blob.id)) {
            self.blobs.delete(blob.account_id, blob.id).await.map_err(|error| unavailable(&error))?;
            strays += 1;
        }
        Ok(SweptUploads { loose, strays })
    }

    /// The caller's files that are to be attached, looked up before anything is said.
    pub(crate) async fn attachable(
        &self,
        caller: &Caller,
        ids: &[UploadId],
        to: Option<(AiSessionId, EntryId)>,
    ) -> Result<Vec<Upload>, Failure> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if ids.len() > MAX_ATTACHED {
            let message = format!("has {} items; at most {MAX_ATTACHED} are accepted", ids.len());
            return Err(Failure::invalid_field("uploads", "too_many", message));
        }
        self.read(caller, async |work| {
            let mut found: Vec<Upload> = Vec::new();
            for id in ids {
                let upload = work.unit.upload_by_id(work.actor.account_id, *id).await?;
                let upload = upload.ok_or_else(Upload::not_found)?;
                upload.require_attachable(&work.actor, to)?;
                if !found.iter().any(|known| known.id == upload.id) {
                    found.push(upload);
                }
            }
            Ok(found)
        })
        .await
    }
}

/// What a file is, the SHA-256 of what is kept of it, and what was read of a log.
fn looked_at(file: &[u8]) -> Result<(Content, String, Option<LogDigest>), Failure> {
    let content = Content::read(file)?;
    let sha256 = Sha256::digest(&content.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let log = content.text().map(read_log);
    Ok((content, sha256, log))
}

/// Attaches files to something said. One that another message got meanwhile refuses it all.
pub(crate) async fn attach(
    work: &mut Work,
    uploads: &[Upload],
    session_id: AiSessionId,
    entry_id: EntryId,
) -> Result<(), Failure> {
    let to = Attachment { session_id, entry_id, at: work.ctx.now };
    for upload in uploads {
        if !work.unit.attach_upload(upload.account_id, upload.id, to).await? {
            return Err(Upload::attached());
        }
    }
    Ok(())
}

/// A file the caller may read.
async fn readable(work: &mut Work, id: UploadId) -> Result<Upload, Failure> {
    let tenant = work.actor.account_id;
    let upload = work.unit.upload_by_id(tenant, id).await?.filter(|upload| upload.is_kept);
    let upload = upload.ok_or_else(Upload::not_found)?;
    match upload.attachment {
        None => upload.require_uploader(&work.actor)?,
        Some(to) => {
            let session = work.unit.ai_session_by_id(tenant, to.session_id).await?;
            session.ok_or_else(ai_session_not_found)?.require_reader(&work.actor)?;
        }
    }
    Ok(upload)
}

/// What is said together with what was read of the files that come with it. It stands in the conversation, so that
/// everybody sees what of them the copilot went by.
pub(crate) fn with_what_was_read(said: &str, uploads: &[Upload]) -> String {
    let mut parts: Vec<String> = vec![said.trim().to_owned()];
    for Upload { name, log, size, .. } in uploads {
        match (log, size) {
            (Some(log), _) => {
                let of = if log.excerpt.len() as u64 == log.lines {
                    format!("{} lines", log.lines)
                } else {
                    format!("{} of {} lines", log.excerpt.len(), log.lines)
                };
                let lines = log.excerpt.iter().map(|(number, line)| format!("{number}: {line}"));
                parts.push(
                    [format!("Log {name}, {of}:")].into_iter().chain(lines).collect::<Vec<_>>().join("\n"),
                );
            }
            (None, Some((width, height))) => parts.push(format!("Picture {name}, {width} × {height} pixels")),
            (None, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}
