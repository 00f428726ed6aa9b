-- Words in braces are the engine's: see dialect.rs.

-- What happened and whom it concerns. Without a number until it is published: see rf-events.
CREATE TABLE events (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid},
    kind text NOT NULL,
    about text NOT NULL,
    created_at {int} NOT NULL,
    sequence {int},
    CONSTRAINT pk_events PRIMARY KEY (id),
    CONSTRAINT fk_events_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_events_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE UNIQUE INDEX uq_events_sequence ON events (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX ix_events_unpublished ON events (created_at, id) WHERE sequence IS NULL;
CREATE INDEX ix_events_account ON events (account_id, sequence);
CREATE INDEX ix_events_created ON events (created_at);
