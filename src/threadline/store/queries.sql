-- Every statement, by name. See statements.py for the format.

-- INBOX

-- find_sender --
SELECT id FROM senders WHERE organization = :organization AND route = :route

-- add_sender --
INSERT INTO senders (organization, route) VALUES (:organization, :route)
ON CONFLICT (organization, route) DO NOTHING

-- lock_known @postgres --
-- First in its transaction and in key order: writers of one conversation take turns here, so
-- that `seq` is the order of commits. What is read is read after that.
SELECT c.id
FROM {rows(endpoint_id bigint, address text, contact text)}
JOIN conversations AS c
    ON c.endpoint_id = r.endpoint_id AND c.address = r.address AND c.contact = r.contact
ORDER BY c.id FOR NO KEY UPDATE OF c

-- known_conversations --
SELECT c.id, c.endpoint_id, c.address, c.contact, c.sender_id, c.seq, c.recent,
    c.recent_since, c.same, c.last_text, (
        SELECT s.at FROM suppressions AS s
        WHERE s.sender_id = c.sender_id AND s.contact = c.contact) AS stopped_at
FROM {rows(endpoint_id bigint, address text, contact text)}
JOIN conversations AS c
    ON c.endpoint_id = r.endpoint_id AND c.address = r.address AND c.contact = r.contact

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
INSERT INTO conversations
    (endpoint_id, address, contact, sender_id, due_at, created_at, updated_at)
SELECT r.endpoint_id, r.address, r.contact, r.sender_id, :now, :now, :now
FROM {rows(endpoint_id bigint, address text, contact text, sender_id bigint)}
WHERE true ORDER BY r.n
ON CONFLICT (endpoint_id, address, contact) DO UPDATE SET sender_id = excluded.sender_id

-- move_drafts --
-- What is not sent yet is sent by the account that the endpoint has now.
UPDATE outbox SET sender_id = r.sender_id
FROM {rows(conversation_id bigint, sender_id bigint)}
WHERE outbox.conversation_id = r.conversation_id AND outbox.open = 1

-- find_inbox --
SELECT i.endpoint_id, i.provider_id, i.params = '[]' AS bare, i.received_at
FROM {rows(endpoint_id bigint, provider_id text)}
JOIN inbox AS i ON i.endpoint_id = r.endpoint_id AND i.provider_id = r.provider_id

-- complete_inbox --
-- The webhook of a text that was read from the provider's list before.
UPDATE inbox SET params = r.params, media = r.media
FROM {rows(endpoint_id bigint, provider_id text, params text, media text)}
WHERE inbox.endpoint_id = r.endpoint_id AND inbox.provider_id = r.provider_id
    AND inbox.params = '[]'

-- keep_inbox --
INSERT INTO inbox (endpoint_id, provider_id, conversation_id, seq, ours, service, text, media,
    flag, params, received_at)
SELECT r.endpoint_id, r.provider_id, r.conversation_id, r.seq, r.ours, r.service, r.text,
    r.media, r.flag, r.params, :now
FROM {rows(endpoint_id bigint, provider_id text, conversation_id bigint, seq bigint, ours text,
    service text, text text, media text, flag text, params text)}

-- queue_conversations --
UPDATE conversations SET seq = r.seq, waiting = waiting + r.added,
    due_at = CASE WHEN waiting = 0 THEN :now ELSE due_at END, updated_at = :now,
    recent = r.recent, recent_since = r.recent_since, same = r.same,
    last_text = r.last_text,
    flagged = CASE WHEN r.flagged = '' THEN conversations.flagged ELSE r.flagged END
FROM {rows(id bigint, seq bigint, added bigint, recent bigint, recent_since bigint,
    same bigint, last_text bigint, flagged text)}
WHERE conversations.id = r.id

-- say --
INSERT INTO timeline (conversation_id, seq, at, author, element, discarded, session, feed)
SELECT r.conversation_id, r.seq, :now, r.author, r.element, r.discarded, r.session, {FEED}
FROM {rows(conversation_id bigint, seq bigint, author text, element text, discarded text,
    session bigint)}

-- suppress --
INSERT INTO suppressions (sender_id, contact, source, said, at)
SELECT r.sender_id, r.contact, r.source, r.said, :now
FROM {rows(sender_id bigint, contact text, source text, said text)}
WHERE true
ON CONFLICT (sender_id, contact) DO UPDATE SET at = excluded.at
WHERE excluded.at > suppressions.at

-- suppressed --
SELECT s.sender_id, s.contact FROM {rows(sender_id bigint, contact text)}
JOIN suppressions AS s ON s.sender_id = r.sender_id AND s.contact = r.contact

-- last_start --
SELECT MAX(at) AS at FROM consents
WHERE sender_id = :sender_id AND contact = :contact AND what = 'start'

-- log_consents --
INSERT INTO consents (sender_id, contact, what, source, said, at)
SELECT r.sender_id, r.contact, r.what, r.source, r.said, :now
FROM {rows(sender_id bigint, contact text, what text, source text, said text)}

-- release --
DELETE FROM suppressions WHERE sender_id = :sender_id AND contact = :contact
RETURNING contact

-- drop_waiting --
-- What waits for somebody who has just opted out will never be sent.
UPDATE outbox SET status = 'suppressed', open = 0
WHERE conversation_id = :conversation_id AND open = 1 AND status IN ('waiting', 'held')

-- enqueue_exempt --
INSERT INTO outbox (conversation_id, seq, endpoint_id, sender_id, contact, ours, service, text,
    segments, due_at, made_at, expires_at, exempt, status)
SELECT r.conversation_id, r.seq, r.endpoint_id, r.sender_id, r.contact, r.ours, r.service,
    r.text, r.segments, :now, :now, r.expires_at, 1,
    CASE WHEN EXISTS (
        SELECT 1 FROM outbox AS o
        WHERE o.conversation_id = r.conversation_id AND o.open = 1)
    THEN 'held' ELSE 'waiting' END
FROM {rows(conversation_id bigint, seq bigint, endpoint_id bigint, sender_id bigint,
    contact text, ours text, service text, text text, segments bigint, expires_at bigint)}

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
-- Texts that follow each other closely are counted as one `burst`.
UPDATE conversations SET waiting = waiting - 1, token = 0, attempts = 0, due_at = :now,
    seq = seq + r.added, state = r.state, context = r.context, session = r.session,
    session_open = r.session_open, session_bot = r.session_bot,
    session_since = r.session_since, session_seen = r.session_seen,
    away_said = r.away_said, updated_at = :now,
    burst = CASE WHEN r.drafts = 0 THEN burst WHEN :now - texted_at < :gap
        THEN burst + r.drafts ELSE r.drafts END,
    texted_at = CASE WHEN r.drafts = 0 THEN texted_at ELSE :now END
FROM {rows(id bigint, token bigint, added bigint, drafts bigint, state text, context text,
    session bigint, session_open bigint, session_bot text, session_since bigint,
    session_seen bigint, away_said bigint)}
WHERE conversations.id = r.id AND conversations.token = r.token
RETURNING conversations.id, conversations.seq, conversations.waiting,
    conversations.endpoint_id, conversations.sender_id, conversations.contact,
    conversations.burst, EXISTS (
        SELECT 1 FROM outbox AS o
        WHERE o.conversation_id = conversations.id AND o.open = 1) AS busy, EXISTS (
        SELECT 1 FROM suppressions AS u
        WHERE u.sender_id = conversations.sender_id
            AND u.contact = conversations.contact) AS stopped

-- finish_inbox --
UPDATE inbox SET status = r.status
FROM {rows(conversation_id bigint, seq bigint, status text)}
WHERE inbox.conversation_id = r.conversation_id AND inbox.seq = r.seq
    AND inbox.status = 'waiting'

-- usage_of --
SELECT u.endpoint_id, u.segments FROM {rows(endpoint_id bigint, day bigint)}
JOIN usage AS u ON u.endpoint_id = r.endpoint_id AND u.day = r.day
ORDER BY u.endpoint_id {LOCK_U}

-- add_usage --
INSERT INTO usage (endpoint_id, day, segments)
SELECT r.endpoint_id, r.day, r.segments
FROM {rows(endpoint_id bigint, day bigint, segments bigint)}
WHERE true
ON CONFLICT (endpoint_id, day) DO UPDATE SET segments = usage.segments + excluded.segments

-- enqueue --
INSERT INTO outbox (conversation_id, seq, endpoint_id, sender_id, contact, ours, service, text,
    segments, status, attempts, gap, due_at, made_at, expires_at)
SELECT r.conversation_id, r.seq, r.endpoint_id, r.sender_id, r.contact, r.ours, r.service,
    r.text, r.segments, r.status, r.attempts, r.gap, :now + r.wait, :now, r.expires_at
FROM {rows(conversation_id bigint, seq bigint, endpoint_id bigint, sender_id bigint,
    contact text, ours text, service text, text text, segments bigint, status text,
    attempts bigint, gap bigint, wait bigint, expires_at bigint)}

-- enqueue_sending --
-- A draft that is sent at once, by the worker that made it.
INSERT INTO outbox (conversation_id, seq, endpoint_id, sender_id, contact, ours, service, text,
    segments, status, attempts, due_at, made_at, expires_at)
SELECT r.conversation_id, r.seq, r.endpoint_id, r.sender_id, r.contact, r.ours, r.service,
    r.text, r.segments, 'sending', 1, :now, :now, r.expires_at
FROM {rows(conversation_id bigint, seq bigint, endpoint_id bigint, sender_id bigint,
    contact text, ours text, service text, text text, segments bigint, expires_at bigint)}
WHERE true
RETURNING id, conversation_id

-- postpone_conversations --
UPDATE conversations SET token = 0, due_at = r.again_at, attempts = r.attempts, seq = seq + 1
FROM {rows(id bigint, token bigint, again_at bigint, attempts bigint)}
WHERE conversations.id = r.id AND conversations.token = r.token
RETURNING conversations.id, conversations.seq, conversations.session

-- OUTBOX

-- busy_senders --
-- Those that have drafts waiting, found by skipping from one to the next in the index.
WITH RECURSIVE busy (id) AS (
    SELECT MIN(sender_id) FROM outbox WHERE status = 'waiting'
    UNION ALL
    SELECT (SELECT MIN(o.sender_id) FROM outbox AS o
            WHERE o.status = 'waiting' AND o.sender_id > busy.id)
    FROM busy WHERE busy.id IS NOT NULL)
SELECT s.id, s.pace, s.next_at, s.paused_until, s.trouble, (
    SELECT MIN(o.due_at) FROM outbox AS o
    WHERE o.sender_id = s.id AND o.status = 'waiting') AS first_due
FROM busy JOIN senders AS s ON s.id = busy.id

-- sender_states --
SELECT s.id, s.pace, s.next_at, s.paused_until, s.trouble, EXISTS (
    SELECT 1 FROM outbox AS o
    WHERE o.sender_id = s.id AND o.status = 'waiting' AND o.due_at <= :now) AS queued
FROM {rows(id bigint)}
JOIN senders AS s ON s.id = r.id

-- lock_senders --
SELECT s.id, s.pace, s.next_at, s.paused_until, s.trouble, s.paused_why, s.paused_code
FROM senders AS s
WHERE s.id IN (SELECT r.id FROM {rows(id bigint)}) ORDER BY s.id {FOR_UPDATE}

-- given_senders --
UPDATE senders SET next_at = r.next_at, paused_until = r.paused_until
FROM {rows(id bigint, next_at bigint, paused_until bigint)}
WHERE senders.id = r.id

-- due_drafts --
-- Only the first open draft of a conversation is `waiting`; that no earlier one is open is
-- looked at once more, because the order of texts depends on it.
SELECT d.id, d.conversation_id, d.segments, d.expires_at, d.exempt = 0 AND EXISTS (
    SELECT 1 FROM suppressions AS u
    WHERE u.sender_id = d.sender_id AND u.contact = d.contact) AS suppressed
FROM outbox AS d
WHERE d.sender_id = :sender_id AND d.status = 'waiting' AND d.due_at <= :now
  AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.conversation_id = d.conversation_id AND earlier.open = 1
      AND earlier.seq < d.seq)
ORDER BY d.due_at, d.id LIMIT :limit {SKIP_LOCKED}

-- claim_outbox --
-- Consent is looked at once more in the very statement that takes a draft.
UPDATE outbox SET status = 'sending', attempts = attempts + 1
FROM {rows(id bigint)}
WHERE outbox.id = r.id AND outbox.status = 'waiting' AND (outbox.exempt = 1 OR NOT EXISTS (
    SELECT 1 FROM suppressions AS u
    WHERE u.sender_id = outbox.sender_id AND u.contact = outbox.contact))
RETURNING outbox.id, outbox.conversation_id, outbox.endpoint_id, outbox.sender_id,
    outbox.contact, outbox.ours, outbox.service, outbox.text, outbox.attempts,
    outbox.expires_at, outbox.exempt

-- close_unsent --
UPDATE outbox SET status = r.status, open = 0
FROM {rows(id bigint, conversation_id bigint, status text)}
WHERE outbox.id = r.id AND outbox.status = 'waiting'

-- uncount --
UPDATE outbox SET attempts = attempts - 1
FROM {rows(id bigint)}
WHERE outbox.id = r.id AND outbox.status = 'waiting'

-- release_next --
-- The first open draft of a conversation, once what it stayed behind is out of its way.
UPDATE outbox SET status = 'waiting', due_at = :now + gap
FROM {rows(conversation_id bigint)}
WHERE outbox.id = (
    SELECT o.id FROM outbox AS o
    WHERE o.conversation_id = r.conversation_id AND o.open = 1 ORDER BY o.seq LIMIT 1)
  AND outbox.status = 'held'
RETURNING outbox.id

-- late_deliveries --
SELECT id, conversation_id FROM outbox
WHERE status = 'sent' AND open = 1 AND due_at <= :now ORDER BY due_at LIMIT 1000

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

-- pause_senders --
UPDATE senders SET paused_until = r.until, paused_why = r.why, paused_code = r.code,
    trouble = r.trouble
FROM {rows(id bigint, until bigint, why text, code text, trouble bigint)}
WHERE senders.id = r.id AND senders.paused_code <> 'operator'

-- calm_senders --
-- A text that got through ends a row of failures, and the rest that they led to.
UPDATE senders SET trouble = 0,
    paused_until = CASE WHEN paused_code = 'resting' THEN 0 ELSE paused_until END,
    paused_why = CASE WHEN paused_code = 'resting' THEN '' ELSE paused_why END,
    paused_code = CASE WHEN paused_code = 'resting' THEN '' ELSE paused_code END
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.trouble > 0
    AND senders.paused_code IN ('', 'resting', 'catch_up')
RETURNING senders.id

-- recover_senders --
UPDATE senders SET trouble = 0, paused_until = 0, paused_why = '', paused_code = ''
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.paused_code NOT IN ('operator', 'catch_up')

-- resume_senders --
UPDATE senders SET paused_until = 0, paused_why = '', paused_code = '', trouble = 0
WHERE organization = :organization AND paused_until > 0
    AND paused_code NOT IN ('operator', 'catch_up')

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
    o.text, o.attempts, o.expires_at, o.exempt,
    (SELECT COUNT(*) FROM attempts AS a WHERE a.outbox_id = o.id AND a.status = 'lost'
        AND a.provider_code IS NULL) AS lost
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
    o.open, o.seq, o.expires_at,
    (SELECT MAX(l.id) FROM attempts AS l WHERE l.outbox_id = a.outbox_id) AS latest,
    (SELECT COUNT(*) FROM attempts AS t
     WHERE t.outbox_id = a.outbox_id AND t.status = 'accepted' AND t.id <> a.id) AS taken,
    EXISTS (SELECT 1 FROM attempts AS d WHERE d.outbox_id = a.outbox_id AND d.id <> a.id
        AND d.provider_status IN ('delivered', 'read')) AS arrived,
    (SELECT h.id FROM attempts AS h WHERE h.provider_id = r.provider_id) AS holder
FROM {rows(attempt bigint, provider_id text)}
JOIN attempts AS a ON a.id = COALESCE(r.attempt, (
    SELECT b.id FROM attempts AS b WHERE b.provider_id = r.provider_id))
JOIN outbox AS o ON o.id = a.outbox_id

-- lock_open @postgres --
-- A claim takes none of these now; one that has taken some is seen by the next statement.
SELECT o.id FROM outbox AS o
WHERE o.conversation_id IN (SELECT r.id FROM {rows(id bigint)}) AND o.open = 1
ORDER BY o.id FOR UPDATE

-- overtaken --
-- A later text of the conversation is out, so an earlier one must not come after it.
SELECT r.id FROM {rows(id bigint, conversation_id bigint, seq bigint)}
WHERE EXISTS (
    SELECT 1 FROM outbox AS o
    WHERE o.conversation_id = r.conversation_id AND o.seq > r.seq
        AND o.status IN ('sending', 'unknown', 'sent'))

-- hold_back --
UPDATE outbox SET status = 'held'
FROM {rows(conversation_id bigint, seq bigint)}
WHERE outbox.conversation_id = r.conversation_id AND outbox.open = 1
    AND outbox.seq > r.seq AND outbox.status = 'waiting'

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
UPDATE outbox SET status = r.status, open = r.open, due_at = r.due_at
FROM {rows(id bigint, status text, open bigint, due_at bigint)}
WHERE outbox.id = r.id

-- CATCH-UP

-- watch_senders --
-- The watermark of each sender that an endpoint is online with, if it has none yet.
INSERT INTO senders (organization, route, known_since)
SELECT organization, route, :now FROM endpoints WHERE online = 1 AND route IS NOT NULL
ON CONFLICT (organization, route) DO UPDATE SET known_since = excluded.known_since
WHERE senders.known_since = 0

-- online_senders --
SELECT s.id FROM endpoints AS e
JOIN senders AS s ON s.organization = e.organization AND s.route = e.route
WHERE e.online = 1 AND e.route IS NOT NULL AND s.known_since > 0

-- watched_senders @postgres --
-- Other nodes may be at work, and then somebody has read the list lately. On SQLite there are
-- no others, so that every start follows a downtime.
SELECT id FROM senders
WHERE CASE WHEN caught_up_at = 0 THEN known_since ELSE caught_up_at END >= :watched

-- hurry_catch_up @sqlite --
-- Whoever was reading it is gone.
UPDATE senders SET catch_up_at = 0
FROM {rows(id bigint)}
WHERE senders.id = r.id

-- hurry_catch_up @postgres --
-- Unless it is due soon, or somebody is just reading it.
UPDATE senders SET catch_up_at = 0
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.catch_up_at > :soon

-- gate_senders --
UPDATE senders SET paused_until = :until, paused_code = 'catch_up', paused_why = :why
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.paused_until < :until
    AND senders.paused_code <> 'operator'
RETURNING senders.id

-- claim_catch_up --
WITH due AS MATERIALIZED (
    SELECT id FROM senders
    WHERE known_since > 0 AND catch_up_at <= :now AND EXISTS (
        SELECT 1 FROM endpoints AS e
        WHERE e.route = senders.route AND e.organization = senders.organization
            AND e.online = 1)
    ORDER BY catch_up_at LIMIT :limit {FOR_UPDATE})
UPDATE senders SET catch_up_at = :until
WHERE id IN (SELECT id FROM due)
RETURNING id, known_since, caught_up_at, paused_until, paused_code,
    (SELECT e.id FROM endpoints AS e
     WHERE e.route = senders.route AND e.online = 1) AS endpoint_id,
    (SELECT e.address FROM endpoints AS e
     WHERE e.route = senders.route AND e.online = 1) AS address

-- late_senders --
-- Held back until their list was read, which took too long. That is told once.
UPDATE senders SET paused_code = '', paused_why = ''
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.paused_code = 'catch_up' AND senders.paused_until <= :now
RETURNING senders.id

-- known_texts --
-- Also those that came while another endpoint of the organization had the number.
SELECT i.provider_id
FROM {rows(endpoint_id bigint, provider_id text)}
JOIN endpoints AS e ON e.organization = :organization AND (
    e.id = r.endpoint_id OR EXISTS (
        SELECT 1 FROM conversations AS c WHERE c.endpoint_id = e.id AND c.address = :address))
JOIN inbox AS i ON i.endpoint_id = e.id AND i.provider_id = r.provider_id

-- record_caught_up --
UPDATE senders SET catch_up_at = r.due_at,
    caught_up_at = CASE WHEN r.until > caught_up_at THEN r.until ELSE caught_up_at END
FROM {rows(id bigint, until bigint, due_at bigint)}
WHERE senders.id = r.id

-- open_senders --
UPDATE senders SET paused_until = 0, paused_code = '', paused_why = ''
FROM {rows(id bigint)}
WHERE senders.id = r.id AND senders.paused_code = 'catch_up'
RETURNING senders.id

-- CATALOG

-- organizations --
SELECT name, title, revision FROM organizations ORDER BY name

-- new_organization --
INSERT INTO organizations (name, title, created_at) VALUES (:name, '', :now)
ON CONFLICT (name) DO NOTHING RETURNING name

-- next_revision --
UPDATE organizations SET revision = revision + 1
WHERE name = :name AND revision = :revision RETURNING name

-- any_revision --
UPDATE organizations SET revision = revision + 1 WHERE name = :name

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

-- delete_bot --
DELETE FROM bots WHERE organization = :organization AND name = :name

-- endpoints --
SELECT id, organization, document, route, online, created_at, updated_at
FROM endpoints ORDER BY address

-- endpoint_on --
SELECT id, organization, address, document, route FROM endpoints WHERE route = :route AND online = 1

-- save_endpoint --
INSERT INTO endpoints (organization, address, document, route, online, created_at, updated_at)
VALUES (:organization, :address, :document, :route, :online, :now, :now)
ON CONFLICT (address) DO UPDATE SET document = excluded.document, route = excluded.route,
    online = excluded.online, updated_at = excluded.updated_at
WHERE endpoints.organization = excluded.organization
RETURNING id

-- hold_endpoint @postgres --
-- Waits for texts that are just coming to it, so that the next statement sees them.
SELECT id FROM endpoints WHERE address = :address FOR UPDATE

-- delete_endpoint --
DELETE FROM endpoints WHERE organization = :organization AND address = :address
    AND NOT EXISTS (SELECT 1 FROM conversations AS c WHERE c.endpoint_id = endpoints.id)
RETURNING id

-- save_sender --
-- What came before an endpoint first went online with it is never fetched.
INSERT INTO senders (organization, route, pace, known_since)
VALUES (:organization, :route, :pace, :now)
ON CONFLICT (organization, route) DO UPDATE SET pace = excluded.pace,
    known_since = CASE WHEN senders.known_since = 0 THEN excluded.known_since
        ELSE senders.known_since END

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

-- DESK

-- sender_of --
SELECT e.organization, e.route, s.id FROM endpoints AS e
LEFT JOIN senders AS s ON s.organization = e.organization AND s.route = e.route
WHERE e.address = :endpoint

-- conversations_with --
-- By number, because the account behind an endpoint may have been another one.
SELECT c.id FROM conversations AS c
WHERE c.endpoint_id IN (SELECT id FROM endpoints WHERE organization = :organization)
    AND c.address = :address AND c.contact = :contact

-- opt_out --
SELECT source, said, at FROM suppressions WHERE sender_id = :sender_id AND contact = :contact

-- waiting_drafts --
SELECT o.id FROM {rows(conversation_id bigint)}
JOIN outbox AS o ON o.conversation_id = r.conversation_id
WHERE o.open = 1 AND o.status IN ('waiting', 'held')

-- drop_drafts --
UPDATE outbox SET status = 'suppressed', open = 0
FROM {rows(id bigint)}
WHERE outbox.id = r.id AND outbox.status IN ('waiting', 'held')
RETURNING outbox.id

-- pause_by_hand --
UPDATE senders SET paused_until = :until, paused_why = :why, paused_code = :code
WHERE id = :id

-- resume_by_hand --
UPDATE senders SET paused_until = 0, paused_why = '', paused_code = '', trouble = 0
WHERE id = :id

-- flagged --
SELECT c.id, c.flagged FROM endpoints AS e JOIN conversations AS c ON c.endpoint_id = e.id
WHERE e.address = :endpoint AND c.contact = :contact AND c.flagged <> ''
ORDER BY c.id

-- unflag --
UPDATE conversations SET flagged = ''
FROM {rows(id bigint)}
WHERE conversations.id = r.id

-- sessions_with --
SELECT c.id, c.session, c.session_open FROM endpoints AS e
JOIN conversations AS c ON c.endpoint_id = e.id
WHERE e.address = :endpoint AND c.contact = :contact ORDER BY c.id

-- end_sessions --
-- A text that its bot is being asked about is asked again, as the first of the next session.
UPDATE conversations SET session_open = 0, state = '{}',
    due_at = CASE WHEN token = 0 THEN due_at ELSE :now END,
    attempts = CASE WHEN token = 0 THEN attempts ELSE 0 END, token = 0
FROM {rows(id bigint)}
WHERE conversations.id = r.id

-- draft_at --
SELECT o.id, o.status, o.contact, o.text, o.made_at, o.expires_at,
    (SELECT e.address FROM endpoints AS e WHERE e.id = o.endpoint_id) AS endpoint, EXISTS (
        SELECT 1 FROM suppressions AS u
        WHERE u.sender_id = o.sender_id AND u.contact = o.contact) AS stopped, EXISTS (
        SELECT 1 FROM outbox AS earlier
        WHERE earlier.conversation_id = o.conversation_id AND earlier.open = 1
            AND earlier.seq < o.seq) AS behind
FROM outbox AS o
WHERE o.conversation_id = :conversation AND o.seq = :seq
    AND o.endpoint_id IN (SELECT id FROM endpoints WHERE organization = :organization)
{FOR_UPDATE}

-- turn_at --
-- The conditions of the indexes stand here as they stand there, or SQLite does not use them.
SELECT i.id, i.status, i.text, c.contact, c.token, e.address AS endpoint, EXISTS (
    SELECT 1 FROM suppressions AS u
    WHERE u.sender_id = c.sender_id AND u.contact = c.contact) AS stopped
FROM inbox AS i
JOIN conversations AS c ON c.id = i.conversation_id
JOIN endpoints AS e ON e.id = c.endpoint_id AND e.organization = :organization
WHERE i.id IN (
    SELECT w.id FROM inbox AS w
    WHERE w.conversation_id = :conversation AND w.seq = :seq AND w.status = 'waiting'
    UNION ALL
    SELECT p.id FROM inbox AS p
    WHERE p.conversation_id = :conversation AND p.seq = :seq AND p.status = 'parked')

-- contact_said --
SELECT t.seq FROM timeline AS t
JOIN conversations AS c ON c.id = t.conversation_id
JOIN endpoints AS e ON e.id = c.endpoint_id
WHERE t.conversation_id = :conversation AND t.seq = :seq AND t.author = 'contact'
    AND e.organization = :organization

-- retry_draft --
UPDATE outbox SET status = :status, open = 1, attempts = 0, due_at = :now, made_at = :now,
    expires_at = :expires_at
WHERE id = :id

-- discard_draft --
UPDATE outbox SET status = 'discarded', open = 0 WHERE id = :id

-- give_up_attempts --
UPDATE attempts SET status = 'unsettled', note = :note,
    ended_at = CASE WHEN ended_at = 0 THEN :now ELSE ended_at END
WHERE outbox_id = :id AND status IN ('sending', 'unknown')

-- retry_inbox --
UPDATE inbox SET status = 'waiting' WHERE id = :id

-- discard_inbox --
UPDATE inbox SET status = 'discarded' WHERE id = :id

-- queue_again --
-- Who holds the conversation keeps it, with the time and the tries of its own text.
UPDATE conversations SET waiting = waiting + 1,
    due_at = CASE WHEN token = 0 THEN :now ELSE due_at END,
    attempts = CASE WHEN token = 0 THEN 0 ELSE attempts END
WHERE id = :id

-- unqueue_one --
-- The tries that were counted may have been those of the text that is gone.
UPDATE conversations SET waiting = waiting - 1, due_at = :now, attempts = 0
WHERE id = :id AND token = 0

-- view_optouts --
SELECT s.id, s.route, u.contact, u.at, u.source, u.said
FROM senders AS s JOIN suppressions AS u ON u.sender_id = s.id
WHERE s.organization = :organization AND (:route = '' OR s.route = :route)
    AND (u.at < :at OR :at = 0 OR (u.at = :at AND (
        u.contact > :contact OR (u.contact = :contact AND s.id > :past))))
ORDER BY u.at DESC, u.contact, s.id LIMIT :limit

-- view_consents --
SELECT what, source, said, at FROM consents
WHERE contact = :contact AND sender_id = :sender_id ORDER BY id

-- view_senders --
SELECT s.id, s.route, s.pace, s.paused_until, s.paused_why, s.paused_code, s.trouble,
    COALESCE(w.drafts, 0) AS drafts, w.oldest
FROM senders AS s LEFT JOIN (
    SELECT o.sender_id, COUNT(*) AS drafts, MIN(o.made_at) AS oldest FROM outbox AS o
    WHERE o.open = 1 AND o.status IN ('waiting', 'held') GROUP BY o.sender_id
) AS w ON w.sender_id = s.id
WHERE s.organization = :organization ORDER BY s.route

-- view_drafts --
-- Of the four only the one that is asked for is looked at, and attempts of the page alone.
SELECT d.conversation_id, d.seq, d.endpoint, d.contact, d.text, d.status, d.at, a.note
FROM (
    SELECT o.id, o.conversation_id, o.seq, e.address AS endpoint, o.contact, o.text, o.status,
        t.at
    FROM outbox AS o
    JOIN endpoints AS e ON e.id = o.endpoint_id
    JOIN timeline AS t ON t.conversation_id = o.conversation_id AND t.seq = o.seq
    WHERE e.organization = :organization AND o.id IN (
        SELECT id FROM outbox WHERE status = 'parked' AND :state = 'parked'
        UNION ALL
        SELECT id FROM outbox WHERE status = 'failed' AND :state = 'failed'
        UNION ALL
        SELECT id FROM outbox WHERE open = 1 AND status = 'unknown' AND :state = 'unknown'
        UNION ALL
        SELECT id FROM outbox
        WHERE open = 1 AND status IN ('waiting', 'held') AND :state = 'waiting')
        AND (t.at, o.conversation_id, o.seq) < (:at, :conversation, :seq)
    ORDER BY t.at DESC, o.conversation_id DESC, o.seq DESC LIMIT :limit
) AS d
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = d.id)
ORDER BY d.at DESC, d.conversation_id DESC, d.seq DESC

-- view_turns --
SELECT i.conversation_id, i.seq, e.address AS endpoint, c.contact, i.text, i.status,
    i.received_at AS at
FROM inbox AS i
JOIN conversations AS c ON c.id = i.conversation_id
JOIN endpoints AS e ON e.id = c.endpoint_id
WHERE e.organization = :organization AND i.id IN (
    SELECT id FROM inbox WHERE status = 'parked' AND :state = 'parked'
    UNION ALL
    SELECT id FROM inbox WHERE status = 'waiting' AND :state = 'waiting')
    AND (i.received_at, i.conversation_id, i.seq) < (:at, :conversation, :seq)
ORDER BY i.received_at DESC, i.conversation_id DESC, i.seq DESC LIMIT :limit

-- view_parked --
SELECT i.conversation_id, i.seq, i.status FROM inbox AS i
WHERE i.status = 'parked'
    AND i.conversation_id IN (SELECT r.conversation_id FROM {rows(conversation_id bigint)})

-- view_notes --
SELECT t.conversation_id, t.seq, t.element FROM {rows(conversation_id bigint)}
JOIN timeline AS t ON t.conversation_id = r.conversation_id AND t.author = 'system'
ORDER BY t.conversation_id, t.seq

-- VIEWS

-- view_latest --
SELECT MAX(found.at) AS at FROM (
    SELECT (SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1) AS at
    UNION ALL
    SELECT (SELECT made_at FROM outbox ORDER BY id DESC LIMIT 1)
    UNION ALL
    SELECT (SELECT started_at FROM attempts ORDER BY id DESC LIMIT 1)) AS found

-- view_clock @postgres --
SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint AS at

-- view_conversations --
SELECT c.id, e.address AS endpoint, c.address, c.contact, c.waiting, c.session,
    c.session_open, c.flagged, c.created_at, c.updated_at
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
WHERE e.organization = :organization AND (:flagged = 0 OR c.flagged <> '')
    AND (:endpoint = '' OR e.address = :endpoint)
    AND (:at = 0 OR c.updated_at < :at OR (c.updated_at = :at AND c.id < :id))
ORDER BY c.updated_at DESC, c.id DESC LIMIT :limit

-- view_conversations_with --
SELECT c.id, e.address AS endpoint, c.address, c.contact, c.waiting, c.session,
    c.session_open, c.flagged, c.created_at, c.updated_at
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
WHERE e.address = :endpoint AND c.contact = :contact ORDER BY c.id

-- view_timeline --
SELECT t.conversation_id, t.seq, t.at, t.author, t.element, t.discarded, t.session,
    o.status, o.id AS outbox_id, a.provider_id, a.provider_status, a.note
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN timeline AS t ON t.conversation_id = c.id
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = o.id)
WHERE e.address = :endpoint AND c.contact = :contact AND c.id >= :conversation
    AND t.seq > CASE WHEN c.id = :conversation THEN :after ELSE 0 END
ORDER BY t.conversation_id, t.seq LIMIT :limit

-- view_attempts --
SELECT a.id, a.n, a.status, a.started_at, a.ended_at, a.provider_id, a.provider_status,
    a.provider_code, a.note, o.text, o.status AS draft_status, o.conversation_id, o.seq
FROM conversations AS c JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN outbox AS o ON o.conversation_id = c.id JOIN attempts AS a ON a.outbox_id = o.id
WHERE e.address = :endpoint AND c.contact = :contact AND a.id > :after
ORDER BY a.id LIMIT :limit

-- FEED

-- rebase_feed @postgres --
-- Tables that come from another server have numbers that this one has not counted up to yet.
UPDATE feed_base SET base = GREATEST(:now, t.feed + 1)
    - pg_snapshot_xmax(pg_current_snapshot())::text::bigint
FROM (SELECT COALESCE(MAX(feed), 0) AS feed FROM timeline) AS t
WHERE t.feed >= base + pg_snapshot_xmax(pg_current_snapshot())::text::bigint

-- feed_end @sqlite --
SELECT COALESCE(MAX(feed), 0) + 1 AS feed FROM timeline

-- feed_end @postgres --
SELECT base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS feed FROM feed_base

-- feed_window --
-- How far to read at once, however little of it is wanted.
SELECT t.feed, t.conversation_id, t.seq FROM timeline AS t
WHERE (t.feed, t.conversation_id, t.seq) > (:feed, :conversation, :seq) {SETTLED}
ORDER BY t.feed, t.conversation_id, t.seq LIMIT 1 OFFSET :window

-- feed --
SELECT t.feed, t.conversation_id, t.seq, t.at, t.author, t.element, t.discarded, t.session,
    c.contact, e.address AS endpoint, e.organization
FROM timeline AS t CROSS JOIN conversations AS c CROSS JOIN endpoints AS e
WHERE (t.feed, t.conversation_id, t.seq) > (:feed, :conversation, :seq)
    AND (t.feed, t.conversation_id, t.seq) <= (:to_feed, :to_conversation, :to_seq)
    AND c.id = t.conversation_id AND e.id = c.endpoint_id
    AND (:organization = '' OR e.organization = :organization)
    AND (:endpoint = '' OR e.address = :endpoint)
    AND (:contact = '' OR c.contact = :contact) {SETTLED}
ORDER BY t.feed, t.conversation_id, t.seq LIMIT :limit

-- DOORS

-- save_key --
INSERT INTO api_keys
    (id, organization, name, hash, scopes, created_at, expires_at, revoked_at, used_at)
VALUES (:id, :organization, :name, :hash, :scopes, :created_at, :expires_at, :revoked_at,
    :used_at)
ON CONFLICT (id) DO UPDATE SET
    revoked_at = CASE WHEN api_keys.revoked_at > 0 THEN api_keys.revoked_at
        ELSE excluded.revoked_at END,
    used_at = CASE WHEN api_keys.used_at > excluded.used_at THEN api_keys.used_at
        ELSE excluded.used_at END

-- api_keys --
SELECT id, organization, name, hash, scopes, created_at, expires_at, revoked_at, used_at
FROM api_keys WHERE organization = :organization ORDER BY id

-- api_key --
SELECT id, organization, name, hash, scopes, created_at, expires_at, revoked_at, used_at
FROM api_keys WHERE hash = :hash

-- forget_requests --
DELETE FROM requests WHERE at < :before

-- begin_request --
-- One that died with its server may be made again by who asks the same.
INSERT INTO requests (caller, idempotency_key, fingerprint, at)
VALUES (:caller, :key, :fingerprint, :now)
ON CONFLICT (caller, idempotency_key) DO UPDATE SET at = excluded.at
    WHERE requests.status = 0 AND requests.at < :dead
        AND requests.fingerprint = excluded.fingerprint
RETURNING caller

-- find_request --
SELECT fingerprint, status, answer FROM requests
WHERE caller = :caller AND idempotency_key = :key

-- end_request --
UPDATE requests SET status = :status, answer = :answer
WHERE caller = :caller AND idempotency_key = :key

-- drop_request --
DELETE FROM requests WHERE caller = :caller AND idempotency_key = :key AND status = 0

-- CHECK

-- has_steps @sqlite --
SELECT name FROM sqlite_schema WHERE name = 'migrations'

-- has_steps @postgres --
SELECT found FROM to_regclass('migrations') AS found WHERE found IS NOT NULL

-- steps --
SELECT number FROM migrations ORDER BY number

-- integrity @sqlite --
SELECT integrity_check AS said FROM pragma_integrity_check

-- foreign_keys @sqlite --
SELECT "table" AS child, rowid AS row, parent FROM pragma_foreign_key_check

-- journal_mode @sqlite --
SELECT journal_mode FROM pragma_journal_mode

-- waiting_miscounted --
SELECT c.id, c.waiting AS told, COALESCE(w.there, 0) AS there
FROM conversations AS c LEFT JOIN (
    SELECT conversation_id, COUNT(*) AS there FROM inbox
    WHERE status = 'waiting' GROUP BY conversation_id
) AS w ON w.conversation_id = c.id
WHERE c.waiting <> COALESCE(w.there, 0) ORDER BY c.id LIMIT :limit

-- timeline_ahead --
SELECT t.id, t.told, t.there FROM (
    SELECT c.id, c.seq AS told, (
        SELECT MAX(seq) FROM timeline WHERE conversation_id = c.id) AS there
    FROM conversations AS c) AS t
WHERE t.there > t.told ORDER BY t.id LIMIT :limit

-- text_unseen --
SELECT o.conversation_id, o.seq FROM outbox AS o
WHERE o.open = 1 AND NOT EXISTS (
    SELECT 1 FROM timeline AS t WHERE t.conversation_id = o.conversation_id AND t.seq = o.seq)
UNION ALL
SELECT i.conversation_id, i.seq FROM inbox AS i
WHERE i.status = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM timeline AS t WHERE t.conversation_id = i.conversation_id AND t.seq = i.seq)
ORDER BY 1, 2 LIMIT :limit

-- text_held_by_nothing --
SELECT o.id, o.conversation_id, o.seq FROM outbox AS o
WHERE o.open = 1 AND o.status = 'held' AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.conversation_id = o.conversation_id AND earlier.open = 1
        AND earlier.seq < o.seq)
ORDER BY o.id LIMIT :limit

-- text_without_attempt --
SELECT o.id, o.conversation_id, o.seq, o.status FROM outbox AS o
WHERE o.open = 1 AND o.status IN ('sending', 'unknown') AND NOT EXISTS (
    SELECT 1 FROM attempts AS a
    WHERE a.outbox_id = o.id AND a.status IN ('sending', 'unknown'))
ORDER BY o.id LIMIT :limit

-- attempt_forgotten --
-- Whoever made it is gone, and nobody has looked after it since.
SELECT a.id, o.conversation_id, o.seq FROM attempts AS a JOIN outbox AS o ON o.id = a.outbox_id
WHERE a.status IN ('sending', 'unknown') AND a.status = 'sending' AND a.due_at < :late
ORDER BY a.id LIMIT :limit

-- view_waiting --
SELECT COUNT(*) AS drafts FROM outbox WHERE open = 1 AND status IN ('waiting', 'held')
