-- Every statement, by name. See statements.py for the format.

-- INBOX

-- find_sender --
SELECT id FROM senders WHERE organization = :organization AND route = :route

-- add_sender --
INSERT INTO senders (organization, route) VALUES (:organization, :route)
ON CONFLICT (organization, route) DO NOTHING

-- lock_known @postgres --
-- What is there already is locked as everybody locks it, before new ones are added.
SELECT c.id
FROM conversations AS c
JOIN {rows(endpoint_id bigint, address text, contact text, sender_id bigint)}
    ON c.endpoint_id = r.endpoint_id AND c.address = r.address AND c.contact = r.contact
ORDER BY c.id FOR UPDATE OF c

-- carry_suppressions --
-- The endpoint has another account now. Who opted out of this number before still has.
INSERT INTO suppressions (sender_id, contact, source, said, at)
SELECT r.sender_id, s.contact, s.source, s.said, s.at
FROM {rows(endpoint_id bigint, address text, contact text, sender_id bigint)}
JOIN conversations AS c
    ON c.endpoint_id = r.endpoint_id AND c.address = r.address AND c.contact = r.contact
JOIN suppressions AS s ON s.sender_id = c.sender_id AND s.contact = c.contact
WHERE c.sender_id <> r.sender_id
ON CONFLICT (sender_id, contact) DO NOTHING

-- open_conversations --
-- First in its transaction and in key order: writers of one conversation take turns here, so
-- that `seq` is the order of commits.
INSERT INTO conversations
    (endpoint_id, address, contact, sender_id, due_at, created_at, updated_at)
SELECT r.endpoint_id, r.address, r.contact, r.sender_id, :now, :now, :now
FROM {rows(endpoint_id bigint, address text, contact text, sender_id bigint)}
WHERE true ORDER BY r.n
ON CONFLICT (endpoint_id, address, contact) DO UPDATE
    SET updated_at = excluded.updated_at, sender_id = excluded.sender_id
RETURNING id, endpoint_id, address, contact, seq

-- find_inbox --
SELECT i.endpoint_id, i.provider_id
FROM {rows(endpoint_id bigint, provider_id text)}
JOIN inbox AS i ON i.endpoint_id = r.endpoint_id AND i.provider_id = r.provider_id

-- keep_inbox --
INSERT INTO inbox (endpoint_id, provider_id, conversation_id, seq, ours, service, text, media,
    flag, params, received_at)
SELECT r.endpoint_id, r.provider_id, r.conversation_id, r.seq, r.ours, r.service, r.text,
    r.media, r.flag, r.params, :now
FROM {rows(endpoint_id bigint, provider_id text, conversation_id bigint, seq bigint, ours text,
    service text, text text, media text, flag text, params text)}

-- queue_conversations --
UPDATE conversations SET seq = r.seq, waiting = waiting + r.added,
    due_at = CASE WHEN waiting = 0 THEN :now ELSE due_at END
FROM {rows(id bigint, seq bigint, added bigint)}
WHERE conversations.id = r.id

-- say --
INSERT INTO timeline (conversation_id, seq, at, author, element, discarded, session)
SELECT r.conversation_id, r.seq, :now, r.author, r.element, r.discarded, r.session
FROM {rows(conversation_id bigint, seq bigint, author text, element text, discarded text,
    session bigint)}

-- suppress --
INSERT INTO suppressions (sender_id, contact, source, said, at)
SELECT r.sender_id, r.contact, r.source, r.said, :now
FROM {rows(sender_id bigint, contact text, source text, said text)}
WHERE true
ON CONFLICT (sender_id, contact) DO NOTHING

-- suppressed --
SELECT s.sender_id, s.contact FROM {rows(sender_id bigint, contact text)}
JOIN suppressions AS s ON s.sender_id = r.sender_id AND s.contact = r.contact

-- release --
DELETE FROM suppressions WHERE sender_id = :sender_id AND contact = :contact
RETURNING contact

-- drop_waiting --
-- What waits for somebody who has just opted out will never be sent.
UPDATE outbox SET status = 'suppressed', open = 0
WHERE conversation_id = :conversation_id AND open = 1 AND status = 'waiting'
RETURNING id

-- TURNS

-- claim_conversations --
WITH due AS MATERIALIZED (
    SELECT id FROM conversations WHERE waiting > 0 AND due_at <= :now
    ORDER BY due_at LIMIT :limit {SKIP_LOCKED})
UPDATE conversations SET token = :token, due_at = :until, attempts = attempts + 1
WHERE id IN (SELECT id FROM due)
RETURNING id, endpoint_id, contact, state, context, attempts, session, session_open,
    session_bot, session_since, session_seen, away_said

-- heads --
SELECT i.conversation_id, i.seq, i.ours, i.service, i.text, i.media, i.flag, i.received_at
FROM {rows(conversation_id bigint)}
JOIN inbox AS i ON i.id = (
    SELECT id FROM inbox WHERE conversation_id = r.conversation_id AND status = 'waiting'
    ORDER BY seq LIMIT 1)

-- lock_conversations @postgres --
SELECT c.id FROM conversations AS c
WHERE c.id IN (SELECT r.id FROM {rows(id bigint)}) ORDER BY c.id FOR UPDATE

-- unqueue --
-- A conversation that says it has texts waiting, and has none.
UPDATE conversations SET waiting = 0, token = 0, attempts = 0
FROM {rows(id bigint)}
WHERE conversations.id = r.id AND token = :token

-- renew_conversations --
UPDATE conversations SET due_at = :until
FROM {rows(id bigint, token bigint)}
WHERE conversations.id = r.id AND conversations.token = r.token
RETURNING conversations.id

-- finish_conversations --
UPDATE conversations SET waiting = waiting - 1, token = 0, attempts = 0, due_at = :now,
    seq = seq + r.added, state = r.state, context = r.context, session = r.session,
    session_open = r.session_open, session_bot = r.session_bot,
    session_since = r.session_since, session_seen = r.session_seen,
    away_said = r.away_said, updated_at = :now
FROM {rows(id bigint, token bigint, added bigint, state text, context text, session bigint,
    session_open bigint, session_bot text, session_since bigint, session_seen bigint,
    away_said bigint)}
WHERE conversations.id = r.id AND conversations.token = r.token
RETURNING conversations.id, conversations.seq, conversations.waiting,
    conversations.endpoint_id, conversations.sender_id, conversations.contact

-- finish_inbox --
UPDATE inbox SET status = r.status
FROM {rows(conversation_id bigint, seq bigint, status text)}
WHERE inbox.conversation_id = r.conversation_id AND inbox.seq = r.seq
    AND inbox.status = 'waiting'

-- enqueue --
INSERT INTO outbox (conversation_id, seq, endpoint_id, sender_id, contact, ours, service, text,
    due_at, made_at, expires_at)
SELECT r.conversation_id, r.seq, r.endpoint_id, r.sender_id, r.contact, r.ours, r.service,
    r.text, :now, :now, r.expires_at
FROM {rows(conversation_id bigint, seq bigint, endpoint_id bigint, sender_id bigint,
    contact text, ours text, service text, text text, expires_at bigint)}

-- postpone_conversations --
UPDATE conversations SET token = 0, due_at = r.again_at, attempts = r.attempts, seq = seq + 1
FROM {rows(id bigint, token bigint, again_at bigint, attempts bigint)}
WHERE conversations.id = r.id AND conversations.token = r.token
RETURNING conversations.id, conversations.seq, conversations.session

-- OUTBOX

-- claim_outbox --
-- Drafts of a conversation leave in order: only the first open one may be taken.
WITH due AS MATERIALIZED (
    SELECT d.id FROM outbox AS d JOIN senders AS s ON s.id = d.sender_id
    WHERE d.status = 'waiting' AND d.due_at <= :now AND s.paused_until <= :now
      AND NOT EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.conversation_id = d.conversation_id AND earlier.open = 1
          AND earlier.seq < d.seq)
    ORDER BY d.due_at, d.id LIMIT :limit {OF_DRAFT})
UPDATE outbox SET status = 'sending', attempts = attempts + 1
WHERE id IN (SELECT id FROM due)
RETURNING id, conversation_id, endpoint_id, sender_id, contact, ours, service, text, attempts,
    expires_at, EXISTS (
        SELECT 1 FROM suppressions AS u
        WHERE u.sender_id = outbox.sender_id AND u.contact = outbox.contact) AS suppressed

-- open_attempts --
INSERT INTO attempts (outbox_id, n, started_at, due_at)
SELECT r.outbox_id, r.attempt, :now, :until
FROM {rows(outbox_id bigint, attempt bigint)}
WHERE true
RETURNING id, outbox_id

-- lock_outbox @postgres --
SELECT o.id FROM outbox AS o
WHERE o.id IN (SELECT r.id FROM {rows(id bigint)}) ORDER BY o.id FOR UPDATE

-- settle_attempts --
-- Only an attempt of which the end is not known yet can end.
UPDATE attempts SET status = r.status, due_at = r.due_at,
    ended_at = CASE WHEN attempts.ended_at = 0 THEN :now ELSE attempts.ended_at END,
    passes = r.passes, provider_id = COALESCE(r.provider_id, attempts.provider_id),
    provider_status = COALESCE(r.provider_status, attempts.provider_status),
    provider_code = COALESCE(r.provider_code, attempts.provider_code), note = r.note
FROM {rows(id bigint, status text, due_at bigint, passes bigint, provider_id text,
    provider_status text, provider_code text, note text)}
WHERE attempts.id = r.id AND attempts.status IN ('sending', 'unknown')
RETURNING attempts.id

-- settle_outbox --
UPDATE outbox SET status = r.status, open = r.open, due_at = r.due_at
FROM {rows(id bigint, status text, open bigint, due_at bigint)}
WHERE outbox.id = r.id AND outbox.open = 1

-- pause_sender --
UPDATE senders SET paused_until = r.until, paused_why = r.why
FROM {rows(id bigint, until bigint, why text)}
WHERE senders.id = r.id

-- resume_senders --
UPDATE senders SET paused_until = 0, paused_why = ''
WHERE organization = :organization AND paused_until > 0

-- resume_conversations --
-- Turns that wait for something to be mended, and not for their bot.
UPDATE conversations SET due_at = :now
WHERE waiting > 0 AND token = 0 AND attempts = 0 AND due_at > :now
    AND endpoint_id IN (SELECT id FROM endpoints WHERE organization = :organization)

-- next_seq --
UPDATE conversations SET seq = seq + 1
FROM {rows(id bigint)}
WHERE conversations.id = r.id
RETURNING conversations.id, conversations.seq, conversations.session

-- claim_unknown --
-- The condition of the index stands here as it stands there, or SQLite does not use it.
WITH due AS MATERIALIZED (
    SELECT id FROM attempts
    WHERE status IN ('sending', 'unknown') AND status = 'unknown' AND due_at <= :now
    ORDER BY due_at LIMIT :limit {SKIP_LOCKED})
UPDATE attempts SET due_at = :until
WHERE id IN (SELECT id FROM due)
RETURNING id, outbox_id, started_at, passes

-- outbox_rows --
SELECT o.id, o.conversation_id, o.endpoint_id, o.sender_id, o.contact, o.ours, o.service,
    o.text, o.attempts, o.expires_at, o.status,
    (SELECT COUNT(*) FROM attempts AS a WHERE a.outbox_id = o.id AND a.status = 'lost') AS lost
FROM {rows(id bigint)}
JOIN outbox AS o ON o.id = r.id

-- bound --
SELECT a.provider_id FROM {rows(provider_id text)}
JOIN attempts AS a ON a.provider_id = r.provider_id

-- expired_attempts --
SELECT a.id, a.outbox_id, o.conversation_id
FROM attempts AS a JOIN outbox AS o ON o.id = a.outbox_id
WHERE a.status IN ('sending', 'unknown') AND a.status = 'sending' AND a.due_at <= :now
ORDER BY a.due_at LIMIT 1000

-- orphan_attempts @sqlite --
-- The process that held these is gone, as the lock on the file proves.
UPDATE attempts SET due_at = 0
WHERE status IN ('sending', 'unknown') AND status = 'sending'

-- orphan_conversations @sqlite --
UPDATE conversations SET due_at = 0, token = 0 WHERE waiting > 0 AND token <> 0

-- RECEIPTS

-- find_attempts --
SELECT r.n AS place, a.id, a.status, a.provider_id, a.provider_status, o.id AS outbox_id,
    o.conversation_id, o.sender_id, o.contact, o.status AS draft_status, o.endpoint_id,
    (SELECT MAX(l.id) FROM attempts AS l WHERE l.outbox_id = a.outbox_id) AS latest,
    (SELECT h.id FROM attempts AS h WHERE h.provider_id = r.provider_id) AS holder
FROM {rows(attempt bigint, provider_id text)}
JOIN attempts AS a ON a.id = COALESCE(r.attempt, (
    SELECT b.id FROM attempts AS b WHERE b.provider_id = r.provider_id))
JOIN outbox AS o ON o.id = a.outbox_id

-- advance_attempts --
UPDATE attempts SET status = 'accepted', provider_id = r.provider_id,
    provider_status = r.provider_status,
    provider_code = COALESCE(r.provider_code, attempts.provider_code),
    note = CASE WHEN r.note = '' THEN attempts.note ELSE r.note END,
    ended_at = CASE WHEN attempts.ended_at = 0 THEN :now ELSE attempts.ended_at END
FROM {rows(id bigint, provider_id text, provider_status text, provider_code text, note text)}
WHERE attempts.id = r.id

-- close_outbox --
-- A callback knows better than whatever the draft was waiting for.
UPDATE outbox SET status = r.status, open = 0
FROM {rows(id bigint, status text)}
WHERE outbox.id = r.id

-- CATALOG

-- organizations --
SELECT name, title FROM organizations ORDER BY name

-- save_organization --
INSERT INTO organizations (name, title, created_at) VALUES (:name, :title, :now)
ON CONFLICT (name) DO UPDATE SET title = excluded.title

-- bots --
SELECT organization, name, version, document FROM bots ORDER BY organization, name

-- save_bot --
INSERT INTO bots (organization, name, version, document, updated_at)
VALUES (:organization, :name, 1, :document, :now)
ON CONFLICT (organization, name) DO UPDATE SET document = excluded.document,
    version = bots.version + 1, updated_at = excluded.updated_at

-- endpoints --
SELECT id, organization, document, route, online, created_at, updated_at
FROM endpoints ORDER BY address

-- endpoint_on --
SELECT id, organization, address, document FROM endpoints WHERE route = :route AND online = 1

-- save_endpoint --
INSERT INTO endpoints (organization, address, document, route, online, created_at, updated_at)
VALUES (:organization, :address, :document, :route, :online, :now, :now)
ON CONFLICT (address) DO UPDATE SET document = excluded.document, route = excluded.route,
    online = excluded.online, updated_at = excluded.updated_at
WHERE endpoints.organization = excluded.organization
RETURNING id

-- secrets --
SELECT srn, organization, type, alias, version, sealed, fingerprint, created_at
FROM secrets ORDER BY srn

-- secret --
SELECT srn, organization, type, alias, version, sealed, fingerprint, created_at
FROM secrets WHERE srn = :srn

-- save_secret --
INSERT INTO secrets (srn, organization, type, alias, version, sealed, fingerprint, created_at)
SELECT r.srn, r.organization, r.type, r.alias, r.version, r.sealed, r.fingerprint, r.created_at
FROM {rows(srn text, organization text, type text, alias text, version bigint, sealed text,
    fingerprint text, created_at bigint)}
WHERE true
ON CONFLICT (srn) DO UPDATE SET version = excluded.version, sealed = excluded.sealed,
    fingerprint = excluded.fingerprint

-- reseal_secret --
UPDATE secrets SET sealed = :sealed, fingerprint = :fingerprint
WHERE srn = :srn AND version = :version AND sealed = :old_sealed
RETURNING srn

-- delete_secret --
DELETE FROM secrets WHERE srn = :srn

-- touch --
-- A microsecond to and fro: SQLite writes nothing where nothing changes.
UPDATE migrations SET applied_at = applied_at + 1 - 2 * (applied_at % 2) WHERE number = 1

-- VIEWS

-- view_conversations --
SELECT c.id, e.address AS endpoint, c.address, c.contact, c.waiting, c.session_open,
    c.created_at, c.updated_at
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
WHERE e.organization = :organization
ORDER BY c.updated_at DESC LIMIT :limit

-- view_timeline --
SELECT t.conversation_id, t.seq, t.at, t.author, t.element, t.discarded, t.session,
    o.status, o.id AS outbox_id, a.provider_id, a.provider_status, a.note
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN timeline AS t ON t.conversation_id = c.id
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = o.id)
WHERE e.address = :endpoint AND c.contact = :contact AND t.seq > :after
ORDER BY t.conversation_id, t.seq LIMIT :limit

-- view_attempts --
SELECT a.id, a.n, a.status, a.started_at, a.ended_at, a.provider_id, a.provider_status,
    a.provider_code, a.note, o.text, o.status AS draft_status, o.seq
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN outbox AS o ON o.conversation_id = c.id JOIN attempts AS a ON a.outbox_id = o.id
WHERE e.address = :endpoint AND c.contact = :contact ORDER BY a.id
