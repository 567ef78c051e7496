-- What a person is asked to look at because somebody complained: one open case a target.
CREATE TABLE cases (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    target_kind TEXT NOT NULL,
    target_id TEXT,
    target_uri TEXT NOT NULL,
    title TEXT NOT NULL,
    actor_id TEXT REFERENCES actors (id) ON DELETE SET NULL,
    reason TEXT NOT NULL,
    reports INTEGER NOT NULL,
    state TEXT NOT NULL,
    assigned_to TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    outcome TEXT,
    closed_by TEXT,
    closed_at TEXT,
    opened_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_open ON cases (site_id, target_uri) WHERE state = 'open';
CREATE INDEX cases_queue ON cases (site_id, state, opened_at, id);
CREATE INDEX cases_actor ON cases (actor_id);

-- What somebody said of it. A visitor's counts once their address is confirmed: until then it has no case.
CREATE TABLE reports (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    case_id TEXT REFERENCES cases (id) ON DELETE CASCADE,
    target_kind TEXT NOT NULL,
    target_id TEXT,
    target_uri TEXT NOT NULL,
    source TEXT NOT NULL,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    email TEXT,
    host TEXT NOT NULL,
    actor_uri TEXT,
    language TEXT NOT NULL,
    reason TEXT NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    copy TEXT NOT NULL,
    flag_uri TEXT,
    times INTEGER NOT NULL,
    token_hash TEXT,
    confirmed_at TEXT,
    forwarded_at TEXT,
    told_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX reports_case ON reports (case_id, id);
CREATE INDEX reports_account ON reports (account_id);
CREATE UNIQUE INDEX reports_token ON reports (token_hash) WHERE token_hash IS NOT NULL;

-- What moderators write to one another and to those concerned, and what these answer.
CREATE TABLE case_entries (
    id TEXT PRIMARY KEY NOT NULL,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    report_id TEXT REFERENCES reports (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX case_entries_case ON case_entries (case_id, id);

-- What was decided and holds until `ended_at`. Each names one thing: an object, a reply, an actor, an account or a host.
CREATE TABLE measures (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    case_id TEXT REFERENCES cases (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    object_id TEXT,
    comment_id TEXT,
    actor_id TEXT,
    account_id TEXT,
    host TEXT,
    title TEXT NOT NULL,
    scope TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    before TEXT NOT NULL,
    by_id TEXT,
    created_at TEXT NOT NULL,
    ends_at TEXT,
    ended_at TEXT,
    ended_by TEXT,
    undone INTEGER NOT NULL
) STRICT;
CREATE INDEX measures_object ON measures (object_id) WHERE object_id IS NOT NULL;
CREATE INDEX measures_comment ON measures (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX measures_actor ON measures (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX measures_account ON measures (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX measures_host ON measures (host) WHERE host IS NOT NULL;
CREATE INDEX measures_site ON measures (site_id, id);
CREATE INDEX measures_holding ON measures (site_id, kind) WHERE ended_at IS NULL;
CREATE INDEX measures_ends ON measures (ends_at) WHERE ended_at IS NULL AND ends_at IS NOT NULL;

-- The answer of a person to a measure. The link is theirs alone.
CREATE TABLE appeals (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    measure_id TEXT NOT NULL REFERENCES measures (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    token_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    decided_by TEXT,
    created_at TEXT NOT NULL,
    appealed_at TEXT,
    decided_at TEXT
) STRICT;
CREATE INDEX appeals_queue ON appeals (site_id, state, appealed_at);
CREATE INDEX appeals_measure ON appeals (measure_id);

-- What was done, for ever: each entry names the hash of the one before. No texts of people stand here.
CREATE TABLE moderation_record (
    site_id TEXT NOT NULL REFERENCES sites (id),
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    by_id TEXT,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (site_id, seq)
) STRICT;

-- The last entry of each site's record; whoever writes holds its row.
CREATE TABLE moderation_heads (
    site_id TEXT PRIMARY KEY NOT NULL REFERENCES sites (id),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- When the moderators of a site were last written to, and the newest thing that the letter counted.
CREATE TABLE queue_letters (
    site_id TEXT PRIMARY KEY NOT NULL REFERENCES sites (id),
    told_at TEXT NOT NULL,
    newest_at TEXT NOT NULL
) STRICT;
CREATE INDEX comments_held ON comments (published_at, id) WHERE state = 'held';

-- What is read before it is shown; a site without a row holds nothing.
CREATE TABLE hold_rules (
    site_id TEXT PRIMARY KEY NOT NULL REFERENCES sites (id),
    first_publications INTEGER NOT NULL,
    links INTEGER NOT NULL,
    pictures INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    strange_hosts INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Words that make a text wait; `folded` is what they are compared by.
CREATE TABLE watched_words (
    site_id TEXT NOT NULL REFERENCES sites (id),
    folded TEXT NOT NULL,
    word TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (site_id, folded)
) STRICT;

-- People whose publications never wait for the rules above: a moderator said so.
CREATE TABLE trusted_accounts (
    site_id TEXT NOT NULL REFERENCES sites (id),
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    by_id TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (site_id, account_id)
) STRICT;
