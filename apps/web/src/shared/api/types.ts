import type { components } from './schema.gen';

/**
 * The shapes that cross the API, in one place and under the app's own names. They are the server's own document
 * (`npm run gen:api`), so a field that is renamed there breaks the type check here and not the page.
 */
type Schemas = components['schemas'];

// --- sign-in -----------------------------------------------------------------------------------------------------

export type TokenResponse = Schemas['TokenResponse'];
export type UserResponse = Schemas['UserResponse'] & {
  subscription: Subscription | null;
  second_factor_due?: boolean;
};
export type Member = Schemas['MemberResponse'];

export type Account = Schemas['AccountResponse'];
export type Person = Schemas['PersonResponse'];
export type PeoplePage = Schemas['PeopleResponse'];
export type PersonUpdate = Schemas['UpdatePersonRequest'];
export type Role = NonNullable<PersonUpdate['role']>;
export type Team = Schemas['TeamResponse'];
export type ChangedPassword = Schemas['ChangePasswordResponse'];
export type EmailChangeAsked = Schemas['ChangeEmailResponse'];
export type InviteState = 'open' | 'expired' | 'accepted' | 'revoked';
/** The document says more of the state than that it is one of these words. */
export type Invite = Omit<Schemas['InviteResponse'], 'state'> & { state: InviteState };
export type CreateInvite = Schemas['CreateInviteRequest'];
export type InviteLookup = Schemas['InviteLookupResponse'];
export type OwnIdentities = Omit<Schemas['IdentitiesResponse'], 'identities'> & { identities: Identity[] };
export type OauthProvider = Schemas['MetaResponse']['oauth_providers'][number];
/** The document makes more of the provider's name than a name. */
export type Identity = Omit<Schemas['IdentityResponse'], 'provider'> & { provider: OauthProvider };

export type Security = Schemas['SecurityResponse'];
export type SecurityUpdate = Schemas['UpdateSecurityRequest'];
export type SecondFactor = Schemas['SecondFactorResponse'];
export type BegunSecondFactor = Schemas['BegunSecondFactorResponse'];
export type RecoveryCodes = Schemas['RecoveryCodesResponse'];
export type SecondFactorPolicy = Schemas['SecondFactorPolicyResponse'];
export type RevokeScope = 'all' | 'others';

// --- flows (called trees on the wire) ----------------------------------------------------------------------------

export type FlowType = Schemas['TreeType'];
export type FlowStatus = Schemas['TreeStatus'];
export type Outcome = Schemas['Outcome'];
export type NodeType = Schemas['NodeType'];

export type Script = Schemas['Script'];
export type FlowNode = Schemas['Node'];
export type ChecklistStep = Schemas['Step'];
export type ChecklistSection = Schemas['Section'];
export type GraphStructure = Schemas['Graph'];
export type ChecklistStructure = Schemas['Checklist'];
export type FlowStructure = GraphStructure | ChecklistStructure;

/** What a node of a tree and a step of a checklist have in common; the step card draws exactly this. */
export type StepContent = Pick<
  FlowNode,
  'id' | 'title' | 'body' | 'warning' | 'scripts' | 'ask' | 'evidence' | 'expected_minutes' | 'note'
>;

export type IntakeField = Schemas['Field'];
export type IntakeForm = Schemas['IntakeForm'];
export type TreeSummary = Schemas['TreeSummary'];
export type TreeResponse = Schemas['TreeResponse'];
export type TreeUpdate = Schemas['TreeUpdate'];
export type TreePage = Schemas['TreeList'];
export type TreeFacets = Schemas['FacetsResponse'];
export type TreeVersion = Schemas['TreeVersionSummary'];
export type TreeVersionBody = Schemas['TreeVersionResponse'];
export type LintReport = Schemas['LintResponse'];
export type LintFinding = Schemas['LintFinding'];

export type Folder = Schemas['FolderResponse'];
export type FolderCreate = Schemas['FolderCreate'];
export type ImportReport = Schemas['ImportReport'];
export type FolderUpdate = Schemas['FolderUpdate'];

// --- sessions ----------------------------------------------------------------------------------------------------

export type VariableValue = string | number | boolean | null;
export type Variables = Record<string, VariableValue>;

export type Decision = Schemas['Decision'];
export type CustomStep = Schemas['CustomStep'];
/** The flow as it was when the session was made; later edits of the flow never change a running session. */
export type TreeSnapshot = Schemas['TreeSnapshot'];
/** The document cannot say it, but variable values are scalars. */
export type SessionResponse = Omit<Schemas['SessionResponse'], 'session_variables'> & {
  session_variables: Variables;
};
export type StepRequest = Schemas['StepRequest'];
export type CompleteRequest = Schemas['SessionComplete'];
export type BatchResponse = Schemas['BatchLaunchResponse'];
export type BatchTarget = { label: string; session_variables?: Variables; assigned_to_id?: string };
export type LogEntry = Schemas['LogEntryResponse'];
export type LogKind = Schemas['LogKind'];
export type SaveAsFlowRequest = Schemas['SaveAsTreeRequest'];
export type SavePreview = Schemas['SaveAsTreePreview'];
export type SavedFlow = Schemas['SaveAsTreeResponse'];

export type NoteFormat = Schemas['ExportFormat'];
export type ExportRequest = Required<Schemas['SessionExport']>;

export type RedactionKind = Schemas['RedactionKind'];
export type NoteHit = Schemas['NoteHitBody'];
export type NotePreview = Schemas['NotePreviewResponse'];
export type NoteRedaction = Schemas['NoteRedaction'];
export type RedactionSettings = Schemas['RedactionSettingsResponse'];
export type RedactionRules = Required<Schemas['RedactionSettingsRequest']>;
export type RedactionRule = Schemas['RedactionRuleBody'];

// --- the copilot ---------------------------------------------------------------------------------------------------

/** The server sends every field, and null where there is nothing; the document makes those optional. */
type Sent<T> = Required<T>;

export type AiSessionSummary = Sent<Schemas['AiSessionSummaryBody']>;
/** What answered, and why it was no model where one could have. */
export type AiEngine = Sent<Schemas['EngineNote']>;
export type AiMessage = Sent<Omit<Schemas['AiMessageBody'], 'engine'>> & { engine: AiEngine | null };
/** What left the machine for one answer, word for word. */
export type SentRequest = Sent<Schemas['SentBody']>;
export type AiAnswer = Sent<Schemas['AiAnswerBody']>;
export type AiStep = Sent<Omit<Schemas['AiStepBody'], 'answer'>> & { answer: AiAnswer | null };
export type AiStepSource = Schemas['StepSource'];
export type SuggestedFix = Sent<Schemas['SuggestedFixBody']>;
export type DueFix = Sent<Schemas['DueFixBody']>;
export type AiSignature = Sent<Schemas['SignatureBody']>;
/** A file that came with what was said. */
export type AiUpload = Sent<Omit<Schemas['UploadBody'], 'signatures'>> & { signatures: AiSignature[] };
export type Documentation = Schemas['DocumentationResponse'];
export type SimilarCase = Schemas['SimilarBody'];
export type AiSession = Sent<
  Omit<Schemas['AiSessionResponse'], 'messages' | 'steps' | 'fixes' | 'signatures' | 'uploads' | 'engine'>
> & {
  engine: AiEngine;
  messages: AiMessage[];
  steps: AiStep[];
  fixes: SuggestedFix[];
  signatures: AiSignature[];
  uploads: AiUpload[];
};
export type NewAiSession = Schemas['AiSessionCreate'];
export type FixOutcome = Schemas['FixOutcomeRequest'];
export type AiVerdict = Schemas['VerdictKind'];
export type AiTurn = Schemas['TurnRequest'];

// --- handoffs ------------------------------------------------------------------------------------------------------

export type HandoffIntent = Schemas['HandoffRequest']['intent'];
export type NewHandoff = Schemas['HandoffRequest'];
export type TriedStep = Sent<Schemas['TriedStepBody']>;
/** `tried` is left out in the queue. */
export type HandoffSnapshot = Sent<Omit<Schemas['HandoffSnapshotBody'], 'tried' | 'pending_fix'>> & {
  tried?: TriedStep[];
  pending_fix: Sent<Schemas['PendingFixBody']> | null;
};
export type Handoff = Sent<Omit<Schemas['HandoffBody'], 'snapshot' | 'ai_assessment_data'>> & {
  snapshot: HandoffSnapshot;
  ai_assessment_data: Schemas['HandoffAssessmentBody'] | null;
};
export type AssessmentStatus = Handoff['assessment_status'];
export type HandoffMade = Omit<Schemas['HandoffMadeResponse'], 'handoff'> & { handoff: Handoff };
/** The detail of 409 `handoff_already_claimed`, which the document cannot name. */
export interface AlreadyClaimed {
  winner_id: string;
  winner_name: string;
  claimed_at: string;
}
export type PickupMode = Schemas['PickupRequest']['mode'];
export type ReasonQuality = Schemas['EscalationQualityResponse'];
export type EscalationFigures = Sent<Schemas['EscalationNumbersBody']>;
export type EscalationGroup = EscalationFigures & Pick<Schemas['EscalationGroupBody'], 'key' | 'name'>;
export type EscalationNumbers = EscalationFigures &
  Record<'by_domain' | 'by_client' | 'by_engineer' | 'by_claimer', EscalationGroup[]> &
  Pick<Schemas['EscalationNumbersResponse'], 'from' | 'to'>;

// --- live events -------------------------------------------------------------------------------------------------

/** The document says of a stream only that it is text. */
export interface HandoffEventAbout {
  handoff_id: string;
  session_id: string;
  intent: HandoffIntent;
  by_name: string;
  reason_snippet: string;
  psa_ticket_id: string | null;
  has_assessment: boolean;
}

export type LiveEvent =
  | { kind: 'handoff_created' | 'handoff_assessment_ready' | 'handoff_released'; about: HandoffEventAbout }
  | {
      kind: 'handoff_claimed';
      about: HandoffEventAbout & { claimed_by: string; claimed_by_name: string; claimed_at: string };
    }
  | { kind: 'notification_created'; about: unknown }
  | { kind: 'psa_push_changed'; about: unknown }
  | { kind: 'psa_ticket_changed'; about: Schemas['PsaTicketEvent'] };

// --- notifications -------------------------------------------------------------------------------------------------

export type Notification = Sent<Schemas['NotificationBody']>;
export type Channel = Schemas['ChannelBody'];
export type ChannelInput = Schemas['ChannelRequest'];
export type ChannelTest = Schemas['ChannelTestBody'];
export type ChannelMessage = Schemas['ChannelMessageBody'];
export type QuietHours = Schemas['QuietHoursBody'];
export type NotificationPreferences = {
  events: Record<string, Schemas['WaysBody']>;
  quiet_hours: QuietHours | null;
};

// --- the PSA -------------------------------------------------------------------------------------------------------

export type PsaDiagnosis = Schemas['DiagnosisBody'];
export type PsaTestResult = Schemas['PsaTestResponse'];
export type PsaConnectionInput = Schemas['PsaConnectRequest'];

/** The document says of these only that they are texts. */
export type NoteVisibility = 'internal' | 'discussion' | 'resolution';
export type RoundingDirection = 'up' | 'nearest' | 'down';
export type PushState = 'queued' | 'sending' | 'sent' | 'confirmed' | 'failed' | 'needs_review';

/** What a connection pushes, and how. */
export type PushSettings = Pick<Schemas['PushSettingsBody'], 'push_on_resolve' | 'push_on_escalate'> & {
  note_visibility: NoteVisibility;
  time_entry: Sent<Schemas['TimeSettingsBody']>;
  rounding: Omit<Schemas['RoundingBody'], 'direction'> & { direction: RoundingDirection };
  status: Sent<Schemas['StatusSettingsBody']>;
  content: Omit<Schemas['ContentSettingsBody'], 'redaction_mode'> & { redaction_mode: 'mask' | 'none' };
};
export type PsaConnection = Sent<
  Omit<Schemas['PsaConnectionBody'], 'status' | 'diagnosis' | 'settings' | 'note_visibilities'>
> & {
  note_visibilities: NoteVisibility[];
  status: 'ok' | 'failing' | 'untested';
  diagnosis: PsaDiagnosis | null;
  settings: PushSettings;
};
export type PsaConnectionAnswer = Sent<
  Omit<Schemas['PsaConnectionResponse'], 'connection' | 'provider' | 'status'>
> & {
  provider: PsaConnection['provider'] | null;
  status: PsaConnection['status'] | null;
  /** How it is connected; null for whoever does not manage that. */
  connection: PsaConnection | null;
};
export type PsaOptions = Schemas['PsaOptionsResponse'];
export type TimeLine = Sent<Omit<Schemas['TimeLineBody'], 'state'>> & { state: PushState | null };
export type TimeLedger = Sent<Omit<Schemas['TimeLedgerResponse'], 'entries' | 'rounding'>> & {
  entries: TimeLine[];
  rounding: Omit<Schemas['RoundingBody'], 'direction'> & { direction: RoundingDirection };
};
export type TimeEdit = {
  minutes: number | null;
  billable: boolean | null;
  work_type: string | null;
  note: string | null;
};

/** The ticket as it was read for a session, as far as it is shown. The document says only that it is JSON. */
export interface TicketSnapshot {
  fetched_at: string;
  ticket: {
    summary: string;
    closed: boolean;
    status: { name: string } | null;
    board: { name: string } | null;
    priority: { name: string } | null;
    company: { name: string } | null;
    contact: { name: string } | null;
  } | null;
  warning: string | null;
  changes?: TicketChange[];
}
export interface TicketChange {
  at: string;
  kind: 'status' | 'closed' | 'reopened' | 'summary' | 'note' | 'deleted';
  now: string;
}

export type PsaTicket = Sent<Schemas['TicketBody']>;
export type PsaTicketContext = {
  ticket: PsaTicket;
  company: Sent<Schemas['TicketCompanyBody']> | null;
  contact: Sent<Schemas['TicketContactBody']> | null;
  configurations: Sent<Schemas['ConfigurationBody']>[];
  recent_notes: Sent<Schemas['TicketNoteBody']>[];
  statuses: Schemas['TicketStatusBody'][];
};
export type PsaMemberMapping = Sent<Omit<Schemas['MemberMappingBody'], 'how'>> & {
  how: 'manual' | 'email' | 'none';
};
export type PsaMembers = { items: PsaMemberMapping[]; psa_members: Sent<Schemas['PsaMemberBody']>[] };

export type SessionKind = Schemas['SessionKindBody'];
export type PushArtefact = Schemas['ArtefactBody'];
export type PushPreview = Sent<Omit<Schemas['PushPreviewResponse'], 'kind' | 'time'>> & {
  kind: NoteVisibility;
  time: Sent<Schemas['PushTimeBody']> | null;
};
export type PsaPush = Sent<Omit<Schemas['PushBody'], 'state'>> & { state: PushState };

// --- the account and the installation -----------------------------------------------------------------------------

export type Plan = NonNullable<Schemas['BillingResponse']['plan']>;
export type SubscriptionStatus = NonNullable<Schemas['BillingResponse']['status']>;
/** The document says these two in a way that no type can be looked up by. */
type Standing = { plan: Plan; status: SubscriptionStatus };
export type Subscription = Omit<Schemas['SubscriptionBody'], keyof Standing> & Standing;
export type Billing = Schemas['BillingResponse'];

export type AuditEntry = Schemas['AuditEntryResponse'];
export type AuditPage = Schemas['AuditPageResponse'];
export type AuditCheck = Schemas['AuditCheckResponse'];
export type AuditRetention = Schemas['AuditRetentionResponse'];

type SiteSubscription = Omit<Schemas['AdminSubscription'], keyof Standing> & Standing;
export type SiteAccount = Omit<Schemas['AdminAccountResponse'], 'subscription'> & {
  subscription: SiteSubscription | null;
};
export type SiteAccountDetail = SiteAccount & { people: SiteUser[] };
export type SiteUser = Schemas['AdminUserResponse'];
export type SiteHealth = Schemas['AdminHealthResponse'];
export type Job = Schemas['JobResponse'];
export type OutboxMail = Schemas['OutboxMailResponse'];

// --- system ------------------------------------------------------------------------------------------------------

export type Problem = Schemas['ErrorBody'];
export type Meta = Schemas['MetaResponse'];

// --- handoffs, live events, notifications ---------------------------------------------------------------------------

// --- the assistant -------------------------------------------------------------------------------------------------

export type AssistantChatSummary = Schemas['ChatBody'];
export type AssistantChat = Schemas['ChatResponse'];
export type AssistantMessage = Schemas['ChatMessageBody'];
export type AssistantCitation = Schemas['Citation'];
export type AssistantDocumentSummary = Schemas['DocumentSummaryBody'];
export type AssistantDocument = Schemas['DocumentResponse'];
