-- People who sign in to the portal, what they may do in which organization, and who changed what.

-- `password` is an argon2 hash, empty until they chose one.
CREATE TABLE users (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '',
    password TEXT NOT NULL DEFAULT '', created_at BIGINT NOT NULL);

-- Somebody who was asked in and has not come yet has `joined_at` 0, and sees nothing of it.
CREATE TABLE members (
    user_id TEXT NOT NULL REFERENCES users, organization TEXT NOT NULL REFERENCES organizations,
    role TEXT NOT NULL, added_at BIGINT NOT NULL, joined_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, organization));
CREATE INDEX members_organization ON members (organization, user_id);

-- Only the hash of what the browser has is kept.
CREATE TABLE sessions (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users,
    created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, browser TEXT NOT NULL DEFAULT '');
CREATE INDEX sessions_user ON sessions (user_id);

-- Links that are good for one time: to join an organization, to choose a new password, to
-- sign in. Only their hashes are kept.
CREATE TABLE links (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users, purpose TEXT NOT NULL,
    organization TEXT NOT NULL DEFAULT '', ends_at BIGINT NOT NULL);
CREATE INDEX links_user ON links (user_id);

-- Wrong passwords in a row for an address, and from when on another is looked at.
CREATE TABLE sign_ins (
    email TEXT PRIMARY KEY, failed BIGINT NOT NULL, at BIGINT NOT NULL,
    next_at BIGINT NOT NULL);

-- Who changed what, by which door. `done` is 0 while it is being done; what was refused is
-- taken out again.
CREATE TABLE audit (
    id {ID}, organization TEXT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL,
    door TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL, done BIGINT NOT NULL DEFAULT 0);
CREATE INDEX audit_organization ON audit (organization, id);
