-- Words in braces are the engine's: see dialect.rs.

-- Who and what belongs to a team; also what taking a team away looks through.
CREATE INDEX ix_users_team ON users (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX ix_trees_team ON trees (team_id) WHERE team_id IS NOT NULL;
