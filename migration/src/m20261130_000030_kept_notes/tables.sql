-- Words in braces are the engine's: see dialect.rs.

-- What is kept of a note of a conversation: what a model drafted, so that a look at it costs once, and what its engineer
-- made of it. The revision counts the changes of the edit alone.
CREATE TABLE kept_notes (
    account_id {uuid} NOT NULL,
    session_id {uuid} NOT NULL,
    kind text NOT NULL,
    draft text,
    text text,
    standing text,
    edited_by_id {uuid},
    edited_at {int},
    revision {int} NOT NULL,
    CONSTRAINT pk_kept_notes PRIMARY KEY (account_id, session_id, kind),
    CONSTRAINT fk_kept_notes_session FOREIGN KEY (session_id, account_id) REFERENCES ai_sessions (id, account_id),
    CONSTRAINT fk_kept_notes_author FOREIGN KEY (edited_by_id, account_id) REFERENCES users (id, account_id)
) {strict};
