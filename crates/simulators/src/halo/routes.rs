//! The addresses and what they answer.

use serde_json::{Value, json};

use super::world::{CHARGE_TYPES, CLOSED, PRIORITIES, STATUSES, TYPES, World, named};
use crate::site::{Reply, Request};

/// What the simulator takes for credentials.
pub mod keys {
    /// The tenant.
    pub const TENANT: &str = "brightwater";
    /// The API application.
    pub const CLIENT_ID: &str = "5f3c1c52-simulated";
    /// Its secret.
    pub const CLIENT_SECRET: &str = "simulated-secret";
}

/// A page has at most so many rows.
const MOST_ROWS: usize = 100;

pub(super) fn refused(status: u16, message: &str) -> Reply {
    Reply { status, body: Some(json!({ "message": message })), headers: Vec::new() }
}

fn not_found() -> Reply {
    refused(404, "Object not found")
}

/// Answers a request.
pub(super) fn respond(world: &mut World, request: &Request) -> Reply {
    let steps: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), steps.as_slice()) {
        ("POST", ["auth", "token"]) => token(world, request),
        (method, ["api", resource, rest @ ..]) => {
            let bearer = request.authorization.as_deref().and_then(|text| text.strip_prefix("Bearer "));
            if !bearer.is_some_and(|token| world.takes(token)) {
                return refused(401, "Authorization has been denied for this request.");
            }
            if world.forbidden.iter().any(|forbidden| forbidden == resource) {
                return refused(403, "You do not have permission to do this.");
            }
            match (method, *resource, rest) {
                ("GET", resource, rest) => look(world, request, resource, rest).unwrap_or_else(not_found),
                ("POST", "Actions", []) => entries(request, |entry| add_action(world, entry)),
                ("POST", "Tickets", []) => entries(request, |entry| change_ticket(world, entry)),
                _ => refused(405, "The requested resource does not support this method."),
            }
        }
        _ => not_found(),
    }
}

/// A token for the client credentials, sent as a form.
fn token(world: &mut World, request: &Request) -> Reply {
    let is_form = request
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let has = |name: &str, value: &str| fields.iter().any(|(key, given)| key == name && given == value);
    let tenant = request.parameter("tenant").is_none_or(|tenant| tenant == keys::TENANT);
    if !is_form || !has("grant_type", "client_credentials") || !has("scope", "all") {
        return Reply { status: 400, body: Some(json!({ "error": "invalid_request" })), headers: Vec::new() };
    }
    if !tenant || !has("client_id", keys::CLIENT_ID) || !has("client_secret", keys::CLIENT_SECRET) {
        return Reply { status: 400, body: Some(json!({ "error": "invalid_client" })), headers: Vec::new() };
    }
    let token = world.grant();
    Reply::ok(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3_600, "scope": "all" }))
}

/// A read; `None` for what is not there.
fn look(world: &World, request: &Request, resource: &str, rest: &[&str]) -> Option<Reply> {
    let number = |text: &str| text.parse::<i64>().ok();
    let asked = |name: &str| request.parameter(name).and_then(number);
    let body = match (resource, rest) {
        ("Tickets", []) => tickets(world, request),
        ("Tickets", [id]) => world.ticket(number(id)?)?.clone(),
        ("Actions", []) => {
            let ticket = asked("ticket_id");
            let rows = world.actions.iter().filter(|row| row["ticket_id"].as_i64() == ticket);
            // The newest first, as people read them.
            let rows: Vec<&Value> = rows.rev().collect();
            json!({ "record_count": rows.len(), "actions": rows })
        }
        ("TicketType", []) => TYPES.iter().map(|(id, name, _)| json!({ "id": id, "name": name })).collect(),
        ("TicketType", [id]) => {
            let id = number(id)?;
            let (id, name, _) = TYPES.iter().find(|(known, ..)| *known == id)?;
            json!({ "id": id, "name": name })
        }
        ("Status", []) => match asked("tickettype_id") {
            None => named(&STATUSES),
            Some(kind) => {
                let of_type = TYPES.iter().find(|(known, ..)| *known == kind).map(|(.., statuses)| *statuses);
                let rows = STATUSES.iter().filter(|(id, _)| of_type.is_none_or(|ids| ids.contains(id)));
                rows.map(|(id, name)| json!({ "id": id, "name": name })).collect()
            }
        },
        ("Priority", []) => named(&PRIORITIES),
        ("Lookup", []) if asked("lookupid") == Some(17) => named(&CHARGE_TYPES),
        ("Lookup", []) => json!([]),
        ("Agent", []) => World::agents(),
        ("Client", []) => {
            let rows: Vec<Value> = (1..).map_while(World::client).collect();
            json!({ "record_count": rows.len(), "clients": rows })
        }
        ("Client", [id]) => World::client(number(id)?)?,
        ("Users", []) => {
            let rows: Vec<Value> = (1..=40).filter_map(World::user).collect();
            json!({ "record_count": rows.len(), "users": rows })
        }
        ("Users", [id]) => World::user(number(id)?)?,
        ("Asset", []) => {
            let client = match asked("ticket_id") {
                Some(ticket) => world.ticket(ticket).and_then(|row| row["client_id"].as_i64()),
                None => asked("client_id"),
            };
            let mut rows = client.map(World::assets).unwrap_or_default();
            if asked("ticket_id").is_some() {
                rows.truncate(2);
            }
            json!({ "record_count": rows.len(), "assets": rows })
        }
        _ => return None,
    };
    Some(Reply::ok(body))
}

/// Tickets in pages, filtered and in order.
fn tickets(world: &World, request: &Request) -> Value {
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let is_set = |name: &str| request.parameter(name) == Some("true");
    let search = request.parameter("search").unwrap_or_default().to_lowercase();
    let same = |row: &Value, field: &str, parameter: &str| {
        let wanted = request.parameter(parameter);
        wanted.is_none_or(|ids| ids.split(',').any(|id| id.parse().ok() == row[field].as_i64()))
    };
    let since = request.parameter("lastupdatefromdate").map(|text| text.trim_end_matches('Z').to_owned());
    let mut rows: Vec<&Value> = world
        .tickets
        .iter()
        .filter(|row| !(is_set("open_only") && row["status_id"] == CLOSED))
        .filter(|row| row["summary"].as_str().unwrap_or_default().to_lowercase().contains(&search))
        .filter(|row| same(row, "client_id", "client_id") && same(row, "agent_id", "agent_id"))
        .filter(|row| same(row, "tickettype_id", "requesttype"))
        .filter(|row| since.as_deref().is_none_or(|since| row["lastactiondate"].as_str() >= Some(since)))
        .collect();
    if request.parameter("order") == Some("lastactiondate") {
        rows.sort_by_key(|row| row["lastactiondate"].as_str());
        if is_set("orderdesc") {
            rows.reverse();
        }
    }
    let count = rows.len();
    if is_set("pageinate") {
        let size = number("page_size").unwrap_or(50).clamp(1, MOST_ROWS);
        let page = number("page_no").unwrap_or(1).max(1);
        rows = rows.into_iter().skip((page - 1) * size).take(size).collect();
    }
    json!({ "record_count": count, "tickets": rows })
}

/// What is written comes as a list; of one entry the row is answered, of more the list.
fn entries(request: &Request, mut write: impl FnMut(&Value) -> Result<Value, Reply>) -> Reply {
    let Ok(Value::Array(entries)) = serde_json::from_slice(&request.body) else {
        return refused(400, "Cannot deserialize the current JSON object: an array is required.");
    };
    let written: Result<Vec<Value>, Reply> = entries.iter().map(&mut write).collect();
    match written {
        Ok(mut rows) if rows.len() == 1 => Reply::created(rows.remove(0)),
        Ok(rows) => Reply::created(rows.into()),
        Err(refusal) => refusal,
    }
}

/// A note, or time where it has hours.
fn add_action(world: &mut World, entry: &Value) -> Result<Value, Reply> {
    let ticket = entry["ticket_id"].as_i64().ok_or_else(|| refused(400, "A ticket_id is required."))?;
    let row = world.ticket(ticket).ok_or_else(not_found)?;
    if entry["outcome"].as_str().is_none_or(str::is_empty) && entry["outcome_id"].as_i64().is_none() {
        return Err(refused(400, "An outcome is required."));
    }
    let hours = entry["timetaken"].as_f64().unwrap_or_default();
    if !(0.0..=24.0).contains(&hours) {
        return Err(refused(400, "The time taken is not valid."));
    }
    if hours > 0.0 && row["status_id"] == CLOSED {
        return Err(refused(400, "Time cannot be added: the ticket is closed."));
    }
    if entry["who_agentid"].as_i64().is_some_and(|agent| !World::has_agent(agent)) {
        return Err(refused(400, "The agent does not exist."));
    }
    Ok(world.keep_action(ticket, entry))
}

/// Changes the ticket with the entry's id.
fn change_ticket(world: &mut World, entry: &Value) -> Result<Value, Reply> {
    let Some(id) = entry["id"].as_i64() else {
        return Err(refused(400, "New tickets are not taken here."));
    };
    let kind = world.ticket(id).ok_or_else(not_found)?["tickettype_id"].as_i64();
    if let Some(status) = entry["status_id"].as_i64() {
        let has = TYPES.iter().any(|(known, _, ids)| Some(*known) == kind && ids.contains(&status));
        if !has {
            return Err(refused(400, "The status is not valid for the ticket type."));
        }
        world.set_status(id, status);
    }
    world.ticket(id).cloned().ok_or_else(not_found)
}
