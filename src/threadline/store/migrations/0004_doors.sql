-- The API's keys, the requests that must not be carried out twice, and a feed of all that is
-- said.

-- Only the hash of a key is kept. `scopes` are words with blanks between; 0 = not yet, or never.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, organization TEXT NOT NULL REFERENCES organizations,
    name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0, used_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX api_keys_organization ON api_keys (organization, id);

-- What was answered to a request with an Idempotency-Key, sealed; `status` is 0 while it is
-- being carried out.
CREATE TABLE requests (
    caller TEXT NOT NULL, idempotency_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    at BIGINT NOT NULL, status BIGINT NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (caller, idempotency_key));
CREATE INDEX requests_at ON requests (at);
