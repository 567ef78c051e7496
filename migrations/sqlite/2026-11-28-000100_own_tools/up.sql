-- What a person does not want to see: an actor, a server with all below it, a word. A block of an owner holds for the
-- agendas they own as well.
CREATE TABLE personal_blocks (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    actor_id TEXT REFERENCES actors (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    shown TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ends_at TEXT,
    UNIQUE (account_id, kind, value)
) STRICT;
CREATE INDEX personal_blocks_actor ON personal_blocks (actor_id) WHERE actor_id IS NOT NULL;

-- Archives of a person's data, for the session that asked and for a day; the files lie in the data folder.
CREATE TABLE exports (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX exports_account ON exports (account_id);
CREATE INDEX exports_session ON exports (session_id);
CREATE INDEX exports_state ON exports (state, created_at);

-- Addresses of agendas that were erased: only their hashes, so that nobody takes the name (AUT-10) and servers are told
-- that it is gone.
CREATE TABLE erased_names (
    hash TEXT PRIMARY KEY NOT NULL,
    erased_at TEXT NOT NULL
) STRICT;
