//! Plays a conversation over the starter flows and writes it down as a recording.
//!
//! `cargo run -p rf-flowpilot --example record -- FILE NAME INTAKE [DID…]`, where a did is `a:option`, `p:name of a flow`,
//! `m:message`, `n:reason`, or one of `worked`, `didnt`, `cannot`, `widen`, `back`. What it prints is to be read by somebody
//! who knows the work before the file is kept: a recording says how it should go, not how it went.

use std::error::Error;

use rf_flowpilot::replay::{Did, Library, RecordedTurn, Recording, step_name};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(name), Some(intake)) = (args.next(), args.next(), args.next()) else {
        return Err("give a file, a name and what came in".into());
    };
    let library = Library::starters()?;
    let mut recording =
        Recording { name, intake, begins: String::new(), turns: Vec::new(), answers: Vec::new() };
    let mut turns = Vec::new();
    for arg in args {
        let did = match arg.split_once(':') {
            Some(("a", option)) => Did::Answered(option.to_owned()),
            Some(("p", flow)) => Did::Picked(flow.to_owned()),
            Some(("m", text)) => Did::Wrote(text.to_owned()),
            Some(("n", reason)) => Did::NotApplicable(reason.to_owned()),
            _ => match arg.as_str() {
                "worked" => Did::Worked,
                "didnt" => Did::DidNotWork,
                "cannot" => Did::CannotNow,
                "widen" => Did::Widened,
                "back" => Did::WentBack,
                other => return Err(format!("nobody can do {other:?}").into()),
            },
        };
        turns.push(did);
    }
    recording.begins = last(&library, &recording);
    for did in turns {
        recording.turns.push(RecordedTurn { did, then: String::new() });
        let then = last(&library, &recording);
        if let Some(turn) = recording.turns.last_mut() {
            turn.then = then;
        }
    }
    std::fs::write(file, format!("{}\n", serde_json::to_string_pretty(&recording)?))?;
    Ok(())
}

/// Plays what there is, shows where it stands, and names the step that is open.
fn last(library: &Library, recording: &Recording) -> String {
    let replayed = library.replay(recording);
    let refused = replayed.differences.iter().rfind(|found| found.turn == recording.turns.len());
    let talk = &replayed.conversation;
    let open = talk.open().map_or_else(|| "none".to_owned(), step_name);
    match talk.open() {
        Some(step) => {
            let options: Vec<String> =
                step.proposal.options.iter().map(|o| format!("{}={}", o.id, o.label)).collect();
            println!("{open}: {} [{}]", step.proposal.title, options.join(" | "));
        }
        None => println!("{open}"),
    }
    // Only a refusal is no step's name.
    match refused {
        Some(found) if found.found != open => format!("REFUSED {}", found.found),
        _ => open,
    }
}
