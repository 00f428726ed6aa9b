//! Words as the checker compares them: by stem, and by what they claim.

use std::{collections::BTreeSet, sync::LazyLock};

/// Words that carry no claim of their own: grammar, and the frame notes are written in.
static FRAME: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set(
        "a about affect after reason command again all already also an and answer any apply are area as ask asked at awaiting be \
    because been before began being but by can cause client code confirmed could did do does done due during \
    else engineer error first fix fixed flow for found from further had hand handed handover has have he \
    help helped her here his how hypothesis i if in into is issue it its known last later leading look may \
    means more most must my next no none not note nothing now of off on once one only open or other our out \
    over part partly pending problem proposed provisional put report reported resolved result said same says \
    see seen she should since so solved some something step steps still such suggested than that the their \
    them then there these they this those through ticket to too tried try under until unverified up us utc \
    verified very wait waiting was way we were what when where whether which while who why will with without \
    work worked working works would yes yet you your",
    )
});

/// Doings an engineer may claim; each has to be in the evidence.
static DOINGS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set(
        "add agree apologise approve assign authorise authorize bill block bought bring buy call cancel change \
    charge check clean clear close compare configure contact copy correct create decrypt defragment delete \
    deploy disable disconnect downgrade drain email enable encrypt escalate exchange expand export extend \
    flush forget format free grant import increase inform inspect install invoice isolate join kill lock log \
    map measure migrate monitor move notify order patch pay plug promise purchase push quarantine reboot \
    rebuild recover recreate reduce refund reimage reinstall release remove rename renew repair replace \
    reset resize restart restore revert revoke roll rollback run scan schedule send set ship sign start stop \
    swap sync synchronise test train transfer turn uninstall unlock unplug update upgrade visit whitelist \
    wipe",
    )
});

/// Words that say it is well.
static SUCCESS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set(
        "confirmed cured eliminated fine fixed gone healthy helped operational repaired resolved restored solved \
    succeeded success successful successfully verified well worked working works",
    )
});

/// Words that take a claim back, or say that it is none yet.
static HEDGES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set(
        "awaiting cannot failed fails hypothesis if later never next no nobody none not nothing off open partly \
    pending planned proposed provisional provisionally recommended remains should suggested t unless \
    unsuccessful unsuccessfully unverified waiting whether without yet",
    )
});

/// Words that say that it is not certain yet.
pub(super) static PROVISIONAL: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    set("provisional provisionally pending awaiting waiting unverified hypothesis partly partially yet")
});

/// Numbers written out.
const NUMBERS: &str = "two>2 three>3 four>4 five>5 six>6 seven>7 eight>8 nine>9 ten>10 eleven>11 twelve>12 fifteen>15 \
    twenty>20 thirty>30 forty>40 fifty>50 hundred>100 thousand>1000 dozen>12 twice>2";

/// The words of a text in lower case, in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The stems of a text's words.
pub(super) fn stems(text: &str) -> BTreeSet<String> {
    words(text).map(|word| stem(&word)).collect()
}

/// A word without the ending grammar gave it. Crude: two words with one stem are taken for the same.
pub(super) fn stem(word: &str) -> String {
    const IRREGULAR: &str = "ran>run sent>send found>find took>take taken>take gave>give went>go made>make got>get told>tell \
    began>begin shown>show saw>see seen>see brought>bring paid>pay bought>buy came>come kept>keep \
    lost>lose left>leave stood>stand";
    if let Some((_, stem)) = pairs(IRREGULAR).find(|(form, _)| *form == word) {
        return stem.to_owned();
    }
    const ENDINGS: &str = "ations>ate ation>ate ingly> ings> ing> ied>y ies>y edly> ed> sses>ss es> ly> s>";
    let mut stem = word.to_owned();
    for (ending, put) in pairs(ENDINGS) {
        if let Some(head) = word.strip_suffix(ending)
            && head.chars().count() >= 3
            && !(ending == "s" && head.ends_with(['s', 'u', 'i']))
        {
            stem = format!("{head}{put}");
            break;
        }
    }
    let mut last = stem.chars().rev();
    let undoubled =
        matches!((last.next(), last.next()), (Some(a), Some(b)) if a == b && !"aeiouls".contains(a));
    if undoubled {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

fn set(words: &'static str) -> BTreeSet<&'static str> {
    words.split_whitespace().collect()
}

/// What `a>b c>d` pairs.
fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.split_whitespace().filter_map(|pair| pair.split_once('>'))
}

/// Whether a word is grammar or frame.
pub(super) fn is_frame(word: &str) -> bool {
    static STEMS: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| FRAME.iter().map(|word| stem(word)).collect());
    STEMS.contains(&stem(word))
}

/// Whether a word names something an engineer does.
pub(super) fn is_doing(word: &str) -> bool {
    static STEMS: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| DOINGS.iter().map(|word| stem(word)).collect());
    STEMS.contains(&stem(word))
}

/// Whether a word says that something was done: a doing in the past.
pub(super) fn is_done(word: &str) -> bool {
    const IRREGULAR: [&str; 12] =
        ["ran", "sent", "set", "reset", "brought", "paid", "bought", "run", "took", "made", "put", "done"];
    IRREGULAR.contains(&word) || (word.ends_with("ed") && is_doing(word))
}

/// Whether a word says that it is well.
pub(super) fn is_success(word: &str) -> bool {
    SUCCESS.contains(word)
}

/// Whether a word takes a claim back.
pub(super) fn is_hedge(word: &str) -> bool {
    HEDGES.contains(word)
}

/// The digits of a number written out.
pub(super) fn digits(word: &str) -> Option<&'static str> {
    pairs(NUMBERS).find(|(written, _)| *written == word).map(|(_, digits)| digits)
}
