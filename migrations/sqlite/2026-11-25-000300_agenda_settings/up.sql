-- Pictures of sites and agendas, what an agenda shows of its people, what becomes of replies.
ALTER TABLE actors ADD COLUMN icon_id TEXT REFERENCES media (id);
ALTER TABLE actors ADD COLUMN icon_alt TEXT NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN banner_id TEXT REFERENCES media (id);
ALTER TABLE actors ADD COLUMN banner_alt TEXT NOT NULL DEFAULT '';
ALTER TABLE actors ADD COLUMN shows_people INTEGER NOT NULL DEFAULT 0;
ALTER TABLE actors ADD COLUMN comments TEXT NOT NULL DEFAULT 'open';
-- The point that crops keep in sight: from -1 (left, bottom) to 1 (right, top).
ALTER TABLE media ADD COLUMN focal_x REAL NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN focal_y REAL NOT NULL DEFAULT 0;
