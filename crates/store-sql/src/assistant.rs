//! Chats, what was said in them, the documents of accounts, and their texts as vectors.

use async_trait::async_trait;
use rf_assistant::{
    AssistantRepository, Chat, ChatCursor, ChatMessage, Document, DocumentStamp, DocumentSummary, Embedding,
    EmbeddingRepository, EmbeddingStamp, MessageCall,
};
use rf_kernel::{AccountId, AiSessionId, ChatId, DocumentId, Page, StoreError, Timestamp, UserId};
use rf_sessions::ai::MessageRole;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait, Set,
    sea_query::{LockType, OnConflict, SelectStatement},
};
use uuid::Uuid;

use crate::{
    convert::{corrupt, from_json, instant, json, maybe_instant, micros, uuids},
    dialect::store_error,
    entities::{chat_messages as messages, chats, documents, embeddings},
    unit::SqlUnit,
};

/// Rows of one statement: SQLite takes 32,766 values.
const ROWS_AT_ONCE: usize = 1_000;

fn chat(row: &QueryResult) -> Result<Chat, StoreError> {
    let row = chats::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Chat {
        id: row.id.into(),
        account_id: row.account_id.into(),
        user_id: row.user_id.into(),
        ai_session_id: row.ai_session_id.map(Into::into),
        title: row.title,
        messages: row.messages,
        pseudonyms: row.pseudonyms,
        created_at: instant(row.created_at)?,
        updated_at: instant(row.updated_at)?,
    })
}

fn said(row: messages::Model) -> Result<(ChatMessage, Option<MessageCall>), StoreError> {
    let message = ChatMessage {
        id: row.id.into(),
        chat_id: row.chat_id.into(),
        position: row.position,
        role: match row.role.as_str() {
            ENGINEER => MessageRole::Engineer,
            COPILOT => MessageRole::Copilot,
            other => return Err(corrupt(format!("{other:?} says nothing"))),
        },
        text: row.text,
        engine: row.engine.as_deref().map(from_json).transpose()?,
        citations: from_json(&row.citations)?,
        at: instant(row.at)?,
    };
    Ok((message, row.call.as_deref().map(from_json).transpose()?))
}

const ENGINEER: &str = "engineer";
const COPILOT: &str = "copilot";

fn message(row: &QueryResult) -> Result<(ChatMessage, Option<MessageCall>), StoreError> {
    said(messages::Model::from_query_result(row, "").map_err(store_error)?)
}

/// What lists read of a document.
#[derive(FromQueryResult)]
struct Listed {
    id: Uuid,
    title: String,
    bytes: i64,
    created_by: Uuid,
    created_at: i64,
}

fn summary(row: &QueryResult) -> Result<DocumentSummary, StoreError> {
    let row = Listed::from_query_result(row, "").map_err(store_error)?;
    Ok(DocumentSummary {
        id: row.id.into(),
        title: row.title,
        bytes: row.bytes,
        created_by: row.created_by.into(),
        created_at: instant(row.created_at)?,
    })
}

fn document(row: &QueryResult) -> Result<Document, StoreError> {
    let row = documents::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Document {
        id: row.id.into(),
        account_id: row.account_id.into(),
        title: row.title,
        text: row.text,
        created_by: row.created_by.into(),
        created_at: instant(row.created_at)?,
    })
}

/// How many there are, and the newest.
#[derive(FromQueryResult)]
struct Counted {
    count: i64,
    newest: Option<i64>,
}

fn counted(row: &QueryResult) -> Result<(i64, Option<Timestamp>), StoreError> {
    let row = Counted::from_query_result(row, "").map_err(store_error)?;
    Ok((row.count, maybe_instant(row.newest)?))
}

impl SqlUnit {
    /// The tenant's chat of that id.
    fn chat_query(&self, tenant: AccountId, id: ChatId) -> SelectStatement {
        chats::Entity::find()
            .filter(self.own(chats::Column::AccountId, tenant))
            .filter(chats::Column::Id.eq(id.uuid()))
            .into_query()
    }

    fn messages_query(&self, tenant: AccountId, id: ChatId) -> SelectStatement {
        messages::Entity::find()
            .filter(self.own(messages::Column::AccountId, tenant))
            .filter(messages::Column::ChatId.eq(id.uuid()))
            .order_by_asc(messages::Column::Position)
            .into_query()
    }

    fn embeddings_of(&self, tenant: AccountId, model: &str) -> Condition {
        self.own(embeddings::Column::AccountId, tenant).add(embeddings::Column::Model.eq(model))
    }
}

#[async_trait]
impl AssistantRepository for SqlUnit {
    async fn insert_chat(&mut self, chat: &Chat) -> Result<(), StoreError> {
        self.require_write_to(chat.account_id)?;
        self.insert(chats::Model {
            id: chat.id.into(),
            account_id: chat.account_id.into(),
            user_id: chat.user_id.into(),
            ai_session_id: uuids(chat.ai_session_id),
            title: chat.title.clone(),
            messages: chat.messages,
            pseudonyms: chat.pseudonyms.clone(),
            created_at: micros(chat.created_at),
            updated_at: micros(chat.updated_at),
        })
        .await
    }

    async fn chat_by_id(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        let query = self.chat_query(tenant, id);
        self.read_one(&query, chat).await
    }

    async fn chat_for_update(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError> {
        self.require_write()?;
        // SQLite ignores the clause: its writers are one at a time.
        let query = self.chat_query(tenant, id).lock(LockType::NoKeyUpdate).take();
        self.read_one(&query, chat).await
    }

    async fn update_chat(&mut self, tenant: AccountId, chat: &Chat) -> Result<bool, StoreError> {
        self.require_write()?;
        let changes = chats::ActiveModel {
            title: Set(chat.title.clone()),
            messages: Set(chat.messages),
            pseudonyms: Set(chat.pseudonyms.clone()),
            updated_at: Set(micros(chat.updated_at)),
            ..Default::default()
        };
        let update = chats::Entity::update_many()
            .set(changes)
            .filter(self.own(chats::Column::AccountId, tenant))
            .filter(chats::Column::Id.eq(chat.id.uuid()));
        Ok(self.write(&update.into_query()).await? > 0)
    }

    async fn delete_chat(&mut self, tenant: AccountId, id: ChatId) -> Result<bool, StoreError> {
        self.require_write()?;
        let said = messages::Entity::delete_many()
            .filter(self.own(messages::Column::AccountId, tenant))
            .filter(messages::Column::ChatId.eq(id.uuid()));
        self.write(&said.into_query()).await?;
        let gone = chats::Entity::delete_many()
            .filter(self.own(chats::Column::AccountId, tenant))
            .filter(chats::Column::Id.eq(id.uuid()));
        Ok(self.write(&gone.into_query()).await? > 0)
    }

    async fn list_chats(
        &mut self,
        tenant: AccountId,
        person: UserId,
        beside: Option<AiSessionId>,
        after: Option<ChatCursor>,
        page: Page,
    ) -> Result<Vec<Chat>, StoreError> {
        let mut wanted =
            self.own(chats::Column::AccountId, tenant).add(chats::Column::UserId.eq(person.uuid()));
        if let Some(session) = beside {
            wanted = wanted.add(chats::Column::AiSessionId.eq(session.uuid()));
        }
        if let Some(ChatCursor { updated_at, id }) = after {
            let earlier = Condition::any().add(chats::Column::UpdatedAt.lt(micros(updated_at))).add(
                Condition::all()
                    .add(chats::Column::UpdatedAt.eq(micros(updated_at)))
                    .add(chats::Column::Id.lt(id.uuid())),
            );
            wanted = wanted.add(earlier);
        }
        let query = chats::Entity::find()
            .filter(wanted)
            .order_by_desc(chats::Column::UpdatedAt)
            .order_by_desc(chats::Column::Id)
            .offset(page.skip)
            .limit(page.limit)
            .into_query();
        self.read(&query, chat).await
    }

    async fn insert_chat_message(
        &mut self,
        tenant: AccountId,
        message: &ChatMessage,
        call: Option<&MessageCall>,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let parts = (|| {
            let engine = message.engine.as_ref().map(json).transpose()?;
            Ok((engine, json(&message.citations)?, call.map(json).transpose()?))
        })();
        let (engine, citations, call) = self.check(parts)?;
        let role = match message.role {
            MessageRole::Engineer => ENGINEER,
            MessageRole::Copilot => COPILOT,
        };
        self.insert(messages::Model {
            id: message.id.into(),
            account_id: tenant.into(),
            chat_id: message.chat_id.into(),
            position: message.position,
            role: role.to_owned(),
            text: message.text.clone(),
            engine,
            citations,
            call,
            at: micros(message.at),
        })
        .await
    }

    async fn chat_messages(&mut self, tenant: AccountId, id: ChatId) -> Result<Vec<ChatMessage>, StoreError> {
        let query = self.messages_query(tenant, id);
        self.read(&query, |row| message(row).map(|(message, _)| message)).await
    }

    async fn chat_calls(
        &mut self,
        tenant: AccountId,
        id: ChatId,
    ) -> Result<Vec<(ChatMessage, MessageCall)>, StoreError> {
        let mut query = self.messages_query(tenant, id);
        query.and_where(messages::Column::Call.is_not_null());
        let found = self.read(&query, message).await?;
        Ok(found.into_iter().filter_map(|(message, call)| Some((message, call?))).collect())
    }

    async fn insert_document(&mut self, document: &Document) -> Result<(), StoreError> {
        self.require_write_to(document.account_id)?;
        self.insert(documents::Model {
            id: document.id.into(),
            account_id: document.account_id.into(),
            title: document.title.clone(),
            text: document.text.clone(),
            bytes: DocumentSummary::of(document).bytes,
            created_by: document.created_by.into(),
            created_at: micros(document.created_at),
        })
        .await
    }

    async fn document_by_id(
        &mut self,
        tenant: AccountId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError> {
        let query = documents::Entity::find()
            .filter(self.own(documents::Column::AccountId, tenant))
            .filter(documents::Column::Id.eq(id.uuid()))
            .into_query();
        self.read_one(&query, document).await
    }

    async fn list_documents(&mut self, tenant: AccountId) -> Result<Vec<DocumentSummary>, StoreError> {
        let query = documents::Entity::find()
            .select_only()
            .columns([
                documents::Column::Id,
                documents::Column::Title,
                documents::Column::Bytes,
                documents::Column::CreatedBy,
                documents::Column::CreatedAt,
            ])
            .filter(self.own(documents::Column::AccountId, tenant))
            .order_by_desc(documents::Column::CreatedAt)
            .order_by_desc(documents::Column::Id)
            .into_query();
        self.read(&query, summary).await
    }

    async fn delete_document(&mut self, tenant: AccountId, id: DocumentId) -> Result<bool, StoreError> {
        self.require_write()?;
        let gone = documents::Entity::delete_many()
            .filter(self.own(documents::Column::AccountId, tenant))
            .filter(documents::Column::Id.eq(id.uuid()));
        Ok(self.write(&gone.into_query()).await? > 0)
    }

    async fn document_stamp(&mut self, tenant: AccountId) -> Result<DocumentStamp, StoreError> {
        let query = documents::Entity::find()
            .select_only()
            .column_as(documents::Column::Id.count(), "count")
            .column_as(documents::Column::CreatedAt.max(), "newest")
            .filter(self.own(documents::Column::AccountId, tenant))
            .into_query();
        let (documents, newest) = self.read_one(&query, counted).await?.unwrap_or_default();
        Ok(DocumentStamp { documents, newest })
    }
}

/// Four bytes a number, the lowest first.
fn bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    let (fours, _) = bytes.as_chunks::<4>();
    fours.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

fn embedding(row: &QueryResult) -> Result<Embedding, StoreError> {
    let row = embeddings::Model::from_query_result(row, "").map_err(store_error)?;
    Ok(Embedding { vector: numbers(&row.vector), digest: row.digest })
}

#[derive(FromQueryResult)]
struct Digest {
    digest: String,
}

#[async_trait]
impl EmbeddingRepository for SqlUnit {
    async fn insert_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        embeddings: &[Embedding],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.require_write_to(tenant)?;
        let row = |embedding: &Embedding| {
            embeddings::Model {
                account_id: tenant.into(),
                model: model.to_owned(),
                digest: embedding.digest.clone(),
                vector: bytes(&embedding.vector),
                created_at: micros(at),
            }
            .into_active_model()
        };
        let key = [embeddings::Column::AccountId, embeddings::Column::Model, embeddings::Column::Digest];
        for some in embeddings.chunks(ROWS_AT_ONCE) {
            let known = OnConflict::columns(key).do_nothing().to_owned();
            let insert = embeddings::Entity::insert_many(some.iter().map(row)).on_conflict(known);
            self.write(&insert.into_query()).await?;
        }
        Ok(())
    }

    async fn embeddings(&mut self, tenant: AccountId, model: &str) -> Result<Vec<Embedding>, StoreError> {
        let query = embeddings::Entity::find()
            .filter(self.embeddings_of(tenant, model))
            .order_by_asc(embeddings::Column::Digest)
            .into_query();
        self.read(&query, embedding).await
    }

    async fn embedded(&mut self, tenant: AccountId, model: &str) -> Result<Vec<String>, StoreError> {
        let query = embeddings::Entity::find()
            .select_only()
            .column(embeddings::Column::Digest)
            .filter(self.embeddings_of(tenant, model))
            .order_by_asc(embeddings::Column::Digest)
            .into_query();
        self.read(&query, |row| Ok(Digest::from_query_result(row, "").map_err(store_error)?.digest)).await
    }

    async fn forget_embeddings(
        &mut self,
        tenant: AccountId,
        model: &str,
        digests: &[String],
    ) -> Result<u64, StoreError> {
        self.require_write()?;
        let own = self.own(embeddings::Column::AccountId, tenant);
        let others =
            embeddings::Entity::delete_many().filter(own.clone()).filter(embeddings::Column::Model.ne(model));
        let mut gone = self.write(&others.into_query()).await?;
        for some in digests.chunks(ROWS_AT_ONCE) {
            let delete = embeddings::Entity::delete_many()
                .filter(own.clone())
                .filter(embeddings::Column::Digest.is_in(some.iter().map(String::as_str)));
            gone += self.write(&delete.into_query()).await?;
        }
        Ok(gone)
    }

    async fn embedding_stamp(
        &mut self,
        tenant: AccountId,
        model: &str,
    ) -> Result<EmbeddingStamp, StoreError> {
        let query = embeddings::Entity::find()
            .select_only()
            .column_as(embeddings::Column::Digest.count(), "count")
            .column_as(embeddings::Column::CreatedAt.max(), "newest")
            .filter(self.embeddings_of(tenant, model))
            .into_query();
        let (vectors, newest) = self.read_one(&query, counted).await?.unwrap_or_default();
        Ok(EmbeddingStamp { vectors, newest })
    }
}
