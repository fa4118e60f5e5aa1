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
-- What the bot knows about the contact from another conversation is known in this one.
INSERT INTO conversations
    (endpoint_id, address, contact, sender_id, due_at, created_at, updated_at, context)
SELECT r.endpoint_id, r.address, r.contact, r.sender_id, :now, :now, :now, COALESCE((
    SELECT s.context FROM conversations AS s
    JOIN endpoints AS o ON o.id = s.endpoint_id
    JOIN endpoints AS e ON e.id = r.endpoint_id
    WHERE s.contact {BINARY} = r.contact AND o.organization = e.organization
        AND o.document{JSON} ->> 'TargetBotReference' = e.document{JSON} ->> 'TargetBotReference'
    ORDER BY s.updated_at DESC LIMIT 1), '{}')
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
    session_bot, session_since, session_seen, away_said, taken_by

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

-- siblings --
-- The other conversations of the same contact with the same bot.
SELECT r.id AS conversation_id, s.id FROM {rows(id bigint)}
JOIN conversations AS c ON c.id = r.id
JOIN conversations AS s ON s.contact {BINARY} = c.contact AND s.id <> c.id
JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN endpoints AS o ON o.id = s.endpoint_id
WHERE o.organization = e.organization
    AND o.document{JSON} ->> 'TargetBotReference' = e.document{JSON} ->> 'TargetBotReference'

-- share_context --
UPDATE conversations SET context = r.context FROM {rows(id bigint, context text)}
WHERE conversations.id = r.id

-- finish_conversations --
-- Texts that follow each other closely are counted as one `burst`.
UPDATE conversations SET waiting = waiting - 1, token = 0, attempts = 0, due_at = :now,
    seq = seq + r.added, state = r.state, session = r.session,
    context = COALESCE(r.context, conversations.context),
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
            AND u.contact = conversations.contact) AS stopped, EXISTS (
        SELECT 1 FROM waits AS w WHERE w.conversation_id = conversations.id) AS waits

-- set_waits --
INSERT INTO waits (conversation_id, at, ours, service)
SELECT r.conversation_id, r.at, r.ours, r.service
FROM {rows(conversation_id bigint, at bigint, ours text, service text)}
WHERE true
ON CONFLICT (conversation_id) DO UPDATE SET at = excluded.at, ours = excluded.ours,
    service = excluded.service

-- end_waits --
DELETE FROM waits WHERE conversation_id IN (SELECT r.id FROM {rows(id bigint)})

-- due_waits --
SELECT conversation_id FROM waits WHERE at <= :now ORDER BY at LIMIT :limit

-- take_waits --
-- Of several nodes that saw them, one has them.
DELETE FROM waits
WHERE at <= :now AND conversation_id IN (SELECT r.id FROM {rows(id bigint)})
RETURNING conversation_id, ours, service

-- next_wait --
SELECT MIN(at) AS at FROM waits

-- wake --
UPDATE conversations SET seq = seq + 1, waiting = waiting + 1, updated_at = :now,
    due_at = CASE WHEN waiting = 0 THEN :now ELSE due_at END
FROM {rows(id bigint)}
WHERE conversations.id = r.id
RETURNING conversations.id, conversations.seq, conversations.endpoint_id,
    conversations.session

-- want_person --
UPDATE conversations SET taken_by = :by, flagged = r.why
FROM {rows(id bigint, why text)}
WHERE conversations.id = r.id

-- said_before --
SELECT author, element FROM timeline
WHERE conversation_id = :conversation AND seq < :seq AND discarded = ''
    AND author IN ('contact', 'bot', 'operator')
ORDER BY seq DESC LIMIT :limit

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
SELECT name, title, revision, retention_days FROM organizations ORDER BY name

-- new_organization --
INSERT INTO organizations (name, title, created_at) VALUES (:name, '', :now)
ON CONFLICT (name) DO NOTHING RETURNING name

-- next_revision --
UPDATE organizations SET revision = revision + 1
WHERE name = :name AND revision = :revision RETURNING name

-- any_revision --
UPDATE organizations SET revision = revision + 1 WHERE name = :name

-- save_organization --
INSERT INTO organizations (name, title, created_at, retention_days)
VALUES (:name, :title, :now, :days)
ON CONFLICT (name) DO UPDATE
SET title = excluded.title, retention_days = excluded.retention_days

-- bots --
SELECT organization, name, version, document, updated_at FROM bots ORDER BY organization, name

-- save_bot --
INSERT INTO bots (organization, name, version, document, updated_at)
VALUES (:organization, :name, 1, :document, :now)
ON CONFLICT (organization, name) DO UPDATE SET document = excluded.document,
    version = bots.version + :content, updated_at = excluded.updated_at
RETURNING version

-- delete_bot --
DELETE FROM bots WHERE organization = :organization AND name = :name

-- add_bot_version --
INSERT INTO bot_versions
    (organization, name, version, document, source, made_at, made_by, note)
VALUES (:organization, :name, :version, :document, :source, :now, :by, :note)

-- delete_bot_versions --
DELETE FROM bot_versions WHERE organization = :organization AND name = :name

-- bot_versions --
SELECT version, document, source, made_at, made_by, note FROM bot_versions
WHERE organization = :organization AND name = :name AND version < :before
ORDER BY version DESC LIMIT :limit

-- bot_draft --
SELECT organization, name, source, base_version, revision, saved_at, saved_by
FROM bot_drafts WHERE organization = :organization AND name = :name

-- drafted_bots --
SELECT name FROM bot_drafts WHERE organization = :organization

-- save_draft --
-- The first, or over the revision that was seen; nothing if there is another one, or no bot.
INSERT INTO bot_drafts (organization, name, source, base_version, saved_at, saved_by)
SELECT b.organization, b.name, :source, :base_version, :now, :saved_by
FROM bots AS b
WHERE b.organization = :organization AND b.name = :name AND (:revision = 0 OR EXISTS (
    SELECT 1 FROM bot_drafts AS d
    WHERE d.organization = b.organization AND d.name = b.name))
ON CONFLICT (organization, name) DO UPDATE SET source = excluded.source,
    base_version = excluded.base_version, revision = bot_drafts.revision + 1,
    saved_at = excluded.saved_at, saved_by = excluded.saved_by
WHERE bot_drafts.revision = :revision
RETURNING revision

-- drop_draft --
DELETE FROM bot_drafts
WHERE organization = :organization AND name = :name AND revision = :revision RETURNING name

-- delete_bot_draft --
DELETE FROM bot_drafts WHERE organization = :organization AND name = :name

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
    COALESCE(w.drafts, 0) AS drafts, w.oldest, (
        SELECT COUNT(*) FROM suppressions AS u WHERE u.sender_id = s.id) AS opted_out,
    h.heard_at
FROM senders AS s LEFT JOIN (
    SELECT o.sender_id, COUNT(*) AS drafts, MIN(o.made_at) AS oldest FROM outbox AS o
    WHERE o.open = 1 AND o.status IN ('waiting', 'held') GROUP BY o.sender_id
) AS w ON w.sender_id = s.id LEFT JOIN (
    SELECT e.route, MAX(g.heard_at) AS heard_at FROM endpoints AS e
    JOIN sightings AS g ON g.endpoint_id = e.id
    WHERE e.organization = :organization GROUP BY e.route
) AS h ON h.route = s.route
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

-- OPERATOR

-- taken_with --
SELECT c.id, c.taken_by FROM endpoints AS e
JOIN conversations AS c ON c.endpoint_id = e.id
WHERE e.address = :endpoint AND c.contact = :contact ORDER BY c.id

-- take_conversations --
-- Who holds one loses it: what the bot answers is dropped, and its text waits for a moment.
UPDATE conversations SET taken_by = :by, due_at = :now, token = 0, attempts = 0
FROM {rows(id bigint)}
WHERE conversations.id = r.id

-- hand_back --
UPDATE conversations SET taken_by = ''
FROM {rows(id bigint)}
WHERE conversations.id = r.id

-- replied_to --
SELECT c.id, c.endpoint_id, c.taken_by, EXISTS (
    SELECT 1 FROM suppressions AS u
    WHERE u.sender_id = c.sender_id AND u.contact = c.contact) AS stopped
FROM conversations AS c WHERE c.id = :id

-- make_room --
-- As a finished turn counts what it says.
UPDATE conversations SET seq = seq + :count, updated_at = :now,
    burst = CASE WHEN :now - texted_at < :gap THEN burst + :count ELSE :count END,
    texted_at = :now
WHERE id = :id
RETURNING id, seq, session, endpoint_id, sender_id, contact, burst, taken_by, EXISTS (
    SELECT 1 FROM outbox AS o
    WHERE o.conversation_id = conversations.id AND o.open = 1) AS busy

-- way_out --
SELECT ours, service FROM outbox WHERE conversation_id = :conversation
ORDER BY seq DESC LIMIT 1

-- last_heard --
SELECT at FROM timeline WHERE conversation_id = :conversation AND author = 'contact'
ORDER BY seq DESC LIMIT 1

-- inbox_ends --
SELECT MIN(id) AS first, MAX(id) AS last FROM inbox

-- inbox_from --
SELECT id, received_at FROM inbox WHERE id >= :id ORDER BY id LIMIT 1

-- inbox_between --
SELECT id, seq, ours, service FROM inbox
WHERE id >= :first AND id < :last AND conversation_id = :conversation ORDER BY id

-- inbox_by_id --
SELECT i.id, i.conversation_id, i.seq, i.text, i.media, i.status, i.received_at
FROM {rows(id bigint)}
JOIN inbox AS i ON i.id = r.id

-- entry_at --
SELECT t.author, t.at, t.element, o.id AS draft, o.status, o.text
FROM timeline AS t
JOIN conversations AS c ON c.id = t.conversation_id
JOIN endpoints AS e ON e.id = c.endpoint_id
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq
WHERE t.conversation_id = :conversation AND t.seq = :seq
    AND e.organization = :organization

-- system_entries --
SELECT seq, element FROM timeline
WHERE conversation_id = :id AND seq > :after AND author = 'system' ORDER BY seq

-- redact_entries --
UPDATE timeline SET element = :element
FROM {rows(conversation_id bigint, seq bigint)}
WHERE timeline.conversation_id = r.conversation_id AND timeline.seq = r.seq
    AND timeline.element NOT LIKE '{"type":"redacted"%'

-- redact_inbox --
-- Not as bare as one that was read from a list: nobody is to complete it.
UPDATE inbox SET text = '', media = '[]', params = '[["redacted",""]]'
FROM {rows(id bigint)}
WHERE inbox.id = r.id

-- redact_outbox --
-- Whatever is learned of it later, it is never sent again.
UPDATE outbox SET text = '', expires_at = made_at
FROM {rows(id bigint)}
WHERE outbox.id = r.id

-- redact_attempts --
UPDATE attempts SET note = ''
FROM {rows(outbox_id bigint)}
WHERE attempts.outbox_id = r.outbox_id AND attempts.note LIKE '%“%'

-- redacted_one --
SELECT seq FROM conversations WHERE id = :id

-- unsettled_drafts --
SELECT seq, status FROM outbox WHERE conversation_id = :id
    AND status IN ('waiting', 'held', 'sending', 'unknown', 'parked')

-- unsettled_turns --
SELECT seq, status FROM inbox WHERE conversation_id = :id AND status = 'waiting'
UNION ALL
SELECT seq, status FROM inbox WHERE status = 'parked' AND conversation_id = :id

-- redact_conversation --
UPDATE timeline SET element = :element
WHERE conversation_id = :id AND author <> 'system'
    AND element NOT LIKE '{"type":"redacted"%'

-- redact_drafts --
UPDATE outbox SET text = '', expires_at = made_at WHERE conversation_id = :id

-- redact_tries --
UPDATE attempts SET note = '' WHERE note LIKE '%“%'
    AND outbox_id IN (SELECT id FROM outbox WHERE conversation_id = :id)

-- forget_contact --
UPDATE conversations SET state = '{}', context = '{}', session_open = 0, same = 0,
    last_text = 0
FROM {rows(id bigint)}
WHERE conversations.id = r.id

-- RETENTION

-- aging --
SELECT g.retention_days, a.feed, a.conversation_id, a.seq, a.inbox_id, a.holder, a.until
FROM organizations AS g LEFT JOIN retention AS a ON a.organization = g.name
WHERE g.name = :organization

-- begin_retention --
INSERT INTO retention (organization, feed, conversation_id, seq, inbox_id)
VALUES (:organization, :feed, :conversation, :seq, :inbox)
ON CONFLICT (organization) DO NOTHING

-- advance_retention --
-- Not if it is to be kept for another time meanwhile.
UPDATE retention SET feed = :to_feed, conversation_id = :to_conversation, seq = :to_seq,
    inbox_id = :to_inbox, holder = :holder, until = :until
WHERE organization = :organization AND feed = :feed AND conversation_id = :conversation
    AND seq = :seq AND inbox_id = :inbox
    AND EXISTS (
        SELECT 1 FROM organizations AS g
        WHERE g.name = :organization AND g.retention_days = :days)
RETURNING organization

-- inbox_window --
-- How far to read at once, however little of it is wanted.
SELECT id, received_at FROM inbox WHERE id > :after ORDER BY id LIMIT 1 OFFSET :window

-- inbox_of --
SELECT i.id, i.conversation_id, i.seq, i.received_at
FROM inbox AS i CROSS JOIN endpoints AS e
WHERE i.id > :after AND i.id <= :last AND e.id = i.endpoint_id
    AND e.organization = :organization
ORDER BY i.id LIMIT :limit

-- overdue --
SELECT conversation_id, seq, inbox_id FROM overdue
WHERE organization = :organization
    AND (conversation_id, seq, inbox_id) > (:conversation, :seq, :inbox)
ORDER BY conversation_id, seq, inbox_id LIMIT :limit

-- add_overdue --
INSERT INTO overdue (organization, conversation_id, seq, inbox_id)
SELECT :organization, r.conversation_id, r.seq, r.inbox_id
FROM {rows(conversation_id bigint, seq bigint, inbox_id bigint)}
WHERE true
ON CONFLICT (organization, conversation_id, seq, inbox_id) DO NOTHING

-- drop_overdue --
DELETE FROM overdue WHERE organization = :organization
    AND (conversation_id, seq, inbox_id) IN (
        SELECT r.conversation_id, r.seq, r.inbox_id
        FROM {rows(conversation_id bigint, seq bigint, inbox_id bigint)})

-- aged_entries --
SELECT t.conversation_id, t.seq, t.at, t.author, t.element, o.id AS draft, o.status, o.text
FROM {rows(conversation_id bigint, seq bigint)}
JOIN timeline AS t ON t.conversation_id = r.conversation_id AND t.seq = r.seq
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq

-- waiting_turns --
SELECT i.conversation_id, i.seq, i.text, i.media
FROM {rows(id bigint)}
JOIN inbox AS i ON i.conversation_id = r.id AND i.status = 'waiting'

-- parked_turns --
SELECT i.conversation_id, i.seq, i.text, i.media FROM inbox AS i
WHERE i.status = 'parked' AND i.conversation_id IN (SELECT r.id FROM {rows(id bigint)})

-- quoting_notes @sqlite --
SELECT t.conversation_id, t.seq, t.element
FROM {rows(conversation_id bigint, seq bigint)}
JOIN timeline AS t ON t.conversation_id = r.conversation_id AND t.seq > r.seq
WHERE t.author = 'system' AND t.element LIKE '%“%'

-- quoting_notes @postgres --
-- Conversation by conversation, or it might read all that was ever said for a few notes.
SELECT r.conversation_id, t.seq, t.element
FROM {rows(conversation_id bigint, seq bigint)}
CROSS JOIN LATERAL (
    SELECT n.seq, n.author, n.element FROM timeline AS n
    WHERE n.conversation_id = r.conversation_id AND n.seq > r.seq OFFSET 0) AS t
WHERE t.author = 'system' AND t.element LIKE '%“%'

-- at_rest --
-- Nothing in them is young, or may still be sent or asked about.
SELECT c.id FROM {rows(id bigint)}
JOIN conversations AS c ON c.id = r.id
JOIN timeline AS t ON t.conversation_id = c.id AND t.seq = c.seq
WHERE t.at < :before AND c.waiting = 0
    AND NOT EXISTS (
        SELECT 1 FROM inbox AS i WHERE i.status = 'parked' AND i.conversation_id = c.id)
    AND NOT EXISTS (
        SELECT 1 FROM outbox AS o WHERE o.conversation_id = c.id
            AND o.status IN ('waiting', 'held', 'sending', 'unknown', 'parked'))

-- texts_between --
SELECT COALESCE(SUM(received + by_bot + by_operator), 0) AS texts FROM tallies
WHERE organization = :organization AND hour >= :since AND hour <= :until

-- view_states --
-- Our addresses of the endpoint one by one, so that who else texted it does not matter.
WITH RECURSIVE places (endpoint_id, address) AS (
    SELECT e.id, (SELECT MIN(c.address) FROM conversations AS c WHERE c.endpoint_id = e.id)
    FROM endpoints AS e WHERE e.address = :endpoint
    UNION ALL
    SELECT p.endpoint_id, (
        SELECT MIN(c.address) FROM conversations AS c
        WHERE c.endpoint_id = p.endpoint_id AND c.address > p.address)
    FROM places AS p WHERE p.address IS NOT NULL)
SELECT c.id, c.address, c.contact, c.sender_id, c.seq, c.waiting, c.session, c.session_open,
    c.session_bot, c.session_since, c.session_seen, c.state, c.context, c.attempts,
    c.token <> 0 AS asked, c.due_at, c.flagged, c.taken_by, c.created_at, c.updated_at, (
        SELECT u.at FROM suppressions AS u
        WHERE u.sender_id = c.sender_id AND u.contact = c.contact) AS stopped_at
FROM places AS p
JOIN conversations AS c
    ON c.endpoint_id = p.endpoint_id AND c.address = p.address AND c.contact = :contact
ORDER BY c.id

-- view_entries_before --
SELECT t.conversation_id, t.seq, t.at, t.author, t.element, t.discarded, t.session,
    o.status, o.id AS outbox_id, o.segments, a.provider_id, a.provider_status, a.note
FROM timeline AS t
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = o.id)
WHERE t.conversation_id = :conversation AND t.seq < :before
ORDER BY t.seq DESC LIMIT :limit

-- view_entries_after --
SELECT t.conversation_id, t.seq, t.at, t.author, t.element, t.discarded, t.session,
    o.status, o.id AS outbox_id, o.segments, a.provider_id, a.provider_status, a.note
FROM timeline AS t
LEFT JOIN outbox AS o ON o.conversation_id = t.conversation_id AND o.seq = t.seq
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = o.id)
WHERE t.conversation_id = :conversation AND t.seq > :after
ORDER BY t.seq LIMIT :limit

-- view_tries --
SELECT a.id, a.n, a.status, a.started_at, a.ended_at, a.provider_id, a.provider_status,
    a.provider_code, a.note, o.text, o.status AS draft_status, o.conversation_id, o.seq
FROM outbox AS o JOIN attempts AS a ON a.outbox_id = o.id
WHERE o.conversation_id = :conversation AND o.seq >= :first AND o.seq <= :last
ORDER BY a.id

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

-- view_conversations_with --
SELECT c.id, e.address AS endpoint, c.address, c.contact, c.waiting, c.session,
    c.session_open, c.flagged, c.taken_by, c.created_at, c.updated_at
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

-- SIGHTINGS

-- see --
-- What another node saw later stays.
INSERT INTO sightings (endpoint_id, heard_at, reported_at, refused_at, refused)
SELECT r.endpoint_id, r.heard_at, r.reported_at, r.refused_at, r.refused
FROM {rows(endpoint_id bigint, heard_at bigint, reported_at bigint, refused_at bigint,
    refused bigint)}
WHERE true
ON CONFLICT (endpoint_id) DO UPDATE SET
    heard_at = CASE WHEN excluded.heard_at > sightings.heard_at
        THEN excluded.heard_at ELSE sightings.heard_at END,
    reported_at = CASE WHEN excluded.reported_at > sightings.reported_at
        THEN excluded.reported_at ELSE sightings.reported_at END,
    refused_at = CASE WHEN excluded.refused_at > sightings.refused_at
        THEN excluded.refused_at ELSE sightings.refused_at END,
    refused = CASE WHEN excluded.heard_at > 0 THEN excluded.refused
        ELSE sightings.refused + excluded.refused END

-- view_health --
-- What waits and what failed is read from the indexes over just that, each once for all
-- endpoints; of what failed only the latest, and of who was answered only some, if no
-- callback has told it (CASE, because SQLite asks both sides of an OR).
SELECT e.id AS endpoint, e.address, s.route, s.paused_until, s.paused_why, s.paused_code,
    s.trouble, s.known_since, s.caught_up_at, s.catch_up_at,
    COALESCE(g.heard_at, 0) AS heard_at, COALESCE(g.reported_at, 0) AS reported_at,
    COALESCE(g.refused_at, 0) AS refused_at, COALESCE(g.refused, 0) AS refused,
    CASE WHEN g.heard_at > 0 THEN TRUE
        ELSE EXISTS (SELECT 1 FROM inbox AS i WHERE i.endpoint_id = e.id) END AS written,
    CASE WHEN g.reported_at > 0 THEN TRUE ELSE EXISTS (
        SELECT 1 FROM (
            SELECT c.id FROM conversations AS c WHERE c.endpoint_id = e.id LIMIT 10
        ) AS few JOIN outbox AS o ON o.conversation_id = few.id
        WHERE o.status = 'sent') END AS answered,
    COALESCE(d.drafts, 0) AS drafts, d.oldest AS oldest_draft,
    COALESCE(t.turns, 0) AS turns, t.oldest AS oldest_turn,
    COALESCE(f.failed, 0) AS failed, a.ended_at AS failed_at,
    a.provider_code AS failed_code, a.note AS failed_why
FROM endpoints AS e
LEFT JOIN senders AS s ON s.organization = e.organization AND s.route = e.route
LEFT JOIN sightings AS g ON g.endpoint_id = e.id
LEFT JOIN (
    SELECT endpoint_id, COUNT(*) AS drafts, MIN(made_at) AS oldest FROM outbox
    WHERE open = 1 AND status IN ('waiting', 'held') GROUP BY endpoint_id
) AS d ON d.endpoint_id = e.id
LEFT JOIN (
    SELECT ready.endpoint_id, SUM(ready.waiting) AS turns, MIN((
        SELECT i.received_at FROM inbox AS i
        WHERE i.conversation_id = ready.id AND i.status = 'waiting'
        ORDER BY i.seq LIMIT 1)) AS oldest
    FROM (
        SELECT id, endpoint_id, waiting FROM conversations WHERE waiting > 0
        ORDER BY due_at LIMIT 100000
    ) AS ready GROUP BY ready.endpoint_id
) AS t ON t.endpoint_id = e.id
LEFT JOIN (
    SELECT endpoint_id, COUNT(*) AS failed, MAX(id) AS id FROM (
        SELECT id, endpoint_id FROM outbox WHERE status = 'failed' ORDER BY id DESC LIMIT 500
    ) AS latest GROUP BY endpoint_id
) AS f ON f.endpoint_id = e.id
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = f.id)
WHERE e.organization = :organization AND e.address {BINARY} >= :first
    AND (:last = '' OR e.address {BINARY} <= :last)
ORDER BY e.address

-- WORDS

-- reader --
SELECT feed, conversation_id, seq, forgotten, holder, until FROM readers WHERE name = :name

-- begin_reader --
INSERT INTO readers (name, feed, conversation_id, seq)
VALUES (:name, :feed, :conversation, :seq)
ON CONFLICT (name) DO NOTHING

-- advance_reader --
UPDATE readers SET feed = :to_feed, conversation_id = :to_conversation, seq = :to_seq,
    holder = :holder, until = :until
WHERE name = :name AND feed = :feed AND conversation_id = :conversation AND seq = :seq
    AND forgotten = :forgotten
RETURNING name

-- forget_read --
UPDATE readers SET forgotten = forgotten + 1 WHERE name = :name

-- number_owners --
INSERT INTO owners (organization) SELECT r.organization FROM {rows(organization text)}
WHERE true
ON CONFLICT (organization) DO NOTHING

-- owners --
SELECT o.id, o.organization FROM {rows(organization text)}
JOIN owners AS o ON o.organization = r.organization

-- keep_words @sqlite --
INSERT INTO words (rowid, said) SELECT r.id, r.said FROM {rows(id bigint, said text)}

-- keep_words @postgres --
INSERT INTO words (id, said)
SELECT r.id, array_to_tsvector(string_to_array(r.said, ' '))
FROM {rows(id bigint, said text)}

-- forget_words @sqlite --
DELETE FROM words WHERE rowid IN (
    SELECT w.rowid FROM {rows(first bigint, last bigint)}
    CROSS JOIN words AS w ON w.rowid >= r.first AND w.rowid <= r.last)

-- forget_words @postgres --
DELETE FROM words USING {rows(first bigint, last bigint)}
WHERE words.id >= r.first AND words.id <= r.last

-- word_hits @sqlite --
SELECT rowid AS id FROM words WHERE words MATCH :sqlite LIMIT :limit

-- word_hits @postgres --
SELECT id FROM words WHERE said @@ (:postgres::text)::tsquery LIMIT :limit

-- words_begun @sqlite --
-- By skipping from one to the next: each stands there as often as it was said.
WITH RECURSIVE begun (word) AS (
    SELECT (SELECT term FROM vocabulary WHERE term >= :beginning LIMIT 1)
    UNION ALL
    SELECT (SELECT term FROM vocabulary WHERE term >= begun.word || char(1) LIMIT 1)
    FROM begun WHERE begun.word < :beyond)
SELECT word FROM begun WHERE word < :beyond LIMIT :limit

-- words_among @sqlite --
SELECT w.rowid AS id, w.said FROM {rows(first bigint, last bigint)}
CROSS JOIN words AS w ON w.rowid >= r.first AND w.rowid <= r.last

-- words_among @postgres --
SELECT w.id, array_to_string(tsvector_to_array(w.said), ' ') AS said
FROM {rows(first bigint, last bigint)}
JOIN words AS w ON w.id >= r.first AND w.id <= r.last

-- add_tallies --
INSERT INTO tallies (organization, hour, endpoint, received, by_bot, by_operator)
SELECT r.organization, r.hour, r.endpoint, r.received, r.by_bot, r.by_operator
FROM {rows(organization text, hour bigint, endpoint text, received bigint, by_bot bigint,
    by_operator bigint)}
WHERE true
ON CONFLICT (organization, hour, endpoint) DO UPDATE SET
    received = tallies.received + excluded.received,
    by_bot = tallies.by_bot + excluded.by_bot,
    by_operator = tallies.by_operator + excluded.by_operator

-- tallies --
SELECT hour, endpoint, received, by_bot, by_operator FROM tallies
WHERE organization = :organization AND hour >= :since ORDER BY hour, endpoint

-- SEARCH

-- led_by_number --
SELECT c.id FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.contact {BINARY} >= :beginning AND c.contact {BINARY} < :beyond
    AND e.id = c.endpoint_id AND e.organization = :organization
LIMIT :limit

-- led_by_ending --
SELECT c.id FROM (
    SELECT id, endpoint_id, contact FROM conversations WHERE {ENDING} = :last
) AS c CROSS JOIN endpoints AS e
WHERE c.contact LIKE '%' || :ending AND e.id = c.endpoint_id
    AND e.organization = :organization
LIMIT :limit

-- led_by_failed --
-- Each of the three by its own index, over what stands out.
SELECT DISTINCT f.conversation_id AS id FROM (
    SELECT conversation_id, endpoint_id FROM outbox WHERE status = 'failed'
    UNION ALL
    SELECT conversation_id, endpoint_id FROM outbox WHERE status = 'parked'
    UNION ALL
    SELECT conversation_id, endpoint_id FROM inbox WHERE status = 'parked'
) AS f CROSS JOIN endpoints AS e
WHERE e.id = f.endpoint_id AND e.organization = :organization
LIMIT :limit

-- led_by_flagged --
SELECT c.id FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.flagged <> '' AND e.id = c.endpoint_id AND e.organization = :organization
LIMIT :limit

-- led_by_taken --
SELECT c.id FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.taken_by <> '' AND e.id = c.endpoint_id AND e.organization = :organization
LIMIT :limit

-- led_by_waiting --
SELECT c.id FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.waiting > 0 AND e.id = c.endpoint_id AND e.organization = :organization
LIMIT :limit

-- led_by_stopped --
SELECT c.id FROM senders AS s CROSS JOIN suppressions AS u CROSS JOIN conversations AS c
WHERE s.organization = :organization AND u.sender_id = s.id AND c.contact = u.contact
    AND c.sender_id = s.id
LIMIT :limit

-- led_by_endpoint --
SELECT c.id FROM endpoints AS e CROSS JOIN conversations AS c
WHERE e.organization = :organization AND e.address = :endpoint AND c.endpoint_id = e.id
LIMIT :limit

-- led_by_all --
SELECT c.id FROM endpoints AS e CROSS JOIN conversations AS c
WHERE e.organization = :organization AND c.endpoint_id = e.id
LIMIT :limit

-- WANTED --
c.updated_at >= :since AND c.updated_at < :until
    AND (:bot = '' OR c.session_bot = :bot)
    AND (:open = 0 OR c.session_open = 1)
    AND (:waiting = 0 OR c.waiting > 0)
    AND (:taken = 0 OR c.taken_by <> '')
    AND (:flagged = 0 OR c.flagged <> '')
    AND (:beginning = ''
        OR (c.contact {BINARY} >= :beginning AND c.contact {BINARY} < :beyond))
    AND (:ending = '' OR c.contact LIKE '%' || :ending)
    AND e.id = c.endpoint_id AND e.organization = :organization
    AND (:endpoint = '' OR e.address = :endpoint)
    AND (:stopped = 0 OR EXISTS (
        SELECT 1 FROM suppressions AS u
        WHERE u.sender_id = c.sender_id AND u.contact = c.contact))
    AND (:failed = 0 OR EXISTS (
            SELECT 1 FROM outbox AS o
            WHERE o.conversation_id = c.id AND o.status IN ('failed', 'parked'))
        OR c.id IN (SELECT i.conversation_id FROM inbox AS i WHERE i.status = 'parked'))

-- walk_end --
SELECT feed, conversation_id AS id, seq FROM timeline
WHERE (feed, conversation_id, seq) < (:feed, :id, :seq)
ORDER BY feed DESC, conversation_id DESC, seq DESC LIMIT 1 OFFSET :steps

-- walk --
SELECT c.id, c.seq, t.feed
FROM timeline AS t CROSS JOIN conversations AS c CROSS JOIN endpoints AS e
WHERE (t.feed, t.conversation_id, t.seq) < (:feed, :id, :seq)
    AND (t.feed, t.conversation_id, t.seq) >= (:to_feed, :to_id, :to_seq)
    AND c.id = t.conversation_id AND c.seq = t.seq AND {WANTED}

-- chosen --
SELECT c.id, c.seq, t.feed FROM {rows(id bigint)}
CROSS JOIN conversations AS c CROSS JOIN endpoints AS e CROSS JOIN timeline AS t
WHERE c.id = r.id AND {WANTED} AND t.conversation_id = c.id AND t.seq = c.seq
    AND (t.feed, t.conversation_id, t.seq) < (:feed, :id, :seq)

-- through --
SELECT c.id, c.seq, t.feed
FROM conversations AS c CROSS JOIN endpoints AS e CROSS JOIN timeline AS t
WHERE {WANTED} AND t.conversation_id = c.id AND t.seq = c.seq
    AND (t.feed, t.conversation_id, t.seq) < (:feed, :id, :seq)
ORDER BY t.feed DESC, t.conversation_id DESC, t.seq DESC LIMIT :limit

-- view_found --
SELECT c.id, e.address AS endpoint, c.address, c.contact, c.waiting, c.session,
    c.session_open, c.session_bot AS bot, c.flagged, c.taken_by, c.created_at, c.updated_at,
    t.at, t.author, t.element, (
        SELECT u.at FROM suppressions AS u
        WHERE u.sender_id = c.sender_id AND u.contact = c.contact) AS stopped_at,
    EXISTS (
        SELECT 1 FROM outbox AS o
        WHERE o.conversation_id = c.id AND o.status IN ('failed', 'parked')) OR EXISTS (
        SELECT 1 FROM inbox AS i
        WHERE i.status = 'parked' AND i.conversation_id = c.id) AS failed
FROM {rows(id bigint)}
JOIN conversations AS c ON c.id = r.id
JOIN endpoints AS e ON e.id = c.endpoint_id
JOIN timeline AS t ON t.conversation_id = c.id AND t.seq = c.seq

-- entries_at --
SELECT t.conversation_id, t.element FROM {rows(conversation_id bigint, seq bigint)}
JOIN timeline AS t ON t.conversation_id = r.conversation_id AND t.seq = r.seq

-- search_choices --
SELECT 'bot' AS what, name FROM bots WHERE organization = :organization
UNION ALL
SELECT 'endpoint', address FROM endpoints WHERE organization = :organization
ORDER BY 1, 2 LIMIT :limit

-- OVERVIEW

-- latest_failures --
SELECT a.provider_code AS code, a.note, latest.made_at AS at FROM (
    SELECT id, endpoint_id, made_at FROM outbox WHERE status = 'failed'
    ORDER BY id DESC LIMIT :most
) AS latest
JOIN endpoints AS e ON e.id = latest.endpoint_id
LEFT JOIN attempts AS a ON a.id = (
    SELECT MAX(b.id) FROM attempts AS b WHERE b.outbox_id = latest.id)
WHERE e.organization = :organization AND latest.made_at >= :since
ORDER BY latest.id DESC

-- standing --
-- Each by its own index, over what stands out.
SELECT 'parked' AS what, COUNT(*) AS count FROM (
    SELECT endpoint_id FROM outbox WHERE status = 'parked'
    UNION ALL
    SELECT endpoint_id FROM inbox WHERE status = 'parked'
) AS p JOIN endpoints AS e ON e.id = p.endpoint_id WHERE e.organization = :organization
UNION ALL
SELECT 'unknown', COUNT(*) FROM attempts AS a JOIN outbox AS o ON o.id = a.outbox_id
JOIN endpoints AS e ON e.id = o.endpoint_id
WHERE a.status IN ('sending', 'unknown') AND a.status = 'unknown'
    AND e.organization = :organization
UNION ALL
SELECT 'flagged', COUNT(*) FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.flagged <> '' AND e.id = c.endpoint_id AND e.organization = :organization
UNION ALL
SELECT 'taken', COUNT(*) FROM conversations AS c CROSS JOIN endpoints AS e
WHERE c.taken_by <> '' AND e.id = c.endpoint_id AND e.organization = :organization

-- queues --
SELECT e.address AS endpoint, COUNT(*) AS texts, MIN(w.at) AS oldest FROM (
    SELECT endpoint_id, received_at AS at FROM inbox WHERE status = 'waiting'
    UNION ALL
    SELECT endpoint_id, made_at FROM outbox WHERE open = 1 AND status IN ('waiting', 'held')
) AS w CROSS JOIN endpoints AS e
WHERE e.id = w.endpoint_id AND e.organization = :organization
GROUP BY e.address ORDER BY oldest, endpoint

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

-- PEOPLE

-- any_user --
SELECT id FROM users LIMIT 1

-- find_user --
SELECT id, email, name, password, created_at FROM users WHERE id = :id OR email = :email

-- add_user --
INSERT INTO users (id, email, name, password, created_at)
VALUES (:id, :email, :name, :password, :created_at)
ON CONFLICT (email) DO NOTHING RETURNING id

-- add_first_user --
-- Who comes first owns the server, so there is one first.
INSERT INTO users (id, email, name, password, created_at)
SELECT :id, :email, :name, :password, CAST(:created_at AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM users)
RETURNING id

-- save_user --
UPDATE users SET name = :name, password = :password WHERE id = :id

-- members --
SELECT u.id, u.email, u.name, u.password, u.created_at,
    m.organization, m.role, m.added_at, m.joined_at
FROM members AS m JOIN users AS u ON u.id = m.user_id
WHERE m.organization = :organization ORDER BY u.email

-- save_member --
INSERT INTO members (user_id, organization, role, added_at, joined_at)
VALUES (:user, :organization, :role, :added_at, :joined_at)
ON CONFLICT (user_id, organization) DO UPDATE SET
    role = excluded.role, joined_at = excluded.joined_at

-- remove_member --
DELETE FROM members WHERE user_id = :user AND organization = :organization

-- signed_in --
SELECT u.id, u.email, u.name, u.password, u.created_at,
    s.hash, s.user_id, s.created_at AS session_at, s.seen_at, s.browser,
    m.organization, m.role, m.added_at, m.joined_at
FROM sessions AS s JOIN users AS u ON u.id = s.user_id
LEFT JOIN members AS m ON m.user_id = u.id AND m.joined_at > 0
WHERE s.hash = :hash ORDER BY m.organization

-- save_session --
INSERT INTO sessions (hash, user_id, created_at, seen_at, browser)
VALUES (:hash, :user_id, :created_at, :seen_at, :browser)
ON CONFLICT (hash) DO UPDATE SET seen_at = excluded.seen_at

-- sessions_of --
SELECT hash, user_id, created_at, seen_at, browser FROM sessions
WHERE user_id = :user ORDER BY seen_at DESC

-- sign_out --
DELETE FROM sessions WHERE hash = :hash

-- sign_out_everywhere --
DELETE FROM sessions WHERE user_id = :user AND hash <> :but

-- forget_sessions --
DELETE FROM sessions WHERE seen_at < :seen OR created_at < :begun

-- add_link --
INSERT INTO links (hash, user_id, purpose, organization, ends_at)
VALUES (:hash, :user_id, :purpose, :organization, :ends_at)

-- replace_link --
DELETE FROM links
WHERE user_id = :user AND purpose = :purpose AND organization = :organization

-- drop_links --
DELETE FROM links WHERE user_id = :user AND organization = :organization

-- find_link --
SELECT hash, user_id, purpose, organization, ends_at FROM links WHERE hash = :hash

-- use_link --
DELETE FROM links WHERE hash = :hash
RETURNING hash, user_id, purpose, organization, ends_at

-- wrong_passwords --
SELECT email, failed, at, next_at FROM sign_ins WHERE email = :email

-- forget_wrong_passwords --
DELETE FROM sign_ins WHERE email = :email OR at < :before

-- save_wrong_passwords --
INSERT INTO sign_ins (email, failed, at, next_at) VALUES (:email, :failed, :at, :next_at)

-- add_audit --
INSERT INTO audit (organization, at, who, door, what, about)
VALUES (:organization, :at, :who, :door, :what, :about) RETURNING id

-- end_audit --
UPDATE audit SET done = 1 WHERE id = :id

-- drop_audit --
DELETE FROM audit WHERE id = :id

-- audit --
SELECT id, organization, at, who, door, what, about, done FROM audit
WHERE organization = :organization AND (:before = 0 OR id < :before)
ORDER BY id DESC LIMIT :limit

-- audit_of_all --
SELECT id, organization, at, who, door, what, about, done FROM audit
WHERE :before = 0 OR id < :before ORDER BY id DESC LIMIT :limit

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
