//! The PSA's values to wire bodies and back.

use rf_api_types::psa::{
    ArtefactBody, ConfigurationBody, ContentSettingsBody, DiagnosisBody, DiagnosisStepBody,
    KeptTicketResponse, MemberMappingBody, PsaChoiceBody, PsaConnectionBody, PsaConnectionResponse,
    PsaMemberBody, PsaMembersResponse, PsaOptionsResponse, PsaProviderName, PsaTestResponse, PushBody,
    PushPreviewResponse, PushSettingsBody, PushTimeBody, RoundingBody, SessionKindBody, StatusSettingsBody,
    TicketBody, TicketCardResponse, TicketCompanyBody, TicketContactBody, TicketNoteBody, TicketStatusBody,
    TimeLedgerResponse, TimeLineBody, TimeSettingsBody,
};
use rf_kernel::Failure;
use rf_notes::RedactionMode;
use rf_psa::{
    Artefact, Diagnosis, Direction, Named, Note, NoteKind, PsaVendor, PushContent, PushRecord, PushSettings,
    Rounding, SessionKind, Ticket, TicketSnapshot,
};
use rf_usecases::{
    ManagedPsa, MappedHow, MemberLine, MemberList, PsaOptions, PsaStatus, PushPreview, TicketCard,
    TimeLedger, TimeLine,
};

pub(crate) const fn psa_vendor(name: PsaProviderName) -> PsaVendor {
    match name {
        PsaProviderName::ConnectWise => PsaVendor::ConnectWise,
        PsaProviderName::Halo => PsaVendor::Halo,
    }
}

const fn provider_name(vendor: PsaVendor) -> PsaProviderName {
    match vendor {
        PsaVendor::ConnectWise => PsaProviderName::ConnectWise,
        PsaVendor::Halo => PsaProviderName::Halo,
    }
}

pub(crate) const fn artefact(body: ArtefactBody) -> Artefact {
    match body {
        ArtefactBody::Note => Artefact::Note,
        ArtefactBody::Time => Artefact::Time,
    }
}

pub(crate) const fn session_kind(body: SessionKindBody) -> SessionKind {
    match body {
        SessionKindBody::Guided => SessionKind::Guided,
        SessionKindBody::Ai => SessionKind::Ai,
    }
}

fn diagnosis(found: Diagnosis) -> DiagnosisBody {
    let steps = found.steps.into_iter().map(|step| DiagnosisStepBody {
        name: step.name,
        ok: step.ok,
        detail: step.detail,
    });
    DiagnosisBody { headline: found.headline, what_to_do: found.what_to_do, steps: steps.collect() }
}

pub(crate) fn psa_test(found: Diagnosis) -> PsaTestResponse {
    PsaTestResponse { ok: found.steps.iter().all(|step| step.ok), diagnosis: diagnosis(found) }
}

pub(crate) fn push_settings(settings: PushSettings) -> PushSettingsBody {
    let PushSettings { time_entry, rounding, status, content, .. } = settings;
    PushSettingsBody {
        push_on_resolve: settings.push_on_resolve,
        push_on_escalate: settings.push_on_escalate,
        note_visibility: settings.note_visibility.as_str().to_owned(),
        time_entry: TimeSettingsBody {
            create: time_entry.create,
            work_type: time_entry.work_type.map(Into::into),
            work_role: time_entry.work_role.map(Into::into),
        },
        rounding: self::rounding(rounding),
        status: StatusSettingsBody { on_resolve: status.on_resolve, on_escalate: status.on_escalate },
        content: ContentSettingsBody {
            redaction_mode: match content.redaction_mode {
                RedactionMode::Mask => "mask",
                RedactionMode::None => "none",
            }
            .to_owned(),
            include_ai_reasoning: content.include_ai_reasoning,
        },
    }
}

fn psa_connection(managed: ManagedPsa) -> PsaConnectionBody {
    let ManagedPsa { connection, feed, note_kinds } = managed;
    let feed = feed.as_ref();
    PsaConnectionBody {
        id: connection.id.uuid(),
        provider: provider_name(connection.vendor),
        site_url: connection.site_url,
        company_id: connection.company_id,
        status: connection.status.as_str().to_owned(),
        diagnosis: connection.diagnosis.map(diagnosis),
        created_at: connection.created_at,
        last_tested_at: connection.last_tested_at,
        public_key_hint: connection.public_key_hint,
        settings: push_settings(connection.settings),
        note_visibilities: note_kinds.iter().map(|kind| kind.as_str().to_owned()).collect(),
        callbacks: feed.is_some_and(|feed| feed.callback_id.is_some()),
        callbacks_problem: feed.and_then(|feed| feed.problem.clone()),
        synced_at: feed.and_then(|feed| feed.synced_at),
    }
}

pub(crate) fn psa_status(status: Option<PsaStatus>) -> PsaConnectionResponse {
    let (push_on_resolve, push_on_escalate) = status.as_ref().map(|status| status.pushes).unwrap_or_default();
    PsaConnectionResponse {
        connected: status.is_some(),
        provider: status.as_ref().map(|status| provider_name(status.vendor)),
        status: status.as_ref().map(|status| status.status.as_str().to_owned()),
        push_on_resolve,
        push_on_escalate,
        connection: status.and_then(|status| status.managed).map(psa_connection),
    }
}

/// What is kept of a ticket.
///
/// # Errors
/// Never in practice: it was JSON before.
pub(crate) fn kept_ticket(kept: Option<&TicketSnapshot>) -> Result<KeptTicketResponse, Failure> {
    let ticket_data = kept.map(serde_json::to_value).transpose().map_err(Failure::internal)?;
    Ok(KeptTicketResponse { ticket_data })
}

pub(crate) fn psa_options(options: PsaOptions) -> PsaOptionsResponse {
    let boards =
        options.boards.into_iter().map(|board| PsaChoiceBody { id: board.id.into(), name: board.name });
    let choice = |named: Named| PsaChoiceBody { id: named.id.into(), name: named.name };
    PsaOptionsResponse {
        boards: boards.collect(),
        work_types: options.work_types.into_iter().map(choice).collect(),
        work_roles: options.work_roles.into_iter().map(choice).collect(),
    }
}

fn time_line(line: TimeLine) -> TimeLineBody {
    let (push_id, state) = line.push.map(|(id, state)| (id.uuid(), state.as_str().to_owned())).unzip();
    TimeLineBody {
        push_id,
        state,
        fixed: line.fixed,
        occasion: line.occasion.as_str().to_owned(),
        worked_seconds: line.worked_seconds,
        measured_minutes: line.measured_minutes,
        minutes: line.minutes,
        billable: line.billable,
        work_type: line.work_type.map(Into::into),
        note: line.note,
        edited: line.edited,
    }
}

pub(crate) fn time_ledger(ledger: TimeLedger) -> TimeLedgerResponse {
    TimeLedgerResponse {
        total_minutes: ledger.total_minutes(),
        rounding: rounding(ledger.rounding),
        automatic: ledger.automatic,
        entries: ledger.lines.into_iter().map(time_line).collect(),
    }
}

fn rounding(rounding: Rounding) -> RoundingBody {
    RoundingBody {
        step_minutes: rounding.step_minutes,
        direction: match rounding.direction {
            Direction::Up => "up",
            Direction::Nearest => "nearest",
            Direction::Down => "down",
        }
        .to_owned(),
        least_minutes: rounding.least_minutes,
    }
}

pub(crate) fn ticket(ticket: Ticket) -> TicketBody {
    TicketBody {
        id: ticket.id.into(),
        summary: ticket.summary,
        company: ticket.company.map(|named| named.name),
        contact: ticket.contact.map(|named| named.name),
        board: ticket.board.map(|named| named.name),
        status: ticket.status.map(|named| named.name),
        priority: ticket.priority.map(|named| named.name),
        last_updated: ticket.updated_at,
        closed: ticket.closed,
    }
}

pub(crate) fn ticket_card(card: TicketCard) -> TicketCardResponse {
    let note = |note: Note| TicketNoteBody {
        text: note.text,
        kind: note.kinds.first().map(|kind| kind.as_str().to_owned()),
        by: note.author,
        at: note.at,
    };
    TicketCardResponse {
        ticket: ticket(card.ticket),
        company: card.company.map(|company| TicketCompanyBody {
            id: company.id.into(),
            name: company.name,
            phone: company.phone,
            website: company.website,
            address: company.address,
        }),
        contact: card.contact.map(|contact| TicketContactBody {
            id: contact.id.into(),
            name: contact.name,
            title: contact.title,
            email: contact.email,
            phone: contact.phone,
        }),
        configurations: card
            .configurations
            .into_iter()
            .map(|device| ConfigurationBody {
                id: device.id.into(),
                name: device.name,
                kind: device.kind,
                model: device.model,
                serial_number: device.serial_number,
                os: device.os,
                ip_address: device.ip_address,
                active: device.active,
            })
            .collect(),
        recent_notes: card.recent_notes.into_iter().map(note).collect(),
        statuses: card
            .statuses
            .into_iter()
            .filter(|status| status.active)
            .map(|status| TicketStatusBody {
                id: status.id.into(),
                name: status.name,
                closes: status.closes,
                takes_time: status.takes_time,
            })
            .collect(),
    }
}

pub(crate) fn psa_members(list: MemberList) -> PsaMembersResponse {
    let line = |MemberLine { user, member, how }: MemberLine| {
        let (member_id, member_name) = member.map(|(id, name)| (id.into(), name)).unzip();
        MemberMappingBody {
            user_id: user.id.uuid(),
            user_name: user.name,
            email: user.email.as_str().to_owned(),
            member_id,
            member_name,
            how: match how {
                MappedHow::Manual => "manual",
                MappedHow::Email => "email",
                MappedHow::None => "none",
            }
            .to_owned(),
        }
    };
    let members = list.members.into_iter().map(|member| PsaMemberBody {
        id: member.id.into(),
        name: member.name,
        email: member.email,
    });
    PsaMembersResponse { items: list.people.into_iter().map(line).collect(), psa_members: members.collect() }
}

pub(crate) fn push_preview(preview: PushPreview) -> PushPreviewResponse {
    let PushPreview { ticket, content, visibility, worked_seconds, warnings } = preview;
    let (kind, text, time): (NoteKind, _, _) = match content {
        PushContent::Note { kind, text } => (kind, text, None),
        PushContent::Time { minutes, billable, work_type, text, .. } => {
            let work_type = work_type.map(Into::into);
            (visibility, text, Some(PushTimeBody { minutes, worked_seconds, billable, work_type }))
        }
    };
    PushPreviewResponse { ticket_id: ticket.into(), kind: kind.as_str().to_owned(), text, time, warnings }
}

pub(crate) fn push(record: PushRecord) -> PushBody {
    PushBody {
        id: record.id.uuid(),
        session_id: record.session.uuid(),
        session_kind: match record.session.kind() {
            SessionKind::Guided => SessionKindBody::Guided,
            SessionKind::Ai => SessionKindBody::Ai,
        },
        ticket_id: record.ticket.into(),
        artefact: match record.artefact {
            Artefact::Note => ArtefactBody::Note,
            Artefact::Time => ArtefactBody::Time,
        },
        state: record.push.state.as_str().to_owned(),
        attempts: record.push.tries,
        what_to_do: record.push.what_to_do().map(str::to_owned),
        last_error: record.push.error.map(|error| error.words),
        warnings: record.warnings,
        created_at: record.created_at,
        updated_at: record.updated_at,
        external_id: record.push.remote_id.map(Into::into),
    }
}
