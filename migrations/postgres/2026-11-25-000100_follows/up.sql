-- Who decided a follow (follower, target, policy) and what brought it (person, back, index, relay).
ALTER TABLE follows ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE follows ADD COLUMN via TEXT NOT NULL DEFAULT 'person';

-- When something acceptable last came from a host; a minute exact.
ALTER TABLE peers ADD COLUMN last_received_at timestamptz;

-- How a site follows and lets itself be followed; a site without a row has the defaults.
CREATE TABLE follow_settings (
    site_id uuid PRIMARY KEY NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    follow_back boolean NOT NULL,
    backfill_most integer NOT NULL,
    index_url TEXT,
    index_hours integer NOT NULL,
    index_daily integer NOT NULL,
    index_etag TEXT,
    index_hosts TEXT NOT NULL,
    index_checked_at timestamptz,
    index_next_at timestamptz,
    index_error TEXT,
    index_day TEXT NOT NULL,
    index_used integer NOT NULL
);

-- Hosts that may follow (allowed) and that are never followed by themselves (excluded).
CREATE TABLE follow_hosts (
    site_id uuid NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    list TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (site_id, list, host)
);

-- What a site shows of a peer that it follows.
CREATE TABLE narrowings (
    id uuid PRIMARY KEY NOT NULL,
    follower_id uuid NOT NULL REFERENCES actors (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    latitude double precision,
    longitude double precision,
    kilometres double precision,
    -- Kilometres of a degree of longitude at that latitude.
    degree double precision,
    UNIQUE (follower_id, host)
);

-- Its words: list is include, exclude or kind.
CREATE TABLE narrowing_words (
    narrowing_id uuid NOT NULL REFERENCES narrowings (id) ON DELETE CASCADE,
    list TEXT NOT NULL,
    word TEXT NOT NULL,
    shown TEXT NOT NULL,
    PRIMARY KEY (narrowing_id, list, word)
);
