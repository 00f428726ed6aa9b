//! A mail's words as text and as HTML.

/// A mail, written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Its subject, one line.
    pub subject: String,
    /// For readers of text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

/// What every mail is made of.
pub(crate) struct Words {
    pub(crate) subject: String,
    pub(crate) greeting: String,
    pub(crate) before: Vec<String>,
    /// What the button says, and where it leads.
    pub(crate) button: Option<(&'static str, String)>,
    pub(crate) after: Vec<String>,
}

impl Words {
    pub(crate) fn render(self) -> Rendered {
        let paragraphs = |lines: &[String]| lines.iter().map(|line| one_line(line)).collect::<Vec<_>>();
        let (subject, greeting) = (one_line(&self.subject), one_line(&self.greeting));
        let (before, after) = (paragraphs(&self.before), paragraphs(&self.after));

        let mut text = vec![greeting.clone()];
        text.extend(before.iter().cloned());
        text.extend(self.button.iter().map(|(label, link)| format!("{label}:\n{link}")));
        text.extend(after.iter().cloned());
        text.push("ResolutionFlow".into());

        let paragraph = |line: &String| format!("<p>{}</p>\n", escape(line));
        let button = self.button.as_ref().map(|(label, link)| {
            let link = escape(link);
            format!(
                "<p><a href=\"{link}\" style=\"display:inline-block;padding:10px 18px;border-radius:6px;\
                 background:#0e7490;color:#ffffff;text-decoration:none\">{}</a></p>\n\
                 <p style=\"font-size:13px\">If the button does not work, open this address:<br>{link}</p>\n",
                escape(label)
            )
        });
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
             <body style=\"font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;color:#1f2937\">\n\
             {}{}{}{}<p style=\"color:#4b5563\">ResolutionFlow</p>\n</body></html>\n",
            escape(&subject),
            paragraph(&greeting),
            before.iter().map(paragraph).collect::<String>(),
            button.unwrap_or_default(),
            after.iter().map(paragraph).collect::<String>(),
        );
        Rendered { subject, text: text.join("\n\n") + "\n", html }
    }
}

/// Names come from people: what breaks a line, or turns the direction of writing, is a space.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
        escaped
    })
}
