-- Words in braces are the engine's: see dialect.rs.

-- Links of mails that work once: of each token its digest alone, and the address it went to.
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
    CONSTRAINT ck_link_tokens_purpose CHECK (purpose IN ('reset_password', 'verify_email')),
    CONSTRAINT ck_link_tokens_ended CHECK ((ended_at IS NULL) = (ended_as IS NULL)),
    CONSTRAINT ck_link_tokens_ended_as CHECK (ended_as IN ('used', 'superseded'))
) {strict};
CREATE INDEX ix_link_tokens_user ON link_tokens (user_id, purpose, created_at DESC);

-- Invitations to join an account. A new link takes the place of the one before.
CREATE TABLE invites (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    email {key} NOT NULL,
    role text NOT NULL,
    invited_by_id {uuid} NOT NULL,
    token_id {uuid} NOT NULL,
    token_hash {key} NOT NULL,
    created_at {int} NOT NULL,
    sent_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    accepted_at {int},
    accepted_by_id {uuid},
    revoked_at {int},
    CONSTRAINT pk_invites PRIMARY KEY (id),
    CONSTRAINT uq_invites_hash UNIQUE (token_hash),
    CONSTRAINT fk_invites_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_invites_inviter FOREIGN KEY (invited_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_invites_person FOREIGN KEY (accepted_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_invites_role CHECK (role IN ('viewer', 'engineer', 'team_admin', 'owner')),
    CONSTRAINT ck_invites_accepted CHECK ((accepted_at IS NULL) = (accepted_by_id IS NULL)),
    CONSTRAINT ck_invites_ended CHECK (accepted_at IS NULL OR revoked_at IS NULL)
) {strict};
CREATE UNIQUE INDEX uq_invites_open ON invites (account_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX ix_invites_newest ON invites (account_id, created_at DESC, id DESC);
