//! Chats, what was said in them, the documents of accounts, and their texts as vectors.

use std::cmp::Reverse;

use async_trait::async_trait;
use rf_assistant::{
    AssistantRepository, Chat, ChatCursor, ChatMessage, Document, DocumentStamp, DocumentSummary, Embedding,
    EmbeddingRepository, EmbeddingStamp, MessageCall,
};
use rf_kernel::{AccountId, AiSessionId, ChatId, DocumentId, Page, StoreError, Timestamp, UserId};

use crate::{
    state::{State, require},
    trees::cut,
    unit::{MemoryUnit, View},
};

/// A vector as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct EmbeddingRow {
    vector: Vec<f32>,
    created_at: Timestamp,
}

fn own(state: &State, view: View, tenant: AccountId, id: ChatId) -> Option<&Chat> {
    state.chats.get(&id).filter(|chat| view.covers(tenant) && chat.account_id == tenant)
}

fn said(state: &State, view: View, tenant: AccountId, id: ChatId) -> Vec<(ChatMessage, Option<MessageCall>)> {
    if own(state, view, tenant, id).is_none() {
        return Vec::new();
    }
    state.chat_messages.range((id, i64::MIN)..=(id, i64::MAX)).cloned().collect()
}

fn documents(state: &State, view: View, tenant: AccountId) -> impl Iterator<Item = &Document> {
    state.documents.values().filter(move |document| view.covers(tenant) && document.account_id == tenant)
}

/// The vectors of a model, by digest.
fn vectors<'a>(
    state: &'a State,
    view: View,
    tenant: AccountId,
    model: &'a str,
) -> impl Iterator<Item = (&'a String, &'a EmbeddingRow)> {
    let of =
        move |key: &(AccountId, String, String)| view.covers(tenant) && key.0 == tenant && key.1 == model;
    state.embeddings.entries().filter(move |(key, _)| of(key)).map(|(key, row)| (&key.2, row))
}

#[async_trait]
impl AssistantRepository for MemoryUnit {
    async fn insert_chat(&mut self, chat: &Chat) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(chat.account_id)?;
            state.require_user(chat.account_id, Some(chat.user_id), "fk_chats_person")?;
            let session = chat.ai_session_id.is_none_or(|id| {
                state.ai_sessions.get(&id).is_some_and(|session| session.account_id == chat.account_id)
            });
            require(session, "fk_chats_session")?;
            state.chats.insert("pk_chats", chat.id, chat.clone())
        })
    }

    async fn chat_by_id(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        self.read(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn chat_for_update(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        self.write(|state, view| Ok(own(state, view, tenant, id).cloned()))
    }

    async fn update_chat(&mut self, tenant: AccountId, chat: &Chat) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let Some(known) = own(state, view, tenant, chat.id).cloned() else { return Ok(false) };
            let kept = Chat {
                title: chat.title.clone(),
                messages: chat.messages,
                pseudonyms: chat.pseudonyms.clone(),
                updated_at: chat.updated_at,
                ..known
            };
            state.chats.put(chat.id, kept);
            Ok(true)
        })
    }

    async fn delete_chat(&mut self, tenant: AccountId, id: ChatId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            if own(state, view, tenant, id).is_none() {
                return Ok(false);
            }
            for (message, _) in said(state, view, tenant, id) {
                state.chat_messages.remove(&(id, message.position));
            }
            state.chats.remove(&id);
            Ok(true)
        })
    }

    async fn list_chats(
        &mut self,
        tenant: AccountId,
        person: UserId,
        beside: Option<AiSessionId>,
        after: Option<ChatCursor>,
        page: Page,
    ) -> Result<Vec<Chat>, StoreError> {
        self.read(|state, view| {
            let place = |chat: &Chat| (chat.updated_at, chat.id);
            let wanted = |chat: &&Chat| {
                view.covers(tenant)
                    && (chat.account_id, chat.user_id) == (tenant, person)
                    && beside.is_none_or(|session| chat.ai_session_id == Some(session))
                    && after.is_none_or(|ChatCursor { updated_at, id }| place(chat) < (updated_at, id))
            };
            let mut found: Vec<&Chat> = state.chats.values().filter(wanted).collect();
            found.sort_by_key(|chat| Reverse(place(chat)));
            Ok(cut(found, page).cloned().collect())
        })
    }

    async fn insert_chat_message(
        &mut self,
        tenant: AccountId,
        message: &ChatMessage,
        call: Option<&MessageCall>,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            require(own(state, view, tenant, message.chat_id).is_some(), "fk_chat_messages_chat")?;
            let known = said(state, view, tenant, message.chat_id);
            require(!known.iter().any(|(other, _)| other.id == message.id), "pk_chat_messages")?;
            let place = (message.chat_id, message.position);
            state.chat_messages.insert("uq_chat_messages_position", place, (message.clone(), call.cloned()))
        })
    }

    async fn chat_messages(&mut self, tenant: AccountId, id: ChatId) -> Result<Vec<ChatMessage>, StoreError> {
        self.read(|state, view| {
            Ok(said(state, view, tenant, id).into_iter().map(|(message, _)| message).collect())
        })
    }

    async fn chat_calls(
        &mut self,
        tenant: AccountId,
        id: ChatId,
    ) -> Result<Vec<(ChatMessage, MessageCall)>, StoreError> {
        self.read(|state, view| {
            let said = said(state, view, tenant, id).into_iter();
            Ok(said.filter_map(|(message, call)| Some((message, call?))).collect())
        })
    }

    async fn insert_document(&mut self, document: &Document) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(document.account_id)?;
            state.require_account(document.account_id, "fk_documents_account")?;
            state.require_user(document.account_id, Some(document.created_by), "fk_documents_author")?;
            state.documents.insert("pk_documents", document.id, document.clone())
        })
    }

    async fn document_by_id(
        &mut self,
        tenant: AccountId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        self.read(|state, view| {
            Ok(documents(state, view, tenant).find(|document| document.id == id).cloned())
        })
    }

    async fn list_documents(&mut self, tenant: AccountId) -> Result<Vec<DocumentSummary>, StoreError> {
        self.read(|state, view| {
            let mut found: Vec<DocumentSummary> =
                documents(state, view, tenant).map(DocumentSummary::of).collect();
            found.sort_by_key(|document| Reverse((document.created_at, document.id)));
            Ok(found)
        })
    }

    async fn delete_document(&mut self, tenant: AccountId, id: DocumentId) -> Result<bool, StoreError> {
        self.write(|state, view| {
            let is_own = documents(state, view, tenant).any(|document| document.id == id);
            if is_own {
                state.documents.remove(&id);
            }
            Ok(is_own)
        })
    }

    async fn document_stamp(&mut self, tenant: AccountId) -> Result<DocumentStamp, StoreError> {
        self.read(|state, view| {
            let instants: Vec<Timestamp> =
                documents(state, view, tenant).map(|document| document.created_at).collect();
            let documents = i64::try_from(instants.len()).unwrap_or(i64::MAX);
            Ok(DocumentStamp { documents, newest: instants.into_iter().max() })
        })
    }
}

#[async_trait]
impl EmbeddingRepository for MemoryUnit {
    async fn insert_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        embeddings: &[Embedding],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(|state, view| {
            view.wall(tenant)?;
            state.require_account(tenant, "fk_embeddings_account")?;
            for embedding in embeddings {
                let key = (tenant, model.to_owned(), embedding.digest.clone());
                if state.embeddings.get(&key).is_none() {
                    let row = EmbeddingRow { vector: embedding.vector.clone(), created_at: at };
                    state.embeddings.put(key, row);
                }
            }
            Ok(())
        })
    }

    async fn embeddings(&mut self, tenant: AccountId, model: &str) -> Result<Vec<Embedding>, StoreError> {
        self.read(|state, view| {
            let found = vectors(state, view, tenant, model);
            Ok(found
                .map(|(digest, row)| Embedding { digest: digest.clone(), vector: row.vector.clone() })
                .collect())
        })
    }

    async fn embedded(&mut self, tenant: AccountId, model: &str) -> Result<Vec<String>, StoreError> {
        self.read(|state, view| {
            Ok(vectors(state, view, tenant, model).map(|(digest, _)| digest.clone()).collect())
        })
    }

    async fn forget_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        digests: &[String],
    ) -> Result<u64, StoreError> {
        self.write(|state, view| {
            let goes = |key: &&(AccountId, String, String)| {
                view.covers(tenant) && key.0 == tenant && (key.1 != model || digests.contains(&key.2))
            };
            let gone: Vec<_> = state.embeddings.keys().filter(goes).cloned().collect();
            for key in &gone {
                state.embeddings.remove(key);
            }
            Ok(gone.len() as u64)
        })
    }

    async fn embedding_stamp(
        &mut self,
        tenant: AccountId,
        model: &str,
    ) -> Result<EmbeddingStamp, StoreError> {
        self.read(|state, view| {
            let instants: Vec<Timestamp> =
                vectors(state, view, tenant, model).map(|(_, row)| row.created_at).collect();
            let vectors = i64::try_from(instants.len()).unwrap_or(i64::MAX);
            Ok(EmbeddingStamp { vectors, newest: instants.into_iter().max() })
        })
    }
}
