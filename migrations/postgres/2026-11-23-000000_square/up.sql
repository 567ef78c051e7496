-- A site is a host name served by this process: its name, its look, its rules.
CREATE TABLE sites (
    id uuid PRIMARY KEY NOT NULL,
    host TEXT NOT NULL UNIQUE,
    scheme TEXT NOT NULL,
    name TEXT NOT NULL,
    tagline TEXT NOT NULL,
    about jsonb NOT NULL,
    languages jsonb NOT NULL,
    default_language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    accent_hue integer NOT NULL,
    paper TEXT NOT NULL,
    registration TEXT NOT NULL,
    follower_policy TEXT NOT NULL,
    contact_email TEXT,
    actor_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ready_at timestamptz
);

-- Everybody who can sign: the sites' own actors (site_id set) and remote ones, stored once.
CREATE TABLE actors (
    id uuid PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    site_id uuid REFERENCES sites (id),
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
    manually_approves boolean NOT NULL,
    discoverable boolean NOT NULL,
    indexable boolean NOT NULL,
    state TEXT NOT NULL,
    moved_to TEXT,
    raw TEXT,
    fetched_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX actors_host ON actors (host);
CREATE UNIQUE INDEX actors_local_name ON actors (site_id, username) WHERE site_id IS NOT NULL;

CREATE TABLE actor_keys (
    id uuid PRIMARY KEY NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    key_uri TEXT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL,
    public_key TEXT NOT NULL,
    private_key TEXT,
    created_at timestamptz NOT NULL,
    fetched_at timestamptz
);
CREATE INDEX actor_keys_actor ON actor_keys (actor_id);

-- What is known of another server, by host.
CREATE TABLE peers (
    host TEXT PRIMARY KEY NOT NULL,
    software TEXT,
    software_version TEXT,
    application_uri TEXT,
    nodeinfo_at timestamptz,
    signature_scheme TEXT,
    scheme_at timestamptz,
    blocked boolean NOT NULL,
    failures integer NOT NULL,
    last_success_at timestamptz,
    last_failure_at timestamptz,
    last_error TEXT
);

CREATE TABLE accounts (
    id uuid PRIMARY KEY NOT NULL,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    motive TEXT NOT NULL,
    is_server_admin boolean NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    approved_at timestamptz
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    csrf TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE account_tokens (
    id uuid PRIMARY KEY NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE site_roles (
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (site_id, account_id)
);

CREATE TABLE actor_roles (
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (actor_id, account_id)
);

CREATE TABLE actor_invitations (
    id uuid PRIMARY KEY NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    email_folded TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by uuid NOT NULL REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz
);

CREATE TABLE mail_queue (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamptz NOT NULL,
    last_error TEXT,
    created_at timestamptz NOT NULL
);
CREATE INDEX mail_queue_due ON mail_queue (state, next_try_at);

CREATE TABLE media (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid REFERENCES sites (id),
    account_id uuid REFERENCES accounts (id),
    remote_url TEXT UNIQUE,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    bytes bigint NOT NULL,
    blurhash TEXT NOT NULL,
    variants jsonb NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE follows (
    id uuid PRIMARY KEY NOT NULL,
    follower_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    uri TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    activity TEXT NOT NULL,
    created_at timestamptz NOT NULL,
    decided_at timestamptz,
    last_error TEXT,
    UNIQUE (follower_id, target_id)
);
CREATE INDEX follows_target ON follows (target_id, state);

-- Where the events of a calendar come from: an address checked on a schedule, or one uploaded file.
CREATE TABLE calendar_sources (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid NOT NULL REFERENCES sites (id),
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES accounts (id),
    label TEXT NOT NULL,
    url TEXT,
    state TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    interval_minutes integer NOT NULL,
    checked_at timestamptz,
    next_check_at timestamptz,
    changed_at timestamptz,
    last_error TEXT,
    report jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX calendar_sources_due ON calendar_sources (state, next_check_at);

-- What every published object shares, whatever its kind.
CREATE TABLE objects (
    id uuid PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    site_id uuid REFERENCES sites (id),
    actor_id uuid NOT NULL REFERENCES actors (id),
    account_id uuid REFERENCES accounts (id),
    state TEXT NOT NULL,
    audience TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    source_id uuid REFERENCES calendar_sources (id) ON DELETE SET NULL,
    source_key TEXT,
    comments TEXT NOT NULL,
    revision integer NOT NULL,
    raw TEXT,
    published_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX objects_actor ON objects (actor_id, state, published_at);
CREATE INDEX objects_site ON objects (site_id, kind, state);
CREATE UNIQUE INDEX objects_source ON objects (source_id, source_key) WHERE source_key IS NOT NULL;

CREATE TABLE object_tags (
    object_id uuid NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    tag_folded TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (object_id, tag_folded)
);
CREATE INDEX object_tags_tag ON object_tags (tag_folded);

CREATE TABLE announces (
    uri TEXT PRIMARY KEY NOT NULL,
    object_id uuid NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    announced_at timestamptz NOT NULL,
    UNIQUE (object_id, actor_id)
);
CREATE INDEX announces_actor ON announces (actor_id);

CREATE TABLE comments (
    id uuid PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    object_id uuid NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id),
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    url TEXT,
    in_reply_to TEXT NOT NULL,
    published_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX comments_object ON comments (object_id, state, published_at);

CREATE TABLE object_history (
    id uuid PRIMARY KEY NOT NULL,
    object_id uuid NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    account_id uuid REFERENCES accounts (id),
    action TEXT NOT NULL,
    changes jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX object_history_object ON object_history (object_id, at);

-- Ids that are gone for ever, known here or not: nothing brings them back.
CREATE TABLE tombstones (
    uri TEXT PRIMARY KEY NOT NULL,
    actor_uri TEXT NOT NULL,
    former_type TEXT NOT NULL,
    deleted_at timestamptz NOT NULL
);

CREATE TABLE received_activities (
    uri TEXT PRIMARY KEY NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX received_activities_at ON received_activities (received_at);

CREATE TABLE inbox_queue (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    activity_uri TEXT NOT NULL,
    actor_uri TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamptz NOT NULL,
    last_error TEXT,
    received_at timestamptz NOT NULL
);
CREATE INDEX inbox_queue_due ON inbox_queue (state, next_try_at);

-- What our actors said: written with the change it tells, expanded to deliveries by a worker.
CREATE TABLE activities (
    id uuid PRIMARY KEY NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    object_id uuid REFERENCES objects (id) ON DELETE CASCADE,
    object_uri TEXT NOT NULL,
    body TEXT NOT NULL,
    recipients jsonb NOT NULL,
    listed boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expanded_at timestamptz
);
CREATE INDEX activities_outbox ON activities (actor_id, listed, id);
CREATE INDEX activities_waiting ON activities (id) WHERE expanded_at IS NULL;

CREATE TABLE deliveries (
    id uuid PRIMARY KEY NOT NULL,
    activity_id uuid NOT NULL REFERENCES activities (id) ON DELETE CASCADE,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamptz NOT NULL,
    last_status integer,
    last_error TEXT,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    UNIQUE (activity_id, inbox)
);
CREATE INDEX deliveries_due ON deliveries (next_try_at) WHERE state = 'queued';
CREATE INDEX deliveries_lane ON deliveries (actor_id, inbox, id) WHERE state = 'queued';

-- Durable work besides the two queues: fetches, backfills, announcements, checks.
CREATE TABLE jobs (
    id uuid PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload jsonb NOT NULL,
    state TEXT NOT NULL,
    attempts integer NOT NULL,
    next_try_at timestamptz NOT NULL,
    last_error TEXT,
    created_at timestamptz NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX jobs_due ON jobs (state, next_try_at);

CREATE TABLE places (
    id uuid PRIMARY KEY NOT NULL,
    site_id uuid REFERENCES sites (id),
    uri TEXT UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    locality TEXT NOT NULL,
    region TEXT NOT NULL,
    country TEXT NOT NULL,
    latitude double precision,
    longitude double precision,
    created_at timestamptz NOT NULL
);
CREATE INDEX places_name ON places (site_id, name_folded);

CREATE TABLE event_series (
    id uuid PRIMARY KEY NOT NULL,
    actor_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    rule jsonb NOT NULL,
    form jsonb NOT NULL,
    expanded_to timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE TABLE events (
    object_id uuid PRIMARY KEY NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    title_folded TEXT NOT NULL,
    search_folded TEXT NOT NULL,
    content TEXT NOT NULL,
    source TEXT NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    local_start TEXT NOT NULL,
    local_end TEXT,
    timezone TEXT NOT NULL,
    all_day boolean NOT NULL,
    status TEXT NOT NULL,
    status_note TEXT NOT NULL,
    sold_out boolean NOT NULL,
    previous_start timestamptz,
    place_id uuid REFERENCES places (id),
    latitude double precision,
    longitude double precision,
    online_url TEXT,
    website_url TEXT,
    registration_url TEXT,
    category TEXT NOT NULL,
    price TEXT NOT NULL,
    is_free boolean,
    picture_id uuid REFERENCES media (id),
    picture_url TEXT,
    picture_alt TEXT NOT NULL,
    series_id uuid REFERENCES event_series (id),
    occurrence TEXT,
    parent_id uuid REFERENCES objects (id) ON DELETE SET NULL,
    organizer TEXT NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE INDEX events_starts ON events (starts_at, object_id);
CREATE INDEX events_place ON events (place_id);
CREATE INDEX events_series ON events (series_id);
