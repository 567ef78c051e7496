//! Our actors' signing keys, opened once and kept.

use crate::Federation;
use diesel::prelude::*;
use signatures::Signer;
use sites::Site;
use store::schema::actor_keys;
use store::{Id, StoreError};

impl Federation {
    /// The key of one of our actors.
    pub(crate) async fn signer(&self, actor: Id) -> Result<Signer, String> {
        if let Some(signer) = self.0.signers.get(&actor).await {
            return Ok(signer);
        }
        let found: Option<(String, Option<String>)> = self
            .0
            .database
            .read(move |c| {
                actor_keys::table
                    .filter(actor_keys::actor_id.eq(actor))
                    .filter(actor_keys::algorithm.eq("rsa"))
                    .filter(actor_keys::private_key.is_not_null())
                    .select((actor_keys::key_uri, actor_keys::private_key))
                    .first(c)
                    .optional()
                    .map_err(StoreError::from)
            })
            .await
            .map_err(|error| error.to_string())?;
        let Some((key_uri, Some(sealed))) = found else {
            return Err("no private key".to_owned());
        };
        let key = self
            .0
            .seal
            .open_key(&sealed, &key_uri)
            .map_err(|error| error.to_string())?;
        let signer = Signer::new(&key_uri, key).map_err(|error| error.to_string())?;
        self.0.signers.insert(actor, signer.clone()).await;
        Ok(signer)
    }

    /// The key of a site's own actor: it signs every fetch (R-SIG-03).
    pub(crate) async fn site_signer(&self, site: &Site) -> Result<Signer, String> {
        match site.actor_id {
            Some(actor) => self.signer(actor).await,
            None => Err("the site has no actor yet".to_owned()),
        }
    }
}
