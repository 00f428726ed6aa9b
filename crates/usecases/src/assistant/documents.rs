//! The documents of an account.

use std::collections::BTreeMap;

use rf_assistant::{Document, DocumentSummary, MAX_DOCUMENTS, codes};
use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{DocumentId, Failure};
use serde_json::json;

use super::DocumentLine;
use crate::{App, Caller, audit::Event};

impl App {
    /// The documents of the caller's account, newest first.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn documents(&self, caller: &Caller) -> Result<Vec<DocumentLine>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let people = work.unit.people(tenant).await?;
            let names: BTreeMap<_, _> = people.into_iter().map(|person| (person.id, person.name)).collect();
            let listed = work.unit.list_documents(tenant).await?;
            let line = |document: DocumentSummary| DocumentLine {
                created_by_name: names.get(&document.created_by).cloned(),
                can_delete: document.can_delete(&work.actor),
                document,
            };
            Ok(listed.into_iter().map(line).collect())
        })
        .await
    }

    /// A document of the caller's account.
    ///
    /// # Errors
    /// `document_not_found`, `forbidden`.
    pub async fn document(&self, caller: &Caller, id: DocumentId) -> Result<Document, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let found = work.unit.document_by_id(work.actor.account_id, id).await?;
            found.ok_or_else(Document::not_found)
        })
        .await
    }

    /// Brings a document into the account.
    ///
    /// # Errors
    /// `document_too_large`, `document_binary`, `too_many_documents`, `validation_failed`, `forbidden`.
    pub async fn add_document(&self, caller: &Caller, title: &str, text: &str) -> Result<Document, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::AuthorTrees)?;
            let tenant = work.actor.account_id;
            let document = Document::new(self.new_id(), &work.actor, title, text, work.ctx.now)?;
            let known = work.unit.document_stamp(tenant).await?.documents;
            if u64::try_from(known).unwrap_or_default() >= MAX_DOCUMENTS {
                let detail = format!(
                    "The account has {MAX_DOCUMENTS} documents. Delete one that is out of date first."
                );
                return Err(Failure::new(codes::TOO_MANY_DOCUMENTS, detail));
            }
            work.unit.insert_document(&document).await?;
            let payload = json!({ "title": document.title, "bytes": document.text.len() });
            let event = Event::new(events::DOCUMENT_ADDED, "document", document.id.uuid(), payload);
            self.audit(work, event).await?;
            Ok(document)
        })
        .await
    }

    /// Takes a document away.
    ///
    /// # Errors
    /// `document_not_found`, `document_access_denied`, `forbidden`.
    pub async fn delete_document(&self, caller: &Caller, id: DocumentId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::AuthorTrees)?;
            let tenant = work.actor.account_id;
            let found = work.unit.document_by_id(tenant, id).await?.ok_or_else(Document::not_found)?;
            DocumentSummary::of(&found).require_deleter(&work.actor)?;
            work.unit.delete_document(tenant, id).await?;
            let payload = json!({ "title": found.title });
            self.audit(work, Event::new(events::DOCUMENT_DELETED, "document", id.uuid(), payload)).await
        })
        .await
    }
}
