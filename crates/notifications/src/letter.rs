//! What mails are about, and what they say.

use rf_auth_policy::{LinkPurpose, TokenKeys};
use rf_kernel::LinkTokenId;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::{Rendered, render::Words};

/// What a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Letter {
    /// Prove that the address is yours.
    VerifyEmail {
        /// Whom it greets.
        name: String,
        /// What the link is made of.
        token: LinkTokenId,
    },
    /// Choose a new password.
    ResetPassword {
        /// Whom it greets.
        name: String,
        /// What the link is made of.
        token: LinkTokenId,
    },
    /// The password is another one now.
    PasswordChanged {
        /// Whom it greets.
        name: String,
    },
    /// Sign in with this address from now on; goes to the new one.
    ChangeEmail {
        /// Whom it greets.
        name: String,
        /// What the link is made of.
        token: LinkTokenId,
    },
    /// Somebody asked for another sign-in address; goes to the one there is.
    EmailChangeAsked {
        /// Whom it greets.
        name: String,
        /// The address asked for.
        new_email: String,
    },
    /// The sign-in address is another one now; goes to the old one.
    EmailChanged {
        /// Whom it greets.
        name: String,
        /// The new address.
        new_email: String,
    },
    /// Join an account.
    Invitation {
        /// Which.
        account_name: String,
        /// Who asks.
        invited_by: String,
        /// As what, such as `engineer`.
        role: String,
        /// What the link is made of.
        token: LinkTokenId,
    },
    /// Something happened that the person wants to be told of.
    Notice {
        /// Whom it greets.
        name: String,
        /// One line.
        title: String,
        /// More, where there is more to say.
        body: Option<String>,
        /// The page it leads to: a path of the app.
        link: Option<String>,
    },
}

/// Makes the links of mails: from the configured address and nothing else, whatever a request said.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// The address people use, without a slash at its end.
    pub public_url: &'a str,
    /// What tokens are made with.
    pub keys: &'a TokenKeys,
}

impl Links<'_> {
    /// The link with the token of that id.
    ///
    /// # Errors
    /// When the token cannot be made; never in practice.
    pub fn to(&self, purpose: LinkPurpose, id: LinkTokenId) -> Result<String, String> {
        let token = self.keys.link_token(purpose, id)?;
        let (base, token) = (self.public_url.trim_end_matches('/'), token.expose_secret());
        Ok(match purpose {
            LinkPurpose::ResetPassword => format!("{base}/reset-password?token={token}"),
            LinkPurpose::VerifyEmail => format!("{base}/verify-email?token={token}"),
            LinkPurpose::ChangeEmail => format!("{base}/change-email?token={token}"),
            LinkPurpose::Invite => format!("{base}/invite/{token}"),
        })
    }
}

impl Letter {
    /// The name of what it is about, as the outbox lists it.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ChangeEmail { .. } => "change_email",
            Self::EmailChangeAsked { .. } => "email_change_asked",
            Self::EmailChanged { .. } => "email_changed",
            Self::Invitation { .. } => "invitation",
            Self::Notice { .. } => "notice",
        }
    }

    /// Writes it out.
    ///
    /// # Errors
    /// When a token cannot be made; never in practice.
    pub fn render(&self, links: Links<'_>) -> Result<Rendered, String> {
        let words = match self {
            Self::VerifyEmail { name, token } => Words {
                subject: "Confirm your e-mail address".into(),
                greeting: greeting(name),
                before: vec!["Please confirm that this address is yours.".into()],
                button: Some(("Confirm the address", links.to(LinkPurpose::VerifyEmail, *token)?)),
                after: vec![
                    lifetime(LinkPurpose::VerifyEmail),
                    "If you did not register with ResolutionFlow, you need not do anything.".into(),
                ],
            },
            Self::ResetPassword { name, token } => Words {
                subject: "Choose a new password".into(),
                greeting: greeting(name),
                before: vec!["Somebody asked for a new password for this address.".into()],
                button: Some(("Choose a new password", links.to(LinkPurpose::ResetPassword, *token)?)),
                after: vec![
                    lifetime(LinkPurpose::ResetPassword),
                    "If it was not you, you need not do anything: your password stays as it is.".into(),
                ],
            },
            Self::PasswordChanged { name } => Words {
                subject: "Your password was changed".into(),
                greeting: greeting(name),
                before: vec![
                    "The password of your ResolutionFlow sign-in was changed, and your other sign-ins were ended."
                        .into(),
                    "If it was not you, choose a new one at once (\"Forgot your password?\" on the sign-in page) and tell the \
                     owner of your account."
                        .into(),
                ],
                button: Some(("Open ResolutionFlow", format!("{}/login", links.public_url))),
                after: Vec::new(),
            },
            Self::ChangeEmail { name, token } => Words {
                subject: "Confirm your new sign-in address".into(),
                greeting: greeting(name),
                before: vec![
                    "Please confirm that you want to sign in to ResolutionFlow with this address.".into(),
                    "Your other sign-ins end with it.".into(),
                ],
                button: Some(("Use this address", links.to(LinkPurpose::ChangeEmail, *token)?)),
                after: vec![
                    lifetime(LinkPurpose::ChangeEmail),
                    "If you did not ask for it, you need not do anything: nothing changes.".into(),
                ],
            },
            Self::EmailChangeAsked { name, new_email } => Words {
                subject: "Somebody asked to change your sign-in address".into(),
                greeting: greeting(name),
                before: vec![
                    format!("Somebody signed in as you asked to sign in as {new_email} from now on."),
                    "Nothing changes until the link that was sent there is followed.".into(),
                    "If it was not you, choose a new password at once: the link then works no more.".into(),
                ],
                button: Some(("Choose a new password", format!("{}/forgot-password", links.public_url))),
                after: Vec::new(),
            },
            Self::EmailChanged { name, new_email } => Words {
                subject: "Your sign-in address was changed".into(),
                greeting: greeting(name),
                before: vec![
                    format!("From now on you sign in to ResolutionFlow as {new_email}."),
                    "If it was not you, tell the owner of your account at once.".into(),
                ],
                button: None,
                after: Vec::new(),
            },
            Self::Invitation { account_name, invited_by, role, token } => Words {
                subject: format!("{invited_by} invites you to {account_name}"),
                greeting: "Hello,".into(),
                before: vec![format!(
                    "{invited_by} invites you to join {account_name} on ResolutionFlow as {}.",
                    role.replace('_', " ")
                )],
                button: Some(("Accept the invitation", links.to(LinkPurpose::Invite, *token)?)),
                after: vec![
                    lifetime(LinkPurpose::Invite),
                    "If you do not know who this is, you need not do anything.".into(),
                ],
            },
            Self::Notice { name, title, body, link } => {
                let mut before = vec![title.clone()];
                before.extend(body.clone());
                Words {
                    subject: title.clone(),
                    greeting: greeting(name),
                    before,
                    button: Some(("Open ResolutionFlow", page_of(links.public_url, link.as_deref()))),
                    after: vec!["Your notification settings say which of these mails you get.".into()],
                }
            }
        };
        Ok(words.render())
    }
}

/// The whole address of a page of the app, given as a path; of its first page where it is none.
#[must_use]
pub fn page_of(public_url: &str, path: Option<&str>) -> String {
    let base = public_url.trim_end_matches('/');
    let page = path.filter(|path| path.starts_with('/') && !path.starts_with("//"));
    format!("{base}{}", page.unwrap_or("/"))
}

fn greeting(name: &str) -> String {
    format!("Hello {name},")
}

fn lifetime(purpose: LinkPurpose) -> String {
    let hours = purpose.lifetime_seconds() / 3_600;
    let time = match (hours, hours % 24) {
        (1, _) => "an hour".to_owned(),
        (_, 0) => format!("{} days", hours / 24),
        _ => format!("{hours} hours"),
    };
    format!("The link works once, and for {time}.")
}

#[cfg(test)]
mod tests {
    use rf_auth_policy::TokenKey;
    use uuid::Uuid;

    use super::*;

    fn keys() -> TokenKeys {
        TokenKeys::new(vec![TokenKey { id: "1".into(), secret: "k".repeat(32).into() }]).unwrap()
    }

    const TOKEN: LinkTokenId = LinkTokenId(Uuid::from_u128(7));

    fn letters(name: &str) -> [Letter; 8] {
        [
            Letter::VerifyEmail { name: name.into(), token: TOKEN },
            Letter::ResetPassword { name: name.into(), token: TOKEN },
            Letter::PasswordChanged { name: name.into() },
            Letter::EmailChanged { name: name.into(), new_email: "new@north.example".into() },
            Letter::ChangeEmail { name: name.into(), token: TOKEN },
            Letter::EmailChangeAsked { name: name.into(), new_email: "new@north.example".into() },
            Letter::Invitation {
                account_name: name.into(),
                invited_by: name.into(),
                role: "team_admin".into(),
                token: TOKEN,
            },
            Letter::Notice {
                name: name.into(),
                title: format!("Escalation from {name}"),
                body: Some(name.into()),
                link: Some("/pilot/7?pickup=true".into()),
            },
        ]
    }

    #[test]
    fn links_begin_with_the_configured_address_and_carry_the_token() {
        let keys = keys();
        let links = Links { public_url: "https://rf.example/", keys: &keys };
        for (letter, purpose, path) in [
            (&letters("Eli")[0], LinkPurpose::VerifyEmail, "/verify-email?token="),
            (&letters("Eli")[1], LinkPurpose::ResetPassword, "/reset-password?token="),
            (&letters("Eli")[4], LinkPurpose::ChangeEmail, "/change-email?token="),
            (&letters("Eli")[6], LinkPurpose::Invite, "/invite/"),
        ] {
            let token = keys.link_token(purpose, TOKEN).unwrap();
            let link = format!("https://rf.example{path}{}", token.expose_secret());
            let mail = letter.render(links).unwrap();
            assert!(mail.text.contains(&link), "{}", mail.text);
            assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
        }
    }

    #[test]
    fn a_notice_leads_into_the_app_and_nowhere_else() {
        let keys = keys();
        let links = Links { public_url: "https://rf.example/", keys: &keys };
        let notice = |link: &str| Letter::Notice {
            name: "Eli".into(),
            title: "Escalation from Jane · #12345: Outlook".into(),
            body: None,
            link: Some(link.into()),
        };
        for (link, leads_to) in [
            ("/pilot/7?pickup=true", "https://rf.example/pilot/7?pickup=true"),
            ("//evil.example", "https://rf.example/"),
            ("https://evil.example", "https://rf.example/"),
        ] {
            let mail = notice(link).render(links).unwrap();
            assert_eq!(mail.subject, "Escalation from Jane · #12345: Outlook");
            let found: Vec<_> = mail.text.split_whitespace().filter(|word| word.contains("://")).collect();
            assert_eq!(found, [leads_to]);
        }
    }

    #[test]
    fn a_changed_password_is_told_with_no_link_but_to_the_sign_in() {
        let keys = keys();
        let links = Links { public_url: "https://rf.example", keys: &keys };
        let mail = Letter::PasswordChanged { name: "Eli".into() }.render(links).unwrap();
        let found: Vec<_> = mail.text.split_whitespace().filter(|word| word.contains("://")).collect();
        assert_eq!(found, ["https://rf.example/login"]);
        assert_eq!(mail.html.matches("href=").count(), 1, "{}", mail.html);
        assert!(mail.html.contains("href=\"https://rf.example/login\""), "{}", mail.html);
    }

    #[test]
    fn names_are_words_and_neither_markup_nor_headers() {
        let keys = keys();
        let links = Links { public_url: "https://rf.example", keys: &keys };
        for letter in letters("<img src=x onerror=alert(1)>\r\nBcc: everybody@evil.example\u{202e}") {
            let mail = letter.render(links).unwrap();
            assert!(!mail.html.contains("<img"), "{}", mail.html);
            assert!(!mail.subject.contains(['\r', '\n']), "{:?}", mail.subject);
            assert!(!mail.text.contains("\nBcc:"), "{}", mail.text);
            assert!(!mail.text.contains('\u{202e}'), "{}", mail.text);
        }
    }

    #[test]
    fn what_is_kept_holds_no_token() {
        let keys = keys();
        for letter in letters("Eli") {
            let kept = serde_json::to_string(&letter).unwrap();
            for purpose in LinkPurpose::ALL {
                assert!(!kept.contains(keys.link_token(purpose, TOKEN).unwrap().expose_secret()));
            }
            assert_eq!(serde_json::from_str::<Letter>(&kept).unwrap(), letter);
            assert!(kept.contains(letter.about()), "{kept}");
        }
    }
}
