use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, ChatId, DocumentId, EntryId, Timestamp, UserId};
use rf_sessions::ai::MessageRole;
use uuid::Uuid;

use super::*;

fn actor(user: u128, role: Role) -> Actor {
    Actor {
        account_id: AccountId(Uuid::from_u128(1)),
        user_id: UserId(Uuid::from_u128(user)),
        team_id: None,
        role,
        is_super_admin: false,
        name: "Sam".into(),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).unwrap()
}

fn said(role: MessageRole, text: &str) -> ChatMessage {
    ChatMessage {
        id: EntryId(Uuid::from_u128(3)),
        chat_id: ChatId(Uuid::from_u128(2)),
        position: 0,
        role,
        text: text.into(),
        engine: None,
        citations: vec![],
        at: at(5),
    }
}

#[test]
fn the_first_question_names_the_chat_and_no_other_does() {
    let owner = actor(7, Role::Engineer);
    let mut chat = Chat::new(ChatId(Uuid::from_u128(2)), &owner, None, at(1));
    assert_eq!(chat.title, "New chat");
    let long = "\n  How is the label printer\tat reception set up after its spooler was emptied twice? ";
    let mut question = said(MessageRole::Engineer, long);
    let mut answer = said(MessageRole::Copilot, "So.");
    chat.say(&mut question, &mut answer, at(9));
    assert_eq!(chat.title, "How is the label printer at reception set up after its…");
    assert_eq!((question.position, answer.position, chat.messages), (1, 2, 2));
    assert_eq!(chat.updated_at, at(9));
    let mut second = said(MessageRole::Engineer, "And then?");
    chat.say(&mut second, &mut answer, at(10));
    assert_eq!((second.position, chat.title.starts_with("How is")), (3, true));
    chat.rename("  Label   printer ").unwrap();
    assert_eq!(chat.title, "Label printer");
    assert!(chat.rename(" \n ").is_err() && chat.rename(&"x".repeat(MAX_TITLE + 1)).is_err());
}

#[test]
fn a_chat_is_its_owners_whatever_the_role() {
    let chat = Chat::new(ChatId(Uuid::from_u128(2)), &actor(7, Role::Engineer), None, at(1));
    chat.require_owner(&actor(7, Role::Engineer)).unwrap();
    let refused = chat.require_owner(&actor(8, Role::Owner)).unwrap_err();
    assert_eq!(refused.code, codes::CHAT_NOT_FOUND);
}

#[test]
fn a_document_is_text_of_a_size_that_is_read() {
    let by = actor(7, Role::Engineer);
    let new =
        |title: &str, text: &str| Document::new(DocumentId(Uuid::from_u128(4)), &by, title, text, at(1));
    let document = new(" VPN \n runbook ", "# One\r\nTwo\r\n").unwrap();
    assert_eq!((document.title.as_str(), document.text.as_str()), ("VPN runbook", "# One\nTwo"));
    let code = |title: &str, text: &str| new(title, text).unwrap_err().code;
    assert_eq!(code("t", &"x".repeat(MAX_DOCUMENT_BYTES + 1)), codes::DOCUMENT_TOO_LARGE);
    assert_eq!(code("t", "PK\u{3}\u{4}"), codes::DOCUMENT_BINARY);
    assert_eq!(code("t", "a\u{0}b"), codes::DOCUMENT_BINARY);
    assert!(new("", "text").is_err() && new("t", " \n ").is_err());
}

#[test]
fn a_document_is_deleted_by_who_brought_it_and_who_manages() {
    let by = actor(7, Role::Engineer);
    let document = Document::new(DocumentId(Uuid::from_u128(4)), &by, "t", "x", at(1)).unwrap();
    let summary = DocumentSummary::of(&document);
    assert!(summary.can_delete(&by));
    assert!(summary.can_delete(&actor(8, Role::TeamAdmin)));
    let refused = summary.require_deleter(&actor(8, Role::Engineer)).unwrap_err();
    assert_eq!(refused.code, codes::DOCUMENT_ACCESS_DENIED);
    assert!(!summary.can_delete(&actor(7, Role::Viewer)), "who may not bring one any more");
}
