-- Words in braces are the engine's: see dialect.rs.

-- What a model was asked for a conversation: the texts as they left the machine, and what it cost.
CREATE TABLE model_calls (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    turn {int} NOT NULL,
    purpose text NOT NULL,
    model text NOT NULL,
    tier text NOT NULL,
    prompt_version text NOT NULL,
    sent text NOT NULL,
    hidden text NOT NULL,
    input_tokens {int} NOT NULL,
    output_tokens {int} NOT NULL,
    failure text,
    at {int} NOT NULL,
    CONSTRAINT pk_model_calls PRIMARY KEY (id),
    CONSTRAINT fk_model_calls_session FOREIGN KEY (session_id, account_id) REFERENCES ai_sessions (id, account_id)
) {strict};
CREATE INDEX ix_model_calls_session ON model_calls (session_id, at);

-- What an account has spent on models on its last day with any, counted from 1970-01-01, UTC.
CREATE TABLE model_tokens (
    account_id {uuid} NOT NULL,
    day {int} NOT NULL,
    spent {int} NOT NULL,
    reserved {int} NOT NULL,
    CONSTRAINT pk_model_tokens PRIMARY KEY (account_id),
    CONSTRAINT fk_model_tokens_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
