//! What of a passage to show: the lines that speak of the question.

use std::collections::HashSet;

use crate::{advice::without_links, matching::words};

/// Characters of an excerpt.
const LONGEST: usize = 420;

/// The lines of a passage that say most of what a question asks, in their order and shortened, with addresses as text.
#[must_use]
pub fn excerpt(question: &str, text: &str) -> String {
    let asked: HashSet<String> = words(question).into_iter().map(|word| word.term).collect();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let said = |line: &str| {
        let said: HashSet<String> = words(line).into_iter().map(|word| word.term).collect();
        said.intersection(&asked).count()
    };
    let worth: Vec<usize> = lines.iter().map(|line| said(line)).collect();
    // The best run of lines that fits; the first where equal, so that nothing said is the beginning.
    let mut best = (0, 0..lines.len().min(1));
    for from in 0..lines.len() {
        let (mut to, mut length, mut sum) = (from, 0, 0);
        while to < lines.len() && (to == from || length + lines[to].chars().count() < LONGEST) {
            length += lines[to].chars().count() + 1;
            sum += worth[to];
            to += 1;
        }
        if sum > best.0 || (sum == best.0 && best.1.start == from) {
            best = (sum, from..to);
        }
    }
    let run = lines[best.1].join("\n");
    without_links(&shortened(&run))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(head, _)| head))
}
