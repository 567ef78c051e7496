//! Work that one process of several does at a time: where order matters more than speed, such as the inbox.

use crate::Federation;
use diesel::prelude::*;
use store::schema::leases;
use store::{Portable, StoreError};

impl Federation {
    /// True while this process holds the lease of that name. Asking renews it; a process that is killed loses it
    /// after [`Federation::lease`]. An embedded database has one process, which holds everything.
    pub(crate) async fn holds(&self, name: &'static str) -> Result<bool, StoreError> {
        if self.0.database.is_embedded() {
            return Ok(true);
        }
        let (holder, now) = (self.0.process.clone(), self.0.clock.ts());
        let until = self.lease_end(now);
        self.0
            .database
            .write(move |c| {
                let row = (
                    leases::name.eq(name),
                    leases::holder.eq(&holder),
                    leases::until.eq(until),
                );
                let first = diesel::insert_into(leases::table).values(row);
                if Portable(first.on_conflict_do_nothing()).execute(c)? == 1 {
                    return Ok(true);
                }
                // One statement decides: of two that ask at once, the second finds it taken.
                let free = leases::table
                    .filter(leases::name.eq(name))
                    .filter(leases::holder.eq(&holder).or(leases::until.lt(now)));
                let taken = diesel::update(free)
                    .set((leases::holder.eq(&holder), leases::until.eq(until)))
                    .execute(c)?;
                Ok::<_, StoreError>(taken == 1)
            })
            .await
    }

    /// Gives a lease up, so that another process need not wait for its end.
    pub(crate) async fn let_lease_go(&self, name: &'static str) -> Result<(), StoreError> {
        if self.0.database.is_embedded() {
            return Ok(());
        }
        let holder = self.0.process.clone();
        self.0
            .database
            .write(move |c| {
                let mine = leases::table
                    .filter(leases::name.eq(name))
                    .filter(leases::holder.eq(holder));
                diesel::delete(mine).execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await
    }
}
