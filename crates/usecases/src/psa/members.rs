//! Who is who at the PSA: said by somebody, or suggested by e-mail.

use rf_accounts::User;
use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{Failure, UserId, codes::NOT_FOUND};
use rf_psa::{Member, MemberMapping, PsaId, codes};
use serde_json::json;

use super::not_connected;
use crate::{App, Caller, audit::Event};

/// How it is known who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappedHow {
    /// Somebody said so.
    Manual,
    /// They have the same e-mail there.
    Email,
    /// It is not known: their time is charged to the connection's own member.
    None,
}

/// A person of the account with who they are there.
#[derive(Clone, Debug)]
pub struct MemberLine {
    /// The person here.
    pub user: User,
    /// Who they are there.
    pub member: Option<(PsaId, String)>,
    /// How that is known.
    pub how: MappedHow,
}

/// Everybody, here and there.
#[derive(Clone, Debug)]
pub struct MemberList {
    /// The account's people, by name.
    pub people: Vec<MemberLine>,
    /// Who works in the PSA.
    pub members: Vec<Member>,
}

/// Who somebody is by their e-mail.
pub(super) fn by_email<'a>(members: &'a [Member], email: &str) -> Option<&'a Member> {
    let same = |member: &&Member| {
        member.active && member.email.as_ref().is_some_and(|theirs| theirs.trim().eq_ignore_ascii_case(email))
    };
    let mut found = members.iter().filter(same);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        // Two with one address: neither is sure.
        _ => None,
    }
}

impl App {
    /// The account's people with who they are at the PSA, and everybody there.
    ///
    /// # Errors
    /// `psa_not_connected`, what the PSA refuses, `forbidden`.
    pub async fn psa_members(&self, caller: &Caller) -> Result<MemberList, Failure> {
        let (connection, people, mappings) = self
            .read(caller, async |work| {
                require(&work.actor, Action::ManageIntegrations)?;
                let tenant = work.actor.account_id;
                let connection = work.unit.psa_connection(tenant).await?.ok_or_else(not_connected)?;
                Ok((connection, work.unit.members(tenant).await?, work.unit.psa_members(tenant).await?))
            })
            .await?;
        let mut members = self.provider_of(&connection)?.members().await?;
        members.retain(|member| member.active);
        let line = |user: User| {
            if let Some(said) = mappings.iter().find(|mapping| mapping.user_id == user.id) {
                let member = Some((said.member_id.clone(), said.member_name.clone()));
                return MemberLine { user, member, how: MappedHow::Manual };
            }
            match by_email(&members, user.email.as_str()) {
                Some(found) => {
                    let member = Some((found.id.clone(), found.name.clone()));
                    MemberLine { user, member, how: MappedHow::Email }
                }
                None => MemberLine { user, member: None, how: MappedHow::None },
            }
        };
        let people = people.into_iter().map(line).collect();
        Ok(MemberList { people, members })
    }

    /// Says who somebody is at the PSA; with no member, forgets it.
    ///
    /// # Errors
    /// `psa_not_connected`, `not_found` for a person, `psa_not_found` for a member, what else the PSA refuses,
    /// `forbidden`.
    pub async fn map_psa_member(
        &self,
        caller: &Caller,
        user: UserId,
        member: Option<&PsaId>,
    ) -> Result<(), Failure> {
        let connection = self.connection_for(caller, Action::ManageIntegrations).await?;
        let found = match member {
            None => None,
            Some(id) => {
                let members = self.provider_of(&connection)?.members().await?;
                let found = members.into_iter().find(|member| member.id == *id && member.active);
                Some(found.ok_or_else(|| {
                    Failure::new(codes::PSA_NOT_FOUND, "The PSA has no such member, or they left.")
                })?)
            }
        };
        self.write(caller, async |work| {
            require(&work.actor, Action::ManageIntegrations)?;
            let tenant = work.actor.account_id;
            let person = work.unit.user_by_id(tenant, user).await?;
            person.ok_or_else(|| Failure::new(NOT_FOUND, "There is no such person in this account."))?;
            match &found {
                None => {
                    work.unit.clear_psa_member(tenant, user).await?;
                }
                Some(member) => {
                    let mapping = MemberMapping {
                        account_id: tenant,
                        user_id: user,
                        member_id: member.id.clone(),
                        member_identifier: member.identifier.clone(),
                        member_name: member.name.clone(),
                        updated_at: work.ctx.now,
                    };
                    work.unit.set_psa_member(&mapping).await?;
                }
            }
            let payload = json!({ "member": found.as_ref().map(|member| &member.identifier) });
            self.audit(work, Event::new(events::PSA_MEMBER_MAPPED, "user", user.uuid(), payload)).await
        })
        .await
    }
}
