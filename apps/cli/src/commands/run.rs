//! A guided session in the terminal. Questions go to standard error, the note to standard output, so that
//! `rf flow run … > note.txt` keeps the note alone.

use std::{
    io::{self, BufRead, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, bail};
use rf_bootstrap::Config;
use rf_kernel::SessionId;
use rf_notes::{Format, NoteOptions, RedactionChoices, RedactionOptions, Variable, resolve_variables};
use rf_sessions::{Outcome, StepAction, StepCommand, Variables, end_of};
use rf_trees::{IntakeForm, Node, Script, SnapshotContent, Structure};
use rf_usecases::{App, Caller, DemoPerson, NoteRequest, SessionView, StartSession};
use serde_json::json;

use super::{
    flow::{find_flow, read_file},
    person, told,
};
use crate::output::{Output, print};

/// What to run.
pub(crate) struct Run {
    pub(crate) flow: String,
    pub(crate) person: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) format: String,
    pub(crate) mask: Vec<String>,
    pub(crate) also_mask: Vec<String>,
}

pub(crate) async fn run_flow(config: &Config, run: Run, output: Output) -> anyhow::Result<ExitCode> {
    let path = Path::new(&run.flow);
    // A file needs no database: it runs in memory, and its session ends with the process.
    let (app, caller, tree_id) = if path.exists() {
        let text = read_file(path)?;
        let app = rf_bootstrap::start_in_memory(config).await?.app;
        let caller = person(&app, DemoPerson::ALL[0].email).await?;
        let view = app.import_tree(&caller, &text).await.map_err(told).context(run.flow.clone())?;
        (app, caller, view.tree.id)
    } else {
        let Some(email) = &run.person else {
            bail!("{} is not a file; to run a flow of the library say who works, with --as EMAIL", run.flow);
        };
        let app = rf_bootstrap::start(config).await?.app;
        let caller = person(&app, email).await?;
        let id = find_flow(&app, &caller, &run.flow).await?;
        (app, caller, id)
    };
    let variables: Variables = run.variables.into_iter().map(|(name, value)| (name, value.into())).collect();
    let start = StartSession { tree_id, ticket_number: run.ticket, client_name: run.client, variables };
    let view = app.start_session(&caller, &start).await.map_err(told)?;
    let id = view.session.id;
    let flow = view.session.flow().map_err(told)?;
    let mut terminal = Terminal { app: &app, caller: &caller, id, flow: &flow, input: io::stdin().lock() };
    terminal.work(view).await?;
    let format = match run.format.as_str() {
        "text" => Format::Text,
        "markdown" => Format::Markdown,
        "html" => Format::Html,
        _ => Format::Psa,
    };
    let also = |what: &str| run.also_mask.iter().any(|kind| kind == what);
    let rules = RedactionOptions {
        hostnames: also("hostnames"),
        unc_paths: also("unc-paths"),
        guids: also("guids"),
        custom: Vec::new(),
    };
    let request = NoteRequest {
        options: NoteOptions { format, rules, ..NoteOptions::default() },
        choices: RedactionChoices { keep: Vec::new(), mask: run.mask },
    };
    let note = app.export_note(&caller, id, &request).await.map_err(told)?;
    let text = note.text.trim_end();
    let told = match output {
        Output::People => print(text),
        Output::Json => {
            print(&format!("{:#}", json!({ "session_id": id, "format": run.format, "text": text })))
        }
    };
    if let Err(error) = told {
        // It may be the only copy, and everything in it is masked.
        say(text);
        bail!("standard output cannot be written ({error}); the note stands above");
    }
    Ok(ExitCode::SUCCESS)
}

struct Terminal<'a, R> {
    app: &'a App,
    caller: &'a Caller,
    id: SessionId,
    flow: &'a SnapshotContent,
    input: R,
}

impl<R: BufRead> Terminal<'_, R> {
    async fn work(&mut self, mut view: SessionView) -> anyhow::Result<()> {
        say(&format!("{}\n", self.flow.name));
        say("Answer with the number. b = back, s reason = skip, n text = note, q = stop here.\n");
        while let Some(current) = view.current_step_id.clone() {
            let structure = self.flow.structure.clone();
            let (title, options, end) = match &structure {
                Structure::Graph(graph) => {
                    let node = graph.node(&current).context("the flow has no such step")?;
                    self.show_node(node, &mut view).await?;
                    let labels: Vec<String> = node.options.iter().map(|o| o.label.clone()).collect();
                    (node.title.clone(), labels, end_of(node))
                }
                Structure::Checklist(list) => {
                    let step = list.step(&current).context("the flow has no such step")?;
                    let heading = format!("{}{}", step.title, if step.required { "" } else { " (optional)" });
                    self.ask_variables(&step.ask, &mut view).await?;
                    let parts = (step.warning.as_deref(), step.body.as_deref(), step.scripts.as_slice());
                    show(&heading, parts, &filled(&view));
                    (step.title.clone(), Vec::new(), None)
                }
            };
            if let Some(outcome) = end {
                return self.finish(outcome).await;
            }
            for (index, label) in options.iter().enumerate() {
                say(&format!("  {}  {label}", index + 1));
            }
            let prompt = if options.is_empty() { "Enter = done" } else { "Number" };
            let Some(line) = self.ask(&format!("{prompt}: "))? else {
                bail!("the input ended at {title:?}, before the flow did");
            };
            let Some(command) = read_command(&line, &current, &options, &view) else {
                say("Not understood.");
                continue;
            };
            let Some((action, node_id, option_id, text)) = command else {
                return self.finish(Outcome::Unresolved).await;
            };
            let (reason, notes) = if action == StepAction::Skip { (text, None) } else { (None, text) };
            let command = StepCommand {
                entry_id: self.app.new_id(),
                action,
                node_id,
                option_id,
                reason,
                title: None,
                notes,
            };
            match self.app.step_session(self.caller, self.id, &command).await {
                Ok(next) => view = next,
                Err(failure) => say(&told(failure).to_string()),
            }
        }
        self.finish(Outcome::Resolved).await
    }

    async fn show_node(&mut self, node: &Node, view: &mut SessionView) -> anyhow::Result<()> {
        self.ask_variables(&node.ask, view).await?;
        let parts = (node.warning.as_deref(), node.body.as_deref(), node.scripts.as_slice());
        show(&node.title, parts, &filled(view));
        Ok(())
    }

    /// Asks for the step's variables that have no value yet; an empty line leaves one open.
    async fn ask_variables(&mut self, names: &[String], view: &mut SessionView) -> anyhow::Result<()> {
        let form: &IntakeForm = &self.flow.intake_form;
        let mut values = Variables::new();
        for name in names {
            let filled =
                view.session.variables.get(name).is_some_and(|value| !value.is_null() && value != "");
            if filled {
                continue;
            }
            let label = form.field(name).map_or(name.as_str(), |field| field.label.as_str());
            if let Some(value) = self.ask(&format!("{label}: "))?.filter(|value| !value.is_empty()) {
                values.insert(name.clone(), value.into());
            }
        }
        if !values.is_empty() {
            *view = self.app.merge_variables(self.caller, self.id, &values).await.map_err(told)?;
        }
        Ok(())
    }

    async fn finish(&mut self, outcome: Outcome) -> anyhow::Result<()> {
        say(&format!("\nOutcome: {}", outcome.as_str()));
        let notes = self.ask("Outcome notes (Enter for none): ")?.filter(|text| !text.is_empty());
        let next = self.ask("Next steps (Enter for none): ")?.filter(|text| !text.is_empty());
        let done =
            self.app.complete_session(self.caller, self.id, outcome, notes.as_deref(), next.as_deref()).await;
        done.map_err(told)?;
        say("");
        Ok(())
    }

    /// A line of input, trimmed; `None` at its end.
    fn ask(&mut self, prompt: &str) -> io::Result<Option<String>> {
        let mut err = io::stderr().lock();
        write!(err, "{prompt}")?;
        err.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }
}

type Command = (StepAction, String, Option<String>, Option<String>);

/// `None` = not understood, `Some(None)` = stop here.
fn read_command(
    line: &str,
    current: &str,
    options: &[String],
    view: &SessionView,
) -> Option<Option<Command>> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let text = Some(rest.trim().to_owned()).filter(|text| !text.is_empty());
    let here = current.to_owned();
    Some(Some(match word {
        "q" => return Some(None),
        "s" => (StepAction::Skip, here, None, text),
        "n" => (StepAction::Note, here, None, text),
        "b" => {
            let path = &view.session.path_taken;
            let before = match path.len().checked_sub(2).and_then(|index| path.get(index)) {
                Some(before) => before.clone(),
                None => path.last()?.clone(),
            };
            (StepAction::Back, before, None, None)
        }
        "" if options.is_empty() => (StepAction::Done, here, None, None),
        number => {
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            options.get(index)?;
            // Answers are sent by the option's own id where it has one.
            let id = option_id(view, current, index)?;
            (StepAction::Answer, here, Some(id), text)
        }
    }))
}

fn option_id(view: &SessionView, current: &str, index: usize) -> Option<String> {
    match &view.session.flow().ok()?.structure {
        Structure::Graph(graph) => Some(graph.node(current)?.options.get(index)?.effective_id(index)),
        Structure::Checklist(_) => None,
    }
}

/// The values a step's texts are shown with. Secrets too: this is the engineer's own screen.
fn filled(view: &SessionView) -> Vec<Variable> {
    let session = &view.session;
    let built_in = [("ticket_number", &session.ticket_number), ("client_name", &session.client_name)];
    let built_in = built_in.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let given = session.variables.iter().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), text)
    });
    let variable = |(name, value)| Variable { name, value, ..Variable::default() };
    built_in.chain(given).map(variable).collect()
}

type Parts<'a> = (Option<&'a str>, Option<&'a str>, &'a [Script]);

fn show(title: &str, (warning, body, scripts): Parts<'_>, variables: &[Variable]) {
    let text = |raw: &str| resolve_variables(raw.trim(), variables).into_owned();
    say(&format!("\n== {}", text(title)));
    if let Some(warning) = warning {
        say(&format!("!! {}", text(warning)));
    }
    if let Some(body) = body {
        say(&text(body));
    }
    for script in scripts {
        say(&format!("\n    {}", text(&script.text).replace('\n', "\n    ")));
        for output in &script.outputs {
            say(&format!("      {} -> {}", text(&output.when), text(&output.means)));
        }
    }
}

fn say(text: &str) {
    // A screen that is gone keeps nobody from the note.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
