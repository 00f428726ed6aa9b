-- Words in braces are the engine's: see dialect.rs.

-- An account's way to its PSA. The credentials are sealed for this very row; texts of JSON are passed through.
CREATE TABLE psa_connections (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    provider text NOT NULL,
    site_url text NOT NULL,
    company_id text NOT NULL,
    public_key_hint text NOT NULL,
    credentials text NOT NULL,
    flowpilot_settings text NOT NULL,
    status text NOT NULL,
    diagnosis text,
    last_tested_at {int},
    connected_by_id {uuid} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_psa_connections PRIMARY KEY (id),
    CONSTRAINT uq_psa_connections_account UNIQUE (account_id),
    CONSTRAINT fk_psa_connections_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_psa_connections_person FOREIGN KEY (connected_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_psa_connections_provider CHECK (provider IN ('connectwise')),
    CONSTRAINT ck_psa_connections_status CHECK (status IN ('ok', 'failing', 'untested'))
) {strict};

-- Who somebody is at the PSA, where somebody said so.
CREATE TABLE psa_member_mappings (
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    member_id text NOT NULL,
    member_identifier text NOT NULL,
    member_name text NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT pk_psa_member_mappings PRIMARY KEY (account_id, user_id),
    CONSTRAINT fk_psa_member_mappings_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};

-- What is on its way into tickets, and what became of it. It outlives its connection, and knows sessions of both kinds.
CREATE TABLE psa_post_log (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    session_kind text NOT NULL,
    session_id {uuid} NOT NULL,
    occasion text NOT NULL,
    ticket_id text NOT NULL,
    artefact text NOT NULL,
    idempotency_key text NOT NULL,
    minutes {int},
    content text,
    warnings text NOT NULL,
    state text NOT NULL,
    tries {int} NOT NULL,
    maybe_there {bool} NOT NULL,
    due_at {int},
    remote_id text,
    error text,
    requested_by_id {uuid} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_psa_post_log PRIMARY KEY (id),
    CONSTRAINT uq_psa_post_log_key UNIQUE (account_id, idempotency_key),
    CONSTRAINT fk_psa_post_log_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_psa_post_log_person FOREIGN KEY (requested_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_psa_post_log_session_kind CHECK (session_kind IN ('guided', 'ai')),
    CONSTRAINT ck_psa_post_log_occasion CHECK (occasion IN ('resolve', 'escalate')),
    CONSTRAINT ck_psa_post_log_artefact CHECK (artefact IN ('note', 'time')),
    CONSTRAINT ck_psa_post_log_state
        CHECK (state IN ('queued', 'sending', 'sent', 'confirmed', 'failed', 'needs_review'))
) {strict};
CREATE INDEX ix_psa_post_log_newest ON psa_post_log (account_id, created_at DESC, id DESC);
CREATE INDEX ix_psa_post_log_session ON psa_post_log (account_id, session_id, created_at DESC, id DESC);
CREATE INDEX ix_psa_post_log_state ON psa_post_log (account_id, state, created_at DESC, id DESC);
