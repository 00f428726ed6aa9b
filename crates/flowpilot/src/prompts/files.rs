//! The prompts' files and their versions.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A prompt's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromptFile {
    /// What to do next.
    NextStep,
    /// Where the case stands.
    TicketSummary,
    /// What was done and what came of it.
    ResolutionNote,
    /// The same for the client.
    ClientSummary,
    /// What the next engineer should know.
    KnowledgeArticle,
    /// The handover to somebody else.
    EscalationPackage,
    /// The answer to a question, from the library.
    AssistantAnswer,
}

impl PromptFile {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NextStep,
        Self::TicketSummary,
        Self::ResolutionNote,
        Self::ClientSummary,
        Self::KnowledgeArticle,
        Self::EscalationPackage,
        Self::AssistantAnswer,
    ];

    /// What every prompt begins with.
    pub const RULES: &'static str = include_str!("../../prompts/rules.md");

    /// The file as it is.
    const fn source(self) -> &'static str {
        match self {
            Self::NextStep => include_str!("../../prompts/next_step.md"),
            Self::TicketSummary => include_str!("../../prompts/ticket_summary.md"),
            Self::ResolutionNote => include_str!("../../prompts/resolution_note.md"),
            Self::ClientSummary => include_str!("../../prompts/client_summary.md"),
            Self::KnowledgeArticle => include_str!("../../prompts/knowledge_article.md"),
            Self::EscalationPackage => include_str!("../../prompts/escalation_package.md"),
            Self::AssistantAnswer => include_str!("../../prompts/assistant_answer.md"),
        }
    }

    /// Its name and version, `next_step@1`: the file's first line.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.source().lines().next().unwrap_or_default()
    }

    /// Its words.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.source().split_once('\n').map_or("", |(_, text)| text.trim_start())
    }

    /// The tool an answer calls.
    #[must_use]
    pub const fn tool(self) -> &'static str {
        match self {
            Self::NextStep => "propose",
            Self::EscalationPackage => "hand_over",
            Self::AssistantAnswer => "answer",
            Self::TicketSummary | Self::ResolutionNote | Self::ClientSummary | Self::KnowledgeArticle => {
                "write_note"
            }
        }
    }

    /// What a version stands for: a digest of the rules, the words and the schema of the answer, as hexadecimal.
    #[must_use]
    pub fn digest(self, schema: &Value) -> String {
        digest(&[Self::RULES, self.text(), &sorted(schema).to_string()])
    }
}

/// The value with the names of its objects in order, whatever order they were written in.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort();
            names.into_iter().map(|name| (name.clone(), sorted(&map[name]))).collect()
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What is wrong with the versions of prompts, given as id and digest: `known` has a line `id digest` for every version
/// there ever was.
#[cfg(test)]
pub(super) fn versions_wrong(prompts: &[(String, String)], known: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let known: Vec<(&str, &str)> = known.lines().filter_map(|line| line.split_once(' ')).collect();
    for (id, digest) in prompts {
        let recorded: Vec<&str> =
            known.iter().filter(|(known, _)| known == id).map(|(_, hash)| *hash).collect();
        match recorded.as_slice() {
            [only] if only == digest => {}
            [] => wrong.push(format!("{id} is new: add the line `{id} {digest}` to prompts/versions.txt")),
            _ => wrong.push(format!("{id} was changed: raise its version, in its first line")),
        }
        let (name, version) = id.split_once('@').unwrap_or((id, ""));
        let number = version.parse().unwrap_or(0_u32);
        let gap = (1..number).any(|n| !known.iter().any(|(known, _)| *known == format!("{name}@{n}")));
        if number == 0 || gap {
            wrong.push(format!("{id}: versions are counted from 1, and none is left out or forgotten"));
        }
    }
    wrong
}
