//! The log as a file, for people (CSV) and programs (JSON lines).

use serde_json::json;

use crate::AuditEntry;

/// The columns of the CSV file.
const COLUMNS: [&str; 9] =
    ["at", "action", "actor_id", "actor_name", "target_kind", "target_id", "payload", "request_id", "id"];

/// One JSON object a line. `name` gives the actor's name.
pub fn jsonl(entries: &[AuditEntry], name: impl Fn(&AuditEntry) -> Option<String>) -> String {
    let mut text = String::new();
    for entry in entries {
        let actor = entry.actor_id.map(|id| json!({ "id": id, "name": name(entry) }));
        let line = json!({
            "id": entry.id, "at": entry.at, "actor": actor, "action": entry.action,
            "target_kind": entry.target_kind, "target_id": entry.target_id,
            "payload": entry.payload, "request_id": entry.request_id,
        });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

/// A table for a spreadsheet. A cell that a spreadsheet would take for a formula begins with an apostrophe, which
/// it shows as text.
///
/// # Errors
/// Never, writing to memory; the library's signature has one.
pub fn csv(
    entries: &[AuditEntry],
    name: impl Fn(&AuditEntry) -> Option<String>,
) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for entry in entries {
        let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let cells = [
            entry.at.to_string(),
            entry.action.clone(),
            id(entry.actor_id.map(Into::into)),
            name(entry).unwrap_or_default(),
            entry.target_kind.clone(),
            id(entry.target_id),
            entry.payload.to_string(),
            entry.request_id.to_string(),
            entry.id.to_string(),
        ];
        table.write_record(cells.map(harmless))?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// Whatever the first character a spreadsheet sees makes of a cell, it is text.
fn harmless(cell: String) -> String {
    let first = cell.chars().find(|c| !c.is_whitespace() || matches!(c, '\t' | '\r' | '\n'));
    if first
        .is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
    {
        return format!("'{cell}");
    }
    cell
}

#[cfg(test)]
mod tests {
    use rf_kernel::Timestamp;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn entry(payload: Value) -> AuditEntry {
        AuditEntry {
            id: Uuid::from_u128(1).into(),
            account_id: Uuid::from_u128(2).into(),
            actor_id: Some(Uuid::from_u128(3).into()),
            action: "tree.updated".into(),
            target_kind: "tree".into(),
            target_id: None,
            payload,
            request_id: Uuid::from_u128(4).into(),
            at: Timestamp::from_unix(1_800_000_000).unwrap(),
        }
    }

    #[test]
    fn no_cell_is_a_formula_and_every_cell_reads_back() {
        for evil in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "a\"b,c\r\nd", "plain"]
        {
            let text = csv(&[entry(json!({ "name": evil }))], |_| Some(evil.to_owned())).unwrap();
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            assert_eq!(record.len(), COLUMNS.len());
            let name = &record[3];
            assert_eq!(name.trim_start_matches('\''), evil);
            let first = name.trim_start_matches(' ').chars().next().unwrap();
            assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{name:?}");
            assert_eq!(serde_json::from_str::<Value>(&record[6]).unwrap(), json!({ "name": evil }));
        }
    }

    #[test]
    fn a_line_of_json_lines_holds_a_whole_entry() {
        let text = jsonl(&[entry(json!({ "a": "x\ny" })), entry(json!({}))], |_| Some("Eli".to_owned()));
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["payload"]["a"], "x\ny");
        assert_eq!(lines[0]["actor"]["name"], "Eli");
        assert_eq!(lines[0]["at"], "2027-01-15T08:00:00.000000Z");
    }
}
