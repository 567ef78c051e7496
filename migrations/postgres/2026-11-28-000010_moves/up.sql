-- When an actor of another server was last seen to move: it moves once a week at most (R-MOVE-01).
ALTER TABLE actors ADD COLUMN moved_at TIMESTAMPTZ;
