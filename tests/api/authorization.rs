//! Every route × everybody: the routes are read from the route table itself, so that a new one without
//! an expectation here fails.

use reqwest::Method;
use torimatome::domain::access::inquiries::{InquiryAction, permits_inquiry};
use torimatome::domain::access::{self, Action, ChangeAction, Relation};
use torimatome::domain::inquiry::Addressee;
use torimatome::domain::response_status::ResponseStatus;
use torimatome::workflow::accounts::{Invitation, invite};
use torimatome::workflow::participation::import;
use torimatome::workflow::relation_to;
use torimatome::workflow::send_summary_sheet::send_summary_sheet;

use crate::app::{AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI};
use crate::client::{Client, Page};

/// Every file of the route table, as it stands.
fn route_table() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/routes");
    let files = std::fs::read_dir(folder).expect("the route table is a folder");
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        std::fs::read_to_string(file.expect("is listed").path()).expect("is text")
    };
    let files: Vec<_> = files.map(read).collect();
    assert!(files.len() > 1);
    files.concat()
}

/// Who may come to a route. Where the address names a body (`{code}`) or a receipt (`{number}`), the
/// rule is asked for each subject of [`SUBJECTS`]; `{prefecture}` is 北海道.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)] // the vocabulary of the table; not every word is needed at all times
enum Rule {
    /// Anybody, signed in or not.
    Public,
    /// Nobody: exists in the demo only.
    Nobody,
    /// Whoever is signed in.
    SignedIn,
    /// A body, for its own answer: everybody but the ministry.
    Body,
    /// Any prefecture, for itself.
    AnyPrefecture,
    /// Any prefecture and the ministry, each for its own bodies.
    Gatherer,
    /// The prefecture of the address, and the ministry.
    PrefectureOrMinistry,
    Ministry,
    /// Whom [`access::permits`] allows this on the answer of the address, in its state.
    Answer(Action),
    /// Whom [`access::permits_change`] allows this on the notice of the address.
    Change(ChangeAction),
    /// Whom [`permits_inquiry`] allows this on the question of the address.
    Inquiry(InquiryAction),
    /// Whoever gathers the answer of the address.
    Keeper,
    /// Whoever administers accounts.
    Administrator,
    /// The ministry's administrators.
    Operator,
    /// Whoever may invite people of the subject's body.
    Invites,
    /// Whoever gathers answers: any prefecture, and the ministry.
    Gathers,
    /// The subject's body, which sent the file.
    SentFile,
    /// 北海道, which sent the batch.
    SentBatch,
}

/// One line a route: method, pattern, rule.
#[rustfmt::skip]
const EXPECTED: &[(&str, &str, Rule)] = &[
    ("GET", "/", Rule::Public),
    ("GET", "/healthz", Rule::Public),
    ("GET", "/static/{name}", Rule::Public),
    ("GET", "/sign-in", Rule::Public),
    ("POST", "/sign-in", Rule::Public),
    ("GET", "/sign-out", Rule::Public),
    ("POST", "/sign-out", Rule::SignedIn),
    ("GET", "/session/extend", Rule::SignedIn),
    ("POST", "/demo/sign-in", Rule::Nobody),
    ("GET", "/home", Rule::Body),
    // municipality
    ("GET", "/editions/{key}/form1.eml", Rule::Body),
    ("GET", "/editions/{key}/form1.xlsx", Rule::Body),
    ("GET", "/editions/{key}/form1", Rule::Body),
    ("GET", "/editions/{key}/form1/check", Rule::Body),
    ("GET", "/editions/{key}/form1/submit", Rule::Body),
    ("POST", "/editions/{key}/form1/submit", Rule::Body),
    ("GET", "/editions/{key}/form1/sign-off", Rule::Public),
    ("POST", "/editions/{key}/form1/sign-off", Rule::Body),
    ("GET", "/editions/{key}/form1/withdraw", Rule::Public),
    ("POST", "/editions/{key}/form1/withdraw", Rule::Body),
    ("GET", "/editions/{key}/form1/no-plan", Rule::Public),
    ("POST", "/editions/{key}/form1/no-plan", Rule::Body),
    ("GET", "/editions/{key}/form1/history", Rule::Body),
    ("GET", "/editions/{key}/form1/proxy", Rule::Body),
    ("POST", "/editions/{key}/form1/proxy", Rule::Body),
    ("GET", "/receipts/{number}", Rule::Answer(Action::ViewAnswer)),
    ("GET", "/editions/{key}/form1/objection", Rule::Body),
    ("POST", "/editions/{key}/form1/objection", Rule::Body),
    ("GET", "/editions/{key}/form1/{section}", Rule::Body),
    ("POST", "/editions/{key}/form1/{section}", Rule::Body),
    // files that come in
    ("GET", "/editions/{key}/upload", Rule::Body),
    ("POST", "/editions/{key}/upload", Rule::Body),
    ("GET", "/editions/{key}/uploads/{file}", Rule::SentFile),
    ("POST", "/editions/{key}/uploads/{file}", Rule::SentFile),
    ("GET", "/files/{file}", Rule::SentFile),
    ("GET", "/files/{file}/annotated.xlsx", Rule::SentFile),
    ("GET", "/intake", Rule::Gathers),
    ("GET", "/editions/{key}/intake", Rule::Gathers),
    ("POST", "/editions/{key}/intake", Rule::Gathers),
    ("GET", "/editions/{key}/intake/{batch}", Rule::SentBatch),
    ("POST", "/editions/{key}/intake/{batch}", Rule::SentBatch),
    ("GET", "/editions/{key}/intake/{batch}/report.xlsx", Rule::SentBatch),
    ("GET", "/editions/{key}/intake/{batch}/report.json", Rule::SentBatch),
    ("GET", "/editions/{key}/intake/{batch}/files/{item}", Rule::SentBatch),
    ("POST", "/editions/{key}/intake/{batch}/files/{item}", Rule::SentBatch),
    // prefecture
    ("GET", "/board", Rule::AnyPrefecture),
    ("GET", "/form2", Rule::AnyPrefecture),
    ("GET", "/cities", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/board", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/board/accept", Rule::AnyPrefecture),
    ("POST", "/editions/{key}/board/accept", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/board/deadline", Rule::AnyPrefecture),
    ("POST", "/editions/{key}/board/deadline", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/cities", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/form2", Rule::AnyPrefecture),
    ("POST", "/editions/{key}/form2", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/form2.xlsx", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/forms.zip", Rule::Gatherer),
    ("GET", "/editions/{key}/prefectures/{prefecture}/forms.zip", Rule::Ministry),
    ("GET", "/editions/{key}/form2/{number}.eml", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/form2/{number}.xlsx", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/form2/{number}", Rule::AnyPrefecture),
    ("GET", "/editions/{key}/prefectures/{prefecture}", Rule::Ministry),
    ("GET", "/editions/{key}/prefectures/{prefecture}/form2", Rule::Ministry),
    ("GET", "/editions/{key}/prefectures/{prefecture}/form2.xlsx", Rule::Ministry),
    ("GET", "/editions/{key}/prefectures/{prefecture}/form2/{number}", Rule::Ministry),
    ("GET", "/editions/{key}/prefectures/{prefecture}/form2/{number}.xlsx", Rule::Ministry),
    // review
    ("GET", "/editions/{key}/answers/{code}", Rule::Answer(Action::ViewState)),
    ("GET", "/editions/{key}/answers/{code}/form1.xlsx", Rule::Answer(Action::ViewAnswer)),
    ("GET", "/editions/{key}/answers/{code}/history", Rule::Answer(Action::ViewAnswer)),
    ("GET", "/editions/{key}/answers/{code}/start-review", Rule::Answer(Action::ViewState)),
    ("POST", "/editions/{key}/answers/{code}/start-review", Rule::Answer(Action::StartReview)),
    ("GET", "/editions/{key}/answers/{code}/accept", Rule::Answer(Action::ViewState)),
    ("POST", "/editions/{key}/answers/{code}/accept", Rule::Answer(Action::Accept)),
    ("GET", "/editions/{key}/answers/{code}/return", Rule::Answer(Action::Return)),
    ("POST", "/editions/{key}/answers/{code}/return", Rule::Answer(Action::Return)),
    ("GET", "/editions/{key}/answers/{code}/send-back", Rule::Answer(Action::ViewState)),
    ("POST", "/editions/{key}/answers/{code}/send-back", Rule::Answer(Action::SendBack)),
    ("GET", "/editions/{key}/answers/{code}/checklist", Rule::Answer(Action::KeepChecks)),
    ("POST", "/editions/{key}/answers/{code}/checklist", Rule::Answer(Action::KeepChecks)),
    ("GET", "/editions/{key}/answers/{code}/correct", Rule::Answer(Action::Correct)),
    ("POST", "/editions/{key}/answers/{code}/correct", Rule::Answer(Action::Correct)),
    ("GET", "/editions/{key}/answers/{code}/ask", Rule::Answer(Action::ViewState)),
    ("POST", "/editions/{key}/answers/{code}/ask", Rule::Answer(Action::SendBack)),
    ("GET", "/editions/{key}/answers/{code}/pass-on", Rule::Answer(Action::Return)),
    ("POST", "/editions/{key}/answers/{code}/pass-on", Rule::Answer(Action::Return)),
    ("GET", "/editions/{key}/answers/{code}/requests/{number}", Rule::Answer(Action::ViewState)),
    ("POST", "/editions/{key}/answers/{code}/requests/{number}", Rule::Answer(Action::ViewState)),
    ("GET", "/editions/{key}/answers/{code}/reopen", Rule::Ministry),
    ("POST", "/editions/{key}/answers/{code}/reopen", Rule::Ministry),
    // entering by proxy
    ("GET", "/editions/{key}/answers/{code}/proxy", Rule::Answer(Action::EnterByProxy)),
    ("POST", "/editions/{key}/answers/{code}/proxy", Rule::Answer(Action::EnterByProxy)),
    ("GET", "/editions/{key}/answers/{code}/proxy/check", Rule::Answer(Action::EnterByProxy)),
    ("GET", "/editions/{key}/answers/{code}/proxy/submit", Rule::Answer(Action::EnterByProxy)),
    ("POST", "/editions/{key}/answers/{code}/proxy/submit", Rule::Answer(Action::EnterByProxy)),
    ("GET", "/editions/{key}/answers/{code}/proxy/{section}", Rule::Answer(Action::EnterByProxy)),
    ("POST", "/editions/{key}/answers/{code}/proxy/{section}", Rule::Answer(Action::EnterByProxy)),
    // ministry
    ("GET", "/country", Rule::Ministry),
    ("GET", "/direct", Rule::Ministry),
    ("GET", "/sheets", Rule::Ministry),
    ("GET", "/downloads", Rule::Ministry),
    ("GET", "/editions", Rule::Ministry),
    ("GET", "/editions/{key}/country", Rule::Ministry),
    ("GET", "/editions/{key}/direct", Rule::Ministry),
    ("GET", "/editions/{key}/sheets", Rule::Ministry),
    ("GET", "/editions/{key}/downloads", Rule::Ministry),
    ("GET", "/editions/{key}/downloads/bodies", Rule::Ministry),
    (
        "GET",
        "/editions/{key}/downloads/bodies.{ending}",
        Rule::Ministry,
    ),
    ("GET", "/editions/new", Rule::Ministry),
    ("POST", "/editions/new", Rule::Ministry),
    ("GET", "/editions/{key}/making", Rule::Ministry),
    ("GET", "/editions/{key}/making/rows", Rule::Ministry),
    ("POST", "/editions/{key}/making/rows", Rule::Ministry),
    ("GET", "/editions/{key}/making/questions", Rule::Ministry),
    ("POST", "/editions/{key}/making/questions", Rule::Ministry),
    ("GET", "/editions/{key}/making/dates", Rule::Ministry),
    ("POST", "/editions/{key}/making/dates", Rule::Ministry),
    ("GET", "/editions/{key}/making/opening", Rule::Ministry),
    ("POST", "/editions/{key}/making/opening", Rule::Ministry),
    ("GET", "/editions/{key}/making/discard", Rule::Ministry),
    ("POST", "/editions/{key}/making/discard", Rule::Ministry),
    ("GET", "/editions/{key}/making/trial", Rule::Ministry),
    ("POST", "/editions/{key}/making/trial", Rule::Ministry),
    ("GET", "/editions/{key}/making/rows/{scheme}", Rule::Ministry),
    ("POST", "/editions/{key}/making/rows/{scheme}", Rule::Ministry),
    ("GET", "/editions/{key}/making/questions/{question}", Rule::Ministry),
    ("POST", "/editions/{key}/making/questions/{question}", Rule::Ministry),
    ("GET", "/editions/{key}/making/{part}", Rule::Ministry),
    ("POST", "/editions/{key}/making/{part}", Rule::Ministry),
    ("GET", "/editions/{key}/preview", Rule::Ministry),
    ("GET", "/editions/{key}/preview/{kind}.xlsx", Rule::Ministry),
    ("GET", "/editions/{key}/preview/{kind}/{section}", Rule::Ministry),
    ("GET", "/schemes", Rule::Ministry),
    ("GET", "/schemes/new", Rule::Ministry),
    ("POST", "/schemes/new", Rule::Ministry),
    ("GET", "/schemes/{scheme}", Rule::Ministry),
    ("POST", "/schemes/{scheme}", Rule::Ministry),
    ("GET", "/editions/{key}/questions", Rule::Ministry),
    ("GET", "/editions/{key}/questions.{ending}", Rule::Ministry),
    ("GET", "/editions/{key}/questions/bodies", Rule::Ministry),
    ("GET", "/editions/{key}/questions/bodies.{ending}", Rule::Ministry),
    ("GET", "/editions/{key}/settings", Rule::Ministry),
    ("POST", "/editions/{key}/settings", Rule::Ministry),
    ("GET", "/editions/{key}/direct/accept", Rule::Ministry),
    ("POST", "/editions/{key}/direct/accept", Rule::Ministry),
    ("GET", "/editions/{key}/answers.{ending}", Rule::Ministry),
    ("GET", "/editions/{key}/counts.{ending}", Rule::Ministry),
    // bodies by day
    ("GET", "/bodies", Rule::Ministry),
    ("GET", "/bodies/change", Rule::Ministry),
    ("POST", "/bodies/change", Rule::Ministry),
    ("GET", "/bodies/upload", Rule::Ministry),
    ("POST", "/bodies/upload", Rule::Ministry),
    ("GET", "/bodies/import", Rule::Ministry),
    ("POST", "/bodies/import", Rule::Ministry),
    ("GET", "/bodies/{code}", Rule::Ministry),
    // changes of intent
    ("GET", "/editions/{key}/changes/new", Rule::Body),
    ("POST", "/editions/{key}/changes/new", Rule::Body),
    ("GET", "/changes", Rule::SignedIn),
    ("GET", "/changes/report", Rule::Ministry),
    ("GET", "/changes/report.{ending}", Rule::Ministry),
    ("GET", "/changes/{change}", Rule::Change(ChangeAction::View)),
    ("POST", "/changes/{change}", Rule::Change(ChangeAction::TakeBack)),
    // participation
    ("GET", "/participation", Rule::Ministry),
    ("POST", "/participation", Rule::Ministry),
    ("GET", "/participation/batches/{number}", Rule::Ministry),
    ("GET", "/participation/batches/{number}/take-back", Rule::Ministry),
    ("POST", "/participation/batches/{number}/take-back", Rule::Ministry),
    ("GET", "/participation/bodies/{code}", Rule::Ministry),
    ("GET", "/participation/enter", Rule::Ministry),
    ("POST", "/participation/enter", Rule::Ministry),
    ("GET", "/participation/confirm", Rule::Ministry),
    ("GET", "/editions/{key}/participation", Rule::Ministry),
    ("POST", "/editions/{key}/participation", Rule::Ministry),
    ("GET", "/editions/{key}/plan", Rule::Ministry),
    // required amounts
    ("GET", "/editions/{key}/follow-up", Rule::Ministry),
    ("POST", "/editions/{key}/follow-up", Rule::Ministry),
    ("GET", "/editions/{key}/respondents", Rule::Ministry),
    ("POST", "/editions/{key}/respondents", Rule::Ministry),
    ("GET", "/editions/{key}/amounts", Rule::Gatherer),
    ("GET", "/editions/{key}/amounts/bodies", Rule::Gatherer),
    ("GET", "/editions/{key}/amounts.{ending}", Rule::Gatherer),
    ("GET", "/editions/{key}/plan.{ending}", Rule::Ministry),
    ("GET", "/editions/{key}/plan/bodies", Rule::Ministry),
    ("GET", "/editions/{key}/plan/bodies.{ending}", Rule::Ministry),
    // status tables
    ("GET", "/status", Rule::Ministry),
    ("GET", "/status/compare", Rule::Ministry),
    ("GET", "/status/compare.{ending}", Rule::Ministry),
    ("GET", "/status/{year}", Rule::Ministry),
    ("GET", "/status/{year}/report.{ending}", Rule::Ministry),
    ("GET", "/status/{year}/bodies", Rule::Ministry),
    ("GET", "/status/{year}/bodies.{ending}", Rule::Ministry),
    // accounts
    ("GET", "/invitation/{token}", Rule::Public),
    ("POST", "/invitation/{token}", Rule::Public),
    ("GET", "/account", Rule::SignedIn),
    ("POST", "/account", Rule::SignedIn),
    ("GET", "/account/password", Rule::SignedIn),
    ("POST", "/account/password", Rule::SignedIn),
    ("GET", "/account/sessions/end", Rule::SignedIn),
    ("POST", "/account/sessions/end", Rule::SignedIn),
    ("GET", "/account/handover", Rule::SignedIn),
    ("POST", "/account/handover", Rule::SignedIn),
    ("GET", "/account/duties", Rule::Body),
    ("POST", "/account/duties", Rule::Invites),
    ("GET", "/account/addresses", Rule::SignedIn),
    ("POST", "/account/addresses", Rule::SignedIn),
    ("GET", "/mail", Rule::Operator),
    ("POST", "/mail", Rule::Operator),
    ("GET", "/mail/texts", Rule::Operator),
    ("GET", "/mail/texts/{kind}", Rule::Operator),
    ("POST", "/mail/texts/{kind}", Rule::Operator),
    ("GET", "/mail/{mail}", Rule::Operator),
    ("POST", "/mail/{mail}", Rule::Operator),
    ("GET", "/accounts", Rule::Administrator),
    ("GET", "/accounts/invite", Rule::SignedIn),
    ("POST", "/accounts/invite", Rule::Invites),
    ("GET", "/accounts/invite/cancel", Rule::SignedIn),
    ("POST", "/accounts/invite/cancel", Rule::Invites),
    ("GET", "/accounts/bodies/{code}", Rule::Invites),
    ("GET", "/accounts/{id}", Rule::Invites),
    ("POST", "/accounts/{id}", Rule::Invites),
    ("GET", "/accounts/{id}/{what}", Rule::Administrator),
    ("POST", "/accounts/{id}/{what}", Rule::Invites),
    // deadlines and reminders
    ("GET", "/editions/{key}/answers/{code}/extend", Rule::Keeper),
    ("POST", "/editions/{key}/answers/{code}/extend", Rule::Keeper),
    ("GET", "/editions/{key}/reminders", Rule::Gathers),
    ("POST", "/editions/{key}/reminders", Rule::Gathers),
    ("GET", "/editions/{key}/settings/reminders", Rule::Ministry),
    ("POST", "/editions/{key}/settings/reminders", Rule::Ministry),
    ("GET", "/holidays", Rule::Ministry),
    ("POST", "/holidays", Rule::Ministry),
    ("GET", "/account/digest", Rule::SignedIn),
    ("POST", "/account/digest", Rule::Gathers),
    // questions and published answers
    ("GET", "/inquiries", Rule::SignedIn),
    ("GET", "/inquiries/new", Rule::Body),
    ("POST", "/inquiries/new", Rule::Body),
    ("GET", "/inquiries/{inquiry}", Rule::Inquiry(InquiryAction::View)),
    ("POST", "/inquiries/{inquiry}", Rule::Inquiry(InquiryAction::TakeBack)),
    ("GET", "/help/answers", Rule::SignedIn),
    ("GET", "/help/answers/new", Rule::Gatherer),
    ("POST", "/help/answers/new", Rule::Gatherer),
    ("GET", "/help/answers/{answer}", Rule::Ministry),
    ("POST", "/help/answers/{answer}", Rule::Ministry),
    // help
    ("GET", "/help", Rule::Public),
    ("GET", "/help/{topic}", Rule::Public),
    ("GET", "/accessibility", Rule::Public),
];

/// Whose answers are looked at: a general municipality, a core city, a prefecture.
const SUBJECTS: [&str; 3] = [OTARU, HAKODATE, HOKKAIDO];

/// Method and pattern of every `.route(…)` of a source text.
fn routes_of(source: &str) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for (at, _) in source.match_indices(".route(") {
        let rest = source[at + ".route(".len()..].trim_start();
        let rest = rest.strip_prefix('r').unwrap_or(rest);
        let pattern = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let (pattern, rest) = pattern.expect("a route's pattern is a literal");
        let rest = rest.trim_start_matches([',', ' ', '\n']);
        let method = rest.split('(').next().unwrap_or_default();
        let method = method.rsplit("::").next().unwrap_or_default();
        assert!(
            ["get", "post"].contains(&method),
            "{pattern}: pages are got and posted, not {method}"
        );
        routes.push((method.to_uppercase(), without_expressions(pattern)));
    }
    routes
}

/// `{number}` for `{number:\d+}`.
fn without_expressions(pattern: &str) -> String {
    let mut plain = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').expect("a placeholder ends");
        let name = name.split(':').next().unwrap_or_default();
        plain.push_str(&format!("{before}{{{name}}}"));
        rest = tail;
    }
    plain + rest
}

#[test]
fn the_route_table_can_be_read() {
    let source = r#"config
        .route("/a/{b}", get().to(x::y))
        .route(
            "/long",
            web::post().to(z),
        )
        .route(r"/c/{n:\d+}/{m:\d\d}.xlsx", get().to(f));"#;
    let expected = [
        ("GET", "/a/{b}"),
        ("POST", "/long"),
        ("GET", "/c/{n}/{m}.xlsx"),
    ];
    let found = routes_of(source);
    let found: Vec<_> = found
        .iter()
        .map(|(m, p)| (m.as_str(), p.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_route_has_an_expectation_and_every_expectation_a_route() {
    let mut routes = routes_of(&route_table());
    let mut expected: Vec<_> = EXPECTED
        .iter()
        .map(|(method, pattern, _)| ((*method).to_owned(), (*pattern).to_owned()))
        .collect();
    routes.sort();
    expected.sort();
    let unknown: Vec<_> = routes.iter().filter(|r| !expected.contains(r)).collect();
    assert!(unknown.is_empty(), "no expectation for {unknown:?}");
    let gone: Vec<_> = expected.iter().filter(|r| !routes.contains(r)).collect();
    assert!(gone.is_empty(), "no such route: {gone:?}");
    assert_eq!(routes.len(), expected.len(), "each stands once");
}

/// What a visitor got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// A page, a redirect after a change, or a refusal because of the record's state.
    LetIn,
    /// Asked to sign in.
    SignIn,
    /// 404, as for a page that does not exist.
    Hidden,
    /// May know of the answer, but is told that this cannot be done.
    Told,
    /// Anything else.
    Strange(u16),
}

fn outcome(page: &Page) -> Outcome {
    match page.status {
        303 if page.asks_to_sign_in() && page.path != "/" && page.path != "/sign-out" => {
            Outcome::SignIn
        }
        200 | 204 | 303 | 409 | 422 => Outcome::LetIn,
        401 => Outcome::SignIn,
        403 => Outcome::Told,
        404 => Outcome::Hidden,
        status => Outcome::Strange(status),
    }
}

/// What the placeholders of an address stand for, for one subject.
struct Subject {
    code: &'static str,
    receipt: String,
    account: String,
    /// A file the body sent and has not decided on.
    file: String,
    /// A notice of a change of intent.
    change: String,
    /// A question that waits for an answer.
    inquiry: String,
    /// A batch of 北海道 and a file of it.
    batch: String,
    item: String,
}

/// An address with its placeholders filled in.
fn address(pattern: &str, subject: &Subject, invitation: &str) -> String {
    let mut path = pattern.to_owned();
    let number = if path.starts_with("/receipts/") {
        &subject.receipt
    } else {
        "1"
    };
    let kind = if path.starts_with("/mail/") {
        "reminder"
    } else {
        "city"
    };
    for (name, value) in [
        ("{mail}", "1"),
        ("{key}", OPEN),
        ("{code}", subject.code),
        ("{prefecture}", "01"),
        ("{section}", "contact"),
        ("{name}", "torimatome.css"),
        ("{number}", number),
        ("{token}", invitation),
        ("{id}", &subject.account),
        ("{file}", &subject.file),
        ("{change}", &subject.change),
        ("{inquiry}", &subject.inquiry),
        ("{answer}", "1"),
        ("{batch}", &subject.batch),
        ("{item}", &subject.item),
        ("{what}", "reset"),
        ("{topic}", "municipality"),
        ("{ending}", "csv"),
        ("{scheme}", "rehabilitation"),
        ("{question}", "-"),
        ("{part}", "titles"),
        ("{kind}", kind),
        ("{year}", "R7"),
    ] {
        path = path.replace(name, value);
    }
    assert!(!path.contains('{'), "{pattern}: fill in its placeholder");
    path
}

/// Fields that every form of ours may ask for. The versions are stale, so that nothing changes and
/// whoever is let in gets 409.
const FIELDS: &[(&str, &str)] = &[
    ("version", "9999"),
    ("base_version", "9999"),
    ("base_revision", "9999"),
    ("filed", "9999"),
    ("do", "save"),
    ("department", "別の課"),
    ("reason", "お確かめください。"),
    ("reason-contact", "お確かめください。"),
    ("expected", "1"),
    ("revision", "9999"),
    ("last", "9999"),
    ("code", OTARU),
];

/// One statement about a visitor, a route and a subject.
async fn visit(client: &Client, method: &str, path: &str) -> Page {
    if method == "POST" {
        let mut fields = FIELDS.to_vec();
        if path.ends_with("/settings") {
            fields.insert(0, ("do", "dates"));
        } else if path == "/holidays" {
            fields.insert(0, ("do", "add"));
        } else if path.ends_with("/reminders") {
            fields.insert(0, ("do", "pause"));
        } else if path.contains("/uploads/") {
            fields.insert(0, ("do", "draft"));
        } else if path.starts_with("/changes/") {
            fields.insert(0, ("do", "take-back"));
        } else if path.starts_with("/inquiries/") {
            fields.insert(0, ("do", "close"));
        } else if path.contains("/requests/") {
            fields.insert(0, ("do", "settle"));
        } else if path.contains("/files/") {
            fields.insert(0, ("do", "leave"));
        }
        if path.ends_with("/upload") || path.ends_with("/intake") || path == "/participation" {
            // Without a file: whoever is let in is told to choose one.
            client.upload(path, &[]).await
        } else {
            client.post(path, &fields).await
        }
    } else {
        client.send(client.bare(Method::GET, path)).await
    }
}

/// Puts a body's answer into a state, from the beginning.
async fn bring_to(app: &TestApp, code: &str, status: ResponseStatus) {
    use ResponseStatus as S;
    if status == S::NotStarted {
        return;
    }
    app.drafted(code).await;
    if status == S::Draft {
        return;
    }
    let actor = app.actor(Some(code), "医療助成担当", false).await;
    app.submit(&actor).await;
    match status {
        S::UnderReview => app.start_review(code).await,
        S::Returned => {
            let place = torimatome::domain::place::Place::Phone;
            app.return_with(code, &[(place, "お確かめください。")])
                .await;
        }
        S::Accepted => app.accept(code).await,
        S::SentBack => {
            app.accept(code).await;
            app.send_back(code, "お確かめください。").await;
        }
        _ => {}
    }
    assert_eq!(app.answer(code).await.status, status);
}

#[tokio::test]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let app = TestApp::start().await;
    let mut subjects = Vec::new();
    // So that there is a mail to look at.
    app.keep_address(Some(OTARU), "iryo@otaru.example").await;
    let (batch, item) = crate::uploads::sent_batch(&app, HOKKAIDO).await;
    for code in SUBJECTS {
        let (_, receipt) = app.submitted(code).await;
        let account = app.actor(Some(code), "ほかの担当", false).await;
        let file = crate::uploads::sent_own(&app, code).await;
        subjects.push(Subject {
            code,
            receipt,
            account: account.account_id.to_string(),
            file: file.to_string(),
            change: crate::changes::filed(&app, code).await.to_string(),
            inquiry: crate::inquiries::asked(&app, code).await.to_string(),
            batch: batch.to_string(),
            item: item.to_string(),
        });
    }
    let administrator = app.actor(Some(HOKKAIDO), "北海道の管理者", true).await;
    let invitation = Invitation {
        email: "guest@office.example",
        body: Some(crate::app::body(OTARU)),
        is_admin: false,
    };
    let link = invite(&app.desk, &administrator, invitation).await;
    let link = link.expect("is invited");
    for prefecture in ["01", "02"] {
        let client = app.prefecture(prefecture).await;
        let key = crate::app::edition(OPEN);
        let sent = send_summary_sheet(&app.desk, client.actor(), &key, 1, "").await;
        assert_eq!(sent.expect("is sent"), 1);
    }
    assert_eq!(crate::inquiries::published(&app).await, 1);
    let list = b"code,scheme_id,fiscal_year\n012025,local_child,R7\n".to_vec();
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let listed = import(&app.desk, &ministry, "list.csv", list).await;
    assert_eq!(listed.expect("is taken in").batch, Some(1));
    // 小樽市 took its answer back: its reviewer sees the receipt no longer, the city itself does.
    let own = app.municipality(OTARU).await;
    let list = own.get("/editions/fy2027/form1").await.ok();
    own.submit_and_follow(&list.form("取り下げる")).await.ok();

    let visitors = [
        ("anonymous", None, false),
        ("小樽市", Some(Some(OTARU)), false),
        ("小樽市の管理者", Some(Some(OTARU)), true),
        ("夕張市", Some(Some(YUBARI)), false),
        ("函館市", Some(Some(HAKODATE)), false),
        ("弘前市", Some(Some(HIROSAKI)), false),
        ("北海道", Some(Some(HOKKAIDO)), false),
        ("北海道の管理者", Some(Some(HOKKAIDO)), true),
        ("青森県", Some(Some(AOMORI)), false),
        ("厚生労働省", Some(None), false),
        ("厚生労働省の管理者", Some(None), true),
    ];
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (method, pattern, rule) in EXPECTED {
        let has_subject = [
            "{code}",
            "{id}",
            "{file}",
            "{change}",
            "{inquiry}",
            "/receipts/",
        ]
        .iter()
        .any(|part| pattern.contains(part));
        let count = if has_subject { subjects.len() } else { 1 };
        for subject in &subjects[..count] {
            let record = app.answer(subject.code).await;
            let path = address(pattern, subject, &link.token);
            let subject = subject.code;
            for (name, home, is_admin) in visitors {
                let client = match home {
                    None => app.anonymous(),
                    Some(home) => app.person(home, name, is_admin).await,
                };
                let expected = expectation(*rule, home.map(|_| client.actor()), &record);
                let before = app.state_of(subject).await;
                let got = outcome(&visit(&client, method, &path).await);
                asked += 1;
                // A refusal because of the state is 409, one because of the person 403.
                let fits = got == expected || (expected, got) == (Outcome::Told, Outcome::LetIn);
                if !fits {
                    wrong.push(format!(
                        "{method} {path} as {name}: {got:?}, not {expected:?}"
                    ));
                }
                if home.is_none() || expected != Outcome::LetIn {
                    let after = app.state_of(subject).await;
                    assert_eq!(before, after, "{method} {path} as {name} changed something");
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {asked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn expectation(
    rule: Rule,
    actor: Option<&torimatome::domain::account::Actor>,
    record: &torimatome::store::responses::ResponseRecord,
) -> Outcome {
    use torimatome::domain::account::Role;
    let Some(actor) = actor else {
        return match rule {
            Rule::Public => Outcome::LetIn,
            Rule::Nobody => Outcome::Hidden,
            _ => Outcome::SignIn,
        };
    };
    let is_in = match rule {
        Rule::Public => {
            // A wrong password is answered with the form again.
            true
        }
        Rule::Nobody => false,
        Rule::SignedIn => true,
        Rule::Body => actor.body.is_some(),
        Rule::Gatherer => !matches!(actor.role, Role::Municipality),
        Rule::AnyPrefecture => matches!(actor.role, Role::Prefecture(_)),
        Rule::PrefectureOrMinistry => match actor.role {
            Role::Ministry => true,
            Role::Prefecture(prefecture) => prefecture.to_string() == "01",
            Role::Municipality => false,
        },
        Rule::Ministry => actor.role == Role::Ministry,
        Rule::Answer(action) => {
            let relation = relation_to(actor, record);
            let permitted = access::permits(relation, record.status, action);
            if !permitted && relation != Relation::Stranger && changes(action) {
                return Outcome::Told;
            }
            permitted
        }
        Rule::Change(action) => {
            let relation = relation_to(actor, record);
            let permitted = access::permits_change(relation, record.route, action);
            if !permitted && relation != Relation::Stranger {
                return Outcome::Told;
            }
            permitted
        }
        Rule::Inquiry(action) => {
            let relation = relation_to(actor, record);
            let addressee = Addressee::first(record.route);
            let may = |action| permits_inquiry(relation, record.route, Some(addressee), action);
            if !may(action) && may(InquiryAction::View) {
                return Outcome::Told;
            }
            may(action)
        }
        Rule::Keeper => access::keeps_deadline(relation_to(actor, record)),
        Rule::Gathers => matches!(actor.role, Role::Prefecture(_) | Role::Ministry),
        Rule::SentFile => actor.code() == Some(record.code()),
        Rule::SentBatch => actor.code().is_some_and(|code| code.as_str() == HOKKAIDO),
        Rule::Administrator => actor.is_admin,
        Rule::Operator => actor.is_admin && actor.role == Role::Ministry,
        Rule::Invites => actor.may_invite(Some((record.code(), record.class.kind))),
    };
    if is_in {
        Outcome::LetIn
    } else {
        Outcome::Hidden
    }
}

/// Whoever may know of an answer is told why a change is not possible (403 or 409) instead of 404.
fn changes(action: Action) -> bool {
    !matches!(
        action,
        Action::ViewState | Action::ViewAnswer | Action::EditDraft
    )
}

#[tokio::test]
async fn every_relation_sees_a_receipt_exactly_when_the_table_says_so() {
    for status in ResponseStatus::ALL {
        // Without a submission there is no receipt.
        if matches!(status, ResponseStatus::NotStarted | ResponseStatus::Draft) {
            continue;
        }
        let app = TestApp::start().await;
        for (subject, number) in [(OTARU, "R9-012033-01"), (HAKODATE, "R9-012025-01")] {
            if subject == HAKODATE && status == ResponseStatus::SentBack {
                continue; // who answers to the ministry is never sent back to a prefecture
            }
            bring_to(&app, subject, status).await;
            let record = app.answer(subject).await;
            let homes = [
                Some(OTARU),
                Some(YUBARI),
                Some(HAKODATE),
                Some(HOKKAIDO),
                Some(AOMORI),
                None,
            ];
            for home in homes {
                let client = app.person(home, "医療助成担当", false).await;
                let relation = relation_to(client.actor(), &record);
                let may = access::permits(relation, status, Action::ViewAnswer);
                let page = client.get(&format!("/receipts/{number}")).await;
                let expected = if may { 200 } else { 404 };
                assert_eq!(page.status, expected, "{subject} {status:?} {home:?}");
                if !may {
                    // Exactly what a number that was never given answers.
                    let missing = client.get("/receipts/R9-012033-88").await.is(404);
                    let without_id = |page: &Page| {
                        let id = page.all(".request-id code").remove(0);
                        page.text().replace(&id, "")
                    };
                    assert_eq!(without_id(&page), without_id(&missing));
                }
            }
        }
    }
}
