-- Words in braces are the engine's: see dialect.rs.

-- What somebody says about a session's time before it is charged; a push that has taken it is named.
CREATE TABLE psa_time_edits (
    account_id {uuid} NOT NULL,
    session_kind text NOT NULL,
    session_id {uuid} NOT NULL,
    minutes {int},
    billable {bool},
    work_type text,
    note text,
    taken_by text,
    edited_by_id {uuid} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_psa_time_edits PRIMARY KEY (account_id, session_id),
    CONSTRAINT fk_psa_time_edits_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_psa_time_edits_person FOREIGN KEY (edited_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_psa_time_edits_session_kind CHECK (session_kind IN ('guided', 'ai'))
) {strict};

-- HaloPSA is connected as well. SQLite changes no constraint of a table, so the table is made anew; nothing refers to it.
CREATE TABLE psa_connections_before AS SELECT * FROM psa_connections;
DROP TABLE psa_connections;
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
    CONSTRAINT ck_psa_connections_provider CHECK (provider IN ('connectwise', 'halo')),
    CONSTRAINT ck_psa_connections_status CHECK (status IN ('ok', 'failing', 'untested'))
) {strict};
INSERT INTO psa_connections
    (id, account_id, provider, site_url, company_id, public_key_hint, credentials, flowpilot_settings, status, diagnosis,
     last_tested_at, connected_by_id, created_at, updated_at, revision)
    SELECT id, account_id, provider, site_url, company_id, public_key_hint, credentials, flowpilot_settings, status, diagnosis,
        last_tested_at, connected_by_id, created_at, updated_at, revision
    FROM psa_connections_before;
DROP TABLE psa_connections_before;
