-- What a report says should stand in a field of a publication of ours instead; its author accepts it or does not.
CREATE TABLE corrections (
    id TEXT PRIMARY KEY NOT NULL,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    was TEXT NOT NULL,
    value TEXT NOT NULL,
    state TEXT NOT NULL,
    told_at TEXT,
    decided_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_report ON corrections (report_id);
CREATE INDEX corrections_object ON corrections (object_id, state);

-- What was told of an object: asked when it comes back.
CREATE INDEX activities_of_object ON activities (object_id) WHERE object_id IS NOT NULL;

-- Pictures that nothing shows are looked for.
CREATE INDEX events_picture ON events (picture_id) WHERE picture_id IS NOT NULL;
CREATE INDEX media_created ON media (created_at, id);

-- How high a site sets the limits on what visitors and people may do, in percent.
ALTER TABLE moderation_settings ADD COLUMN limits INTEGER NOT NULL DEFAULT 100;
