-- Words in braces are the engine's: see dialect.rs.

-- How an account hears of changes in its PSA. Of the address of its callbacks there is the id its secret is made from.
CREATE TABLE psa_feeds (
    account_id {uuid} NOT NULL,
    connection_id {uuid} NOT NULL,
    token_id {uuid} NOT NULL,
    callback_id text,
    problem text,
    seen_until {int},
    synced_at {int},
    updated_at {int} NOT NULL,
    CONSTRAINT pk_psa_feeds PRIMARY KEY (account_id),
    CONSTRAINT fk_psa_feeds_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};

-- Callbacks as they came, each delivery once; gone after two weeks.
CREATE TABLE psa_callbacks (
    account_id {uuid} NOT NULL,
    digest {key} NOT NULL,
    connection_id {uuid} NOT NULL,
    ticket_id text,
    body text NOT NULL,
    received_at {int} NOT NULL,
    CONSTRAINT pk_psa_callbacks PRIMARY KEY (account_id, digest),
    CONSTRAINT fk_psa_callbacks_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
CREATE INDEX ix_psa_callbacks_age ON psa_callbacks (account_id, received_at);
