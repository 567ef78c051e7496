-- What a moderator may do on a site, as words; none: what moderators usually do.
ALTER TABLE site_roles ADD COLUMN permissions TEXT;
