-- Why and since when a host is not spoken to; both empty unless `blocked`.
ALTER TABLE peers ADD COLUMN block_reason TEXT;
ALTER TABLE peers ADD COLUMN blocked_at timestamptz;
