//! Mails that reached nobody: how many there are, and which bodies of a prefecture wait for one without knowing.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::columns::code;
use super::entities::{account, duty_address, outbox};
use super::{Store, StoreResult};
use crate::domain::access::PrefectureScope;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::MailState;

impl Store {
    /// How many mails failed and wait for somebody to look.
    pub async fn failed_mail_count(&self) -> StoreResult<u64> {
        Ok(outbox::Entity::find()
            .filter(outbox::Column::State.eq(MailState::Failed.as_str()))
            .count(&self.read)
            .await?)
    }

    /// How many mails to each body of a prefecture failed, as far as the body still uses the address and no later mail
    /// reached it there: either way it is mended. What the mails say is not read.
    pub async fn undelivered(
        &self,
        scope: PrefectureScope,
    ) -> StoreResult<HashMap<LocalGovernmentCode, usize>> {
        use outbox::Column as O;
        // A code begins with its prefecture's two digits.
        let prefecture = scope.prefecture().to_string();
        let failed: Vec<(i64, String, String)> = outbox::Entity::find()
            .select_only()
            .columns([O::Id, O::Code, O::Recipient])
            .filter(O::State.eq(MailState::Failed.as_str()))
            .filter(O::Code.starts_with(prefecture.as_str()))
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut found = HashMap::new();
        if failed.is_empty() {
            return Ok(found);
        }
        let reached: Vec<(String, i64)> = outbox::Entity::find()
            .select_only()
            .columns([O::Recipient, O::Id])
            .filter(O::State.eq(MailState::Sent.as_str()))
            .filter(O::Recipient.is_in(failed.iter().map(|(_, _, to)| to.as_str())))
            .order_by_asc(O::Id)
            .into_tuple()
            .all(&self.read)
            .await?;
        // The last of each address stays.
        let reached: HashMap<String, i64> = reached.into_iter().collect();
        let duty: Vec<(String, String)> = duty_address::Entity::find()
            .select_only()
            .columns([duty_address::Column::Code, duty_address::Column::Email])
            .filter(duty_address::Column::Code.starts_with(prefecture.as_str()))
            .filter(duty_address::Column::EndedAt.is_null())
            .into_tuple()
            .all(&self.read)
            .await?;
        let people: Vec<(String, String)> = account::Entity::find()
            .select_only()
            .columns([account::Column::Code, account::Column::Email])
            .filter(account::Column::Code.starts_with(prefecture.as_str()))
            .filter(account::Column::IsActive.eq(true))
            .into_tuple()
            .all(&self.read)
            .await?;
        // A mail about a body may be for its prefecture.
        let used: HashSet<(String, String)> = duty.into_iter().chain(people).collect();
        for (id, body, to) in failed {
            let is_mended = reached.get(&to).is_some_and(|later| *later > id);
            let mail = (body, to);
            if !is_mended && used.contains(&mail) {
                *found.entry(code(&mail.0)?).or_insert(0) += 1;
            }
        }
        Ok(found)
    }
}
