//! Chats and documents.

use rf_api_types::{
    assistant::{ChatBody, ChatMessageBody, ChatResponse, DocumentResponse, DocumentSummaryBody},
    pilot::SentBody,
};
use rf_assistant::{Chat, ChatMessage, Document, MessageCall};
use rf_usecases::{ChatView, DocumentLine};

pub(crate) fn chat(chat: Chat) -> ChatBody {
    ChatBody {
        id: chat.id.uuid(),
        title: chat.title,
        ai_session_id: chat.ai_session_id.map(Into::into),
        messages_count: chat.messages,
        created_at: chat.created_at,
        updated_at: chat.updated_at,
    }
}

pub(crate) fn chat_view(view: ChatView) -> ChatResponse {
    ChatResponse { chat: chat(view.chat), messages: view.messages.into_iter().map(message).collect() }
}

fn message(message: ChatMessage) -> ChatMessageBody {
    ChatMessageBody {
        id: message.id.uuid(),
        role: message.role,
        text: message.text,
        engine: message.engine,
        citations: message.citations,
        at: message.at,
    }
}

pub(crate) fn chat_call((answer, call): (ChatMessage, MessageCall)) -> SentBody {
    SentBody {
        turn: answer.position,
        purpose: "chat".to_owned(),
        model: call.model,
        tier: call.tier,
        prompt_version: call.prompt_version,
        at: answer.at,
        sent: call.sent,
        pseudonyms: call.hidden,
        input_tokens: call.input_tokens,
        output_tokens: call.output_tokens,
        failure: call.failure,
    }
}

pub(crate) fn document_line(line: DocumentLine) -> DocumentSummaryBody {
    DocumentSummaryBody {
        id: line.document.id.uuid(),
        title: line.document.title,
        bytes: line.document.bytes,
        created_by_id: line.document.created_by.uuid(),
        created_by_name: line.created_by_name,
        created_at: line.document.created_at,
        can_delete: line.can_delete,
    }
}

pub(crate) fn document(document: Document) -> DocumentResponse {
    DocumentResponse {
        id: document.id.uuid(),
        title: document.title,
        text: document.text,
        created_by_id: document.created_by.uuid(),
        created_at: document.created_at,
    }
}
