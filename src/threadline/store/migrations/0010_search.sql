-- Who wrote what, found fast, and how much was said in each hour.

-- How far the feed was read by who derives something of it. `forgotten` counts what was taken
-- away from what is derived, so that nothing which was read before that is added after it.
CREATE TABLE readers (
    name TEXT PRIMARY KEY, feed BIGINT NOT NULL, conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL, forgotten BIGINT NOT NULL DEFAULT 0,
    holder TEXT NOT NULL DEFAULT '', until BIGINT NOT NULL DEFAULT 0);

-- A number for each organization, which stands before each of its words in the index: so none
-- of them is one of another organization.
CREATE TABLE owners (id {ID}, organization TEXT NOT NULL UNIQUE);

-- The words of each entry of the timelines that has some; see store/words.py for its id.
{WORDS};

-- Texts in an hour, which is one of all since 1970.
CREATE TABLE tallies (
    organization TEXT NOT NULL, hour BIGINT NOT NULL, endpoint TEXT NOT NULL,
    received BIGINT NOT NULL DEFAULT 0, by_bot BIGINT NOT NULL DEFAULT 0,
    by_operator BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (organization, hour, endpoint)) {CLUSTERED};

-- Written when a conversation begins, and the others only for one that stands out.
CREATE INDEX conversations_contact ON conversations (contact {BINARY});
CREATE INDEX conversations_ending ON conversations ({ENDING});
CREATE INDEX conversations_flagged ON conversations (id) WHERE flagged <> '';
CREATE INDEX conversations_taken ON conversations (id) WHERE taken_by <> '';
