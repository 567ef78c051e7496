-- A site is a host name served by this process: its name, its look, its rules.
CREATE TABLE sites (
    id TEXT PRIMARY KEY NOT NULL,
    host TEXT NOT NULL UNIQUE,
    scheme TEXT NOT NULL,
    name TEXT NOT NULL,
    tagline TEXT NOT NULL,
    about TEXT NOT NULL,
    languages TEXT NOT NULL,
    default_language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    accent_hue INTEGER NOT NULL,
    paper TEXT NOT NULL,
    registration TEXT NOT NULL,
    follower_policy TEXT NOT NULL,
    contact_email TEXT,
    actor_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    ready_at TEXT
) STRICT;

-- Everybody who can sign: the sites' own actors (site_id set) and remote ones, stored once.
CREATE TABLE actors (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    site_id TEXT REFERENCES sites (id),
    kind TEXT NOT NULL,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    url TEXT,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    outbox TEXT,
    followers_url TEXT,
    icon_url TEXT,
    manually_approves INTEGER NOT NULL,
    discoverable INTEGER NOT NULL,
    indexable INTEGER NOT NULL,
    state TEXT NOT NULL,
    moved_to TEXT,
    raw TEXT,
    fetched_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX actors_host ON actors (host);
CREATE UNIQUE INDEX actors_local_name ON actors (site_id, username) WHERE site_id IS NOT NULL;

CREATE TABLE actor_keys (
    id TEXT PRIMARY KEY NOT NULL,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    key_uri TEXT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    private_key TEXT,
    created_at TEXT NOT NULL,
    fetched_at TEXT
) STRICT;
CREATE INDEX actor_keys_actor ON actor_keys (actor_id);

-- What is known of another server, by host.
CREATE TABLE peers (
    host TEXT PRIMARY KEY NOT NULL,
    software TEXT,
    software_version TEXT,
    application_uri TEXT,
    nodeinfo_at TEXT,
    signature_scheme TEXT,
    scheme_at TEXT,
    blocked INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_success_at TEXT,
    last_failure_at TEXT,
    last_error TEXT
) STRICT;

CREATE TABLE accounts (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    motive TEXT NOT NULL,
    is_server_admin INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    confirmed_at TEXT,
    approved_at TEXT
) STRICT;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    csrf TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE account_tokens (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;

CREATE TABLE site_roles (
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (site_id, account_id)
) STRICT;

CREATE TABLE actor_roles (
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (actor_id, account_id)
) STRICT;

CREATE TABLE actor_invitations (
    id TEXT PRIMARY KEY NOT NULL,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    email_folded TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    accepted_at TEXT
) STRICT;

CREATE TABLE mail_queue (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX mail_queue_due ON mail_queue (state, next_try_at);

CREATE TABLE media (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT REFERENCES sites (id),
    account_id TEXT REFERENCES accounts (id),
    remote_url TEXT UNIQUE,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    blurhash TEXT NOT NULL,
    variants TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE follows (
    id TEXT PRIMARY KEY NOT NULL,
    follower_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    uri TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    activity TEXT NOT NULL,
    created_at TEXT NOT NULL,
    decided_at TEXT,
    last_error TEXT,
    UNIQUE (follower_id, target_id)
) STRICT;
CREATE INDEX follows_target ON follows (target_id, state);

-- Where the events of a calendar come from: an address checked on a schedule, or one uploaded file.
CREATE TABLE calendar_sources (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    label TEXT NOT NULL,
    url TEXT,
    state TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    interval_minutes INTEGER NOT NULL,
    checked_at TEXT,
    next_check_at TEXT,
    changed_at TEXT,
    last_error TEXT,
    report TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX calendar_sources_due ON calendar_sources (state, next_check_at);

-- What every published object shares, whatever its kind.
CREATE TABLE objects (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    site_id TEXT REFERENCES sites (id),
    actor_id TEXT NOT NULL REFERENCES actors (id),
    account_id TEXT REFERENCES accounts (id),
    state TEXT NOT NULL,
    audience TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    source_id TEXT REFERENCES calendar_sources (id) ON DELETE SET NULL,
    source_key TEXT,
    comments TEXT NOT NULL,
    revision INTEGER NOT NULL,
    raw TEXT,
    published_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX objects_actor ON objects (actor_id, state, published_at);
CREATE INDEX objects_site ON objects (site_id, kind, state);
CREATE UNIQUE INDEX objects_source ON objects (source_id, source_key) WHERE source_key IS NOT NULL;

CREATE TABLE object_tags (
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (object_id, tag_folded)
) STRICT;
CREATE INDEX object_tags_tag ON object_tags (tag_folded);

CREATE TABLE announces (
    uri TEXT PRIMARY KEY NOT NULL,
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    announced_at TEXT NOT NULL,
    UNIQUE (object_id, actor_id)
) STRICT;
CREATE INDEX announces_actor ON announces (actor_id);

CREATE TABLE comments (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    actor_id TEXT NOT NULL REFERENCES actors (id),
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    url TEXT,
    in_reply_to TEXT NOT NULL,
    published_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX comments_object ON comments (object_id, state, published_at);

CREATE TABLE object_history (
    id TEXT PRIMARY KEY NOT NULL,
    object_id TEXT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    account_id TEXT REFERENCES accounts (id),
    action TEXT NOT NULL,
    changes TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX object_history_object ON object_history (object_id, at);

-- Ids that are gone for ever, known here or not: nothing brings them back.
CREATE TABLE tombstones (
    uri TEXT PRIMARY KEY NOT NULL,
    actor_uri TEXT NOT NULL,
    former_type TEXT NOT NULL,
    deleted_at TEXT NOT NULL
) STRICT;

CREATE TABLE received_activities (
    uri TEXT PRIMARY KEY NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX received_activities_at ON received_activities (received_at);

CREATE TABLE inbox_queue (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    activity_uri TEXT NOT NULL,
    actor_uri TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    last_error TEXT,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_queue_due ON inbox_queue (state, next_try_at);

-- What our actors said: written with the change it tells, expanded to deliveries by a worker.
CREATE TABLE activities (
    id TEXT PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    site_id TEXT NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    object_id TEXT REFERENCES objects (id) ON DELETE CASCADE,
    object_uri TEXT NOT NULL,
    body TEXT NOT NULL,
    recipients TEXT NOT NULL,
    listed INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expanded_at TEXT
) STRICT;
CREATE INDEX activities_outbox ON activities (actor_id, listed, id);
CREATE INDEX activities_waiting ON activities (id) WHERE expanded_at IS NULL;

CREATE TABLE deliveries (
    id TEXT PRIMARY KEY NOT NULL,
    activity_id TEXT NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    last_status INTEGER,
    last_error TEXT,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    UNIQUE (activity_id, inbox)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_try_at) WHERE state = 'queued';
CREATE INDEX deliveries_lane ON deliveries (actor_id, inbox, id) WHERE state = 'queued';

-- Durable work besides the two queues: fetches, backfills, announcements, checks.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TEXT NOT NULL,
    last_error TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (kind, key)
) STRICT;
CREATE INDEX jobs_due ON jobs (state, next_try_at);

CREATE TABLE places (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT REFERENCES sites (id),
    uri TEXT UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    locality TEXT NOT NULL,
    region TEXT NOT NULL,
    country TEXT NOT NULL,
    latitude REAL,
    longitude REAL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX places_name ON places (site_id, name_folded);

CREATE TABLE event_series (
    id TEXT PRIMARY KEY NOT NULL,
    actor_id TEXT NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    form TEXT NOT NULL,
    expanded_to TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;

CREATE TABLE events (
    object_id TEXT PRIMARY KEY NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    title_folded TEXT NOT NULL,
    search_folded TEXT NOT NULL,
    content TEXT NOT NULL,
    source TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    local_start TEXT NOT NULL,
    local_end TEXT,
    timezone TEXT NOT NULL,
    all_day INTEGER NOT NULL,
    status TEXT NOT NULL,
    status_note TEXT NOT NULL,
    sold_out INTEGER NOT NULL,
    previous_start TEXT,
    place_id TEXT REFERENCES places (id),
    latitude REAL,
    longitude REAL,
    online_url TEXT,
    website_url TEXT,
    registration_url TEXT,
    category TEXT NOT NULL,
    price TEXT NOT NULL,
    is_free INTEGER,
    picture_id TEXT REFERENCES media (id),
    picture_url TEXT,
    picture_alt TEXT NOT NULL,
    series_id TEXT REFERENCES event_series (id),
    occurrence TEXT,
    parent_id TEXT REFERENCES objects (id) ON DELETE SET NULL,
    organizer TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE INDEX events_starts ON events (starts_at, object_id);
CREATE INDEX events_place ON events (place_id);
CREATE INDEX events_series ON events (series_id);
