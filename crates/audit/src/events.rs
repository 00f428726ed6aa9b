//! Names of audited events: `thing.what_happened`. Once written they are never renamed.

/// A person registered and with them an account.
pub const ACCOUNT_REGISTERED: &str = "account.registered";
/// An owner gave the account another name.
pub const ACCOUNT_RENAMED: &str = "account.renamed";
/// An owner handed the account to somebody else.
pub const OWNERSHIP_TRANSFERRED: &str = "account.ownership_transferred";
/// What notes of the account have masked was changed.
pub const REDACTION_CHANGED: &str = "account.redaction_changed";
/// Somebody signed in.
pub const SIGNED_IN: &str = "auth.signed_in";
/// A sign-in was refused. The payload says why; attempts for unknown addresses stand in the site's own log.
pub const SIGN_IN_FAILED: &str = "auth.sign_in_failed";
/// Somebody can now sign in with a provider.
pub const IDENTITY_LINKED: &str = "auth.identity_linked";
/// Somebody cannot sign in with a provider any more.
pub const IDENTITY_UNLINKED: &str = "auth.identity_unlinked";
/// A first code proved that somebody's app has their second factor's secret: from now on it is asked.
pub const SECOND_FACTOR_ADDED: &str = "auth.second_factor_added";
/// Somebody's second factor was taken away, by themselves or by an owner.
pub const SECOND_FACTOR_REMOVED: &str = "auth.second_factor_removed";
/// Somebody made new recovery codes; the old ones are worth nothing.
pub const RECOVERY_CODES_RENEWED: &str = "auth.recovery_codes_renewed";
/// An owner requires a second factor of everybody, or does not any more.
pub const SECOND_FACTOR_POLICY: &str = "account.second_factor_policy";
/// The operator exchanged the key that seals credentials at rest. In the site's own log.
pub const CREDENTIALS_REWRAPPED: &str = "site.credentials_rewrapped";
/// Somebody signed out.
pub const SIGNED_OUT: &str = "auth.signed_out";
/// A sign-in had reached its absolute limit and ended.
pub const SESSION_EXPIRED: &str = "auth.session_expired";
/// A used refresh token came back: its whole family was ended.
pub const REFRESH_TOKEN_REUSED: &str = "auth.refresh_token_reused";
/// An owner changed how long sign-ins last.
pub const SESSION_POLICY_UPDATE: &str = "account.session_policy_update";
/// An owner ended everybody's sign-ins.
pub const SESSIONS_REVOKED_BULK: &str = "account.sessions_revoked_bulk";
/// A flow was written.
pub const TREE_CREATED: &str = "tree.created";
/// A flow was changed.
pub const TREE_UPDATED: &str = "tree.updated";
/// A flow was published.
pub const TREE_PUBLISHED: &str = "tree.published";
/// A flow was archived.
pub const TREE_ARCHIVED: &str = "tree.archived";
/// A flow was copied into the account.
pub const TREE_FORKED: &str = "tree.forked";
/// A flow came out of a file.
pub const TREE_IMPORTED: &str = "tree.imported";
/// A flow went into a file.
pub const TREE_EXPORTED: &str = "tree.exported";
/// A folder was made.
pub const FOLDER_CREATED: &str = "folder.created";
/// A folder was renamed or moved.
pub const FOLDER_UPDATED: &str = "folder.updated";
/// A folder was deleted, with those in it; their flows were not.
pub const FOLDER_DELETED: &str = "folder.deleted";
/// A flow was put into a folder.
pub const FOLDER_TREE_ADDED: &str = "folder.tree_added";
/// A flow was taken out of a folder.
pub const FOLDER_TREE_REMOVED: &str = "folder.tree_removed";
/// The library went into an archive.
pub const LIBRARY_EXPORTED: &str = "library.exported";
/// An archive was brought into the library.
pub const LIBRARY_IMPORTED: &str = "library.imported";
/// Somebody has seen that the original of a fork changed.
pub const TREE_UPSTREAM_ACKNOWLEDGED: &str = "tree.upstream_acknowledged";
/// A session was started, or a prepared one begun.
pub const SESSION_STARTED: &str = "session.started";
/// A session was prepared.
pub const SESSION_PREPARED: &str = "session.prepared";
/// Sessions were prepared for many targets at once.
pub const SESSION_BATCH_LAUNCHED: &str = "session.batch_launched";
/// A session ended.
pub const SESSION_COMPLETED: &str = "session.completed";
/// A session's note left the product.
pub const SESSION_EXPORTED: &str = "session.exported";
/// A session was saved as a flow.
pub const SESSION_SAVED_AS_TREE: &str = "session.saved_as_tree";
/// A conversation with the copilot began.
pub const AI_SESSION_STARTED: &str = "ai_session.started";
/// A conversation with the copilot ended: fixed.
pub const AI_SESSION_RESOLVED: &str = "ai_session.resolved";
/// A conversation with the copilot was handed over.
pub const AI_SESSION_ESCALATED: &str = "ai_session.escalated";
/// A conversation with the copilot was put aside, with a reason.
pub const AI_SESSION_PARKED: &str = "ai_session.parked";
/// Somebody took a conversation over.
pub const AI_SESSION_CLAIMED: &str = "ai_session.claimed";
/// Whoever took a conversation over read the briefing and went on.
pub const AI_SESSION_PICKED_UP: &str = "ai_session.picked_up";
/// A handoff was let go of: back into the queue, or back to whoever made it.
pub const AI_SESSION_HANDOFF_RELEASED: &str = "ai_session.handoff_released";
/// Somebody else was asked to take a conversation over.
pub const AI_SESSION_ASSIGNED: &str = "ai_session.assigned";
/// Nobody had taken a conversation over, and it was brought up again.
pub const AI_SESSION_HANDOFF_REMINDED: &str = "ai_session.handoff_reminded";
/// The operator made a site admin, with an account of their own.
pub const SITE_ADMIN_CREATED: &str = "site_admin.created";
/// The operator made somebody a site admin.
pub const SITE_ADMIN_PROMOTED: &str = "site_admin.promoted";
/// A person was switched off, by an admin of the account or of the site.
pub const USER_DEACTIVATED: &str = "user.deactivated";
/// A person was switched on again, by an admin of the account or of the site.
pub const USER_REACTIVATED: &str = "user.reactivated";
/// A person got another role.
pub const USER_ROLE_CHANGED: &str = "user.role_changed";
/// A person was put into another team, or out of theirs.
pub const USER_TEAM_CHANGED: &str = "user.team_changed";
/// Somebody gave themselves another name.
pub const USER_RENAMED: &str = "user.renamed";
/// Somebody gave themselves another password.
pub const PASSWORD_CHANGED: &str = "user.password_changed";
/// Somebody asked to sign in with another address, and was sent a link there.
pub const EMAIL_CHANGE_REQUESTED: &str = "user.email_change_requested";
/// Somebody signs in with another address from now on; their other sign-ins ended.
pub const EMAIL_CHANGED: &str = "user.email_changed";
/// A team was made.
pub const TEAM_CREATED: &str = "team.created";
/// A team got another name.
pub const TEAM_RENAMED: &str = "team.renamed";
/// A team was taken away.
pub const TEAM_DELETED: &str = "team.deleted";
/// Somebody went to buy a plan.
pub const CHECKOUT_STARTED: &str = "billing.checkout_started";
/// Somebody went to where plans are changed and cancelled.
pub const PORTAL_OPENED: &str = "billing.portal_opened";
/// The provider's prices for our plans were looked up anew.
pub const PLANS_SYNCED: &str = "billing.plans_synced";
/// A subscription is not what it was.
pub const SUBSCRIPTION_CHANGED: &str = "subscription.changed";
/// The audit log left the product.
pub const AUDIT_EXPORTED: &str = "audit.exported";
/// How long audit entries are kept was changed.
pub const AUDIT_RETENTION_CHANGED: &str = "audit.retention_changed";
/// Entries older than the account keeps were taken away.
pub const AUDIT_PRUNED: &str = "audit.pruned";
/// A site admin read a mail that is kept because nothing sends it.
pub const MAIL_READ: &str = "mail.read";
/// A parked job was made due by a site admin.
pub const JOB_RETRIED: &str = "job.retried";
/// Somebody asked for a new password. Wishes for unknown addresses stand in the site's own log.
pub const PASSWORD_RESET_REQUESTED: &str = "auth.password_reset_requested";
/// Somebody chose a new password with a link of a mail; all their sign-ins ended.
pub const PASSWORD_RESET: &str = "auth.password_reset";
/// Somebody asked for another mail to confirm their address with.
pub const EMAIL_VERIFICATION_SENT: &str = "auth.email_verification_sent";
/// Somebody proved that their address is theirs.
pub const EMAIL_VERIFIED: &str = "auth.email_verified";
/// Somebody was invited into the account.
pub const INVITE_CREATED: &str = "invite.created";
/// An invitation was sent again, with a new link.
pub const INVITE_RESENT: &str = "invite.resent";
/// An invitation was taken back.
pub const INVITE_REVOKED: &str = "invite.revoked";
/// Somebody joined the account with an invitation.
pub const INVITE_ACCEPTED: &str = "invite.accepted";
/// Somebody left the account.
pub const USER_LEFT: &str = "user.left";
/// The account was connected to its PSA.
pub const PSA_CONNECTED: &str = "psa.connected";
/// The connection to the PSA is not what it was.
pub const PSA_CHANGED: &str = "psa.changed";
/// The account has no connection to its PSA any more.
pub const PSA_DISCONNECTED: &str = "psa.disconnected";
/// What is pushed to the PSA, and how, was changed.
pub const PSA_SETTINGS_CHANGED: &str = "psa.settings_changed";
/// Somebody said who a person is at the PSA.
pub const PSA_MEMBER_MAPPED: &str = "psa.member_mapped";
/// A channel of the team's chat is told what happens.
pub const CHANNEL_CREATED: &str = "channel.created";
/// What a channel is told, or where, was changed.
pub const CHANNEL_CHANGED: &str = "channel.changed";
/// A channel is told nothing any more.
pub const CHANNEL_REMOVED: &str = "channel.removed";
/// A message for a channel that waited for somebody was sent on its way again.
pub const CHANNEL_MESSAGE_RETRIED: &str = "channel.message_retried";
/// A note or time entry was sent on its way by hand.
pub const PSA_PUSH_REQUESTED: &str = "psa.push_requested";
/// A note or time entry that waited for somebody was sent on its way again.
pub const PSA_PUSH_RETRIED: &str = "psa.push_retried";
/// Somebody changed how a session's time is charged.
pub const PSA_TIME_EDITED: &str = "psa.time_edited";
/// Somebody brought a document into the account.
pub const DOCUMENT_ADDED: &str = "document.added";
/// A document was taken away.
pub const DOCUMENT_DELETED: &str = "document.deleted";
/// Somebody brought a file.
pub const UPLOAD_ADDED: &str = "upload.added";
/// A file was taken away.
pub const UPLOAD_DELETED: &str = "upload.deleted";
/// Somebody took a chat away with all that was said in it.
pub const CHAT_DELETED: &str = "chat.deleted";
/// Somebody wrote the note of a conversation in words of their own.
pub const AI_SESSION_NOTE_EDITED: &str = "ai_session.note_edited";
/// Somebody took an edited note back to what is generated.
pub const AI_SESSION_NOTE_RESET: &str = "ai_session.note_reset";
/// Somebody was reminded of a fix that waits for verification.
pub const AI_SESSION_FIX_REMINDED: &str = "ai_session.fix_reminded";
