//! Chats: begun, listed, renamed, taken away. Each is its owner's alone.

use rf_assistant::{Chat, ChatCursor, ChatMessage, MessageCall};
use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{AiSessionId, ChatId, Failure, Page};
use serde_json::json;

use super::{ChatPage, ChatView};
use crate::{App, Caller, Work, audit::Event, pilot::ai_session_not_found};

impl App {
    /// Begins a chat, alone or beside a conversation the caller may read.
    ///
    /// # Errors
    /// `ai_session_not_found`, `ai_session_access_denied`, `forbidden`.
    pub async fn begin_chat(
        &self,
        caller: &Caller,
        beside: Option<AiSessionId>,
    ) -> Result<ChatView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            if let Some(id) = beside {
                let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
                session.ok_or_else(ai_session_not_found)?.require_reader(&work.actor)?;
            }
            let chat = Chat::new(self.new_id(), &work.actor, beside, work.ctx.now);
            work.unit.insert_chat(&chat).await?;
            Ok(ChatView { chat, messages: Vec::new() })
        })
        .await
    }

    /// The caller's chats, the last used first; those beside a conversation where one is named.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn list_chats(
        &self,
        caller: &Caller,
        beside: Option<AiSessionId>,
        after: Option<ChatCursor>,
        page: Page,
    ) -> Result<ChatPage, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let (tenant, person) = (work.actor.account_id, work.actor.user_id);
            let asked = Page { limit: page.limit.saturating_add(1), ..page };
            let mut items = work.unit.list_chats(tenant, person, beside, after, asked).await?;
            let more = items.len() as u64 > page.limit;
            items.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
            let last = items.last().filter(|_| more);
            let next = last.map(|last| ChatCursor { updated_at: last.updated_at, id: last.id });
            Ok(ChatPage { items, next })
        })
        .await
    }

    /// A chat of the caller's.
    ///
    /// # Errors
    /// `chat_not_found`, `forbidden`.
    pub async fn chat(&self, caller: &Caller, id: ChatId) -> Result<ChatView, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let chat = own_chat(work, id).await?;
            view(work, chat).await
        })
        .await
    }

    /// Calls a chat something else.
    ///
    /// # Errors
    /// `chat_not_found`, `validation_failed`, `forbidden`.
    pub async fn rename_chat(&self, caller: &Caller, id: ChatId, title: &str) -> Result<ChatView, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let mut chat = locked_chat(work, id).await?;
            chat.rename(title)?;
            work.unit.update_chat(chat.account_id, &chat).await?;
            view(work, chat).await
        })
        .await
    }

    /// Takes a chat away with all that was said in it.
    ///
    /// # Errors
    /// `chat_not_found`, `forbidden`.
    pub async fn delete_chat(&self, caller: &Caller, id: ChatId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::RunSessions)?;
            let chat = locked_chat(work, id).await?;
            work.unit.delete_chat(chat.account_id, id).await?;
            let payload = json!({ "messages": chat.messages });
            self.audit(work, Event::new(events::CHAT_DELETED, "chat", id.uuid(), payload)).await
        })
        .await
    }

    /// Every call of a model for a chat, oldest first, as it was sent, each with its answer.
    ///
    /// # Errors
    /// `chat_not_found`, `forbidden`.
    pub async fn sent_in_chat(
        &self,
        caller: &Caller,
        id: ChatId,
    ) -> Result<Vec<(ChatMessage, MessageCall)>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let chat = own_chat(work, id).await?;
            Ok(work.unit.chat_calls(chat.account_id, id).await?)
        })
        .await
    }
}

pub(super) async fn own_chat(work: &mut Work, id: ChatId) -> Result<Chat, Failure> {
    let chat = work.unit.chat_by_id(work.actor.account_id, id).await?.ok_or_else(Chat::not_found)?;
    chat.require_owner(&work.actor)?;
    Ok(chat)
}

/// The same, held until the unit ends.
pub(super) async fn locked_chat(work: &mut Work, id: ChatId) -> Result<Chat, Failure> {
    let chat = work.unit.chat_for_update(work.actor.account_id, id).await?.ok_or_else(Chat::not_found)?;
    chat.require_owner(&work.actor)?;
    Ok(chat)
}

pub(super) async fn view(work: &mut Work, chat: Chat) -> Result<ChatView, Failure> {
    let messages = work.unit.chat_messages(chat.account_id, chat.id).await?;
    Ok(ChatView { chat, messages })
}
