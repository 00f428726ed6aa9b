//! Where people are named: forms of address, fields, signatures, sign-in names.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::regex;

/// Words that stand where a name would and are none.
const NOBODY: &[&str] = &[
    "administrator",
    "admin",
    "all",
    "customer",
    "default",
    "everyone",
    "folks",
    "guest",
    "guys",
    "helpdesk",
    "help",
    "madam",
    "nobody",
    "none",
    "public",
    "service",
    "sir",
    "support",
    "system",
    "team",
    "there",
    "unknown",
    "user",
    "users",
];

/// First parts of `PART\rest` that are no domains.
const NO_DOMAIN: &[&str] = &[
    "authority",
    "builtin",
    "classes",
    "control",
    "currentversion",
    "hkcc",
    "hkcr",
    "hkcu",
    "hklm",
    "hku",
    "microsoft",
    "nt",
    "policies",
    "program",
    "programdata",
    "sam",
    "security",
    "services",
    "software",
    "system",
    "system32",
    "temp",
    "users",
    "windows",
];

/// Fields that hold a person's name.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i:\b(?:contact(?: name)?|caller|requester|requestor|requested by|reported by|logged by|employee|",
        r"(?:full|first|last|display) ?name|attn|on behalf of|assigned to))[ \t]*[:=][ \t]*",
        r"(?P<name>\p{Lu}[\p{L}'’-]+(?:[ \t]\p{Lu}[\p{L}'’.-]*){0,2})"
    ))
});
/// Fields that may go on with anything: a name there fills the line, or the place before a comma or an address.
static FILLED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i:\b(?:user(?: ?name| ?id)?|login|from|to|cc))[ \t]*[:=][ \t]*",
        r"(?P<name>\p{Lu}[\p{L}'’-]+(?:[ \t]\p{Lu}[\p{L}'’.-]*){0,2}|[a-z][a-z0-9]*[._-]?[a-z0-9]{3,})[ \t]*(?:[\n,;<(\[|]|$)"
    ))
});
static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau)\.?[ \t]|(?m:^)[ \t]*(?:Hi|Hello|Hey|Dear)[ \t])",
        r"(?P<name>\p{Lu}[\p{Ll}'’-]{2,}(?:[ \t]\p{Lu}[\p{L}'’-]+){0,2})"
    ))
});
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i:\b(?:regards|thanks|thank you|cheers|sincerely|gruß|grüße))[,.!]?[ \t]*\n\s*",
        r"(?P<name>\p{Lu}[\p{Ll}'’-]+(?:[ \t]\p{Lu}[\p{L}'’.-]*){0,2})[ \t]*(?:\n|$)"
    ))
});
static DOMAIN_USER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[\s(\[<'“,;=])(?P<name>(?P<domain>[A-Z][A-Z0-9-]{1,14})\\[A-Za-z][A-Za-z0-9._-]{1,30})(?:[^\\A-Za-z0-9]|$)",
    )
});
static PROFILE: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?i)[\\/]users[\\/](?P<name>[a-z][a-z0-9._-]{1,30})(?:[\\/\s"']|$)"#));

/// Where people are named in a text; may overlap.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for pattern in [&*FIELD, &*FILLED, &*ADDRESSED, &*SIGNED, &*DOMAIN_USER, &*PROFILE] {
        for captures in pattern.captures_iter(text) {
            let is_domain =
                captures.name("domain").is_none_or(|domain| !is_among(NO_DOMAIN, domain.as_str()));
            if let Some(name) = captures.name("name")
                && is_domain
                && !name.as_str().split([' ', '\t']).any(|word| is_among(NOBODY, word))
            {
                let end = name.start() + name.as_str().trim_end_matches(['.', '-', '_']).len();
                found.push(name.start()..end);
            }
        }
    }
    found
}

/// The name an address spells out: `Jane Doe` of `jane.doe@…`.
pub(super) fn of_mail(address: &str) -> Option<String> {
    let local = address.split('@').next()?;
    let (first, last) = local.split_once(['.', '_'])?;
    let is_name = |part: &str| {
        part.chars().count() >= 2 && part.chars().all(char::is_alphabetic) && !is_among(NOBODY, part)
    };
    const DESKS: &[&str] = &["it", "desk", "info", "no", "reply", "noreply", "accounts", "office", "sales"];
    let names = is_name(first) && is_name(last) && !is_among(DESKS, first) && !is_among(DESKS, last);
    names.then(|| format!("{} {}", capital(first), capital(last)))
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str().to_lowercase())
}

fn is_among(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The parts of a person's name that stand for them alone.
pub(super) fn parts(name: &str) -> impl Iterator<Item = &str> {
    let several = name.contains(' ');
    name.split(' ').filter(move |part| several && part.chars().count() >= 3 && !is_among(NOBODY, part))
}

/// A client's name without its legal form.
pub(super) fn without_legal_form(name: &str) -> Option<&str> {
    const FORMS: &[&str] = &[
        "ag",
        "bv",
        "co",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "kg",
        "limited",
        "llc",
        "llp",
        "ltd",
        "plc",
    ];
    let (head, form) = name.trim().rsplit_once(' ')?;
    let form = form.replace('.', "");
    let head = head.trim_end_matches([',', ' ', '&']);
    (is_among(FORMS, &form) && head.chars().count() >= 3).then_some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn people_are_found_where_tickets_name_them() {
        for (text, name) in [
            ("Contact: Jane Doe\nPhone", "Jane Doe"),
            ("username: jdoe", "jdoe"),
            ("Reported by: O'Brien", "O'Brien"),
            ("Hi Priya, the", "Priya"),
            ("ask Mr. Okafor about", "Okafor"),
            ("Kind regards,\n\nTomás Núñez\nOffice manager", "Tomás Núñez"),
            (r"locked: CONTOSO\jdoe.", r"CONTOSO\jdoe"),
            (r"C:\Users\jane.doe\AppData", "jane.doe"),
        ] {
            assert_eq!(named(text), [name], "{text}");
        }
    }

    #[test]
    fn what_only_stands_where_names_do_is_none() {
        for text in [
            "Hi team, the",
            "user: Administrator",
            r"HKLM\Software\Policies",
            r"NT AUTHORITY\SYSTEM",
            r"C:\Users\Public\Desktop",
            "Thanks,\n\nwe will look",
            "the user cannot print",
            "User: cannot print",
            "User: Cannot print since",
        ] {
            assert!(named(text).is_empty(), "{text}: {:?}", named(text));
        }
    }

    #[test]
    fn an_address_may_spell_a_name() {
        assert_eq!(of_mail("jane.doe@example.com").as_deref(), Some("Jane Doe"));
        for address in ["info@example.com", "help.desk@example.com", "it.support@example.com", "j2.d@x.de"] {
            assert_eq!(of_mail(address), None, "{address}");
        }
    }

    #[test]
    fn a_client_goes_by_its_name_without_the_legal_form() {
        assert_eq!(without_legal_form("Bright Dental, Ltd."), Some("Bright Dental"));
        assert_eq!(without_legal_form("Bright Dental"), None);
        assert_eq!(without_legal_form("A GmbH"), None);
    }
}
