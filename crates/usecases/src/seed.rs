//! What an installation starts with: the flows everybody can use, and, where asked for, a demo account.

use rf_accounts::{Account, Email, InsertUserOutcome, LIBRARY_ACCOUNT_ID, Plan, Subscription, User};
use rf_auth_policy::{AccessClaims, Role, check_new_password};
use rf_kernel::{Ctx, Failure, RequestId, Revision, TreeId, UserId};
use rf_sessions::Variables;
use rf_store::Access;
use rf_trees::{FlowDraft, StarterFlow, Tree, TreeStatus, starter_flows};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    App, Caller, ConnectPsa, PrepareSession, StartSession,
    library::read_flow_file,
    work::{Decided, retry_busy},
};

/// The password of every demo person. Only an installation started with `--demo` has them.
pub const DEMO_PASSWORD: &str = "resolutionflow-demo";

const DEMO_ACCOUNT_ID: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_00d0);

/// Somebody to try the product as.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    /// Sign-in name.
    pub email: &'static str,
    /// Their name.
    pub name: &'static str,
    /// What they may do.
    pub role: Role,
}

impl DemoPerson {
    /// Everybody in the demo account.
    pub const ALL: [Self; 4] = [
        Self { email: "eli@northwind.example", name: "Eli Navarro", role: Role::Engineer },
        Self { email: "tess@northwind.example", name: "Tess Okafor", role: Role::TeamAdmin },
        Self { email: "olivia@northwind.example", name: "Olivia Brandt", role: Role::Owner },
        Self { email: "vic@northwind.example", name: "Vic Lindqvist", role: Role::Viewer },
    ];

    fn id(self) -> UserId {
        stable_id(&format!("demo:{}", self.email)).into()
    }
}

/// An id that is the same at every start.
fn stable_id(name: &str) -> Uuid {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

impl App {
    /// Whether an earlier start has begun to load the flows that ship.
    ///
    /// # Errors
    /// What the store says.
    pub async fn has_starter_flows(&self) -> Result<bool, Failure> {
        let mut unit = self.store.begin(Access::system_read()).await?;
        Ok(unit.account_by_id(LIBRARY_ACCOUNT_ID).await?.is_some())
    }

    /// Makes sure the flows that ship with this version are there: new ones are added, changed ones get a new
    /// version. Run at every start; answers how many it wrote.
    ///
    /// # Errors
    /// What the store says, or a shipped flow that does not publish, which a test rules out.
    pub async fn load_starter_flows(&self) -> Result<usize, Failure> {
        let ctx = self.ctx(self.new_id::<RequestId>());
        self.system_write(async |unit| {
            if unit.account_by_id(LIBRARY_ACCOUNT_ID).await?.is_none() {
                unit.insert_account(&Account {
                    id: LIBRARY_ACCOUNT_ID,
                    name: "ResolutionFlow library".into(),
                    session_idle_minutes: None,
                    session_absolute_minutes: None,
                    requires_second_factor: false,
                    created_at: ctx.now,
                })
                .await?;
            }
            Ok(Decided::Answer(()))
        })
        .await?;
        let mut written = 0;
        for starter in starter_flows() {
            written += usize::from(self.load_starter_flow(&starter, &ctx).await?);
        }
        Ok(written)
    }

    async fn load_starter_flow(&self, starter: &StarterFlow, ctx: &Ctx) -> Result<bool, Failure> {
        let content = read_flow_file(starter.yaml)?.normalised();
        let id: TreeId = stable_id(&format!("starter:{}", starter.slug)).into();
        retry_busy(async || {
            let mut unit = self.store.begin(Access::write(LIBRARY_ACCOUNT_ID)).await?;
            let existing = unit.tree_by_id(LIBRARY_ACCOUNT_ID, id).await?;
            if existing.as_ref().is_some_and(|tree| tree.content == content) {
                return Ok(false);
            }
            let before = existing.as_ref().map(|tree| tree.revision);
            let mut tree = existing.map_or_else(
                || library_tree(id, content.clone(), ctx),
                |tree| Tree { content: content.clone(), revision: tree.revision.next(), ..tree },
            );
            let version = tree.publish(self.new_id(), None, None, ctx.now)?;
            match before {
                None => unit.insert_tree(&tree).await?,
                Some(before) => {
                    unit.update_tree(LIBRARY_ACCOUNT_ID, &tree, before).await?;
                }
            }
            unit.insert_tree_version(&version).await?;
            unit.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Makes the demo account if it is not there: four people, and a session prepared for the engineer.
    ///
    /// # Errors
    /// What the store says.
    pub async fn load_demo(&self) -> Result<(), Failure> {
        let ctx = self.ctx(self.new_id::<RequestId>());
        let account_id = DEMO_ACCOUNT_ID.into();
        let exists = {
            let mut unit = self.store.begin(Access::system_read()).await?;
            unit.account_by_id(account_id).await?.is_some()
        };
        if exists {
            return Ok(());
        }
        check_new_password("password", DEMO_PASSWORD)?;
        let hash = self.passwords.hash(&DEMO_PASSWORD.into()).await?;
        let account = Account {
            id: account_id,
            name: "Northwind IT".into(),
            session_idle_minutes: None,
            session_absolute_minutes: None,
            requires_second_factor: false,
            created_at: ctx.now,
        };
        let mut users = Vec::new();
        for person in DemoPerson::ALL {
            users.push(User {
                id: person.id(),
                account_id,
                team_id: None,
                email: Email::parse(person.email).map_err(|e| Failure::invalid(vec![e]))?,
                name: person.name.into(),
                role: person.role,
                is_super_admin: false,
                is_active: true,
                deleted_at: None,
                email_verified_at: Some(ctx.now),
                password_hash: Some(hash.clone()),
                last_login: None,
                created_at: ctx.now,
                session_epoch: 0,
                second_factor_due: false,
                spared: None,
            });
        }
        self.system_write(async |unit| {
            unit.insert_account(&account).await?;
            for user in &users {
                if unit.insert_user(user).await? == InsertUserOutcome::EmailTaken {
                    return Err(Failure::internal("a demo address is taken by somebody else"));
                }
            }
            let subscription = Subscription::begin(self.new_id(), account_id, Plan::Pro, ctx.now);
            unit.insert_subscription(&subscription).await?;
            Ok(Decided::Answer(()))
        })
        .await?;
        self.prepare_demo_session(&users[2], &users[0], &ctx).await
    }

    /// Connects the demo account, where it is not connected that way already.
    ///
    /// # Errors
    /// What the store says.
    pub async fn connect_demo_psa(&self, entered: &ConnectPsa) -> Result<(), Failure> {
        let ctx = self.ctx(self.new_id::<RequestId>());
        let owner = DemoPerson::ALL[2].id();
        let mut unit = self.store.begin(Access::read(DEMO_ACCOUNT_ID.into())).await?;
        let owner = unit.user_by_id(DEMO_ACCOUNT_ID.into(), owner).await?;
        drop(unit);
        let owner = owner.ok_or_else(|| Failure::internal("the demo account is not there"))?;
        let claims = AccessClaims::of(owner.id, owner.account_id, owner.session_epoch, ctx.now);
        let caller = Caller::new(claims, ctx.request_id);
        let kept = self.psa_connection(&caller).await?;
        if kept.is_none_or(|kept| (kept.vendor, &kept.site_url) != (entered.vendor, &entered.site_url)) {
            self.connect_psa(&caller, entered).await?;
        }
        Ok(())
    }

    async fn prepare_demo_session(&self, by: &User, assignee: &User, ctx: &Ctx) -> Result<(), Failure> {
        let claims = AccessClaims::of(by.id, by.account_id, by.session_epoch, ctx.now);
        let caller = Caller::new(claims, ctx.request_id);
        let start = StartSession {
            tree_id: stable_id("starter:printer-offline").into(),
            ticket_number: Some("48177".into()),
            client_name: Some("Fabrikam Legal".into()),
            variables: Variables::new(),
        };
        let prepare = PrepareSession { start, assigned_to_id: Some(assignee.id) };
        self.prepare_session(&caller, &prepare).await.map(|_| ())
    }
}

fn library_tree(id: TreeId, content: FlowDraft, ctx: &Ctx) -> Tree {
    Tree {
        id,
        account_id: LIBRARY_ACCOUNT_ID,
        team_id: None,
        author_id: None,
        content,
        version: 0,
        status: TreeStatus::Draft,
        is_active: true,
        is_public: true,
        is_default: true,
        usage_count: 0,
        fork: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        revision: Revision::FIRST,
    }
}
