-- Pacing, guards, catch-up, and what an operator needs to see of consent.

-- A sender takes `pace` microseconds for a segment, 0 = as fast as it goes; `next_at` is when it
-- has taken all that it was given. `trouble` counts its failures in a row. `known_since` is when
-- an endpoint first went online with it, `caught_up_at` until when the provider's list of what
-- came for it was read, and `catch_up_at` when that is next due.
ALTER TABLE senders ADD COLUMN pace BIGINT NOT NULL DEFAULT 0;
ALTER TABLE senders ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE senders ADD COLUMN trouble BIGINT NOT NULL DEFAULT 0;
ALTER TABLE senders ADD COLUMN paused_code TEXT NOT NULL DEFAULT '';
ALTER TABLE senders ADD COLUMN known_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE senders ADD COLUMN caught_up_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE senders ADD COLUMN catch_up_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX senders_catch_up ON senders (catch_up_at) WHERE known_since > 0;

-- `burst` counts texts to the contact that follow each other closely, the last at `texted_at`;
-- `recent` those from the contact since `recent_since`; `same` how often in that time the last
-- one, of which `last_text` is the hash, was repeated. `flagged` is what an operator should
-- look at, and why.
ALTER TABLE conversations ADD COLUMN burst BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN texted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN recent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN recent_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN same BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN last_text BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN flagged TEXT NOT NULL DEFAULT '';

-- A draft is `held` while an earlier one of its conversation is open, then `waiting`. `gap` is
-- how long it stays behind that one, `exempt` that it is sent to who has opted out: as the
-- confirmation of just that.
ALTER TABLE outbox ADD COLUMN segments BIGINT NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN gap BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN exempt BIGINT NOT NULL DEFAULT 0;

-- Drafts from before: one of each conversation waits, the others are held.
UPDATE outbox SET status = 'held' WHERE open = 1 AND status = 'waiting' AND EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.conversation_id = outbox.conversation_id AND earlier.open = 1
        AND earlier.seq < outbox.seq);

DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (sender_id, due_at, id) WHERE status = 'waiting';
-- Accepted, and holding back what follows until it is delivered or `due_at` has come.
CREATE INDEX outbox_undelivered ON outbox (due_at) WHERE status = 'sent' AND open = 1;
CREATE INDEX outbox_parked ON outbox (id) WHERE status = 'parked';
CREATE INDEX inbox_parked ON inbox (id) WHERE status = 'parked';

-- Who was taken off and put on, by whom and why: nothing here is ever changed.
CREATE TABLE consents (
    id {ID}, sender_id BIGINT NOT NULL REFERENCES senders, contact TEXT NOT NULL,
    what TEXT NOT NULL, source TEXT NOT NULL, said TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX consents_contact ON consents (contact, sender_id);

-- What was sent, for the daily limit. `day` counts days since 1970, UTC.
CREATE TABLE usage (
    endpoint_id BIGINT NOT NULL, day BIGINT NOT NULL, segments BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (endpoint_id, day)) {CLUSTERED};
