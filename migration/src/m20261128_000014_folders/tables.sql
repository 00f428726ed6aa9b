-- Words in braces are the engine's: see dialect.rs.

-- Folders of the library: of a person where there is an owner, else of a team, else of the whole account.
CREATE TABLE folders (
    id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    parent_id {uuid},
    owner_id {uuid},
    team_id {uuid},
    name text NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    CONSTRAINT pk_folders PRIMARY KEY (id),
    CONSTRAINT uq_folders_id_account UNIQUE (id, account_id),
    CONSTRAINT fk_folders_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_folders_parent FOREIGN KEY (parent_id, account_id) REFERENCES folders (id, account_id),
    CONSTRAINT fk_folders_owner FOREIGN KEY (owner_id, account_id) REFERENCES users (id, account_id),
    CONSTRAINT fk_folders_team FOREIGN KEY (team_id, account_id) REFERENCES teams (id, account_id),
    CONSTRAINT ck_folders_scope CHECK (owner_id IS NULL OR team_id IS NULL)
) {strict};
CREATE INDEX ix_folders_account ON folders (account_id, owner_id);
CREATE INDEX ix_folders_parent ON folders (parent_id);

-- What is in them. A flow may be in several; shared flows of other accounts too.
CREATE TABLE folder_trees (
    folder_id {uuid} NOT NULL,
    account_id {uuid} NOT NULL,
    tree_id {uuid} NOT NULL,
    CONSTRAINT pk_folder_trees PRIMARY KEY (folder_id, tree_id),
    CONSTRAINT fk_folder_trees_folder FOREIGN KEY (folder_id, account_id) REFERENCES folders (id, account_id),
    CONSTRAINT fk_folder_trees_tree FOREIGN KEY (tree_id) REFERENCES trees (id)
) {strict};
CREATE INDEX ix_folder_trees_tree ON folder_trees (tree_id, account_id);
