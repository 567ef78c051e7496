use super::*;

fn row(state: FollowState) -> FollowRow {
    FollowRow {
        name: "Fablab <b>".into(),
        handle: "@fablab@fablab.example".into(),
        url: "https://fablab.example".into(),
        state,
        action: "/following".into(),
        id: "42".into(),
        ..FollowRow::default()
    }
}

fn ours(state: FollowState) -> String {
    follow_table(&[row(state)], "Suivis", false, "jeton", Lang::Fr).into_string()
}

#[test]
fn each_state_says_what_it_is_and_what_to_do_next() {
    let cases = [
        (
            FollowState::Pending,
            "En attente",
            Some("doit accepter"),
            "retry",
        ),
        (FollowState::Accepted, "Accepté", None, "unfollow"),
        (
            FollowState::Refused,
            "Refusé",
            Some("Écrivez à ses responsables"),
            "retry",
        ),
        (
            FollowState::Unreachable,
            "Ne répond plus",
            Some("réessayons"),
            "retry",
        ),
    ];
    for (state, words, advice, action) in cases {
        let html = ours(state);
        assert!(html.contains(words), "{words}");
        assert_eq!(html.contains("advice"), advice.is_some(), "{words}");
        if let Some(advice) = advice {
            assert!(html.contains(advice), "{advice}");
        }
        assert!(html.contains(&format!("value=\"{action}\"")), "{words}");
        assert!(html.contains("value=\"jeton\"") && html.contains("value=\"42\""));
        assert!(!html.contains("<b>"), "the name is escaped");
    }
}

#[test]
fn followers_can_be_accepted_or_refused() {
    let html = follow_table(&[row(FollowState::Pending)], "Abonnés", true, "t", Lang::Fr);
    assert!(
        html.as_str().contains("value=\"accept\"") && html.as_str().contains("value=\"refuse\"")
    );
}

#[test]
fn a_visitor_sees_no_button() {
    let mut row = row(FollowState::Accepted);
    row.action = String::new();
    let html = follow_table(&[row], "Suivis", false, "t", Lang::Fr).into_string();
    assert!(!html.contains("<button") && !html.contains("csrf"));
    let page = following_page(&FollowingView::default(), Lang::Fr).into_string();
    assert!(!page.contains("<form") && page.contains("ne suit personne"));
    let admin = FollowingView {
        action: "/following".into(),
        csrf: "t".into(),
        ..FollowingView::default()
    };
    assert!(
        following_page(&admin, Lang::Fr)
            .as_str()
            .contains("name=\"target\"")
    );
}

#[test]
fn a_hostile_address_is_not_a_link() {
    let mut row = row(FollowState::Accepted);
    row.url = "javascript:alert(1)".into();
    let html = follow_table(&[row], "Suivis", false, "t", Lang::Fr).into_string();
    assert!(!html.contains("javascript:"));
}
