//! The portable flow file: one flow as YAML, for version control and for sharing between accounts.
//!
//! Reading is made for files from strangers: bounded in size, depth and number of nodes, without anchors and
//! aliases (so nothing can multiply), and strict about fields, so a misspelt one is not lost in silence.
//! Whether the flow makes sense is [`lint`](crate::lint)'s question, so drafts can be exported too.

mod schema;

use serde::{Deserialize, Deserializer, Serialize};
use serde_saphyr::{
    DuplicateKeyPolicy, Location, MergeKeyPolicy, MessageFormatter, Options, Spanned, UserMessageFormatter,
    budget::BudgetBreach,
};

use crate::{Checklist, Field, FlowDraft, Graph, IntakeForm, Node, Section, Structure, TreeType};

pub use schema::json_schema;

/// The only schema number so far.
const SCHEMA: u64 = 1;
/// Larger files are refused before they are looked at.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// A flow file needs eight levels.
const MAX_DEPTH: usize = 32;

/// Why a flow file could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", Place { line: *line, column: *column })]
pub struct FlowFileError {
    /// Line of the fault, counted from 1.
    pub line: Option<u64>,
    /// Column of the fault, counted in characters from 1.
    pub column: Option<u64>,
    /// What is wrong, and what to do about it where that is not plain.
    pub message: String,
}

impl FlowFileError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { line: None, column: None, message: message.into() }
    }

    fn at(location: Location, message: impl Into<String>) -> Self {
        Self { line: Some(location.line()), column: Some(location.column()), message: message.into() }
    }
}

/// "line 12, column 3: ", or nothing where the place is not known.
struct Place {
    line: Option<u64>,
    column: Option<u64>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: "),
            (Some(line), None) => write!(f, "line {line}: "),
            _ => Ok(()),
        }
    }
}

/// A flow's name in plain letters, digits and dashes, to name a file.
#[must_use]
pub fn file_slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(80).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "flow".to_owned() } else { slug.to_owned() }
}

/// Reads a flow file.
///
/// # Errors
/// When it is not YAML, not a flow file of schema 1, too large, nested too deeply, or uses anchors.
pub fn from_yaml(text: &str) -> Result<FlowDraft, FlowFileError> {
    if text.len() > MAX_BYTES {
        return Err(FlowFileError::new(format!(
            "the file has {} bytes; at most {MAX_BYTES} are accepted",
            text.len()
        )));
    }
    let file: Reading =
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| explain(&error))?;
    file.into_draft()
}

/// Writes a flow file. The same flow always gives the same text.
///
/// # Errors
/// When the body is not the one the flow's type asks for; such a file could not be read back.
pub fn to_yaml(draft: &FlowDraft) -> Result<String, FlowFileError> {
    let (root, nodes, sections, targets) = match (&draft.structure, draft.tree_type) {
        (Structure::Graph(graph), TreeType::Troubleshooting) => {
            (Some(graph.root.as_str()), Some(graph.nodes.as_slice()), None, [].as_slice())
        }
        (Structure::Checklist(list), TreeType::Maintenance) => {
            (None, None, Some(list.sections.as_slice()), list.targets.as_slice())
        }
        (Structure::Checklist(list), TreeType::Procedural) if list.targets.is_empty() => {
            (None, None, Some(list.sections.as_slice()), [].as_slice())
        }
        _ => {
            return Err(FlowFileError::new(format!(
                "the body does not belong to a {} flow",
                draft.tree_type
            )));
        }
    };
    let file = Writing {
        schema: SCHEMA,
        name: &draft.name,
        description: draft.description.as_deref(),
        category: draft.category.as_deref(),
        tags: &draft.tags,
        tree_type: draft.tree_type,
        intake: &draft.intake_form.fields,
        root,
        nodes,
        sections,
        targets,
    };
    // Commands must stay on their line, so long lines are not folded.
    let options = serde_saphyr::ser_options! { compact_list_indent: false, folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(&file, options)
        .map_err(|error| FlowFileError::new(error.to_string()))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_anchors: 0,
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_documents: 1,
        },
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        // `yes` and `on` are words to newer YAML readers and booleans to older ones.
        strict_booleans: true,
        with_snippet: false,
    }
}

/// The library's errors in the words of people who write flows.
fn explain(error: &serde_saphyr::Error) -> FlowFileError {
    use serde_saphyr::Error;
    let too_deep = || format!("nested more than {MAX_DEPTH} levels deep; no part of a flow needs that");
    let message = match error {
        Error::Budget { breach: BudgetBreach::Aliases { .. } | BudgetBreach::Anchors { .. }, .. } => {
            "anchors (&name) and aliases (*name) are not accepted; write the text out".to_owned()
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => too_deep(),
        Error::Budget { .. } => "the file is larger or more complex than a flow can be".to_owned(),
        Error::Unexpected { expected: "mapping start", .. } => {
            "expected fields, such as `name: value`".to_owned()
        }
        Error::Unexpected { expected: "sequence start", .. } => {
            "expected a list, such as `- item`".to_owned()
        }
        Error::Unexpected { expected: "string scalar", .. } => {
            "expected a text; quote it when it begins with [ or {".to_owned()
        }
        Error::InvalidScalar { ty, .. } if ty.starts_with(['u', 'i']) => {
            "expected a whole number, 0 or more".to_owned()
        }
        other => match UserMessageFormatter.format_message(other) {
            message if message == "recursion limit exceeded" => too_deep(),
            message => printable(&message),
        },
    };
    match error.location() {
        Some(location) if location.line() > 0 => FlowFileError::at(location, message),
        _ => FlowFileError::new(message),
    }
}

/// One line of bearable length: messages repeat what the file said.
fn printable(message: &str) -> String {
    const MOST: usize = 300;
    let line = message.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = line.take(MOST).collect();
    if short.len() < message.len() && message.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

#[derive(Serialize)]
struct Writing<'a> {
    schema: u64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(rename = "type")]
    tree_type: TreeType,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    intake: &'a [Field],
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nodes: Option<&'a [Node]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sections: Option<&'a [Section]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    targets: &'a [String],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    #[serde(rename = "schema")]
    _schema: SchemaNumber,
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(rename = "type")]
    tree_type: Spanned<TreeType>,
    #[serde(default)]
    intake: Vec<Field>,
    #[serde(default)]
    root: Option<Spanned<String>>,
    #[serde(default)]
    nodes: Option<Spanned<Vec<Node>>>,
    #[serde(default)]
    sections: Option<Spanned<Vec<Section>>>,
    #[serde(default)]
    targets: Option<Spanned<Vec<String>>>,
}

/// Refuses another number while it is read, before fields this version does not know are complained about.
struct SchemaNumber;

impl<'de> Deserialize<'de> for SchemaNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            SCHEMA => Ok(Self),
            other => Err(serde::de::Error::custom(format!(
                "this is a flow file of schema {other}; only schema {SCHEMA} can be read"
            ))),
        }
    }
}

impl Reading {
    fn into_draft(self) -> Result<FlowDraft, FlowFileError> {
        let tree_type = self.tree_type.value;
        let type_at = self.tree_type.referenced;
        let structure = if tree_type == TreeType::Troubleshooting {
            unexpected(self.sections.as_ref(), "sections", tree_type)?;
            unexpected(self.targets.as_ref(), "targets", tree_type)?;
            Structure::Graph(Graph {
                root: needed(self.root, "root", tree_type, type_at)?,
                nodes: needed(self.nodes, "nodes", tree_type, type_at)?,
            })
        } else {
            unexpected(self.root.as_ref(), "root", tree_type)?;
            unexpected(self.nodes.as_ref(), "nodes", tree_type)?;
            if tree_type != TreeType::Maintenance {
                unexpected(self.targets.as_ref(), "targets", tree_type)?;
            }
            Structure::Checklist(Checklist {
                sections: needed(self.sections, "sections", tree_type, type_at)?,
                targets: self.targets.map(|targets| targets.value).unwrap_or_default(),
            })
        };
        Ok(FlowDraft {
            name: self.name,
            description: self.description,
            category: self.category,
            tags: self.tags,
            tree_type,
            structure,
            intake_form: IntakeForm { fields: self.intake },
        })
    }
}

fn needed<T>(
    field: Option<Spanned<T>>,
    name: &str,
    tree_type: TreeType,
    type_at: Location,
) -> Result<T, FlowFileError> {
    let missing = || FlowFileError::at(type_at, format!("a {tree_type} flow needs `{name}`"));
    field.map(|found| found.value).ok_or_else(missing)
}

fn unexpected<T>(field: Option<&Spanned<T>>, name: &str, tree_type: TreeType) -> Result<(), FlowFileError> {
    match field {
        Some(found) => {
            let message = format!("a {tree_type} flow has no `{name}`; check its `type`");
            Err(FlowFileError::at(found.referenced, message))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
