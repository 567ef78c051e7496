-- Whom the server speaks with when it speaks with named servers only.
ALTER TABLE peers ADD COLUMN allowed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE server_rules (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    allow_only BOOLEAN NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Lists of servers to block that somebody else keeps: each line waits for a person's word.
CREATE TABLE block_lists (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    url TEXT NOT NULL,
    etag TEXT,
    read_at TIMESTAMPTZ,
    due_at TIMESTAMPTZ NOT NULL,
    failures INTEGER NOT NULL,
    last_error TEXT,
    by_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, url)
);
CREATE INDEX block_lists_due ON block_lists (due_at);

-- What a list says of a server, and what became of it here.
CREATE TABLE block_list_entries (
    id UUID PRIMARY KEY NOT NULL,
    list_id UUID NOT NULL REFERENCES block_lists (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    severity TEXT NOT NULL,
    reject_media BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    UNIQUE (list_id, host)
);
CREATE INDEX block_list_entries_waiting ON block_list_entries (since, id) WHERE state IN ('proposed', 'gone');

-- The list that proposed a measure: what it brought can be lifted together, also when the list is gone.
ALTER TABLE measures ADD COLUMN list_url TEXT;

-- Publications of servers whose publications are read first, that a moderator let through.
CREATE TABLE approved_objects (
    site_id UUID NOT NULL REFERENCES sites (id),
    object_id UUID NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    shown BOOLEAN NOT NULL,
    by_id UUID,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (site_id, object_id)
);
CREATE INDEX approved_objects_object ON approved_objects (object_id);
