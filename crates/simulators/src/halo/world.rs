//! What is in the simulated Halo: fixtures, and what is written.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// The status of closed tickets.
pub(super) const CLOSED: i64 = 9;
/// The number of the first ticket.
const FIRST_TICKET: i64 = 2_001;

/// When everything was as in the fixtures, seconds since 1970.
const BEGIN: i64 = 1_772_000_000;

const CLIENTS: [&str; 4] = ["Brightwater Dental", "Harbour & Sons", "Oakfield Primary", "Tamsin Freight"];
const USERS: [&str; 3] = ["Maeve Quill", "Jonas Brandt", "Pilar Ortega"];
const AGENTS: [(&str, bool); 4] =
    [("Asha Nair", true), ("Ben Oduya", true), ("Celia Frost", true), ("Dario Lenz", false)];

/// A ticket type with its statuses; all can close.
pub(super) const TYPES: [(i64, &str, &[i64]); 3] = [
    (1, "Incident", &[1, 2, 4, CLOSED]),
    (2, "Service Request", &[1, 2, 5, CLOSED]),
    (3, "Change", &[1, 6, CLOSED]),
];
pub(super) const STATUSES: [(i64, &str); 6] = [
    (1, "New"),
    (2, "In Progress"),
    (4, "With User"),
    (5, "Awaiting Approval"),
    (6, "Scheduled"),
    (CLOSED, "Closed"),
];
pub(super) const PRIORITIES: [(i64, &str); 4] = [(1, "Critical"), (2, "High"), (3, "Medium"), (4, "Low")];
pub(super) const CHARGE_TYPES: [(i64, &str); 3] = [(1, "Remote Support"), (2, "On Site"), (3, "No Charge")];

const SUMMARIES: [&str; 12] = [
    "Printer on the first floor prints half pages",
    "cant get into my emails since lunch!!",
    "New starter on Monday: laptop, mailbox, phone",
    "Server room is warm, alarm at 06:10",
    "RE: RE: FW: invoice software <b>STILL</b> slow",
    "VPN drops every 20 minutes for two people",
    "Shared drive S: missing after restart",
    "Password expired, phone for MFA is lost",
    "Backup report: 3 of 14 jobs failed",
    "Teams has no sound in the meeting room",
    "Website certificate expires in 6 days",
    "Quote wanted: 4 docking stations",
];

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) tickets: Vec<Value>,
    pub(super) actions: Vec<Value>,
    /// Resources nobody has the right to.
    pub(super) forbidden: Vec<String>,
    /// Tokens given out, and up to which of them none is taken.
    tokens: u64,
    expired: u64,
    /// What is written happens so many seconds after the beginning.
    clock: i64,
}

/// Rows with a number and a name.
pub(super) fn named(rows: &[(i64, &str)]) -> Value {
    rows.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()
}

/// Both as Halo writes them: UTC with no zone.
fn written(at: DateTime<Utc>) -> Value {
    at.format("%Y-%m-%dT%H:%M:%S%.3f").to_string().into()
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            tickets: Vec::new(),
            actions: Vec::new(),
            forbidden: Vec::new(),
            tokens: 0,
            expired: 0,
            clock: 0,
        };
        for n in 0..45_i64 {
            let at = usize::try_from(n).unwrap_or_default();
            let (client, user) = (at % CLIENTS.len(), at % USERS.len());
            let (kind, _, statuses) = TYPES[at % TYPES.len()];
            // Every fourth is closed; the first type's first ticket is open.
            let status = if n % 4 == 3 { CLOSED } else { statuses[at % (statuses.len() - 1)] };
            let id = FIRST_TICKET + n;
            let now = world.now();
            world.tickets.push(json!({
                "id": id,
                "summary": format!("{} ({id})", SUMMARIES[at % SUMMARIES.len()]),
                "details": "See the mail below.",
                "tickettype_id": kind,
                "status_id": status,
                "priority_id": PRIORITIES[at % PRIORITIES.len()].0,
                "client_id": client + 1,
                "client_name": CLIENTS[client],
                "user_id": client * 10 + user + 1,
                "user_name": USERS[user],
                "agent_id": at % AGENTS.len() + 1,
                "agent_name": AGENTS[at % AGENTS.len()].0,
                "dateoccurred": now,
                "lastactiondate": now,
            }));
            world.keep_action(
                id,
                json!({ "note": "Mail came in.", "hiddenfromuser": false, "who": USERS[user] }),
            );
        }
        world
    }

    /// The next instant: no two things happen at once.
    fn now(&mut self) -> Value {
        self.clock += 1;
        let at = DateTime::from_timestamp(BEGIN, 0).unwrap_or_default() + TimeDelta::seconds(self.clock);
        written(at)
    }

    /// A token, which holds until they are expired.
    pub(super) fn grant(&mut self) -> String {
        self.tokens += 1;
        format!("token-{}", self.tokens)
    }

    pub(super) fn takes(&self, token: &str) -> bool {
        let number = token.strip_prefix("token-").and_then(|number| number.parse::<u64>().ok());
        number.is_some_and(|number| (self.expired + 1..=self.tokens).contains(&number))
    }

    pub(super) fn expire_tokens(&mut self) {
        self.expired = self.tokens;
    }

    pub(super) fn ticket(&self, id: i64) -> Option<&Value> {
        self.tickets.iter().find(|row| row["id"].as_i64() == Some(id))
    }

    pub(super) fn ticket_mut(&mut self, id: i64) -> Option<&mut Value> {
        self.tickets.iter_mut().find(|row| row["id"].as_i64() == Some(id))
    }

    /// Keeps an action of a ticket that is there; the row.
    pub(super) fn keep_action(&mut self, ticket: i64, entry: &Value) -> Value {
        let now = self.now();
        let mut row = Map::new();
        row.insert("id".into(), (self.actions.len() + 1).into());
        row.insert("timetaken".into(), 0.0.into());
        row.insert("who".into(), AGENTS[0].0.into());
        row.extend(entry.as_object().cloned().unwrap_or_default());
        row.insert("ticket_id".into(), ticket.into());
        row.insert("datetime".into(), now.clone());
        if let Some(agent) = row.get("who_agentid").and_then(Value::as_i64) {
            let agent = usize::try_from(agent - 1).ok().and_then(|at| AGENTS.get(at));
            row.insert("who".into(), agent.map_or(Value::Null, |(name, _)| (*name).into()));
        }
        let row = Value::Object(row);
        self.actions.push(row.clone());
        self.touch(ticket, now);
        row
    }

    /// Sets a ticket's status.
    pub(super) fn set_status(&mut self, ticket: i64, status: i64) {
        let now = self.now();
        if let Some(row) = self.ticket_mut(ticket) {
            row["status_id"] = status.into();
        }
        self.touch(ticket, now);
    }

    fn touch(&mut self, ticket: i64, now: Value) {
        if let Some(row) = self.ticket_mut(ticket) {
            row["lastactiondate"] = now;
        }
    }

    pub(super) fn agents() -> Value {
        let row = |(n, (name, active)): (usize, &(&str, bool))| {
            let email = format!("{}@msp.example", name.to_lowercase().replace(' ', "."));
            json!({ "id": n + 1, "name": name, "email": email, "isdisabled": !active })
        };
        AGENTS.iter().enumerate().map(row).collect()
    }

    pub(super) fn has_agent(id: i64) -> bool {
        usize::try_from(id - 1).is_ok_and(|at| at < AGENTS.len())
    }

    pub(super) fn client(id: i64) -> Option<Value> {
        let name = CLIENTS.get(usize::try_from(id - 1).ok()?)?;
        Some(json!({
            "id": id,
            "name": name,
            "website": "",
            "main_site_phonenumber": format!("01632 96000{id}"),
            "main_site_address": format!("{id} Quay Street"),
        }))
    }

    pub(super) fn user(id: i64) -> Option<Value> {
        let (client, user) = (usize::try_from(id - 1).ok()? / 10, usize::try_from(id - 1).ok()? % 10);
        let (name, _) = (USERS.get(user)?, CLIENTS.get(client)?);
        let email = format!("{}@client{}.example", name.to_lowercase().replace(' ', "."), client + 1);
        Some(json!({
            "id": id,
            "name": name,
            "emailaddress": email,
            "phonenumber": format!("01632 9610{id:02}"),
        }))
    }

    /// The assets of a client; the last one of each is out of use.
    pub(super) fn assets(client: i64) -> Vec<Value> {
        let row = |n: i64| {
            json!({
                "id": client * 100 + n,
                "inventory_number": format!("AST-{client}{n:02}"),
                "key_field": format!("CL{client}-PC{n:02}"),
                "key_field2": format!("5CG{client}{n:04}"),
                "assettype_name": "Workstation",
                "client_id": client,
                "inactive": n == 5,
            })
        };
        if Self::client(client).is_some() { (1..=5).map(row).collect() } else { Vec::new() }
    }
}
