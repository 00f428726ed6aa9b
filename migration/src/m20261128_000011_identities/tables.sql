-- Words in braces are the engine's: see dialect.rs.

-- Who somebody is at a provider. The key is what the provider never changes or gives away again: its own name, the
-- directory (empty where there is none), and the subject. The address is for people to read and decides nothing.
CREATE TABLE identities (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    provider {key} NOT NULL,
    issuer {key} NOT NULL,
    directory {key} NOT NULL,
    subject {key} NOT NULL,
    email {key},
    created_at {int} NOT NULL,
    last_used_at {int},
    CONSTRAINT pk_identities PRIMARY KEY (id),
    CONSTRAINT uq_identities_key UNIQUE (issuer, directory, subject),
    CONSTRAINT fk_identities_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_identities_user ON identities (account_id, user_id);

-- Ways to a provider and back that have begun. A row is taken away by whoever comes back with its state, so a state
-- is good for one return. Those of people who sign in belong to the site, those of people who link to their account.
CREATE TABLE oauth_flows (
    state_hash {key} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid},
    provider {key} NOT NULL,
    expires_at {int} NOT NULL,
    CONSTRAINT pk_oauth_flows PRIMARY KEY (state_hash),
    CONSTRAINT fk_oauth_flows_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_oauth_flows_expiry ON oauth_flows (expires_at);
