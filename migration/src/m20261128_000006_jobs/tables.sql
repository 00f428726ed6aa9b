-- Words in braces are the engine's: see dialect.rs.

-- Work for later. All instants are of the database's clock. No reference to the account: what is to be done
-- outlives what it speaks of.
CREATE TABLE jobs (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    kind text NOT NULL,
    payload text NOT NULL,
    dedupe_key {key},
    state text NOT NULL,
    attempts {int} NOT NULL,
    run_at {int} NOT NULL,
    lease_id {uuid},
    leased_until {int},
    last_error text,
    created_at {int} NOT NULL,
    finished_at {int},
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT ck_jobs_state CHECK (state IN ('ready', 'running', 'parked', 'done')),
    CONSTRAINT ck_jobs_lease CHECK (
        (state = 'running') = (lease_id IS NOT NULL) AND (lease_id IS NULL) = (leased_until IS NULL)),
    CONSTRAINT ck_jobs_finished CHECK ((state IN ('parked', 'done')) = (finished_at IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX uq_jobs_dedupe ON jobs (account_id, dedupe_key) WHERE dedupe_key IS NOT NULL;
CREATE INDEX ix_jobs_due ON jobs (run_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX ix_jobs_newest ON jobs (created_at DESC, id DESC);

-- Mails, as what they say and to whom; the words, and the links with their tokens, are made when one is sent.
CREATE TABLE mails (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    recipient text NOT NULL,
    content text NOT NULL,
    state text NOT NULL,
    attempts {int} NOT NULL,
    created_at {int} NOT NULL,
    sent_at {int},
    response text,
    CONSTRAINT pk_mails PRIMARY KEY (id),
    CONSTRAINT fk_mails_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT ck_mails_state CHECK (state IN ('queued', 'sent', 'kept', 'failed')),
    CONSTRAINT ck_mails_sent CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) {strict};
CREATE INDEX ix_mails_newest ON mails (created_at DESC, id DESC);
