//! What few people did by the verbs: talks, 決裁 and departments, the ministry's requests.

use super::*;
use crate::domain::inquiry::InquiryState;
use crate::domain::review_request::RequestState;
use crate::domain::sign_off::{self, SignOffState};
use crate::store::entities::{inquiry, inquiry_entry, outbox, published_answer, review_request};

/// On any day of the week.
#[tokio::test]
async fn talks_sign_off_and_requests_are_there_to_be_tried() {
    for day in [date(2026, 11, 26), date(2027, 1, 3)] {
        let now = UnixMillis::from_japan(day.at(23, 59, 0, 0));
        let country = filled(now).await;
        talks(&country, now).await;
        inside(&country).await;
        hops(&country, now).await;
        // Nothing that is past is told by mail.
        let mails = outbox::Entity::find().all(&country.raw).await.unwrap();
        assert!(mails.is_empty(), "{mails:?}");
    }
}

async fn talks(country: &Country, now: UnixMillis) {
    let db = &country.raw;
    let threads = inquiry::Entity::find().all(db).await.unwrap();
    for state in InquiryState::ALL {
        let found = threads.iter().any(|row| row.state == state.as_str());
        assert!(found, "{state:?}");
    }
    let entries = inquiry_entry::Entity::find().all(db).await.unwrap();
    assert!(entries.len() > threads.len());
    assert!(entries.iter().all(|entry| entry.at <= now.0));
    for kind in ["answer", "passed_on", "phone_call"] {
        assert!(entries.iter().any(|entry| entry.kind == kind), "{kind}");
    }
    let published = published_answer::Entity::find().all(db).await.unwrap();
    assert_eq!(published.len(), 2);
}

async fn inside(country: &Country) {
    let key = "fy2027".parse().unwrap();
    let code = "131032".parse().unwrap();
    let store = &country.desk.store;
    let record = store.response(&key, code).await.unwrap().unwrap();
    assert_eq!(record.status, S::Draft);
    assert!(record.duties.sign_off && record.duties.is_divided());
    let draft = record.draft.unwrap();
    assert_eq!(sign_off::state_of(&draft, 0), SignOffState::Asked);
    assert!(draft.departments.contains_key("障害"));
    let people = store.accounts_of(Some(code)).await.unwrap();
    let able: Vec<_> = people
        .iter()
        .filter(|account| account.department.is_empty())
        .filter(|account| sign_off::may_sign(&draft, account.id))
        .collect();
    let [signer] = able.as_slice() else {
        panic!("{able:?}");
    };
    assert_eq!(signer.email, "m131032-2@demo.example");
    // It is ready: whoever signs submits it.
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &draft.input);
    assert!(reading.form.is_some(), "{:?}", reading.problems);
}

async fn hops(country: &Country, now: UnixMillis) {
    let db = &country.raw;
    let requests = review_request::Entity::find().all(db).await.unwrap();
    let of_ministry = |state: RequestState| {
        let rows = requests.iter();
        rows.filter(|row| row.asker == "ministry" && row.addressee == "body")
            .filter(|row| row.state == state.as_str())
            .count()
    };
    assert_eq!(of_ministry(RequestState::WithReviewer), 1);
    // Bodies that answer the ministry directly have some of their own; one went over two hops.
    let handed_on = |row: &&review_request::Model| {
        row.state == RequestState::WithBody.as_str() && row.passed_on_at.is_some()
    };
    assert_eq!(requests.iter().filter(handed_on).count(), 1);
    assert!(requests.iter().all(|row| row.asked_at <= now.0));
}
