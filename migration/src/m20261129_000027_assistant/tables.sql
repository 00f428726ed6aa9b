-- Words in braces are the engine's: see dialect.rs.

-- What an account has written down, for the assistant to read. Never changed.
CREATE TABLE documents (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    bytes {int} NOT NULL,
    created_by {uuid} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (id),
    CONSTRAINT fk_documents_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_documents_author FOREIGN KEY (created_by, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_documents_account ON documents (account_id, created_at);

-- A person's row of questions and answers, alone or beside a conversation with the copilot.
CREATE TABLE chats (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    ai_session_id {uuid},
    title text NOT NULL,
    messages {int} NOT NULL,
    pseudonyms text,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT pk_chats PRIMARY KEY (id),
    CONSTRAINT uq_chats_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_chats_person FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_chats_session FOREIGN KEY (ai_session_id, account_id) REFERENCES ai_sessions (id, account_id)
) {strict};
CREATE INDEX ix_chats_person ON chats (user_id, updated_at);

-- What was said. Written once; taken away only with its chat.
CREATE TABLE chat_messages (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    chat_id {uuid} NOT NULL,
    position {int} NOT NULL,
    role text NOT NULL,
    text text NOT NULL,
    engine text,
    citations text NOT NULL,
    call text,
    at {int} NOT NULL,
    CONSTRAINT pk_chat_messages PRIMARY KEY (chat_id, id),
    CONSTRAINT uq_chat_messages_position UNIQUE (chat_id, position),
    CONSTRAINT fk_chat_messages_chat FOREIGN KEY (chat_id, account_id) REFERENCES chats (id, account_id)
) {strict};
