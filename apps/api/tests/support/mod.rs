//! What every suite needs: a server, people to be, a client that checks the shape of every refusal.

mod client;
mod faults;
mod flows;
mod server;
mod stripe;
mod world;

pub(crate) use client::{Answer, Client};
pub(crate) use faults::{Fault, Gate, INSIDES};
pub(crate) use flows::{checklist_flow, maintenance_flow, new_flow, troubleshooting_flow};
pub(crate) use server::{Database, TestServer, options};
pub(crate) use stripe::{NEW_SECRET, OLD_SECRET, StripeSimulator, client as stripe_client};
pub(crate) use world::{NewPerson, World};

/// Emits each test once for every store. The named functions take a [`World`].
macro_rules! every_store {
    ($($test:ident),+ $(,)?) => {
        $crate::support::every_store! { @store memory: $($test)+ }
        $crate::support::every_store! { @store sqlite: $($test)+ }
        $crate::support::every_store! { @store postgres: $($test)+ }
    };
    (@store $store:ident: $($test:ident)+) => {
        mod $store {
            $(
                #[tokio::test]
                async fn $test() {
                    let database = $crate::support::Database::$store().await;
                    super::$test($crate::support::World::over(database).await).await;
                }
            )+
        }
    };
}
pub(crate) use every_store;
