//! What was refused of a drafted note, said in the deterministic words.

use super::{Document, DocumentSection, Rejected, Sentence};

/// The drafted note; where a sentence was refused, what the plain note says of the same evidence stands in its place,
/// unless a sentence that was taken speaks of it already.
#[must_use]
pub fn mended(drafted: &Document, refused: &[Rejected], plain: &Document) -> Document {
    let cites = |sentence: &Sentence, id: &String| sentence.evidence.contains(id);
    let missing = |said: &Sentence| {
        let refused = said.evidence.iter().any(|id| refused.iter().any(|no| cites(&no.sentence, id)));
        let told = said.evidence.iter().all(|id| drafted.sentences().any(|taken| cites(taken, id)));
        refused && !told
    };
    let mut sections: Vec<DocumentSection> = Vec::new();
    let filled = plain.sections.iter().map(|section| DocumentSection {
        title: section.title.clone(),
        sentences: section.sentences.iter().filter(|said| missing(said)).cloned().collect(),
    });
    let filled: Vec<DocumentSection> = filled.collect();
    // The order of the plain note; what only the draft has stays behind what it stood behind.
    for section in &drafted.sections {
        let place = filled.iter().position(|known| known.title == section.title);
        let before = filled.iter().take(place.unwrap_or_default());
        for only_plain in before.filter(|known| !known.sentences.is_empty()) {
            let known = |title: &str| {
                sections.iter().any(|section| section.title == title)
                    || drafted.sections.iter().any(|section| section.title == title)
            };
            if !known(&only_plain.title) {
                sections.push(only_plain.clone());
            }
        }
        let more = place.map(|place| filled[place].sentences.clone()).unwrap_or_default();
        let sentences = section.sentences.iter().cloned().chain(more).collect();
        sections.push(DocumentSection { title: section.title.clone(), sentences });
    }
    for section in filled {
        if !section.sentences.is_empty() && !sections.iter().any(|known| known.title == section.title) {
            sections.push(section);
        }
    }
    Document { kind: drafted.kind, sections }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentKind;

    fn said(text: &str, evidence: &[&str]) -> Sentence {
        Sentence { text: text.into(), evidence: evidence.iter().map(|id| (*id).to_owned()).collect() }
    }

    fn note(sections: &[(&str, &[Sentence])]) -> Document {
        let section = |(title, sentences): &(&str, &[Sentence])| DocumentSection {
            title: (*title).to_owned(),
            sentences: sentences.to_vec(),
        };
        Document { kind: DocumentKind::ResolutionNote, sections: sections.iter().map(section).collect() }
    }

    #[test]
    fn a_refused_sentence_is_said_plainly_in_its_place() {
        let plain = note(&[
            ("Problem", &[said("Reported: no print", &["intake"])]),
            (
                "What was done",
                &[said("Restarted the spooler: no change", &["step-1"]), said("Port checked", &["step-2"])],
            ),
            ("Where it stands", &[said("Open", &["step-3"])]),
        ]);
        let drafted = note(&[
            ("Problem", &[said("Nobody can print.", &["intake"])]),
            ("Where it stands", &[said("It is still open.", &["step-3"])]),
        ]);
        let refused = |evidence| Rejected { sentence: said("It was fixed.", evidence), reason: "no".into() };
        let whole = mended(&drafted, &[refused(&["step-1", "intake"])], &plain);
        let expected = note(&[
            ("Problem", &[said("Nobody can print.", &["intake"])]),
            ("What was done", &[said("Restarted the spooler: no change", &["step-1"])]),
            ("Where it stands", &[said("It is still open.", &["step-3"])]),
        ]);
        assert_eq!(whole, expected);
        assert_eq!(mended(&drafted, &[], &plain), drafted, "nothing refused, nothing added");
        assert_eq!(mended(&drafted, &[refused(&["made-up"])], &plain), drafted);
    }

    #[test]
    fn a_section_only_the_draft_has_stays_where_it_was() {
        let plain =
            note(&[("Problem", &[said("P", &["intake"])]), ("Where it stands", &[said("W", &["step-1"])])]);
        let drafted =
            note(&[("Problem", &[said("p", &["intake"])]), ("Resolution", &[said("r", &["step-2"])])]);
        let refused = Rejected { sentence: said("x", &["step-1"]), reason: "no".into() };
        let titles: Vec<String> =
            mended(&drafted, &[refused], &plain).sections.into_iter().map(|section| section.title).collect();
        assert_eq!(titles, ["Problem", "Resolution", "Where it stands"]);
    }
}
