//! Whom to tell of a weakness (RFC 9116).

use crate::scene::{Browser, on_both};
use sites::SiteChange;

const PATH: &str = "/.well-known/security.txt";

#[test]
fn security_txt_names_the_sites_contact_and_is_not_there_without_one() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new("https://alpha.test");
        assert_eq!(visitor.get(&app, PATH).await.status, 404);
        let contact = |address: Option<&str>| SiteChange {
            contact_email: Some(address.map(str::to_owned)),
            ..SiteChange::default()
        };
        scene.change("alpha.test", contact(Some("securite@alpha.test")));
        let there = visitor.get(&app, PATH).await;
        assert_eq!(there.status, 200);
        assert_eq!(there.header("content-type"), "text/plain; charset=utf-8");
        // 2027-01-15, and a year.
        let expected = "Contact: mailto:securite@alpha.test\nExpires: 2028-01-15T00:00:00Z\n\
                        Preferred-Languages: fr, en\nCanonical: https://alpha.test/.well-known/security.txt\n";
        assert_eq!(there.body, expected);
        scene.pass(3_600);
        assert_eq!(
            visitor.get(&app, PATH).await.body,
            expected,
            "the same all day"
        );
        scene.pass(86_400);
        let later = visitor.get(&app, PATH).await.body;
        assert!(later.contains("Expires: 2028-01-16T00:00:00Z"), "{later}");
        // The other site of the server has none.
        let mut other = Browser::new("http://beta.test");
        assert_eq!(other.get(&app, PATH).await.status, 404);
        scene.change("alpha.test", contact(None));
        assert_eq!(visitor.get(&app, PATH).await.status, 404);
    });
}
