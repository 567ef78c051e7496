-- Whom the server speaks with when it speaks with named servers only.
ALTER TABLE peers ADD COLUMN allowed INTEGER NOT NULL DEFAULT 0;
CREATE TABLE server_rules (
    id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    allow_only INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Lists of servers to block that somebody else keeps: each line waits for a person's word.
CREATE TABLE block_lists (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    url TEXT NOT NULL,
    etag TEXT,
    read_at TEXT,
    due_at TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_error TEXT,
    by_id TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (site_id, url)
) STRICT;
CREATE INDEX block_lists_due ON block_lists (due_at);

-- What a list says of a server, and what became of it here.
CREATE TABLE block_list_entries (
    id TEXT PRIMARY KEY NOT NULL,
    list_id TEXT NOT NULL REFERENCES block_lists (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    severity TEXT NOT NULL,
    reject_media INTEGER NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    UNIQUE (list_id, host)
) STRICT;
CREATE INDEX block_list_entries_waiting ON block_list_entries (since, id) WHERE state IN ('proposed', 'gone');

-- The list that proposed a measure: what it brought can be lifted together, also when the list is gone.
ALTER TABLE measures ADD COLUMN list_url TEXT;

-- Publications of servers whose publications are read first, that a moderator let through.
CREATE TABLE approved_objects (
    site_id TEXT NOT NULL REFERENCES sites (id),
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    shown INTEGER NOT NULL,
    by_id TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (site_id, object_id)
) STRICT;
CREATE INDEX approved_objects_object ON approved_objects (object_id);
