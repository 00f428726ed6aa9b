//! The connection: made, changed, tested, set up and taken away.

use rf_audit::events;
use rf_auth_policy::{Action, decide, require};
use rf_kernel::{Checks, Failure, Revision};
use rf_psa::{
    ConnectionStatus, Diagnosis, DiagnosisStep, NoteKind, PsaConnection, PsaCredentials, PsaError, PsaFeed,
    PsaProvider, PsaVendor, PushSettings, TicketQuery, codes,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::not_connected;
use crate::{App, Caller, audit::Event};

/// Whether the account has a PSA, for those who work with it: nothing that is only its managers' to know.
#[derive(Clone, Debug, PartialEq)]
pub struct PsaStatus {
    /// Whose PSA it is.
    pub vendor: PsaVendor,
    /// Whether it works.
    pub status: ConnectionStatus,
    /// What is written by itself when a session is resolved or escalated.
    pub pushes: (bool, bool),
    /// All of it, for those who manage it.
    pub managed: Option<ManagedPsa>,
}

/// A connection as those see it who manage it.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedPsa {
    /// The connection.
    pub connection: PsaConnection,
    /// How it tells of changes.
    pub feed: Option<PsaFeed>,
    /// The kinds of notes its PSA has; all there are where it cannot be used at all.
    pub note_kinds: &'static [NoteKind],
}

/// What somebody enters to connect. Keys that are not given stay as they are.
#[derive(Clone, Debug)]
pub struct ConnectPsa {
    /// Whose PSA it is.
    pub vendor: PsaVendor,
    /// Where its people sign in.
    pub site_url: String,
    /// The company they sign in to.
    pub company_id: String,
    /// The public key of the API member.
    pub public_key: Option<SecretString>,
    /// The private key of the API member.
    pub private_key: Option<SecretString>,
    /// The client id of the integration.
    pub client_id: Option<SecretString>,
}

impl App {
    /// Whether the account has a PSA, and how that is.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn psa_status(&self, caller: &Caller) -> Result<Option<PsaStatus>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let Some(connection) = work.unit.psa_connection(tenant).await? else { return Ok(None) };
            let (vendor, status) = (connection.vendor, connection.status);
            let pushes = (connection.settings.push_on_resolve, connection.settings.push_on_escalate);
            let managed = match decide(&work.actor, Action::ManageIntegrations) {
                true => Some(ManagedPsa {
                    feed: work.unit.psa_feed(tenant).await?,
                    note_kinds: self.note_kinds_of(&connection),
                    connection,
                }),
                false => None,
            };
            Ok(Some(PsaStatus { vendor, status, pushes, managed }))
        })
        .await
    }

    /// The account's connection, for those who manage it.
    ///
    /// # Errors
    /// `forbidden`.
    pub async fn psa_connection(&self, caller: &Caller) -> Result<Option<PsaConnection>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            Ok(work.unit.psa_connection(work.actor.account_id).await?)
        })
        .await
    }

    /// Connects the account, or changes how it is connected. It is tested before it is kept, and kept whatever the test
    /// says: the diagnosis tells what to do.
    ///
    /// # Errors
    /// `validation_failed`, `psa_address_refused`, `psa_connection_changed`, `forbidden`.
    pub async fn connect_psa(&self, caller: &Caller, entered: &ConnectPsa) -> Result<PsaConnection, Failure> {
        let before = self.psa_connection(caller).await?;
        let mut connection = self.entered(caller, before.as_ref(), entered)?;
        // Of another PSA the settings are kept, but for what this one has not: shown to fewer then, never to more.
        if !self.note_kinds_of(&connection).contains(&connection.settings.note_visibility) {
            connection.settings.note_visibility = NoteKind::Internal;
        }
        let diagnosis = self.examine(&connection).await?;
        connection.tested(diagnosis, self.now());
        if let Some(left) = before.as_ref().filter(|before| !same_site(before, &connection)) {
            self.leave_feed(left).await;
        }
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            let present = work.unit.psa_connection(tenant).await?.map(|kept| kept.revision);
            if present != before.as_ref().map(|kept| kept.revision) {
                return Err(changed());
            }
            let action = match &before {
                None => {
                    work.unit.insert_psa_connection(&connection).await?;
                    events::PSA_CONNECTED
                }
                Some(before) => {
                    if !work.unit.update_psa_connection(&connection, before.revision).await? {
                        return Err(changed());
                    }
                    events::PSA_CHANGED
                }
            };
            self.begin_feed(work.unit.as_mut(), &connection).await?;
            let payload = json!({
                "provider": connection.vendor,
                "site_url": connection.site_url,
                "company_id": connection.company_id,
                "status": connection.status,
            });
            self.audit(work, Event::new(action, "psa_connection", connection.id.uuid(), payload)).await?;
            Ok(connection.clone())
        })
        .await
    }

    /// Takes the connection away, with its keys and who is who there. What was pushed stays in the log.
    ///
    /// # Errors
    /// `psa_not_connected`, `forbidden`.
    pub async fn disconnect_psa(&self, caller: &Caller) -> Result<(), Failure> {
        if let Some(connection) = self.psa_connection(caller).await? {
            self.leave_feed(&connection).await;
        }
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            let connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
            work.unit.delete_psa_connection(tenant).await?;
            work.unit.delete_psa_feed(tenant).await?;
            let payload = json!({ "provider": connection.vendor, "company_id": connection.company_id });
            let event = Event::new(events::PSA_DISCONNECTED, "psa_connection", connection.id.uuid(), payload);
            self.audit(work, event).await
        })
        .await
    }

    /// Tests what is entered, or what is kept where nothing is, and keeps what the latter came to.
    ///
    /// # Errors
    /// `psa_not_connected`, `validation_failed`, `psa_address_refused`, `forbidden`.
    pub async fn test_psa(
        &self,
        caller: &Caller,
        entered: Option<&ConnectPsa>,
    ) -> Result<Diagnosis, Failure> {
        let kept = self.psa_connection(caller).await?;
        if let Some(entered) = entered {
            return self.examine(&self.entered(caller, kept.as_ref(), entered)?).await;
        }
        let connection = kept.ok_or_else(not_connected)?;
        let diagnosis = self.examine(&connection).await?;
        self.write(caller, async |work| {
            let present = work.unit.psa_connection(work.actor.account_id).await?;
            // Changed meanwhile: what was found says nothing about it.
            if let Some(mut present) = present.filter(|present| present.revision == connection.revision) {
                present.tested(diagnosis.clone(), work.ctx.now);
                present.touch(work.ctx.now);
                work.unit.update_psa_connection(&present, connection.revision).await?;
            }
            Ok(())
        })
        .await?;
        Ok(diagnosis)
    }

    /// Changes what is pushed, and how: what is named in `patch` alone (RFC 7396).
    ///
    /// # Errors
    /// `psa_not_connected`, `validation_failed`, `forbidden`.
    pub async fn set_push_settings(&self, caller: &Caller, patch: &Value) -> Result<PushSettings, Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            work.unit.lock_account(tenant).await?;
            let mut connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
            let before = connection.revision;
            connection.settings = patched(&connection.settings, patch)?;
            connection.settings.check()?;
            self.check_visibility(&connection)?;
            connection.touch(work.ctx.now);
            if !work.unit.update_psa_connection(&connection, before).await? {
                return Err(changed());
            }
            let payload = json!({ "settings": connection.settings });
            let event =
                Event::new(events::PSA_SETTINGS_CHANGED, "psa_connection", connection.id.uuid(), payload);
            self.audit(work, event).await?;
            Ok(connection.settings)
        })
        .await
    }

    /// The kinds of notes a connection's PSA has; all there are where it cannot be used at all. Nothing is sent.
    fn note_kinds_of(&self, connection: &PsaConnection) -> &'static [NoteKind] {
        self.provider_of(connection)
            .map_or(NoteKind::ALL.as_slice(), |provider| provider.capabilities().note_kinds)
    }

    /// Whether the PSA has notes that are shown so.
    fn check_visibility(&self, connection: &PsaConnection) -> Result<(), Failure> {
        let wanted = connection.settings.note_visibility;
        if self.note_kinds_of(connection).contains(&wanted) {
            return Ok(());
        }
        let message = format!("this PSA has no {} notes", wanted.as_str());
        Err(Failure::invalid_field("note_visibility", "not_supported", message))
    }

    /// The connection as entered, its keys sealed. Kept keys go to the site and company they were entered for and
    /// nowhere else.
    fn entered(
        &self,
        caller: &Caller,
        before: Option<&PsaConnection>,
        entered: &ConnectPsa,
    ) -> Result<PsaConnection, Failure> {
        let now = self.now();
        let (site_url, company_id) = (entered.site_url.trim(), entered.company_id.trim());
        let kept = before.filter(|kept| {
            kept.vendor == entered.vendor && kept.site_url == site_url && kept.company_id == company_id
        });
        let kept = kept.and_then(|kept| {
            let secret = self.vault.open(kept.place(), &kept.credentials).ok()?;
            PsaCredentials::from_secret(&secret)
        });
        let mut checks = Checks::new();
        let mut key = |loc: &str, given: &Option<SecretString>, kept: Option<&SecretString>| {
            let given = given.as_ref().map(|key| key.expose_secret().trim().to_owned());
            match given.filter(|key| !key.is_empty()).map(SecretString::from).or_else(|| kept.cloned()) {
                Some(key) => key,
                None => {
                    let message =
                        "enter it; kept keys go to the site and company they were entered for alone";
                    checks.refuse(loc, "missing", message);
                    SecretString::default()
                }
            }
        };
        let credentials = PsaCredentials {
            public_key: match entered.vendor.has_public_key() {
                true => key("public_key", &entered.public_key, kept.as_ref().map(|kept| &kept.public_key)),
                false => SecretString::default(),
            },
            private_key: key(
                "private_key",
                &entered.private_key,
                kept.as_ref().map(|kept| &kept.private_key),
            ),
            client_id: key("client_id", &entered.client_id, kept.as_ref().map(|kept| &kept.client_id)),
        };
        checks.finish()?;
        let (account_id, user_id) = (caller.claims.account_id, caller.claims.user_id);
        let id = before.map_or_else(|| self.new_id(), |kept| kept.id);
        let place = rf_vault::Place { account_id, record_id: id.uuid() };
        let secret = credentials.to_secret().map_err(Failure::internal)?;
        let connection = PsaConnection {
            id,
            account_id,
            vendor: entered.vendor,
            site_url: site_url.to_owned(),
            company_id: company_id.to_owned(),
            public_key_hint: credentials.public_key_hint(),
            credentials: self.vault.seal(place, &secret).map_err(Failure::internal)?,
            settings: before.map(|kept| kept.settings.clone()).unwrap_or_default(),
            status: ConnectionStatus::Untested,
            diagnosis: None,
            last_tested_at: None,
            connected_by: before.map_or(user_id, |kept| kept.connected_by),
            created_at: before.map_or(now, |kept| kept.created_at),
            updated_at: now,
            revision: before.map_or(Revision::FIRST, |kept| kept.revision.next()),
        };
        connection.check()?;
        Ok(connection)
    }

    /// Looks whether a connection works. What cannot even be tried is an error: an address nobody talks to, a key that is
    /// none.
    async fn examine(&self, connection: &PsaConnection) -> Result<Diagnosis, Failure> {
        let provider = self.provider_of(connection).map_err(|error| match &error {
            PsaError::Invalid { field: Some(field), message } => {
                // The adapters name them as their vendors do.
                let field = match field.as_str() {
                    "company" | "tenant" => "company_id",
                    "client_secret" => "private_key",
                    other => other,
                };
                Failure::invalid_field(field, "not_usable", message.clone())
            }
            _ => error.into(),
        })?;
        Ok(examine(provider.as_ref()).await)
    }
}

/// Tries what a session needs: signing in, reading tickets, knowing the people.
async fn examine(provider: &dyn PsaProvider) -> Diagnosis {
    let mut steps = Vec::new();
    let step = |name: &str, ok, detail: String| DiagnosisStep { name: name.into(), ok, detail };
    let connected = match provider.test_connection().await {
        Ok(connected) => connected,
        Err(error) => {
            if !matches!(error, PsaError::Address(_)) {
                steps.push(step("Site", true, "It is an address to talk to.".into()));
            }
            let name = if matches!(error, PsaError::Address(_)) { "Site" } else { "Company and keys" };
            steps.push(step(name, false, error.to_string()));
            return Diagnosis::of(steps, &error);
        }
    };
    steps.push(step("Site", true, "It is an address to talk to.".into()));
    let version = connected.version.map(|version| format!(", version {version}")).unwrap_or_default();
    steps.push(step("Company and keys", true, format!("{}{version}", connected.company)));
    let tickets = provider.search_tickets(&TicketQuery { limit: 1, ..TicketQuery::default() }).await;
    if let Err(error) = tickets {
        steps.push(step("Tickets", false, error.to_string()));
        return Diagnosis::of(steps, &error);
    }
    steps.push(step("Tickets", true, "They can be read.".into()));
    match provider.members().await {
        Ok(members) => {
            steps.push(step("Members", true, format!("{} can be told apart.", members.len())));
        }
        Err(error) => {
            steps.push(step("Members", false, error.to_string()));
            return Diagnosis::of(steps, &error);
        }
    }
    Diagnosis {
        headline: format!("Connected to {}.", connected.company),
        what_to_do: connected.warnings.join(" "),
        steps,
    }
}

/// The settings with a part of them changed.
fn patched(settings: &PushSettings, patch: &Value) -> Result<PushSettings, Failure> {
    let mut merged = serde_json::to_value(settings).map_err(Failure::internal)?;
    merge(&mut merged, patch);
    PushSettings::deserialize(&merged)
        .map_err(|error| Failure::invalid_field("settings", "not_settings", error.to_string()))
}

/// RFC 7396: what is named replaces, what is null goes back to its default.
fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (name, value) in patch {
                if value.is_null() {
                    target.remove(name);
                } else {
                    merge(target.entry(name.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

/// Whether callbacks of one are those of the other.
fn same_site(one: &PsaConnection, other: &PsaConnection) -> bool {
    (one.vendor, &one.site_url, &one.company_id) == (other.vendor, &other.site_url, &other.company_id)
}

fn changed() -> Failure {
    let detail = "Somebody else changed the connection first. Reload it and apply your change again.";
    Failure::new(codes::PSA_CONNECTION_CHANGED, detail)
}
