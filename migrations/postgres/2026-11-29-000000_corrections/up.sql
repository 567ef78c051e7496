-- What a report says should stand in a field of a publication of ours instead; its author accepts it or does not.
CREATE TABLE corrections (
    id UUID PRIMARY KEY NOT NULL,
    report_id UUID NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    object_id UUID NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    was TEXT NOT NULL,
    value TEXT NOT NULL,
    state TEXT NOT NULL,
    told_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX corrections_report ON corrections (report_id);
CREATE INDEX corrections_object ON corrections (object_id, state);
