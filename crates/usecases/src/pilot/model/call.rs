//! One call: what may be spent, tries and waits, the words as they come, and what it cost.

use futures_util::StreamExt;
use rf_flowpilot::{
    advice::Live,
    llm::{
        DailyTokens, LlmAnswer, LlmError, LlmErrorKind, LlmEvent, LlmRequest, ModelTier, Part, Reservation,
        Speaker, StepKind, Usage,
    },
    prompts,
    pseudonyms::Pseudonyms,
};
use rf_kernel::{AccountId, AiSessionId, Failure};
use rf_sessions::ai::{HiddenName, ModelCall, ModelTokens, SentText, TurnToken};
use rf_store::UnitOfWork;
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

use super::{LiveWords, Model, NoAnswer, Reader, Showing};
use crate::{
    App,
    pilot::{ai_session_not_found, keep_changed_in},
};

/// A request, with what is written down about it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) request: LlmRequest,
    /// The turns the conversation had had.
    pub(crate) turn: TurnToken,
    pub(crate) purpose: &'static str,
    pub(crate) tier: &'static str,
    pub(crate) prompt_version: String,
    /// What stands in for names in it.
    pub(crate) pseudonyms: Pseudonyms,
}

impl Question {
    /// The request to the model that such an answer needs, of a copilot that is so sure, 0 to 1.
    pub(crate) fn new(
        model: &Model,
        need: StepKind,
        score: f64,
        turn: TurnToken,
        sending: prompts::Asked,
        max_tokens: u32,
        pseudonyms: Pseudonyms,
    ) -> Self {
        // The score is from 0 to 1.
        let confidence = (score.clamp(0.0, 1.0) * 100.0).round() as u8;
        let tier = match model.tiers.tier(need, confidence) {
            ModelTier::Fast => "fast",
            ModelTier::Deep => "deep",
        };
        Self {
            turn,
            purpose: need.as_str(),
            tier,
            prompt_version: sending.prompt.to_owned(),
            request: sending.request(model.tiers.model(need, confidence), max_tokens),
            pseudonyms,
        }
    }

    /// Finds the reply in an answer, with the names put back.
    pub(crate) fn reply_reader(&self) -> Reader<'_> {
        let mut live = Live::default();
        Box::new(move |json| live.push(json, |words| self.pseudonyms.restore(words).text))
    }

    /// What the model was told to be, with its version.
    pub(crate) fn prompt_snapshot(&self) -> String {
        let told: Vec<&str> = self.request.system.iter().map(|block| block.text.as_str()).collect();
        format!("{}\n\n{}", self.prompt_version, told.join("\n\n"))
    }
}

/// What came of all tries.
struct Tried {
    answer: Result<LlmAnswer, NoAnswer>,
    usage: Usage,
    /// Whether anything has left the machine.
    was_sent: bool,
}

impl App {
    /// Asks about a conversation of that account, and keeps what was sent and what it cost. `check` takes or refuses the
    /// answer. Whoever it is for was let ask before.
    pub(in crate::pilot) async fn ask<T>(
        &self,
        account: AccountId,
        id: AiSessionId,
        model: &Model,
        question: &Question,
        showing: Option<Showing<'_>>,
        check: impl FnOnce(&LlmAnswer) -> Result<T, NoAnswer>,
    ) -> Result<Result<T, NoAnswer>, Failure> {
        let Called { answer, bill } = self.call_model(account, model, question, showing, check).await?;
        if let Some(bill) = bill {
            let failure = answer.as_ref().err().map(NoAnswer::sentence);
            self.keep_call(account, id, question, bill, failure).await?;
        }
        Ok(answer)
    }

    /// Asks. What it cost is reserved, and to be settled in the unit that keeps what came of it.
    pub(crate) async fn call_model<T>(
        &self,
        account: AccountId,
        model: &Model,
        question: &Question,
        showing: Option<Showing<'_>>,
        check: impl FnOnce(&LlmAnswer) -> Result<T, NoAnswer>,
    ) -> Result<Called<T>, Failure> {
        let reservation = match self.reserve(account, model, &question.request).await? {
            Ok(reservation) => reservation,
            Err(error) => {
                tracing::info!(%error, "the model is not asked");
                return Ok(Called { answer: Err(NoAnswer::Failed(error.kind)), bill: None });
            }
        };
        let Tried { answer, usage, was_sent } = self.try_often(model, question, showing).await;
        let answer = answer.and_then(|answer| check(&answer));
        Ok(Called { answer, bill: Some(Bill { reservation, usage, was_sent }) })
    }

    /// Takes what the call may cost at most out of what the account has left today.
    async fn reserve(
        &self,
        account: AccountId,
        model: &Model,
        request: &LlmRequest,
    ) -> Result<Result<Reservation, LlmError>, Failure> {
        self.account_write(account, async |unit| {
            let mut tokens = daily(unit.model_tokens_for_update(account).await?);
            let reservation = tokens.reserve(request, model.daily_tokens, self.now());
            if reservation.is_ok() {
                unit.keep_model_tokens(account, kept(tokens)).await?;
            }
            Ok(reservation)
        })
        .await
    }

    async fn try_often(&self, model: &Model, question: &Question, showing: Option<Showing<'_>>) -> Tried {
        let live = showing.map(|showing| showing.words);
        let deadline = Instant::now() + model.deadline;
        let (mut usage, mut was_sent, mut failures) = (Usage::default(), false, 0);
        loop {
            let mut attempt = Attempt { usage: Usage::default(), has_spoken: false };
            let trying = attempt.run(model, question, showing);
            let tried = tokio::select! {
                () = LiveWords::stopped(live) => Err(NoAnswer::Stopped),
                tried = timeout_at(deadline, trying) => match tried {
                    Ok(Ok(answer)) => Ok(answer),
                    Ok(Err(error)) => {
                        tracing::warn!(%error, model = question.request.model, "the model did not answer");
                        Err(NoAnswer::Failed(error.kind))
                    }
                    Err(_) => Err(NoAnswer::Failed(LlmErrorKind::Timeout)),
                },
            };
            usage = sum(usage, attempt.usage);
            was_sent |= !matches!(tried, Err(NoAnswer::Failed(LlmErrorKind::BreakerOpen { .. })));
            failures += 1;
            let wait = match &tried {
                // What was shown cannot be taken back, and must not come twice.
                Err(NoAnswer::Failed(kind)) if !attempt.has_spoken => {
                    let error = LlmError::new(*kind, "");
                    let left = deadline.saturating_duration_since(Instant::now());
                    model.retries.wait(&error, failures, left, self.spread())
                }
                _ => None,
            };
            let Some(wait) = wait else { return Tried { answer: tried, usage, was_sent } };
            tokio::select! {
                () = LiveWords::stopped(live) => {
                    return Tried { answer: Err(NoAnswer::Stopped), usage, was_sent };
                }
                () = sleep(wait) => {}
            }
        }
    }

    /// From 0 to 1, another one each time.
    fn spread(&self) -> f64 {
        let random = self.new_id::<Uuid>().as_u128() & 0xffff;
        f64::from(u16::try_from(random).unwrap_or_default()) / f64::from(u16::MAX)
    }

    /// Keeps what was sent and what it cost, whatever becomes of the turn.
    async fn keep_call(
        &self,
        account: AccountId,
        id: AiSessionId,
        question: &Question,
        bill: Bill,
        failure: Option<String>,
    ) -> Result<(), Failure> {
        let (input, output) = bill.tokens();
        self.account_write(account, async |unit| {
            let now = self.now();
            // The conversation before the account's tokens: whoever asks for both does so in this order.
            let session = unit.ai_session_for_update(account, id).await?;
            let mut session = session.ok_or_else(ai_session_not_found)?;
            if bill.was_sent {
                let before = session.revision;
                session.total_input_tokens = session.total_input_tokens.saturating_add(input);
                session.total_output_tokens = session.total_output_tokens.saturating_add(output);
                session.touch(now);
                keep_changed_in(unit, &session, before).await?;
                let call = ModelCall {
                    id: self.new_id(),
                    session_id: id,
                    turn: question.turn,
                    purpose: question.purpose.to_owned(),
                    model: question.request.model.clone(),
                    tier: question.tier.to_owned(),
                    prompt_version: question.prompt_version.clone(),
                    sent: sent(&question.request),
                    hidden: hidden(&question.pseudonyms),
                    input_tokens: input,
                    output_tokens: output,
                    failure: failure.clone(),
                    at: now,
                };
                unit.insert_model_call(account, &call).await?;
            }
            bill.settle(unit, account).await
        })
        .await
    }
}

/// What came of asking.
pub(crate) struct Called<T> {
    /// The answer, checked.
    pub(crate) answer: Result<T, NoAnswer>,
    /// What it cost; `None` where there was no budget for it.
    pub(crate) bill: Option<Bill>,
}

/// What a call cost. Settled once, in a unit of the account.
#[derive(Clone, Copy, Debug)]
#[must_use = "a call that is not settled stays reserved until the end of the day"]
pub(crate) struct Bill {
    reservation: Reservation,
    usage: Usage,
    /// Whether anything has left the machine.
    pub(crate) was_sent: bool,
}

impl Bill {
    /// Tokens read, those of the provider's cache too, and written.
    pub(crate) fn tokens(&self) -> (i64, i64) {
        let Usage { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens } = self.usage;
        let input = input_tokens.saturating_add(cache_read_tokens).saturating_add(cache_write_tokens);
        (signed(input), signed(output_tokens))
    }

    /// Gives back what was reserved and counts what was spent.
    pub(crate) async fn settle(self, unit: &mut dyn UnitOfWork, account: AccountId) -> Result<(), Failure> {
        let mut tokens = daily(unit.model_tokens_for_update(account).await?);
        tokens.settle(self.reservation, self.usage);
        Ok(unit.keep_model_tokens(account, kept(tokens)).await?)
    }
}

/// One try.
struct Attempt {
    usage: Usage,
    /// Whether anybody has seen words of it.
    has_spoken: bool,
}

impl Attempt {
    async fn run(
        &mut self,
        model: &Model,
        question: &Question,
        showing: Option<Showing<'_>>,
    ) -> Result<LlmAnswer, LlmError> {
        let mut stream = model.client.stream(&question.request).await?;
        let mut parts: Vec<Part> = Vec::new();
        let mut shown = showing.map(|showing| (showing.words, (showing.reader)()));
        while let Some(event) = stream.next().await {
            match event? {
                LlmEvent::ToolDelta(json) => {
                    if let Some((words, reader)) = &mut shown
                        && let Some(text) = reader(&json)
                    {
                        self.has_spoken = true;
                        words.say(text).await;
                    }
                }
                LlmEvent::TextDelta(more) => match parts.last_mut() {
                    Some(Part::Text(text)) => text.push_str(&more),
                    _ => parts.push(Part::Text(more)),
                },
                LlmEvent::ToolUse { id, name, input } => parts.push(Part::ToolUse { id, name, input }),
                LlmEvent::Usage(counted) => self.usage = counted,
                LlmEvent::Done(stop) => {
                    return Ok(LlmAnswer { parts, stop, usage: self.usage });
                }
            }
        }
        Err(LlmError::new(LlmErrorKind::CutStream, "it ended without an end"))
    }
}

/// The texts of a request, to the letter.
pub(crate) fn sent(request: &LlmRequest) -> Vec<SentText> {
    let text = |role: &str, text: String| SentText { role: role.to_owned(), text };
    let system = request.system.iter().map(|block| text("system", block.text.clone()));
    let tools = request
        .tools
        .iter()
        .map(|tool| text("tool", format!("{}: {}\n{}", tool.name, tool.description, tool.input_schema)));
    let messages = request.messages.iter().flat_map(|message| {
        let role = match message.speaker {
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        message.parts.iter().map(move |part| match part {
            Part::Text(words) => text(role, words.clone()),
            Part::Image { kind, bytes } => {
                text(role, format!("{} of {} bytes", kind.media_type(), bytes.len()))
            }
            Part::ToolUse { name, input, .. } => text(role, format!("{name} {input}")),
            Part::ToolResult { content, .. } => text(role, content.clone()),
        })
    });
    system.chain(tools).chain(messages).collect()
}

/// What stands in for something in a request.
pub(crate) fn hidden(pseudonyms: &Pseudonyms) -> Vec<HiddenName> {
    let names = pseudonyms.tokens();
    names.map(|(token, kind)| HiddenName { token, kind: kind.as_str().to_owned() }).collect()
}

const fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input_tokens: one.input_tokens.saturating_add(other.input_tokens),
        output_tokens: one.output_tokens.saturating_add(other.output_tokens),
        cache_read_tokens: one.cache_read_tokens.saturating_add(other.cache_read_tokens),
        cache_write_tokens: one.cache_write_tokens.saturating_add(other.cache_write_tokens),
    }
}

fn daily(tokens: ModelTokens) -> DailyTokens {
    let unsigned = |count: i64| u64::try_from(count).unwrap_or_default();
    DailyTokens { day: tokens.day, spent: unsigned(tokens.spent), reserved: unsigned(tokens.reserved) }
}

fn kept(tokens: DailyTokens) -> ModelTokens {
    ModelTokens { day: tokens.day, spent: signed(tokens.spent), reserved: signed(tokens.reserved) }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
