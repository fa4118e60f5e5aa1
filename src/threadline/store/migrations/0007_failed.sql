-- What an operator looks for among all that was ever sent.

-- Written only when a text fails, and when one that failed is tried again.
CREATE INDEX outbox_failed ON outbox (id) WHERE status = 'failed';
