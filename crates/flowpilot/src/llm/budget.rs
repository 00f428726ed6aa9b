//! What an account may spend on the model in a day, as a rule: reserved before a call, settled after it.
//!
//! A reservation is what the call could cost at most, so that calls side by side cannot overdraw together. Whoever keeps
//! the numbers applies it under its own lock or in one conditional update; nothing here knows the time.

use std::time::Duration;

use rf_kernel::Timestamp;

use super::{LlmError, LlmErrorKind, LlmRequest, Part, Usage};

const DAY_SECONDS: i64 = 86_400;
/// A token is about four bytes of English text; other languages and code need more of them, so three are reckoned.
const BYTES_PER_TOKEN: u64 = 3;
/// The most a picture costs, tokens: the Messages API makes larger ones smaller, to about 1,600.
const IMAGE_TOKENS: u64 = 1_600;

/// What an account has spent in one day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyTokens {
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// Tokens of calls that ended.
    pub spent: u64,
    /// Tokens that calls under way may still cost.
    pub reserved: u64,
}

/// The right to make one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a reservation that is not settled stays until the end of the day"]
pub struct Reservation {
    /// The day it was made on.
    pub day: i64,
    /// What the call may cost.
    pub tokens: u64,
}

impl DailyTokens {
    /// Nothing spent yet on the day of that instant.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { day: day_of(now), spent: 0, reserved: 0 }
    }

    /// Takes what a call could cost at most out of what is left of `limit`, and begins a new day where there is one.
    ///
    /// # Errors
    /// [`LlmErrorKind::BudgetSpent`]; nothing is reserved then. A call that is larger than a whole day's tokens is
    /// [`LlmErrorKind::InvalidRequest`]: waiting helps it on no day.
    pub fn reserve(
        &mut self,
        request: &LlmRequest,
        limit: u64,
        now: Timestamp,
    ) -> Result<Reservation, LlmError> {
        // A clock that went back keeps the later day: nobody gets a day's tokens twice.
        if day_of(now) > self.day {
            *self = Self::new(now);
        }
        let tokens = most_tokens(request);
        if tokens > limit {
            let detail = format!("it may cost {tokens} tokens and the account has {limit} a day");
            return Err(LlmError::new(LlmErrorKind::InvalidRequest, detail));
        }
        let left = limit.saturating_sub(self.spent).saturating_sub(self.reserved);
        if tokens > left {
            let ends = Timestamp::from_unix((self.day + 1).saturating_mul(DAY_SECONDS));
            let seconds = ends.map_or(DAY_SECONDS, |ends| ends.seconds_since(now));
            let resets_in = Some(Duration::from_secs(seconds.max(1).unsigned_abs()));
            let detail = format!("the call may cost {tokens} tokens and {left} of {limit} are left today");
            return Err(LlmError::new(LlmErrorKind::BudgetSpent { resets_in }, detail));
        }
        self.reserved += tokens;
        Ok(Reservation { day: self.day, tokens })
    }

    /// Gives a reservation back and counts what the call did cost, also one that broke off. A call begun yesterday was
    /// yesterday's.
    pub const fn settle(&mut self, reservation: Reservation, usage: Usage) {
        if reservation.day == self.day {
            self.reserved = self.reserved.saturating_sub(reservation.tokens);
            self.spent = self.spent.saturating_add(usage.total());
        }
    }
}

/// What a request may cost at most: all that is read, reckoned by its length, and the longest answer.
#[must_use]
pub fn most_tokens(request: &LlmRequest) -> u64 {
    let system = request.system.iter().map(|block| block.text.len());
    let tools = request
        .tools
        .iter()
        .map(|tool| tool.name.len() + tool.description.len() + tool.input_schema.to_string().len());
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    let texts = parts().map(|part| match part {
        Part::Text(text) => text.len(),
        Part::Image { .. } => 0,
        Part::ToolUse { name, input, .. } => name.len() + input.to_string().len(),
        Part::ToolResult { content, .. } => content.len(),
    });
    let bytes: usize = system.chain(tools).chain(texts).sum();
    let images = parts().filter(|part| matches!(part, Part::Image { .. })).count();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    count(bytes)
        .div_ceil(BYTES_PER_TOKEN)
        .saturating_add(count(images).saturating_mul(IMAGE_TOKENS))
        .saturating_add(request.max_tokens.into())
}

fn day_of(at: Timestamp) -> i64 {
    at.unix().div_euclid(DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::llm::{ImageType, Message};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds).unwrap()
    }

    /// May cost 100 tokens: 30 read and 70 written.
    fn hundred() -> LlmRequest {
        LlmRequest::new("m", vec![Message::user(vec![Part::text("x".repeat(90))])], 70)
    }

    fn cost(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens, ..Usage::default() }
    }

    #[test]
    fn what_is_left_is_reserved_before_and_counted_after() {
        let mut day = DailyTokens::new(at(0));
        let first = day.reserve(&hundred(), 250, at(1)).unwrap();
        let second = day.reserve(&hundred(), 250, at(2)).unwrap();
        let third = day.reserve(&hundred(), 250, at(86_399)).unwrap_err();
        assert_eq!(third.kind, LlmErrorKind::BudgetSpent { resets_in: Some(Duration::from_secs(1)) });
        assert!(third.detail.contains("50 of 250"), "{third}");
        day.settle(first, cost(20, 10));
        day.settle(second, Usage::default());
        assert_eq!((day.spent, day.reserved), (30, 0));
        let _open = day.reserve(&hundred(), 250, at(3)).unwrap();
    }

    #[test]
    fn a_new_day_has_new_tokens_and_a_clock_that_goes_back_gives_none() {
        let mut day = DailyTokens::new(at(86_000));
        let yesterday = day.reserve(&hundred(), 100, at(86_000)).unwrap();
        let today = day.reserve(&hundred(), 100, at(86_400)).unwrap();
        day.settle(yesterday, cost(50, 50));
        assert_eq!((day.spent, day.reserved), (0, 100), "yesterday's call is yesterday's");
        day.settle(today, cost(30, 70));
        let back = day.reserve(&hundred(), 100, at(86_000)).unwrap_err();
        assert_eq!(back.retry_after(), Some(Duration::from_secs(86_800)));
    }

    #[test]
    fn a_call_larger_than_a_day_is_wrong_and_waits_for_no_day() {
        let mut day = DailyTokens::new(at(0));
        let error = day.reserve(&hundred(), 99, at(0)).unwrap_err();
        assert_eq!(error.kind, LlmErrorKind::InvalidRequest);
        assert_eq!(day.reserved, 0);
    }

    #[test]
    fn everything_that_is_read_is_reckoned() {
        let picture = Part::Image { kind: ImageType::Png, bytes: vec![0; 1_000_000] };
        let result = Part::ToolResult { tool_use_id: "t".into(), content: "x".repeat(300), is_error: false };
        let call = Part::ToolUse {
            id: "t".into(),
            name: "abc".into(),
            input: serde_json::json!({ "a": "x".repeat(289) }),
        };
        let mut request = LlmRequest::new(
            "m",
            vec![Message::user(vec![picture]), Message::assistant(vec![call]), Message::user(vec![result])],
            10,
        );
        request.system = vec![crate::llm::SystemBlock { text: "x".repeat(300), cached: true }];
        assert_eq!(most_tokens(&request), 1_600 + 3 * 100 + 10);
    }

    proptest! {
        /// However calls and their ends interleave, no more is spent than allowed when none costs more than reckoned.
        #[test]
        fn a_day_is_never_overdrawn(steps in proptest::collection::vec((any::<bool>(), 0_u64..=100), 1..200)) {
            let mut day = DailyTokens::new(at(0));
            let mut open = Vec::new();
            for (begins, share) in steps {
                if begins {
                    open.extend(day.reserve(&hundred(), 1_000, at(0)));
                } else if let Some(reservation) = open.pop() {
                    day.settle(reservation, cost(0, share));
                }
                prop_assert!(day.spent + day.reserved <= 1_000);
                prop_assert_eq!(day.reserved, 100 * open.len() as u64);
            }
        }
    }
}
