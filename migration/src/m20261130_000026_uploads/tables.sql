-- Words in braces are the engine's: see dialect.rs.

-- Files people brought; their bytes lie elsewhere, under the account and the id. A row is there before its bytes are, so
-- that the account's room is taken once.
CREATE TABLE uploads (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    uploaded_by {uuid} NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    bytes {int} NOT NULL,
    sha256 text NOT NULL,
    width {int},
    height {int},
    log text,
    ai_session_id {uuid},
    entry_id {uuid},
    attached_at {int},
    is_kept {bool} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_uploads PRIMARY KEY (id),
    CONSTRAINT fk_uploads_person FOREIGN KEY (uploaded_by, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_uploads_session FOREIGN KEY (ai_session_id, account_id) REFERENCES ai_sessions (id, account_id),
    CONSTRAINT ck_uploads_bytes CHECK (bytes > 0),
    CONSTRAINT ck_uploads_attached CHECK ((ai_session_id IS NULL) = (attached_at IS NULL) AND (ai_session_id IS NULL) = (entry_id IS NULL))
) {strict};
CREATE INDEX ix_uploads_account ON uploads (account_id, bytes);
CREATE INDEX ix_uploads_session ON uploads (ai_session_id, id);
CREATE INDEX ix_uploads_person ON uploads (uploaded_by, id);
