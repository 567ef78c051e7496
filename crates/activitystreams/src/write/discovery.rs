//! WebFinger, NodeInfo and host-meta as served (A.2).

use super::{NodeInfoForm, below, prune_nulls};
use serde_json::{Value, json};
use url::Url;

/// The JRD of an actor; serve as `application/jrd+json` (R-DIS-01).
pub fn webfinger_jrd(user: &str, host: &str, actor: &Url, page: &Url) -> Value {
    let mut aliases = vec![actor.as_str()];
    if page != actor {
        aliases.push(page.as_str());
    }
    json!({
        "subject": format!("acct:{}@{}", user.to_lowercase(), host.to_lowercase()),
        "aliases": aliases,
        "links": [
            {"rel": "self", "type": crate::ACTIVITY_JSON, "href": actor.as_str()},
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page.as_str()},
        ],
    })
}

/// The answer to `resource=https://host/`: the instance actor (FEP-d556, R-DIS-05).
pub fn webfinger_service(resource: &Url, instance: &Url) -> Value {
    json!({
        "subject": resource.as_str(),
        "links": [{
            "rel": crate::webfinger::REL_SERVICE,
            "type": crate::ACTIVITY_JSON,
            "href": instance.as_str(),
        }],
    })
}

/// `/.well-known/nodeinfo`, in the order that Gancio needs (R-DIS-03).
pub fn nodeinfo_links(base: &Url, instance: &Url) -> Value {
    json!({"links": [
        {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": below(base, "nodeinfo/2.0")},
        {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": below(base, "nodeinfo/2.1")},
        {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": instance.as_str()},
    ]})
}

/// NodeInfo 2.0 (R-DIS-04).
pub fn nodeinfo_2_0(form: &NodeInfoForm) -> Value {
    nodeinfo(form, "2.0")
}

/// NodeInfo 2.1: names the repository as well.
pub fn nodeinfo_2_1(form: &NodeInfoForm) -> Value {
    nodeinfo(form, "2.1")
}

fn nodeinfo(form: &NodeInfoForm, version: &str) -> Value {
    // 2.0 allows no further keys in `software`.
    let repository = form
        .repository
        .as_ref()
        .map(Url::as_str)
        .filter(|_| version == "2.1");
    prune_nulls(json!({
        "version": version,
        "software": {"name": "kiosque", "version": form.version, "repository": repository},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": form.open_registrations,
        "usage": {
            "users": {
                "total": form.users_total,
                "activeMonth": form.users_active_month,
                "activeHalfyear": form.users_active_half_year,
            },
            "localPosts": form.local_posts,
            "localComments": form.local_comments,
        },
        "metadata": {
            "nodeName": form.node_name,
            "nodeDescription": form.node_description,
            "langs": form.languages,
            "faspBaseUrl": form.fasp_base_url.as_ref().map(Url::as_str),
        },
    }))
}

/// `/.well-known/host-meta`; serve as `application/xrd+xml` (R-DIS-02).
pub fn host_meta_xml(base: &Url) -> String {
    let template = below(base, ".well-known/webfinger?resource={uri}");
    let template = template
        .replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/jrd+json\" template=\"{template}\"/>\n\
         </XRD>\n"
    )
}
