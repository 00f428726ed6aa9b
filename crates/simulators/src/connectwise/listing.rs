//! Lists: conditions, order, chosen fields and the paging styles.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::{
    conditions::{Condition, at, compare},
    reply::{Reply, Request},
    schema::Table,
};

const DEFAULT_PAGE_SIZE: usize = 25;
const MAX_PAGE_SIZE: usize = 1_000;

/// What restricts a list: from the query, or for `/search` from the body.
#[derive(Default)]
pub(crate) struct Filter {
    conditions: Option<String>,
    child_conditions: Option<String>,
    order_by: Option<String>,
}

impl Filter {
    pub(crate) fn of_query(request: &Request) -> Self {
        let get = |name: &str| request.parameter(name).map(str::to_owned);
        Self {
            conditions: get("conditions"),
            child_conditions: get("childConditions"),
            order_by: get("orderBy"),
        }
    }

    pub(crate) fn of_body(body: &Value) -> Self {
        let get = |name: &str| {
            let members = body.as_object()?;
            let (_, value) = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
            value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            conditions: get("conditions"),
            child_conditions: get("childConditions"),
            order_by: get("orderBy"),
        }
    }

    /// The rows that are meant, in order.
    pub(crate) fn apply(&self, table: Table, mut rows: Vec<Value>) -> Result<Vec<Value>, Reply> {
        let fields = table.schema().fields;
        if let Some(text) = &self.conditions {
            let condition = Condition::parse(text, fields)?;
            rows.retain(|row| condition.holds(row));
        }
        if let Some(text) = &self.child_conditions {
            let condition = Condition::parse(text, fields)?;
            rows.retain(|row| holds_for_child(&condition, row));
        }
        if let Some(text) = &self.order_by {
            let order = order(text, fields)?;
            rows.sort_by(|left, right| {
                order.iter().fold(Ordering::Equal, |so_far, (path, down)| {
                    let ordering = compare(at(left, path), at(right, path)).unwrap_or(Ordering::Equal);
                    so_far.then(if *down { ordering.reverse() } else { ordering })
                })
            });
        }
        Ok(rows)
    }
}

/// Whether one element of the arrays of a row fulfils the whole condition.
fn holds_for_child(condition: &Condition, row: &Value) -> bool {
    let arrays = row.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    arrays
        .flat_map(|(name, value)| value.as_array().into_iter().flatten().map(move |child| (name, child)))
        .any(|(name, child)| condition.holds(&json!({ name.as_str(): child })))
}

fn order(text: &str, fields: &[&'static str]) -> Result<Vec<(String, bool)>, Reply> {
    let parts = text.split(',').map(|part| {
        let mut words = part.split_whitespace();
        let path = words.next().unwrap_or_default();
        let down = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
        let root = path.split('/').next().unwrap_or_default();
        let known = fields.iter().find(|field| field.eq_ignore_ascii_case(root));
        match known {
            Some(field) => Ok((format!("{field}{}", &path[root.len()..]), down)),
            None if ["lastUpdated", "dateEntered"].contains(&path) => Ok((format!("_info/{path}"), down)),
            None => Err(Reply::invalid("ApiFindCondition", &format!("{path} is not a recognized name."))),
        }
    });
    parts.collect()
}

/// One page of the rows, in the style that was asked for.
pub(crate) fn page(request: &Request, mut rows: Vec<Value>) -> Reply {
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("pageSize").unwrap_or(DEFAULT_PAGE_SIZE).clamp(1, MAX_PAGE_SIZE);
    let forward =
        request.pagination.as_deref().is_some_and(|style| style.eq_ignore_ascii_case("forward-only"));
    let (items, link) = if forward {
        let after = number("pageId").unwrap_or(0);
        let id = |row: &Value| row["id"].as_u64().unwrap_or(0) as usize;
        rows.retain(|row| id(row) > after);
        rows.sort_by_key(id);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|row| address(request, size, "pageId", id(row), "next"));
        (rows, Some(next.unwrap_or_default()))
    } else {
        let page = number("page").unwrap_or(1).max(1);
        let last = rows.len().div_ceil(size).max(1);
        let mut links = Vec::new();
        if page < last {
            links.push(address(request, size, "page", page + 1, "next"));
            links.push(address(request, size, "page", last, "last"));
        }
        if page > 1 {
            links.push(address(request, size, "page", 1, "first"));
            links.push(address(request, size, "page", page - 1, "prev"));
        }
        let items = rows.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
        (items, if links.is_empty() { None } else { Some(links.join(", ")) })
    };
    let items = match request.parameter("fields") {
        Some(fields) => items.iter().map(|row| chosen(row, fields)).collect(),
        None => items,
    };
    let mut reply = Reply::ok(Value::Array(items));
    reply.headers.extend(link.map(|link| ("link", link)));
    reply
}

/// A link in which the page comes last: clients look for it there.
fn address(request: &Request, size: usize, name: &str, value: usize, rel: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in &request.query {
        if !["page", "pageid", "pagesize"].contains(&key.to_lowercase().as_str()) {
            query.append_pair(key, value);
        }
    }
    query.append_pair("pageSize", &size.to_string()).append_pair(name, &value.to_string());
    format!("<{}{}?{}>; rel=\"{rel}\"", request.origin(), request.path, query.finish())
}

/// The row with nothing but the fields asked for: `id,summary,status/name`.
pub(crate) fn chosen(row: &Value, fields: &str) -> Value {
    let mut chosen = Map::new();
    for path in fields.split(',').map(str::trim) {
        let (root, inner) = path.split_once('/').map_or((path, None), |(root, inner)| (root, Some(inner)));
        let Some(value) = row.get(root) else { continue };
        match (inner, value.is_object()) {
            (Some(inner), true) => {
                let part = chosen.entry(root).or_insert_with(|| json!({}));
                part[inner] = at(value, inner).clone();
            }
            _ => drop(chosen.insert(root.to_owned(), value.clone())),
        }
    }
    Value::Object(chosen)
}
