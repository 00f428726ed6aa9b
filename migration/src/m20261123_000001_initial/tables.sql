-- Words in braces are the engine's: see dialect.rs.

CREATE TABLE accounts (
    id {uuid} NOT NULL,
    name text NOT NULL,
    session_idle_minutes {int},
    session_absolute_minutes {int},
    created_at {int} NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT ck_accounts_idle_le_absolute CHECK (
        session_idle_minutes IS NULL OR session_absolute_minutes IS NULL
        OR session_idle_minutes <= session_absolute_minutes)
) {strict};

CREATE TABLE teams (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    name text NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_teams PRIMARY KEY (id),
    CONSTRAINT uq_teams_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_teams_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
CREATE INDEX ix_teams_account ON teams (account_id);

CREATE TABLE users (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    team_id {uuid},
    email {key} NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    is_super_admin {bool} NOT NULL,
    is_active {bool} NOT NULL,
    deleted_at {int},
    email_verified_at {int},
    password_hash text,
    last_login {int},
    created_at {int} NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_id_account UNIQUE (id, account_id),
    CONSTRAINT uq_users_email UNIQUE (email),
    CONSTRAINT fk_users_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_users_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id),
    CONSTRAINT ck_users_role CHECK (role IN ('viewer', 'engineer', 'team_admin', 'owner'))
) {strict};
CREATE INDEX ix_users_account ON users (account_id);

CREATE TABLE subscriptions (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    plan text NOT NULL,
    status text NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_subscriptions PRIMARY KEY (id),
    CONSTRAINT uq_subscriptions_account UNIQUE (account_id),
    CONSTRAINT fk_subscriptions_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT ck_subscriptions_plan CHECK (plan IN ('free', 'pro')),
    CONSTRAINT ck_subscriptions_status CHECK (
        status IN ('active', 'trialing', 'past_due', 'canceled', 'locked'))
) {strict};

CREATE TABLE refresh_tokens (
    jti {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    family_id {uuid} NOT NULL,
    parent_jti {uuid},
    generation {int} NOT NULL,
    issued_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    revoked_at {int},
    revoked_reason text,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (jti),
    CONSTRAINT uq_refresh_tokens_parent UNIQUE (parent_jti),
    CONSTRAINT fk_refresh_tokens_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_refresh_tokens_revoked CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
    CONSTRAINT ck_refresh_tokens_reason CHECK (
        revoked_reason IN ('rotated', 'logout', 'bulk', 'absolute', 'reuse', 'password', 'disabled'))
) {strict};
CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (family_id);
CREATE INDEX ix_refresh_tokens_user ON refresh_tokens (user_id);

-- No references: the log outlives what it speaks of.
CREATE TABLE audit_log (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    actor_id {uuid},
    action {key} NOT NULL,
    target_kind text NOT NULL,
    target_id {uuid},
    payload text NOT NULL,
    request_id {uuid} NOT NULL,
    at {int} NOT NULL,
    CONSTRAINT pk_audit_log PRIMARY KEY (id)
) {strict};
CREATE INDEX ix_audit_log_newest ON audit_log (account_id, action, at DESC, id DESC);

CREATE TABLE trees (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    team_id {uuid},
    author_id {uuid},
    name text NOT NULL,
    name_key {key} NOT NULL,
    description text,
    category {key},
    tags text NOT NULL,
    tree_type text NOT NULL,
    structure text NOT NULL,
    intake_form text NOT NULL,
    search_text {key} NOT NULL,
    step_count {int} NOT NULL,
    expected_minutes {int},
    version {int} NOT NULL,
    status text NOT NULL,
    is_active {bool} NOT NULL,
    is_public {bool} NOT NULL,
    is_default {bool} NOT NULL,
    fork_parent_id {uuid},
    fork_root_id {uuid},
    fork_depth {int},
    fork_reason text,
    fork_parent_updated_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_trees PRIMARY KEY (id),
    CONSTRAINT uq_trees_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_trees_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_trees_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id),
    CONSTRAINT fk_trees_author FOREIGN KEY (author_id) REFERENCES users (id),
    CONSTRAINT ck_trees_type CHECK (tree_type IN ('troubleshooting', 'procedural', 'maintenance')),
    CONSTRAINT ck_trees_status CHECK (status IN ('draft', 'published')),
    CONSTRAINT ck_trees_fork CHECK (
        (fork_parent_id IS NULL) = (fork_root_id IS NULL)
        AND (fork_parent_id IS NULL) = (fork_depth IS NULL)
        AND (fork_parent_id IS NULL) = (fork_parent_updated_at IS NULL))
) {strict};
CREATE INDEX ix_trees_account_name ON trees (account_id, name_key, id);
CREATE INDEX ix_trees_account_recent ON trees (account_id, updated_at DESC, id DESC);
-- What every account sees of the others' flows.
CREATE INDEX ix_trees_shared ON trees (name_key, id)
    WHERE is_active AND status = 'published' AND (is_public OR is_default);

CREATE TABLE tree_tags (
    tree_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    tag {key} NOT NULL,
    CONSTRAINT pk_tree_tags PRIMARY KEY (tree_id, tag),
    CONSTRAINT fk_tree_tags_tree FOREIGN KEY (tree_id, account_id) REFERENCES trees (id, account_id)
) {strict};
CREATE INDEX ix_tree_tags_tag ON tree_tags (tag, tree_id);

-- By the account that uses the flow, which need not be the one that owns it: counting writes no foreign row.
CREATE TABLE tree_usage (
    account_id {uuid} NOT NULL,
    tree_id {uuid} NOT NULL,
    count {int} NOT NULL,
    CONSTRAINT pk_tree_usage PRIMARY KEY (account_id, tree_id),
    CONSTRAINT fk_tree_usage_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_tree_usage_tree FOREIGN KEY (tree_id) REFERENCES trees (id)
) {strict};

CREATE TABLE tree_versions (
    id {uuid} NOT NULL,
    tree_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    version {int} NOT NULL,
    name text NOT NULL,
    description text,
    category text,
    tags text NOT NULL,
    tree_type text NOT NULL,
    structure text NOT NULL,
    intake_form text NOT NULL,
    change_note text,
    published_by_id {uuid},
    published_at {int} NOT NULL,
    CONSTRAINT pk_tree_versions PRIMARY KEY (id),
    CONSTRAINT uq_tree_versions_number UNIQUE (tree_id, version),
    CONSTRAINT fk_tree_versions_tree FOREIGN KEY (tree_id, account_id) REFERENCES trees (id, account_id),
    CONSTRAINT fk_tree_versions_publisher FOREIGN KEY (published_by_id) REFERENCES users (id),
    CONSTRAINT ck_tree_versions_type CHECK (tree_type IN ('troubleshooting', 'procedural', 'maintenance'))
) {strict};

-- Immutable, each once per account by the SHA-256 of its text.
CREATE TABLE tree_snapshots (
    account_id {uuid} NOT NULL,
    hash {key} NOT NULL,
    json text NOT NULL,
    CONSTRAINT pk_tree_snapshots PRIMARY KEY (account_id, hash),
    CONSTRAINT fk_tree_snapshots_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};

-- No reference to trees: a session outlives the flow it was made from.
CREATE TABLE sessions (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    tree_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    snapshot_hash {key} NOT NULL,
    tree_name text NOT NULL,
    tree_name_key {key} NOT NULL,
    path_taken text NOT NULL,
    decisions text NOT NULL,
    custom_steps text NOT NULL,
    variables text NOT NULL,
    scratchpad text NOT NULL,
    ticket_number text,
    ticket_key {key},
    client_name text,
    client_key {key},
    batch_id {uuid},
    target_label text,
    prepared_by_id {uuid},
    assigned_to_id {uuid},
    started_at {int},
    completed_at {int},
    outcome text,
    outcome_notes text,
    next_steps text,
    exported {bool} NOT NULL,
    active_seconds {int} NOT NULL,
    last_activity_at {int},
    log_length {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_sessions_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_sessions_preparer FOREIGN KEY (prepared_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_sessions_assignee FOREIGN KEY (assigned_to_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_sessions_snapshot FOREIGN KEY (account_id, snapshot_hash)
        REFERENCES tree_snapshots (account_id, hash),
    CONSTRAINT ck_sessions_outcome CHECK (
        outcome IN ('resolved', 'workaround', 'unresolved', 'escalated', 'cancelled'))
) {strict};
CREATE INDEX ix_sessions_user ON sessions (account_id, user_id, started_at DESC {nulls_last}, id DESC);
CREATE INDEX ix_sessions_assignee ON sessions (account_id, assigned_to_id, started_at DESC {nulls_last}, id DESC);
CREATE INDEX ix_sessions_batch ON sessions (batch_id);
CREATE INDEX ix_sessions_tree ON sessions (tree_id);

CREATE TABLE session_log (
    session_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    seq {int} NOT NULL,
    entry_id {uuid},
    at {int} NOT NULL,
    actor_id {uuid} NOT NULL,
    kind text NOT NULL,
    node_id text,
    title text,
    answer text,
    option_id text,
    reason text,
    notes text,
    CONSTRAINT pk_session_log PRIMARY KEY (session_id, seq),
    CONSTRAINT uq_session_log_entry UNIQUE (session_id, entry_id),
    CONSTRAINT fk_session_log_session FOREIGN KEY (session_id, account_id) REFERENCES sessions (id, account_id),
    CONSTRAINT ck_session_log_kind CHECK (kind IN (
        'prepared', 'started', 'answered', 'done', 'skipped', 'back', 'custom', 'note', 'variables', 'revised',
        'completed', 'exported'))
) {strict};
