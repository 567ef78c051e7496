-- True for agendas to which passers-by may propose events.
ALTER TABLE actors ADD COLUMN proposals BOOLEAN NOT NULL DEFAULT FALSE;

-- Events that passers-by propose: the form until the address is confirmed, then only whom to answer.
CREATE TABLE proposals (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    actor_id UUID NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    token_hash TEXT,
    payload JSONB NOT NULL,
    object_id UUID REFERENCES objects (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX proposals_token ON proposals (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX proposals_object ON proposals (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX proposals_actor ON proposals (actor_id, created_at);
