//! The tables as Diesel sees them; the same for SQLite and PostgreSQL (a test compares all three).

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    sites (id) {
        id -> Key,
        host -> Text,
        scheme -> Text,
        name -> Text,
        tagline -> Text,
        about -> Document,
        languages -> Document,
        default_language -> Text,
        timezone -> Text,
        accent_hue -> Integer,
        paper -> Text,
        registration -> Text,
        follower_policy -> Text,
        contact_email -> Nullable<Text>,
        actor_id -> Nullable<Key>,
        created_at -> Moment,
        updated_at -> Moment,
        ready_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    actors (id) {
        id -> Key,
        uri -> Text,
        host -> Text,
        site_id -> Nullable<Key>,
        kind -> Text,
        username -> Text,
        name -> Text,
        summary -> Text,
        url -> Nullable<Text>,
        inbox -> Text,
        shared_inbox -> Nullable<Text>,
        outbox -> Nullable<Text>,
        followers_url -> Nullable<Text>,
        icon_url -> Nullable<Text>,
        manually_approves -> Bool,
        discoverable -> Bool,
        indexable -> Bool,
        state -> Text,
        moved_to -> Nullable<Text>,
        raw -> Nullable<Text>,
        fetched_at -> Nullable<Moment>,
        created_at -> Moment,
        updated_at -> Moment,
        deleted_at -> Nullable<Moment>,
        icon_id -> Nullable<Key>,
        icon_alt -> Text,
        banner_id -> Nullable<Key>,
        banner_alt -> Text,
        shows_people -> Bool,
        comments -> Text,
        moved_at -> Nullable<Moment>,
        proposals -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    actor_keys (id) {
        id -> Key,
        actor_id -> Key,
        key_uri -> Text,
        algorithm -> Text,
        public_key -> Text,
        private_key -> Nullable<Text>,
        created_at -> Moment,
        fetched_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    peers (host) {
        host -> Text,
        software -> Nullable<Text>,
        software_version -> Nullable<Text>,
        application_uri -> Nullable<Text>,
        nodeinfo_at -> Nullable<Moment>,
        signature_scheme -> Nullable<Text>,
        scheme_at -> Nullable<Moment>,
        blocked -> Bool,
        failures -> Integer,
        last_success_at -> Nullable<Moment>,
        last_failure_at -> Nullable<Moment>,
        last_error -> Nullable<Text>,
        due_at -> Nullable<Moment>,
        claimed_by -> Nullable<Text>,
        claimed_until -> Nullable<Moment>,
        failing_since -> Nullable<Moment>,
        failing_days -> Integer,
        unreachable_at -> Nullable<Moment>,
        missed_from -> Nullable<Key>,
        delivered -> BigInt,
        block_reason -> Nullable<Text>,
        blocked_at -> Nullable<Moment>,
        last_received_at -> Nullable<Moment>,
        allowed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    accounts (id) {
        id -> Key,
        email -> Text,
        email_folded -> Text,
        name -> Text,
        password_hash -> Text,
        language -> Text,
        state -> Text,
        motive -> Text,
        is_server_admin -> Bool,
        created_at -> Moment,
        confirmed_at -> Nullable<Moment>,
        approved_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    sessions (id) {
        id -> Key,
        site_id -> Key,
        account_id -> Key,
        token_hash -> Text,
        csrf -> Text,
        kind -> Text,
        user_agent -> Text,
        created_at -> Moment,
        last_seen_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    account_tokens (id) {
        id -> Key,
        account_id -> Key,
        site_id -> Key,
        purpose -> Text,
        token_hash -> Text,
        created_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    site_roles (site_id, account_id) {
        site_id -> Key,
        account_id -> Key,
        role -> Text,
        created_at -> Moment,
        permissions -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    actor_roles (actor_id, account_id) {
        actor_id -> Key,
        account_id -> Key,
        role -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    actor_invitations (id) {
        id -> Key,
        actor_id -> Key,
        email_folded -> Text,
        token_hash -> Text,
        invited_by -> Key,
        created_at -> Moment,
        expires_at -> Moment,
        accepted_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    mail_queue (id) {
        id -> Key,
        site_id -> Key,
        recipient -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        next_try_at -> Moment,
        last_error -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    media (id) {
        id -> Key,
        site_id -> Nullable<Key>,
        account_id -> Nullable<Key>,
        remote_url -> Nullable<Text>,
        file_name -> Text,
        media_type -> Text,
        width -> Integer,
        height -> Integer,
        bytes -> BigInt,
        blurhash -> Text,
        variants -> Document,
        created_at -> Moment,
        focal_x -> Double,
        focal_y -> Double,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    follows (id) {
        id -> Key,
        follower_id -> Key,
        target_id -> Key,
        uri -> Text,
        state -> Text,
        activity -> Text,
        created_at -> Moment,
        decided_at -> Nullable<Moment>,
        last_error -> Nullable<Text>,
        decided_by -> Text,
        via -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    follow_settings (site_id) {
        site_id -> Key,
        follow_back -> Bool,
        backfill_most -> Integer,
        index_url -> Nullable<Text>,
        index_hours -> Integer,
        index_daily -> Integer,
        index_etag -> Nullable<Text>,
        index_hosts -> Text,
        index_checked_at -> Nullable<Moment>,
        index_next_at -> Nullable<Moment>,
        index_error -> Nullable<Text>,
        index_day -> Text,
        index_used -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    follow_hosts (site_id, list, host) {
        site_id -> Key,
        list -> Text,
        host -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    narrowings (id) {
        id -> Key,
        follower_id -> Key,
        host -> Text,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        kilometres -> Nullable<Double>,
        degree -> Nullable<Double>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    narrowing_words (narrowing_id, list, word) {
        narrowing_id -> Key,
        list -> Text,
        word -> Text,
        shown -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    calendar_sources (id) {
        id -> Key,
        site_id -> Key,
        actor_id -> Key,
        account_id -> Key,
        label -> Text,
        url -> Nullable<Text>,
        state -> Text,
        etag -> Nullable<Text>,
        last_modified -> Nullable<Text>,
        interval_minutes -> Integer,
        checked_at -> Nullable<Moment>,
        next_check_at -> Nullable<Moment>,
        changed_at -> Nullable<Moment>,
        last_error -> Nullable<Text>,
        report -> Document,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    objects (id) {
        id -> Key,
        uri -> Text,
        kind -> Text,
        site_id -> Nullable<Key>,
        actor_id -> Key,
        account_id -> Nullable<Key>,
        state -> Text,
        audience -> Text,
        url -> Text,
        title -> Text,
        language -> Text,
        source_id -> Nullable<Key>,
        source_key -> Nullable<Text>,
        comments -> Text,
        revision -> Integer,
        raw -> Nullable<Text>,
        published_at -> Moment,
        updated_at -> Moment,
        seen_at -> Moment,
        deleted_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    object_tags (object_id, tag_folded) {
        object_id -> Key,
        tag_folded -> Text,
        tag -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    announces (uri) {
        uri -> Text,
        object_id -> Key,
        actor_id -> Key,
        announced_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    comments (id) {
        id -> Key,
        uri -> Text,
        object_id -> Key,
        actor_id -> Key,
        state -> Text,
        content -> Text,
        url -> Nullable<Text>,
        in_reply_to -> Text,
        published_at -> Moment,
        updated_at -> Moment,
        deleted_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    object_history (id) {
        id -> Key,
        object_id -> Key,
        account_id -> Nullable<Key>,
        action -> Text,
        changes -> Document,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    tombstones (uri) {
        uri -> Text,
        actor_uri -> Text,
        former_type -> Text,
        deleted_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    received_activities (uri) {
        uri -> Text,
        received_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    inbox_queue (id) {
        id -> Key,
        site_id -> Key,
        activity_uri -> Text,
        actor_uri -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        next_try_at -> Moment,
        last_error -> Nullable<Text>,
        received_at -> Moment,
        request_id -> Nullable<Key>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    activities (id) {
        id -> Key,
        uri -> Text,
        site_id -> Key,
        actor_id -> Key,
        kind -> Text,
        object_id -> Nullable<Key>,
        object_uri -> Text,
        body -> Text,
        recipients -> Document,
        listed -> Bool,
        created_at -> Moment,
        expanded_at -> Nullable<Moment>,
        request_id -> Nullable<Key>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    deliveries (id) {
        id -> Key,
        activity_id -> Key,
        actor_id -> Key,
        inbox -> Text,
        host -> Text,
        state -> Text,
        attempts -> Integer,
        next_try_at -> Moment,
        last_status -> Nullable<Integer>,
        last_error -> Nullable<Text>,
        created_at -> Moment,
        finished_at -> Nullable<Moment>,
        aside -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    jobs (id) {
        id -> Key,
        kind -> Text,
        key -> Text,
        payload -> Document,
        state -> Text,
        attempts -> Integer,
        next_try_at -> Moment,
        last_error -> Nullable<Text>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    places (id) {
        id -> Key,
        site_id -> Nullable<Key>,
        uri -> Nullable<Text>,
        name -> Text,
        name_folded -> Text,
        street -> Text,
        postal_code -> Text,
        locality -> Text,
        region -> Text,
        country -> Text,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    event_series (id) {
        id -> Key,
        actor_id -> Key,
        rule -> Document,
        form -> Document,
        expanded_to -> Moment,
        created_at -> Moment,
        updated_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    events (object_id) {
        object_id -> Key,
        title_folded -> Text,
        search_folded -> Text,
        content -> Text,
        source -> Text,
        starts_at -> Moment,
        ends_at -> Nullable<Moment>,
        local_start -> Text,
        local_end -> Nullable<Text>,
        timezone -> Text,
        all_day -> Bool,
        status -> Text,
        status_note -> Text,
        sold_out -> Bool,
        previous_start -> Nullable<Moment>,
        place_id -> Nullable<Key>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        online_url -> Nullable<Text>,
        website_url -> Nullable<Text>,
        registration_url -> Nullable<Text>,
        category -> Text,
        price -> Text,
        is_free -> Nullable<Bool>,
        picture_id -> Nullable<Key>,
        picture_url -> Nullable<Text>,
        picture_alt -> Text,
        series_id -> Nullable<Key>,
        occurrence -> Nullable<Text>,
        parent_id -> Nullable<Key>,
        organizer -> Text,
        fingerprint -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    server_rules (id) {
        id -> Integer,
        allow_only -> Bool,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    block_lists (id) {
        id -> Key,
        site_id -> Key,
        url -> Text,
        etag -> Nullable<Text>,
        read_at -> Nullable<Moment>,
        due_at -> Moment,
        failures -> Integer,
        last_error -> Nullable<Text>,
        by_id -> Nullable<Key>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    block_list_entries (id) {
        id -> Key,
        list_id -> Key,
        host -> Text,
        severity -> Text,
        reject_media -> Bool,
        reason -> Text,
        state -> Text,
        since -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    approved_objects (site_id, object_id) {
        site_id -> Key,
        object_id -> Key,
        shown -> Bool,
        by_id -> Nullable<Key>,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    site_rules (id) {
        id -> Key,
        site_id -> Key,
        root_id -> Key,
        reason -> Text,
        texts -> Document,
        since -> Moment,
        until -> Nullable<Moment>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    hidden_reasons (site_id, word) {
        site_id -> Key,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    email_domains (site_id, domain) {
        site_id -> Key,
        domain -> Text,
        rule -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    proposals (id) {
        id -> Key,
        site_id -> Key,
        actor_id -> Key,
        email -> Text,
        language -> Text,
        title -> Text,
        token_hash -> Nullable<Text>,
        payload -> Document,
        object_id -> Nullable<Key>,
        created_at -> Moment,
    }
}

diesel::joinable!(actors -> sites (site_id));
diesel::joinable!(actor_keys -> actors (actor_id));
diesel::joinable!(sessions -> sites (site_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(account_tokens -> accounts (account_id));
diesel::joinable!(account_tokens -> sites (site_id));
diesel::joinable!(site_roles -> sites (site_id));
diesel::joinable!(site_roles -> accounts (account_id));
diesel::joinable!(actor_roles -> actors (actor_id));
diesel::joinable!(actor_roles -> accounts (account_id));
diesel::joinable!(actor_invitations -> actors (actor_id));
diesel::joinable!(actor_invitations -> accounts (invited_by));
diesel::joinable!(mail_queue -> sites (site_id));
diesel::joinable!(media -> sites (site_id));
diesel::joinable!(media -> accounts (account_id));
diesel::joinable!(calendar_sources -> sites (site_id));
diesel::joinable!(calendar_sources -> actors (actor_id));
diesel::joinable!(calendar_sources -> accounts (account_id));
diesel::joinable!(objects -> sites (site_id));
diesel::joinable!(objects -> actors (actor_id));
diesel::joinable!(objects -> accounts (account_id));
diesel::joinable!(objects -> calendar_sources (source_id));
diesel::joinable!(object_tags -> objects (object_id));
diesel::joinable!(announces -> objects (object_id));
diesel::joinable!(announces -> actors (actor_id));
diesel::joinable!(comments -> objects (object_id));
diesel::joinable!(comments -> actors (actor_id));
diesel::joinable!(object_history -> objects (object_id));
diesel::joinable!(object_history -> accounts (account_id));
diesel::joinable!(inbox_queue -> sites (site_id));
diesel::joinable!(activities -> sites (site_id));
diesel::joinable!(activities -> actors (actor_id));
diesel::joinable!(activities -> objects (object_id));
diesel::joinable!(deliveries -> activities (activity_id));
diesel::joinable!(deliveries -> actors (actor_id));
diesel::joinable!(places -> sites (site_id));
diesel::joinable!(event_series -> actors (actor_id));
diesel::joinable!(events -> places (place_id));
diesel::joinable!(events -> media (picture_id));
diesel::joinable!(events -> event_series (series_id));

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    leases (name) {
        name -> Text,
        holder -> Text,
        until -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    cases (id) {
        id -> Key,
        site_id -> Key,
        target_kind -> Text,
        target_id -> Nullable<Key>,
        target_uri -> Text,
        title -> Text,
        actor_id -> Nullable<Key>,
        reason -> Text,
        reports -> Integer,
        state -> Text,
        assigned_to -> Nullable<Key>,
        outcome -> Nullable<Text>,
        closed_by -> Nullable<Key>,
        closed_at -> Nullable<Moment>,
        opened_at -> Moment,
        updated_at -> Moment,
        erased_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    reports (id) {
        id -> Key,
        site_id -> Key,
        case_id -> Nullable<Key>,
        target_kind -> Text,
        target_id -> Nullable<Key>,
        target_uri -> Text,
        source -> Text,
        account_id -> Nullable<Key>,
        email -> Nullable<Text>,
        host -> Text,
        actor_uri -> Nullable<Text>,
        language -> Text,
        reason -> Text,
        field -> Text,
        text -> Text,
        copy -> Document,
        flag_uri -> Nullable<Text>,
        times -> Integer,
        token_hash -> Nullable<Text>,
        confirmed_at -> Nullable<Moment>,
        forwarded_at -> Nullable<Moment>,
        told_at -> Nullable<Moment>,
        created_at -> Moment,
        rule_id -> Nullable<Key>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    corrections (id) {
        id -> Key,
        report_id -> Key,
        object_id -> Key,
        field -> Text,
        was -> Text,
        value -> Text,
        state -> Text,
        told_at -> Nullable<Moment>,
        decided_at -> Nullable<Moment>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    case_entries (id) {
        id -> Key,
        case_id -> Key,
        report_id -> Nullable<Key>,
        account_id -> Nullable<Key>,
        kind -> Text,
        text -> Text,
        at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    measures (id) {
        id -> Key,
        site_id -> Key,
        case_id -> Nullable<Key>,
        kind -> Text,
        object_id -> Nullable<Key>,
        comment_id -> Nullable<Key>,
        actor_id -> Nullable<Key>,
        account_id -> Nullable<Key>,
        host -> Nullable<Text>,
        title -> Text,
        scope -> Document,
        reason -> Text,
        message -> Text,
        before -> Document,
        by_id -> Nullable<Key>,
        created_at -> Moment,
        ends_at -> Nullable<Moment>,
        ended_at -> Nullable<Moment>,
        ended_by -> Nullable<Key>,
        undone -> Bool,
        list_url -> Nullable<Text>,
        rule_id -> Nullable<Key>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    appeals (id) {
        id -> Key,
        site_id -> Key,
        measure_id -> Key,
        account_id -> Nullable<Key>,
        token_hash -> Text,
        state -> Text,
        text -> Text,
        answer -> Text,
        decided_by -> Nullable<Key>,
        created_at -> Moment,
        appealed_at -> Nullable<Moment>,
        decided_at -> Nullable<Moment>,
        erased_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    moderation_record (site_id, seq) {
        site_id -> Key,
        seq -> BigInt,
        at -> Moment,
        by_id -> Nullable<Key>,
        action -> Text,
        target_kind -> Text,
        target -> Text,
        reason -> Text,
        detail -> Document,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    moderation_heads (site_id) {
        site_id -> Key,
        seq -> BigInt,
        hash -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    queue_letters (site_id) {
        site_id -> Key,
        told_at -> Moment,
        newest_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    hold_rules (site_id) {
        site_id -> Key,
        first_publications -> Integer,
        links -> Bool,
        pictures -> Bool,
        edits -> Bool,
        strange_hosts -> Bool,
        updated_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    watched_words (site_id, folded) {
        site_id -> Key,
        folded -> Text,
        word -> Text,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    trusted_accounts (site_id, account_id) {
        site_id -> Key,
        account_id -> Key,
        by_id -> Nullable<Key>,
        created_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    moderation_settings (site_id) {
        site_id -> Key,
        log -> Bool,
        figures -> Bool,
        servers -> Text,
        months -> Integer,
        updated_at -> Moment,
        limits -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    hooks (id) {
        id -> Key,
        site_id -> Key,
        url -> Text,
        secret -> Text,
        events -> Text,
        asks -> Bool,
        paused -> Bool,
        failing_at -> Nullable<Moment>,
        by_id -> Nullable<Key>,
        created_at -> Moment,
        name -> Text,
        old_secret -> Nullable<Text>,
        old_until -> Nullable<Moment>,
        due_at -> Moment,
        claimed_until -> Nullable<Moment>,
        tries -> Integer,
        reported_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    hook_deliveries (id) {
        id -> Key,
        hook_id -> Key,
        event -> Text,
        about -> Document,
        state -> Text,
        attempts -> Integer,
        due_at -> Moment,
        status -> Nullable<Integer>,
        error -> Nullable<Text>,
        answer -> Nullable<Text>,
        created_at -> Moment,
        finished_at -> Nullable<Moment>,
        first_try_at -> Nullable<Moment>,
    }
}

diesel::joinable!(cases -> sites (site_id));
diesel::joinable!(cases -> actors (actor_id));
diesel::joinable!(cases -> accounts (assigned_to));
diesel::joinable!(reports -> sites (site_id));
diesel::joinable!(reports -> cases (case_id));
diesel::joinable!(reports -> accounts (account_id));
diesel::joinable!(case_entries -> cases (case_id));
diesel::joinable!(case_entries -> reports (report_id));
diesel::joinable!(case_entries -> accounts (account_id));
diesel::joinable!(measures -> sites (site_id));
diesel::joinable!(measures -> cases (case_id));
diesel::joinable!(appeals -> sites (site_id));
diesel::joinable!(appeals -> measures (measure_id));
diesel::joinable!(appeals -> accounts (account_id));
diesel::joinable!(moderation_record -> sites (site_id));
diesel::joinable!(moderation_heads -> sites (site_id));
diesel::joinable!(queue_letters -> sites (site_id));
diesel::joinable!(hold_rules -> sites (site_id));
diesel::joinable!(watched_words -> sites (site_id));
diesel::joinable!(trusted_accounts -> sites (site_id));
diesel::joinable!(trusted_accounts -> accounts (account_id));
diesel::joinable!(block_lists -> sites (site_id));
diesel::joinable!(block_list_entries -> block_lists (list_id));
diesel::joinable!(approved_objects -> sites (site_id));
diesel::joinable!(site_rules -> sites (site_id));
diesel::joinable!(hidden_reasons -> sites (site_id));
diesel::joinable!(email_domains -> sites (site_id));
diesel::joinable!(proposals -> sites (site_id));
diesel::joinable!(proposals -> actors (actor_id));
diesel::joinable!(proposals -> objects (object_id));
diesel::joinable!(approved_objects -> objects (object_id));
diesel::joinable!(corrections -> objects (object_id));
diesel::joinable!(corrections -> reports (report_id));
diesel::joinable!(hook_deliveries -> hooks (hook_id));
diesel::joinable!(hooks -> sites (site_id));
diesel::joinable!(moderation_settings -> sites (site_id));

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    personal_blocks (id) {
        id -> Key,
        account_id -> Key,
        kind -> Text,
        level -> Text,
        actor_id -> Nullable<Key>,
        value -> Text,
        shown -> Text,
        created_at -> Moment,
        ends_at -> Nullable<Moment>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    exports (id) {
        id -> Key,
        account_id -> Key,
        session_id -> Key,
        state -> Text,
        bytes -> BigInt,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::sql::*;

    erased_names (hash) {
        hash -> Text,
        erased_at -> Moment,
    }
}

diesel::joinable!(exports -> accounts (account_id));
diesel::joinable!(exports -> sessions (session_id));
diesel::joinable!(personal_blocks -> accounts (account_id));
diesel::joinable!(personal_blocks -> actors (actor_id));

diesel::allow_tables_to_appear_in_same_query!(
    sites,
    actors,
    actor_keys,
    peers,
    leases,
    accounts,
    sessions,
    account_tokens,
    site_roles,
    actor_roles,
    actor_invitations,
    mail_queue,
    media,
    follows,
    follow_settings,
    follow_hosts,
    narrowings,
    narrowing_words,
    calendar_sources,
    objects,
    object_tags,
    announces,
    comments,
    object_history,
    tombstones,
    received_activities,
    inbox_queue,
    activities,
    deliveries,
    jobs,
    places,
    event_series,
    events,
    cases,
    reports,
    case_entries,
    corrections,
    measures,
    appeals,
    moderation_record,
    moderation_heads,
    queue_letters,
    hold_rules,
    watched_words,
    trusted_accounts,
    server_rules,
    block_lists,
    block_list_entries,
    approved_objects,
    site_rules,
    hidden_reasons,
    email_domains,
    proposals,
    personal_blocks,
    exports,
    erased_names,
    hook_deliveries,
    hooks,
    moderation_settings,
);
