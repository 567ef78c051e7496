-- Deliveries are scheduled by host: when one is due, who works on it, since when it fails.
ALTER TABLE peers ADD COLUMN due_at TEXT;
ALTER TABLE peers ADD COLUMN claimed_by TEXT;
ALTER TABLE peers ADD COLUMN claimed_until TEXT;
ALTER TABLE peers ADD COLUMN failing_since TEXT;
ALTER TABLE peers ADD COLUMN failing_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE peers ADD COLUMN unreachable_at TEXT;
ALTER TABLE peers ADD COLUMN missed_from TEXT;
ALTER TABLE peers ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
CREATE INDEX peers_due ON peers (due_at) WHERE due_at IS NOT NULL;

-- A delivery that its receiver keeps failing on steps aside, so that the others pass.
ALTER TABLE deliveries ADD COLUMN aside INTEGER NOT NULL DEFAULT 0;
DROP INDEX deliveries_due;
DROP INDEX deliveries_lane;
CREATE INDEX deliveries_host ON deliveries (host, actor_id, inbox, id) WHERE state = 'queued';
DELETE FROM deliveries WHERE state = 'delivered';
INSERT INTO peers (host, blocked, failures, due_at)
    SELECT DISTINCT host, 0, 0, '2026-01-01T00:00:00.000000Z' FROM deliveries WHERE state = 'queued'
    ON CONFLICT (host) DO UPDATE SET due_at = excluded.due_at;

CREATE INDEX inbox_queue_actor ON inbox_queue (actor_uri, id) WHERE state = 'queued';

-- Work that one process of several does at a time.
CREATE TABLE leases (
    name TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;
