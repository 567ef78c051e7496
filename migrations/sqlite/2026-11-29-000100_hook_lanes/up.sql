-- Each program has a lane of its own: its messages go in order, and wait for it alone. `due_at` is when its lane goes on,
-- `claimed_until` how long a process has it, `tries` how often in a row nothing arrived, `failing_at` since when,
-- `reported_at` when its administrators were last told. For a day after a new secret messages are signed with the old
-- one as well.
ALTER TABLE hooks ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE hooks ADD COLUMN old_secret TEXT;
ALTER TABLE hooks ADD COLUMN old_until TEXT;
ALTER TABLE hooks ADD COLUMN due_at TEXT NOT NULL DEFAULT '1970-01-01T00:00:00.000000Z';
ALTER TABLE hooks ADD COLUMN claimed_until TEXT;
ALTER TABLE hooks ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hooks ADD COLUMN reported_at TEXT;
UPDATE hooks SET reported_at = failing_at;

-- When it was first tried: so long it is waited for, not since it happened.
ALTER TABLE hook_deliveries ADD COLUMN first_try_at TEXT;
DROP INDEX hook_deliveries_due;
CREATE INDEX hook_deliveries_waiting ON hook_deliveries (hook_id, id) WHERE state = 'waiting';
