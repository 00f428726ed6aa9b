//! The port, in ConnectWise's words.

use async_trait::async_trait;
use reqwest::Method;
use rf_psa::{
    Artefact, Board, Capabilities, Company, Configuration, Connected, Contact, Hint, Marker, Member, Named,
    NewNote, NewTimeEntry, Note, NoteKind, PsaError, PsaId, PsaPage, PsaProvider, Status, Ticket,
    TicketQuery, WorkOption,
};
use rf_psa_http::{all_into, page_of, written};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{
    ConnectWise, Newlines, Reach,
    client::Call,
    conditions::Conditions,
    paging::{Next, Paging},
    wire::{
        Created, Reference, WireBoard, WireCallback, WireCompany, WireConfiguration, WireContact, WireMember,
        WireNote, WireStatus, WireTicket, WireTime,
    },
};

/// The most characters of a note we send; ours, as no limit is documented.
const MAX_NOTE_CHARS: usize = 30_000;

/// ConnectWise's ids are numbers.
fn number(id: &PsaId) -> Result<i64, PsaError> {
    rf_psa_http::number("ConnectWise", id)
}

impl ConnectWise {
    fn lines(&self, text: &str) -> String {
        match self.newlines {
            Newlines::Lf => text.to_owned(),
            Newlines::CrLf => text.replace('\n', "\r\n"),
        }
    }

    async fn one<T: DeserializeOwned>(&self, path: String) -> Result<T, PsaError> {
        self.client.call(&Call::get(path, Vec::new())).await
    }

    async fn all<W: DeserializeOwned, T: From<W>>(
        &self,
        path: String,
        conditions: Conditions,
        paging: Paging,
    ) -> Result<Vec<T>, PsaError> {
        let query = conditions.finish().map(|conditions| ("conditions", conditions)).into_iter().collect();
        Ok(all_into(self.client.all::<W>(path, query, paging).await?))
    }
}

impl ConnectWise {
    /// The callbacks to addresses that begin with `ours`.
    async fn callbacks(&self, ours: &str) -> Result<Vec<WireCallback>, PsaError> {
        let query = Conditions::default().contains("url", ours).finish();
        let query = query.map(|conditions| ("conditions", conditions)).into_iter().collect();
        let mut found: Vec<WireCallback> = self.client.all("system/callbacks", query, Paging::Pages).await?;
        found.retain(|callback| callback.url.starts_with(ours));
        Ok(found)
    }

    async fn remove_callback(&self, id: i64) -> Result<(), PsaError> {
        match self.client.answer(&Call::delete(format!("system/callbacks/{id}"))).await {
            Ok(_) | Err(PsaError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl PsaProvider for ConnectWise {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            vendor: "ConnectWise PSA",
            note_kinds: &NoteKind::ALL,
            time_entries: true,
            set_status: true,
            callbacks: true,
            max_note_chars: MAX_NOTE_CHARS,
        }
    }

    async fn test_connection(&self) -> Result<Connected, PsaError> {
        let info = self.client.company_info().await?;
        let _: Value = self.one("system/info".into()).await.map_err(|error| match error {
            // The cloud hides its API from wrong keys.
            PsaError::NotFound(_) => PsaError::Auth(
                "The company is right, but its API is not shown to these keys. Check the public and private key of the \
                 API member, and the client id."
                    .into(),
            ),
            other => other,
        })?;
        let mut warnings = Vec::new();
        for (path, what) in [
            ("service/tickets", "tickets"),
            ("service/boards", "boards"),
            ("company/companies", "companies"),
            ("company/configurations", "configurations"),
            ("time/entries", "time entries"),
            ("system/info/members", "members"),
        ] {
            match self.client.page::<Value>(&Call::get(path, Vec::new()), 1, 1).await {
                Ok(_) => {}
                Err(PsaError::Permission(_)) => warnings.push(format!(
                    "The API member may not read {what}. Give its security role the rights for it."
                )),
                Err(error) => return Err(error),
            }
        }
        Ok(Connected { company: info.company_name, version: info.version_code, warnings })
    }

    async fn search_tickets(&self, query: &TicketQuery) -> Result<PsaPage<Ticket>, PsaError> {
        let page = page_of(query.cursor.as_deref())?;
        let mut conditions = Conditions::default();
        let ids = query.ids.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        conditions = conditions.one_of("id", &ids);
        if let Some(text) = query.text.as_deref() {
            conditions = conditions.contains_or_number("summary", "id", text);
        }
        if let Some(company) = &query.company {
            conditions = conditions.number("company/id", number(company)?);
        }
        let boards = query.boards.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        conditions = conditions.one_of("board/id", &boards);
        if let Some(member) = query.assigned.as_deref() {
            conditions = conditions.contains("resources", member);
        }
        if query.open_only {
            conditions = conditions.flag("closedFlag", false);
        }
        if let Some(since) = query.updated_since {
            conditions = conditions.since("lastUpdated", since);
        }
        let mut parameters = vec![("orderBy", "lastUpdated desc".to_owned())];
        parameters.extend(conditions.finish().map(|conditions| ("conditions", conditions)));
        let size = usize::try_from(query.limit.clamp(1, TicketQuery::MAX_LIMIT)).unwrap_or(1);
        let call = Call::get("service/tickets", parameters);
        let (tickets, next) = self.client.page::<WireTicket>(&call, page, size).await?;
        let next = match next {
            Some(Next::Page(page)) => Some(page.to_string()),
            _ => None,
        };
        Ok(PsaPage { items: all_into(tickets), next })
    }

    async fn ticket(&self, id: &PsaId) -> Result<Ticket, PsaError> {
        let ticket: WireTicket = self.one(format!("service/tickets/{}", number(id)?)).await?;
        Ok(ticket.into())
    }

    async fn notes(&self, ticket: &PsaId) -> Result<Vec<Note>, PsaError> {
        let tickets = format!("service/tickets/{}", number(ticket)?);
        let list = |name: &str| {
            self.all::<WireNote, Note>(format!("{tickets}/{name}"), Conditions::default(), Paging::Pages)
        };
        let mut notes = match list("allNotes").await {
            // Older servers do not have the first list; of a ticket that is not there they have neither.
            Err(PsaError::NotFound(_) | PsaError::Invalid { .. }) => list("notes").await?,
            notes => notes?,
        };
        notes.sort_by_key(|note| note.at);
        Ok(notes)
    }

    async fn add_note(&self, note: &NewNote) -> Result<PsaId, PsaError> {
        let body = json!({
            "text": self.lines(note.text.as_str()),
            "detailDescriptionFlag": note.kind == NoteKind::Discussion,
            "internalAnalysisFlag": note.kind == NoteKind::Internal,
            "resolutionFlag": note.kind == NoteKind::Resolution,
            // No mail to the client that nobody asked for.
            "processNotifications": false,
        });
        let path = format!("service/tickets/{}/notes", number(&note.ticket)?);
        let created: Created = self.client.call(&Call::write(Method::POST, path, body)).await?;
        Ok(created.id.into())
    }

    async fn add_time(&self, entry: &NewTimeEntry) -> Result<PsaId, PsaError> {
        if !(1..=24 * 60).contains(&entry.minutes) {
            let message = "A time entry has from 1 minute to 24 hours.".into();
            return Err(PsaError::Invalid { field: Some("minutes".into()), message });
        }
        let body = json!({
            "chargeToType": "ServiceTicket",
            "chargeToId": number(&entry.ticket)?,
            "timeStart": written(entry.start),
            "timeEnd": written(entry.start.plus_seconds(i64::from(entry.minutes) * 60)),
            "notes": self.lines(entry.text.as_str()),
            "addToInternalAnalysisFlag": true,
            "emailResourceFlag": false,
            "emailContactFlag": false,
            "emailCcFlag": false,
        });
        let mut optional = Map::new();
        if let Some(member) = &entry.member {
            optional.insert("member".into(), json!({ "identifier": member }));
        }
        if let Some(billable) = entry.billable {
            optional.insert("billableOption".into(), if billable { "Billable" } else { "DoNotBill" }.into());
        }
        for (field, id) in [("workType", &entry.work_type), ("workRole", &entry.work_role)] {
            if let Some(id) = id {
                optional.insert(field.into(), json!({ "id": number(id)? }));
            }
        }
        let mut body = body;
        if let Some(body) = body.as_object_mut() {
            body.append(&mut optional);
        }
        let created: Created = self.client.call(&Call::write(Method::POST, "time/entries", body)).await?;
        Ok(created.id.into())
    }

    async fn find_by_marker(
        &self,
        artefact: Artefact,
        ticket: &PsaId,
        marker: &Marker,
    ) -> Result<Option<PsaId>, PsaError> {
        match artefact {
            Artefact::Note => {
                let notes = self.notes(ticket).await?;
                let ours = notes.into_iter().find(|note| !note.of_time_entry && marker.is_in(&note.text));
                Ok(ours.map(|note| note.id))
            }
            Artefact::Time => {
                let of_ticket = Conditions::default()
                    .number("chargeToId", number(ticket)?)
                    .text("chargeToType", "ServiceTicket")?;
                let entries: Vec<WireTime> =
                    self.all("time/entries".into(), of_ticket, Paging::Forward).await?;
                let is_ours =
                    |entry: &WireTime| entry.notes.as_deref().is_some_and(|notes| marker.is_in(notes));
                Ok(entries.into_iter().find(is_ours).map(|entry| entry.id.into()))
            }
        }
    }

    async fn set_status(&self, ticket: &PsaId, status: &PsaId) -> Result<Ticket, PsaError> {
        let body = json!([{ "op": "replace", "path": "status", "value": { "id": number(status)? } }]);
        let path = format!("service/tickets/{}", number(ticket)?);
        let ticket: WireTicket = self.client.call(&Call::write(Method::PATCH, path, body)).await?;
        Ok(ticket.into())
    }

    async fn boards(&self) -> Result<Vec<Board>, PsaError> {
        self.all::<WireBoard, _>("service/boards".into(), Conditions::default(), Paging::Forward).await
    }

    async fn statuses(&self, board: &PsaId) -> Result<Vec<Status>, PsaError> {
        let path = format!("service/boards/{}/statuses", number(board)?);
        self.all::<WireStatus, _>(path, Conditions::default(), Paging::Forward).await
    }

    async fn members(&self) -> Result<Vec<Member>, PsaError> {
        self.all::<WireMember, _>("system/info/members".into(), Conditions::default(), Paging::Forward).await
    }

    async fn work_options(&self, which: WorkOption) -> Result<Vec<Named>, PsaError> {
        let path = match which {
            WorkOption::Types => "time/workTypes",
            WorkOption::Roles => "time/workRoles",
        };
        self.all::<Reference, _>(path.into(), Conditions::default(), Paging::Forward).await
    }

    async fn company(&self, id: &PsaId) -> Result<Company, PsaError> {
        let company: WireCompany = self.one(format!("company/companies/{}", number(id)?)).await?;
        Ok(company.into())
    }

    async fn contact(&self, id: &PsaId) -> Result<Contact, PsaError> {
        let contact: WireContact = self.one(format!("company/contacts/{}", number(id)?)).await?;
        Ok(contact.into())
    }

    async fn ticket_configurations(&self, ticket: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        let path = format!("service/tickets/{}/configurations", number(ticket)?);
        self.all::<WireConfiguration, _>(path, Conditions::default(), Paging::Pages).await
    }

    async fn company_configurations(&self, company: &PsaId) -> Result<Vec<Configuration>, PsaError> {
        let of_company =
            Conditions::default().number("company/id", number(company)?).flag("activeFlag", true);
        self.all::<WireConfiguration, _>("company/configurations".into(), of_company, Paging::Forward).await
    }

    async fn listen(&self, ours: &str, address: &str) -> Result<PsaId, PsaError> {
        if self.client.reach() == Reach::Public && !address.starts_with("https://") {
            let message = "ConnectWise sends callbacks to https addresses alone.".into();
            return Err(PsaError::Invalid { field: Some("url".into()), message });
        }
        let mut kept = None;
        for callback in self.callbacks(ours).await? {
            if kept.is_none() && callback.url == address && callback.inactive_flag != Some(true) {
                kept = Some(callback.id);
            } else {
                self.remove_callback(callback.id).await?;
            }
        }
        if let Some(id) = kept {
            return Ok(id.into());
        }
        let body = json!({
            "type": "ticket",
            "level": "owner",
            // All of them.
            "objectId": 1,
            "url": address,
            "description": "ResolutionFlow: tickets of sessions under way",
            // What we write ourselves is no news.
            "isSelfSuppressedFlag": true,
        });
        let created: Created = self.client.call(&Call::write(Method::POST, "system/callbacks", body)).await?;
        Ok(created.id.into())
    }

    async fn stop_listening(&self, ours: &str) -> Result<(), PsaError> {
        for callback in self.callbacks(ours).await? {
            self.remove_callback(callback.id).await?;
        }
        Ok(())
    }

    async fn read_callback(&self, body: &[u8], signature: &str) -> Result<Hint, PsaError> {
        self.client.callback(body, signature).await
    }
}
