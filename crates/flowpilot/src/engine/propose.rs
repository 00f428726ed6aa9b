//! The proposals a turn can end with.

use rf_sessions::ai::{AiStep, Proposal, StepKind, StepOption, StepSource};

use super::{
    playbook,
    state::{Following, Phase, Ranked, percent},
    tell,
    turn::{LIKELY, THINKABLE, Taking},
    verdict::STAY,
    walk,
};
use crate::Domain;

/// Most flows offered at once.
const MOST_OFFERED: usize = 5;
/// The answer that none of the flows offered fits.
const NONE: &str = "none";
/// The proposal to hand over, among the playbook's questions.
const HAND_OVER: &str = "hand_over";

impl Taking<'_> {
    /// Proposes a node or step of the flow followed.
    pub(super) fn propose(&mut self, node: &str, why: String) {
        let Some(present) = &self.state.following else { return self.elsewhere() };
        let tree = present.tree_id;
        let Some(flow) = self.flows.get(&tree) else { return self.flow_over() };
        let Some(mut step) = walk::proposal(flow, node, why) else { return self.flow_over() };
        if !self.state.visit(tree, node) {
            self.say(format!("The flow comes back to “{}”, which was done already.", step.title));
            return self.flow_over();
        }
        match step.kind {
            StepKind::Outcome => {
                let resolution = self.resolution_of(&step);
                add(&mut step.body, format!("**Proposed resolution**\n\n{resolution}"));
                self.resolution = Some(resolution);
                self.say(format!("**{}** Confirm that it is fixed.", tell::closed(&step.title)));
            }
            StepKind::Escalation => {
                let tried = tell::tried(self.steps, self.open, self.verdict);
                add(&mut step.body, format!("**Tried so far**\n\n{tried}"));
                self.say(format!(
                    "The flow ends in a handover: **{}**. The step lists what goes with it.",
                    step.title
                ));
            }
            StepKind::Question | StepKind::Action | StepKind::Check => self.say_next(&step),
        }
        self.fix = walk::fix(flow, node);
        self.step = Some(step);
    }

    /// Asks which of a step's answers was seen, where the verdict does not tell the way.
    pub(super) fn ask_which(&mut self, open: &AiStep, node: &str, options: Vec<StepOption>) {
        let Some(tree) = self.state.following.as_ref().map(|flow| flow.tree_id) else {
            return self.elsewhere();
        };
        if !self.state.visit(tree, node) {
            return self.flow_over();
        }
        let asked = open.proposal.title.strip_prefix(tell::SEEN).unwrap_or(&open.proposal.title);
        let step = Proposal {
            kind: StepKind::Question,
            title: format!("{}{asked}", tell::SEEN),
            body: None,
            warning: None,
            commands: Vec::new(),
            options,
            source: open.proposal.source.clone(),
            why: "The way on depends on what you saw.".to_owned(),
            note: None,
        };
        self.say("What did you see? The way on depends on it.");
        self.step = Some(step);
    }

    /// Asks whether it is fixed.
    pub(super) fn confirm(&mut self, open: &AiStep) {
        let resolution = self.resolution_of(&open.proposal);
        let flow = self.state.following.as_ref().and_then(|flow| self.flows.get(&flow.tree_id));
        let list = flow.filter(|flow| walk::is_checklist(flow));
        let left = list.map(|flow| {
            let done = |id: &str| tell::is_done(self.steps, self.open, self.verdict, flow.tree_id, id);
            walk::open_steps(flow, done)
        });
        let (title, why, left) = match left {
            Some(left) => {
                ("All steps were gone through. Is it finished?", "The list ends here.".to_owned(), left)
            }
            None => ("Is it fixed?", format!("“{}” worked.", open.proposal.title), Vec::new()),
        };
        let mut body = None;
        if !left.is_empty() {
            let lines: String = left.iter().map(|title| format!("\n- {title}")).collect();
            add(&mut body, format!("**Required and not done**\n{lines}"));
        }
        add(&mut body, format!("**Proposed resolution**\n\n{resolution}"));
        self.say(if list.is_some() {
            "That was the last step. Confirm that the work is finished."
        } else {
            "Good. Have it tried once more the way it failed, then confirm that it is fixed."
        });
        self.resolution = Some(resolution);
        self.step = Some(Proposal {
            kind: StepKind::Outcome,
            title: title.to_owned(),
            body,
            warning: None,
            commands: Vec::new(),
            options: Vec::new(),
            source: open.proposal.source.clone(),
            why,
            note: None,
        });
    }

    /// The flow has nothing more: it is left, and the next best thing is done.
    pub(super) fn flow_over(&mut self) {
        if let Some(flow) = &self.state.following {
            let there = self.flows.contains_key(&flow.tree_id);
            let text = if there {
                format!("“{}” has nothing more for this.", flow.name)
            } else {
                format!("“{}” is not available any more.", flow.name)
            };
            self.say(text);
        }
        self.state.leave();
        self.elsewhere();
    }

    /// The next best thing where no flow is followed: likely flows, the playbook, the remaining flows, steps put
    /// off, and at last to hand over.
    pub(super) fn elsewhere(&mut self) {
        let from = |least: f64| -> Vec<Ranked> {
            let open = self.state.open_flows().filter(|flow| flow.score >= least);
            open.cloned().collect()
        };
        let (likely, thinkable) = (from(LIKELY), from(THINKABLE));
        if !likely.is_empty() {
            // Beside one that is likely, those that are thinkable cost nothing to show.
            return self.offer(thinkable, None);
        }
        if self.ask_playbook() {
            return;
        }
        if !thinkable.is_empty() {
            self.say("The questions are asked. These flows are the nearest.");
            return self.offer(thinkable, None);
        }
        if !self.ask_put_off() {
            self.hand_over();
        }
    }

    /// Offers flows; `present` is the one followed, to stay with.
    pub(super) fn offer(&mut self, mut flows: Vec<Ranked>, present: Option<&Following>) {
        flows.truncate(MOST_OFFERED);
        self.state.phase = Phase::Offering;
        self.state.offered = flows.iter().map(|flow| flow.tree_id).collect();
        let mut lines = String::new();
        for flow in &flows {
            lines.push_str(&format!(
                "\n- **{}** ({}){}",
                flow.name,
                percent(flow.score),
                tell::because(&flow.reasons)
            ));
        }
        let mut options: Vec<StepOption> = flows
            .iter()
            .map(|flow| StepOption { id: flow.tree_id.to_string(), label: flow.name.clone() })
            .collect();
        if let Some(present) = present {
            options
                .push(StepOption { id: STAY.to_owned(), label: format!("Stay with “{}”", present.name) });
        }
        options.push(StepOption { id: NONE.to_owned(), label: "None of these".to_owned() });
        self.say(format!("These may fit:\n{lines}"));
        let best = flows.first().map(|flow| format!("The best of them fits to {}", percent(flow.score)));
        self.step = Some(Proposal {
            kind: StepKind::Question,
            title: "Which of these flows fits?".to_owned(),
            body: Some(lines.trim_start().to_owned()),
            warning: None,
            commands: Vec::new(),
            options,
            source: StepSource::Candidates,
            why: format!("{}; you see the case, so you choose.", best.unwrap_or_default()),
            note: None,
        });
    }

    /// Asks the playbook's next question; `false` when all were asked.
    fn ask_playbook(&mut self) -> bool {
        let domain = self.state.problem.as_ref().map_or(Domain::Unknown, |(_, domain)| *domain);
        let mut questions = playbook::questions(domain).iter();
        let Some(question) = questions.find(|question| !self.state.asked.contains(question.id)) else {
            return false;
        };
        if self.state.asked.is_empty() {
            let about = match domain {
                Domain::Unknown => "I cannot tell yet what it is about".to_owned(),
                known => format!("It is about {}, and no flow fits well", playbook::words(known)),
            };
            self.say(format!("{about}: a few questions first."));
        }
        self.state.asked.insert(question.id.to_owned());
        self.state.phase = Phase::Asking;
        let step = question.proposal(domain);
        self.say_next(&step);
        self.step = Some(step);
        true
    }

    /// Asks once more for a step that was put off.
    fn ask_put_off(&mut self) -> bool {
        while let Some(put) = self.state.put_off.iter_mut().find(|put| !put.again) {
            put.again = true;
            let (tree, node) = (put.tree_id, put.node_id.clone());
            if let Some(flow) = self.flows.get(&tree) {
                let why = "It was put off, and nothing else is left.".to_owned();
                if walk::proposal(flow, &node, String::new()).is_some() {
                    let name = flow.name.clone();
                    self.say("One step was put off. Can it be done now?");
                    self.state.unvisit(tree, &node);
                    self.resume_flow(tree, &name);
                    self.propose(&node, why);
                    return true;
                }
            }
        }
        false
    }

    /// Proposes to hand over, once; after that there is nothing left to propose.
    fn hand_over(&mut self) {
        if self.state.handed {
            self.state.phase = Phase::Waiting;
            return self.say(
                "I have nothing left to propose. Write what else you see, pick a flow, or hand it over.",
            );
        }
        self.state.handed = true;
        self.state.phase = Phase::HandingOver;
        let (summary, domain) =
            self.state.problem.clone().unwrap_or_else(|| (String::new(), Domain::Unknown));
        let tried = tell::tried(self.steps, self.open, self.verdict);
        let body = format!("**Problem**\n\n{summary}\n\n**Tried so far**\n\n{tried}");
        self.say("Everything I know was tried. Hand it over; the step lists what goes with it.");
        self.step = Some(Proposal {
            kind: StepKind::Escalation,
            title: "Hand it over to the next level".to_owned(),
            body: Some(body),
            warning: None,
            commands: Vec::new(),
            options: Vec::new(),
            source: StepSource::Playbook {
                domain: domain.as_str().to_owned(),
                question_id: HAND_OVER.to_owned(),
            },
            why: "The flows that may fit and the questions for this area are exhausted.".to_owned(),
            note: None,
        });
    }

    /// What the resolution may say when that step is the end.
    pub(super) fn resolution_of(&self, end: &Proposal) -> String {
        tell::resolution(self.steps, self.open, self.verdict, end)
    }

    pub(super) fn say_next(&mut self, step: &Proposal) {
        self.say(format!("Next: **{}**", step.title));
    }
}

fn add(body: &mut Option<String>, part: String) {
    *body = Some(match body.take() {
        Some(text) => format!("{text}\n\n{part}"),
        None => part,
    });
}
