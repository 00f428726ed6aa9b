//! The query language: `board/name = "Help" and (id in (1,2) or lastUpdated > [2026-01-01T00:00:00Z])`.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::reply::Reply;

/// Deeper than anybody nests; a parser that recurses needs an end.
const MOST_DEPTH: usize = 64;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Instant(String),
    Operator(&'static str),
    Open,
    Close,
    Comma,
}

/// A condition that was understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Compare { path: String, operator: &'static str, value: Value },
    In { path: String, values: Vec<Value>, not: bool },
}

fn bad(message: &str) -> Reply {
    Reply::invalid("ApiFindCondition", message)
}

fn tokens(text: &str) -> Result<Vec<Token>, Reply> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, &rest[1..]),
            ')' => (Token::Close, &rest[1..]),
            ',' => (Token::Comma, &rest[1..]),
            '"' | '\'' => {
                let (inner, after) = quoted(&rest[1..], first)?;
                (Token::Text(inner), after)
            }
            '[' => {
                let (inner, after) = rest[1..].split_once(']').ok_or_else(|| bad("A date has no end."))?;
                (Token::Instant(inner.to_owned()), after)
            }
            _ => {
                let operator = ["!=", "<=", ">=", "=", "<", ">"].into_iter().find(|op| rest.starts_with(op));
                if let Some(operator) = operator {
                    (Token::Operator(operator), &rest[operator.len()..])
                } else {
                    let end = rest
                        .find(|c: char| c.is_whitespace() || "()\"',[]=<>!".contains(c))
                        .unwrap_or(rest.len());
                    if end == 0 {
                        return Err(bad(&format!("'{first}' is not expected here.")));
                    }
                    (Token::Word(rest[..end].to_owned()), &rest[end..])
                }
            }
        };
        found.push(token);
        rest = after.trim_start();
    }
    Ok(found)
}

/// The text up to the closing quote, and what comes after.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Reply> {
    let mut inner = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => inner.extend(chars.next().map(|(_, escaped)| escaped)),
            c if c == quote => return Ok((inner, &text[at + c.len_utf8()..])),
            c => inner.push(c),
        }
    }
    Err(bad("A text has no closing quote."))
}

struct Parser<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    fields: &'a [&'static str],
    depth: usize,
}

impl Parser<'_> {
    fn word(&mut self, expected: &str) -> bool {
        let is = matches!(self.tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(expected));
        if is {
            self.tokens.next();
        }
        is
    }

    fn any(&mut self) -> Result<Condition, Reply> {
        let mut left = self.all()?;
        while self.word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Condition, Reply> {
        let mut left = self.one()?;
        while self.word("and") {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Condition, Reply> {
        match self.tokens.next() {
            Some(Token::Open) => {
                self.depth += 1;
                if self.depth > MOST_DEPTH {
                    return Err(bad("The condition is nested too deeply."));
                }
                let inner = self.any()?;
                self.depth -= 1;
                match self.tokens.next() {
                    Some(Token::Close) => Ok(inner),
                    _ => Err(bad("A parenthesis is not closed.")),
                }
            }
            Some(Token::Word(path)) => self.comparison(&path),
            _ => Err(bad("A field is expected.")),
        }
    }

    fn comparison(&mut self, path: &str) -> Result<Condition, Reply> {
        let root = path.split('/').next().unwrap_or_default();
        // The instants of `_info` are asked for by their short names.
        let short = ["lastUpdated", "dateEntered", "enteredBy", "updatedBy"];
        let path = match self.fields.iter().find(|field| field.eq_ignore_ascii_case(root)) {
            Some(field) => format!("{field}{}", &path[root.len()..]),
            None => match short.into_iter().find(|field| field.eq_ignore_ascii_case(path)) {
                Some(field) => format!("_info/{field}"),
                None => return Err(bad(&format!("{path} is not a recognized name."))),
            },
        };
        let not = self.word("not");
        if self.word("in") {
            return Ok(Condition::In { path, values: self.list()?, not });
        }
        let operator = if self.word("contains") {
            if not { "not contains" } else { "contains" }
        } else if self.word("like") {
            if not { "not like" } else { "like" }
        } else {
            match self.tokens.next() {
                Some(Token::Operator(operator)) if !not => operator,
                _ => return Err(bad("An operator is expected.")),
            }
        };
        let value = self.value()?;
        Ok(Condition::Compare { path, operator, value })
    }

    fn list(&mut self) -> Result<Vec<Value>, Reply> {
        if self.tokens.next() != Some(Token::Open) {
            return Err(bad("A list is expected."));
        }
        let mut values = vec![self.value()?];
        loop {
            match self.tokens.next() {
                Some(Token::Comma) => values.push(self.value()?),
                Some(Token::Close) => return Ok(values),
                _ => return Err(bad("A list is not closed.")),
            }
        }
    }

    fn value(&mut self) -> Result<Value, Reply> {
        match self.tokens.next() {
            Some(Token::Text(text)) => Ok(text.into()),
            Some(Token::Instant(text)) => match text.parse::<DateTime<Utc>>() {
                Ok(at) => Ok(at.format("%Y-%m-%dT%H:%M:%SZ").to_string().into()),
                Err(_) => Err(bad(&format!("{text} is not a date."))),
            },
            Some(Token::Word(word)) => match word.to_lowercase().as_str() {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                "null" => Ok(Value::Null),
                number => match number.parse::<f64>() {
                    Ok(number) => Ok(number.into()),
                    Err(_) => Err(bad(&format!("{word} is not a value."))),
                },
            },
            _ => Err(bad("A value is expected.")),
        }
    }
}

impl Condition {
    /// Reads a condition on a table with these fields.
    pub(crate) fn parse(text: &str, fields: &[&'static str]) -> Result<Self, Reply> {
        let mut parser = Parser { tokens: tokens(text)?.into_iter().peekable(), fields, depth: 0 };
        let condition = parser.any()?;
        match parser.tokens.next() {
            None => Ok(condition),
            Some(_) => Err(bad("The condition goes on after its end.")),
        }
    }

    /// Whether it holds for a row.
    pub(crate) fn holds(&self, row: &Value) -> bool {
        match self {
            Self::And(left, right) => left.holds(row) && right.holds(row),
            Self::Or(left, right) => left.holds(row) || right.holds(row),
            Self::In { path, values, not } => {
                let found = at(row, path);
                values.iter().any(|value| compare(found, value) == Some(Ordering::Equal)) != *not
            }
            Self::Compare { path, operator, value } => {
                let found = at(row, path);
                let ordering = compare(found, value);
                match *operator {
                    "=" => ordering == Some(Ordering::Equal),
                    "!=" => ordering != Some(Ordering::Equal),
                    "<" => ordering == Some(Ordering::Less),
                    "<=" => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
                    ">" => ordering == Some(Ordering::Greater),
                    ">=" => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
                    "contains" => contains(found, value),
                    "not contains" => !contains(found, value),
                    "like" => like(found, value),
                    _ => !like(found, value),
                }
            }
        }
    }
}

/// The value at `board/name`; null where there is none.
pub(crate) fn at<'a>(row: &'a Value, path: &str) -> &'a Value {
    path.split('/').fold(row, |value, part| value.get(part).unwrap_or(&Value::Null))
}

/// In which order two values are, letter case aside; none when they are of different sorts.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        // A flag that is not set is false.
        (Value::Null, Value::Bool(right)) => Some(false.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        _ => None,
    }
}

fn contains(found: &Value, value: &Value) -> bool {
    match (found.as_str(), value.as_str()) {
        (Some(found), Some(value)) => found.to_lowercase().contains(&value.to_lowercase()),
        _ => false,
    }
}

/// `%` stands for any text.
fn like(found: &Value, value: &Value) -> bool {
    let (Some(found), Some(pattern)) = (found.as_str(), value.as_str()) else { return false };
    let (found, pattern) = (found.to_lowercase(), pattern.to_lowercase());
    let parts: Vec<&str> = pattern.split('%').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return found == pattern };
    let Some(mut rest) = found.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[&str] = &["id", "summary", "board", "closedFlag", "closedDate", "_info"];

    fn holds(condition: &str) -> bool {
        let row = json!({
            "id": 7, "summary": "Printer \"HP\" 100% jammed", "board": { "id": 1, "name": "Help Desk" },
            "closedFlag": false, "_info": { "lastUpdated": "2026-03-02T08:00:00Z" },
        });
        Condition::parse(condition, FIELDS).unwrap().holds(&row)
    }

    #[test]
    fn conditions_mean_what_the_language_says() {
        for condition in [
            "id = 7",
            "id != 8 and id >= 7 and id <= 7 and id > 6 and id < 8",
            "board/name = \"help desk\"",
            "Board/name='Help Desk'",
            "board/id in (3,1)",
            "board/id not in (3,4)",
            "summary contains \"printer\"",
            "summary contains \"\\\"hp\\\"\"",
            "summary not contains \"scanner\"",
            "summary like \"printer%jammed\"",
            "summary like \"%hp%\"",
            "closedFlag = False",
            "closedDate = null",
            "lastUpdated > [2026-03-01T00:00:00Z]",
            "id = 9 or (id = 7 and closedFlag=false)",
            "id = 7 or id = 8 and id = 9",
        ] {
            assert!(holds(condition), "{condition}");
        }
        for condition in [
            "id = \"7\"",
            "summary like \"printer\"",
            "summary like \"jammed%\"",
            "(id = 7 or id = 8) and id = 9",
            "lastUpdated < [2026-03-01T00:00:00Z]",
            "closedDate != null",
        ] {
            assert!(!holds(condition), "{condition}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_as_the_original_does() {
        let nested = format!("{}id=1{}", "(".repeat(100), ")".repeat(100));
        for condition in [
            "",
            "id",
            "id =",
            "id = x",
            "id = 1 and",
            "(id = 1",
            "id in 1",
            "id in (1",
            "summary = \"open",
            "lastUpdated > [yesterday]",
            "lastUpdated > [2026",
            "id = 1 id = 2",
            "id not = 1",
            "! = 3",
            nested.as_str(),
        ] {
            let refusal = Condition::parse(condition, FIELDS).unwrap_err();
            assert_eq!(
                (refusal.status, refusal.body.unwrap()["code"].clone()),
                (400, json!("ApiFindCondition"))
            );
        }
        let refusal = Condition::parse("typeids = 1", FIELDS).unwrap_err();
        assert_eq!(refusal.body.unwrap()["message"], "typeids is not a recognized name.");
    }
}
