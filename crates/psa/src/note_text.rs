//! The text of a note or time entry, from sections that somebody else has written and masked.

use crate::Marker;

/// What comes where a text was shortened.
const SHORTENED: &str = " … (shortened)";
/// A limit below this leaves no room for anything but headings.
const LEAST_CHARS: usize = 500;

/// What a note is for; each reads differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFor {
    /// The ticket is solved. Says what it was; sections without a text are left out.
    Resolution,
    /// Somebody else takes over. Sections are numbered, to be talked about, and those without a text stay: that
    /// nothing was tried or found is what the next engineer has to know.
    Escalation,
    /// The text of a time entry: one line a section, no headings of its own.
    Time,
    /// Somebody's own words, without headings.
    Plain,
}

/// A part of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// What it says; may have several lines, may be empty.
    pub body: String,
}

/// How a note is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it is for.
    pub purpose: NoteFor,
    /// At most so many characters, the marker among them; never below 500.
    pub max_chars: usize,
}

/// A finished text that has its marker in it. Only [`note_text`] makes one, so that none goes out without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText {
    text: String,
    marker: Marker,
}

impl NoteText {
    /// What is sent, with `\n` between lines.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A text that was made before and kept; none where its marker is not in it.
    #[must_use]
    pub fn kept(text: String, marker: Marker) -> Option<Self> {
        marker.is_in(&text).then_some(Self { text, marker })
    }

    /// What it is recognised by.
    #[must_use]
    pub const fn marker(&self) -> &Marker {
        &self.marker
    }
}

/// Writes a note. Too long a one loses the ends of its longest sections, never a heading and never the marker.
#[must_use]
pub fn note_text(shape: Shape, sections: &[Section], marker: Marker) -> NoteText {
    let mut sections: Vec<Section> = sections
        .iter()
        .map(|section| Section { title: one_line(&section.title), body: clean(&section.body) })
        .filter(|section| shape.purpose == NoteFor::Escalation || !section.body.is_empty())
        .collect();
    let most = shape.max_chars.max(LEAST_CHARS);
    let mut text = render(shape.purpose, &sections, &marker);
    loop {
        let excess = text.chars().count().saturating_sub(most);
        let longest = sections.iter_mut().max_by_key(|section| section.body.chars().count());
        match longest {
            Some(section) if excess > 0 && section.body.chars().count() > SHORTENED.chars().count() => {
                shorten(&mut section.body, excess);
            }
            // Headings alone are too long: the last ones go.
            Some(_) if excess > 0 => drop(sections.pop()),
            _ => return NoteText { text, marker },
        }
        text = render(shape.purpose, &sections, &marker);
    }
}

/// Takes `excess` characters and the room for the hint off the end; to nothing where that is more than there is.
fn shorten(body: &mut String, excess: usize) {
    let keep = body.chars().count().saturating_sub(excess + SHORTENED.chars().count());
    let end = body.char_indices().nth(keep).map_or(body.len(), |(at, _)| at);
    body.truncate(end);
    body.truncate(body.trim_end().len());
    if keep > 0 {
        body.push_str(SHORTENED);
    } else {
        *body = SHORTENED.trim_start().to_owned();
    }
}

fn render(purpose: NoteFor, sections: &[Section], marker: &Marker) -> String {
    let mut text = String::new();
    match purpose {
        NoteFor::Resolution => text.push_str("RESOLVED\n"),
        NoteFor::Escalation => text.push_str("ESCALATED - please take over\n"),
        NoteFor::Time | NoteFor::Plain => {}
    }
    for (index, Section { title, body }) in sections.iter().enumerate() {
        text.push_str(&match purpose {
            NoteFor::Resolution => format!("\n{}:\n{body}\n", title.to_uppercase()),
            NoteFor::Escalation => {
                let body = if body.is_empty() { "(nothing recorded)" } else { body };
                format!("\n{}. {title}\n{body}\n", index + 1)
            }
            NoteFor::Time => format!("{title}: {}\n", one_line(body)),
            NoteFor::Plain => format!("{body}\n"),
        });
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("[ResolutionFlow {marker}]"));
    text
}

/// Lines end in `\n`, and nothing is left that a reader does not see.
fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let seen: String = lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    seen.trim().to_owned()
}

fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::Artefact;

    fn marker() -> Marker {
        Marker::new(Uuid::from_u128(7), Artefact::Note)
    }

    fn section(title: &str, body: &str) -> Section {
        Section { title: title.into(), body: body.into() }
    }

    fn write(purpose: NoteFor, max_chars: usize, sections: &[Section]) -> String {
        note_text(Shape { purpose, max_chars }, sections, marker()).as_str().to_owned()
    }

    #[test]
    fn resolution_escalation_and_time_read_differently() {
        let sections = [
            section("Cause", "DNS pointed\r\nat the old server"),
            section("Tried", " "),
            section("Time", "1 h"),
        ];
        assert_eq!(
            write(NoteFor::Resolution, 1_000, &sections),
            "RESOLVED\n\nCAUSE:\nDNS pointed\nat the old server\n\nTIME:\n1 h\n\n[ResolutionFlow RF-EH9Q8W6316QQ35M6]"
        );
        assert_eq!(
            write(NoteFor::Escalation, 1_000, &sections),
            "ESCALATED - please take over\n\n1. Cause\nDNS pointed\nat the old server\n\n2. Tried\n(nothing recorded)\n\n\
             3. Time\n1 h\n\n[ResolutionFlow RF-EH9Q8W6316QQ35M6]"
        );
        assert_eq!(
            write(NoteFor::Time, 1_000, &sections),
            "Cause: DNS pointed at the old server\nTime: 1 h\n\n[ResolutionFlow RF-EH9Q8W6316QQ35M6]"
        );
        assert_eq!(
            write(NoteFor::Plain, 1_000, &sections),
            "DNS pointed\nat the old server\n1 h\n\n[ResolutionFlow RF-EH9Q8W6316QQ35M6]"
        );
        assert_eq!(write(NoteFor::Time, 1_000, &[]), "[ResolutionFlow RF-EH9Q8W6316QQ35M6]");
    }

    #[test]
    fn too_long_a_note_keeps_its_headings_and_short_sections() {
        let long = "x".repeat(5_000);
        let text = write(NoteFor::Resolution, 1_000, &[section("Cause", "Short."), section("Log", &long)]);
        assert_eq!(text.chars().count(), 1_000);
        assert!(text.contains("CAUSE:\nShort.\n") && text.contains("LOG:\nxxx"), "{text}");
        assert!(text.contains("… (shortened)\n\n[ResolutionFlow RF-"), "{text}");
    }

    proptest! {
        #[test]
        fn the_marker_is_in_every_note_and_the_limit_holds(
            parts in prop::collection::vec(("\\PC{0,60}", "(?s).{0,600}"), 0..10),
            max_chars in 0_usize..2_000,
            purpose in prop::sample::select(vec![
                NoteFor::Resolution, NoteFor::Escalation, NoteFor::Time, NoteFor::Plain,
            ]),
        ) {
            let sections: Vec<_> = parts.iter().map(|(title, body)| section(title, body)).collect();
            let text = write(purpose, max_chars, &sections);
            prop_assert!(marker().is_in(&text));
            prop_assert!(text.chars().count() <= max_chars.max(LEAST_CHARS));
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
