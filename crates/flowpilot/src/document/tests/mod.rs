mod hallucinations;
mod notes;

use std::collections::BTreeMap;

use rf_auth_policy::{Actor, Role};
use rf_kernel::{AccountId, AiSessionId, EntryId, FixId, Timestamp, TreeId, UserId};
use rf_sessions::ai::{
    AiSession, AiStep, FixOutcome, FixStatus, IntakeContent, IntakeType, Message, MessageRole, NewAiSession,
    SuggestedFix, Verdict, VerdictKind,
};
use uuid::Uuid;

use super::*;
use crate::{
    FlowMatch, Intake, Reading, Signature,
    engine::{Flow, Input, Known, World},
    replay::Conversation,
};

/// A case as the use case would load it.
pub(crate) struct Case {
    pub(crate) session: AiSession,
    pub(crate) steps: Vec<AiStep>,
    pub(crate) fixes: Vec<SuggestedFix>,
    pub(crate) signatures: Vec<Signature>,
    flows: BTreeMap<TreeId, Flow>,
    talk: Conversation,
}

pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix(1_800_000_000 + minute * 60).unwrap()
}

fn actor() -> Actor {
    Actor {
        user_id: UserId(Uuid::from_u128(1)),
        account_id: AccountId(Uuid::from_u128(1)),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Eli".into(),
    }
}

impl Case {
    /// A case that follows the starter flow of that name; the playbook with none.
    pub(crate) fn begin(text: &str, log: Option<&str>, slug: Option<&str>) -> Self {
        let flows: BTreeMap<TreeId, Flow> = rf_trees::starter_flows()
            .into_iter()
            .filter(|flow| Some(flow.slug) == slug)
            .map(|flow| {
                let draft = rf_trees::from_yaml(flow.yaml).unwrap();
                let tree_id = TreeId(Uuid::from_u128(7));
                (
                    tree_id,
                    Flow { tree_id, name: draft.name, structure: draft.structure, known: Known::default() },
                )
            })
            .collect();
        let matches: Vec<FlowMatch> = flows
            .values()
            .map(|flow| FlowMatch {
                tree_id: flow.tree_id,
                name: flow.name.clone(),
                score: 0.9,
                reasons: vec![],
            })
            .collect();
        let whole = format!("{text}\n{}", log.unwrap_or_default());
        let reading = Reading::of(&Intake::read(whole.as_bytes()).unwrap());
        let new = NewAiSession {
            id: AiSessionId(Uuid::from_u128(1)),
            intake_type: IntakeType::Combined,
            intake: IntakeContent {
                text: Some(text.into()),
                log_content: log.map(str::to_owned),
                ..IntakeContent::default()
            },
            psa_ticket_id: Some("48213".into()),
            client_name: Some("Northwind Traders".into()),
            engine: "offline".into(),
        };
        let mut session = new.begun(&actor(), at(0));
        session.problem_summary = Some(reading.summary.clone());
        let mut case = Self {
            session,
            steps: vec![],
            fixes: vec![],
            signatures: reading.signatures.clone(),
            flows,
            talk: Conversation::default(),
        };
        let world = World { matches: &matches, flows: &case.flows };
        case.talk.turn(&Input::Begin(reading), &world).unwrap();
        case.load();
        case
    }

    fn load(&mut self) {
        self.steps.clone_from(&self.talk.steps);
        let known = self.fixes.len();
        let new = self.talk.fixes.iter().cloned().zip(1..).skip(known);
        let id = self.session.id;
        self.fixes.extend(new.map(|(fix, n)| fix.suggested(FixId(Uuid::from_u128(n)), id, at(n as i64))));
    }

    pub(crate) fn turn(mut self, input: &Input) -> Self {
        let world = World { matches: &[], flows: &self.flows };
        self.talk.turn(input, &world).unwrap();
        self.load();
        self
    }

    pub(crate) fn answer(self, option: &str) -> Self {
        self.verdict(VerdictKind::Answered, Some(option), None, None)
    }

    pub(crate) fn verdict(
        self,
        kind: VerdictKind,
        option: Option<&str>,
        reason: Option<&str>,
        notes: Option<&str>,
    ) -> Self {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let (option_id, reason, notes) = (own(option), own(reason), own(notes));
        self.turn(&Input::Verdict(Verdict { kind, option_id, reason, notes }))
    }

    pub(crate) fn worked(self) -> Self {
        self.verdict(VerdictKind::Worked, None, None, None)
    }

    pub(crate) fn failed(self, notes: Option<&str>) -> Self {
        self.verdict(VerdictKind::DidNotWork, None, None, notes)
    }

    pub(crate) fn wrote(mut self, text: &str) -> Self {
        self.session.conversation_messages.push(Message {
            id: EntryId(Uuid::from_u128(9)),
            role: MessageRole::Engineer,
            text: text.into(),
            step_order: None,
            by: Some(actor().user_id),
            engine: None,
            at: at(5),
        });
        self
    }

    pub(crate) fn resolved(mut self, summary: &str) -> Self {
        self.session.resolve(summary, None, &actor(), at(60)).unwrap();
        self
    }

    pub(crate) fn fix(mut self, n: usize, status: FixStatus, words: Option<&str>) -> Self {
        let words = words.map(str::to_owned);
        let pending_reason = words.clone().filter(|_| status == FixStatus::AppliedPending);
        let notes = words.filter(|_| status == FixStatus::AppliedPartial);
        self.fixes[n - 1].take(FixOutcome { status, pending_reason, due_at: None, notes }, at(50)).unwrap();
        self
    }

    pub(crate) fn record(&self) -> CaseRecord<'_> {
        CaseRecord {
            session: &self.session,
            steps: &self.steps,
            fixes: &self.fixes,
            signatures: &self.signatures,
        }
    }
}

/// A printer set offline, put back: guided, fixed, with a way gone back on.
pub(crate) fn printer() -> Case {
    Case::begin("Printer on the 2nd floor is offline since this morning", None, Some("printer-offline"))
        .answer("one-printer")
        .turn(&Input::Back)
        .answer("one-user")
        .answer("shows-offline")
        .answer("offline-flag")
        .wrote("Anna Smith says the printer Office-2F-Colour came back after lunch")
        .answer("online-prints")
        .worked()
        .fix(2, FixStatus::AppliedSuccess, None)
        .resolved("Use Printer Offline was ticked on PC-0142; unticked, and a page from Word printed.")
}

/// A share nobody fixed: what was tried, what was put off, a fix that waits, handed over.
pub(crate) fn handed_over() -> Case {
    let case = Case::begin(
        "User cannot print to \\\\srv-print01\\office, error 0x0000011b since the update",
        None,
        Some("printer-offline"),
    );
    let mut case = case
        .answer("one-user")
        .answer("shows-offline")
        .answer("tcpip-port")
        .answer("address-differs")
        .failed(Some("10.20.30.41 answers, the display shows 10.20.30.77"))
        .verdict(VerdictKind::NotApplicable, None, Some("the switch belongs to the landlord"), None);
    case.session.escalation_reason = Some("The network belongs to the landlord".into());
    case.session.status = rf_sessions::ai::AiSessionStatus::Escalated;
    case.fix(1, FixStatus::AppliedPending, Some("the DHCP lease renews at 18:00"))
}

/// A server with a log, by the playbook, still open.
pub(crate) fn server() -> Case {
    let log = "2027-01-14 09:12:44 srv-app02 Event ID 7031: The Billing Agent service terminated unexpectedly. \
               It has done this 3 time(s). Corrective action in 60000 milliseconds: Restart the service.";
    Case::begin("The billing server stopped answering at 09:10, 12 people cannot work", Some(log), None)
        .answer("2")
        .verdict(VerdictKind::Worked, None, None, Some("started at 09:40, Contoso Billing 5.2 answers"))
        .failed(None)
        .verdict(VerdictKind::CannotNow, None, None, None)
        .wrote("It fell again at 10:05, memory at 97 % on srv-app02")
}

/// A mail that asked for a password: the playbook of security, with actions done.
pub(crate) fn phishing() -> Case {
    Case::begin(
        "Maria got a phishing mail with a link and typed her password, she works in finance",
        None,
        Some("phishing-report-triage"),
    )
    .turn(&Input::Widen)
    .answer("2")
    .answer("1")
    .verdict(VerdictKind::Worked, None, None, Some("sent from billing@contoso-pay.example"))
    .answer("2")
    .worked()
    .verdict(
        VerdictKind::DidNotWork,
        None,
        None,
        Some("a forwarding rule to drop@mail.example was still there"),
    )
}

pub(crate) fn cases() -> [(&'static str, Case); 4] {
    [("printer", printer()), ("handed_over", handed_over()), ("server", server()), ("phishing", phishing())]
}
