-- Words in braces are the engine's: see dialect.rs.

-- What a flow is found by: its distinct words, folded by the application, with the weightiest field of each.
CREATE TABLE tree_words (
    tree_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    word {key} NOT NULL,
    field {int} NOT NULL,
    CONSTRAINT pk_tree_words PRIMARY KEY (tree_id, word),
    CONSTRAINT fk_tree_words_tree FOREIGN KEY (tree_id, account_id) REFERENCES trees (id, account_id)
) {strict};
CREATE INDEX ix_tree_words_word ON tree_words (account_id, word, field, tree_id);

-- The trigrams of every word an account's flows have or had: from a misspelt word to those it may have meant.
CREATE TABLE word_trigrams (
    account_id {uuid} NOT NULL,
    word {key} NOT NULL,
    trigram {key} NOT NULL,
    CONSTRAINT pk_word_trigrams PRIMARY KEY (account_id, word, trigram),
    CONSTRAINT fk_word_trigrams_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
CREATE INDEX ix_word_trigrams_trigram ON word_trigrams (account_id, trigram, word);

-- Which way of making words the flow's come from; flows with another number are read again at the next start.
ALTER TABLE trees ADD COLUMN words_version {int} NOT NULL DEFAULT 0;

CREATE TABLE tree_favourites (
    user_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    tree_id {uuid} NOT NULL,
    CONSTRAINT pk_tree_favourites PRIMARY KEY (user_id, tree_id),
    CONSTRAINT fk_tree_favourites_user FOREIGN KEY (user_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_tree_favourites_tree FOREIGN KEY (tree_id) REFERENCES trees (id)
) {strict};

ALTER TABLE tree_usage ADD COLUMN completed {int} NOT NULL DEFAULT 0;
ALTER TABLE tree_usage ADD COLUMN resolved {int} NOT NULL DEFAULT 0;
UPDATE tree_usage SET
    completed = (SELECT COUNT(*) FROM sessions s
        WHERE s.account_id = tree_usage.account_id AND s.tree_id = tree_usage.tree_id
            AND s.completed_at IS NOT NULL AND s.outcome <> 'cancelled'),
    resolved = (SELECT COUNT(*) FROM sessions s
        WHERE s.account_id = tree_usage.account_id AND s.tree_id = tree_usage.tree_id
            AND s.completed_at IS NOT NULL AND s.outcome = 'resolved');
