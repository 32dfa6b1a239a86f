//! The outbox: mails that wait, written in the transaction they report, and the addresses duty belongs to.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::entities::{account, duty_address, outbox};
use super::writes::Writes;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;
use crate::domain::mail::{MailState, NewMail, Party};

impl Store {
    /// Where mail for this party goes: the addresses its duty belongs to; where none is kept, those of its
    /// accounts that are in use. Empty if there is nobody yet.
    pub async fn addresses_of(&self, party: Party) -> StoreResult<Vec<EmailAddress>> {
        addresses(&self.read, party).await
    }
}

impl Transaction {
    /// As [`Store::addresses_of`], as this transaction sees it.
    pub async fn addresses_of(&self, party: Party) -> StoreResult<Vec<EmailAddress>> {
        addresses(&self.inner, party).await
    }

    /// Puts many mails into the outbox; those that are there already stay as they are.
    pub async fn mail_all(&self, mails: &[NewMail], at: UnixMillis) -> StoreResult<()> {
        for some in mails.chunks(100) {
            let rows = some
                .iter()
                .map(|mail| row(mail, at))
                .collect::<StoreResult<Vec<_>>>()?;
            outbox::Entity::insert_many(rows)
                .on_conflict(once())
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }
}

impl Writes {
    /// A mail for the outbox; if it is there already, nothing.
    pub fn mail(&mut self, mail: &NewMail, at: UnixMillis) -> StoreResult<()> {
        let insert = outbox::Entity::insert(row(mail, at)?).on_conflict(once());
        self.push(&insert.into_query());
        Ok(())
    }
}

/// The same key twice is one mail.
fn once() -> OnConflict {
    OnConflict::column(outbox::Column::Key)
        .do_nothing()
        .to_owned()
}

fn row(mail: &NewMail, at: UnixMillis) -> StoreResult<outbox::ActiveModel> {
    let facts = serde_json::to_string(&mail.facts)
        .map_err(|error| StoreError::corrupt("facts")(error.to_string()))?;
    Ok(outbox::ActiveModel {
        id: NotSet,
        key: Set(mail.key.clone()),
        kind: Set(mail.kind.as_str().to_owned()),
        edition_id: Set(mail.edition_id),
        code: Set(mail.about.map(|code| code.to_string())),
        recipient: Set(mail.to.to_string()),
        facts: Set(facts),
        message_id: Set(None),
        subject: Set(None),
        body: Set(None),
        state: Set(MailState::Waiting.as_str().to_owned()),
        attempts: Set(0),
        due_at: Set(at.0),
        lease_until: Set(0),
        lease_by: Set(None),
        last_reply: Set(None),
        created_at: Set(at.0),
        settled_at: Set(None),
    })
}

async fn addresses(
    connection: &impl ConnectionTrait,
    party: Party,
) -> StoreResult<Vec<EmailAddress>> {
    let code = match party {
        Party::Body(code) => Some(code.to_string()),
        Party::Ministry => None,
    };
    let of_duty = match &code {
        Some(code) => duty_address::Column::Code.eq(code.as_str()),
        None => duty_address::Column::Code.is_null(),
    };
    let mut found: Vec<String> = duty_address::Entity::find()
        .select_only()
        .column(duty_address::Column::Email)
        .filter(of_duty)
        .filter(duty_address::Column::EndedAt.is_null())
        .order_by_asc(duty_address::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    if found.is_empty() {
        let of_people = match &code {
            Some(code) => account::Column::Code.eq(code.as_str()),
            None => account::Column::Code.is_null(),
        };
        found = account::Entity::find()
            .select_only()
            .column(account::Column::Email)
            .filter(of_people)
            .filter(account::Column::IsActive.eq(true))
            .filter(account::Column::PasswordHash.is_not_null())
            .order_by_asc(account::Column::Id)
            .into_tuple()
            .all(connection)
            .await?;
    }
    found.sort_unstable();
    found.dedup();
    found
        .iter()
        .map(|address| {
            address
                .parse()
                .map_err(|_| StoreError::corrupt("mail address")(address.clone()))
        })
        .collect()
}
