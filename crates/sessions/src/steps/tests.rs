use proptest::{collection, option, prelude::*, sample};
use rf_kernel::Failure;
use rf_trees::SnapshotContent;
use uuid::Uuid;

use super::*;
use crate::testing::{at, command, eli, linted, new_checklist, new_graph, started};

/// A session being worked, with all it has logged.
struct Run {
    session: Session,
    flow: SnapshotContent,
    log: Vec<LogEntry>,
    clock: i64,
}

impl Run {
    fn of((session, flow): (Session, SnapshotContent)) -> Self {
        let log = vec![LogEntry { seq: 1, ..LogEntry::new(LogKind::Started, eli().user_id, at(0)) }];
        Self { session, flow, log, clock: 0 }
    }

    /// As the use case does it: nothing is kept of a step that fails.
    fn step(&mut self, command: StepCommand) -> Result<(), Failure> {
        self.clock += 1;
        let mut changed = self.session.clone();
        let entries = changed.step(command, &self.flow.structure, &eli(), at(self.clock))?;
        self.session = changed;
        self.log.extend(entries);
        Ok(())
    }

    fn take(&mut self, action: StepAction, node: &str, option: Option<&str>) -> Result<(), Failure> {
        let number = u128::try_from(self.log.len()).unwrap();
        let reason = (action == StepAction::Skip).then(|| "Why".to_owned());
        self.step(StepCommand { option_id: option.map(Into::into), reason, ..command(number, action, node) })
    }

    fn path(&self) -> Vec<&str> {
        self.session.path_taken.iter().map(String::as_str).collect()
    }

    fn decided(&self) -> Vec<(&str, DecisionKind)> {
        self.session.decisions.iter().map(|d| (d.node_id.as_str(), d.kind)).collect()
    }

    /// What holds whatever was done.
    fn check(&self) {
        let session = &self.session;
        assert_eq!(session.log_length, i64::try_from(self.log.len()).unwrap());
        assert!(self.log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq));
        let own = self.log.iter().filter(|entry| entry.kind == LogKind::Custom).count();
        assert_eq!(session.custom_steps.len(), own);
        let decided: Vec<&str> = session.decisions.iter().map(|d| d.node_id.as_str()).collect();
        match &self.flow.structure {
            Structure::Graph(graph) => {
                // One decision for each node left behind, and each leads to the next.
                assert_eq!(decided.len(), self.path().len().saturating_sub(1));
                assert_eq!(decided[..], self.path()[..decided.len()]);
                assert!(self.path().first().is_none_or(|first| *first == graph.root));
                for pair in self.path().windows(2) {
                    assert!(
                        graph.node(pair[0]).unwrap().successors().any(|next| next == pair[1]),
                        "{pair:?}"
                    );
                }
            }
            Structure::Checklist(list) => {
                assert_eq!(decided, self.path());
                let mut once = decided.clone();
                once.sort_unstable();
                once.dedup();
                assert_eq!(once.len(), decided.len());
                let open = list.steps().find(|step| !decided.contains(&step.id.as_str()));
                assert_eq!(session.current_step_id(&self.flow.structure), open.map(|step| step.id.clone()));
            }
        }
        if let Some(current) = session.current_step_id(&self.flow.structure) {
            assert!(self.flow.structure.title_of(&current).is_some());
        }
        // Whatever way was taken makes a flow that can be published, once there is a way.
        let (structure, report) = linted(session, &self.flow);
        let errors: Vec<_> = report.errors().map(|error| error.code).collect();
        let expected: &[&str] = if structure.step_count() == 0 { &["empty_flow"] } else { &[] };
        assert_eq!(errors, expected, "{structure:?}");
    }
}

#[test]
fn a_graph_is_walked_back_and_round() {
    let mut run = Run::of(started(new_graph()));
    run.take(StepAction::Answer, "start", Some("yes")).unwrap();
    run.take(StepAction::Done, "restart", None).unwrap();
    run.take(StepAction::Answer, "works", Some("again")).unwrap();
    run.take(StepAction::Answer, "start", Some("yes")).unwrap();
    assert_eq!(run.path(), ["start", "restart", "works", "start", "restart"]);
    // The last visit before the present one.
    run.take(StepAction::Back, "restart", None).unwrap();
    assert_eq!(run.path(), ["start", "restart"]);
    assert_eq!(run.decided(), [("start", DecisionKind::Answered)]);
    run.take(StepAction::Skip, "restart", None).unwrap();
    // An option without an id is named by its place.
    run.take(StepAction::Answer, "works", Some("3")).unwrap();
    assert_eq!(run.path(), ["start", "restart", "works", "escalate"]);
    assert_eq!(run.session.decisions[2].answer.as_deref(), Some("No"));
    run.check();
    let kinds: Vec<_> = run.log.iter().map(|entry| entry.kind.as_str()).collect();
    let expected = ["started", "answered", "done", "answered", "answered", "back", "skipped", "answered"];
    assert_eq!(kinds, expected);
}

#[test]
fn a_graph_refuses_what_does_not_fit_the_node() {
    let mut run = Run::of(started(new_graph()));
    let refused = |run: &mut Run, action, node, option| run.take(action, node, option).unwrap_err().code.name;
    assert_eq!(refused(&mut run, StepAction::Done, "start", None), "answer_required");
    assert_eq!(refused(&mut run, StepAction::Skip, "start", None), "answer_required");
    assert_eq!(refused(&mut run, StepAction::Answer, "start", Some("perhaps")), "validation_failed");
    assert_eq!(refused(&mut run, StepAction::Answer, "works", Some("yes")), "step_not_current");
    assert_eq!(refused(&mut run, StepAction::Back, "start", None), "step_not_current");
    assert_eq!(refused(&mut run, StepAction::Done, "nowhere", None), "step_not_found");
    run.take(StepAction::Answer, "start", Some("no")).unwrap();
    assert_eq!(refused(&mut run, StepAction::Done, "check", None), "answer_required");
    run.take(StepAction::Answer, "check", Some("1")).unwrap();
    assert_eq!(refused(&mut run, StepAction::Done, "fixed", None), "answer_required");
    assert_eq!(refused(&mut run, StepAction::Back, "fixed", None), "step_not_current");
}

#[test]
fn a_checklist_is_done_in_any_order_and_opened_again() {
    let mut run = Run::of(started(new_checklist()));
    run.take(StepAction::Done, "install", None).unwrap();
    run.take(StepAction::Skip, "backup", None).unwrap();
    run.take(StepAction::Done, "backup", None).unwrap();
    assert_eq!(run.decided(), [("install", DecisionKind::Done), ("backup", DecisionKind::Done)]);
    run.take(StepAction::Back, "install", None).unwrap();
    assert_eq!(run.path(), ["backup"]);
    let open = run.take(StepAction::Back, "install", None).unwrap_err();
    assert_eq!(open.code, codes::STEP_NOT_CURRENT);
    let answered = run.take(StepAction::Answer, "install", Some("1")).unwrap_err();
    assert_eq!(answered.errors[0].code, "not_for_this_type");
    run.check();
}

#[test]
fn the_first_step_begins_a_prepared_session_and_makes_it_the_assignees() {
    let (new, flow) = new_graph();
    let dispatcher = crate::testing::person(2);
    let mut session = new.prepared(&dispatcher, Some(eli().user_id), at(0));
    session.opening_entry(&dispatcher);
    let note = StepCommand { notes: Some("n".into()), ..command(1, StepAction::Note, "start") };
    let entries = session.step(note, &flow.structure, &eli(), at(60)).unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.seq, entry.kind)).collect();
    assert_eq!(kinds, [(2, LogKind::Started), (3, LogKind::Note)]);
    assert_eq!((session.started_at, session.user_id), (Some(at(60)), eli().user_id));
    assert_eq!(session.revision.0, 2);
}

fn commands(nodes: &'static [&'static str]) -> impl Strategy<Value = StepCommand> {
    let actions = [
        StepAction::Answer,
        StepAction::Answer,
        StepAction::Done,
        StepAction::Done,
        StepAction::Skip,
        StepAction::Back,
        StepAction::Custom,
        StepAction::Note,
    ];
    let options = sample::select(vec!["yes", "no", "again", "1", "2", "3", "zz"]);
    let text = option::weighted(0.9, "[ a-z]{1,8}");
    (sample::select(actions.to_vec()), sample::select(nodes), option::weighted(0.9, options), text).prop_map(
        |(action, node, option, text)| StepCommand {
            option_id: option.map(Into::into),
            reason: text.clone(),
            title: text.clone(),
            notes: text,
            ..command(0, action, node)
        },
    )
}

/// Works a session with whatever comes, checking at every step, and gives the run back.
fn work(mut run: Run, commands: Vec<StepCommand>) -> Run {
    for (number, command) in commands.into_iter().enumerate() {
        let before = (run.session.clone(), run.log.len());
        let entry_id = Uuid::from_u128(10_000 + u128::try_from(number).unwrap()).into();
        match run.step(StepCommand { entry_id, ..command }) {
            Ok(()) => {
                assert_eq!(run.log.len(), before.1 + 1);
                assert_eq!(run.session.revision, before.0.revision.next());
            }
            Err(_) => assert_eq!(run.session, before.0),
        }
        run.check();
    }
    run
}

/// The commands a log amounts to.
fn replayed(log: &[LogEntry]) -> impl Iterator<Item = StepCommand> {
    log.iter().filter_map(|entry| {
        let action = match entry.kind {
            LogKind::Answered => StepAction::Answer,
            LogKind::Done => StepAction::Done,
            LogKind::Skipped => StepAction::Skip,
            LogKind::Back => StepAction::Back,
            LogKind::Custom => StepAction::Custom,
            LogKind::Note => StepAction::Note,
            _ => return None,
        };
        Some(StepCommand {
            entry_id: entry.entry_id?,
            action,
            node_id: entry.node_id.clone()?,
            option_id: entry.option_id.clone(),
            reason: entry.reason.clone(),
            title: entry.title.clone(),
            notes: entry.notes.clone(),
        })
    })
}

/// The log is the truth: played again it gives the same session.
fn replays(run: &Run, mut fresh: Run) {
    for command in replayed(&run.log) {
        fresh.step(command).unwrap();
    }
    assert_eq!(fresh.path(), run.path());
    assert_eq!(fresh.decided(), run.decided());
    let own =
        |run: &Run| -> Vec<_> { run.session.custom_steps.iter().map(|step| step.title.clone()).collect() };
    assert_eq!(own(&fresh), own(run));
}

proptest! {
    #[test]
    fn a_graph_stays_consistent_whatever_is_sent(
        commands in collection::vec(commands(&["start", "restart", "works", "check", "fixed", "escalate", "nowhere"]), 0..60),
    ) {
        let run = work(Run::of(started(new_graph())), commands);
        replays(&run, Run::of(started(new_graph())));
    }

    #[test]
    fn a_checklist_stays_consistent_whatever_is_sent(
        commands in collection::vec(commands(&["backup", "tell", "install", "custom-1", "nowhere"]), 0..60),
    ) {
        let run = work(Run::of(started(new_checklist())), commands);
        replays(&run, Run::of(started(new_checklist())));
    }
}
