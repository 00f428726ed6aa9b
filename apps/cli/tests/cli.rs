//! The `rf` command as people run it: the built binary, its exit code and what it prints.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

fn rf(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("ADMIN_DATABASE_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn starter(name: &str) -> String {
    format!("{}/../../crates/trees/starter/{name}.flow.yaml", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn lint_says_fine_or_where_and_what() {
    let good = rf(&["flow", "lint", &starter("outlook-not-syncing")], "");
    assert!(good.status.success());
    assert!(text(&good.stdout).contains("fine"));

    let dir = tempfile::tempdir().unwrap();
    let unreadable = dir.path().join("a.flow.yaml");
    fs::write(
        &unreadable,
        "schema: 1\nname: x\ntype: troubleshooting\nroot: a\nnodes:\n  - id: a\n    typ: question\n",
    )
    .unwrap();
    let refused = rf(&["flow", "lint", unreadable.to_str().unwrap()], "");
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stdout);
    assert!(said.contains("line 7, column 5") && said.contains("typ"), "{said}");

    let broken = dir.path().join("b.flow.yaml");
    fs::write(&broken, "schema: 1\nname: x\ntype: troubleshooting\nroot: a\nnodes:\n  - id: a\n    type: action\n    title: Do\n    next: b\n").unwrap();
    let json = rf(&["flow", "lint", "--json", broken.to_str().unwrap()], "");
    assert_eq!(json.status.code(), Some(1));
    let reports: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(reports[0]["can_publish"], false);
    assert!(!reports[0]["findings"].as_array().unwrap().is_empty());
}

#[test]
fn a_flow_file_runs_in_the_terminal_and_ends_in_a_masked_note() {
    let answers = "1\n1\n1\n1\n\n1\n1\nhunter22secret\n\n1\n(212) 555-0142\n\nUser confirmed.\ncall (212) 555-0142 tomorrow\n";
    let mut arguments = vec!["flow", "run"];
    let flow = starter("outlook-not-syncing");
    arguments.extend([flow.as_str(), "--ticket", "48213", "--client", "Contoso Dental"]);
    arguments.extend(["--var", "user_email=alex@contoso.example", "--var", "workstation=WS-7"]);
    let output = rf(&arguments, answers);
    let (note, shown) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{shown}");
    for wanted in ["Outlook is not syncing", "48213", "Contoso Dental", "WS-7", "redacted"] {
        assert!(note.contains(wanted), "{wanted} in {note}");
    }
    for secret in ["hunter22secret", "555-0142", "alex@contoso.example"] {
        assert!(!note.contains(secret), "{secret} in {note}");
    }
    assert!(shown.contains("alex@contoso.example"), "the engineer's own screen shows the values");
    assert!(!note.contains("Answer with the number"), "the note stands alone on standard output");
}

#[test]
fn an_unfinished_run_fails_and_prints_no_note() {
    let output = rf(&["flow", "run", &starter("printer-offline")], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("input ended"));
}

#[test]
fn import_export_and_run_of_a_library_flow_keep_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    // The first start makes the demo people that --as names.
    let stopped = serve_once(data);
    assert!(stopped.contains("listening on http://127.0.0.1:"), "{stopped}");
    let imported = rf(
        &[
            "--data-dir",
            data,
            "flow",
            "import",
            &starter("vpn-will-not-connect"),
            "--as",
            "eli@northwind.example",
            "--publish",
        ],
        "",
    );
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let id = text(&imported.stdout).split_whitespace().next().unwrap().to_owned();
    let out = dir.path().join("out.yaml");
    let exported = rf(
        &[
            "--data-dir",
            data,
            "flow",
            "export",
            &id,
            "--as",
            "eli@northwind.example",
            "-o",
            out.to_str().unwrap(),
        ],
        "",
    );
    assert!(exported.status.success(), "{}", text(&exported.stderr));
    let original =
        rf_trees::from_yaml(&fs::read_to_string(starter("vpn-will-not-connect")).unwrap()).unwrap();
    let back = rf_trees::from_yaml(&fs::read_to_string(out).unwrap()).unwrap();
    assert!(back == original.normalised(), "what was exported is not what was imported");
    let nobody = rf(&["--data-dir", data, "flow", "export", &id, "--as", "nobody@northwind.example"], "");
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("nobody@northwind.example"));
}

/// Starts the server with the demo account, waits for its address, stops it in an orderly way.
fn serve_once(data: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(["--data-dir", data, "serve", "--demo", "--listen", "127.0.0.1:0"])
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(stopped.success());
    assert!(child.wait().unwrap().success(), "an orderly stop ends with success");
    line
}

/// The recordings of the repository and what they have to keep.
#[test]
fn recordings_are_scored_and_thresholds_decide_the_exit_code() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/flowpilot/eval");
    let (recordings, thresholds) = (format!("{folder}/recordings"), format!("{folder}/thresholds.json"));
    let kept = rf(&["eval", &recordings, "--thresholds", &thresholds, "--json"], "");
    assert!(kept.status.success(), "{}", text(&kept.stdout));
    let document: serde_json::Value = serde_json::from_str(&text(&kept.stdout)).unwrap();
    assert!(document["evaluation"]["scores"].as_array().unwrap().len() >= 20);
    assert_eq!(document["short_of"], serde_json::json!([]));
    let dir = tempfile::tempdir().unwrap();
    let strict = dir.path().join("strict.json");
    fs::write(
        &strict,
        r#"{"recordings":1,"step_agreement":0.5,"worst_step_agreement":0,"faithfulness":0.5,"prompt_tokens":1}"#,
    )
    .unwrap();
    let short = rf(&["eval", &recordings, "--thresholds", strict.to_str().unwrap()], "");
    assert_eq!(short.status.code(), Some(1));
    assert!(
        text(&short.stdout).contains("not good enough: the prompts of a case read"),
        "{}",
        text(&short.stdout)
    );
    let none = rf(&["eval", dir.path().join("none").to_str().unwrap()], "");
    assert!(text(&none.stderr).contains("cannot be read"), "{}", text(&none.stderr));
}

#[test]
fn a_backup_is_restored_elsewhere_and_serves() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, other, file) = (path("data"), path("other"), path("copy.backup"));
    serve_once(&data);
    fs::create_dir_all(path("data/uploads/account")).unwrap();
    fs::write(path("data/uploads/account/file"), "a log").unwrap();
    let made = rf(&["--data-dir", &data, "backup", &file], "");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains(".uploads with 1 file"), "{}", text(&made.stdout));
    let again = rf(&["--data-dir", &data, "backup", &file], "");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("nothing is overwritten"));
    let restored = rf(&["--data-dir", &other, "restore", &file], "");
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert_eq!(fs::read_to_string(path("other/uploads/account/file")).unwrap(), "a log");
    let found = rf(&["--data-dir", &other, "flow", "export", "outlook", "--as", "eli@northwind.example"], "");
    assert!(found.status.success(), "{}", text(&found.stderr));
    let postgres = rf(&["--database-url", "postgres://127.0.0.1:1/x", "backup", &path("pg")], "");
    assert_eq!(postgres.status.code(), Some(1));
    assert!(text(&postgres.stderr).contains("127.0.0.1"), "{}", text(&postgres.stderr));
    assert!(!Path::new(&path("pg")).exists());
}

#[test]
fn a_start_that_cannot_work_says_why_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let missing = Path::new(data).join("no/such/folder.sqlite");
    let missing = format!("sqlite://{}", missing.display());
    let not_a_database = dir.path().join("text.sqlite");
    fs::write(&not_a_database, "this is a text, not a database, and long enough to have a header".repeat(20))
        .unwrap();
    let not_a_database = format!("sqlite://{}", not_a_database.display());
    for (arguments, wanted) in [
        (vec!["--data-dir", data, "serve", "--listen", &address], "in use"),
        (vec!["--database-url", "mysql://x", "migrate"], "sqlite"),
        (vec!["--database-url", "postgres://u:topsecret@127.0.0.1:1/x", "migrate"], "no Postgres answers"),
        (vec!["--database-url", &missing, "migrate"], "does not exist"),
        (vec!["--database-url", &not_a_database, "migrate"], "not a"),
        (vec!["--config", "no-such-file.toml", "migrate"], "no-such-file.toml"),
    ] {
        let output = rf(&arguments, "");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("rf: ") && last.contains(wanted), "{arguments:?}: {said}");
        assert!(!said.contains("topsecret"), "a password in the address is never shown");
    }
}

#[test]
fn openapi_prints_the_document() {
    let output = rf(&["openapi"], "");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/sessions/{id}/steps"]["post"].is_object());
}

#[test]
fn completions_and_the_manual_are_made_for_this_binary() {
    let bash = rf(&["completions", "bash"], "");
    assert!(bash.status.success() && text(&bash.stdout).contains("doctor"));
    let manual = rf(&["man"], "");
    assert!(manual.status.success() && text(&manual.stdout).starts_with(".ie"));
}

#[test]
fn a_mistyped_database_is_not_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("resolutoinflow.sqlite");
    let url = format!("sqlite://{}", file.display());
    for command in [vec!["migrate"], vec!["flow", "export", "outlook", "--as", "eli@northwind.example"]] {
        let mut arguments = vec!["--database-url", &url];
        arguments.extend(command);
        let refused = rf(&arguments, "");
        assert!(!refused.status.success());
        assert!(text(&refused.stderr).contains("there is no database file"), "{}", text(&refused.stderr));
        assert!(!file.exists());
    }
    let asked_for = rf(&["--database-url", &format!("{url}?mode=rwc"), "migrate"], "");
    assert!(asked_for.status.success(), "{}", text(&asked_for.stderr));
    assert!(file.exists());
}

/// QA-11: fresh, again, and promotion of somebody without a password.
#[test]
fn a_site_admin_is_created_once_and_promoted_only_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let run = |arguments: &[&str]| {
        rf(&[&["admin", "create-site-admin", "--data-dir", data], arguments].concat(), "")
    };
    let refused = run(&["--email", "ada@example.test", "--promote-only"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("Nobody has the address ada@example.test"), "{refused:?}");
    let fresh = run(&["--email", " Ada@Example.Test "]);
    assert!(fresh.status.success(), "{fresh:?}");
    let said = text(&fresh.stdout);
    assert!(said.contains("ada@example.test was created") && said.contains("no password"), "{said}");
    for arguments in
        [&["--email", "ADA@example.test"][..], &["--email", "ada@example.test", "--promote-only"]]
    {
        let again = run(arguments);
        assert!(again.status.success() && text(&again.stdout).contains("already"), "{again:?}");
    }
    // CLI-04: a link, printed on demand and whenever it cannot be mailed.
    let link = |output: &Output| {
        assert!(output.status.success(), "{output:?}");
        let said = text(&output.stdout);
        let link = said.lines().last().unwrap().to_owned();
        assert!(link.starts_with("http://localhost:8000/reset-password?token=") && link.len() > 80, "{said}");
        link
    };
    let ada = ["--email", "ada@example.test"];
    let printed = run(&[&ada[..], &["--print-reset"]].concat());
    let unsent = run(&[&ada[..], &["--send-reset"]].concat());
    assert!(text(&unsent.stderr).contains("no mail server is configured"), "{unsent:?}");
    assert_ne!(link(&printed), link(&unsent));
    let nobody_listens = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = dir.path().join("mail.toml");
    let settings =
        format!("smtp_url = \"smtp://127.0.0.1:{nobody_listens}\"\nmail_from = \"rf@desk.example\"\n");
    std::fs::write(&config, settings).unwrap();
    let failed = run(&[&ada[..], &["--send-reset", "--config", config.to_str().unwrap()]].concat());
    assert!(text(&failed.stderr).contains("the mail could not be sent"), "{failed:?}");
    link(&failed);
    assert_eq!(run(&[&ada[..], &["--send-reset", "--print-reset"]].concat()).status.code(), Some(2));
    let wrong = run(&["--email", "ada"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stderr).contains("must look like name@example.com"), "{wrong:?}");
    assert_eq!(run(&[]).status.code(), Some(2), "the address is required");
    let verified = rf(&["audit", "verify", "--data-dir", data], "");
    assert!(verified.status.success() && text(&verified.stdout).contains("0 faults"), "{verified:?}");
}

/// What `--json` prints is one document, also where something is wrong.
fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn every_result_is_to_be_had_as_json() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, other, copy, page) = (path("data"), path("other"), path("copy"), path("flow.yaml"));
    serve_once(&data);
    let run = |arguments: &[&str]| rf(&[&["--json", "--data-dir", &data], arguments].concat(), "");
    let person = "eli@northwind.example";

    assert!(json(&run(&["migrate"]))["schema"].as_str().unwrap().starts_with('m'));
    let imported = json(&run(&["flow", "import", &starter("printer-offline"), "--as", person]));
    assert_eq!(imported["status"], "draft");
    let id = imported["id"].as_str().unwrap();
    assert_eq!(json(&run(&["flow", "export", id, "--as", person, "-o", &page]))["file"], page);
    let printed = json(&run(&["flow", "export", id, "--as", person]));
    assert_eq!(printed["text"], fs::read_to_string(&page).unwrap());
    let logs = json(&run(&["audit", "verify"]));
    assert_eq!(logs["faults"], 0);
    assert!(logs["logs"][0]["entries"].as_u64().is_some_and(|count| count > 0), "{logs}");
    assert_eq!(json(&run(&["audit", "prune"]))["removed"], 0);
    let admin = json(&run(&["admin", "create-site-admin", "--email", "ada@example.test"]));
    assert_eq!((&admin["outcome"], &admin["has_password"]), (&"created".into(), &false.into()));
    let kept = json(&run(&["backup", &copy]));
    assert_eq!(kept["manifest"]["bytes"], fs::metadata(&copy).unwrap().len());
    let restored = json(&rf(&["--json", "--data-dir", &other, "restore", &copy], ""));
    assert_eq!(restored["manifest"]["sha256"], kept["manifest"]["sha256"]);

    let refused = run(&["flow", "export", "no such flow", "--as", person]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty());
    let error: serde_json::Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert!(error["error"].as_str().unwrap().contains("no such flow"), "{error}");
}

#[test]
fn a_ticket_finds_its_flow_with_reasons_and_what_is_no_ticket_or_no_folder_is_refused() {
    let ticket =
        "From: a@b.example\nSubject: vpn\n\nThe VPN does not connect from home, error 809.\n\nRegards\nAnn";
    let lines = text(&rf(&["flow", "match"], ticket).stdout);
    let first = lines.lines().next().unwrap();
    assert!(first.contains("VPN will not connect (vpn-will-not-connect)"), "{lines}");
    assert!(lines.contains("its name says “vpn” and “connect”"), "{lines}");

    let json = rf(
        &["flow", "match", "--json", "--most", "2", "--flows", &starter("").replace("/.flow.yaml", "")],
        ticket,
    );
    let found: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert!(found[0]["flow"].as_str().unwrap().ends_with("/vpn-will-not-connect.flow.yaml"), "{found}");
    assert!(found[0]["score"].as_f64().unwrap() > found[1]["score"].as_f64().unwrap(), "{found}");

    let nothing = rf(&["flow", "match"], " \n");
    assert_eq!(nothing.status.code(), Some(1));
    assert!(text(&nothing.stderr).contains("paste the ticket"), "{}", text(&nothing.stderr));
    let dir = tempfile::tempdir().unwrap();
    let empty = rf(&["flow", "match", "--flows", dir.path().to_str().unwrap()], ticket);
    assert_eq!(empty.status.code(), Some(1));
    assert!(text(&empty.stderr).contains("no flow files"), "{}", text(&empty.stderr));
}

#[test]
fn lint_goes_on_after_a_file_that_cannot_be_read() {
    let (missing, good) = ("no-such.flow.yaml", starter("printer-offline"));
    let output = rf(&["flow", "lint", missing, &good, "--json"], "");
    assert_eq!(output.status.code(), Some(1));
    let reports = json(&output);
    assert_eq!((&reports[0]["readable"], &reports[1]["readable"]), (&false.into(), &true.into()));
    assert!(reports[0]["message"].as_str().unwrap().contains("cannot be opened"), "{reports}");
    let lines = text(&rf(&["flow", "lint", missing, &good], "").stdout);
    assert!(lines.contains("cannot be opened") && lines.contains("fine"), "{lines}");
    assert!(!lines.contains('\u{1b}'), "no colour where nobody looks: {lines:?}");
}

#[test]
fn a_note_that_cannot_be_printed_is_not_lost() {
    let answers = "q\nGate code changed.\n\n";
    let mut child = Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(["flow", "run", &starter("printer-offline"), "--ticket", "48213"])
        .stdin(Stdio::piped())
        .stdout(fs::File::options().write(true).open("/dev/full").unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Ticket: 48213") && said.contains("Gate code changed."), "{said}");
    assert!(said.contains("the note stands above"), "{said}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rf"))
        .arg("openapi")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn an_export_is_whole_or_what_was_there_stays() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    serve_once(data);
    // Nothing can be put in the place of a folder that is not empty.
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("inside"), "kept").unwrap();
    let output = taken.to_str().unwrap();
    let refused = rf(
        &["--data-dir", data, "flow", "export", "outlook", "--as", "eli@northwind.example", "-o", output],
        "",
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("what was there is as it was"), "{}", text(&refused.stderr));
    assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "kept");
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing half written is left: {names:?}");
}

/// A simulated ConnectWise and where it is; what it printed is in `keys.toml`.
fn simulated_psa(folder: &Path, arguments: &[&str]) -> (Child, String) {
    let mut simulator = Command::new(env!("CARGO_BIN_EXE_rf"))
        .args(["psa", "sim"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(simulator.stdout.take().unwrap()).lines();
    let keys: Vec<String> = lines.take(5).map(Result::unwrap).collect();
    let site = keys[0].split_whitespace().find(|word| word.starts_with("http")).unwrap();
    fs::write(folder.join("keys.toml"), keys.join("\n")).unwrap();
    (simulator, site.trim_end_matches('.').to_owned())
}

#[test]
fn a_simulated_psa_is_tried_with_the_keys_it_prints() {
    let dir = tempfile::tempdir().unwrap();
    let (mut simulator, site) = simulated_psa(dir.path(), &[]);
    let (site, file) = (site.as_str(), dir.path().join("keys.toml"));
    let file = file.to_str().unwrap();
    let with = |command: &[&str]| {
        rf(&[&["psa"], command, &["--site", site, "--keys-file", file, "--simulator"]].concat(), "")
    };
    let connected = with(&["test"]);
    assert!(text(&connected.stdout).contains("Demo MSP"), "{connected:?}");
    let tickets = with(&["tickets", "--search", "vpn", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&tickets.stdout).unwrap();
    assert!(!found["tickets"].as_array().unwrap().is_empty(), "{found}");
    let note = dir.path().join("note.txt");
    fs::write(&note, "Restarted the spooler.\nIt prints.").unwrap();
    for outcome in ["written", "there already"] {
        let pushed = with(&["push", "--ticket", "1005", note.to_str().unwrap(), "--json"]);
        let pushed: serde_json::Value = serde_json::from_slice(&pushed.stdout).unwrap();
        assert_eq!(pushed["outcome"], outcome, "{pushed}");
    }
    let outside = rf(&["psa", "test", "--site", site, "--keys-file", file], "");
    assert_eq!(outside.status.code(), Some(1), "without the flag this machine is not talked to");
    let keyless = rf(&["psa", "test", "--site", site, "--simulator"], "");
    assert!(text(&keyless.stderr).contains("CONNECTWISE_COMPANY"), "{keyless:?}");
    let stopped = Command::new("kill").args(["-TERM", &simulator.id().to_string()]).status().unwrap();
    assert!(stopped.success() && simulator.wait().unwrap().success());
}

#[test]
fn a_simulated_psa_speaks_tls_to_whoever_trusts_it() {
    let dir = tempfile::tempdir().unwrap();
    let authority = dir.path().join("authority.pem");
    let (mut simulator, site) = simulated_psa(dir.path(), &["--tls", authority.to_str().unwrap()]);
    assert!(site.starts_with("https://127.0.0.1:"), "{site}");
    let keys = dir.path().join("keys.toml");
    let test = |trusted: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rf"));
        command.args(["psa", "test", "--simulator", "--site", &site, "--keys-file", keys.to_str().unwrap()]);
        match trusted {
            Some(authority) => command.env("SSL_CERT_FILE", authority),
            None => command.env_remove("SSL_CERT_FILE"),
        };
        command.output().unwrap()
    };
    let connected = test(Some(&authority));
    assert!(text(&connected.stdout).contains("Demo MSP"), "{connected:?}");
    let refused = test(None);
    assert_eq!((refused.status.code(), text(&refused.stdout).as_str()), (Some(1), ""), "{refused:?}");
    let stopped = Command::new("kill").args(["-TERM", &simulator.id().to_string()]).status().unwrap();
    assert!(stopped.success() && simulator.wait().unwrap().success());
}

#[test]
fn every_command_has_a_manual_page() {
    let dir = tempfile::tempdir().unwrap();
    let made = rf(&["man", "--all", dir.path().to_str().unwrap()], "");
    assert!(made.status.success(), "{made:?}");
    for page in ["rf.1", "rf-flow-run.1", "rf-admin-create-site-admin.1", "rf-backup.1"] {
        let text = fs::read_to_string(dir.path().join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(fs::read_to_string(dir.path().join("rf.1")).unwrap().contains("Exit codes"));
}
