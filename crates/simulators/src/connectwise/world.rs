//! Everything the simulated PSA knows, and the rules under which it changes.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{fixtures, reply::Reply, schema::Table};

/// The instant the simulated clock begins at; every write moves it by a second.
const BEGINNING: &str = "2026-03-02T08:00:00Z";

/// The simulated PSA.
#[derive(Clone, Debug)]
pub(crate) struct World {
    tables: BTreeMap<Table, BTreeMap<i64, Value>>,
    /// Which configurations a ticket is about.
    pub(crate) attached: BTreeMap<i64, Vec<i64>>,
    /// The path before `/apis/3.0`, without slashes.
    pub(crate) codebase: String,
    /// Wrong credentials are answered as by the cloud: 404.
    pub(crate) hides_wrong_keys: bool,
    /// Answers as servers before `allNotes` did.
    pub(crate) without_all_notes: bool,
    /// What callbacks are still to tell of: the ticket, what was done to it, by whom.
    pub(crate) news: Vec<(i64, &'static str, String)>,
    seconds: i64,
    next_id: i64,
}

impl World {
    /// As the fixtures have it.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            tables: BTreeMap::new(),
            attached: BTreeMap::new(),
            codebase: "v2025_1".into(),
            hides_wrong_keys: false,
            without_all_notes: false,
            news: Vec::new(),
            seconds: 0,
            next_id: 10_000,
        };
        fixtures::load(&mut world);
        world.news.clear();
        world
    }

    pub(crate) fn rows(&self, table: Table) -> impl Iterator<Item = &Value> {
        self.tables.get(&table).into_iter().flat_map(BTreeMap::values)
    }

    pub(crate) fn row(&self, table: Table, id: i64) -> Option<&Value> {
        self.tables.get(&table)?.get(&id)
    }

    pub(crate) fn found(&self, table: Table, id: i64) -> Result<&Value, Reply> {
        self.row(table, id).ok_or_else(|| Reply::not_found(table.label(), &id.to_string()))
    }

    /// Keeps a row of the fixtures under its id, with no questions asked.
    pub(crate) fn seed(&mut self, table: Table, row: Value) {
        let (id, now) = (row["id"].as_i64().unwrap_or_default(), self.now());
        let mut row = row;
        if row.get("_info").is_none() {
            row["_info"] =
                json!({ "lastUpdated": now, "dateEntered": now, "updatedBy": "setup", "enteredBy": "setup" });
        }
        self.tables.entry(table).or_default().insert(id, row);
    }

    /// A moment after the one before.
    pub(crate) fn tick(&mut self) -> String {
        self.seconds += 1;
        self.now()
    }

    /// Moves the clock, for fixtures.
    pub(crate) fn pass(&mut self, seconds: i64) {
        self.seconds += seconds;
    }

    fn now(&self) -> String {
        let beginning = BEGINNING.parse::<DateTime<Utc>>().unwrap_or_default();
        written(beginning + TimeDelta::seconds(self.seconds))
    }

    /// Keeps something new.
    pub(crate) fn create(&mut self, table: Table, body: &Value, by: &str) -> Result<Value, Reply> {
        let mut row = object(table, body)?;
        for field in table.schema().required {
            if row.get(*field).is_none_or(|value| value.is_null() || value.as_str() == Some("")) {
                let message = format!("{field} is required.");
                return Err(Reply::refused(table.schema().resource, "MissingRequiredField", &message, field));
            }
        }
        self.check(table, None, &mut row, by)?;
        let now = self.tick();
        self.next_id += 1;
        let id = self.next_id;
        row.insert("id".into(), id.into());
        if table == Table::Notes {
            row.insert("dateCreated".into(), now.clone().into());
            row.insert("createdBy".into(), by.into());
        }
        if table == Table::TimeEntries {
            row.insert("dateEntered".into(), now.clone().into());
            row.insert("enteredBy".into(), by.into());
        }
        let info = json!({ "lastUpdated": now, "updatedBy": by, "dateEntered": now, "enteredBy": by });
        row.insert("_info".into(), info);
        let row = Value::Object(row);
        self.tables.entry(table).or_default().insert(id, row.clone());
        self.after(table, &row, by);
        if table == Table::Tickets {
            self.news.push((id, "added", by.to_owned()));
        }
        Ok(row)
    }

    /// Something of a ticket changed: its time says so, and callbacks tell of it.
    pub(crate) fn touch(&mut self, ticket: i64, by: &str) {
        let now = self.tick();
        if let Some(row) = self.tables.get_mut(&Table::Tickets).and_then(|rows| rows.get_mut(&ticket)) {
            row["_info"]["lastUpdated"] = now.into();
            row["_info"]["updatedBy"] = by.into();
            self.news.push((ticket, "updated", by.to_owned()));
        }
    }

    /// Puts a changed version in the place of a row.
    pub(crate) fn replace(&mut self, table: Table, id: i64, body: &Value, by: &str) -> Result<Value, Reply> {
        let before = self.found(table, id)?.clone();
        let mut row = object(table, body)?;
        for field in table.schema().read_only {
            if let Some(kept) = before.get(*field) {
                row.insert((*field).into(), kept.clone());
            }
        }
        self.check(table, Some(&before), &mut row, by)?;
        let now = self.tick();
        let mut row = Value::Object(row);
        row["_info"]["lastUpdated"] = now.into();
        row["_info"]["updatedBy"] = by.into();
        self.tables.entry(table).or_default().insert(id, row.clone());
        self.after(table, &row, by);
        if table == Table::Tickets {
            self.news.push((id, "updated", by.to_owned()));
        }
        Ok(self.row(table, id).cloned().unwrap_or(row))
    }

    pub(crate) fn delete(&mut self, table: Table, id: i64) -> Result<(), Reply> {
        self.found(table, id)?;
        let row = self.tables.get_mut(&table).and_then(|rows| rows.remove(&id));
        if let Some(row) = row.filter(|_| table == Table::TimeEntries) {
            self.count_hours(row["chargeToId"].as_i64().unwrap_or_default());
        }
        if table == Table::Tickets {
            self.tables
                .entry(Table::Notes)
                .or_default()
                .retain(|_, note| note["ticketId"].as_i64() != Some(id));
            self.attached.remove(&id);
            self.news.push((id, "deleted", "somebody".into()));
        }
        Ok(())
    }

    /// What must be right about a row, new or changed; points references at what they mean.
    fn check(
        &self,
        table: Table,
        before: Option<&Value>,
        row: &mut Map<String, Value>,
        by: &str,
    ) -> Result<(), Reply> {
        let schema = table.schema();
        for (field, most) in schema.limits {
            let length = row.get(*field).and_then(Value::as_str).map_or(0, |text| text.chars().count());
            if length > *most {
                let message = format!("The field {field} must be a string with a maximum length of {most}.");
                return Err(Reply::refused(schema.resource, "MaxLengthField", &message, field));
            }
        }
        if table == Table::Tickets {
            self.set_up(row);
        }
        for field in row.keys().cloned().collect::<Vec<_>>() {
            if let Some(target) = table.points_to(&field) {
                let board = row.get("board").and_then(|board| board["id"].as_i64());
                let value = row.get(&field).cloned().unwrap_or_default();
                if value.is_null() {
                    continue;
                }
                let reference = self.point(table, &field, target, &value, board)?;
                row.insert(field, reference);
            }
        }
        match table {
            Table::Tickets => {
                let status = row.get("status").and_then(|status| status["id"].as_i64());
                let closed = status
                    .and_then(|id| self.row(Table::Statuses, id))
                    .is_some_and(|status| status["closedStatus"] == true);
                let was = before.is_some_and(|before| before["closedFlag"] == true);
                row.insert("closedFlag".into(), closed.into());
                if closed && !was {
                    row.insert("closedDate".into(), self.now().into());
                    row.insert("closedBy".into(), by.into());
                } else if !closed {
                    row.remove("closedDate");
                    row.remove("closedBy");
                }
                Ok(())
            }
            Table::Notes => {
                let flags = ["detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"];
                if flags.iter().any(|flag| row.get(*flag) == Some(&Value::Bool(true))) {
                    return Ok(());
                }
                let message =
                    "One of detailDescriptionFlag, internalAnalysisFlag or resolutionFlag is required.";
                Err(Reply::refused(schema.resource, "MissingRequiredField", message, "detailDescriptionFlag"))
            }
            Table::TimeEntries => self.check_time(row, by),
            Table::Callbacks => {
                let levels = ["owner", "status", "board", "company", "ticket"];
                let level = row.get("level").and_then(Value::as_str).unwrap_or_default();
                if levels.contains(&level) {
                    return Ok(());
                }
                let message = format!("{level} is no level of the type ticket.");
                Err(Reply::refused(schema.resource, "InvalidField", &message, "level"))
            }
            _ => Ok(()),
        }
    }

    /// A new ticket's board and status, where it names none.
    fn set_up(&self, row: &mut Map<String, Value>) {
        if row.get("board").is_none_or(Value::is_null) {
            row.insert("board".into(), json!({ "id": 1 }));
        }
        if row.get("status").is_none_or(Value::is_null) {
            let board = row["board"]["id"].as_i64().unwrap_or(1);
            let default = self.rows(Table::Statuses).find(|status| {
                status["board"]["id"].as_i64() == Some(board) && status["defaultFlag"] == true
            });
            row.insert(
                "status".into(),
                json!({ "id": default.map_or(0, |status| status["id"].as_i64().unwrap_or(0)) }),
            );
        }
        row.entry("recordType").or_insert_with(|| "ServiceTicket".into());
        row.entry("priority").or_insert_with(|| json!({ "id": 3 }));
    }

    /// The full reference for `{id}`, `{name}` or `{identifier}`.
    fn point(
        &self,
        table: Table,
        field: &str,
        target: Table,
        value: &Value,
        board: Option<i64>,
    ) -> Result<Value, Reply> {
        let on_board = |row: &&Value| target != Table::Statuses || row["board"]["id"].as_i64() == board;
        let same = |row: &Value, key: &str| {
            let (theirs, wanted) = (row[key].as_str(), value[key].as_str());
            theirs.zip(wanted).is_some_and(|(theirs, wanted)| theirs.eq_ignore_ascii_case(wanted))
        };
        let found = match value["id"].as_i64() {
            Some(id) => self.row(target, id).filter(on_board),
            None => {
                self.rows(target).filter(on_board).find(|row| same(row, "identifier") || same(row, "name"))
            }
        };
        let resource = table.schema().resource;
        let Some(row) = found else {
            let what =
                ["id", "identifier", "name"].into_iter().find(|key| !value[*key].is_null()).unwrap_or("id");
            let shown = value[what].as_str().map_or_else(|| value[what].to_string(), str::to_owned);
            let message = match (target, board) {
                (Table::Statuses, Some(board)) => {
                    format!("Service Status {shown} not found for Service Board {board}")
                }
                _ => format!("{} {shown} not found", target.label()),
            };
            return Err(Reply::refused(resource, "NotFound", &message, &format!("{field}/{what}")));
        };
        let name = row["name"].as_str().or(row["fullName"].as_str()).map_or_else(
            || {
                format!(
                    "{} {}",
                    row["firstName"].as_str().unwrap_or(""),
                    row["lastName"].as_str().unwrap_or("")
                )
            },
            str::to_owned,
        );
        let mut reference = json!({ "id": row["id"], "name": name, "_info": {} });
        if let Some(identifier) = row["identifier"].as_str() {
            reference["identifier"] = identifier.into();
        }
        Ok(reference)
    }

    fn check_time(&self, row: &mut Map<String, Value>, by: &str) -> Result<(), Reply> {
        let resource = Table::TimeEntries.schema().resource;
        let instant = |field: &str| row.get(field).and_then(Value::as_str).map(str::parse::<DateTime<Utc>>);
        let refused =
            |code: &str, message: &str, field: &str| Err(Reply::refused(resource, code, message, field));
        let start = match instant("timeStart") {
            Some(Ok(start)) => start,
            _ => return refused("InvalidField", "timeStart is not a date.", "timeStart"),
        };
        let given = row.get("actualHours").and_then(Value::as_f64);
        let deducted = row.get("hoursDeduct").and_then(Value::as_f64).unwrap_or(0.0);
        let hours = match (instant("timeEnd"), given) {
            (Some(Ok(end)), _) if end > start => (end - start).num_seconds() as f64 / 3_600.0 - deducted,
            (Some(_), _) => return refused("InvalidField", "timeEnd must be after timeStart.", "timeEnd"),
            (None, Some(hours)) => hours,
            (None, None) => {
                return refused("MissingRequiredField", "timeEnd or actualHours is required.", "timeEnd");
            }
        };
        if !(hours > 0.0 && hours <= 24.0) {
            return refused("InvalidField", "actualHours must be above 0 and at most 24.", "actualHours");
        }
        row.insert("actualHours".into(), ((hours * 100.0).round() / 100.0).into());
        let member = json!({ "identifier": by });
        row.entry("member").or_insert(member);
        let member = row["member"].clone();
        let member = self.point(Table::TimeEntries, "member", Table::Members, &member, None)?;
        row.insert("member".into(), member);
        row.insert("status".into(), "Open".into());
        if row.get("chargeToType").and_then(Value::as_str) != Some("ServiceTicket") {
            return Ok(());
        }
        let id = row.get("chargeToId").and_then(Value::as_i64).unwrap_or_default();
        let Some(ticket) = self.row(Table::Tickets, id) else {
            return refused("NotFound", &format!("Service Ticket {id} not found"), "chargeToId");
        };
        let status = ticket["status"]["id"].as_i64().and_then(|id| self.row(Table::Statuses, id));
        if status.is_some_and(|status| status["timeEntryNotAllowed"] == true) {
            let name = ticket["status"]["name"].as_str().unwrap_or_default();
            let message = format!("Time entries are not allowed for tickets with the status {name}.");
            return refused("TimeEntryNotAllowed", &message, "chargeToId");
        }
        row.insert("ticket".into(), json!({ "id": id, "summary": ticket["summary"] }));
        row.insert("company".into(), ticket["company"].clone());
        Ok(())
    }

    /// What one change brings about elsewhere.
    fn after(&mut self, table: Table, row: &Value, by: &str) {
        match table {
            Table::TimeEntries => {
                let ticket = row["chargeToId"].as_i64().unwrap_or_default();
                self.count_hours(ticket);
                self.touch(ticket, by);
            }
            Table::Tickets => {
                let id = row["id"].as_i64().unwrap_or_default();
                let tabs = [
                    ("initialDescription", "detailDescriptionFlag"),
                    ("initialInternalAnalysis", "internalAnalysisFlag"),
                    ("initialResolution", "resolutionFlag"),
                ];
                for (field, flag) in tabs {
                    let text = row[field].as_str().unwrap_or_default().to_owned();
                    if !text.is_empty() {
                        self.next_id += 1;
                        let now = self.tick();
                        self.seed(
                            Table::Notes,
                            json!({
                                "id": self.next_id, "ticketId": id, "text": text, flag: true,
                                "dateCreated": now, "createdBy": by,
                            }),
                        );
                    }
                }
                if let Some(kept) = self.tables.get_mut(&table).and_then(|rows| rows.get_mut(&id)) {
                    for (field, _) in tabs {
                        kept.as_object_mut().and_then(|kept| kept.remove(field));
                    }
                }
            }
            _ => {}
        }
    }

    fn count_hours(&mut self, ticket: i64) {
        let of_ticket = |entry: &&Value| {
            entry["chargeToType"] == "ServiceTicket" && entry["chargeToId"].as_i64() == Some(ticket)
        };
        let hours: f64 = self
            .rows(Table::TimeEntries)
            .filter(of_ticket)
            .filter_map(|entry| entry["actualHours"].as_f64())
            .sum();
        if let Some(row) = self.tables.get_mut(&Table::Tickets).and_then(|rows| rows.get_mut(&ticket)) {
            row["actualHours"] = hours.into();
        }
    }
}

/// An instant as the original writes it.
pub(crate) fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The members of a body, all of them known.
fn object(table: Table, body: &Value) -> Result<Map<String, Value>, Reply> {
    let schema = table.schema();
    let Some(members) = body.as_object() else {
        return Err(Reply::invalid("ConnectWiseApi", "An object is expected."));
    };
    if let Some(unknown) = members.keys().find(|key| !schema.fields.contains(&key.as_str())) {
        return Err(Reply::invalid(
            "ConnectWiseApi",
            &format!(
                "Could not find member '{unknown}' on object of type '{}'. Check your accept header to make sure you \
                 are using the correct version.",
                schema.type_name
            ),
        ));
    }
    let mut members = members.clone();
    members.retain(|key, _| !schema.read_only.contains(&key.as_str()));
    Ok(members)
}
