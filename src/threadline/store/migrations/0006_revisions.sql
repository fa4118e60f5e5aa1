-- So that nobody overwrites what they have not seen.

-- Counts the changes of an organization's secrets, bots and endpoints, and of itself.
ALTER TABLE organizations ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
