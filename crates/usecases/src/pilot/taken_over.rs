//! How a conversation goes on when somebody took it over.

use rf_flowpilot::{Intake, Reading, engine::Input};
use rf_kernel::Failure;
use rf_sessions::ai::{AiSession, AiStep};

use super::{Advised, Kept, Searched, keep_taken, turn};
use crate::{App, Work};

impl App {
    /// Goes on where it stands: the open step stays, and where there is none another approach is sought. `fresh`
    /// begins again from what came in; what was worked stays on record, and what was open is withdrawn.
    pub(crate) async fn go_on_after_briefing(
        &self,
        work: &mut Work,
        session: &mut AiSession,
        fresh: bool,
        library: &Searched,
    ) -> Result<(), Failure> {
        let mut steps = work.unit.ai_steps(session.account_id, session.id).await?;
        steps.retain(|step| !step.is_briefing());
        let open = steps.iter().rposition(AiStep::is_open);
        let input = if fresh {
            if let Some(at) = open {
                steps[at].withdrawn = true;
                work.unit.update_ai_step(session.account_id, &steps[at]).await?;
            }
            let signatures = Kept::of(session)?.signatures;
            session.engine_state = Kept { signatures, ..Kept::default() }.json()?;
            let came_in = turn::came_in(&session.intake);
            Input::Begin(Reading::of(&Intake::read(came_in.as_bytes())?))
        } else if open.is_none() {
            Input::Widen
        } else {
            session.turn += 1;
            session.touch(work.ctx.now);
            return Ok(());
        };
        let turn = self.engines_turn(work, session, &steps, None, input, Some(library)).await?;
        let advised = Advised::alone(None);
        let taken = self.take(work, session, &mut steps, None, turn, &advised).await?;
        keep_taken(work, session, &taken).await
    }
}
