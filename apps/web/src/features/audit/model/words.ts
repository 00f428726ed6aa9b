/**
 * What audited events are called for people. An event without words here is still readable: its own name is, once the
 * dots are gone.
 */
const ACTIONS: Record<string, string> = {
  'account.registered': 'Registered the account',
  'account.redaction_changed': 'Changed what notes mask',
  'account.session_policy_update': 'Changed how long sign-ins last',
  'account.sessions_revoked_bulk': 'Ended sign-ins of the account',
  'account.renamed': 'Renamed the account',
  'account.ownership_transferred': 'Handed the account over',
  'auth.signed_in': 'Signed in',
  'auth.sign_in_failed': 'Sign-in refused',
  'auth.second_factor_added': 'Turned two-step sign-in on',
  'auth.second_factor_removed': 'Took a second factor away',
  'auth.recovery_codes_renewed': 'Made new recovery codes',
  'account.second_factor_policy': 'Changed whether two-step sign-in is required',
  'auth.signed_out': 'Signed out',
  'auth.session_expired': 'Sign-in reached its limit',
  'auth.refresh_token_reused': 'Used sign-in came back; all of it ended',
  'auth.email_verification_sent': 'Asked to prove an address',
  'auth.email_verified': 'Proved an address',
  'auth.identity_linked': 'Linked a provider to sign in with',
  'auth.identity_unlinked': 'Unlinked a provider',
  'auth.password_reset_requested': 'Asked for a new password',
  'auth.password_reset': 'Chose a new password by mail',
  'folder.created': 'Made a folder',
  'folder.updated': 'Changed a folder',
  'folder.deleted': 'Deleted a folder',
  'folder.tree_added': 'Put a flow into a folder',
  'folder.tree_removed': 'Took a flow out of a folder',
  'invite.created': 'Invited somebody',
  'invite.resent': 'Sent an invitation again',
  'invite.revoked': 'Took an invitation back',
  'invite.accepted': 'Joined with an invitation',
  'library.exported': 'Exported the library',
  'library.imported': 'Imported an archive',
  'team.created': 'Made a team',
  'team.renamed': 'Renamed a team',
  'team.deleted': 'Deleted a team',
  'tree.created': 'Wrote a flow',
  'tree.updated': 'Changed a flow',
  'tree.published': 'Published a flow',
  'tree.archived': 'Archived a flow',
  'tree.forked': 'Copied a flow into the account',
  'tree.imported': 'Imported a flow',
  'tree.exported': 'Exported a flow',
  'session.started': 'Started a session',
  'session.prepared': 'Prepared a session',
  'session.batch_launched': 'Launched a round of sessions',
  'session.completed': 'Concluded a session',
  'session.exported': 'Took out a note',
  'session.saved_as_tree': 'Saved a session as a flow',
  'ai_session.started': 'Began a conversation',
  'ai_session.resolved': 'Resolved a conversation',
  'ai_session.escalated': 'Handed a conversation over',
  'ai_session.parked': 'Put a conversation aside',
  'ai_session.claimed': 'Took a handoff',
  'ai_session.picked_up': 'Went on with a handoff',
  'ai_session.handoff_released': 'Gave a handoff back',
  'ai_session.assigned': 'Gave a handoff to somebody',
  'ai_session.handoff_reminded': 'Reminded of a handoff nobody took',
  'ai_session.note_edited': 'Edited the note of a conversation',
  'ai_session.note_reset': 'Took the note of a conversation back to the generated text',
  'ai_session.fix_reminded': 'Reminded of a fix to verify',
  'chat.deleted': 'Deleted a chat',
  'upload.added': 'Brought a file',
  'upload.deleted': 'Deleted a file',
  'document.added': 'Added a document',
  'document.deleted': 'Deleted a document',
  'channel.created': 'Added a channel',
  'channel.changed': 'Changed a channel',
  'channel.removed': 'Removed a channel',
  'channel.message_retried': 'Sent a message to a channel again',
  'psa.connected': 'Connected the PSA',
  'psa.changed': 'Changed the PSA connection',
  'psa.disconnected': 'Disconnected the PSA',
  'psa.settings_changed': 'Changed what goes to the PSA',
  'psa.member_mapped': 'Said who somebody is at the PSA',
  'psa.push_requested': 'Sent to a ticket',
  'psa.push_retried': 'Sent to a ticket again',
  'psa.time_edited': 'Changed the time to charge',
  'site.credentials_rewrapped': 'Exchanged the key of credentials',
  'site_admin.created': 'Made a new site admin',
  'site_admin.promoted': 'Made somebody a site admin',
  'tree.upstream_acknowledged': 'Saw that an original changed',
  'user.left': 'Left the account',
  'user.email_change_requested': 'Asked to change their address',
  'user.email_changed': 'Changed their address',
  'user.password_changed': 'Changed their password',
  'user.renamed': 'Changed their name',
  'user.role_changed': 'Changed a role',
  'user.team_changed': 'Moved a person between teams',
  'user.deactivated': 'Switched a person off',
  'user.reactivated': 'Switched a person on again',
  'billing.checkout_started': 'Went to buy a plan',
  'billing.portal_opened': 'Opened the payment portal',
  'billing.plans_synced': 'Looked up the prices anew',
  'subscription.changed': 'Subscription changed',
  'audit.exported': 'Exported the audit log',
  'audit.retention_changed': 'Changed how long entries are kept',
  'audit.pruned': 'Old entries deleted',
  'job.retried': 'Tried a job again',
  'mail.read': 'Read a kept mail',
};

/** Every action that has words, for a filter where the server offers no list. */
export const KNOWN_ACTIONS = Object.keys(ACTIONS);

export function sentence(name: string): string {
  const text = name.replaceAll(/[._]/g, ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const actionWords = (action: string): string => ACTIONS[action] ?? sentence(action);

/** Refusals and what smells of theft; everything else is everyday. */
const ALARMING = new Set(['auth.sign_in_failed', 'auth.refresh_token_reused']);
export const isAlarming = (action: string): boolean => ALARMING.has(action);

const KINDS: Record<string, string> = {
  account: 'Account',
  ai_session: 'Conversation',
  batch: 'Round',
  channel: 'Channel',
  channel_message: 'Message to a channel',
  chat: 'Chat',
  document: 'Document',
  upload: 'File',
  folder: 'Folder',
  invite: 'Invitation',
  job: 'Job',
  mail: 'Mail',
  psa_connection: 'PSA connection',
  push: 'Push',
  session: 'Session',
  site: 'Installation',
  subscription: 'Subscription',
  team: 'Team',
  tree: 'Flow',
  user: 'Person',
};

export const kindWords = (kind: string): string => KINDS[kind] ?? sentence(kind);

const PAGES: Record<string, string> = {
  tree: '/flows',
  session: '/sessions',
  ai_session: '/pilot',
  batch: '/batches',
};

/** The page of what it was done to, where the product has one. */
export function targetPath(kind: string, id: string | null | undefined): string | null {
  const page = PAGES[kind];
  return page && id ? `${page}/${id}` : null;
}
