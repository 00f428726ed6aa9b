//! Links of mails that work once, and invitations.

use rf_accounts::{Email, Invite, LinkEnd, LinkToken, PasswordHash, User};
use rf_auth_policy::{LinkPurpose, Role};
use rf_store::{Access, Store};

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

const RESET: LinkPurpose = LinkPurpose::ResetPassword;

/// A link that was sent to the person, `seconds` after the day began.
/// A link of the person, made so many seconds in.
#[must_use]
pub fn link(user: &User, seconds: i64) -> LinkToken {
    let id: uuid::Uuid = fx::id();
    LinkToken {
        id: id.into(),
        account_id: user.account_id,
        user_id: user.id,
        purpose: RESET,
        hash: format!("hash of {id}"),
        email: user.email.clone(),
        created_at: fx::at(seconds),
        expires_at: fx::at(seconds + 100),
        ended: None,
    }
}

/// An invitation the tenant's person made, `seconds` after the day began.
/// An invitation into the account, made so many seconds in.
#[must_use]
pub fn invite(tenant: &Tenant, seconds: i64) -> Invite {
    let id: uuid::Uuid = fx::id();
    Invite {
        id: id.into(),
        account_id: tenant.id(),
        email: Email::parse(&format!("{}@invited.example", id.simple())).unwrap(),
        role: Role::TeamAdmin,
        invited_by_id: tenant.user.id,
        token_id: fx::id(),
        hash: format!("hash of {id}"),
        created_at: fx::at(seconds),
        sent_at: fx::at(seconds),
        expires_at: fx::at(seconds + 100),
        accepted: None,
        revoked_at: None,
    }
}

async fn keep_links(store: &dyn Store, links: &[&LinkToken]) {
    let mut unit = system(store).await;
    for link in links {
        unit.insert_link_token(link).await.unwrap();
    }
    unit.commit().await.unwrap();
}

async fn keep_invites(store: &dyn Store, invites: &[&Invite]) {
    let mut unit = system(store).await;
    for invite in invites {
        unit.insert_invite(invite).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// All fields come back, by digest and as the newest of a kind.
pub async fn links_round_trip(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = LinkToken { ended: Some((LinkEnd::Superseded, fx::at(5))), ..link(&tenant.user, 0) };
    let second = link(&tenant.user, 10);
    let other = LinkToken { purpose: LinkPurpose::VerifyEmail, ..link(&tenant.user, 20) };
    keep_links(store, &[&second, &first, &other, &link(&tenant.colleague, 30)]).await;
    let mut unit = system_read(store).await;
    for link in [&first, &second, &other] {
        assert_eq!(unit.link_token_by_hash(&link.hash).await.unwrap().as_ref(), Some(link));
    }
    assert_eq!(unit.link_token_by_hash("hash of nothing").await.unwrap(), None);
    let newest = unit.newest_link_token(tenant.id(), tenant.user.id, RESET).await.unwrap();
    assert_eq!(newest, Some(second));
}

/// Of many that use a link at once one does.
pub async fn a_link_is_used_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let token = link(&tenant.user, 0);
    keep_links(store, &[&token]).await;
    let one = async |second| {
        let mut unit = system(store).await;
        let used = unit.use_link_token(token.id, fx::at(second)).await.unwrap();
        tokio::task::yield_now().await;
        unit.commit().await.unwrap();
        used
    };
    let (a, b, c) = tokio::join!(one(1), one(2), one(3));
    assert_eq!([a, b, c].into_iter().filter(|used| *used).count(), 1);
    let kept = system_read(store).await.link_token_by_hash(&token.hash).await.unwrap().unwrap();
    assert!(matches!(kept.ended, Some((LinkEnd::Used, _))), "{kept:?}");
    assert!(!system(store).await.use_link_token(fx::id(), fx::at(4)).await.unwrap());
}

/// What is open of a person's links of a kind ends, and nothing else.
pub async fn newer_links_supersede(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let used = LinkToken { ended: Some((LinkEnd::Used, fx::at(5))), ..link(&tenant.user, 0) };
    let open = link(&tenant.user, 1);
    let verify = LinkToken { purpose: LinkPurpose::VerifyEmail, ..link(&tenant.user, 2) };
    let colleagues = link(&tenant.colleague, 3);
    let change = LinkToken { purpose: LinkPurpose::ChangeEmail, ..link(&tenant.user, 2) };
    keep_links(store, &[&used, &open, &verify, &change, &colleagues]).await;
    let mut unit = tenant.write(store).await;
    unit.supersede_link_tokens(tenant.id(), tenant.user.id, RESET, fx::at(9)).await.unwrap();
    unit.commit().await.unwrap();
    let ended = Some((LinkEnd::Superseded, fx::at(9)));
    let mut unit = system(store).await;
    for expected in [used, LinkToken { ended, ..open.clone() }, verify, change, colleagues] {
        assert_eq!(unit.link_token_by_hash(&expected.hash).await.unwrap(), Some(expected));
    }
    assert!(!unit.use_link_token(open.id, fx::at(10)).await.unwrap());
}

/// `uq_link_tokens_hash`, `fk_link_tokens_user`.
pub async fn a_link_is_of_a_person_and_has_its_own_token(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = link(&tenant.user, 0);
    keep_links(store, &[&first]).await;
    let twin = LinkToken { hash: first.hash, ..link(&tenant.user, 1) };
    assert_constraint(system(store).await.insert_link_token(&twin).await, "uq_link_tokens_hash");
    let nobodys = LinkToken { user_id: fx::id(), ..link(&tenant.user, 2) };
    assert_constraint(system(store).await.insert_link_token(&nobodys).await, "fk_link_tokens_user");
}

/// All fields come back; lists are newest first.
pub async fn invites_round_trip_newest_first(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let waits = invite(&tenant, 0);
    let accepted = Invite { accepted: Some((tenant.colleague.id, fx::at(7))), ..invite(&tenant, 1) };
    let revoked = Invite { revoked_at: Some(fx::at(8)), role: Role::Viewer, ..invite(&tenant, 2) };
    keep_invites(store, &[&accepted, &revoked, &waits]).await;
    let mut unit = tenant.read(store).await;
    for invite in [&waits, &accepted, &revoked] {
        assert_eq!(unit.invite_by_id(tenant.id(), invite.id).await.unwrap().as_ref(), Some(invite));
        assert_eq!(unit.invite_by_hash(&invite.hash).await.unwrap().as_ref(), Some(invite));
    }
    let all = [revoked, accepted, waits];
    assert_eq!(unit.invites(tenant.id(), 10).await.unwrap(), all);
    assert_eq!(unit.invites(tenant.id(), 2).await.unwrap(), all[..2]);
    assert_eq!(unit.waiting_invites(tenant.id()).await.unwrap(), all[2..]);
    assert_eq!(unit.invite_by_hash("hash of nothing").await.unwrap(), None);
}

/// `uq_invites_open`, `uq_invites_hash` and the references.
pub async fn an_address_has_one_waiting_invite_in_an_account(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let first = invite(&tenant, 0);
    let again = |tenant: &Tenant| Invite { email: first.email.clone(), ..invite(tenant, 1) };
    keep_invites(store, &[&first, &again(&other)]).await;
    assert_constraint(system(store).await.insert_invite(&again(&tenant)).await, "uq_invites_open");
    let twin = Invite { hash: first.hash.clone(), ..invite(&tenant, 2) };
    assert_constraint(system(store).await.insert_invite(&twin).await, "uq_invites_hash");
    let foreign = Invite { invited_by_id: other.user.id, ..invite(&tenant, 3) };
    assert_constraint(system(store).await.insert_invite(&foreign).await, "fk_invites_inviter");
    let mut unit = tenant.write(store).await;
    assert!(unit.revoke_invite(tenant.id(), first.id, fx::at(9)).await.unwrap());
    unit.insert_invite(&again(&tenant)).await.unwrap();
    unit.commit().await.unwrap();
}

/// A new link takes the place of the one before, while the invitation waits.
pub async fn an_invite_is_renewed_while_it_waits(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = invite(&tenant, 0);
    keep_invites(store, &[&first]).await;
    let renewed = Invite {
        token_id: fx::id(),
        hash: "hash of a newer token".into(),
        sent_at: fx::at(50),
        expires_at: fx::at(500),
        ..first.clone()
    };
    let mut unit = tenant.write(store).await;
    assert!(unit.renew_invite(tenant.id(), &renewed).await.unwrap());
    unit.commit().await.unwrap();
    let mut unit = system(store).await;
    assert_eq!(unit.invite_by_hash(&first.hash).await.unwrap(), None);
    assert_eq!(unit.invite_by_hash(&renewed.hash).await.unwrap().as_ref(), Some(&renewed));
    // The older link does not open it any more.
    assert!(!unit.accept_invite(tenant.id(), &first, tenant.colleague.id, fx::at(60)).await.unwrap());
    assert!(unit.revoke_invite(tenant.id(), first.id, fx::at(61)).await.unwrap());
    assert!(!unit.renew_invite(tenant.id(), &renewed).await.unwrap());
    assert!(!unit.revoke_invite(tenant.id(), first.id, fx::at(62)).await.unwrap());
    assert!(!unit.accept_invite(tenant.id(), &renewed, tenant.colleague.id, fx::at(63)).await.unwrap());
}

/// Of many that accept at once one does; and nobody from the instant on at which it has expired.
pub async fn an_invite_is_accepted_once_and_in_time(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (first, late) = (invite(&tenant, 0), invite(&tenant, 0));
    keep_invites(store, &[&first, &late]).await;
    let accept = async |invite: &Invite, by: &User, at| {
        let mut unit = system(store).await;
        let done = unit.accept_invite(tenant.id(), invite, by.id, at).await.unwrap();
        tokio::task::yield_now().await;
        unit.commit().await.unwrap();
        done
    };
    let (a, b, c) = tokio::join!(
        accept(&first, &tenant.user, fx::at(99)),
        accept(&first, &tenant.colleague, fx::at(99)),
        accept(&first, &tenant.user, fx::at(99)),
    );
    assert_eq!([a, b, c].into_iter().filter(|done| *done).count(), 1);
    assert!(!accept(&late, &tenant.colleague, late.expires_at).await);
    assert_eq!(tenant.read(store).await.waiting_invites(tenant.id()).await.unwrap(), [late]);
}

/// A password is changed and an address proven for one person, and proven once.
pub async fn passwords_and_proofs_are_of_one_person(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let hash = PasswordHash::new("$2b$12$another".into());
    let mut unit = system(store).await;
    assert!(unit.set_password(tenant.id(), tenant.user.id, &hash).await.unwrap());
    assert!(!unit.set_password(tenant.id(), fx::id(), &hash).await.unwrap());
    for second in [40, 50] {
        unit.stamp_email_verified(tenant.id(), tenant.user.id, fx::at(second)).await.unwrap();
    }
    unit.commit().await.unwrap();
    let expected =
        User { password_hash: Some(hash), email_verified_at: Some(fx::at(40)), ..tenant.user.clone() };
    let mut unit = tenant.read(store).await;
    assert_eq!(unit.user_by_id(tenant.id(), tenant.user.id).await.unwrap(), Some(expected));
    let colleague = unit.user_by_id(tenant.id(), tenant.colleague.id).await.unwrap();
    assert_eq!(colleague, Some(tenant.colleague.clone()));
}

/// The new address is proven with the change, the old one is free, and of two who want one address one gets it.
pub async fn an_address_is_changed_and_stays_one_persons(store: &dyn Store) {
    let (tenant, other) = (Tenant::keep(store).await, Tenant::keep(store).await);
    let wanted = fx::user(tenant.id()).email;
    let change = async |tenant: &Tenant, user: &User, email: &Email| {
        let mut unit = system(store).await;
        let answer = unit.change_email(tenant.id(), user.id, email, fx::at(40)).await;
        if answer.is_ok() {
            tokio::task::yield_now().await;
            unit.commit().await.unwrap();
        }
        answer
    };
    let answers = tokio::join!(change(&tenant, &tenant.user, &wanted), change(&other, &other.user, &wanted));
    let (winner, loser, refused) = match answers {
        (Ok(true), refused) => (&tenant.user, &other.user, refused),
        (refused, Ok(true)) => (&other.user, &tenant.user, refused),
        other => panic!("{other:?}"),
    };
    assert_constraint(refused, "uq_users_email");
    assert!(
        !change(&tenant, &fx::user(tenant.id()), &Email::parse("no@body.example").unwrap()).await.unwrap()
    );
    let changed = User { email: wanted.clone(), email_verified_at: Some(fx::at(40)), ..winner.clone() };
    let mut unit = system_read(store).await;
    assert_eq!(unit.user_by_email(&wanted).await.unwrap(), Some(changed));
    assert_eq!(unit.user_by_email(&winner.email).await.unwrap(), None);
    assert_eq!(unit.user_by_email(&loser.email).await.unwrap().as_ref(), Some(loser));
    assert_eq!(unit.user_for_sign_in(tenant.colleague.id).await.unwrap(), Some(tenant.colleague.clone()));
}

/// Who leaves cannot sign in, and the address is free for others.
pub async fn whoever_leaves_frees_their_address(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let mut unit = system(store).await;
    assert!(unit.leave_account(tenant.id(), tenant.user.id, fx::at(40)).await.unwrap());
    assert!(!unit.leave_account(tenant.id(), tenant.user.id, fx::at(41)).await.unwrap());
    let newcomer = User { email: tenant.user.email.clone(), ..fx::user(tenant.id()) };
    unit.insert_user(&newcomer).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = system_read(store).await;
    let gone = unit.user_by_id(tenant.id(), tenant.user.id).await.unwrap().unwrap();
    assert!(!gone.can_sign_in() && gone.password_hash.is_none(), "{gone:?}");
    assert_eq!((gone.deleted_at, &gone.name), (Some(fx::at(40)), &tenant.user.name));
    assert_eq!(unit.user_by_email(&tenant.user.email).await.unwrap(), Some(newcomer));
}

/// Neither seen nor changed, whoever asks in whose name.
pub async fn links_and_invites_are_hidden_from_other_accounts(store: &dyn Store) {
    let owner = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (token, invited) = (link(&owner.user, 0), invite(&owner, 0));
    keep_links(store, &[&token]).await;
    keep_invites(store, &[&invited]).await;
    let (by_hash, by_invite) = (&token.hash, &invited.hash);
    let ways = [
        (Access::write(other.id()), other.id()),
        (Access::write(other.id()), owner.id()),
        (Access::system_write(), other.id()),
    ];
    for (access, tenant) in ways {
        let mut unit = store.begin(access).await.unwrap();
        if access != Access::system_write() {
            assert_eq!(unit.link_token_by_hash(by_hash).await.unwrap(), None);
            assert_eq!(unit.invite_by_hash(by_invite).await.unwrap(), None);
            assert!(!unit.use_link_token(token.id, fx::at(9)).await.unwrap());
        }
        assert_eq!(unit.newest_link_token(tenant, owner.user.id, RESET).await.unwrap(), None);
        unit.supersede_link_tokens(tenant, owner.user.id, RESET, fx::at(9)).await.unwrap();
        assert_eq!(unit.invites(tenant, 10).await.unwrap(), []);
        assert_eq!(unit.waiting_invites(tenant).await.unwrap(), []);
        assert_eq!(unit.invite_by_id(tenant, invited.id).await.unwrap(), None);
        assert!(
            !unit.renew_invite(tenant, &Invite { hash: "planted".into(), ..invited.clone() }).await.unwrap()
        );
        assert!(!unit.accept_invite(tenant, &invited, other.user.id, fx::at(9)).await.unwrap());
        assert!(!unit.revoke_invite(tenant, invited.id, fx::at(9)).await.unwrap());
        let hash = PasswordHash::new("$2b$12$planted".into());
        assert!(!unit.set_password(tenant, owner.user.id, &hash).await.unwrap());
        unit.stamp_email_verified(tenant, owner.user.id, fx::at(9)).await.unwrap();
        let planted = Email::parse("planted@other.example").unwrap();
        assert!(!unit.change_email(tenant, owner.user.id, &planted, fx::at(9)).await.unwrap());
        assert!(!unit.leave_account(tenant, owner.user.id, fx::at(9)).await.unwrap());
        unit.commit().await.unwrap();
    }
    let planted = other.write(store).await.insert_link_token(&link(&owner.user, 1)).await;
    assert_constraint(planted, "tenant_wall");
    let planted = other.write(store).await.insert_invite(&invite(&owner, 1)).await;
    assert_constraint(planted, "tenant_wall");
    let mut unit = system_read(store).await;
    assert_eq!(unit.user_for_sign_in(owner.user.id).await.unwrap(), Some(owner.user.clone()));
    assert_eq!(unit.link_token_by_hash(&token.hash).await.unwrap(), Some(token.clone()));
    assert_eq!(unit.invite_by_hash(&invited.hash).await.unwrap(), Some(invited.clone()));
}
