//! The notes: four prompts of one shape, each sentence with its evidence.

use serde_json::{Value, json};

use super::{
    Page, Prompt, PromptFile, Refused,
    guard::{given, no_new_addresses, prompt_of},
    parrot::parroted,
    pending,
    shape::Place,
    write_case,
};
use crate::document::{
    CaseRecord, Document, DocumentKind, DocumentSection, Evidence, Rejected, Sentence, check, evidence_of,
};

/// Sentences of a section, and pieces of evidence a sentence may cite.
const MOST_SENTENCES: usize = 40;
const MOST_CITED: usize = 12;
/// Longest sentence, characters.
const LONGEST: usize = 600;

/// Asks for a note of a case.
#[derive(Clone, Debug)]
pub struct NotePrompt<'a> {
    kind: DocumentKind,
    case: CaseRecord<'a>,
    evidence: Vec<Evidence>,
}

/// A note somebody drafted, without what was refused of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drafted {
    /// The note.
    pub document: Document,
    /// The sentences left out, and why.
    pub refused: Vec<Rejected>,
}

impl<'a> NotePrompt<'a> {
    /// The prompt for such a note.
    #[must_use]
    pub fn new(kind: DocumentKind, case: &CaseRecord<'a>) -> Self {
        Self { kind, case: *case, evidence: evidence_of(case) }
    }

    /// The titles a note may have, in order: the same as without a model.
    const fn titles(&self) -> &'static [&'static str] {
        match self.kind {
            DocumentKind::TicketSummary => &["Problem", "Done so far", "Where it stands"],
            DocumentKind::ResolutionNote => &["Problem", "What was done", "Resolution", "Where it stands"],
            DocumentKind::ClientSummary => &["What you reported", "What we did", "Where it stands"],
            DocumentKind::KnowledgeArticle => {
                &["Symptoms", "How it was told apart", "What fixed it", "What did not help"]
            }
        }
    }

    fn section(&self, place: &Place<'_>) -> Result<DocumentSection, Refused> {
        place.only(&["title", "sentences"])?;
        let titles: Vec<(&str, &str)> = self.titles().iter().map(|title| (*title, *title)).collect();
        let title = place.part("title")?.word(&titles)?;
        let mut sentences = Vec::new();
        for place in place.part("sentences")?.list(MOST_SENTENCES)? {
            sentences.push(sentence(&place)?);
        }
        Ok(DocumentSection { title: title.to_owned(), sentences })
    }
}

fn sentence(place: &Place<'_>) -> Result<Sentence, Refused> {
    place.only(&["text", "evidence"])?;
    let text = place.part("text")?.line(LONGEST)?;
    // What it cites is checked with the sentence, so that one false id costs one sentence.
    let evidence = place.part("evidence")?.ids(MOST_CITED, |_| true)?;
    Ok(Sentence { text, evidence })
}

/// One sentence after the other, by the rules of the whole.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    prompt: &'a NotePrompt<'a>,
    given: String,
    told: String,
}

impl<'a> Reading<'a> {
    pub(super) fn of(prompt: &'a NotePrompt<'a>) -> Self {
        Self { prompt, given: given(&prompt.evidence), told: prompt_of(prompt.file()) }
    }

    /// The heading of a section that is still coming, where it is one of the note's.
    pub(super) fn title(&self, section: &Value) -> Option<&'static str> {
        let title = section.get("title")?.as_str()?;
        self.prompt.titles().iter().copied().find(|known| *known == title)
    }

    /// What a sentence says, where nothing is wrong with it.
    pub(super) fn sentence(&self, said: &Value) -> Option<String> {
        no_new_addresses(said, &self.given).ok()?;
        let said = sentence(&Place::root(said)).ok()?;
        let section = DocumentSection { title: String::new(), sentences: vec![said] };
        let document = Document { kind: self.prompt.kind, sections: vec![section] };
        let is_sound =
            document.sentences().all(|said| parroted(&self.told, &self.given, &said.text).is_empty())
                && check(&document, &self.prompt.evidence).is_empty();
        document
            .sections
            .into_iter()
            .flat_map(|section| section.sentences)
            .next()
            .filter(|_| is_sound)
            .map(|said| said.text)
    }
}

impl Prompt for NotePrompt<'_> {
    type Answer = Drafted;

    fn file(&self) -> PromptFile {
        match self.kind {
            DocumentKind::TicketSummary => PromptFile::TicketSummary,
            DocumentKind::ResolutionNote => PromptFile::ResolutionNote,
            DocumentKind::ClientSummary => PromptFile::ClientSummary,
            DocumentKind::KnowledgeArticle => PromptFile::KnowledgeArticle,
        }
    }

    fn schema(&self) -> Value {
        json!({
            "type": "object",
            "properties": { "sections": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "title": { "type": "string", "enum": self.titles() },
                        "sentences": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "text": { "type": "string", "description": "One sentence, one line, no markup." },
                                    "evidence": {
                                        "type": "array",
                                        "items": { "type": "string" },
                                        "description": "Ids of the evidence blocks it rests on; at least one."
                                    }
                                },
                                "required": ["text", "evidence"],
                                "additionalProperties": false
                            }
                        }
                    },
                    "required": ["title", "sentences"],
                    "additionalProperties": false
                }
            } },
            "required": ["sections"],
            "additionalProperties": false
        })
    }

    fn write(&self, page: &mut Page<'_>) {
        write_case(&self.case, &self.evidence, page);
    }

    fn read(&self, answer: &Value) -> Result<Drafted, Refused> {
        let root = Place::root(answer);
        root.only(&["sections"])?;
        let mut sections: Vec<DocumentSection> = Vec::new();
        let places = root.part("sections")?;
        for place in places.list(self.titles().len())? {
            let section = self.section(&place)?;
            if sections.iter().any(|known| known.title == section.title) {
                return Err(place.refuse("has the title of another section"));
            }
            sections.push(section);
        }
        let given = given(&self.evidence);
        no_new_addresses(answer, &given)?;
        let document = Document { kind: self.kind, sections };
        let prompt = prompt_of(self.file());
        let repeated = document.sentences().filter(|said| !parroted(&prompt, &given, &said.text).is_empty());
        let reason = || "it repeats the prompt".to_owned();
        let mut refused: Vec<Rejected> =
            repeated.map(|sentence| Rejected { sentence: sentence.clone(), reason: reason() }).collect();
        for found in check(&document, &self.evidence) {
            if !refused.iter().any(|known| known.sentence == found.sentence) {
                refused.push(found);
            }
        }
        let document = document.without(&refused);
        if document.sections.is_empty() {
            return Err(Refused::NothingLeft);
        }
        let outcome_told = matches!(self.kind, DocumentKind::ResolutionNote | DocumentKind::ClientSummary);
        let cites = |id: &String| document.sentences().any(|sentence| sentence.evidence.contains(id));
        if outcome_told && !pending(&self.case).iter().all(|fix| cites(&fix.id)) {
            return Err(Refused::PendingFix);
        }
        Ok(Drafted { document, refused })
    }
}
