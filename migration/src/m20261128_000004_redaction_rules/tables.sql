-- Words in braces are the engine's: see dialect.rs.

-- The optional detectors and own rules of an account, as one JSON text: they are read and compiled together.
CREATE TABLE redaction_settings (
    account_id {uuid} NOT NULL,
    options text NOT NULL,
    updated_by_id {uuid},
    updated_at {int},
    revision {int} NOT NULL,
    CONSTRAINT pk_redaction_settings PRIMARY KEY (account_id),
    CONSTRAINT fk_redaction_settings_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_redaction_settings_author FOREIGN KEY (updated_by_id, account_id)
        REFERENCES users (id, account_id)
) {strict};
