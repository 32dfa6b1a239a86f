//! Every address at once, for what is written to many: the same rule as [`Store::addresses_of`] for one.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::columns::code;
use super::entities::{account, digest_choice, duty_address};
use super::{Store, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::email_address::EmailAddress;
use crate::domain::japan_time::UnixMillis;
use crate::domain::mail::Party;

/// Addresses by whom they belong to.
#[derive(Clone, Debug, Default)]
pub struct AddressBook {
    duty: HashMap<Party, Vec<EmailAddress>>,
    people: HashMap<Party, Vec<EmailAddress>>,
}

/// Who chose to get the digest, or not to, by address.
#[derive(Clone, Debug, Default)]
pub struct DigestChoices(HashMap<String, bool>);

impl AddressBook {
    /// Where mail for a party goes: the addresses its duty belongs to; where none is kept, its accounts in use.
    pub fn of(&self, party: Party) -> &[EmailAddress] {
        let found = self.duty.get(&party).or_else(|| self.people.get(&party));
        found.map_or(&[], Vec::as_slice)
    }

    /// Who gets the digest of a party: the addresses of its duty unless they chose otherwise, and its people who chose
    /// it. Where no duty has an address, its people unless they chose otherwise.
    pub fn of_digest(&self, party: Party, choices: &DigestChoices) -> Vec<EmailAddress> {
        let duty = self.duty.get(&party).map_or(&[][..], Vec::as_slice);
        let people = self.people.get(&party).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<EmailAddress> = duty
            .iter()
            .filter(|address| choices.wants(address.as_str(), true))
            .chain(
                people
                    .iter()
                    .filter(|address| choices.wants(address.as_str(), duty.is_empty())),
            )
            .cloned()
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The addresses a party's duty belongs to.
    pub fn of_duty(&self, party: Party) -> &[EmailAddress] {
        self.duty.get(&party).map_or(&[], Vec::as_slice)
    }
}

impl DigestChoices {
    /// Whether an address gets the digest; `default` if nothing was chosen.
    pub fn wants(&self, address: &str, default: bool) -> bool {
        self.0.get(address).copied().unwrap_or(default)
    }
}

fn gather(rows: Vec<(Option<String>, String)>) -> StoreResult<HashMap<Party, Vec<EmailAddress>>> {
    let mut found: HashMap<Party, Vec<EmailAddress>> = HashMap::new();
    for (body, address) in rows {
        let party = match body {
            Some(text) => Party::Body(code(&text)?),
            None => Party::Ministry,
        };
        // One address that does not read must not silence a country.
        match address.parse() {
            Ok(address) => found.entry(party).or_default().push(address),
            Err(_) => tracing::warn!(?party, "a stored mail address does not read"),
        }
    }
    for addresses in found.values_mut() {
        addresses.sort_unstable();
        addresses.dedup();
    }
    Ok(found)
}

impl Store {
    /// Every address mail may go to.
    pub async fn address_book(&self) -> StoreResult<AddressBook> {
        let duty: Vec<(Option<String>, String)> = duty_address::Entity::find()
            .select_only()
            .columns([duty_address::Column::Code, duty_address::Column::Email])
            .filter(duty_address::Column::EndedAt.is_null())
            .order_by_asc(duty_address::Column::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        let people: Vec<(Option<String>, String)> = account::Entity::find()
            .select_only()
            .columns([account::Column::Code, account::Column::Email])
            .filter(account::Column::IsActive.eq(true))
            .filter(account::Column::PasswordHash.is_not_null())
            .order_by_asc(account::Column::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(AddressBook {
            duty: gather(duty)?,
            people: gather(people)?,
        })
    }

    /// What was chosen about the digest.
    pub async fn digest_choices(&self) -> StoreResult<DigestChoices> {
        let rows = digest_choice::Entity::find().all(&self.read).await?;
        Ok(DigestChoices(
            rows.into_iter()
                .map(|row| (row.address, row.wants))
                .collect(),
        ))
    }
}

impl Transaction {
    /// Notes whether an address gets the digest.
    pub async fn choose_digest(
        &self,
        address: &str,
        wants: bool,
        actor: &Actor,
        at: UnixMillis,
    ) -> StoreResult<()> {
        use digest_choice::Column as C;
        use sea_orm::ActiveValue::Set;
        let row = digest_choice::ActiveModel {
            address: Set(address.to_owned()),
            wants: Set(wants),
            set_at: Set(at.0),
            set_by: Set(actor.account_id),
        };
        digest_choice::Entity::insert(row)
            .on_conflict(
                sea_orm::sea_query::OnConflict::column(C::Address)
                    .update_columns([C::Wants, C::SetAt, C::SetBy])
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_goes_to_the_duty_and_to_people_who_chose_it() {
        let all = |addresses: &[&str]| {
            let rows = addresses.iter();
            let rows = rows.map(|address| (None, (*address).to_owned()));
            gather(rows.collect()).expect("reads")
        };
        let book = |duty: &[&str]| AddressBook {
            duty: all(duty),
            people: all(&["a@m.example", "b@m.example", "no address"]),
        };
        let choices = |chosen: &[(&str, bool)]| {
            let chosen = chosen.iter();
            DigestChoices(chosen.map(|(a, wants)| ((*a).to_owned(), *wants)).collect())
        };
        let goes_to = |duty: &[&str], chosen: &[(&str, bool)]| -> Vec<String> {
            let found = book(duty).of_digest(Party::Ministry, &choices(chosen));
            found.iter().map(ToString::to_string).collect()
        };
        assert_eq!(goes_to(&[], &[]), ["a@m.example", "b@m.example"]);
        assert_eq!(goes_to(&[], &[("a@m.example", false)]), ["b@m.example"]);
        assert_eq!(goes_to(&["d@m.example"], &[]), ["d@m.example"]);
        let chosen = [("b@m.example", true), ("d@m.example", false)];
        assert_eq!(goes_to(&["d@m.example"], &chosen), ["b@m.example"]);
        // Whoever is both gets one.
        let both = goes_to(&["a@m.example"], &[("a@m.example", true)]);
        assert_eq!(both, ["a@m.example"]);
        assert_eq!(book(&["d@m.example"]).of(Party::Ministry).len(), 1);
        assert_eq!(book(&[]).of(Party::Ministry).len(), 2);
    }
}
