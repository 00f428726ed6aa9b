//! The model as a port: what it is asked, what it answers, and how it fails.
//!
//! The copilot speaks in these types alone. A vendor's wire format, addresses and keys are an adapter's business, and
//! with no adapter at all the copilot works without a model.

mod answer;
mod budget;
mod check;
mod error;
mod request;
mod retry;
mod routing;

use async_trait::async_trait;
use futures_util::stream::BoxStream;

pub use answer::{LlmAnswer, LlmEvent, StopReason, Usage, collect};
pub use budget::{DailyTokens, Reservation, most_tokens};
pub use check::{MAX_CACHED_BLOCKS, MAX_IMAGE_BYTES};
pub use error::{LlmError, LlmErrorKind};
pub use request::{ImageType, LlmRequest, Message, Part, Speaker, SystemBlock, Tool, ToolChoice};
pub use retry::LlmRetries;
pub use routing::{ModelTier, ModelTiers, StepKind};

/// An answer as it comes: events in order, the last one [`LlmEvent::Done`] or an error, and nothing after that.
/// Dropping it ends the call.
pub type LlmStream = BoxStream<'static, Result<LlmEvent, LlmError>>;

/// Somebody who runs a model.
#[async_trait]
pub trait LlmClient: Send + Sync {
    /// The whole answer at once. Dropping the future ends the call.
    ///
    /// # Errors
    /// [`LlmError`]; half an answer is an error.
    async fn complete(&self, request: &LlmRequest) -> Result<LlmAnswer, LlmError>;

    /// The answer as it comes.
    ///
    /// # Errors
    /// [`LlmError`] when the answer does not begin; what goes wrong later is the last item of the stream.
    async fn stream(&self, request: &LlmRequest) -> Result<LlmStream, LlmError>;
}
