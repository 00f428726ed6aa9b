//! What a word looks like: a secret, or English that stands where a secret could.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::regex;

pub(super) fn longer_than(text: &str, n: usize) -> bool {
    text.chars().nth(n).is_some()
}

/// Letters with digits or with the signs people put in passwords; not a word, a date, an article number, a path.
pub(super) fn looks_secret(text: &str) -> bool {
    if !longer_than(text, 4) || is_state(text) || NOT_SECRET.is_match(text) {
        return false;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let inner = text.trim_end_matches(['!', '?', '.']);
    let signs = inner.chars().any(|c| "!@#$%^&*+=?~|\\<>{}€§".contains(c));
    let camel = inner
        .chars()
        .zip(inner.chars().skip(1))
        .filter(|(a, b)| a.is_lowercase() && b.is_uppercase())
        .count();
    letters > 0 && (digits > 0 || signs || camel > 0 && camel < 3 && !inner.contains('-'))
        || letters == 0 && digits > 0 && signs
}

/// Letters, digits and a sign, or a capital word and a number: no English word does that.
pub(super) fn looks_unmistakable(text: &str) -> bool {
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let signs = text.chars().any(|c| "!@#$%^&*+=?~".contains(c));
    looks_secret(text) && longer_than(text, 5) && (digits && signs || WORD_AND_YEAR.is_match(text))
}

/// Looks like nothing but a password even some words away from the word "password": letters, digits and a sign in one
/// word, or what generators of readable passwords make ("Copper-Lantern-6").
pub(super) fn looks_made_up(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let signs = text.trim_end_matches(['?', '.']).chars().any(|c| "!@#$%^&*~+".contains(c));
    let other = text.contains("://")
        || text.contains(['\\', '=', '{', '<', '>', '(', ')', '"', ',', ';', ':'])
        || text.starts_with(['#', '@', '%', '+', '/', '-', '$', '*', '&', '~'])
        || text.split_once('@').is_some_and(|(_, host)| {
            // "jdoe2@contoso" is a name, "Tr0ub@dor3" is not.
            host.contains('.') || host.len() >= 4 && host.bytes().all(|b| b.is_ascii_lowercase())
        })
        || text.ends_with(['%', '$']);
    !other
        && looks_secret(text)
        && (letters >= 2 && digits && signs && longer_than(text, 5) || WORDS_AND_NUMBER.is_match(text))
}

/// Letters and digits by turns: no word, no version, no name of a product.
pub(super) fn is_shuffled(text: &str) -> bool {
    let turns = text.as_bytes().windows(2).filter(|w| w[0].is_ascii_digit() != w[1].is_ascii_digit()).count();
    (6..=20).contains(&text.len()) && turns >= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

static WORDS_AND_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?-u)[A-Z][a-z]{2,}(?:[-_.][A-Z][a-z]{2,}){1,3}[-_.]?[0-9]{1,4}!?$"));

/// "Summer24", "Contoso2026": what people choose.
static WORD_AND_YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?-u)[A-Z][a-z]{3,}[0-9]{2,6}$"));

/// Values with letters and digits that are no passwords.
static NOT_SECRET: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u)^(?:KB[0-9]{6,7}|CVE-[0-9-]+|MS[0-9]{2}-[0-9]+|(?:office|microsoft|windows|server|win|exchange)-?[0-9]{2,4}",
        r"|[0-9]+(?:st|nd|rd|th|x|%|[a-z]{1,6})|[0-9]{1,2}-[a-z]{3,9}-[0-9]{2,4}|v?[0-9]+(?:\.[0-9]+)+[a-z]?|[0-9]{1,2}:[0-9]{2}(?:am|pm)?",
        r"|[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:.]+z?|[a-z]+(?:office|drive|point|teams|cloud|soft|shell|vault|pass|warden|glue|desk|flow)",
        r"|(?:ps|vb|java)script|(?:aes|sha|tls|ssl|rsa|md|wpa)-?[0-9.]+|[0-9]fa|mfa|2-?factor)$"
    ))
});

/// Words that say how a password is doing, not what it is; and what is already masked.
pub(super) fn is_state(text: &str) -> bool {
    let text = text.trim_end_matches(['!', '?', '.']);
    if !text.contains(char::is_alphanumeric) {
        return text.chars().all(|c| "*•●·-–—_.…?#/\\".contains(c));
    }
    if text.contains("://") || text.starts_with("\\\\") {
        return false;
    }
    // A variable or a place for a value.
    if text.starts_with("$env:") || text.starts_with("${") || text.starts_with("{{") {
        return true;
    }
    let lower = text.to_lowercase();
    if lower.chars().all(|c| c == 'x') {
        return true;
    }
    if !lower.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '/' | '-')) {
        return false;
    }
    STATES.contains(lower.as_str())
}

/// Whether a word ends as English verbs and adverbs do ("archived", "temporarily"). A few bad passwords do so too, which is
/// why only a weak link asks.
pub(super) fn ends_english(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.len() >= 6
        && lower.chars().all(char::is_alphabetic)
        && ["ed", "ing", "ly", "able", "ible", "tion"].iter().any(|s| lower.ends_with(s))
}

/// Lower case, sorted.
static STATES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    concat!(
        "a about accepted ad after again all already also an and any app applied are as ask asked at ",
        "azure bad be because been before being below bitlocker blank box but by cached caller can case ",
        "changed changing check checked cleared client complete completed complex confirm confirmed ",
        "correct created customer default different disabled do documented does done due else empty ",
        "enabled end enter entered entra escalated expire expired expires expiring expiry fail failed ",
        "false field fine first for forced forgotten from generated given gone good had has have he ",
        "hidden history how i if in incorrect intact invalid is it itself kept known last length linked ",
        "locked login logon lost managed manager masked match matches may microsoft missing must my n/a ",
        "na needed needs never new next nil no none not now null of off office ok okay old on on-screen ",
        "once only open optional or our out outlook page pending per please policy prompt provided recent ",
        "recorded redacted rejected removed replaced requested required reset resetting resolved revoked ",
        "right rotated run safe same saved screen secure see self self-service sent set shared she short ",
        "should simple since skipped so start step still stored strong sync synced tbc tbd tested than ",
        "that the their them then there they this to today tomorrow too true try unchanged under unknown ",
        "unlocked unset until up updated use used user using valid validated verified via visible wait ",
        "was we weak were what when where which who why will windows with won't work working works ",
        "written wrong yes yet you your ",
    )
    .split_whitespace()
    .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_no_secrets() {
        for word in ["expired", "Yes", "n/a", "reset.", "******", "•••", "working", "xxxx", "self-service"]
        {
            assert!(is_state(word), "{word}");
        }
        for word in ["hunter2", "swordfish", "Winter2026!", "!@#$", "Sterling", "secret"] {
            assert!(!is_state(word), "{word}");
        }
    }

    #[test]
    fn looks() {
        for word in ["hunter2", "Winter2026!", "P@ssword", "aB3dE", "swordFish", "12!45#"] {
            assert!(looks_secret(word), "{word}");
        }
        for word in [
            "KB5034441",
            "Office365",
            "90days",
            "2nd",
            "OneDrive",
            "expired",
            "23-Nov-2026",
            "10.0.1",
            "14:05",
            "word!",
        ] {
            assert!(!looks_secret(word), "{word}");
        }
    }
}
