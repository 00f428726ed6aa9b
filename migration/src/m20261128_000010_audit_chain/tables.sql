-- Words in braces are the engine's: see dialect.rs.

-- Entries from before the chain have number 0 and no digest until the next start puts them in.
ALTER TABLE audit_log ADD COLUMN seq {int} NOT NULL DEFAULT 0;
ALTER TABLE audit_log ADD COLUMN hash text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX uq_audit_log_seq ON audit_log (account_id, seq) WHERE seq > 0;
CREATE INDEX ix_audit_log_all ON audit_log (account_id, at DESC, id DESC);

-- Where each account's chain ends and where it begins: the row appenders take turns on. No reference: the log
-- outlives what it speaks of.
CREATE TABLE audit_chains (
    account_id {uuid} NOT NULL,
    seq {int} NOT NULL,
    hash text NOT NULL,
    anchor_seq {int} NOT NULL,
    anchor_hash text NOT NULL,
    retention_days {int},
    CONSTRAINT pk_audit_chains PRIMARY KEY (account_id),
    CONSTRAINT ck_audit_chains_anchor CHECK (anchor_seq <= seq),
    CONSTRAINT ck_audit_chains_retention CHECK (retention_days IS NULL OR retention_days BETWEEN 30 AND 3650)
) {strict};
