//! Sources cut into passages.

use rf_assistant::{Document, SourceKind};
use rf_kernel::TreeId;
use rf_sessions::ai::AiSession;
use rf_trees::FlowDraft;

use super::{Passage, Source, SourceDoc};

/// Characters a passage of a document has at most, but for one line that is longer.
const LONGEST: usize = 1_200;

/// A flow: what it is for, and then each of its steps.
#[must_use]
pub fn passages_of_flow(id: TreeId, flow: &FlowDraft) -> SourceDoc {
    let about = [flow.description.clone(), flow.category.clone(), Some(flow.tags.join(", "))];
    let about: Vec<String> = about.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let about = if about.is_empty() { flow.name.clone() } else { about.join("\n") };
    let mut passages = vec![Passage { heading: None, text: about }];
    let mut last = None;
    for (step, text) in flow.structure.texts() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match passages.last_mut().filter(|_| last == Some(step)) {
            Some(passage) => {
                passage.text.push('\n');
                passage.text.push_str(text);
            }
            None => {
                let heading = flow.structure.title_of(step).map(str::to_owned);
                passages.push(Passage { heading, text: text.to_owned() });
            }
        }
        last = Some(step);
    }
    SourceDoc { source: Source { kind: SourceKind::Flow, id: id.uuid() }, title: flow.name.clone(), passages }
}

/// A conversation that was resolved: the problem and what fixed it.
#[must_use]
pub fn passages_of_session(session: &AiSession) -> SourceDoc {
    let problem = session.problem_summary.clone().unwrap_or_default();
    let parts =
        [Some(problem.clone()), session.resolution_summary.clone(), session.resolution_action.clone()];
    let text: Vec<String> = parts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
    let title = session.title.clone().unwrap_or(problem);
    SourceDoc {
        source: Source { kind: SourceKind::Session, id: session.id.uuid() },
        title: if title.is_empty() { "A resolved case".to_owned() } else { title },
        passages: vec![Passage { heading: Some("What fixed it".to_owned()), text: text.join("\n") }],
    }
}

/// A document, at its headings and then between its paragraphs.
#[must_use]
pub fn passages_of_document(document: &Document) -> SourceDoc {
    let mut cutter = Cutter::default();
    let mut fenced = false;
    for line in document.text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        match heading(line).filter(|_| !fenced) {
            Some(heading) => {
                cutter.end();
                cutter.heading = Some(heading);
            }
            None => {
                let may_end = !fenced && line.trim().is_empty() && cutter.length > LONGEST / 2;
                if may_end || cutter.length + line.chars().count() > LONGEST {
                    cutter.end();
                }
                cutter.add(line);
            }
        }
    }
    cutter.end();
    SourceDoc {
        source: Source { kind: SourceKind::Document, id: document.id.uuid() },
        title: document.title.clone(),
        passages: cutter.passages,
    }
}

/// The words of a heading as Markdown writes it.
fn heading(line: &str) -> Option<String> {
    let marks = line.chars().take_while(|c| *c == '#').count();
    let rest = line.get(marks..)?;
    let text = rest.trim().trim_end_matches('#').trim();
    ((1..=6).contains(&marks) && rest.starts_with(' ') && !text.is_empty()).then(|| text.to_owned())
}

#[derive(Default)]
struct Cutter {
    passages: Vec<Passage>,
    heading: Option<String>,
    text: String,
    length: usize,
}

impl Cutter {
    fn add(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.length += line.chars().count() + 1;
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.length = 0;
        if !text.trim().is_empty() {
            self.passages.push(Passage { heading: self.heading.clone(), text: text.trim().to_owned() });
        }
    }
}
