//! activitystreams
