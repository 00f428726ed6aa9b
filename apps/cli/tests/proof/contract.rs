//! I1: whatever is sent, the answer is one the API's document has. The requests are made by schemathesis, from that
//! document and against it: valid ones, broken ones, without a login, with methods nobody declared.

use std::{
    path::Path,
    process::{Command, Output},
};

use crate::{
    node::{Node, run},
    size,
};

/// Ends the sign-ins of the rest of the run, needs a signature of the payment provider, takes an archive, which
/// schemathesis does not write, or is a stream, which ends when the server wants it to.
const LEFT_OUT: &str = "auth/logout|revoke-sessions|auth/password|billing/webhook|transfer-ownership|import-archive|escalations/stream";

#[test]
fn no_request_breaks_the_contract() {
    let examples = size("PROOF_CONTRACT_EXAMPLES", 3).to_string();
    let people = ["olivia", "tess", "eli", "vic"];
    // Every run as the owner, who may do most; at full size as every role.
    let people = &people[..size("PROOF_CONTRACT_ROLES", 1)];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = Command::new(root.join("scripts/lib/python")).arg("schemathesis==4.32.5").output().unwrap();
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let python = String::from_utf8(python.stdout).unwrap();
    let schemathesis = Path::new(python.trim()).with_file_name("schemathesis");

    let dir = tempfile::tempdir().unwrap();
    let document = dir.path().join("openapi.json");
    std::fs::write(&document, run(dir.path(), &["openapi"]).stdout).unwrap();
    let node = Node::start(dir.path());
    let mut cases = 0;
    for person in people {
        let token = node.sign_in_as(&format!("{person}@northwind.example"));
        let output = Command::new(&schemathesis)
            .arg("run")
            .arg(&document)
            .args(["--url", &format!("http://{}", node.address)])
            .args(["--header", &format!("Authorization: Bearer {token}")])
            .args(["--max-examples", &examples, "--seed", "1", "--no-shrink", "--checks", "all"])
            // That a name is taken, or that a page's cursor was never given out, is no matter of shape.
            .args(["--exclude-checks", "positive_data_acceptance"])
            .args(["--exclude-path-regex", LEFT_OUT, "--warnings", "off"])
            .current_dir(dir.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "as {person}:\n{said}{}", error_of(&output));
        let counted = said.lines().find_map(|line| line.trim().split_once(" generated,"));
        cases += counted.and_then(|(count, _)| count.parse::<usize>().ok()).expect("a count of cases");
    }
    let as_many = 1_500 * people.len();
    assert!(cases >= as_many, "only {cases} cases");
    println!("I1: {cases} requests as {} roles, none broke the contract", people.len());
}

fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
