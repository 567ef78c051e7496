-- The request that a row came from, for the log: from the inbox to the last delivery.
ALTER TABLE inbox_queue ADD COLUMN request_id TEXT;
ALTER TABLE activities ADD COLUMN request_id TEXT;
