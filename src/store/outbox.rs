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
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailState, NewMail, Party};

impl Store {
    /// Where mail for this party goes: the addresses its duty belongs to; where none is kept, those of its
    /// accounts that are in use. Empty if there is nobody yet.
    pub async fn addresses_of(&self, party: Party) -> StoreResult<Vec<EmailAddress>> {
        addresses(&self.read, party).await
    }
}

impl Transaction {
    /// The addresses of a body's departments, by their names: people who belong to one, and addresses of its duty
    /// that bear its name.
    pub async fn department_addresses(
        &self,
        body: LocalGovernmentCode,
    ) -> StoreResult<Vec<(String, EmailAddress)>> {
        let people: Vec<(Option<String>, String)> = account::Entity::find()
            .select_only()
            .columns([account::Column::Department, account::Column::Email])
            .filter(account::Column::Code.eq(body.as_str()))
            .filter(account::Column::IsActive.eq(true))
            .filter(account::Column::PasswordHash.is_not_null())
            .filter(account::Column::Department.is_not_null())
            .into_tuple()
            .all(&self.inner)
            .await?;
        let duty: Vec<(Option<String>, String)> = duty_address::Entity::find()
            .select_only()
            .columns([duty_address::Column::Label, duty_address::Column::Email])
            .filter(duty_address::Column::Code.eq(body.as_str()))
            .filter(duty_address::Column::EndedAt.is_null())
            .into_tuple()
            .all(&self.inner)
            .await?;
        let mut found = Vec::new();
        for (label, address) in people.into_iter().chain(duty) {
            found.push((label.unwrap_or_default(), read(&address)?));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Who has a mail of these that still waits; `keys` is how their keys begin.
    pub async fn awaited_by(&self, keys: &str) -> StoreResult<Vec<EmailAddress>> {
        let waiting: Vec<String> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Recipient)
            .filter(outbox::Column::State.eq(MailState::Waiting.as_str()))
            .filter(outbox::Column::Key.starts_with(keys))
            .into_tuple()
            .all(&self.inner)
            .await?;
        waiting.iter().map(|address| read(address)).collect()
    }

    /// As [`Store::addresses_of`], as this transaction sees it.
    pub async fn addresses_of(&self, party: Party) -> StoreResult<Vec<EmailAddress>> {
        addresses(&self.inner, party).await
    }

    /// Keeps many addresses of duty: whose, where, and the department's name.
    pub async fn insert_duty_addresses(
        &self,
        new: &[(Party, EmailAddress, &str)],
        at: UnixMillis,
    ) -> StoreResult<()> {
        for some in new.chunks(500) {
            let rows = some
                .iter()
                .map(|(party, address, label)| duty_address::ActiveModel {
                    id: NotSet,
                    code: Set(match party {
                        Party::Body(code) => Some(code.to_string()),
                        Party::Ministry => None,
                    }),
                    email: Set(address.to_string()),
                    label: Set((*label).to_owned()),
                    created_at: Set(at.0),
                    ended_at: Set(None),
                });
            duty_address::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    /// Puts many mails into the outbox; those that are there already stay as they are.
    pub async fn mail_all(&self, mails: &[NewMail], at: UnixMillis) -> StoreResult<()> {
        self.mail_later(mails, at, at).await
    }

    /// The same, to be sent not before `due`.
    pub async fn mail_later(
        &self,
        mails: &[NewMail],
        at: UnixMillis,
        due: UnixMillis,
    ) -> StoreResult<()> {
        for some in mails.chunks(100) {
            let rows = some
                .iter()
                .map(|mail| row(mail, at, due))
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
        let insert = outbox::Entity::insert(row(mail, at, at)?).on_conflict(once());
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

fn row(mail: &NewMail, at: UnixMillis, due: UnixMillis) -> StoreResult<outbox::ActiveModel> {
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
        due_at: Set(due.0),
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
    found.iter().map(|address| read(address)).collect()
}

fn read(address: &str) -> StoreResult<EmailAddress> {
    address
        .parse()
        .map_err(|_| StoreError::corrupt("mail address")(address.to_owned()))
}
