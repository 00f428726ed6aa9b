//! Conversations with the copilot.

use rf_api_types::pilot::{
    AiAnswerBody, AiMessageBody, AiSessionResponse, AiSessionSummaryBody, AiStepBody, DocumentKindBody,
    DocumentSectionBody, DocumentationResponse, DueFixBody, EditedNoteBody, EvidenceBody, EvidenceKindBody,
    IntakeContentBody, SentBody, SentenceBody, SignatureBody, SimilarBody, SuggestedFixBody,
};
use rf_api_types::uploads::UploadBody;
use rf_flowpilot::document::{DocumentKind, DocumentSection, Evidence, EvidenceKind};
use rf_flowpilot::retrieval::Similar;
use rf_sessions::ai::{
    AiSessionSummary, AiStep, Answer, EngineNote, Message, MessageRole, ModelCall, SuggestedFix,
};
use rf_usecases::{AiSessionView, DueFix, EditedNote, UploadView, WrittenCase};

pub(crate) fn ai_session_summary(summary: AiSessionSummary) -> AiSessionSummaryBody {
    AiSessionSummaryBody {
        id: summary.id.uuid(),
        title: summary.title,
        problem_summary: summary.problem_summary,
        problem_domain: summary.problem_domain,
        psa_ticket_id: summary.psa_ticket_id,
        client_name: summary.client_name,
        status: summary.status,
        confidence_tier: summary.confidence_tier,
        step_count: summary.step_count,
        user_id: summary.user_id.uuid(),
        escalated_to_id: summary.escalated_to_id.map(Into::into),
        picked_up_by: summary.picked_up_by.map(Into::into),
        created_at: summary.created_at,
        updated_at: summary.updated_at,
        resolved_at: summary.resolved_at,
    }
}

pub(crate) fn ai_session(view: AiSessionView) -> AiSessionResponse {
    let session = view.session;
    // Of what was said before models were asked, the conversation tells.
    let last = session.conversation_messages.iter().rev().find(|said| said.role == MessageRole::Copilot);
    let engine = last.and_then(|said| said.engine.clone());
    let engine = engine.unwrap_or(EngineNote { name: session.engine.clone(), reason: None });
    AiSessionResponse {
        summary: ai_session_summary(AiSessionSummary::of(&session)),
        guided_session_id: session.guided_session_id.map(Into::into),
        intake_type: session.intake_type,
        intake_content: IntakeContentBody {
            text: session.intake.text,
            log_content: session.intake.log_content,
            image_urls: session.intake.image_urls,
            ticket_data: session.intake.ticket_data,
        },
        confidence_score: session.confidence_score,
        confidence_reasons: session.confidence_reasons,
        matched_flow_id: session.matched_flow_id.map(Into::into),
        matched_flow_name: view.matched_flow_name,
        match_score: session.match_score,
        resolution_summary: session.resolution_summary,
        resolution_action: session.resolution_action,
        suggested_resolution: view.suggested_resolution,
        session_rating: session.session_rating,
        session_feedback: session.session_feedback,
        total_input_tokens: session.total_input_tokens,
        total_output_tokens: session.total_output_tokens,
        engine,
        turn: session.turn,
        revision: session.revision.0,
        can_work: view.can_work,
        messages: session.conversation_messages.into_iter().map(message).collect(),
        steps: view.steps.into_iter().map(step).collect(),
        fixes: view.fixes.into_iter().map(fix).collect(),
        signatures: view.signatures.into_iter().map(signature).collect(),
        uploads: view.uploads.into_iter().map(upload).collect(),
    }
}

pub(crate) fn upload(UploadView { upload, signatures }: UploadView) -> UploadBody {
    UploadBody {
        id: upload.id.uuid(),
        name: upload.name,
        kind: upload.kind,
        bytes: upload.bytes,
        sha256: upload.sha256,
        width: upload.size.map(|(width, _)| width),
        height: upload.size.map(|(_, height)| height),
        lines: upload.log.map(|log| log.lines),
        signatures: signatures.into_iter().map(signature).collect(),
        message_id: upload.attachment.map(|to| to.entry_id.uuid()),
        uploaded_by: upload.uploaded_by.uuid(),
        created_at: upload.created_at,
    }
}

fn message(message: Message) -> AiMessageBody {
    AiMessageBody {
        id: message.id.uuid(),
        role: message.role,
        text: message.text,
        step_order: message.step_order,
        by: message.by.map(Into::into),
        engine: message.engine,
        at: message.at,
    }
}

pub(crate) fn sent(call: ModelCall) -> SentBody {
    SentBody {
        turn: call.turn,
        purpose: call.purpose,
        model: call.model,
        tier: call.tier,
        prompt_version: call.prompt_version,
        at: call.at,
        sent: call.sent,
        pseudonyms: call.hidden,
        input_tokens: call.input_tokens,
        output_tokens: call.output_tokens,
        failure: call.failure,
    }
}

fn step(step: AiStep) -> AiStepBody {
    AiStepBody {
        id: step.id.uuid(),
        step_order: step.step_order,
        kind: step.proposal.kind,
        title: step.proposal.title,
        body: step.proposal.body,
        warning: step.proposal.warning,
        commands: step.proposal.commands,
        options: step.proposal.options,
        source: step.proposal.source,
        why: step.proposal.why,
        confidence_score: step.confidence_score,
        answer: step.answer.map(answer),
        withdrawn: step.withdrawn,
        created_at: step.created_at,
    }
}

fn answer(answer: Answer) -> AiAnswerBody {
    AiAnswerBody {
        verdict: answer.kind,
        option_id: answer.option_id,
        label: answer.label,
        reason: answer.reason,
        notes: answer.notes,
        at: answer.at,
        by: answer.by.uuid(),
    }
}

fn fix(fix: SuggestedFix) -> SuggestedFixBody {
    SuggestedFixBody {
        id: fix.id.uuid(),
        session_id: fix.session_id.uuid(),
        step_order: fix.step_order,
        title: fix.title,
        body: fix.body,
        status: fix.status,
        pending_reason: fix.pending_reason,
        due_at: fix.due_at,
        partial_notes: fix.partial_notes,
        applied_at: fix.applied_at,
        verified_at: fix.verified_at,
        created_at: fix.created_at,
        updated_at: fix.updated_at,
    }
}

pub(crate) fn due_fix(due: DueFix) -> DueFixBody {
    DueFixBody { fix: fix(due.fix), problem_summary: due.problem_summary }
}

fn signature(signature: rf_flowpilot::Signature) -> SignatureBody {
    SignatureBody {
        kind: signature.kind.as_str().to_owned(),
        code: signature.code,
        meaning: signature.meaning.map(Into::into),
    }
}

pub(crate) const fn document_kind(kind: DocumentKindBody) -> DocumentKind {
    match kind {
        DocumentKindBody::TicketSummary => DocumentKind::TicketSummary,
        DocumentKindBody::ResolutionNote => DocumentKind::ResolutionNote,
        DocumentKindBody::ClientSummary => DocumentKind::ClientSummary,
        DocumentKindBody::KnowledgeArticle => DocumentKind::KnowledgeArticle,
    }
}

pub(crate) fn written_case(kind: DocumentKindBody, case: WrittenCase) -> DocumentationResponse {
    let section = |section: DocumentSection| DocumentSectionBody {
        title: section.title,
        sentences: section
            .sentences
            .into_iter()
            .map(|sentence| SentenceBody { text: sentence.text, evidence: sentence.evidence })
            .collect(),
    };
    DocumentationResponse {
        kind,
        engine: case.engine,
        sections: case.document.sections.into_iter().map(section).collect(),
        evidence: case.evidence.into_iter().map(evidence).collect(),
        text: case.text,
        edit: case.edit.map(|EditedNote { text, by, at, holds }| EditedNoteBody { text, by, at, holds }),
        revision: case.revision.0,
        redaction: case.summary,
    }
}

fn evidence(known: Evidence) -> EvidenceBody {
    EvidenceBody {
        id: known.id,
        kind: match known.kind {
            EvidenceKind::Intake => EvidenceKindBody::Intake,
            EvidenceKind::Step => EvidenceKindBody::Step,
            EvidenceKind::Message => EvidenceKindBody::Message,
            EvidenceKind::Signature => EvidenceKindBody::Signature,
            EvidenceKind::Ticket => EvidenceKindBody::Ticket,
        },
        label: known.label,
        text: known.text,
        step_order: known.step_order,
        at: known.at,
    }
}

pub(crate) fn similar(found: Similar) -> SimilarBody {
    SimilarBody {
        kind: found.source.kind,
        source_id: found.source.id,
        title: found.title,
        heading: found.passage.heading,
        excerpt: found.passage.text,
        score: found.score,
        why: found.why,
    }
}
