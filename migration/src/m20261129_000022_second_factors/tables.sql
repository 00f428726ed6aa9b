-- Words in braces are the engine's: see dialect.rs.

-- What an account asks of its people, and who of them does not have it yet: read with every request.
ALTER TABLE accounts ADD COLUMN requires_second_factor {bool} NOT NULL DEFAULT false;
ALTER TABLE users ADD COLUMN second_factor_due {bool} NOT NULL DEFAULT false;

-- One for each person who has begun one. The secret is sealed; of recovery codes there are digests, as a JSON array.
CREATE TABLE second_factors (
    user_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    sealed text NOT NULL,
    confirmed_at {int},
    last_step {int} NOT NULL,
    recovery text NOT NULL,
    tries {int} NOT NULL,
    tries_from {int} NOT NULL,
    created_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_second_factors PRIMARY KEY (user_id),
    CONSTRAINT fk_second_factors_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_second_factors_account ON second_factors (account_id);
