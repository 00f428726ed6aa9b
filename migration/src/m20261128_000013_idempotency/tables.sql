-- Words in braces are the engine's: see dialect.rs.

-- The answer to a creating request under the key its client chose, written with what the request created.
CREATE TABLE idempotency_keys (
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    request_key {key} NOT NULL,
    request_hash {key} NOT NULL,
    etag {key},
    answer {key},
    expires_at {int} NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (account_id, user_id, request_key),
    CONSTRAINT fk_idempotency_keys_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_idempotency_keys_expiry ON idempotency_keys (account_id, expires_at);
