//! What is written into a ticket: read in one unit, made with none open.

use std::collections::BTreeMap;

use rf_flowpilot::document::{CaseRecord, DocumentKind, standing_of};
use rf_kernel::{AccountId, Failure, Page, Timestamp, UserId};
use rf_notes::{
    Format, NoteInput, NoteOptions, RedactionChoices, RedactionMode, RedactionOptions, Redactor, render_with,
};
use rf_psa::{
    Artefact, MemberMapping, NoteFor, NoteKind, Occasion, PsaProvider, PushContent, PushFilter, PushKey,
    PushSettings, Section, SessionRef, Shape, TimeEdit, note_text,
};
use rf_sessions::{
    NoteSource, Outcome, Session,
    ai::{AiSession, ConfidenceTier, KeptNote, NoteEdit},
    note_input,
};
use rf_store::UnitOfWork;

use super::members::by_email;
use crate::{
    notes::{refused, unusable_rule},
    pilot::{Case, case_of, supported},
};

/// A session of either kind with what its note is made from.
pub(super) enum Source {
    /// One run of a flow.
    Guided { session: Box<Session>, input: Box<NoteInput>, flow_name: String },
    /// A conversation with the copilot.
    Ai { session: Box<AiSession>, case: Case, notes: BTreeMap<DocumentKind, KeptNote> },
}

/// Everything a push is made from.
pub(super) struct Material {
    source: Source,
    rules: RedactionOptions,
    settings: PushSettings,
    /// Who worked, with their address.
    engineer: Option<(String, String)>,
    mapping: Option<MemberMapping>,
    /// What somebody said about the time.
    edit: Option<TimeEdit>,
    /// Seconds of the session that pushes have charged.
    charged: Vec<(PushKey, u64)>,
}

/// What is written, with how the time came about and what should be looked at.
pub(super) struct Composed {
    pub(super) content: PushContent,
    pub(super) worked_seconds: u64,
    pub(super) warnings: Vec<String>,
}

impl Source {
    /// Reads a session of the account; none where there is none.
    pub(super) async fn read(
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        session: SessionRef,
        names: &BTreeMap<UserId, String>,
    ) -> Result<Option<Self>, Failure> {
        match session {
            SessionRef::Guided(id) => {
                let Some(session) = unit.session_by_id(tenant, id).await? else { return Ok(None) };
                let log = unit.session_log(tenant, id).await?;
                let flow = session.flow()?;
                let input = note_input(&NoteSource { session: &session, flow: &flow, log: &log, names });
                let flow_name = flow.name.clone();
                Ok(Some(Self::Guided { session: session.into(), input: input.into(), flow_name }))
            }
            SessionRef::Ai(id) => {
                let Some(session) = unit.ai_session_by_id(tenant, id).await? else { return Ok(None) };
                let case = case_of(unit, &session).await?;
                let mut notes = BTreeMap::new();
                for kind in [Occasion::Resolve, Occasion::Escalate].map(kind_of) {
                    notes.insert(kind, unit.kept_note(tenant, session.id, kind).await?);
                }
                Ok(Some(Self::Ai { session: session.into(), case, notes }))
            }
        }
    }

    fn worker(&self) -> UserId {
        match self {
            Self::Guided { session, .. } => session.user_id,
            // Whoever took it over ended it.
            Self::Ai { session, .. } => session.escalated_to_id.unwrap_or(session.user_id),
        }
    }

    fn worked_seconds(&self) -> u64 {
        let seconds = match self {
            Self::Guided { session, .. } => session.active_seconds,
            Self::Ai { session, case, .. } => session.active_seconds(&case.steps),
        };
        u64::try_from(seconds).unwrap_or(0)
    }

    fn began_at(&self) -> Timestamp {
        match self {
            Self::Guided { session, .. } => session.started_at.unwrap_or(session.created_at),
            Self::Ai { session, .. } => session.created_at,
        }
    }
}

impl Material {
    /// Reads all that a push of a session is made from; none where there is no such session.
    pub(super) async fn read(
        unit: &mut dyn UnitOfWork,
        tenant: AccountId,
        session: SessionRef,
        settings: PushSettings,
    ) -> Result<Option<Self>, Failure> {
        let people = unit.people(tenant).await?;
        let names = people.iter().map(|user| (user.id, user.name.clone())).collect();
        let Some(source) = Source::read(unit, tenant, session, &names).await? else { return Ok(None) };
        let rules = unit.redaction_settings(tenant).await?.map(|kept| kept.options).unwrap_or_default();
        let worker = source.worker();
        let mapping = unit.psa_members(tenant).await?.into_iter().find(|known| known.user_id == worker);
        let engineer = people.into_iter().find(|user| user.id == worker);
        let engineer = engineer.map(|user| (user.name, user.email.as_str().to_owned()));
        let edit = unit.time_edit(tenant, session).await?;
        let filter = PushFilter { session: Some(session.uuid()), ..PushFilter::default() };
        let pushes =
            unit.list_pushes(tenant, &filter, None, Page { skip: 0, limit: Page::MAX_LIMIT }).await?;
        let charged = pushes.into_iter().filter_map(|push| match push.content {
            Some(PushContent::Time { worked_seconds, .. }) => Some((push.key, worked_seconds)),
            _ => None,
        });
        let charged = charged.collect();
        Ok(Some(Self { source, rules, settings, engineer, mapping, edit, charged }))
    }

    /// What somebody said about the time a push is to charge.
    pub(super) fn edit_for(&self, key: &PushKey) -> Option<&TimeEdit> {
        self.edit.as_ref().filter(|edit| edit.is_for(key))
    }

    /// Seconds of work that no other push charges: an escalated session is charged again when it is resolved, and only for
    /// what came after.
    pub(super) fn uncharged_seconds(&self, key: &PushKey) -> u64 {
        let others = self.charged.iter().filter(|(other, _)| other != key).map(|(_, seconds)| seconds);
        self.source.worked_seconds().saturating_sub(others.sum())
    }

    /// Makes what is written. For time the PSA may be asked who somebody is.
    pub(super) async fn compose(
        &self,
        provider: &dyn PsaProvider,
        occasion: Occasion,
        artefact: Artefact,
        key: &PushKey,
        minutes: Option<u32>,
    ) -> Result<Composed, Failure> {
        let max_chars = provider.capabilities().max_note_chars;
        let worked_seconds = self.uncharged_seconds(key);
        let marker = key.marker(artefact);
        match artefact {
            Artefact::Note => {
                let purpose = match occasion {
                    Occasion::Resolve => NoteFor::Resolution,
                    Occasion::Escalate => NoteFor::Escalation,
                };
                let sections = self.sections(occasion)?;
                let text = note_text(Shape { purpose, max_chars }, &sections, marker);
                // Set for a PSA that knows it and connected to one that does not: shown to fewer, never to more.
                let kinds = provider.capabilities().note_kinds;
                let kind = Some(self.settings.note_visibility).filter(|kind| kinds.contains(kind));
                let kind = kind.unwrap_or(NoteKind::Internal);
                let content = PushContent::Note { kind, text: text.as_str().to_owned() };
                let warnings = self.outdated_edit(occasion).into_iter().collect();
                Ok(Composed { content, worked_seconds, warnings })
            }
            Artefact::Time => {
                let (member, warnings) = self.member(provider).await;
                let edit = self.edit_for(key);
                let minutes = minutes.or_else(|| edit.and_then(|edit| edit.minutes));
                let minutes = minutes.unwrap_or_else(|| self.settings.rounding.minutes(worked_seconds));
                if minutes == 0 {
                    let message = "no working time was measured; say how many minutes to charge";
                    return Err(Failure::invalid_field("minutes", "nothing_to_charge", message));
                }
                let shape = Shape { purpose: NoteFor::Time, max_chars };
                let said = self.edit_for(key).and_then(|edit| edit.note.as_deref());
                let sections = match said {
                    Some(note) => self.said_sections(note)?,
                    None => self.time_sections(occasion)?,
                };
                let text = note_text(shape, &sections, marker);
                let content = PushContent::Time {
                    member,
                    start: self.source.began_at(),
                    minutes,
                    worked_seconds,
                    billable: edit.and_then(|edit| edit.billable),
                    work_type: edit
                        .and_then(|edit| edit.work_type.clone())
                        .or_else(|| self.settings.time_entry.work_type.clone()),
                    work_role: self.settings.time_entry.work_role.clone(),
                    text: text.as_str().to_owned(),
                };
                Ok(Composed { content, worked_seconds, warnings })
            }
        }
    }

    /// Who the engineer is at the PSA: as somebody said, by e-mail, or nobody, with a warning.
    async fn member(&self, provider: &dyn PsaProvider) -> (Option<String>, Vec<String>) {
        if let Some(mapping) = &self.mapping {
            return (Some(mapping.member_identifier.clone()), Vec::new());
        }
        let (name, email) = self.engineer.clone().unwrap_or_default();
        let who = if name.is_empty() { "The engineer".to_owned() } else { name };
        let fallback = "the time is charged to the connection's own API member";
        match provider.members().await {
            Ok(members) => match by_email(&members, &email) {
                Some(found) => (Some(found.identifier.clone()), Vec::new()),
                None => {
                    let warning = format!(
                        "{who} is not mapped to a member of the PSA: {fallback}. Map them under Integrations."
                    );
                    (None, vec![warning])
                }
            },
            Err(_) => (None, vec![format!("Who {who} is at the PSA could not be looked up: {fallback}.")]),
        }
    }

    /// Masks what is not rendered by the notes themselves.
    fn mask(&self, text: &str) -> Result<String, Failure> {
        if self.settings.content.redaction_mode == RedactionMode::None {
            return Ok(text.to_owned());
        }
        let redactor = Redactor::new(&self.rules).map_err(|rule| unusable_rule(&rule))?;
        Ok(redactor.redact(text).text)
    }

    fn engineer(&self) -> Option<Section> {
        let (name, _) = self.engineer.as_ref()?;
        Some(Section { title: "Engineer".into(), body: name.clone() })
    }

    /// The parts of a note, masked.
    fn sections(&self, occasion: Occasion) -> Result<Vec<Section>, Failure> {
        match &self.source {
            Source::Guided { input, flow_name, .. } => {
                // The options of the account run beside what always does.
                let options = NoteOptions {
                    format: Format::Psa,
                    redaction: self.settings.content.redaction_mode,
                    rules: self.rules.clone(),
                    ..NoteOptions::default()
                };
                let note = render_with(input, &options, &RedactionChoices::default()).map_err(refused)?;
                Ok(vec![Section { title: flow_name.clone(), body: note.text }])
            }
            Source::Ai { session, case, .. } => self.case_sections(session, case, occasion),
        }
    }

    fn case_sections(
        &self,
        session: &AiSession,
        case: &Case,
        occasion: Occasion,
    ) -> Result<Vec<Section>, Failure> {
        let Case { steps, fixes, signatures } = case;
        let record = CaseRecord { session, steps, fixes, signatures };
        let (parts, titles): (Vec<(String, String)>, &[&str]) = match (self.edit(occasion), occasion) {
            (Some(edit), _) => {
                let part =
                    |(title, body): (Option<String>, String)| (title.unwrap_or("Note".to_owned()), body);
                (edit.sections().into_iter().map(part).collect(), &[])
            }
            (None, Occasion::Resolve) => (generated(occasion, &record), &[]),
            // What is not there says as much to whoever takes over.
            (None, Occasion::Escalate) => {
                (generated(occasion, &record), &["Problem", "Done so far", "Where it stands"])
            }
        };
        let mut sections = Vec::new();
        if let Some(reason) = session.escalation_reason.as_deref().filter(|_| occasion == Occasion::Escalate)
        {
            sections.push(Section { title: "Why it is handed over".into(), body: self.mask(reason)? });
        }
        for title in titles.iter().filter(|title| !parts.iter().any(|(part, _)| part == **title)) {
            sections.push(Section { title: (*title).to_owned(), body: String::new() });
        }
        for (title, body) in parts {
            sections.push(Section { title: self.mask(&title)?, body: self.mask(&body)? });
        }
        if self.settings.content.include_ai_reasoning && session.confidence_tier != ConfidenceTier::Discovery
        {
            let reasons: Vec<String> =
                session.confidence_reasons.iter().map(|reason| format!("- {reason}")).collect();
            let body = self.mask(&reasons.join("\n"))?;
            sections.push(Section { title: "What the copilot went by".into(), body });
        }
        sections.extend(self.engineer());
        Ok(sections)
    }

    /// The engineer's own text of a note, and whether it still holds.
    fn kept_edit(&self, occasion: Occasion) -> Option<(&NoteEdit, bool)> {
        let Source::Ai { session, case, notes } = &self.source else { return None };
        let Case { steps, fixes, signatures } = case;
        let standing = standing_of(&CaseRecord { session, steps, fixes, signatures });
        let kept = notes.get(&kind_of(occasion))?;
        Some((kept.edit.as_ref()?, kept.edit_for(&standing).is_some()))
    }

    fn edit(&self, occasion: Occasion) -> Option<&NoteEdit> {
        self.kept_edit(occasion).and_then(|(edit, holds)| holds.then_some(edit))
    }

    /// What to say where an engineer's text is not what is written.
    fn outdated_edit(&self, occasion: Occasion) -> Option<String> {
        let (_, holds) = self.kept_edit(occasion)?;
        let warning = "Somebody edited this note before the work went on, so it is written as generated. Open the note to \
            take the edited text all the same.";
        (!holds).then(|| warning.to_owned())
    }

    /// What somebody wrote for a time entry, masked.
    fn said_sections(&self, note: &str) -> Result<Vec<Section>, Failure> {
        let mut sections = vec![Section { title: "Work done".into(), body: self.mask(note)? }];
        sections.extend(self.engineer());
        Ok(sections)
    }

    /// The lines of a time entry, masked.
    fn time_sections(&self, occasion: Occasion) -> Result<Vec<Section>, Failure> {
        let section = |title: &str, body: String| Section { title: title.into(), body };
        let mut sections = match &self.source {
            Source::Guided { session, flow_name, .. } => {
                let outcome = session.outcome.map_or("", Outcome::as_str);
                let notes = session.outcome_notes.as_deref().unwrap_or_default();
                vec![
                    section("Worked through", flow_name.clone()),
                    section("Outcome", self.mask(&format!("{outcome} {notes}"))?),
                ]
            }
            Source::Ai { session, .. } => {
                let (title, text) = match occasion {
                    Occasion::Resolve => ("Resolved", &session.resolution_summary),
                    Occasion::Escalate => ("Handed over", &session.escalation_reason),
                };
                let problem = session.problem_summary.as_deref().unwrap_or_default();
                vec![
                    section("Problem", self.mask(problem)?),
                    section(title, self.mask(text.as_deref().unwrap_or_default())?),
                ]
            }
        };
        sections.retain(|section| !section.body.trim().is_empty());
        sections.extend(self.engineer());
        Ok(sections)
    }
}

/// The note that is written on an occasion.
const fn kind_of(occasion: Occasion) -> DocumentKind {
    match occasion {
        Occasion::Resolve => DocumentKind::ResolutionNote,
        Occasion::Escalate => DocumentKind::TicketSummary,
    }
}

/// The parts of the note as it is generated.
fn generated(occasion: Occasion, record: &CaseRecord<'_>) -> Vec<(String, String)> {
    let (document, _) = supported(kind_of(occasion), record);
    let lines = |sentences: Vec<rf_flowpilot::document::Sentence>| {
        sentences.iter().map(|sentence| format!("- {}", sentence.text)).collect::<Vec<_>>().join("\n")
    };
    document.sections.into_iter().map(|part| (part.title, lines(part.sentences))).collect()
}
