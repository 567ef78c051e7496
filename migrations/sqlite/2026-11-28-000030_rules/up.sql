-- The rules of a site. A row never changes but for its end: a rule that is reworded is a new row of the same root, so
-- that what a decision was founded on can still be read.
CREATE TABLE site_rules (
    id TEXT PRIMARY KEY NOT NULL,
    site_id TEXT NOT NULL REFERENCES sites (id),
    root_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    texts TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX site_rules_site ON site_rules (site_id, since, id);
ALTER TABLE reports ADD COLUMN rule_id TEXT;
ALTER TABLE measures ADD COLUMN rule_id TEXT;

-- Reasons that a site does not offer.
CREATE TABLE hidden_reasons (
    site_id TEXT NOT NULL REFERENCES sites (id),
    word TEXT NOT NULL,
    PRIMARY KEY (site_id, word)
) STRICT;

-- Mail domains with which nobody signs up on a site, or only after a moderator's yes.
CREATE TABLE email_domains (
    site_id TEXT NOT NULL REFERENCES sites (id),
    domain TEXT NOT NULL,
    rule TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (site_id, domain)
) STRICT;
