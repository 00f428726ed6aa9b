//! Chats, what was said in them, the documents of accounts, and their texts as vectors.

use rf_assistant::{
    Chat, ChatCursor, ChatMessage, Citation, Document, DocumentStamp, DocumentSummary, Embedding,
    EmbeddingStamp, MessageCall, SourceKind,
};
use rf_kernel::{Page, StoreError};
use rf_sessions::ai::{EngineNote, HiddenName, MessageRole, SentText};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system_read};

/// A chat of the tenant's person.
#[must_use]
pub fn chat(tenant: &Tenant, seconds: i64) -> Chat {
    Chat {
        id: fx::id(),
        account_id: tenant.id(),
        user_id: tenant.user.id,
        ai_session_id: None,
        title: "Häufige Fragen".into(),
        messages: 0,
        pseudonyms: None,
        created_at: fx::at(seconds),
        updated_at: fx::at(seconds),
    }
}

/// Something said in a chat.
#[must_use]
pub fn message(chat: &Chat, position: i64) -> ChatMessage {
    let citation = Citation {
        number: 1,
        kind: SourceKind::Document,
        source_id: fx::id::<rf_kernel::DocumentId>().uuid(),
        title: "VPN".into(),
        heading: Some("Error 809".into()),
        excerpt: "Look at \u{0} port 500 🕒".into(),
    };
    ChatMessage {
        id: fx::id(),
        chat_id: chat.id,
        position,
        role: if position % 2 == 1 { MessageRole::Engineer } else { MessageRole::Copilot },
        text: "Wie öffne ich **Port 500**?".into(),
        engine: Some(EngineNote::offline(Some("No model.".into()))),
        citations: vec![citation],
        at: fx::at(position),
    }
}

/// A document of the tenant.
#[must_use]
pub fn document(tenant: &Tenant, seconds: i64) -> Document {
    Document {
        id: fx::id(),
        account_id: tenant.id(),
        title: "Hausordnung".into(),
        text: "# Eins\n\nZwei".into(),
        created_by: tenant.user.id,
        created_at: fx::at(seconds),
    }
}

/// A vector.
#[must_use]
pub fn embedding(digest: &str) -> Embedding {
    Embedding { digest: digest.into(), vector: vec![0.5, -0.25, f32::MIN_POSITIVE, 1.0] }
}

fn call() -> MessageCall {
    MessageCall {
        model: "deep".into(),
        tier: "deep".into(),
        prompt_version: "answer@1".into(),
        sent: vec![SentText { role: "user".into(), text: "HOST_1_K7QM".into() }],
        hidden: vec![HiddenName { token: "HOST_1_K7QM".into(), kind: "host".into() }],
        input_tokens: 12,
        output_tokens: 3,
        failure: None,
    }
}

const ALL: Page = Page { skip: 0, limit: 100 };

/// With what was changed of them; those beside a conversation by its id.
pub async fn chats_round_trip_the_last_used_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let session = fx::ai_session(&tenant);
    let (old, new) = (chat(&tenant, 1), chat(&tenant, 2));
    let beside = Chat { ai_session_id: Some(session.id), ..chat(&tenant, 3) };
    let others = Chat { user_id: tenant.colleague.id, ..chat(&tenant, 4) };
    let mut unit = tenant.write(store).await;
    unit.insert_ai_session(&session).await.unwrap();
    for chat in [&old, &new, &beside, &others] {
        unit.insert_chat(chat).await.unwrap();
    }
    unit.commit().await.unwrap();
    assert_constraint(tenant.write(store).await.insert_chat(&old).await, "pk_chats");
    let stray = Chat { user_id: fx::id(), ..chat(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_chat(&stray).await, "fk_chats_person");
    let stray = Chat { ai_session_id: Some(fx::id()), ..chat(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_chat(&stray).await, "fk_chats_session");

    let changed = Chat {
        title: "Neu".into(),
        messages: 2,
        pseudonyms: Some("{}".into()),
        updated_at: fx::at(9),
        ..old
    };
    let mut unit = tenant.write(store).await;
    assert_eq!(
        unit.chat_for_update(tenant.id(), changed.id).await.unwrap().map(|chat| chat.messages),
        Some(0)
    );
    assert!(unit.update_chat(tenant.id(), &changed).await.unwrap());
    assert!(!unit.update_chat(tenant.id(), &chat(&tenant, 5)).await.unwrap(), "there is none");
    unit.commit().await.unwrap();
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.chat_by_id(tenant.id(), changed.id).await.unwrap().as_ref(), Some(&changed));
    let me = tenant.user.id;
    let listed = unit.list_chats(tenant.id(), me, None, None, ALL).await.unwrap();
    assert_eq!(listed, [changed.clone(), beside.clone(), new.clone()]);
    let listed = unit.list_chats(tenant.id(), me, Some(session.id), None, ALL).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&beside));
    let after = ChatCursor { updated_at: changed.updated_at, id: changed.id };
    let one = Page { skip: 0, limit: 1 };
    assert_eq!(unit.list_chats(tenant.id(), me, None, Some(after), one).await.unwrap(), [beside]);
}

/// To the letter, in order; a second message of the same id or place is refused.
pub async fn what_was_said_is_kept_once_and_goes_with_its_chat(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (chat, other) = (chat(&tenant, 1), chat(&tenant, 2));
    let (first, second) = (message(&chat, 1), message(&chat, 2));
    let elsewhere = ChatMessage { id: first.id, ..message(&other, 1) };
    let mut unit = tenant.write(store).await;
    unit.insert_chat(&chat).await.unwrap();
    unit.insert_chat(&other).await.unwrap();
    unit.insert_chat_message(tenant.id(), &second, Some(&call())).await.unwrap();
    unit.insert_chat_message(tenant.id(), &first, None).await.unwrap();
    unit.insert_chat_message(tenant.id(), &elsewhere, None).await.unwrap();
    unit.commit().await.unwrap();
    for (again, name) in [
        (ChatMessage { position: 3, ..first.clone() }, "pk_chat_messages"),
        (message(&chat, 1), "uq_chat_messages_position"),
        (message(&Chat { id: fx::id(), ..chat.clone() }, 1), "fk_chat_messages_chat"),
    ] {
        let answer = tenant.write(store).await.insert_chat_message(tenant.id(), &again, None).await;
        assert_constraint(answer, name);
    }
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.chat_messages(tenant.id(), chat.id).await.unwrap(), [first, second.clone()]);
    assert_eq!(unit.chat_calls(tenant.id(), chat.id).await.unwrap(), [(second, call())]);
    let mut unit = tenant.write(store).await;
    assert!(unit.delete_chat(tenant.id(), chat.id).await.unwrap());
    assert!(!unit.delete_chat(tenant.id(), chat.id).await.unwrap());
    assert_eq!(unit.chat_messages(tenant.id(), chat.id).await.unwrap(), []);
    assert_eq!(unit.chat_by_id(tenant.id(), chat.id).await.unwrap(), None);
    assert_eq!(unit.chat_messages(tenant.id(), other.id).await.unwrap(), [elsewhere]);
}

/// And whoever knows the stamp knows whether anything changed.
pub async fn documents_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (old, new) = (document(&tenant, 1), document(&tenant, 2));
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.document_stamp(tenant.id()).await.unwrap(), DocumentStamp::default());
    unit.insert_document(&old).await.unwrap();
    unit.insert_document(&new).await.unwrap();
    unit.commit().await.unwrap();
    assert_constraint(tenant.write(store).await.insert_document(&old).await, "pk_documents");
    let stray = Document { created_by: fx::id(), ..document(&tenant, 1) };
    assert_constraint(tenant.write(store).await.insert_document(&stray).await, "fk_documents_author");
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.document_by_id(tenant.id(), old.id).await.unwrap().as_ref(), Some(&old));
    let listed = unit.list_documents(tenant.id()).await.unwrap();
    assert_eq!(listed, [DocumentSummary::of(&new), DocumentSummary::of(&old)]);
    let stamp = DocumentStamp { documents: 2, newest: Some(fx::at(2)) };
    assert_eq!(unit.document_stamp(tenant.id()).await.unwrap(), stamp);
    assert!(unit.delete_document(tenant.id(), new.id).await.unwrap());
    assert!(!unit.delete_document(tenant.id(), new.id).await.unwrap());
    let stamp = DocumentStamp { documents: 1, newest: Some(fx::at(1)) };
    assert_eq!(unit.document_stamp(tenant.id()).await.unwrap(), stamp);
    assert_eq!(unit.document_by_id(tenant.id(), new.id).await.unwrap(), None);
}

/// To the bit, by model; what is known stays, and another model's go.
pub async fn embeddings_are_kept_by_what_was_sent(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (a, b) = (embedding("a"), Embedding { vector: vec![-1.0; 4], ..embedding("b") });
    let mut unit = tenant.write(store).await;
    unit.insert_embeddings(tenant.id(), "one", &[b.clone(), a.clone()], fx::at(1)).await.unwrap();
    unit.insert_embeddings(tenant.id(), "two", &[embedding("c")], fx::at(2)).await.unwrap();
    let other = Embedding { vector: vec![], ..embedding("a") };
    unit.insert_embeddings(tenant.id(), "one", &[other, embedding("d")], fx::at(3)).await.unwrap();
    unit.insert_embeddings(tenant.id(), "one", &[], fx::at(4)).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = tenant.write(store).await;
    assert_eq!(unit.embeddings(tenant.id(), "one").await.unwrap(), [a.clone(), b, embedding("d")]);
    assert_eq!(unit.embedded(tenant.id(), "one").await.unwrap(), ["a", "b", "d"]);
    let stamp = EmbeddingStamp { vectors: 3, newest: Some(fx::at(3)) };
    assert_eq!(unit.embedding_stamp(tenant.id(), "one").await.unwrap(), stamp);
    let gone =
        unit.forget_embeddings(tenant.id(), "one", &["b".into(), "d".into(), "e".into()]).await.unwrap();
    assert_eq!(gone, 3);
    assert_eq!(unit.embeddings(tenant.id(), "one").await.unwrap(), [a]);
    assert_eq!(unit.embedding_stamp(tenant.id(), "two").await.unwrap(), EmbeddingStamp::default());
}

/// Neither seen nor written, by naming one's own tenant or the owner.
pub async fn the_assistants_rows_are_hidden_from_other_accounts(store: &dyn Store) {
    let (owner, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let (chat, document) = (chat(&owner, 1), document(&owner, 1));
    let said = message(&chat, 1);
    let mut unit = owner.write(store).await;
    unit.insert_chat(&chat).await.unwrap();
    unit.insert_chat_message(owner.id(), &said, Some(&call())).await.unwrap();
    unit.insert_document(&document).await.unwrap();
    unit.insert_embeddings(owner.id(), "m", &[embedding("d")], fx::at(1)).await.unwrap();
    unit.commit().await.unwrap();
    for (access, tenant) in [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ] {
        let mut unit = store.begin(access).await.unwrap();
        assert_eq!(unit.chat_by_id(tenant, chat.id).await.unwrap(), None);
        assert_eq!(unit.chat_for_update(tenant, chat.id).await.unwrap(), None);
        assert_eq!(unit.list_chats(tenant, chat.user_id, None, None, ALL).await.unwrap(), []);
        assert_eq!(unit.chat_messages(tenant, chat.id).await.unwrap(), []);
        assert_eq!(unit.chat_calls(tenant, chat.id).await.unwrap(), []);
        assert!(!unit.update_chat(tenant, &chat).await.unwrap());
        assert!(!unit.delete_chat(tenant, chat.id).await.unwrap());
        assert_eq!(unit.document_by_id(tenant, document.id).await.unwrap(), None);
        assert_eq!(unit.list_documents(tenant).await.unwrap(), []);
        assert_eq!(unit.document_stamp(tenant).await.unwrap(), DocumentStamp::default());
        assert!(!unit.delete_document(tenant, document.id).await.unwrap());
        assert_eq!(unit.embeddings(tenant, "m").await.unwrap(), []);
        assert_eq!(unit.embedded(tenant, "m").await.unwrap(), Vec::<String>::new());
        assert_eq!(unit.embedding_stamp(tenant, "m").await.unwrap(), EmbeddingStamp::default());
        assert_eq!(unit.forget_embeddings(tenant, "n", &["d".into()]).await.unwrap(), 0);
        assert!(unit.insert_chat_message(tenant, &message(&chat, 2), None).await.is_err());
    }
    let mut unit = owner.read(store).await;
    let refused = unit.delete_document(owner.id(), document.id).await;
    assert!(matches!(refused, Err(StoreError::ReadOnly)));
    let mut unit = system_read(store).await;
    assert_eq!(unit.chat_messages(owner.id(), chat.id).await.unwrap(), [said]);
    assert_eq!(unit.document_by_id(owner.id(), document.id).await.unwrap(), Some(document));
    assert_eq!(unit.embeddings(owner.id(), "m").await.unwrap(), [embedding("d")]);
}
