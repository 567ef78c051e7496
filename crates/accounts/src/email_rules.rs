//! Mail domains that a site does not take, or only after a moderator's yes.

use crate::{AccountError, Permission, roles};
use diesel::prelude::*;
use mail::EmailAddress;
use store::schema::email_domains;
use store::{Conn, Id, StoreError, Ts, text_enum};

text_enum! {
    /// What becomes of who signs up with an address of a domain.
    pub enum EmailRule {
        /// Not taken.
        Refuse = "refuse",
        /// A moderator decides, also where the site is open.
        Approve = "approve",
    }
}

/// Domains of one site.
const MOST: usize = 5_000;

/// The rules of a site, by domain.
pub fn read(conn: &mut Conn, site: Id) -> Result<Vec<(String, EmailRule)>, StoreError> {
    let rows: Vec<(String, String)> = email_domains::table
        .filter(email_domains::site_id.eq(site))
        .order(email_domains::domain)
        .select((email_domains::domain, email_domains::rule))
        .load(conn)?;
    let known = |(domain, word): (String, String)| Some((domain, EmailRule::from_word(&word)?));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Writes them as a whole. A domain in any spelling is taken, with everything below it; what is none refuses all.
pub fn write(
    conn: &mut Conn,
    site: Id,
    by: Id,
    rules: &[(String, EmailRule)],
    now: Ts,
) -> Result<(), AccountError> {
    roles::require_permission(conn, site, by, Permission::Accounts)?;
    if rules.len() > MOST {
        return Err(AccountError::TooLong);
    }
    let mut named = std::collections::BTreeMap::new();
    for (domain, rule) in rules {
        named.insert(domain_of(domain).ok_or(AccountError::Email)?, *rule);
    }
    diesel::delete(email_domains::table.filter(email_domains::site_id.eq(site))).execute(conn)?;
    for (domain, rule) in named {
        diesel::insert_into(email_domains::table)
            .values((
                email_domains::site_id.eq(site),
                email_domains::domain.eq(domain),
                email_domains::rule.eq(rule.as_str()),
                email_domains::created_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A domain as it is compared: that of an address of it, whose parser knows what a domain is.
fn domain_of(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('@').trim_end_matches('.');
    let address = EmailAddress::parse(&format!("x@{text}")).ok()?;
    let folded = address.folded();
    let domain = folded.rsplit('@').next().unwrap_or_default().to_owned();
    domain.contains('.').then_some(domain)
}

/// The rule for an address: that of its domain, or of the nearest one above.
pub fn rule_of(
    conn: &mut Conn,
    site: Id,
    address: &EmailAddress,
) -> Result<Option<EmailRule>, StoreError> {
    let folded = address.folded();
    let mut domain = folded.rsplit('@').next().unwrap_or_default();
    loop {
        let word: Option<String> = email_domains::table
            .find((site, domain))
            .select(email_domains::rule)
            .first(conn)
            .optional()?;
        if let Some(word) = word {
            return Ok(EmailRule::from_word(&word));
        }
        match domain.split_once('.') {
            Some((_, above)) => domain = above,
            None => return Ok(None),
        }
    }
}

/// Refuses an address that the site does not take.
pub fn require_taken(
    conn: &mut Conn,
    site: Id,
    address: &EmailAddress,
) -> Result<(), AccountError> {
    match rule_of(conn, site, address)? {
        Some(EmailRule::Refuse) => Err(AccountError::EmailDomain),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::domain_of;

    #[test]
    fn a_domain_has_one_spelling() {
        for (typed, domain) in [
            ("Jetable.example", Some("jetable.example")),
            ("@jetable.example.", Some("jetable.example")),
            (" bücher.example ", Some("xn--bcher-kva.example")),
            ("", None),
            ("example", None),
            ("a b.example", None),
            ("x@y.example", None),
        ] {
            assert_eq!(domain_of(typed).as_deref(), domain, "{typed}");
        }
    }
}
