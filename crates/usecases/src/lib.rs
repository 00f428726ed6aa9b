//! What the product does. [`App`] has one method per use case; each authorises, opens a unit of work, calls the
//! domain and commits. The HTTP shell, the command line and the tests call the same methods.
#![warn(missing_docs)]

mod app;
mod archive;
mod assistant;
mod audit;
mod auth;
mod batches;
mod billing;
mod channels;
mod credentials;
mod email_change;
mod folders;
mod handoff;
mod invites;
mod library;
mod links;
mod mail;
mod notes;
mod notifications;
mod oauth;
mod once;
mod passwords;
mod people;
mod pilot;
mod profile;
mod psa;
mod queue;
mod realtime;
mod redaction;
mod save_as_tree;
mod second_factors;
mod security;
mod seed;
mod sessions;
mod site_admin;
mod system;
mod teams;
mod tree_events;
mod trees;
mod uploads;
mod work;

pub use app::{App, AppParts, IdentityProviders, Settings};
pub use archive::{ImportedFile, ImportedFlow, ImportedLibrary, RefusedFile};
pub use assistant::{AskAssistant, ChatPage, ChatView, DocumentLine, PlannedAnswer};
pub use audit::{AuditFormat, AuditLine, AuditPage, ChainReport};
pub use auth::{Me, Registration, SignIn, SignedIn};
pub use batches::BatchProgress;
pub use billing::{BillingView, take_kb_conversion};
pub use channels::{ChannelMessagePage, SetUpChannel};
pub use credentials::{SealedCount, count_sealed};
pub use folders::{FolderPatch, FolderView, NewFolder, NewFolderScope};
pub use handoff::{
    EscalationPage, EscalationReport, GuidedHandOver, HandOver, HandoffMade, HandoffView, NamedGroup,
    QualityAsk,
};
pub use invites::{InviteLookup, InviteView, NewInvite, NewMember};
pub use mail::{ResetLink, job_handlers};
pub use notes::{ExportedNote, NotePreview, NoteRequest};
pub use notifications::NotificationPage;
pub use oauth::{OauthStart, OwnIdentities};
pub use once::OnceRequest;
pub use passwords::{PasswordHasher, PasswordSettings, PasswordSetupError};
pub use people::{PeopleFilter, PersonView};
pub use pilot::{
    AiSessionPage, AiSessionView, BeginAiSession, DueFix, EditNote, EditedNote, LiveWords, Model,
    PlannedNote, PlannedTurn, TakeTurn, TurnInput, WriteNote, WrittenCase,
};
pub use profile::FreshAccess;
pub use psa::{
    ConnectPsa, EditTime, ManagedPsa, MappedHow, MemberLine, MemberList, PsaOptions, PsaResult, PsaStatus,
    PushPage, PushPreview, PushSubject, SYNC_EVERY_SECONDS, TicketCard, TimeLedger, TimeLine,
};
pub use queue::OutboxMail;
pub use realtime::{EventStream, Replay};
pub use save_as_tree::{SaveAsTree, SavedTree};
pub use second_factors::{BegunSecondFactor, SecondFactorPolicyView, SecondFactorView};
pub use security::{RevokeScope, SecurityView, SessionPolicyChange};
pub use seed::{DEMO_PASSWORD, DemoPerson};
pub use sessions::{BatchLaunch, BatchTarget, PrepareSession, SessionPage, SessionView, StartSession};
pub use site_admin::{AccountOverview, SiteAdminOutcome, SiteHealth};
pub use system::{RandomIds, SystemClock};
pub use teams::TeamView;
pub use trees::{NewTree, TreeView};
pub use uploads::{SweptUploads, UploadView};
pub use work::{Area, Caller, Work};
