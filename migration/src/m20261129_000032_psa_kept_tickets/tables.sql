-- Words in braces are the engine's: see dialect.rs.

-- The ticket of a guided session as the PSA had it, with what others changed since. Apart from the session: it changes
-- when nobody works, and no list needs it.
CREATE TABLE psa_kept_tickets (
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    ticket_data text NOT NULL,
    CONSTRAINT pk_psa_kept_tickets PRIMARY KEY (account_id, session_id),
    CONSTRAINT fk_psa_kept_tickets_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_psa_kept_tickets_session FOREIGN KEY (session_id, account_id) REFERENCES sessions (id, account_id)
) {strict};
