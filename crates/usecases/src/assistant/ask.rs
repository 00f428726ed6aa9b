//! A question and its answer: planned in a unit that reads, asked while none is open, kept in a unit that writes.
//!
//! Without a model, or where its answer breaks a rule, the passages found are the answer.

use rf_assistant::{ChatMessage, Citation, MAX_QUESTION, MessageCall};
use rf_auth_policy::{Action, require};
use rf_flowpilot::{
    llm::StepKind,
    prompts::{self, Answered, AssistantQuestion, Said},
    pseudonyms::{Finder, Pseudonyms},
    retrieval::{Found, excerpt},
};
use rf_kernel::{ChatId, Checks, EntryId, Failure};
use rf_sessions::ai::{AiSession, EngineNote, MessageRole};

use super::{
    Asked, ChatView,
    chats::{locked_chat, own_chat, view},
};
use crate::{
    App, Caller, LiveWords, Model, Work,
    notes::unusable_rule,
    pilot::{
        AiSessionView, Called, Known, NoAnswer, Question, Showing, hidden, sent, view as ai_session_view,
    },
    redaction::redaction_of,
};

/// Passages an answer is made from.
const MOST_SOURCES: usize = 8;
/// Passages shown where nobody makes an answer of them.
const MOST_SHOWN: usize = 5;
/// Messages of a chat a model is told, and how much of each, characters.
const MOST_SAID: usize = 6;
const LONGEST_SAID: usize = 2_000;
/// The longest answer, tokens.
const MAX_TOKENS: u32 = 2_000;
/// How sure one is of an answer that has not been made, 0 to 1: it is worth the deep model.
const SURE: f64 = 0.5;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskAssistant {
    /// Made by the client; a repeat changes nothing.
    pub entry_id: EntryId,
    /// What is asked.
    pub text: String,
}

/// A question that may be asked, and what its answer is made from. Nothing is written yet.
#[derive(Debug)]
pub struct PlannedAnswer {
    chat: ChatId,
    asked: AskAssistant,
    found: Vec<Found>,
    said: Vec<(bool, String)>,
    case: Option<Known>,
    question: Option<Box<Question>>,
}

impl PlannedAnswer {
    /// Whether a model is asked, which takes a while.
    #[must_use]
    pub const fn asks_model(&self) -> bool {
        self.question.is_some()
    }

    /// What the prompt is made of.
    fn prompt(&self) -> AssistantQuestion<'_> {
        let said = self.said.iter().map(|(by_engineer, text)| Said { by_engineer: *by_engineer, text });
        AssistantQuestion {
            question: &self.asked.text,
            said: said.collect(),
            sources: &self.found,
            case: self.case.as_ref().map(Known::case),
        }
    }
}

impl App {
    /// Asks. A question sent twice is answered once.
    ///
    /// # Errors
    /// Those of [`App::plan_answer`] and [`App::finish_answer`].
    pub async fn ask_assistant(
        &self,
        caller: &Caller,
        id: ChatId,
        asked: &AskAssistant,
    ) -> Result<ChatView, Failure> {
        let planned = self.plan_answer(caller, id, asked).await?;
        self.finish_answer(caller, planned, None).await
    }

    /// Looks for what answers a question, and for what a model would be asked; writes nothing.
    ///
    /// # Errors
    /// `chat_not_found`, `validation_failed`, `forbidden`.
    pub async fn plan_answer(
        &self,
        caller: &Caller,
        id: ChatId,
        asked: &AskAssistant,
    ) -> Result<PlannedAnswer, Failure> {
        let text = rf_notes::visible(&asked.text).trim().to_owned();
        let mut checks = Checks::new();
        checks.text("text", &text, 1..=MAX_QUESTION);
        checks.finish()?;
        let known = self.asked(caller, &text).await?;
        let asked = AskAssistant { text, ..asked.clone() };
        self.read(caller, async |work| self.look_up(work, id, &asked, &known).await).await
    }

    async fn look_up(
        &self,
        work: &mut Work,
        id: ChatId,
        asked: &AskAssistant,
        known: &Asked,
    ) -> Result<PlannedAnswer, Failure> {
        require(&work.actor, Action::RunSessions)?;
        let chat = own_chat(work, id).await?;
        let ChatView { chat, messages } = view(work, chat).await?;
        let mut planned = PlannedAnswer {
            chat: id,
            asked: asked.clone(),
            found: Vec::new(),
            said: Vec::new(),
            case: None,
            question: None,
        };
        if messages.iter().any(|message| message.id == asked.entry_id) {
            return Ok(planned);
        }
        let actor = &work.actor;
        let rank = |text: &str| {
            known.library.index().rank(
                text,
                MOST_SOURCES,
                |source| known.library.may_read(actor, source),
                known.meaning().as_ref(),
            )
        };
        planned.found = rank(&asked.text);
        let before = messages.iter().rev().find(|message| message.role == MessageRole::Engineer);
        if let Some(before) = before.filter(|_| planned.found.is_empty()) {
            // "And after that?" says what it is about together with the question before.
            planned.found = rank(&format!("{}\n{}", before.text, asked.text));
        }
        let Some(model) = self.model.as_ref().filter(|_| !planned.found.is_empty()) else {
            return Ok(planned);
        };
        let last = messages.len().saturating_sub(MOST_SAID);
        planned.said = messages[last..].iter().map(said).collect();
        planned.case = match chat.ai_session_id {
            Some(session) => case_beside(work, session).await?,
            None => None,
        };
        let options = redaction_of(work).await?.options;
        let finder = Finder::new(&options).map_err(|rule| unusable_rule(&rule))?;
        let mut pseudonyms = match &chat.pseudonyms {
            Some(kept) => serde_json::from_str(kept).map_err(Failure::internal)?,
            None => Pseudonyms::new(chat.id.uuid()),
        };
        let sending = prompts::ask(&planned.prompt(), &finder, &mut pseudonyms);
        let question =
            Question::new(model, StepKind::Chat, SURE, chat.messages, sending, MAX_TOKENS, pseudonyms);
        planned.question = Some(Box::new(question));
        Ok(planned)
    }

    /// Makes the answer as planned and keeps it with the question. Whatever becomes of the model, there is an answer.
    ///
    /// # Errors
    /// `chat_not_found`: it may have been taken away meanwhile.
    pub async fn finish_answer(
        &self,
        caller: &Caller,
        planned: PlannedAnswer,
        live: Option<&LiveWords>,
    ) -> Result<ChatView, Failure> {
        let called = match (&self.model, &planned.question) {
            (Some(model), Some(question)) => {
                Some(self.answer(caller, model, question, &planned, live).await?)
            }
            _ => None,
        };
        let reply = Reply::of(&planned, called.as_ref());
        let bill = called.and_then(|called| called.bill);
        self.write(caller, async |work| {
            let now = work.ctx.now;
            let chat = locked_chat(work, planned.chat).await;
            if let Some(bill) = bill {
                bill.settle(work.unit.as_mut(), work.actor.account_id).await?;
            }
            let mut chat = match chat {
                Ok(chat) => chat,
                // Taken away while it was answered: what it cost counts all the same.
                Err(failure) => return Ok(Err(failure)),
            };
            let tenant = chat.account_id;
            let known = work.unit.chat_messages(tenant, chat.id).await?;
            if known.iter().any(|message| message.id == planned.asked.entry_id) {
                return Ok(Ok(ChatView { chat, messages: known }));
            }
            let message = |id: EntryId, role: MessageRole, text: &str| ChatMessage {
                id,
                chat_id: chat.id,
                position: 0,
                role,
                text: text.to_owned(),
                engine: None,
                citations: Vec::new(),
                at: now,
            };
            let mut question = message(planned.asked.entry_id, MessageRole::Engineer, &planned.asked.text);
            let mut answer = ChatMessage {
                engine: Some(reply.engine.clone()),
                citations: reply.citations.clone(),
                ..message(self.new_id(), MessageRole::Copilot, &reply.text)
            };
            chat.say(&mut question, &mut answer, now);
            if let Some(asked) = &planned.question {
                let kept = serde_json::to_string(&asked.pseudonyms).map_err(Failure::internal)?;
                chat.pseudonyms = Some(kept);
            }
            work.unit.insert_chat_message(tenant, &question, None).await?;
            work.unit.insert_chat_message(tenant, &answer, reply.call.as_ref()).await?;
            work.unit.update_chat(tenant, &chat).await?;
            Ok(Ok(view(work, chat).await?))
        })
        .await?
    }

    async fn answer(
        &self,
        caller: &Caller,
        model: &Model,
        question: &Question,
        planned: &PlannedAnswer,
        live: Option<&LiveWords>,
    ) -> Result<Called<Answered>, Failure> {
        let reader = || question.reply_reader();
        let showing = live.map(|words| Showing { words, reader: &reader });
        self.call_model(caller.claims.account_id, model, question, showing, |answer| {
            prompts::take(&planned.prompt(), answer, &question.pseudonyms)
                .map_err(|refused| NoAnswer::Refused(refused.to_string()))
        })
        .await
    }
}

/// An answer as it is kept.
struct Reply {
    text: String,
    engine: EngineNote,
    citations: Vec<Citation>,
    call: Option<MessageCall>,
}

impl Reply {
    fn of(planned: &PlannedAnswer, called: Option<&Called<Answered>>) -> Self {
        let cite = |number: usize| {
            planned.found.get(number - 1).map(|found| citation(number, found, &planned.asked))
        };
        let call = called.zip(planned.question.as_deref()).and_then(|(called, question)| {
            let bill = called.bill.filter(|bill| bill.was_sent)?;
            Some(call_of(question, bill.tokens(), called.answer.as_ref().err()))
        });
        match called.map(|called| &called.answer) {
            Some(Ok(answered)) => {
                let name = planned.question.as_ref().map(|question| question.request.model.clone());
                let engine = EngineNote { name: name.unwrap_or_default(), reason: None };
                let citations = answered.cited.iter().copied().filter_map(cite).collect();
                Self { text: answered.reply.clone(), engine, citations, call }
            }
            none => {
                let reason = none.and_then(|answer| answer.as_ref().err()).map(NoAnswer::sentence);
                let citations: Vec<Citation> =
                    (1..=planned.found.len().min(MOST_SHOWN)).filter_map(cite).collect();
                let text = match citations.len() {
                    0 => NOTHING.to_owned(),
                    1 => "This passage of your library fits. It is shown as it stands; nobody wrote an answer from it.".to_owned(),
                    count => format!("These {count} passages of your library fit best. They are shown as they stand; nobody wrote an answer from them."),
                };
                Self { text, engine: EngineNote::offline(reason), citations, call }
            }
        }
    }
}

/// What is said where nothing is found.
const NOTHING: &str = "Nothing in your flows, your resolved sessions or your account's documents speaks of that. Ask with the \
    words the problem is known by, such as the product or the error's code, or add a document that answers it.";

fn citation(number: usize, found: &Found, asked: &AskAssistant) -> Citation {
    Citation {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        kind: found.source.kind,
        source_id: found.source.id,
        title: found.title.clone(),
        heading: found.passage.heading.clone(),
        excerpt: excerpt(&asked.text, &found.passage.text),
    }
}

fn call_of(question: &Question, (input, output): (i64, i64), failure: Option<&NoAnswer>) -> MessageCall {
    MessageCall {
        model: question.request.model.clone(),
        tier: question.tier.to_owned(),
        prompt_version: question.prompt_version.clone(),
        sent: sent(&question.request),
        hidden: hidden(&question.pseudonyms),
        input_tokens: input,
        output_tokens: output,
        failure: failure.map(NoAnswer::sentence),
    }
}

/// What was said, as a model is told it.
fn said(message: &ChatMessage) -> (bool, String) {
    let text: String = message.text.chars().take(LONGEST_SAID).collect();
    (message.role == MessageRole::Engineer, text)
}

/// The conversation a chat is beside, where its owner may still read it.
async fn case_beside(work: &mut Work, id: rf_kernel::AiSessionId) -> Result<Option<Known>, Failure> {
    let session = work.unit.ai_session_by_id(work.actor.account_id, id).await?;
    let readable = |session: &AiSession| session.require_reader(&work.actor).is_ok();
    let Some(session) = session.filter(readable) else { return Ok(None) };
    let AiSessionView { session, mut steps, fixes, signatures, .. } = ai_session_view(work, session).await?;
    steps.retain(|step| !step.is_briefing());
    Ok(Some(Known { session, steps, fixes, signatures }))
}
