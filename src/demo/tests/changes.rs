//! What changes in the invented country: notices of a change of intent, and bodies.

use super::*;
use crate::demo::bodies::{GUIDING, NOTE, PROMOTED};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::intent_change::{ChangeEvent, ChangeState};
use crate::domain::organization::{Organization, OrganizationKind};
use crate::workflow::bodies::bring_up_to_date;
use crate::workflow::intent_change::{Decision, decide_change};

/// Notices in three states, each as its verbs leave it, and those that wait can be decided.
pub(super) async fn notices(country: &Country, dump: &Dump, now: UnixMillis) {
    let (closed, open) = (
        country.edition("fy2025").await,
        country.edition("fy2027").await,
    );
    let state = |row: &intent_change::Model| ChangeState::from_stored(&row.state).unwrap();
    let states: Vec<_> = dump.notices.iter().map(state).collect();
    use ChangeState::{Accepted, WithMinistry, WithPrefecture};
    assert_eq!(states, [Accepted, WithPrefecture, WithMinistry]);
    let answer = |edition: &SurveyEdition, code: &str| {
        let rows = dump.responses.iter();
        let mut rows = rows.filter(|row| row.edition_id == edition.id && row.code == code);
        rows.next().unwrap()
    };
    let mut bodies = std::collections::BTreeSet::new();
    for notice in &dump.notices {
        assert_eq!(notice.edition_id, closed.id);
        assert!(bodies.insert(&notice.code), "each of another body");
        assert!(!notice.reason.is_empty() && notice.filed_at <= now.0);
        let row = answer(&closed, &notice.code);
        let is_accepted = state(notice) == Accepted;
        let number = notice.base_revision + i32::from(is_accepted);
        assert_eq!(row.revision_number, number, "{}", notice.code);
        let events = dump.notice_events.iter();
        let events: Vec<_> = events
            .filter(|event| event.change_id == notice.id)
            .collect();
        assert_eq!(events.last().unwrap().state_after, notice.state);
        assert!(events.is_sorted_by_key(|event| event.at));
        // What waits was filed while the next survey ran, so nobody has forgotten it for years.
        assert_eq!(
            is_accepted,
            notice.filed_at < crate::demo::open_edition::opened_at(now).0
        );
    }
    let [accepted, town, city] = &dump.notices[..] else {
        panic!("three notices");
    };
    assert_eq!(
        (&*accepted.prefecture_code, &*town.prefecture_code),
        ("02", "02")
    );
    // The next survey starts from the answer as it was changed.
    let row = answer(&closed, &accepted.code);
    assert_eq!((row.intents_mask, row.targets_mask), (4, 0));
    let prefill: Draft = read(answer(&open, &accepted.code).prefill.as_ref().unwrap());
    assert_eq!(prefill.input.schemes, SchemesInput::default());

    let all = country.desk.store.organizations().await.unwrap();
    let [ministry, prefecture, _] = &accounts(country, &all).await;
    for (actor, notice, event) in [
        (prefecture, town, ChangeEvent::Forward),
        (ministry, town, ChangeEvent::Accept),
        (ministry, city, ChangeEvent::Accept),
    ] {
        let stored = country.desk.store.intent_change(notice.id).await;
        let decision = Decision {
            event,
            version: stored.unwrap().unwrap().version,
            remark: "",
        };
        decide_change(&country.desk, actor, notice.id, decision)
            .await
            .unwrap();
    }
    let after = country.dump().await;
    assert!(after.notices.iter().all(|notice| state(notice) == Accepted));
    assert_eq!(after.revisions.len(), dump.revisions.len() + 2);
}

/// Bodies change with the next fiscal year and not before; the open edition keeps what held.
pub(super) async fn bodies(country: &Country, dump: &Dump, now: UnixMillis) {
    let invented: Vec<_> = dump
        .body_changes
        .iter()
        .filter(|change| change.source == "entered")
        .collect();
    assert_eq!(invented.len(), 2);
    for change in invented {
        assert_eq!(change.note, NOTE);
        assert!(change.note.contains("架空") && change.recorded_at < now.0);
    }
    let day = FiscalYear::of(now.japan_date()).next().first_day();
    let history = country.desk.store.body_history().await.unwrap();
    let find = |all: &[Organization], code: &str| {
        let mut found = all.iter().filter(|body| body.code.as_str() == code);
        let body = found.next().unwrap();
        (body.kind, body.child_guidance_city)
    };
    use OrganizationKind::{City, CoreCity};
    for (code, before, after) in [
        (PROMOTED, (City, false), (CoreCity, false)),
        (GUIDING, (CoreCity, false), (CoreCity, true)),
    ] {
        assert_eq!(find(&history.on(day.yesterday().unwrap()), code), before);
        assert_eq!(find(&history.on(day), code), after);
        let today = country.desk.store.organizations().await.unwrap();
        assert_eq!(find(&today, code), before);
    }
    bring_up_to_date(&country.desk).await.unwrap();
    country
        .clock
        .set(UnixMillis::from_japan(day.at(0, 0, 1, 0)));
    assert_eq!(bring_up_to_date(&country.desk).await.unwrap(), 2);
    let open = country.edition("fy2027").await;
    let kept = country.dump().await.responses;
    let kept = kept
        .iter()
        .find(|row| row.edition_id == open.id && row.code == PROMOTED);
    let kept = kept.unwrap();
    assert_eq!((&*kept.kind, &*kept.route), ("city", "prefecture"));
}
