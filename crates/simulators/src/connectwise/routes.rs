//! Who may ask, and what is answered at which address.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use super::{
    listing::{Filter, chosen, page},
    patch,
    reply::{Reply, Request},
    schema::Table,
    world::World,
};

/// Demonstration keys, published: there is nothing behind them.
pub mod keys {
    /// The company to sign in to.
    pub const COMPANY: &str = "rfdemo";
    /// Of a member that may do everything.
    pub const PUBLIC: &str = "RfDemoPublicKey1";
    /// Its other half.
    pub const PRIVATE: &str = "RfDemoPrivateKey";
    /// Of a member that may only read.
    pub const READER_PUBLIC: &str = "RfReadPublicKey1";
    /// Its other half.
    pub const READER_PRIVATE: &str = "RfReadPrivateKey";
    /// The client id an integration has.
    pub const CLIENT_ID: &str = "b0a6c0de-7a57-4e57-8e57-5e55f1a9c0de";
    /// The member the first keys belong to.
    pub const MEMBER: &str = "rfapi";
}

/// What callbacks are signed with.
pub(crate) const SIGNING_KEY: &str = "simulated-signing-key";

/// Answers a request, and changes the world where that is what it asks for.
pub(crate) fn respond(world: &mut World, request: &Request) -> Reply {
    let segments: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(company) = company_of_info(&segments) {
        return company_info(world, company);
    }
    if segments == ["login", "signingkey"] {
        return Reply::ok(json!({ "signing_key": SIGNING_KEY }));
    }
    let known = [world.codebase.as_str(), "v4_6_release"];
    let rest = match segments.as_slice() {
        [codebase, "apis", "3.0", rest @ ..] if known.contains(codebase) => rest,
        _ => return Reply::error(404, "NotFound", "There is nothing at this address."),
    };
    let outcome = sign_in(world, request).and_then(|member| route(world, request, rest, member));
    let mut reply = outcome.unwrap_or_else(|refusal| refusal);
    reply.headers.push(("api-current-version", "2025.1".into()));
    reply
}

fn company_of_info<'a>(segments: &[&'a str]) -> Option<&'a str> {
    match segments {
        ["login", "companyinfo", company] | [_, "login", "companyinfo", company] => Some(company),
        _ => None,
    }
}

fn company_info(world: &World, company: &str) -> Reply {
    if !company.eq_ignore_ascii_case(keys::COMPANY) {
        return Reply::ok(Value::Null);
    }
    Reply::ok(json!({
        "CompanyName": "Demo MSP", "Codebase": format!("{}/", world.codebase), "VersionCode": "v2025.1",
        "VersionNumber": "v2025.1.108512", "CompanyID": keys::COMPANY, "IsCloud": false,
    }))
}

/// Who asks: the member's name, and whether they may write.
fn sign_in(world: &World, request: &Request) -> Result<(&'static str, bool), Reply> {
    let unauthorized = |message: &str| Err(Reply::error(401, "Unauthorized", message));
    let wrong = || match world.hides_wrong_keys {
        true => Err(Reply::error(404, "NotFound", "The requested resource was not found.")),
        false => unauthorized("Incorrect public/private key"),
    };
    let Some(encoded) = request.authorization.as_deref().and_then(|header| header.strip_prefix("Basic "))
    else {
        return unauthorized("Authorization is required.");
    };
    let decoded = BASE64_STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(decoded) = decoded else { return unauthorized("Invalid authorization header.") };
    let member =
        [(keys::PUBLIC, keys::PRIVATE, keys::MEMBER), (keys::READER_PUBLIC, keys::READER_PRIVATE, "reader")]
            .into_iter()
            .find(|(public, private, _)| decoded == format!("{}+{public}:{private}", keys::COMPANY));
    let Some((_, _, member)) = member else { return wrong() };
    if request.client_id.as_deref() != Some(keys::CLIENT_ID) {
        return unauthorized("A valid clientId header is required.");
    }
    Ok((member, member == keys::MEMBER))
}

fn route(
    world: &mut World,
    request: &Request,
    segments: &[&str],
    (by, may_write): (&str, bool),
) -> Result<Reply, Reply> {
    let searches = segments.last() == Some(&"search");
    if request.method != "GET" && !may_write && !searches {
        let message = "You do not have security permission to perform this action.";
        return Err(Reply::error(403, "Security", message));
    }
    let none = || Reply::error(404, "NotFound", "There is nothing at this address.");
    match segments {
        ["system", "info"] => Ok(Reply::ok(json!({
            "version": "v2025.1.108512", "isCloud": false, "serverTimeZone": "GMT Standard Time",
            "licenseBits": [], "cloudRegion": "NA",
        }))),
        ["system", "info", "members"] if request.method == "GET" => {
            let rows = world.rows(Table::Members).cloned().collect();
            let rows = Filter::of_query(request).apply(Table::Members, rows)?;
            Ok(page(request, rows.iter().map(short_member).collect()))
        }
        ["service", "tickets", rest @ ..] => tickets(world, request, rest, by),
        ["service", "boards", board, "statuses", rest @ ..] => {
            let board = number(board)?;
            world.found(Table::Boards, board)?;
            within(world, request, Table::Statuses, rest, by, |row| {
                row["board"]["id"].as_i64() == Some(board)
            })
        }
        [area, name, rest @ ..] => {
            let table = match (*area, *name) {
                ("service", "boards") => Table::Boards,
                ("service", "priorities") => Table::Priorities,
                ("time", "entries") => Table::TimeEntries,
                ("time", "workTypes") => Table::WorkTypes,
                ("time", "workRoles") => Table::WorkRoles,
                ("system", "members") => Table::Members,
                ("system", "callbacks") => Table::Callbacks,
                ("company", "companies") => Table::Companies,
                ("company", "contacts") => Table::Contacts,
                ("company", "configurations") => Table::Configurations,
                _ => return Err(none()),
            };
            collection(world, request, table, rest, by)
        }
        _ => Err(none()),
    }
}

/// A member as anybody may see them; here the address itself stands in `defaultEmail`.
fn short_member(row: &Value) -> Value {
    let same =
        ["id", "identifier", "firstName", "lastName", "fullName", "licenseClass", "inactiveFlag", "_info"];
    let mut short: Map<String, Value> =
        same.iter().map(|key| ((*key).to_owned(), row[*key].clone())).collect();
    short.insert("defaultEmail".into(), row["officeEmail"].clone());
    Value::Object(short)
}

fn tickets(world: &mut World, request: &Request, segments: &[&str], by: &str) -> Result<Reply, Reply> {
    let [id, part, rest @ ..] = segments else {
        return collection(world, request, Table::Tickets, segments, by);
    };
    let id = number(id)?;
    world.found(Table::Tickets, id)?;
    match (*part, rest, request.method.as_str()) {
        ("notes", [], "POST") => {
            let note = request.json()?;
            let mut row = world.create(Table::Notes, &note, by)?;
            row["ticketId"] = id.into();
            world.seed(Table::Notes, row.clone());
            world.touch(id, by);
            Ok(Reply::created(row))
        }
        ("notes", ..) => {
            within(world, request, Table::Notes, rest, by, |row| row["ticketId"].as_i64() == Some(id))
        }
        ("allNotes", [], "GET") if !world.without_all_notes => Ok(page(request, all_notes(world, id))),
        ("timeentries", [], "GET") => {
            within(world, request, Table::TimeEntries, rest, by, |row| row["chargeToId"].as_i64() == Some(id))
        }
        ("configurations", [], "GET") => {
            let attached = world.attached.get(&id).cloned().unwrap_or_default();
            let rows = attached.iter().filter_map(|id| world.row(Table::Configurations, *id).cloned());
            Ok(page(request, rows.collect()))
        }
        ("configurations", [], "POST") => attach(world, id, &request.json()?),
        ("configurations", [configuration], "DELETE") => {
            let configuration = number(configuration)?;
            world.attached.entry(id).or_default().retain(|attached| *attached != configuration);
            Ok(Reply::gone())
        }
        _ => Err(Reply::error(404, "NotFound", "There is nothing at this address.")),
    }
}

fn attach(world: &mut World, ticket: i64, body: &Value) -> Result<Reply, Reply> {
    let by_name = |row: &&Value| {
        body["deviceIdentifier"].as_str().is_some_and(|name| row["deviceIdentifier"].as_str() == Some(name))
    };
    let found = match body["id"].as_i64() {
        Some(id) => world.row(Table::Configurations, id),
        None => world.rows(Table::Configurations).find(by_name),
    };
    let Some(row) = found.cloned() else {
        let message = "id or deviceIdentifier is required.";
        return Err(Reply::refused("configuration", "MissingRequiredField", message, "id"));
    };
    let attached = world.attached.entry(ticket).or_default();
    let id = row["id"].as_i64().unwrap_or_default();
    if !attached.contains(&id) {
        attached.push(id);
    }
    Ok(Reply::created(row))
}

/// The notes of a ticket and those of its time entries that are shown among them, as one list in order of time.
fn all_notes(world: &World, ticket: i64) -> Vec<Value> {
    let reference =
        json!({ "id": ticket, "summary": world.row(Table::Tickets, ticket).map(|row| &row["summary"]) });
    let notes =
        world.rows(Table::Notes).filter(|note| note["ticketId"].as_i64() == Some(ticket)).map(|note| {
            let mut note = note.clone();
            note["noteType"] = "TicketNote".into();
            note["ticket"] = reference.clone();
            note["isMarkdownFlag"] = false.into();
            note["originalAuthor"] = note["createdBy"].clone();
            note
        });
    let entries = world.rows(Table::TimeEntries).filter(|entry| entry["chargeToId"].as_i64() == Some(ticket));
    let times = entries.filter_map(|entry| {
        let flag = |name: &str| entry[name] == true;
        let tabs = [
            flag("addToDetailDescriptionFlag"),
            flag("addToInternalAnalysisFlag"),
            flag("addToResolutionFlag"),
        ];
        tabs.contains(&true).then(|| {
            json!({
                "id": entry["id"], "noteType": "TimeEntryNote", "ticket": reference, "text": entry["notes"],
                "isMarkdownFlag": false, "detailDescriptionFlag": tabs[0], "internalAnalysisFlag": tabs[1],
                "resolutionFlag": tabs[2], "timeStart": entry["timeStart"], "timeEnd": entry["timeEnd"],
                "member": entry["member"], "originalAuthor": entry["enteredBy"], "_info": entry["_info"],
            })
        })
    });
    let mut all: Vec<Value> = notes.chain(times).collect();
    all.sort_by(|left, right| {
        left["_info"]["dateEntered"].as_str().cmp(&right["_info"]["dateEntered"].as_str())
    });
    all
}

fn collection(
    world: &mut World,
    request: &Request,
    table: Table,
    segments: &[&str],
    by: &str,
) -> Result<Reply, Reply> {
    within(world, request, table, segments, by, |_| true)
}

/// A table, or the part of it that an address is about.
fn within(
    world: &mut World,
    request: &Request,
    table: Table,
    segments: &[&str],
    by: &str,
    part: impl Fn(&Value) -> bool,
) -> Result<Reply, Reply> {
    let rows = |world: &World| -> Vec<Value> { world.rows(table).filter(|row| part(row)).cloned().collect() };
    let (id, method) = match (segments, request.method.as_str()) {
        ([], "GET") => return Ok(page(request, Filter::of_query(request).apply(table, rows(world))?)),
        (["count"], "GET") => {
            let count = Filter::of_query(request).apply(table, rows(world))?.len();
            return Ok(Reply::ok(json!({ "count": count })));
        }
        (["search"], "POST") => {
            return Ok(page(request, Filter::of_body(&request.json()?).apply(table, rows(world))?));
        }
        ([], "POST") => return Ok(Reply::created(world.create(table, &request.json()?, by)?)),
        ([id], method) => (row_id(world, table, id)?, method),
        _ => return Err(Reply::error(405, "MethodNotAllowed", "The method is not allowed here.")),
    };
    let row = world.found(table, id)?;
    if !part(row) {
        return Err(Reply::not_found(table.label(), &id.to_string()));
    }
    match method {
        "GET" => Ok(Reply::ok(
            request.parameter("fields").map_or_else(|| row.clone(), |fields| chosen(row, fields)),
        )),
        "PUT" => Ok(Reply::ok(world.replace(table, id, &request.json()?, by)?)),
        "PATCH" => {
            let changed = patch::apply(table, row, &request.json()?)?;
            Ok(Reply::ok(world.replace(table, id, &changed, by)?))
        }
        "DELETE" => world.delete(table, id).map(|()| Reply::gone()),
        _ => Err(Reply::error(405, "MethodNotAllowed", "The method is not allowed here.")),
    }
}

/// Members are also asked for by the name they sign in with.
fn row_id(world: &World, table: Table, segment: &str) -> Result<i64, Reply> {
    let named = world.rows(table).find(|row| {
        table == Table::Members
            && row["identifier"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(segment))
    });
    named.and_then(|row| row["id"].as_i64()).map_or_else(|| number(segment), Ok)
}

fn number(segment: &str) -> Result<i64, Reply> {
    segment.parse().map_err(|_| Reply::error(404, "NotFound", "There is nothing at this address."))
}
