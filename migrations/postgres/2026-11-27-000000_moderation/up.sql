-- What a person is asked to look at because somebody complained: one open case a target.
CREATE TABLE cases (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    target_kind TEXT NOT NULL,
    target_id UUID,
    target_uri TEXT NOT NULL,
    title TEXT NOT NULL,
    actor_id UUID REFERENCES actors (id) ON DELETE SET NULL,
    reason TEXT NOT NULL,
    reports INTEGER NOT NULL,
    state TEXT NOT NULL,
    assigned_to UUID REFERENCES accounts (id) ON DELETE SET NULL,
    outcome TEXT,
    closed_by UUID,
    closed_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX cases_open ON cases (site_id, target_uri) WHERE state = 'open';
CREATE INDEX cases_queue ON cases (site_id, state, opened_at, id);
CREATE INDEX cases_actor ON cases (actor_id);

-- What somebody said of it. A visitor's counts once their address is confirmed: until then it has no case.
CREATE TABLE reports (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    case_id UUID REFERENCES cases (id) ON DELETE CASCADE,
    target_kind TEXT NOT NULL,
    target_id UUID,
    target_uri TEXT NOT NULL,
    source TEXT NOT NULL,
    account_id UUID REFERENCES accounts (id) ON DELETE SET NULL,
    email TEXT,
    host TEXT NOT NULL,
    actor_uri TEXT,
    language TEXT NOT NULL,
    reason TEXT NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    copy JSONB NOT NULL,
    flag_uri TEXT,
    times INTEGER NOT NULL,
    token_hash TEXT,
    confirmed_at TIMESTAMPTZ,
    forwarded_at TIMESTAMPTZ,
    told_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX reports_case ON reports (case_id, id);
CREATE INDEX reports_account ON reports (account_id);
CREATE UNIQUE INDEX reports_token ON reports (token_hash) WHERE token_hash IS NOT NULL;

-- What moderators write to one another and to those concerned, and what these answer.
CREATE TABLE case_entries (
    id UUID PRIMARY KEY NOT NULL,
    case_id UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    report_id UUID REFERENCES reports (id) ON DELETE CASCADE,
    account_id UUID REFERENCES accounts (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX case_entries_case ON case_entries (case_id, id);

-- What was decided and holds until `ended_at`. Each names one thing: an object, a reply, an actor, an account or a host.
CREATE TABLE measures (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    case_id UUID REFERENCES cases (id) ON DELETE SET NULL,
    kind TEXT NOT NULL,
    object_id UUID,
    comment_id UUID,
    actor_id UUID,
    account_id UUID,
    host TEXT,
    title TEXT NOT NULL,
    scope JSONB NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    before JSONB NOT NULL,
    by_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ended_by UUID,
    undone BOOLEAN NOT NULL
);
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
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    measure_id UUID NOT NULL REFERENCES measures (id) ON DELETE CASCADE,
    account_id UUID REFERENCES accounts (id) ON DELETE SET NULL,
    token_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    decided_by UUID,
    created_at TIMESTAMPTZ NOT NULL,
    appealed_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ
);
CREATE INDEX appeals_queue ON appeals (site_id, state, appealed_at);
CREATE INDEX appeals_measure ON appeals (measure_id);

-- What was done, for ever: each entry names the hash of the one before. No texts of people stand here.
CREATE TABLE moderation_record (
    site_id UUID NOT NULL REFERENCES sites (id),
    seq BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    by_id UUID,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail JSONB NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (site_id, seq)
);

-- The last entry of each site's record; whoever writes holds its row.
CREATE TABLE moderation_heads (
    site_id UUID PRIMARY KEY NOT NULL REFERENCES sites (id),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);

-- When the moderators of a site were last written to, and the newest thing that the letter counted.
CREATE TABLE queue_letters (
    site_id UUID PRIMARY KEY NOT NULL REFERENCES sites (id),
    told_at TIMESTAMPTZ NOT NULL,
    newest_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX comments_held ON comments (published_at, id) WHERE state = 'held';

-- What is read before it is shown; a site without a row holds nothing.
CREATE TABLE hold_rules (
    site_id UUID PRIMARY KEY NOT NULL REFERENCES sites (id),
    first_publications INTEGER NOT NULL,
    links BOOLEAN NOT NULL,
    pictures BOOLEAN NOT NULL,
    edits BOOLEAN NOT NULL,
    strange_hosts BOOLEAN NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- Words that make a text wait; `folded` is what they are compared by.
CREATE TABLE watched_words (
    site_id UUID NOT NULL REFERENCES sites (id),
    folded TEXT NOT NULL,
    word TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (site_id, folded)
);

-- People whose publications never wait for the rules above: a moderator said so.
CREATE TABLE trusted_accounts (
    site_id UUID NOT NULL REFERENCES sites (id),
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    by_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (site_id, account_id)
);
