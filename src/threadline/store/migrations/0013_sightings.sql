-- What was last heard of each endpoint's provider, written every few seconds and not per text.

-- `heard_at`: a text, `reported_at`: what became of one of ours, `refused_at`: a request whose
-- signature was wrong; `refused` counts those since the last text.
CREATE TABLE sightings (
    endpoint_id BIGINT PRIMARY KEY, heard_at BIGINT NOT NULL DEFAULT 0,
    reported_at BIGINT NOT NULL DEFAULT 0, refused_at BIGINT NOT NULL DEFAULT 0,
    refused BIGINT NOT NULL DEFAULT 0);
