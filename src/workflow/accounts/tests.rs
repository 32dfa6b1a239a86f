use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::domain::account::{AccountScope, ActorBody, Role};
use crate::domain::japan_time::{ManualClock, UnixMillis};
use crate::store::Store;
use crate::workflow::passwords::PasswordPool;
use crate::workflow::sessions::{
    self, SignIn, own_sessions, resume, sign_in, start_session, sweep, token_hash,
};

const GOOD: &str = "みかん 電車 ゆうびん 青空 しろくま";
const OTHER: &str = "あさがお 自転車 たんぽぽ 望遠鏡";
const HOUR: i64 = 3_600_000;

struct Office {
    desk: Desk,
    clock: ManualClock,
    database: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("t.db");
        let store = Store::open(&crate::config::sqlite_url(&database))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let clock = ManualClock::new(UnixMillis::from_japan(date(2027, 1, 20).at(10, 0, 0, 0)));
        let desk = Desk {
            store,
            clock: Arc::new(clock.clone()),
            passwords: PasswordPool::new(1),
            intake: Default::default(),
        };
        Self {
            desk,
            clock,
            database,
            _folder: folder,
        }
    }

    async fn invited(&self, actor: &Actor, email: &str, body: &str, is_admin: bool) -> Link {
        let body = (!body.is_empty()).then(|| body.parse().expect("a code"));
        let new = Invitation {
            email,
            body,
            is_admin,
        };
        invite(&self.desk, actor, new).await.expect("invites")
    }

    async fn accept(&self, link: &Link) -> AccountResult<Accepted> {
        accept_invitation(&self.desk, &link.token, typed(GOOD), "r").await
    }

    /// A member of a body; "" is the ministry.
    async fn member(&self, email: &str, body: &str, is_admin: bool) -> (Actor, Accepted) {
        let link = self
            .invited(&Actor::operator("t"), email, body, is_admin)
            .await;
        let accepted = self.accept(&link).await.expect("accepts");
        let account = &accepted.account;
        let actor = Actor {
            account_id: account.id,
            display_name: account.display_name.clone(),
            email: account.email.clone(),
            is_admin: account.is_admin,
            role: Role::of(target(&account.home)),
            body: account
                .home
                .clone()
                .map(|(code, name, kind)| ActorBody { code, name, kind }),
            department: String::new(),
            request_id: "r".to_owned(),
        };
        (actor, accepted)
    }

    async fn sign_in(&self, email: &str, password: &str) -> SignIn {
        sign_in(&self.desk, email, password, "r")
            .await
            .expect("answers")
    }

    /// Milliseconds until an account can be tried again.
    async fn waits(&self, email: &str) -> i64 {
        let account = self.desk.store.account_by_email(email).await;
        let account = account.expect("answers").expect("is there");
        account.locked_until.0 - self.desk.now().0
    }

    async fn is_in(&self, token: &str) -> bool {
        resume(&self.desk, token).await.expect("answers").is_some()
    }

    async fn try_invite(&self, actor: &Actor, body: &str) -> AccountResult<Link> {
        let new = Invitation {
            email: "new@city.example",
            body: (!body.is_empty()).then(|| body.parse().expect("a code")),
            is_admin: false,
        };
        invite(&self.desk, actor, new).await
    }
}

fn typed(password: &str) -> Typed<'_> {
    Typed {
        email: "",
        display_name: "医療助成担当",
        password,
        password_again: password,
    }
}

fn fields(error: AccountError) -> Vec<Field> {
    match error {
        AccountError::Invalid(problems) => problems.iter().map(|p| p.field).collect(),
        other => panic!("not about fields: {other:?}"),
    }
}

fn is_gone<T>(result: AccountResult<T>) -> bool {
    matches!(result, Err(AccountError::Gone))
}

fn is_unknown<T>(result: AccountResult<T>) -> bool {
    matches!(result, Err(AccountError::Workflow(WorkflowError::NotFound)))
}

#[tokio::test]
async fn a_link_works_once_and_starts_a_session() {
    let office = Office::new().await;
    let operator = Actor::operator("t");
    let link = office
        .invited(&operator, " Iryo@City.example", "012025", true)
        .await;
    let open = open_link(&office.desk, &link.token).await.expect("open");
    assert_eq!(open.email.as_deref(), Some("iryo@city.example"));
    let accepted = office.accept(&link).await.expect("accepts");
    assert!(office.is_in(&accepted.token).await);
    assert!(accepted.account.is_admin);
    assert_eq!(
        accepted.account.home.as_ref().map(|home| home.1.as_str()),
        Some("函館市")
    );
    assert!(is_gone(office.accept(&link).await));
    assert!(is_gone(open_link(&office.desk, &link.token).await));
    assert!(matches!(
        office.sign_in("IRYO@city.example", GOOD).await,
        SignIn::Welcome { .. }
    ));
    let rows = office.desk.store.audit_of("accounts/012025").await;
    assert_eq!(rows.expect("reads").len(), 1);
}

#[tokio::test]
async fn a_link_ends_by_itself_or_when_it_is_replaced_or_taken_back() {
    let office = Office::new().await;
    let operator = Actor::operator("t");
    let first = office
        .invited(&operator, "a@city.example", "012025", false)
        .await;
    let second = office
        .invited(&operator, "a@city.example", "012025", false)
        .await;
    assert!(is_gone(open_link(&office.desk, &first.token).await));
    assert!(open_link(&office.desk, &second.token).await.is_ok());
    let code = "012025".parse().ok();
    let open = |now| {
        office
            .desk
            .store
            .open_invitations(AccountScope::Everyone, now)
    };
    assert_eq!(open(office.desk.now()).await.expect("reads").len(), 1);
    cancel_invitation(&office.desk, &operator, "a@city.example", code)
        .await
        .expect("takes it back");
    assert!(is_gone(office.accept(&second).await));

    let third = office
        .invited(&operator, "a@city.example", "012025", false)
        .await;
    office.clock.advance(INVITATION_HOURS * HOUR - 1);
    assert!(open_link(&office.desk, &third.token).await.is_ok());
    office.clock.advance(1);
    assert!(is_gone(office.accept(&third).await));
    assert_eq!(open(office.desk.now()).await.expect("reads").len(), 0);
    assert_eq!(office.desk.store.account_count().await.expect("counts"), 0);
}

#[tokio::test]
async fn the_database_keeps_no_secret() {
    let office = Office::new().await;
    let link = office
        .invited(&Actor::operator("t"), "a@city.example", "012025", false)
        .await;
    let accepted = office.accept(&link).await.expect("accepts");
    let mut stored = Vec::new();
    for ending in ["", "-wal"] {
        let file = format!("{}{ending}", office.database.display());
        stored.extend(std::fs::read(file).unwrap_or_default());
    }
    let has = |text: &str| {
        stored
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(has(&token_hash(&link.token)), "the hash is stored");
    assert!(!has(&link.token), "the link's token is not");
    assert!(!has(&accepted.token), "the session's token is not");
    assert!(!has(GOOD), "the password is not");
}

#[tokio::test]
async fn a_refused_password_leaves_the_link_open() {
    let office = Office::new().await;
    let link = office
        .invited(
            &Actor::operator("t"),
            "fukushi@hakodate.example",
            "012025",
            false,
        )
        .await;
    for password in [
        "",
        "short",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "函館市012025函館市2027",
        "ハコダテシ2027012025",
        "hakodate-fukushi-012025",
        "北海道函館市医療助成担当",
    ] {
        let refused = accept_invitation(&office.desk, &link.token, typed(password), "r").await;
        let found = refused.map(|_| ()).map_err(fields).expect_err(password);
        assert_eq!(found, [Field::Password], "{password}");
    }
    // Every problem at once.
    let nothing = Typed {
        display_name: " ",
        password_again: "x",
        ..typed("")
    };
    let refused = accept_invitation(&office.desk, &link.token, nothing, "r").await;
    assert_eq!(
        refused.map(|_| ()).map_err(fields).expect_err("refused"),
        [Field::DisplayName, Field::Password, Field::PasswordAgain]
    );
    assert!(office.accept(&link).await.is_ok());
}

#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let office = Office::new().await;
    let operator = Actor::operator("t");
    let one = office
        .invited(&operator, "a@city.example", "012025", false)
        .await;
    let other = office
        .invited(&operator, "a@city.example", "012033", false)
        .await;
    office.accept(&one).await.expect("accepts");
    let second = office.accept(&other).await;
    assert_eq!(
        second.map(|_| ()).map_err(fields).expect_err("refused"),
        [Field::Email]
    );
    let again = Invitation {
        email: "A@city.example",
        body: "012025".parse().ok(),
        is_admin: false,
    };
    let again = invite(&office.desk, &operator, again).await;
    assert_eq!(
        again.map(|_| ()).map_err(fields).expect_err("refused"),
        [Field::Email]
    );
}

#[tokio::test]
async fn an_empty_portal_is_set_up_once() {
    let office = Office::new().await;
    let first = set_up_link(&office.desk).await.expect("works");
    let first = first.expect("a link while nobody has an account");
    let fresh = set_up_link(&office.desk).await.expect("works");
    let fresh = fresh.expect("another one after another start");
    assert!(is_gone(open_link(&office.desk, &first.token).await));
    let input = Typed {
        email: "kanri@mhlw.example",
        ..typed(GOOD)
    };
    let missing = accept_invitation(&office.desk, &fresh.token, typed(GOOD), "r").await;
    assert_eq!(
        missing.map(|_| ()).map_err(fields).expect_err("refused"),
        [Field::Email]
    );
    let accepted = accept_invitation(&office.desk, &fresh.token, input, "r").await;
    let account = accepted.expect("accepts").account;
    assert!(account.is_admin && account.home.is_none());
    assert!(set_up_link(&office.desk).await.expect("works").is_none());
}

#[tokio::test]
async fn invitations_stay_within_reach() {
    let office = Office::new().await;
    let (ministry, _) = office.member("a@mhlw.example", "", true).await;
    let (hokkaido, _) = office.member("a@hokkaido.example", "010006", true).await;
    let (otaru, _) = office.member("a@otaru.example", "012033", true).await;
    let (plain, _) = office.member("b@otaru.example", "012033", false).await;

    for (actor, body) in [
        (&ministry, "012033"),
        (&hokkaido, "022021"),
        (&hokkaido, "012025"),
        (&hokkaido, "011002"),
        (&hokkaido, "020001"),
        (&hokkaido, ""),
        (&otaru, "012092"),
        (&otaru, "010006"),
        (&otaru, ""),
        (&plain, "012033"),
    ] {
        let refused = office.try_invite(actor, body).await;
        assert!(is_unknown(refused), "{} {body}", actor.body_name());
    }
    for (actor, body) in [
        (&ministry, ""),
        (&ministry, "020001"),
        (&ministry, "012025"),
        (&hokkaido, "010006"),
        (&hokkaido, "012033"),
        (&otaru, "012033"),
    ] {
        assert!(office.try_invite(actor, body).await.is_ok(), "{body}");
    }
    // The same reach for accounts that exist, and for lists.
    let of_hokkaido = stop_account(&office.desk, &otaru, hokkaido.account_id).await;
    assert!(is_unknown(of_hokkaido));
    assert!(is_unknown(
        reset_link(&office.desk, &ministry, otaru.account_id).await
    ));
    let within = async |actor: &Actor| {
        let scope = AccountScope::of(actor).expect("an administrator");
        let accounts = office.desk.store.accounts_within(scope).await;
        let accounts = accounts.expect("reads");
        accounts.into_iter().map(|a| a.id).collect::<Vec<_>>()
    };
    assert_eq!(
        within(&ministry).await,
        [ministry.account_id, hokkaido.account_id]
    );
    assert_eq!(
        within(&hokkaido).await,
        [hokkaido.account_id, otaru.account_id, plain.account_id]
    );
    assert_eq!(within(&otaru).await, [otaru.account_id, plain.account_id]);
}

#[tokio::test]
async fn stopping_ends_sessions_and_links_at_once() {
    let office = Office::new().await;
    let (boss, _) = office.member("a@mhlw.example", "", true).await;
    let (mate, mates) = office.member("b@mhlw.example", "", true).await;
    let theirs = office.invited(&mate, "c@mhlw.example", "", true).await;
    let reset = reset_link(&office.desk, &boss, mate.account_id)
        .await
        .expect("a link");
    stop_account(&office.desk, &boss, mate.account_id)
        .await
        .expect("stops");
    assert!(!office.is_in(&mates.token).await);
    assert!(is_gone(office.accept(&theirs).await));
    assert!(is_gone(office.accept(&reset).await));
    assert!(matches!(
        office.sign_in("b@mhlw.example", GOOD).await,
        SignIn::Refused
    ));
    assert!(matches!(
        reset_link(&office.desk, &boss, mate.account_id).await,
        Err(AccountError::Refused(Refusal::Stopped))
    ));
    // Nobody stops themself, nobody the last administrator.
    assert!(matches!(
        stop_account(&office.desk, &boss, boss.account_id).await,
        Err(AccountError::Refused(Refusal::StopSelf))
    ));
    let operator = Actor::operator("cli");
    assert!(matches!(
        stop_account(&office.desk, &operator, boss.account_id).await,
        Err(AccountError::Refused(Refusal::LastMinistryAdmin))
    ));
    assert!(matches!(
        change_account(&office.desk, &operator, boss.account_id, "企画担当", false).await,
        Err(AccountError::Refused(Refusal::LastMinistryAdmin))
    ));
    restart_account(&office.desk, &boss, mate.account_id)
        .await
        .expect("restarts");
    assert!(matches!(
        office.sign_in("b@mhlw.example", GOOD).await,
        SignIn::Welcome { .. }
    ));
    stop_account(&office.desk, &operator, boss.account_id)
        .await
        .expect("another is left");
}

#[tokio::test]
async fn changed_rights_end_sessions() {
    let office = Office::new().await;
    let (boss, bosses) = office.member("a@otaru.example", "012033", true).await;
    let (mate, mates) = office.member("b@otaru.example", "012033", false).await;
    change_account(
        &office.desk,
        &boss,
        mate.account_id,
        " こども　担当 ",
        false,
    )
    .await
    .expect("renames");
    assert!(office.is_in(&mates.token).await);
    change_account(&office.desk, &boss, mate.account_id, "こども担当", true)
        .await
        .expect("promotes");
    assert!(!office.is_in(&mates.token).await);
    assert!(matches!(
        change_account(&office.desk, &boss, boss.account_id, "担当", false).await,
        Err(AccountError::Refused(Refusal::DemoteSelf))
    ));
    change_own_name(&office.desk, &boss, "難病担当")
        .await
        .expect("renames");
    let session = resume(&office.desk, &bosses.token).await.expect("answers");
    let actor = session.expect("still in").actor;
    assert_eq!(
        (actor.display_name.as_str(), actor.is_admin),
        ("難病担当", true)
    );
    let empty = change_own_name(&office.desk, &boss, "　").await;
    assert_eq!(
        empty.map_err(fields).expect_err("refused"),
        [Field::DisplayName]
    );
}

#[tokio::test]
async fn a_reset_link_sets_a_password_and_ends_sessions() {
    let office = Office::new().await;
    let (boss, _) = office.member("a@otaru.example", "012033", true).await;
    let (mate, mates) = office.member("b@otaru.example", "012033", false).await;
    let old = reset_link(&office.desk, &boss, mate.account_id)
        .await
        .expect("a link");
    let link = reset_link(&office.desk, &boss, mate.account_id)
        .await
        .expect("a link");
    assert!(is_gone(office.accept(&old).await));
    assert!(
        office.is_in(&mates.token).await,
        "a link alone changes nothing"
    );
    let accepted = accept_invitation(&office.desk, &link.token, typed(OTHER), "r").await;
    let accepted = accepted.expect("accepts");
    assert!(accepted.was_reset);
    assert_eq!(accepted.account.id, mate.account_id);
    assert!(!office.is_in(&mates.token).await);
    assert!(office.is_in(&accepted.token).await);
    assert!(matches!(
        office.sign_in("b@otaru.example", GOOD).await,
        SignIn::Refused
    ));
    let link = reset_link(&office.desk, &boss, mate.account_id)
        .await
        .expect("a link");
    office.clock.advance(RESET_HOURS * HOUR);
    assert!(is_gone(office.accept(&link).await));
    assert!(matches!(
        reset_link(&office.desk, &boss, boss.account_id).await,
        Err(AccountError::Refused(Refusal::ResetSelf))
    ));
}

#[tokio::test]
async fn ones_own_password_asks_for_the_current_one() {
    let office = Office::new().await;
    let (actor, accepted) = office.member("a@otaru.example", "012033", false).await;
    let elsewhere = start_session(&office.desk, actor.account_id, "r")
        .await
        .expect("starts");
    let change = async |current: &str, new: &str, again: &str| {
        let typed = PasswordChange {
            current,
            new,
            again,
        };
        change_own_password(&office.desk, &actor, &accepted.token, typed)
            .await
            .map_err(fields)
    };
    assert_eq!(
        change(OTHER, "小樽市012033小樽市2027", "x").await,
        Err(vec![
            Field::CurrentPassword,
            Field::Password,
            Field::PasswordAgain
        ])
    );
    assert_eq!(
        change("", OTHER, OTHER).await,
        Err(vec![Field::CurrentPassword])
    );
    assert!(office.is_in(&elsewhere).await);
    assert_eq!(change(GOOD, OTHER, OTHER).await, Ok(()));
    assert!(office.is_in(&accepted.token).await);
    assert!(!office.is_in(&elsewhere).await);
    assert!(matches!(
        office.sign_in("a@otaru.example", OTHER).await,
        SignIn::Welcome { .. }
    ));
    // Guessing is slowed down like at the sign-in page.
    for _ in 0..5 {
        assert_eq!(
            change(GOOD, GOOD, GOOD).await,
            Err(vec![Field::CurrentPassword])
        );
    }
    assert_eq!(
        change(OTHER, GOOD, GOOD).await,
        Err(vec![Field::CurrentPassword])
    );
    office.clock.advance(HOUR / 4);
    assert_eq!(change(OTHER, GOOD, GOOD).await, Ok(()));
}

#[tokio::test]
async fn sessions_are_listed_ended_and_swept() {
    let office = Office::new().await;
    let (actor, accepted) = office.member("a@otaru.example", "012033", false).await;
    office.clock.advance(60_000);
    let elsewhere = start_session(&office.desk, actor.account_id, "r")
        .await
        .expect("starts");
    let own = own_sessions(&office.desk, &actor, &accepted.token)
        .await
        .expect("reads");
    let current: Vec<_> = own.iter().map(|session| session.is_current).collect();
    assert_eq!(current, [false, true]);
    sessions::end_other_sessions(&office.desk, &actor, &accepted.token)
        .await
        .expect("ends");
    assert!(!office.is_in(&elsewhere).await);
    assert!(office.is_in(&accepted.token).await);
    let stored = || office.desk.store.sessions_of(actor.account_id);
    office.clock.advance(23 * HOUR);
    sweep(&office.desk).await.expect("sweeps");
    assert_eq!(stored().await.expect("reads").len(), 1);
    assert!(
        own_sessions(&office.desk, &actor, &accepted.token)
            .await
            .expect("reads")
            .is_empty()
    );
    office.clock.advance(2 * HOUR);
    sweep(&office.desk).await.expect("sweeps");
    assert_eq!(stored().await.expect("reads").len(), 0);
}

#[tokio::test]
async fn failed_sign_ins_slow_an_account_down() {
    let office = Office::new().await;
    office.member("a@otaru.example", "012033", false).await;
    let email = "a@otaru.example";
    for _ in 0..4 {
        assert!(matches!(
            office.sign_in(email, OTHER).await,
            SignIn::Refused
        ));
    }
    assert!(
        matches!(office.sign_in(email, GOOD).await, SignIn::Welcome { .. }),
        "four failures cost nothing, and a good sign-in forgets them"
    );
    for _ in 0..5 {
        assert!(matches!(
            office.sign_in(email, OTHER).await,
            SignIn::Refused
        ));
    }
    assert!(
        matches!(office.sign_in(email, GOOD).await, SignIn::Refused),
        "the fifth failure in a row makes even the right password wait"
    );
    assert_eq!(office.waits(email).await, 30_000);
    office.clock.advance(29_999);
    let early = office.sign_in(email, GOOD).await;
    assert!(matches!(early, SignIn::Refused));
    office.clock.advance(1);
    assert!(matches!(
        office.sign_in(email, OTHER).await,
        SignIn::Refused
    ));
    assert!(
        matches!(office.sign_in(email, GOOD).await, SignIn::Refused),
        "the sixth failure makes it wait again"
    );
    assert_eq!(office.waits(email).await, 60_000, "twice as long");
    office.clock.advance(60_000);
    assert!(matches!(
        office.sign_in(email, GOOD).await,
        SignIn::Welcome { .. }
    ));
    // Somebody unknown is told the same as somebody with a wrong password.
    let unknown = office.sign_in("nobody@otaru.example", GOOD).await;
    assert!(matches!(unknown, SignIn::Refused));
}
