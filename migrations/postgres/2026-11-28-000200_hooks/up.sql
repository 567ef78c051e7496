-- What a site shows of its moderation, and how long it keeps what people wrote; none: nothing shown, twelve months.
CREATE TABLE moderation_settings (
    site_id UUID PRIMARY KEY NOT NULL REFERENCES sites (id),
    log BOOLEAN NOT NULL,
    figures BOOLEAN NOT NULL,
    servers TEXT NOT NULL,
    months INTEGER NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX moderation_record_actions ON moderation_record (site_id, action, seq);
CREATE INDEX reports_year ON reports (site_id, created_at);
CREATE INDEX measures_year ON measures (site_id, created_at);
CREATE INDEX cases_year ON cases (site_id, closed_at) WHERE closed_at IS NOT NULL;

-- When what people wrote was erased, because its time was over.
ALTER TABLE cases ADD COLUMN erased_at TIMESTAMPTZ;
ALTER TABLE appeals ADD COLUMN erased_at TIMESTAMPTZ;
CREATE INDEX cases_to_erase ON cases (site_id, closed_at) WHERE closed_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX appeals_to_erase ON appeals (site_id, decided_at) WHERE decided_at IS NOT NULL AND erased_at IS NULL;

-- Programs that are told what happens, and one that may be asked first. `secret` is sealed.
CREATE TABLE hooks (
    id UUID PRIMARY KEY NOT NULL,
    site_id UUID NOT NULL REFERENCES sites (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    asks BOOLEAN NOT NULL,
    paused BOOLEAN NOT NULL,
    failing_at TIMESTAMPTZ,
    by_id UUID,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX hooks_site ON hooks (site_id, id);
CREATE UNIQUE INDEX hooks_asked ON hooks (site_id) WHERE asks;

-- What is sent to them: a row for each event and hook, written with the event.
CREATE TABLE hook_deliveries (
    id UUID PRIMARY KEY NOT NULL,
    hook_id UUID NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    about JSONB NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    status INTEGER,
    error TEXT,
    answer TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX hook_deliveries_due ON hook_deliveries (due_at, id) WHERE state = 'waiting';
CREATE INDEX hook_deliveries_hook ON hook_deliveries (hook_id, id);
CREATE INDEX hook_deliveries_old ON hook_deliveries (finished_at) WHERE finished_at IS NOT NULL;
