-- Words in braces are the engine's: see dialect.rs.

-- What a text means, as a model of embeddings has it: known by the digest of what was sent.
CREATE TABLE embeddings (
    account_id {uuid} NOT NULL,
    model {key} NOT NULL,
    digest {key} NOT NULL,
    vector {bytes} NOT NULL,
    created_at {int} NOT NULL,
    CONSTRAINT pk_embeddings PRIMARY KEY (account_id, model, digest),
    CONSTRAINT fk_embeddings_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) {strict};
