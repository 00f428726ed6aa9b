//! S6: the whole of sign-in, refresh and sign-out against a model of a page's length.

use proptest::{collection, prelude::*, sample};
use rf_auth_policy::Role;
use rf_kernel::{AccountId, RequestId};
use rf_store_memory::MemoryStore;
use rf_test_support::{AccountBuilder, PASSWORD, TestApp};
use rf_usecases::SignIn;
use secrecy::ExposeSecret;
use std::sync::Arc;
use uuid::Uuid;

const IDLE_MINUTES: i64 = 15;
const ABSOLUTE_MINUTES: i64 = 60;

#[derive(Clone, Copy, Debug)]
enum Op {
    SignIn,
    /// Of the token so many before the newest.
    Refresh(usize),
    SignOut(usize),
    Wait(i64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Alive,
    /// Exchanged then, for the token at that place.
    Rotated {
        at: i64,
        successor: usize,
    },
    Ended,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    family: usize,
    signed_in: i64,
    minted: i64,
    state: State,
}

/// What should happen.
#[derive(Debug, Default)]
struct Model {
    now: i64,
    tokens: Vec<Token>,
    thefts: usize,
}

impl Model {
    fn sign_in(&mut self) {
        let token =
            Token { family: self.tokens.len(), signed_in: self.now, minted: self.now, state: State::Alive };
        self.tokens.push(token);
    }

    fn refresh(&mut self, place: usize) -> Result<(), &'static str> {
        let token = self.tokens[place];
        if self.now >= token.minted + IDLE_MINUTES * 60 {
            return Err("session_expired_idle");
        }
        match token.state {
            State::Ended => Err("invalid_refresh_token"),
            State::Rotated { at, successor } => {
                let is_race = self.now - at < 10 && self.tokens[successor].state == State::Alive;
                if !is_race && self.end(token.family) > 0 {
                    self.thefts += 1;
                }
                Err("invalid_refresh_token")
            }
            State::Alive if self.now >= token.signed_in + ABSOLUTE_MINUTES * 60 => {
                self.tokens[place].state = State::Ended;
                Err("session_expired_absolute")
            }
            State::Alive => {
                self.tokens[place].state = State::Rotated { at: self.now, successor: self.tokens.len() };
                self.tokens.push(Token { minted: self.now, state: State::Alive, ..token });
                Ok(())
            }
        }
    }

    fn sign_out(&mut self, place: usize) {
        let token = self.tokens[place];
        if self.now < token.minted + IDLE_MINUTES * 60 {
            self.end(token.family);
        }
    }

    /// Ends what is alive of a family.
    fn end(&mut self, family: usize) -> usize {
        let alive =
            self.tokens.iter_mut().filter(|token| token.family == family && token.state == State::Alive);
        alive.map(|token| token.state = State::Ended).count()
    }
}

/// The product, driven the same way.
struct Product {
    test: TestApp,
    account: AccountId,
    email: String,
    tokens: Vec<String>,
}

impl Product {
    async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let test = TestApp::over(Arc::clone(&store) as Arc<dyn rf_store::Store>);
        let account =
            AccountBuilder::new(&test, "A").session_policy(Some(IDLE_MINUTES), Some(ABSOLUTE_MINUTES));
        let account = account.create(&test, store.as_ref()).await;
        let person = account.person(&test, store.as_ref(), "Eli", Role::Owner, None).await;
        Self { test, account: account.id, email: person.email, tokens: Vec::new() }
    }

    async fn sign_in(&mut self) {
        let sign_in = SignIn { email: self.email.clone(), password: PASSWORD.into() };
        let pair = self.test.app.sign_in(sign_in, RequestId(Uuid::nil())).await.expect("a sign-in");
        self.tokens.push(pair.refresh_token.expose_secret().to_owned());
    }

    async fn refresh(&mut self, place: usize) -> Result<(), &'static str> {
        let answer = self.test.app.refresh(&self.tokens[place], RequestId(Uuid::nil())).await;
        let pair = answer.map_err(|failure| failure.code.name)?;
        self.tokens.push(pair.refresh_token.expose_secret().to_owned());
        Ok(())
    }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // Waits around the grace, the idle limit, and what adds up to the absolute one.
    let waits = sample::select(vec![1, 5, 9, 10, 11, 60, 600, 890, 899, 900]);
    let op = prop_oneof![
        1 => Just(Op::SignIn),
        6 => (0..4_usize).prop_map(Op::Refresh),
        1 => (0..4_usize).prop_map(Op::SignOut),
        4 => waits.prop_map(Op::Wait),
    ];
    collection::vec(op, 1..=30)
}

async fn compare(ops: Vec<Op>) {
    let mut product = Product::new().await;
    let mut model = Model::default();
    product.sign_in().await;
    model.sign_in();
    for op in ops {
        let place = |back: usize| model.tokens.len() - 1 - back.min(model.tokens.len() - 1);
        match op {
            Op::SignIn => {
                product.sign_in().await;
                model.sign_in();
            }
            Op::Refresh(back) => {
                let place = place(back);
                assert_eq!(product.refresh(place).await, model.refresh(place), "token {place} of {model:?}");
            }
            Op::SignOut(back) => {
                let place = place(back);
                product
                    .test
                    .app
                    .sign_out(&product.tokens[place], RequestId(Uuid::nil()))
                    .await
                    .expect("signed out");
                model.sign_out(place);
            }
            Op::Wait(seconds) => {
                product.test.clock.advance(seconds);
                model.now += seconds;
            }
        }
    }
    let entries =
        product.test.app.audit_entries(product.account, rf_audit::events::REFRESH_TOKEN_REUSED).await;
    assert_eq!(entries.expect("the audit log").len(), model.thefts);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn rotation_has_no_odd_path(ops in ops()) {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(compare(ops));
    }
}
