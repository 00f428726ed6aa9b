-- Words in braces are the engine's: see dialect.rs.

-- Links also change an address. SQLite changes no constraint of a table, so the table is made anew; nothing refers
-- to it.
CREATE TABLE link_tokens_before AS SELECT * FROM link_tokens;
DROP TABLE link_tokens;
CREATE TABLE link_tokens (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    purpose text NOT NULL,
    token_hash {key} NOT NULL,
    email {key} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    ended_at {int},
    ended_as text,
    CONSTRAINT pk_link_tokens PRIMARY KEY (id),
    CONSTRAINT uq_link_tokens_hash UNIQUE (token_hash),
    CONSTRAINT fk_link_tokens_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_link_tokens_purpose CHECK (purpose IN ('reset_password', 'verify_email', 'change_email')),
    CONSTRAINT ck_link_tokens_ended CHECK ((ended_at IS NULL) = (ended_as IS NULL)),
    CONSTRAINT ck_link_tokens_ended_as CHECK (ended_as IN ('used', 'superseded'))
) {strict};
INSERT INTO link_tokens (id, account_id, user_id, purpose, token_hash, email, created_at, expires_at, ended_at, ended_as)
    SELECT id, account_id, user_id, purpose, token_hash, email, created_at, expires_at, ended_at, ended_as
    FROM link_tokens_before;
DROP TABLE link_tokens_before;
CREATE INDEX ix_link_tokens_user ON link_tokens (user_id, purpose, created_at DESC);
