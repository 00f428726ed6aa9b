//! One cheap look at the bytes of a line, to know which rules are worth running on it.
//!
//! Most lines of a ticket have nothing to hide, and the word rules are regular expressions. So the same pass that counts
//! digits and signs also looks three letters back into a small table: "pas", "tok", "key" … A hint too many costs a
//! little time; every word a rule knows must have its hint, or the rule is never asked (the rules' tests see to that).

/// What the look tells.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    pub(super) digits: usize,
    pub(super) dots: usize,
    pub(super) equals: usize,
    pub(super) ats: usize,
    pub(super) colons: usize,
    pub(super) strokes: usize,
    /// Length of the longest stretch without a blank.
    pub(super) longest: usize,
    hints: u8,
}

/// Words of the password rules.
pub(super) const PASSWORD: u8 = 1;
/// Commands that take a password.
pub(super) const COMMAND: u8 = 2;
/// Names of keys and tokens.
pub(super) const NAME: u8 = 4;
/// Words of one-time codes.
pub(super) const CODE: u8 = 8;
/// Telephone extensions.
pub(super) const EXTENSION: u8 = 16;
/// "MAC address".
pub(super) const MAC: u8 = 64;
/// "set to", "changed to".
pub(super) const CHANGE: u8 = 32;

impl Traits {
    pub(super) fn of(line: &str) -> Self {
        let mut counts = [0_usize; 8];
        let (mut blank, mut longest) = (0, 0);
        let (mut last, mut hints) = (0_usize, 0_u8);
        for (i, &b) in line.as_bytes().iter().enumerate() {
            let class = CLASS[usize::from(b)];
            counts[usize::from(class >> 5)] += 1;
            last = (last << 5 | usize::from(class & 31)) & 0x7fff;
            hints |= HINTS[last];
            if b <= b' ' {
                longest = longest.max(i - blank);
                blank = i + 1;
            }
        }
        // A word may end the line: `pw`, `/p:` are known by what is around them.
        hints |= HINTS[last << 5 & 0x7fff];
        Self {
            digits: counts[1],
            dots: counts[2],
            equals: counts[3],
            ats: counts[4],
            colons: counts[5],
            strokes: counts[6],
            longest: longest.max(line.len() - blank),
            hints,
        }
    }

    pub(super) fn hints_at(self, words: u8) -> bool {
        self.hints & words != 0
    }
}

/// Low five bits: the letter, upper and lower case alike, 0 for anything else. High three: what is counted.
const CLASS: [u8; 256] = {
    let mut table = [0_u8; 256];
    let mut b = 0_u8;
    loop {
        table[b as usize] = match b {
            b'a'..=b'z' | b'A'..=b'Z' => b & 31,
            b'0'..=b'9' => 1 << 5,
            b'.' => 2 << 5,
            b'=' => 3 << 5,
            b'@' => 4 << 5,
            b':' => 5 << 5,
            b'-' | b'/' => 6 << 5,
            _ => 0,
        };
        if b == u8::MAX {
            break;
        }
        b += 1;
    }
    table
};

/// Three letters and what they hint at; `_` is anything that is no letter.
const WORDS: [(&[u8; 3], u8); 37] = [
    (b"pas", PASSWORD | COMMAND | CODE),
    (b"pwd", PASSWORD | COMMAND),
    (b"_pw", PASSWORD),
    (b"_pi", PASSWORD),
    (b"psk", PASSWORD),
    (b"ken", PASSWORD | NAME), // kennwort, token
    (b"key", PASSWORD | NAME),
    (b"cre", PASSWORD | NAME), // credentials, secret
    (b"log", PASSWORD),
    (b"_p_", PASSWORD | COMMAND), // p/w, /p:
    (b"net", COMMAND),
    (b"ure", COMMAND), // SecureString
    (b"bea", NAME),
    (b"aut", NAME),
    (b"tok", NAME),
    (b"_si", NAME),        // sig=
    (b"ode", NAME | CODE), // code, code=
    (b"otp", CODE),
    (b"api", NAME),
    (b"acc", NAME),
    (b"sec", NAME),
    (b"lic", NAME),
    (b"enc", NAME),
    (b"puk", PASSWORD),
    (b"coo", NAME), // cookie
    (b"mac", MAC),
    (b"ntr", PASSWORD), // contraseña
    (b"wac", PASSWORD), // wachtwoord
    (b"_ex", EXTENSION),
    (b"ahl", EXTENSION), // Durchwahl
    (b"set", CHANGE),
    (b"nge", CHANGE),  // change
    (b"url", COMMAND), // curl
    (b"sql", COMMAND),
    (b"pse", COMMAND),        // psexec
    (b"ecr", COMMAND | NAME), // enable secret
    (b"snm", COMMAND),
];

static HINTS: [u8; 1 << 15] = {
    let mut table = [0_u8; 1 << 15];
    let mut i = 0;
    while i < WORDS.len() {
        let ([a, b, c], hint) = WORDS[i];
        table[letter(*a) << 10 | letter(*b) << 5 | letter(*c)] |= hint;
        i += 1;
    }
    table
};

const fn letter(b: u8) -> usize {
    if b == b'_' { 0 } else { (b & 31) as usize }
}
