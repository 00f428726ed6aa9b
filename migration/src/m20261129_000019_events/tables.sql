-- Words in braces are the engine's: see dialect.rs.

-- What happened and whom it concerns. Without a number until it is published: see rf-events.
CREATE TABLE events (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid},
    kind text NOT NULL,
    about text NOT NULL,
    created_at {int} NOT NULL,
    sequence {int},
    CONSTRAINT pk_events PRIMARY KEY (id),
    CONSTRAINT fk_events_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_events_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE UNIQUE INDEX uq_events_sequence ON events (sequence) WHERE sequence IS NOT NULL;
CREATE INDEX ix_events_unpublished ON events (created_at, id) WHERE sequence IS NULL;
CREATE INDEX ix_events_account ON events (account_id, sequence);
CREATE INDEX ix_events_created ON events (created_at);

-- The lines of people's bell panels.
CREATE TABLE app_notifications (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    user_id {uuid} NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    body text,
    link text,
    created_at {int} NOT NULL,
    read_at {int},
    CONSTRAINT pk_app_notifications PRIMARY KEY (id),
    CONSTRAINT fk_app_notifications_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
CREATE INDEX ix_app_notifications_user ON app_notifications (account_id, user_id, created_at DESC, id DESC);
CREATE INDEX ix_app_notifications_unread ON app_notifications (account_id, user_id) WHERE read_at IS NULL;
CREATE INDEX ix_app_notifications_created ON app_notifications (created_at);

-- How people want to be told, as one JSON text: it is read together.
CREATE TABLE notification_preferences (
    user_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    preferences text NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT pk_notification_preferences PRIMARY KEY (user_id),
    CONSTRAINT fk_notification_preferences_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id)
) {strict};
