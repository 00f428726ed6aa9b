//! A simulated PSA beside the server: the demo account is connected to it.

use std::process::Stdio;

use serde_json::json;

use crate::node::{Node, SERVE, rf};

#[test]
fn the_demo_account_works_with_either_psa() {
    for (option, vendor) in [("--simulate-psa", "connectwise"), ("--simulate-halo", "halo")] {
        let data = tempfile::tempdir().unwrap();
        let mut command = rf(data.path(), &SERVE);
        let node = Node::start_by(command.args([option, "127.0.0.1:0"]).stderr(Stdio::null()));
        let token = node.sign_in();
        let (status, connected) = node.get("/api/v1/integrations/psa", &token);
        assert_eq!(status, 200, "{connected}");
        assert_eq!((&connected["provider"], &connected["status"]), (&json!(vendor), &json!("ok")));
        let (status, tickets) = node.get("/api/v1/integrations/psa/tickets", &token);
        assert_eq!(status, 200, "{tickets}");
        assert!(tickets.as_array().is_some_and(|tickets| !tickets.is_empty()), "{tickets}");
    }
    let data = tempfile::tempdir().unwrap();
    let both = rf(data.path(), &SERVE).args(["--simulate-psa", "--simulate-halo"]).output().unwrap();
    assert_eq!(both.status.code(), Some(2), "{both:?}");
}
