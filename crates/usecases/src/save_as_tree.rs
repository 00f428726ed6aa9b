//! The way a session took, saved as a flow.

use rf_audit::events;
use rf_auth_policy::{Action, require};
use rf_kernel::{Checks, Failure, SessionId, TreeId};
use rf_sessions::{Session, codes, default_description, flow_from_session, fork_reason, generated_name};
use rf_trees::{FlowDraft, LintReport, Tree, TreeStatus, lint, refuse_unpublishable};
use serde_json::json;

use crate::{App, Caller, NewTree, Work, sessions::session_not_found};

/// A session to save as a flow.
#[derive(Clone, Debug)]
pub struct SaveAsTree {
    /// Made from flow, ticket and client when not given.
    pub tree_name: Option<String>,
    /// Says where it comes from when not given.
    pub description: Option<String>,
    /// Draft, or published at once.
    pub status: TreeStatus,
}

/// A flow saved from a session.
#[derive(Clone, Debug)]
pub struct SavedTree {
    /// The new flow.
    pub tree_id: TreeId,
    /// Its name.
    pub tree_name: String,
    /// What was done, as the contract words it.
    pub message: String,
}

impl App {
    /// The flow [`App::save_session_as_tree`] would save, and what lint says about it. Nothing is kept.
    ///
    /// # Errors
    /// `session_not_found`, `original_tree_not_found`, `validation_failed`, `forbidden`.
    pub async fn preview_session_as_tree(
        &self,
        caller: &Caller,
        id: SessionId,
        save: &SaveAsTree,
    ) -> Result<(FlowDraft, LintReport), Failure> {
        self.read(caller, async |work| {
            require(&work.actor, Action::AuthorTrees)?;
            let (content, _, _) = draft_of(work, id, save).await?;
            let content = content.normalised();
            let mut checks = Checks::new();
            content.check(&mut checks);
            checks.finish()?;
            let report = lint(&content);
            Ok((content, report))
        })
        .await
    }

    /// Saves the way a session took as a flow of the caller's. Only the owner's sessions exist here.
    ///
    /// # Errors
    /// `session_not_found`, `original_tree_not_found`, `tree_not_publishable`, `tree_limit_reached`,
    /// `validation_failed`.
    pub async fn save_session_as_tree(
        &self,
        caller: &Caller,
        id: SessionId,
        save: &SaveAsTree,
    ) -> Result<SavedTree, Failure> {
        self.write(caller, async |work| {
            let (content, session, original) = draft_of(work, id, save).await?;
            if save.status == TreeStatus::Published {
                refuse_unpublishable(
                    &lint(&content),
                    "Cannot save as published tree with validation errors",
                )?;
            }
            let new = NewTree { content, status: save.status, is_public: false, team_id: None };
            let fork = original.fork_origin(Some(fork_reason(&session)));
            let made = (events::SESSION_SAVED_AS_TREE, &[("session_id", json!(id))][..]);
            let tree = self.keep_new_tree(work, new, Some(fork), made).await?;
            Ok(SavedTree {
                tree_id: tree.id,
                tree_name: tree.content.name,
                message: format!("Session saved as {} tree", tree.status.as_str()),
            })
        })
        .await
    }
}

/// The flow that would be saved, the session, and the flow it was a run of.
async fn draft_of(
    work: &mut Work,
    id: SessionId,
    save: &SaveAsTree,
) -> Result<(FlowDraft, Session, Tree), Failure> {
    let tenant = work.actor.account_id;
    let session = work.unit.session_by_id(tenant, id).await?;
    let session =
        session.filter(|session| session.user_id == work.actor.user_id).ok_or_else(session_not_found)?;
    let original = work
        .unit
        .tree_by_id(tenant, session.tree_id)
        .await?
        .ok_or_else(|| Failure::new(codes::ORIGINAL_TREE_NOT_FOUND, "Original tree not found"))?;
    let flow = session.flow()?;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let content = FlowDraft {
        name: given(&save.tree_name).unwrap_or_else(|| generated_name(&session)),
        description: Some(given(&save.description).unwrap_or_else(|| default_description(&session))),
        category: original.content.category.clone(),
        tags: original.content.tags.clone(),
        tree_type: flow.tree_type,
        structure: flow_from_session(&session, &flow),
        intake_form: flow.intake_form.clone(),
    };
    Ok((content, session, original))
}
