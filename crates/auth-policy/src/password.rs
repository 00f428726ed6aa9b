//! What a new password must be.

use rf_kernel::{Failure, FieldError};

/// Fewer characters are refused.
pub const MIN_PASSWORD_CHARS: usize = 8;
/// bcrypt reads 72 bytes at most, and the library's non-truncating form keeps one for the terminator. Longer
/// passwords are refused, never cut: two that differ in the tail must not match.
pub const MAX_PASSWORD_BYTES: usize = 71;

/// Refused whatever their length: the ones tried first by everybody.
const COMMON: &[&str] = &[
    "00000000",
    "11111111",
    "12345678",
    "123456789",
    "1234567890",
    "12341234",
    "87654321",
    "abc12345",
    "abcd1234",
    "admin123",
    "administrator",
    "asdfghjk",
    "baseball",
    "changeme",
    "computer",
    "football",
    "iloveyou",
    "letmein1",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "princess",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "sunshine",
    "superman",
    "trustno1",
    "welcome1",
    "welcome123",
    "winter2026",
    "summer2026",
    "spring2026",
    "autumn2026",
    "resolutionflow",
];

/// Checks a password somebody wants to set. `loc` names the field in the refusal.
///
/// # Errors
/// `validation_failed`: too short, too long in bytes, NUL, or on the list of the most common ones.
pub fn check_new_password(loc: &str, password: &str) -> Result<(), Failure> {
    let refuse = |code, message: String| {
        Err(Failure::invalid(vec![FieldError { loc: loc.to_owned(), code, message }]))
    };
    if password.contains('\0') {
        return refuse("control_character", "must not contain the NUL character".into());
    }
    if password.chars().count() < MIN_PASSWORD_CHARS {
        return refuse("too_short", format!("must have at least {MIN_PASSWORD_CHARS} characters"));
    }
    if password.len() > MAX_PASSWORD_BYTES {
        return refuse(
            "too_long",
            format!("must have at most {MAX_PASSWORD_BYTES} bytes (an accented letter takes two or more)"),
        );
    }
    let lower = password.to_lowercase();
    if COMMON.contains(&lower.as_str()) {
        return refuse(
            "too_common",
            "is one of the passwords tried first by attackers; choose another".into(),
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<&'static str> {
        check_new_password("password", password).err().map(|f| f.errors[0].code)
    }

    #[test]
    fn length_counts_characters_below_and_bytes_above() {
        assert_eq!(code("1234567"), Some("too_short"));
        assert_eq!(code("ünïcödé!"), None);
        assert_eq!(code(&"x".repeat(71)), None);
        assert_eq!(code(&"x".repeat(72)), Some("too_long"));
        assert_eq!(code(&"é".repeat(36)), Some("too_long"));
    }

    #[test]
    fn the_common_ones_and_nul_are_refused() {
        assert_eq!(code("PassWord123"), Some("too_common"));
        assert_eq!(code("pass\0word-long"), Some("control_character"));
    }
}
