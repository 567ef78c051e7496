//! Collections and discovery documents.

use crate::forms::{agenda, assert_terms, event, event_form, instance, sent, url};
use activitystreams::write::{self, NodeInfoForm};
use activitystreams::{CollectionDocument, HostMeta, NodeInfo, NodeInfoLinks, WebFinger, origin};
use serde_json::json;

#[test]
fn collections_read_back_even_empty() {
    let id = url("https://kiosque.example/@lyon_agenda/events");
    let empty = sent(&write::collection_with_items(&id, Vec::new(), None));
    assert_eq!(
        (&empty["totalItems"], &empty["orderedItems"]),
        (&json!(0), &json!([]))
    );
    assert!(CollectionDocument::read(&empty).is_ok());
    let full = sent(&write::collection_with_items(
        &id,
        vec![event(&event_form())],
        None,
    ));
    assert_terms(&full);
    assert_eq!(
        CollectionDocument::read(&full)
            .expect("readable")
            .items
            .len(),
        1
    );
    let first = url("https://kiosque.example/@lyon_agenda/events?page=1");
    let paged = sent(&write::collection(&id, 7, &first));
    let paged = CollectionDocument::read(&paged).expect("readable");
    assert_eq!(
        (paged.total_items, paged.next_address()),
        (Some(7), Some(&first))
    );
    let page = write::collection_page(
        &first,
        &id,
        vec![json!("https://kiosque.example/e/1")],
        None,
        None,
        None,
    );
    let page = CollectionDocument::read(&sent(&page)).expect("readable");
    assert_eq!(
        (page.items.len(), page.part_of, page.next),
        (1, Some(id), None)
    );
}

#[test]
fn discovery_reads_back() {
    let base = url("https://kiosque.example/");
    let jrd = sent(&write::webfinger_jrd(
        "Lyon_Agenda",
        "Kiosque.example",
        &agenda(),
        &agenda(),
    ));
    let answer = WebFinger::read(&jrd, &["kiosque.example"]).expect("readable");
    assert_eq!(
        (answer.subject.as_str(), answer.actor),
        ("acct:lyon_agenda@kiosque.example", agenda())
    );
    assert!(WebFinger::read(&jrd, &["other.example"]).is_err());
    let service = sent(&write::webfinger_service(&base, &instance()));
    assert_eq!(
        WebFinger::read(&service, &["kiosque.example"])
            .expect("readable")
            .actor,
        instance()
    );
    let links = sent(&write::nodeinfo_links(&base, &instance()));
    let rels: Vec<&str> = links["links"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|link| link["rel"].as_str())
        .collect();
    assert!(
        rels[0].ends_with("/2.0") && rels[1].ends_with("/2.1") && rels[2].ends_with("#Application"),
        "R-DIS-03"
    );
    let read = NodeInfoLinks::read(&links, &base).expect("readable");
    assert_eq!(
        read.document.map(String::from).as_deref(),
        Some("https://kiosque.example/nodeinfo/2.1")
    );
    assert_eq!(read.application, Some(instance()));
    assert!(NodeInfoLinks::read(&links, &url("https://other.example/")).is_err());
    let form = NodeInfoForm {
        version: "0.1.0".to_owned(),
        repository: Some(url("https://forge.example/kiosque")),
        open_registrations: false,
        users_total: 3,
        users_active_month: None,
        users_active_half_year: Some(2),
        local_posts: 5,
        local_comments: 0,
        node_name: "Lyon".to_owned(),
        node_description: String::new(),
        languages: vec!["fr".to_owned()],
        fasp_base_url: None,
    };
    for (value, version) in [
        (write::nodeinfo_2_0(&form), "2.0"),
        (write::nodeinfo_2_1(&form), "2.1"),
    ] {
        let value = sent(&value);
        assert_eq!(
            value["software"].get("repository").is_some(),
            version == "2.1"
        );
        let read = NodeInfo::read(&value).expect("readable");
        assert_eq!(
            (read.software_name.as_str(), read.version.as_deref()),
            ("kiosque", Some(version))
        );
        assert_eq!((read.users_total, read.local_posts), (Some(3), Some(5)));
    }
}

#[test]
fn r_dis_02_host_meta_reads_back_and_html_does_not() {
    let xml = write::host_meta_xml(&url("https://kiosque.example/"));
    let read = HostMeta::read(&xml).expect("readable");
    let address = read
        .address_for("acct:a@kiosque.example")
        .expect("an address");
    assert_eq!(
        address.as_str(),
        "https://kiosque.example/.well-known/webfinger?resource=acct%3Aa%40kiosque.example"
    );
    assert!(origin::same_origin(&address, &instance()));
    let single = "<XRD><Link rel='lrdd' template='https://h.example/wf?r={uri}&amp;x=1' /></XRD>";
    assert_eq!(
        HostMeta::read(single).expect("readable").lrdd_template,
        "https://h.example/wf?r={uri}&x=1"
    );
    for bad in [
        "<html><Link rel=\"lrdd\" template=\"https://h.example/{uri}\"></html>",
        "<XRD><Link rel=\"lrdd\" template=\"javascript:{uri}\"/></XRD>",
        "<XRD><Link rel=\"lrdd\" template=\"https://h.example/\"/></XRD>",
        "<XRD></XRD>",
        "",
    ] {
        assert!(HostMeta::read(bad).is_err(), "{bad}");
    }
}
