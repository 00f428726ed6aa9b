//! Where chats and documents are kept. Implemented by the store adapters.

use async_trait::async_trait;
use rf_kernel::{AccountId, AiSessionId, ChatId, DocumentId, Page, StoreError, Timestamp, UserId};

use crate::{Chat, ChatMessage, Document, DocumentSummary, MessageCall};

/// Where a page of chats ends; the next one begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatCursor {
    /// When something was last said in its last chat.
    pub updated_at: Timestamp,
    /// That chat.
    pub id: ChatId,
}

/// Changes whenever the documents of an account do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentStamp {
    /// How many there are.
    pub documents: i64,
    /// When the newest was brought.
    pub newest: Option<Timestamp>,
}

/// Keeps chats, what was said in them, and documents.
#[async_trait]
pub trait AssistantRepository: Send {
    /// Keeps a new chat.
    async fn insert_chat(&mut self, chat: &Chat) -> Result<(), StoreError>;
    /// A chat of the account.
    async fn chat_by_id(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError>;
    /// [`AssistantRepository::chat_by_id`], and other units that ask the same wait until this one ends.
    async fn chat_for_update(&mut self, tenant: AccountId, id: ChatId) -> Result<Option<Chat>, StoreError>;
    /// Keeps what a chat is called, how long it is and what stands in for names in it. Whether there is such a chat.
    async fn update_chat(&mut self, tenant: AccountId, chat: &Chat) -> Result<bool, StoreError>;
    /// Takes a chat away with all that was said in it. Whether there was one.
    async fn delete_chat(&mut self, tenant: AccountId, id: ChatId) -> Result<bool, StoreError>;
    /// A page of a person's chats, the last used first, then by id, newest first; those beside a conversation where one
    /// is named.
    async fn list_chats(
        &mut self,
        tenant: AccountId,
        person: UserId,
        beside: Option<AiSessionId>,
        after: Option<ChatCursor>,
        page: Page,
    ) -> Result<Vec<Chat>, StoreError>;
    /// Keeps something said, with the call of a model it came of.
    async fn insert_chat_message(
        &mut self,
        tenant: AccountId,
        message: &ChatMessage,
        call: Option<&MessageCall>,
    ) -> Result<(), StoreError>;
    /// What was said in a chat, in order.
    async fn chat_messages(&mut self, tenant: AccountId, id: ChatId) -> Result<Vec<ChatMessage>, StoreError>;
    /// The calls of models for a chat, in order, each with when it was kept.
    async fn chat_calls(
        &mut self,
        tenant: AccountId,
        id: ChatId,
    ) -> Result<Vec<(ChatMessage, MessageCall)>, StoreError>;
    /// Keeps a new document.
    async fn insert_document(&mut self, document: &Document) -> Result<(), StoreError>;
    /// A document of the account.
    async fn document_by_id(
        &mut self,
        tenant: AccountId,
        id: DocumentId,
    ) -> Result<Option<Document>, StoreError>;
    /// The documents of the account, newest first.
    async fn list_documents(&mut self, tenant: AccountId) -> Result<Vec<DocumentSummary>, StoreError>;
    /// Takes a document away. Whether there was one.
    async fn delete_document(&mut self, tenant: AccountId, id: DocumentId) -> Result<bool, StoreError>;
    /// Changes whenever the documents do.
    async fn document_stamp(&mut self, tenant: AccountId) -> Result<DocumentStamp, StoreError>;
}
