-- What a bot was, what somebody is about to make of it, and the endpoint that every bot has.

-- Every version of its content. `source` is the text that it was published from, '' if it came
-- as a document; `made_by` who changed it, '' = that was not kept.
CREATE TABLE bot_versions (
    organization TEXT NOT NULL REFERENCES organizations, name TEXT NOT NULL,
    version BIGINT NOT NULL, document TEXT NOT NULL, source TEXT NOT NULL DEFAULT '',
    made_at BIGINT NOT NULL, made_by TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (organization, name, version));

-- What was typed and is not published. `base_version` is the version that it was made of, and
-- `revision` counts how often it was saved.
CREATE TABLE bot_drafts (
    organization TEXT NOT NULL REFERENCES organizations, name TEXT NOT NULL,
    source TEXT NOT NULL, base_version BIGINT NOT NULL, revision BIGINT NOT NULL DEFAULT 1,
    saved_at BIGINT NOT NULL, saved_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (organization, name));

INSERT INTO bot_versions (organization, name, version, document, made_at)
SELECT organization, name, version, document, updated_at FROM bots;

-- As `threadline.operations.default_endpoints` makes it for a new bot. Names need no quoting.
INSERT INTO endpoints (organization, address, document, route, online, created_at, updated_at)
SELECT b.organization, b.organization || '-' || b.name,
    '{"Address": "' || b.organization || '-' || b.name
        || '", "Name": "' || b.name || ' default endpoint", "Status": "online", '
        || '"EngagementType": "Web", "TargetBotReference": "' || b.name
        || '", "InboundBotReference": "' || b.name
        || '", "OutboundBotReference": "' || b.name || '"}',
    NULL, 1, b.updated_at, b.updated_at
FROM bots AS b
WHERE length(b.organization || '-' || b.name) <= 100
ORDER BY b.organization, b.name
ON CONFLICT (address) DO NOTHING;
