//! The teams of an account.

use std::collections::HashMap;

use rf_accounts::{
    DeleteTeamOutcome, Team,
    codes::{TEAM_IN_USE, TEAM_NAME_TAKEN, TEAM_NOT_FOUND},
};
use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{Checks, Failure, TeamId};
use serde_json::json;

use crate::{App, Caller, Work, audit::Event};

/// Most characters of a team's name.
const LONGEST_NAME: usize = 100;

/// A team, and how many people are in it.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// The team.
    pub team: Team,
    /// Its people, also those who are switched off.
    pub people: u64,
}

impl App {
    /// The teams of the caller's account, by name.
    ///
    /// # Errors
    /// `not_authenticated`.
    pub async fn teams(&self, caller: &Caller) -> Result<Vec<TeamView>, Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::Read)?;
            let tenant = work.actor.account_id;
            let mut counts: HashMap<TeamId, u64> = HashMap::new();
            for team in work.unit.people(tenant).await?.into_iter().filter_map(|user| user.team_id) {
                *counts.entry(team).or_default() += 1;
            }
            let teams = work.unit.teams(tenant).await?.into_iter();
            Ok(teams
                .map(|team| TeamView { people: counts.get(&team.id).copied().unwrap_or(0), team })
                .collect())
        })
        .await
    }

    /// Makes a team.
    ///
    /// # Errors
    /// `forbidden`, `validation_failed`, `team_name_taken`.
    pub async fn create_team(&self, caller: &Caller, name: &str) -> Result<TeamView, Failure> {
        let name = checked(name)?;
        self.write(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            free_name(work, name, None).await?;
            let team = Team {
                id: self.new_id(),
                account_id: work.actor.account_id,
                name: name.to_owned(),
                created_at: work.ctx.now,
            };
            work.unit.insert_team(&team).await?;
            let payload = json!({ "after": { "name": name } });
            self.audit(work, Event::new(events::TEAM_CREATED, "team", team.id.uuid(), payload)).await?;
            Ok(TeamView { team, people: 0 })
        })
        .await
    }

    /// Gives a team another name.
    ///
    /// # Errors
    /// `forbidden`, `team_not_found`, `validation_failed`, `team_name_taken`.
    pub async fn rename_team(&self, caller: &Caller, id: TeamId, name: &str) -> Result<TeamView, Failure> {
        let name = checked(name)?;
        self.write(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            let tenant = work.actor.account_id;
            let before = work.unit.team_by_id(tenant, id).await?.ok_or_else(no_team)?;
            free_name(work, name, Some(id)).await?;
            if before.name != name {
                work.unit.rename_team(tenant, id, name).await?;
                let payload = json!({ "before": { "name": before.name }, "after": { "name": name } });
                self.audit(work, Event::new(events::TEAM_RENAMED, "team", id.uuid(), payload)).await?;
            }
            let people = work.unit.people(tenant).await?;
            let people = people.iter().filter(|user| user.team_id == Some(id)).count() as u64;
            Ok(TeamView { team: Team { name: name.to_owned(), ..before }, people })
        })
        .await
    }

    /// Takes a team away that nobody and no flow belongs to.
    ///
    /// # Errors
    /// `forbidden`, `team_not_found`, `team_in_use`.
    pub async fn delete_team(&self, caller: &Caller, id: TeamId) -> Result<(), Failure> {
        self.write(caller, async |work| {
            require(&work.actor, Action::ManagePeople)?;
            let tenant = work.actor.account_id;
            let before = work.unit.team_by_id(tenant, id).await?.ok_or_else(no_team)?;
            match work.unit.delete_team(tenant, id).await? {
                DeleteTeamOutcome::Deleted => {}
                DeleteTeamOutcome::NotFound => return Err(no_team()),
                // Flows of a team that is gone would be everybody's, so nothing is moved unasked.
                DeleteTeamOutcome::InUse => {
                    return Err(Failure::new(
                        TEAM_IN_USE,
                        "People or flows belong to this team. Move them to another one first.",
                    ));
                }
            }
            let payload = json!({ "before": { "name": before.name } });
            self.audit(work, Event::new(events::TEAM_DELETED, "team", id.uuid(), payload)).await
        })
        .await
    }
}

fn checked(name: &str) -> Result<&str, Failure> {
    let name = name.trim();
    let mut checks = Checks::new();
    checks.text("name", name, 1..=LONGEST_NAME);
    checks.finish()?;
    Ok(name)
}

/// Names are told apart whatever the letter case. The account is locked, so that of two who choose one at once the
/// second sees the first's.
async fn free_name(work: &mut Work, name: &str, except: Option<TeamId>) -> Result<(), Failure> {
    let tenant = work.actor.account_id;
    work.unit.lock_account(tenant).await?;
    let wanted = name.to_lowercase();
    let taken = work.unit.teams(tenant).await?;
    if taken.iter().any(|team| Some(team.id) != except && team.name.to_lowercase() == wanted) {
        return Err(Failure::new(TEAM_NAME_TAKEN, "Another team has that name."));
    }
    Ok(())
}

fn no_team() -> Failure {
    Failure::new(TEAM_NOT_FOUND, "Your account has no such team.")
}
