mod answers;
mod words;

use rf_notes::RedactionOptions;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    Domain, FlowMatch,
    document::{DocumentKind, tests::Case},
    llm::{StopReason, Usage},
};

fn finder() -> Finder {
    Finder::new(&RedactionOptions::default()).unwrap()
}

fn table() -> Pseudonyms {
    Pseudonyms::new(Uuid::from_u128(0x0193_7b3c_5d1e_7abc_8def_0123_4567_89ab))
}

/// An answer that calls that tool.
fn called(tool: &str, input: Value) -> LlmAnswer {
    LlmAnswer {
        parts: vec![Part::ToolUse { id: "t".into(), name: tool.into(), input }],
        stop: StopReason::ToolUse,
        usage: Usage::default(),
    }
}

fn told(asked: &Asked) -> &str {
    match asked.parts.as_slice() {
        [Part::Text(text)] => text,
        other => panic!("{other:?}"),
    }
}

/// Every prompt about a case.
fn every<R>(case: &Case, mut each: impl FnMut(PromptFile, Value, Asked) -> R) -> Vec<R> {
    fn one<P: Prompt>(prompt: &P) -> (PromptFile, Value, Asked) {
        (prompt.file(), prompt.schema(), ask(prompt, &finder(), &mut table()))
    }
    let record = case.record();
    let mut all = vec![
        one(&NextStep::new(&record, Domain::Printing, &[], Doing::Began)),
        one(&EscalationPackage::new(&record, "no rights there")),
    ];
    all.extend(DocumentKind::ALL.map(|kind| one(&NotePrompt::new(kind, &record))));
    all.into_iter().map(|(file, schema, asked)| each(file, schema, asked)).collect()
}

fn flow(n: u128, name: &str) -> FlowMatch {
    FlowMatch {
        tree_id: rf_kernel::TreeId(Uuid::from_u128(n)),
        name: name.into(),
        score: 0.52,
        reasons: vec!["the ticket says “offline”".into()],
    }
}
