//! What a senior asks first, by domain: for problems no flow of the library fits.
//!
//! Data alone. The order is that of asking: first what narrows most for least work, last what costs time.

mod endpoints;
mod general;
mod services;

use rf_sessions::ai::{Proposal, StepKind, StepOption, StepSource};

use super::FixOffer;
use crate::Domain;

const DOMAINS: [Domain; 12] = [
    Domain::ActiveDirectory,
    Domain::Networking,
    Domain::M365,
    Domain::Hardware,
    Domain::Windows,
    Domain::Servers,
    Domain::Printing,
    Domain::FileServices,
    Domain::Backup,
    Domain::Security,
    Domain::RemoteAccess,
    Domain::Unknown,
];

/// A question of the playbook.
#[derive(Debug)]
pub(super) struct Question {
    /// Unique in its domain.
    pub(super) id: &'static str,
    ask: &'static str,
    why: &'static str,
    answers: &'static [Reply],
}

/// An answer, and what to do about it.
#[derive(Debug)]
struct Reply {
    label: &'static str,
    task: Option<Task>,
}

/// What to look at or to do after an answer.
#[derive(Debug)]
struct Task {
    kind: StepKind,
    title: &'static str,
    how: &'static str,
    why: &'static str,
    commands: &'static [&'static str],
}

const fn ask(id: &'static str, ask: &'static str, why: &'static str, answers: &'static [Reply]) -> Question {
    Question { id, ask, why, answers }
}

/// An answer that only narrows.
const fn says(label: &'static str) -> Reply {
    Reply { label, task: None }
}

/// An answer after which something is looked at.
const fn look(label: &'static str, title: &'static str, how: &'static str, why: &'static str) -> Reply {
    Reply { label, task: Some(Task { kind: StepKind::Check, title, how, why, commands: &[] }) }
}

/// An answer after which something is done that may fix it.
const fn act(label: &'static str, title: &'static str, how: &'static str, why: &'static str) -> Reply {
    Reply { label, task: Some(Task { kind: StepKind::Action, title, how, why, commands: &[] }) }
}

/// The same with commands.
const fn run(reply: Reply, commands: &'static [&'static str]) -> Reply {
    match reply.task {
        Some(task) => Reply { label: reply.label, task: Some(Task { commands, ..task }) },
        None => reply,
    }
}

/// The questions of a domain, in the order they are asked.
pub(super) const fn questions(domain: Domain) -> &'static [Question] {
    match domain {
        Domain::ActiveDirectory => services::ACTIVE_DIRECTORY,
        Domain::Networking => endpoints::NETWORKING,
        Domain::M365 => services::M365,
        Domain::Hardware => endpoints::HARDWARE,
        Domain::Windows => endpoints::WINDOWS,
        Domain::Servers => services::SERVERS,
        Domain::Printing => endpoints::PRINTING,
        Domain::FileServices => services::FILE_SERVICES,
        Domain::Backup => general::BACKUP,
        Domain::Security => general::SECURITY,
        Domain::RemoteAccess => general::REMOTE_ACCESS,
        Domain::Unknown => general::UNKNOWN,
    }
}

/// The question with that id; of a task, the question it follows on.
pub(super) fn question(domain: &str, id: &str) -> Option<(Domain, &'static Question)> {
    let domain = DOMAINS.into_iter().find(|known| known.as_str() == domain)?;
    questions(domain).iter().find(|question| question.id == id).map(|question| (domain, question))
}

/// A domain as people say it.
pub(super) const fn words(domain: Domain) -> &'static str {
    match domain {
        Domain::ActiveDirectory => "Active Directory",
        Domain::Networking => "networking",
        Domain::M365 => "Microsoft 365",
        Domain::Hardware => "hardware",
        Domain::Windows => "Windows",
        Domain::Servers => "servers",
        Domain::Printing => "printing",
        Domain::FileServices => "file services",
        Domain::Backup => "backup",
        Domain::Security => "security",
        Domain::RemoteAccess => "remote access",
        Domain::Unknown => "an unknown area",
    }
}

impl Question {
    /// The question as a step.
    pub(super) fn proposal(&self, domain: Domain) -> Proposal {
        let option = |(at, reply): (usize, &Reply)| StepOption {
            id: (at + 1).to_string(),
            label: reply.label.to_owned(),
        };
        Proposal {
            kind: StepKind::Question,
            title: self.ask.to_owned(),
            body: None,
            warning: None,
            commands: Vec::new(),
            options: self.answers.iter().enumerate().map(option).collect(),
            source: source(domain, self.id.to_owned()),
            why: self.why.to_owned(),
            note: None,
        }
    }

    /// What to do after that answer, as a step, and the fix it suggests.
    pub(super) fn task(&self, domain: Domain, option_id: &str) -> Option<(Proposal, Option<FixOffer>)> {
        let at: usize = option_id.parse().ok()?;
        let task = self.answers.get(at.checked_sub(1)?)?.task.as_ref()?;
        let fix = (task.kind == StepKind::Action)
            .then(|| FixOffer { title: task.title.to_owned(), body: Some(task.how.to_owned()) });
        let step = Proposal {
            kind: task.kind,
            title: task.title.to_owned(),
            body: Some(task.how.to_owned()),
            warning: None,
            commands: task.commands.iter().map(|&command| command.to_owned()).collect(),
            options: Vec::new(),
            source: source(domain, format!("{}/{option_id}", self.id)),
            why: task.why.to_owned(),
            note: None,
        };
        Some((step, fix))
    }
}

fn source(domain: Domain, question_id: String) -> StepSource {
    StepSource::Playbook { domain: domain.as_str().to_owned(), question_id }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_domain_asks_four_to_six_questions_and_has_something_to_do() {
        for domain in DOMAINS {
            let all = questions(domain);
            assert!((4..=6).contains(&all.len()), "{domain:?} asks {}", all.len());
            let ids: BTreeSet<&str> = all.iter().map(|question| question.id).collect();
            assert_eq!(ids.len(), all.len(), "{domain:?}");
            let tasks = all.iter().flat_map(|question| question.answers).filter(|reply| reply.task.is_some());
            assert!(tasks.count() >= 3, "{domain:?}");
        }
    }

    #[test]
    fn every_question_can_be_answered_and_says_why_it_is_asked() {
        for question in DOMAINS.into_iter().flat_map(questions) {
            assert!(question.ask.ends_with('?'), "{}", question.ask);
            assert!(question.answers.len() >= 2, "{}", question.ask);
            let labels: BTreeSet<&str> = question.answers.iter().map(|reply| reply.label).collect();
            assert_eq!(labels.len(), question.answers.len(), "{}", question.ask);
            let tasks = question.answers.iter().filter_map(|reply| reply.task.as_ref());
            for text in tasks.flat_map(|task| [task.how, task.why]).chain([question.why]) {
                assert!(text.len() > 20 && text.ends_with(['.', '?']), "{text}");
            }
        }
    }
}
