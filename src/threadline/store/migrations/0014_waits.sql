-- Bots that want to be asked at a time, whether or not the contact writes before.

-- `ours` and `service` are the way that the answer takes. Gone with the next finished turn.
CREATE TABLE waits (
    conversation_id BIGINT PRIMARY KEY REFERENCES conversations, at BIGINT NOT NULL,
    ours TEXT NOT NULL, service TEXT NOT NULL);

CREATE INDEX waits_at ON waits (at);
