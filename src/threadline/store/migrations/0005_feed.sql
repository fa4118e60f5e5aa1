-- An order over everything that was said, for those who follow it.

-- Nothing is ever added below a number that readers have been past. On SQLite, which writes one
-- transaction at a time, each number is greater than all before it. On PostgreSQL it is that of
-- the transaction, and readers stop below the oldest one that is still open; `base` is added to
-- it, and raised when the tables come to another server, which counts from its own beginning.
-- In a conversation it never goes down. What was there before comes first.
ALTER TABLE timeline ADD COLUMN feed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX timeline_feed ON timeline (feed, conversation_id, seq);
{FEED_BASE};
