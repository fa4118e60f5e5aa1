-- {ID} is the engine's auto-numbered primary key, {CLUSTERED} keeps a table in key order where
-- the engine can. Times are microseconds since 1970, JSON is text, and a flag is 0 or 1.
-- Every hot look-up has a partial index over open rows only, so that its cost does not grow
-- with what is stored.

CREATE TABLE organizations (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, created_at BIGINT NOT NULL);

CREATE TABLE bots (
    organization TEXT NOT NULL REFERENCES organizations, name TEXT NOT NULL,
    version BIGINT NOT NULL, document TEXT NOT NULL, updated_at BIGINT NOT NULL,
    PRIMARY KEY (organization, name));

CREATE TABLE secrets (
    srn TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organizations,
    type TEXT NOT NULL, alias TEXT NOT NULL, version BIGINT NOT NULL,
    sealed TEXT NOT NULL, fingerprint TEXT NOT NULL, created_at BIGINT NOT NULL);

CREATE TABLE endpoints (
    id {ID}, organization TEXT NOT NULL REFERENCES organizations,
    address TEXT NOT NULL UNIQUE, document TEXT NOT NULL,
    route TEXT, online BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);

-- One number, one endpoint: a route is an account and a sender.
CREATE UNIQUE INDEX endpoints_route ON endpoints (route) WHERE online = 1 AND route IS NOT NULL;

-- Who we are to contacts: pauses and opt-outs hold per sender, whatever endpoint uses it.
CREATE TABLE senders (
    id {ID}, organization TEXT NOT NULL, route TEXT NOT NULL,
    paused_until BIGINT NOT NULL DEFAULT 0, paused_why TEXT NOT NULL DEFAULT '',
    UNIQUE (organization, route));

CREATE TABLE suppressions (
    sender_id BIGINT NOT NULL REFERENCES senders, contact TEXT NOT NULL,
    source TEXT NOT NULL, said TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (sender_id, contact));

-- A conversation is a queue: `waiting` texts, of which only the first may be taken, by who
-- holds `token` until `due_at`. `seq` numbers everything on its timeline.
CREATE TABLE conversations (
    id {ID}, endpoint_id BIGINT NOT NULL REFERENCES endpoints, address TEXT NOT NULL,
    contact TEXT NOT NULL, sender_id BIGINT NOT NULL REFERENCES senders,
    seq BIGINT NOT NULL DEFAULT 0, waiting BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL, token BIGINT NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT '{}', context TEXT NOT NULL DEFAULT '{}',
    session BIGINT NOT NULL DEFAULT 0, session_open BIGINT NOT NULL DEFAULT 0,
    session_bot TEXT NOT NULL DEFAULT '', session_since BIGINT NOT NULL DEFAULT 0,
    session_seen BIGINT NOT NULL DEFAULT 0, away_said BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    UNIQUE (endpoint_id, address, contact));

CREATE INDEX conversations_ready ON conversations (due_at) WHERE waiting > 0;

CREATE TABLE inbox (
    id {ID}, endpoint_id BIGINT NOT NULL, provider_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL REFERENCES conversations, seq BIGINT NOT NULL,
    ours TEXT NOT NULL, service TEXT NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL,
    flag TEXT NOT NULL, params TEXT NOT NULL, received_at BIGINT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting',
    UNIQUE (endpoint_id, provider_id));

CREATE INDEX inbox_waiting ON inbox (conversation_id, seq) WHERE status = 'waiting';

CREATE TABLE timeline (
    conversation_id BIGINT NOT NULL REFERENCES conversations, seq BIGINT NOT NULL,
    at BIGINT NOT NULL, author TEXT NOT NULL, element TEXT NOT NULL,
    discarded TEXT NOT NULL DEFAULT '', session BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, seq)) {CLUSTERED};

-- `seq` is the draft's place on the timeline. A draft that is `open` holds back its successors.
CREATE TABLE outbox (
    id {ID}, conversation_id BIGINT NOT NULL REFERENCES conversations, seq BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL, sender_id BIGINT NOT NULL REFERENCES senders,
    contact TEXT NOT NULL, ours TEXT NOT NULL, service TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting', open BIGINT NOT NULL DEFAULT 1,
    due_at BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0,
    made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
    UNIQUE (conversation_id, seq));

CREATE INDEX outbox_open ON outbox (conversation_id, seq) WHERE open = 1;
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE status = 'waiting';

-- One try to send a draft, committed as `sending` before the request is made.
-- `due_at`: while sending, until when its worker is believed alive; while unknown, when it is
-- next looked up.
CREATE TABLE attempts (
    id {ID}, outbox_id BIGINT NOT NULL REFERENCES outbox, n BIGINT NOT NULL,
    status TEXT NOT NULL DEFAULT 'sending', started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0, due_at BIGINT NOT NULL,
    passes BIGINT NOT NULL DEFAULT 0, provider_id TEXT, provider_status TEXT,
    provider_code TEXT, note TEXT NOT NULL DEFAULT '');

CREATE INDEX attempts_open ON attempts (due_at) WHERE status IN ('sending', 'unknown');
CREATE INDEX attempts_outbox ON attempts (outbox_id);
CREATE UNIQUE INDEX attempts_provider ON attempts (provider_id) WHERE provider_id IS NOT NULL;
