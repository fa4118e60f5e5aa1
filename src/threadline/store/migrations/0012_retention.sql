-- For how long what was said is kept, and how far what is older was taken away.

-- In days; NULL = for good.
ALTER TABLE organizations ADD COLUMN retention_days BIGINT;

-- Up to that place of the feed, and up to that row of the inbox, nothing of the organization is
-- left to take away but what is `overdue`. On several nodes `holder` goes on until `until`.
CREATE TABLE retention (
    organization TEXT PRIMARY KEY REFERENCES organizations, feed BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL, seq BIGINT NOT NULL, inbox_id BIGINT NOT NULL,
    holder TEXT NOT NULL DEFAULT '', until BIGINT NOT NULL DEFAULT 0);

-- What stayed behind because it might still be sent, or a bot asked about it: an entry, or a
-- row of the inbox (else 0).
CREATE TABLE overdue (
    organization TEXT NOT NULL, conversation_id BIGINT NOT NULL, seq BIGINT NOT NULL,
    inbox_id BIGINT NOT NULL, PRIMARY KEY (organization, conversation_id, seq, inbox_id)
) {CLUSTERED};
