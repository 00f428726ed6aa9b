//! The port, in Halo's words.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use rf_psa::{
    Artefact, Board, Capabilities, Company, Configuration, Connected, Contact, Hint, Marker, Member, Named,
    NewNote, NewTimeEntry, Note, NoteKind, PsaError, PsaId, PsaPage, PsaProvider, Status, Ticket,
    TicketQuery, WorkOption,
};
use rf_psa_http::{Effect, all_into, page_of, written};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    Halo,
    client::Call,
    wire::{
        CLOSED, Created, One, WireAction, WireActions, WireAgent, WireAssets, WireClient, WireNamed,
        WireTicket, WireTickets, WireUser,
    },
};

/// The most characters of a note we send; ours, as no limit is documented.
const MAX_NOTE_CHARS: usize = 30_000;
/// The list of what time is charged as.
const CHARGE_TYPES: &str = "17";

/// What numbers in tickets are called.
#[derive(Debug, Default)]
pub(crate) struct Names {
    statuses: HashMap<i64, String>,
    types: HashMap<i64, String>,
    priorities: HashMap<i64, String>,
}

/// Halo's ids are numbers.
fn number(id: &PsaId) -> Result<i64, PsaError> {
    rf_psa_http::number("Halo", id)
}

/// The number somebody searches for: `1005`, `#1005`.
fn ticket_number(text: &str) -> Option<PsaId> {
    let digits = text.trim().trim_start_matches('#');
    (digits.parse::<u32>().is_ok()).then(|| digits.parse().ok()).flatten()
}

impl Halo {
    async fn get<T: DeserializeOwned>(
        &self,
        path: impl Into<String>,
        query: Vec<(&'static str, String)>,
    ) -> Result<T, PsaError> {
        self.client.call(&Call::get(path, query)).await
    }

    async fn list(&self, path: &str) -> Result<Vec<WireNamed>, PsaError> {
        self.get(path, Vec::new()).await
    }

    /// The row a write answers with.
    async fn post<T: DeserializeOwned>(&self, path: &str, entry: Value) -> Result<T, PsaError> {
        let one: One<T> = self.client.call(&Call::post(path, entry)).await?;
        one.row().ok_or_else(|| Effect::Writes.lost("Halo's answer has nothing in it."))
    }

    /// What statuses, types and priorities are called; asked again when a ticket has one nobody knows.
    async fn names(&self, tickets: &[WireTicket]) -> Result<Arc<Names>, PsaError> {
        let mut kept = self.names.lock().await;
        let knows = |names: &Names| {
            tickets.iter().all(|ticket| {
                let known =
                    |id: Option<i64>, of: &HashMap<i64, String>| id.is_none_or(|id| of.contains_key(&id));
                known(ticket.status_id, &names.statuses)
                    && known(ticket.tickettype_id, &names.types)
                    && known(ticket.priority_id, &names.priorities)
            })
        };
        if let Some(names) = kept.as_ref().filter(|names| knows(names)) {
            return Ok(names.clone());
        }
        let by_id = |rows: Vec<WireNamed>| rows.iter().map(|row| (row.id, row.name())).collect();
        let names = Arc::new(Names {
            statuses: by_id(self.list("Status").await?),
            types: by_id(self.list("TicketType").await?),
            priorities: by_id(self.list("Priority").await?),
        });
        *kept = Some(names.clone());
        Ok(names)
    }

    async fn tickets(&self, rows: Vec<WireTicket>) -> Result<Vec<Ticket>, PsaError> {
        let names = self.names(&rows).await?;
        let named = |id: Option<i64>, of: &HashMap<i64, String>| {
            id.map(|id| Named { id: id.into(), name: of.get(&id).cloned().unwrap_or_else(|| id.to_string()) })
        };
        let ticket = |row: WireTicket| Ticket {
            id: row.id.into(),
            board: named(row.tickettype_id, &names.types),
            status: named(row.status_id, &names.statuses),
            closed: row.status_id == Some(CLOSED),
            priority: named(row.priority_id, &names.priorities),
            company: row.company(),
            contact: row.contact(),
            assigned: row.agent_name.clone().into_iter().collect(),
            created_at: row.dateoccurred,
            updated_at: row.lastactiondate.or(row.dateoccurred),
            summary: row.summary.unwrap_or_default(),
        };
        Ok(rows.into_iter().map(ticket).collect())
    }

    async fn one(&self, row: WireTicket) -> Result<Ticket, PsaError> {
        let tickets = self.tickets(vec![row]).await?;
        tickets.into_iter().next().ok_or_else(|| PsaError::NotFound("Halo has no such ticket.".into()))
    }

    async fn row(&self, id: &PsaId) -> Result<WireTicket, PsaError> {
        self.get(format!("Tickets/{}", number(id)?), vec![("includedetails", "true".into())]).await
    }

    async fn actions(&self, ticket: &PsaId) -> Result<Vec<Note>, PsaError> {
        let query = vec![("ticket_id", number(ticket)?.to_string()), ("excludesys", "true".into())];
        let WireActions { actions } = self.get("Actions", query).await?;
        if actions.is_empty() {
            // Of a ticket that is not there the list is as empty.
            self.row(ticket).await?;
        }
        let mut notes: Vec<Note> = all_into::<WireAction, _>(actions);
        notes.sort_by_key(|note| (note.at, number(&note.id).unwrap_or_default()));
        Ok(notes)
    }

    async fn agents(&self) -> Result<Vec<WireAgent>, PsaError> {
        self.get("Agent", vec![("includeinactive", "true".into())]).await
    }
}

#[async_trait]
impl PsaProvider for Halo {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            vendor: "HaloPSA",
            note_kinds: &[NoteKind::Internal, NoteKind::Discussion],
            time_entries: true,
            set_status: true,
            callbacks: false,
            max_note_chars: MAX_NOTE_CHARS,
        }
    }

    async fn test_connection(&self) -> Result<Connected, PsaError> {
        let mut warnings = Vec::new();
        for (path, what) in [
            ("Tickets", "tickets"),
            ("TicketType", "ticket types"),
            ("Status", "statuses"),
            ("Client", "clients"),
            ("Users", "users"),
            ("Asset", "assets"),
            ("Agent", "agents"),
        ] {
            let first =
                vec![("pageinate", "true".into()), ("page_size", "1".into()), ("page_no", "1".into())];
            match self.get::<Value>(path, first).await {
                Ok(_) => {}
                Err(PsaError::Permission(_)) => warnings.push(format!(
                    "The API application may not read {what}. Give it and its agent the rights for it."
                )),
                Err(error) => return Err(error),
            }
        }
        let company = self.client.tenant().unwrap_or_else(|| self.client.host()).to_owned();
        Ok(Connected { company, version: None, warnings })
    }

    async fn search_tickets(&self, query: &TicketQuery) -> Result<PsaPage<Ticket>, PsaError> {
        let page = page_of(query.cursor.as_deref())? as u64;
        let size = u64::from(query.limit.clamp(1, TicketQuery::MAX_LIMIT));
        let mut asked: Vec<(&'static str, String)> = vec![
            ("pageinate", "true".into()),
            ("page_size", size.to_string()),
            ("page_no", page.to_string()),
            ("order", "lastactiondate".into()),
            ("orderdesc", "true".into()),
        ];
        if query.open_only {
            asked.push(("open_only", "true".into()));
        }
        if let Some(company) = &query.company {
            asked.push(("client_id", number(company)?.to_string()));
        }
        if !query.boards.is_empty() {
            let types = query.boards.iter().map(|board| number(board).map(|id| id.to_string()));
            asked.push(("requesttype", types.collect::<Result<Vec<_>, _>>()?.join(",")));
        }
        if let Some(member) = &query.assigned {
            let agents = self.agents().await?;
            let mut members = agents.into_iter().map(Member::from);
            // Nobody of that name has a ticket.
            let Some(member) = members.find(|known| known.identifier == *member) else {
                return Ok(PsaPage { items: Vec::new(), next: None });
            };
            asked.push(("agent_id", member.id.to_string()));
        }
        if let Some(since) = query.updated_since {
            asked.push(("lastupdatefromdate", written(since)));
        }
        let text = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let numbered = match text.and_then(ticket_number).filter(|_| page == 1) {
            Some(id) => match self.row(&id).await {
                Ok(row) if !(query.open_only && row.status_id == Some(CLOSED)) => Some(row),
                Ok(_) | Err(PsaError::NotFound(_)) => None,
                Err(error) => return Err(error),
            },
            None => None,
        };
        if let Some(text) = text {
            let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            asked.push(("search", line));
        }
        let WireTickets { record_count, tickets } = self.get("Tickets", asked).await?;
        let next = (page * size < record_count && !tickets.is_empty()).then(|| (page + 1).to_string());
        // The one with the number stands first, and once.
        let number = numbered.as_ref().map(|row| row.id);
        let others = tickets.into_iter().filter(|row| Some(row.id) != number);
        // Halo cannot be asked for some numbers: of a page those are left.
        let wanted = |row: &WireTicket| query.ids.is_empty() || query.ids.contains(&row.id.into());
        let rows = numbered.into_iter().chain(others).filter(wanted).collect();
        Ok(PsaPage { items: self.tickets(rows).await?, next })
    }

    async fn ticket(&self, id: &PsaId) -> Result<Ticket, PsaError> {
        let row = self.row(id).await?;
        self.one(row).await
    }

    async fn notes(&self, ticket: &PsaId) -> Result<Vec<Note>, PsaError> {
        self.actions(ticket).await
    }

    async fn add_note(&self, note: &NewNote) -> Result<PsaId, PsaError> {
        let (outcome, hidden) = match note.kind {
            NoteKind::Internal => ("Private Note", true),
            NoteKind::Discussion => ("Public Note", false),
            NoteKind::Resolution => {
                return Err(PsaError::Unsupported("Halo tells no note apart as the resolution."));
            }
        };
        let entry = json!({
            "ticket_id": number(&note.ticket)?,
            "outcome": outcome,
            "note": note.text.as_str(),
            "hiddenfromuser": hidden,
            // No mail to the client that nobody asked for.
            "sendemail": false,
        });
        let created: Created = self.post("Actions", entry).await?;
        Ok(created.id.into())
    }

    async fn add_time(&self, entry: &NewTimeEntry) -> Result<PsaId, PsaError> {
        if !(1..=24 * 60).contains(&entry.minutes) {
            let message = "A time entry has from 1 minute to 24 hours.".into();
            return Err(PsaError::Invalid { field: Some("minutes".into()), message });
        }
        if entry.work_role.is_some() {
            return Err(PsaError::Unsupported("Halo knows no roles of work."));
        }
        let mut action = json!({
            "ticket_id": number(&entry.ticket)?,
            "outcome": "Time",
            "note": entry.text.as_str(),
            "hiddenfromuser": true,
            "sendemail": false,
            "timetaken": f64::from(entry.minutes) / 60.0,
            "actionarrivaldate": written(entry.start),
            "actioncompletiondate": written(entry.start.plus_seconds(i64::from(entry.minutes) * 60)),
        });
        if let Some(name) = &entry.member {
            let members = self.members().await?;
            let Some(member) = members.iter().find(|member| member.identifier == *name) else {
                let message = format!("Halo has no agent called {}.", rf_psa_http::shown(name));
                return Err(PsaError::Invalid { field: Some("member".into()), message });
            };
            action["who_agentid"] = number(&member.id)?.into();
        }
        if let Some(billable) = entry.billable {
            action["actisbillable"] = billable.into();
        }
        if let Some(kind) = &entry.work_type {
            action["chargerate"] = number(kind)?.into();
        }
        let created: Created = self.post("Actions", action).await?;
        Ok(created.id.into())
    }

    async fn find_by_marker(
        &self,
        artefact: Artefact,
        ticket: &PsaId,
        marker: &Marker,
    ) -> Result<Option<PsaId>, PsaError> {
        let of_time = artefact == Artefact::Time;
        let notes = self.actions(ticket).await?;
        let ours = notes.into_iter().find(|note| note.of_time_entry == of_time && marker.is_in(&note.text));
        Ok(ours.map(|note| note.id))
    }

    async fn set_status(&self, ticket: &PsaId, status: &PsaId) -> Result<Ticket, PsaError> {
        let entry = json!({ "id": number(ticket)?, "status_id": number(status)? });
        let row: WireTicket = self.post("Tickets", entry).await?;
        self.one(row).await
    }

    async fn boards(&self) -> Result<Vec<Board>, PsaError> {
        let types = self.list("TicketType").await?;
        let board = |row: WireNamed| Board {
            id: row.id.into(),
            name: row.name(),
            active: !row.inactive.unwrap_or(false),
        };
        Ok(types.into_iter().map(board).collect())
    }

    async fn statuses(&self, board: &PsaId) -> Result<Vec<Status>, PsaError> {
        let id = number(board)?;
        // Of a type that is not there the list would be that of all.
        let _: WireNamed = self.get(format!("TicketType/{id}"), Vec::new()).await?;
        let rows: Vec<WireNamed> = self.get("Status", vec![("tickettype_id", id.to_string())]).await?;
        let status = |row: WireNamed| Status {
            id: row.id.into(),
            name: row.name(),
            closes: row.id == CLOSED,
            takes_time: row.id != CLOSED,
            active: !row.inactive.unwrap_or(false),
        };
        Ok(rows.into_iter().map(status).collect())
    }

    async fn members(&self) -> Result<Vec<Member>, PsaError> {
        Ok(all_into(self.agents().await?))
    }

    async fn work_options(&self, which: WorkOption) -> Result<Vec<Named>, PsaError> {
        match which {
            WorkOption::Types => {
                let query = vec![("lookupid", CHARGE_TYPES.to_owned())];
                let rows: Vec<WireNamed> = self.get("Lookup", query).await?;
                Ok(rows.into_iter().map(|row| Named { id: row.id.into(), name: row.name() }).collect())
            }
            WorkOption::Roles => Err(PsaError::Unsupported("Halo knows no roles of work.")),
        }
    }

    async fn company(&self, id: &PsaId) -> Result<Company, PsaError> {
        let client: WireClient = self.get(format!("Client/{}", number(id)?), Vec::new()).await?;
        Ok(client.into())
    }

    async fn contact(&self, id: &PsaId) -> Result<Contact, PsaError> {
        let user: WireUser = self.get(format!("Users/{}", number(id)?), Vec::new()).await?;
        Ok(user.into())
    }

    async fn ticket_configurations(&self, ticket: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        let query = vec![("ticket_id", number(ticket)?.to_string())];
        let WireAssets { assets } = self.get("Asset", query).await?;
        if assets.is_empty() {
            // Of a ticket that is not there the list is as empty.
            self.row(ticket).await?;
        }
        Ok(all_into(assets))
    }

    async fn company_configurations(&self, company: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        let query = vec![("client_id", number(company)?.to_string())];
        let WireAssets { assets } = self.get("Asset", query).await?;
        let devices: Vec<Configuration> = all_into(assets);
        Ok(devices.into_iter().filter(|device| device.active).collect())
    }

    async fn listen(&self, _: &str, _: &str) -> Result<PsaId, PsaError> {
        Err(PsaError::Unsupported("Halo signs no callbacks, so none is asked for."))
    }

    async fn stop_listening(&self, _: &str) -> Result<(), PsaError> {
        Ok(())
    }

    async fn read_callback(&self, _: &[u8], _: &str) -> Result<Hint, PsaError> {
        Err(PsaError::Unsupported("Halo signs no callbacks, so none is believed."))
    }
}
