//! A day without a mail server, and what is left when it is back.

use std::collections::BTreeSet;

use super::{MINUTE, deliver, outbox, portal, postman_of, put};
use crate::smtp::{MailServer, Taken};

/// As many as a large edition writes on one day.
const MANY: usize = 5_000;

fn ids(taken: &[Taken]) -> usize {
    let ids: BTreeSet<_> = taken.iter().map(|message| message.read().0).collect();
    ids.len()
}

#[tokio::test]
async fn a_day_without_a_server_costs_nothing_and_5000_mails_drain_in_order_without_a_second_copy()
{
    let app = portal().await;
    let server = MailServer::start();
    let nobody = postman_of(1, "");
    put(&app, 0..MANY).await;
    for _ in 0..24 {
        let done = deliver(&app, &nobody).await;
        assert!(done.unreachable.is_some(), "{done:?}");
        app.clock.advance(60 * MINUTE);
    }
    let waiting = outbox(&app).await;
    assert_eq!(waiting.len(), MANY);
    assert!(waiting.iter().all(|mail| mail.attempts == 0));
    let ministry = app.ministry().await;
    ministry
        .get("/mail")
        .await
        .ok()
        .shows("から待っているメール");

    // No secure connection where one is asked for is no connection.
    let insists = postman_of(server.port, "?tls=required");
    let done = deliver(&app, &insists).await;
    assert!(done.unreachable.is_some(), "{done:?}");
    assert!(server.all_taken().is_empty());

    // One node keeps the order.
    let postman = postman_of(server.port, "");
    let done = deliver(&app, &postman).await;
    assert_eq!((done.sent, done.later, done.failed), (MANY, 0, 0));
    let taken = server.all_taken();
    assert_eq!(taken.len(), MANY);
    assert!(taken.is_sorted_by(|one, next| one.to < next.to));
    assert_eq!(ids(&taken), MANY);
    let left = app.desk.store.outbox_counts(app.desk.now()).await;
    let left = left.expect("reads");
    assert_eq!((left.waiting, left.sent), (0, MANY as u64));

    // Two nodes at once.
    put(&app, MANY..MANY + 300).await;
    let (one, other) = (postman_of(server.port, ""), postman_of(server.port, ""));
    let (one, other) = tokio::join!(deliver(&app, &one), deliver(&app, &other));
    assert_eq!(one.sent + other.sent, 300);
    let taken = server.all_taken();
    assert_eq!(taken.len(), 300);
    assert_eq!(ids(&taken), 300);
}
