//! Every rule by name. A rule has one severity, whatever it finds.

use super::Severity;

/// A rule lint checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintRule {
    /// Its stable name.
    pub code: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// What it finds, for the reference.
    pub summary: &'static str,
}

macro_rules! rules {
    ($($name:ident $severity:ident $code:literal $summary:literal;)+) => {
        /// The rules under their names.
        pub(super) mod rule {
            use super::{LintRule, Severity};
            $(pub(in crate::lint) const $name: LintRule =
                LintRule { code: $code, severity: Severity::$severity, summary: $summary };)+
        }

        /// Every rule, for the generated reference.
        pub const LINT_RULES: &[LintRule] = &[$(rule::$name),+];
    };
}

rules! {
    // The flow as a whole.
    EMPTY_FLOW Error "empty_flow" "The flow has no steps.";
    WRONG_STRUCTURE Error "wrong_structure" "The body is of another type than the flow.";
    MISSING_ROOT Error "missing_root" "The node a session would start at does not exist.";
    NO_END Error "no_end" "No outcome or escalation can be reached from the start.";
    TARGETS_NOT_ALLOWED Error "targets_not_allowed" "Targets on a flow that is not of the maintenance type.";
    MISSING_DESCRIPTION Warning "missing_description" "The flow has no description.";
    NO_ESCALATION Warning "no_escalation" "A troubleshooting flow without a way to escalate.";
    DUPLICATE_TARGET Warning "duplicate_target" "A default target is listed twice.";
    EMPTY_SECTION Warning "empty_section" "A section has no steps.";
    TOO_MANY_STEPS Error "too_many_steps" "The flow has more than the 2,000 steps that are kept.";
    MANY_STEPS Info "many_steps" "The flow has more than 200 steps.";
    DEEP_FLOW Info "deep_flow" "A node is more than 40 steps away from the start.";
    MORE_FINDINGS Info "more_findings" "There are more findings than are listed.";

    // Ids and links.
    INVALID_ID Error "invalid_id" "An id is not made of a-z, 0-9, - and _, 1 to 64 of them.";
    DUPLICATE_ID Error "duplicate_id" "Two nodes, steps, sections, or options of a node share an id.";
    UNKNOWN_NEXT Error "unknown_next" "A link leads to a node that does not exist.";
    UNREACHABLE Error "unreachable" "No way leads to the node.";
    LOOP_WITHOUT_EXIT Error "loop_without_exit" "Steps lead round in circles, and never to an end.";

    // The shape of a node.
    QUESTION_NEEDS_OPTIONS Error "question_needs_options" "A question has fewer than two answers.";
    QUESTION_WITH_NEXT Error "question_with_next" "A question leads on without an answer.";
    DEAD_END Error "dead_end" "An action or instruction leads nowhere.";
    OPTIONS_AND_NEXT Error "options_and_next" "An action or instruction has both options and next.";
    END_WITH_SUCCESSORS Error "end_with_successors" "An outcome or escalation leads on.";
    OUTCOME_NOT_ALLOWED Error "outcome_not_allowed" "A node that is not an outcome says how the work ends.";
    DUPLICATE_OPTION Error "duplicate_option" "Two answers of a node read the same.";
    QUESTION_MARK Info "question_mark" "A question's title does not end in a question mark.";

    // Texts.
    MISSING_TEXT Error "missing_text" "A title, label or script is empty.";
    TEXT_TOO_LONG Error "text_too_long" "A text is longer than is kept.";
    SECRET_IN_TEXT Error "secret_in_text" "A text holds what looks like a password, key or token.";
    POSSIBLE_SECRET Warning "possible_secret" "A text holds a word that may be a password.";
    UNKNOWN_VARIABLE Error "unknown_variable" "A variable is used or asked for that nobody declares.";
    MALFORMED_VARIABLE Warning "malformed_variable" "Braces that are not a variable and would stay in the text.";
    RISKY_COMMAND Info "risky_command" "A command that can do harm on a step without a warning.";

    // The intake form.
    INVALID_VARIABLE_NAME Error "invalid_variable_name" "A variable's name is not made of a-z, 0-9 and _.";
    DUPLICATE_VARIABLE Error "duplicate_variable" "Two variables share a name.";
    BUILT_IN_VARIABLE Error "built_in_variable" "A variable has the name of a built-in one.";
    SELECT_WITHOUT_OPTIONS Error "select_without_options" "A select has nothing to choose from.";
    DEFAULT_NOT_AN_OPTION Error "default_not_an_option" "A select's default is not among its options.";
    SECRET_DEFAULT Error "secret_default" "A secret variable has a default, which would be stored in the flow.";
    DEFAULT_WRONG_TYPE Warning "default_wrong_type" "A default is not a value of the variable's type.";
    OPTIONS_IGNORED Warning "options_ignored" "Options on a variable that is not a select.";
    DUPLICATE_CHOICE Warning "duplicate_choice" "A select offers the same choice twice.";
    UNUSED_VARIABLE Warning "unused_variable" "A variable is neither used in a text nor asked for.";
}
