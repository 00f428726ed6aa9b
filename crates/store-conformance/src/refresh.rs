//! Refresh tokens: used once, ended as a family.

use futures_util::future::join_all;
use rf_accounts::{ConsumeOutcome, RefreshTokenRow, RevokeReason, SignIns, SparedSignIn};
use rf_kernel::JwtId;
use rf_store::Store;

use crate::fixtures::{self as fx, Tenant, assert_constraint, system, system_read};

async fn keep(store: &dyn Store, tokens: &[&RefreshTokenRow]) {
    let mut unit = system(store).await;
    for token in tokens {
        unit.insert_refresh_token(token).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// The token as it is kept now, asked for without changing it: it is the refused second use that shows it.
async fn look(store: &dyn Store, jti: JwtId) -> ConsumeOutcome {
    system(store).await.consume_refresh_token(jti, RevokeReason::Bulk, fx::at(9_999)).await.unwrap()
}

/// All fields come back, for every reason.
pub async fn a_refresh_token_round_trips(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let live = fx::refresh_token(&tenant.user);
    let next = fx::successor(&live);
    keep(store, &[&live, &next]).await;
    assert_eq!(look(store, live.jti).await, ConsumeOutcome::Consumed(live));
    assert_eq!(look(store, next.jti).await, ConsumeOutcome::Consumed(next));
    for reason in [
        RevokeReason::Rotated,
        RevokeReason::Logout,
        RevokeReason::Bulk,
        RevokeReason::Absolute,
        RevokeReason::Reuse,
        RevokeReason::Password,
        RevokeReason::Disabled,
    ] {
        let revoked = fx::revoked(&fx::refresh_token(&tenant.user), 15, reason);
        keep(store, &[&revoked]).await;
        assert_eq!(look(store, revoked.jti).await, ConsumeOutcome::AlreadyRevoked(revoked));
    }
}

/// The first use answers the row as it was; later ones answer when and why it ended, and change neither.
pub async fn a_refresh_token_is_consumed_once(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let token = fx::refresh_token(&tenant.user);
    let bystander = fx::refresh_token(&tenant.user);
    keep(store, &[&token, &bystander]).await;
    let mut unit = system(store).await;
    let first = unit.consume_refresh_token(token.jti, RevokeReason::Rotated, fx::at(11)).await.unwrap();
    assert_eq!(first, ConsumeOutcome::Consumed(token.clone()));
    let used = ConsumeOutcome::AlreadyRevoked(fx::revoked(&token, 11, RevokeReason::Rotated));
    assert_eq!(unit.consume_refresh_token(token.jti, RevokeReason::Logout, fx::at(12)).await.unwrap(), used);
    unit.commit().await.unwrap();
    assert_eq!(look(store, token.jti).await, used);
    assert_eq!(look(store, bystander.jti).await, ConsumeOutcome::Consumed(bystander));
}

/// Of many units that use one token at once exactly one consumes it.
pub async fn of_simultaneous_consumers_one_wins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for _ in 0..3 {
        let token = fx::refresh_token(&tenant.user);
        keep(store, &[&token]).await;
        let outcomes = join_all((0..16).map(async |n| {
            let mut unit = system(store).await;
            let outcome =
                unit.consume_refresh_token(token.jti, RevokeReason::Rotated, fx::at(100 + n)).await.unwrap();
            unit.commit().await.unwrap();
            outcome
        }))
        .await;
        let won = outcomes.iter().filter(|outcome| matches!(outcome, ConsumeOutcome::Consumed(_))).count();
        let late =
            outcomes.iter().filter(|outcome| matches!(outcome, ConsumeOutcome::AlreadyRevoked(_))).count();
        assert_eq!((won, late), (1, 15));
    }
}

/// A token nobody minted.
pub async fn an_unknown_token_is_not_found(store: &dyn Store) {
    let mut unit = system(store).await;
    let outcome = unit.consume_refresh_token(fx::id(), RevokeReason::Rotated, fx::at(1)).await.unwrap();
    assert_eq!(outcome, ConsumeOutcome::NotFound);
    assert_eq!(unit.refresh_token_successor(fx::id()).await.unwrap(), None);
    assert_eq!(unit.revoke_family(fx::id(), RevokeReason::Logout, fx::at(1)).await.unwrap(), 0);
}

/// By its parent, used or not.
pub async fn the_successor_is_found(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = fx::revoked(&fx::refresh_token(&tenant.user), 11, RevokeReason::Rotated);
    let second = fx::revoked(&fx::successor(&first), 12, RevokeReason::Rotated);
    let third = fx::successor(&second);
    keep(store, &[&first, &second, &third]).await;
    let mut unit = system_read(store).await;
    assert_eq!(unit.refresh_token_successor(first.jti).await.unwrap(), Some(second.clone()));
    assert_eq!(unit.refresh_token_successor(second.jti).await.unwrap(), Some(third.clone()));
    assert_eq!(unit.refresh_token_successor(third.jti).await.unwrap(), None);
}

/// `uq_refresh_tokens_parent`; first tokens have no parent and do not get in each other's way.
pub async fn a_token_has_one_successor(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = fx::refresh_token(&tenant.user);
    keep(store, &[&first, &fx::refresh_token(&tenant.user), &fx::successor(&first)]).await;
    assert_constraint(
        system(store).await.insert_refresh_token(&fx::successor(&first)).await,
        "uq_refresh_tokens_parent",
    );
}

/// Tokens that ended before keep their reason and are not counted; other families live on; again it is 0.
pub async fn revoking_a_family_counts_what_was_left(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let first = fx::revoked(&fx::refresh_token(&tenant.user), 11, RevokeReason::Rotated);
    let second = fx::successor(&first);
    let third = fx::successor(&second);
    let other = fx::refresh_token(&tenant.user);
    keep(store, &[&first, &second, &third, &other]).await;
    let mut unit = system(store).await;
    assert_eq!(unit.revoke_family(first.family_id, RevokeReason::Reuse, fx::at(30)).await.unwrap(), 2);
    assert_eq!(unit.revoke_family(first.family_id, RevokeReason::Logout, fx::at(31)).await.unwrap(), 0);
    unit.commit().await.unwrap();
    assert_eq!(look(store, first.jti).await, ConsumeOutcome::AlreadyRevoked(first));
    for token in [second, third] {
        let ended = fx::revoked(&token, 30, RevokeReason::Reuse);
        assert_eq!(look(store, token.jti).await, ConsumeOutcome::AlreadyRevoked(ended));
    }
    assert_eq!(look(store, other.jti).await, ConsumeOutcome::Consumed(other));
}

/// A rotation and the end of its family at once: whoever is first, no live token is left afterwards.
pub async fn revoking_a_family_beats_a_rotation(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for _ in 0..12 {
        let token = fx::refresh_token(&tenant.user);
        keep(store, &[&token]).await;
        let next = fx::successor(&token);
        let rotate = async {
            let mut unit = system(store).await;
            let outcome =
                unit.consume_refresh_token(token.jti, RevokeReason::Rotated, fx::at(40)).await.unwrap();
            if matches!(outcome, ConsumeOutcome::Consumed(_)) {
                unit.insert_refresh_token(&next).await.unwrap();
            }
            unit.commit().await.unwrap();
        };
        let revoke = async {
            let mut unit = system(store).await;
            unit.revoke_family(token.family_id, RevokeReason::Logout, fx::at(41)).await.unwrap();
            unit.commit().await.unwrap();
        };
        futures_util::future::join(rotate, revoke).await;
        for jti in [token.jti, next.jti] {
            let outcome = look(store, jti).await;
            assert!(!matches!(outcome, ConsumeOutcome::Consumed(_)), "a token lived on: {outcome:?}");
        }
    }
}

/// Of whom was asked, and no token that had ended; again it is 0.
pub async fn sign_ins_are_ended_as_asked_and_counted(store: &dyn Store) {
    type Which = fn(&Tenant, &RefreshTokenRow) -> SignIns;
    // Which of the person's two sign-ins and the colleague's one end.
    let cases: [(Which, [bool; 3]); 4] = [
        (|_, _| SignIns::Everybodys, [true, true, true]),
        (|_, kept| SignIns::AllBut(kept.family_id), [false, true, true]),
        (|tenant, _| SignIns::Of(tenant.user.id), [true, true, false]),
        (|tenant, kept| SignIns::OfBut(tenant.user.id, kept.family_id), [false, true, false]),
    ];
    for (which, ends) in cases {
        let tenant = Tenant::keep(store).await;
        let bystander = Tenant::keep(store).await;
        let used = fx::revoked(&fx::refresh_token(&tenant.user), 11, RevokeReason::Rotated);
        let first = fx::successor(&used);
        let second = fx::refresh_token(&tenant.user);
        let colleagues = fx::refresh_token(&tenant.colleague);
        let foreign = fx::refresh_token(&bystander.user);
        keep(store, &[&used, &first, &second, &colleagues, &foreign]).await;
        let which = which(&tenant, &first);
        let mut unit = tenant.write(store).await;
        let count = ends.iter().filter(|ends| **ends).count() as u64;
        for (expected, at) in [(count, 30), (0, 31)] {
            let ended = unit.revoke_sign_ins(tenant.id(), which, RevokeReason::Bulk, fx::at(at)).await;
            assert_eq!(ended.unwrap(), expected, "{which:?}");
        }
        unit.commit().await.unwrap();
        assert_eq!(look(store, used.jti).await, ConsumeOutcome::AlreadyRevoked(used));
        assert_eq!(look(store, foreign.jti).await, ConsumeOutcome::Consumed(foreign));
        for (token, ends) in [first, second, colleagues].into_iter().zip(ends) {
            let expected = if ends {
                ConsumeOutcome::AlreadyRevoked(fx::revoked(&token, 30, RevokeReason::Bulk))
            } else {
                ConsumeOutcome::Consumed(token.clone())
            };
            assert_eq!(look(store, token.jti).await, expected, "{which:?}");
        }
    }
}

/// Rotations, sign-ins and the end of them all at once: what is counted and what lives on adds up, and no token
/// lives that was minted from one that had ended.
pub async fn ending_sign_ins_beats_rotations_and_sign_ins(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    for _ in 0..12 {
        let token = fx::refresh_token(&tenant.user);
        keep(store, &[&token]).await;
        let next = fx::successor(&token);
        let rotate = async {
            // As the use case does: the person first, then the token.
            let mut unit = system(store).await;
            unit.user_for_sign_in(tenant.user.id).await.unwrap();
            let outcome =
                unit.consume_refresh_token(token.jti, RevokeReason::Rotated, fx::at(40)).await.unwrap();
            if matches!(outcome, ConsumeOutcome::Consumed(_)) {
                unit.insert_refresh_token(&next).await.unwrap();
            }
            unit.commit().await.unwrap();
        };
        let fresh = fx::refresh_token(&tenant.user);
        let sign_in = async {
            let mut unit = system(store).await;
            unit.record_sign_in(tenant.user.id, fx::at(41)).await.unwrap();
            unit.insert_refresh_token(&fresh).await.unwrap();
            unit.commit().await.unwrap();
        };
        let revoke = async {
            let mut unit = tenant.write(store).await;
            let which = SignIns::Everybodys;
            let count = unit.revoke_sign_ins(tenant.id(), which, RevokeReason::Bulk, fx::at(42)).await;
            unit.commit().await.unwrap();
            count.unwrap()
        };
        let ((), (), count) = futures_util::future::join3(rotate, sign_in, revoke).await;
        for jti in [token.jti, next.jti] {
            let outcome = look(store, jti).await;
            assert!(!matches!(outcome, ConsumeOutcome::Consumed(_)), "a token lived on: {outcome:?}");
        }
        let lives = matches!(look(store, fresh.jti).await, ConsumeOutcome::Consumed(_));
        assert_eq!(count + u64::from(lives), 2, "the new sign-in is counted or younger than the revoke");
        let mut unit = system(store).await;
        unit.revoke_family(fresh.family_id, RevokeReason::Logout, fx::at(43)).await.unwrap();
        unit.commit().await.unwrap();
    }
}

/// The number goes up by one for those asked about, and for nobody else.
pub async fn access_is_refused_as_asked(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let other = Tenant::keep(store).await;
    let (user, colleague) = (tenant.user.id, tenant.colleague.id);
    let mut expected = (0, 0);
    for (which, raised) in [
        (SignIns::Everybodys, (1, 1)),
        (SignIns::AllBut(fx::id()), (1, 1)),
        (SignIns::Of(user), (1, 0)),
        (SignIns::OfBut(user, fx::id()), (1, 0)),
        (SignIns::Of(other.user.id), (0, 0)),
    ] {
        let mut unit = tenant.write(store).await;
        unit.refuse_access(tenant.id(), which).await.unwrap();
        unit.commit().await.unwrap();
        expected = (expected.0 + raised.0, expected.1 + raised.1);
        let mut unit = system_read(store).await;
        let mut epoch = async |id| unit.user_for_sign_in(id).await.unwrap().unwrap().session_epoch;
        assert_eq!((epoch(user).await, epoch(colleague).await), expected, "{which:?}");
        assert_eq!(epoch(other.user.id).await, 0);
    }
}

/// One sign-in of a person is spared, the one named last; whoever refuses them anew spares none.
pub async fn one_sign_in_is_spared(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let (user, colleague) = (tenant.user.id, tenant.colleague.id);
    let first = SparedSignIn { family_id: fx::id(), epoch: 0 };
    let second = SparedSignIn { family_id: fx::id(), epoch: 7 };
    let spared = async |id| {
        let mut unit = system_read(store).await;
        unit.user_for_sign_in(id).await.unwrap().unwrap().spared
    };
    for sign_in in [first, second] {
        let mut unit = tenant.write(store).await;
        unit.refuse_access(tenant.id(), SignIns::Everybodys).await.unwrap();
        unit.spare_access(tenant.id(), user, sign_in).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!((spared(user).await, spared(colleague).await), (Some(sign_in), None));
    }
    for (which, left) in [(SignIns::Of(colleague), Some(second)), (SignIns::Of(user), None)] {
        let mut unit = tenant.write(store).await;
        unit.refuse_access(tenant.id(), which).await.unwrap();
        unit.commit().await.unwrap();
        assert_eq!(spared(user).await, left, "{which:?}");
    }
}

/// What ran out by then goes, whatever became of it, and nothing else.
pub async fn refresh_tokens_that_ran_out_are_swept(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let runs_out = fx::at(2_000_000);
    let live = RefreshTokenRow { expires_at: runs_out, ..fx::refresh_token(&tenant.user) };
    let used = fx::revoked(&live, 11, RevokeReason::Rotated);
    let used = RefreshTokenRow { jti: fx::id(), ..used };
    let later = RefreshTokenRow { expires_at: runs_out.plus_seconds(1), ..fx::successor(&used) };
    keep(store, &[&live, &used, &later]).await;
    let sweep = async |before| {
        let mut unit = system(store).await;
        unit.sweep_refresh_tokens(before).await.unwrap();
        unit.commit().await.unwrap();
    };
    sweep(runs_out.plus_seconds(-1)).await;
    assert_eq!(look(store, live.jti).await, ConsumeOutcome::Consumed(live.clone()));
    sweep(runs_out).await;
    assert_eq!(look(store, live.jti).await, ConsumeOutcome::NotFound);
    assert_eq!(look(store, used.jti).await, ConsumeOutcome::NotFound);
    assert_eq!(look(store, later.jti).await, ConsumeOutcome::Consumed(later));
}

/// `pk_refresh_tokens`, and `fk_refresh_tokens_user`.
pub async fn a_token_id_is_unique_by_name(store: &dyn Store) {
    let tenant = Tenant::keep(store).await;
    let token = fx::refresh_token(&tenant.user);
    keep(store, &[&token]).await;
    assert_constraint(system(store).await.insert_refresh_token(&token).await, "pk_refresh_tokens");
    let stray = RefreshTokenRow { user_id: fx::id(), ..fx::refresh_token(&tenant.user) };
    assert_constraint(system(store).await.insert_refresh_token(&stray).await, "fk_refresh_tokens_user");
}
