-- True for agendas to which passers-by may propose events.
ALTER TABLE actors ADD COLUMN proposals INTEGER NOT NULL DEFAULT 0;

-- Events that passers-by propose: the form until the address is confirmed, then only whom to answer.
CREATE TABLE proposals (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    language TEXT NOT NULL,
    title TEXT NOT NULL,
    token_hash TEXT,
    payload TEXT NOT NULL,
    object_id TEXT REFERENCES objects (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX proposals_token ON proposals (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX proposals_object ON proposals (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX proposals_actor ON proposals (actor_id, created_at);
