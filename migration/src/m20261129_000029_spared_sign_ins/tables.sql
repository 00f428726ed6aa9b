-- Words in braces are the engine's: see dialect.rs.

-- The one sign-in whose access tokens, from that number on, still work after those of its person were refused.
ALTER TABLE users ADD COLUMN spared_family_id {uuid};
ALTER TABLE users ADD COLUMN spared_epoch {int};

-- Somebody who goes to a provider to accept an invitation: the digest of its link.
ALTER TABLE oauth_flows ADD COLUMN invite_hash {key};
