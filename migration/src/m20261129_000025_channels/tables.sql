-- Words in braces are the engine's: see dialect.rs.

-- Channels of a team's chat. The address is sealed for this very row; events and the last test are JSON, passed through.
CREATE TABLE channels (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    host text NOT NULL,
    events text NOT NULL,
    enabled {bool} NOT NULL,
    test text,
    created_by_id {uuid} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_channels PRIMARY KEY (id),
    CONSTRAINT fk_channels_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_channels_person FOREIGN KEY (created_by_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT ck_channels_kind CHECK (kind IN ('slack', 'teams'))
) {strict};
CREATE INDEX ix_channels_account ON channels (account_id, created_at, id);

-- What is on its way into channels, and what became of it. It outlives its channel.
CREATE TABLE channel_messages (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    channel_id {uuid} NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    body text,
    link text,
    state text NOT NULL,
    attempts text NOT NULL,
    tries {int} NOT NULL,
    due_at {int},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    revision {int} NOT NULL,
    CONSTRAINT pk_channel_messages PRIMARY KEY (id),
    CONSTRAINT fk_channel_messages_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT ck_channel_messages_state CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'uncertain'))
) {strict};
CREATE INDEX ix_channel_messages_newest ON channel_messages (account_id, created_at DESC, id DESC);
CREATE INDEX ix_channel_messages_channel ON channel_messages (account_id, channel_id, created_at DESC, id DESC);
CREATE INDEX ix_channel_messages_age ON channel_messages (created_at);
