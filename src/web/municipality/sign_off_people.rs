//! 決裁 among the people of a body: who can sign, why the visitor cannot, and what to do where nobody can.

use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::response::Draft;
use crate::domain::sign_off::{
    Bar, SignOffEvent, SignOffState, bar, better_asker, signers, state_of,
};
use crate::store::accounts::AccountRecord;
use crate::store::responses::ResponseRecord;

/// What the page says about them.
pub struct SignOffPeople {
    /// 最後に入力した人 and so on: label and names.
    pub who: Vec<(&'static str, String)>,
    /// Why the visitor does not sign; empty if they do, or if nothing is asked.
    pub why_not: &'static str,
    /// Nobody can sign, now or once the visitor asks; empty if somebody can.
    pub blocked: &'static str,
    pub ways: Vec<Way>,
}

/// Something to do: a sentence, and a link behind it.
pub struct Way {
    pub text: String,
    /// Label and address; `None` where there is nothing to open.
    pub link: Option<(&'static str, &'static str)>,
}

/// The people of the body whose accounts are in force.
struct People<'a> {
    all: Vec<&'a AccountRecord>,
    visitor: i64,
}

impl People<'_> {
    fn liaison(&self) -> Vec<i64> {
        let desk = self.all.iter().filter(|it| it.department.is_empty());
        desk.map(|it| it.id).collect()
    }

    fn name(&self, account: i64) -> String {
        let found = self.all.iter().find(|it| it.id == account);
        match found {
            Some(found) if account == self.visitor => format!("{}（あなた）", found.display_name),
            Some(found) if !found.department.is_empty() => {
                format!("{}（{}）", found.display_name, found.department)
            }
            Some(found) => found.display_name.clone(),
            None => "すでに利用を終えた人".to_owned(),
        }
    }

    fn names(&self, accounts: &[i64]) -> String {
        let names: Vec<_> = accounts.iter().map(|id| self.name(*id)).collect();
        names.join("、")
    }

    fn named(&self, wanted: impl Fn(&AccountRecord) -> bool) -> String {
        let found = self.all.iter().filter(|it| wanted(it));
        let names: Vec<_> = found.map(|it| it.display_name.clone()).collect();
        names.join("、")
    }
}

impl SignOffPeople {
    /// For somebody of the liaison desk.
    pub fn of(
        record: &ResponseRecord,
        actor: &Actor,
        accounts: &[AccountRecord],
        now: UnixMillis,
    ) -> Self {
        let draft = record.draft.clone().unwrap_or_default();
        let stands = state_of(&draft, record.revision_number);
        let people = People {
            all: accounts.iter().filter(|it| !it.is_over(now)).collect(),
            visitor: actor.account_id,
        };
        let desk = people.liaison();
        let asked = draft.sign_off.as_ref().map(|asked| asked.account);
        let asked = asked.filter(|_| stands == SignOffState::Asked);
        // Before it is asked for, the page tells what would be if the visitor asked.
        let asker = asked.unwrap_or(actor.account_id);
        let able = signers(&draft, asker, &desk);
        let mut who = Vec::new();
        if let Some(writer) = draft.last_writer {
            who.push(("最後に入力した人", people.name(writer)));
        }
        if let Some(asked) = asked {
            who.push(("決裁に回した人", people.name(asked)));
        }
        let label = match asked {
            Some(_) => "決裁できる人",
            None => "あなたが決裁に回すと、決裁できる人",
        };
        let names = match able.is_empty() {
            true => "いません".to_owned(),
            false => people.names(&able),
        };
        who.push((label, names));
        let why_not = match asked.and_then(|_| bar(&draft, actor.account_id)) {
            None => "",
            Some(Bar::Wrote) => {
                "あなたは最後に入力した人なので、決裁できません。入力した人とは別の人が確かめるためです。"
            }
            Some(Bar::Asked) => {
                "あなたは決裁に回した人なので、決裁できません。回した人とは別の人が確かめるためです。"
            }
            Some(Bar::WroteAndAsked) => {
                "あなたは最後に入力し、決裁に回した人なので、決裁できません。入力した人とは別の人が確かめるためです。"
            }
        };
        let blocked = match (able.is_empty(), asked) {
            (false, _) => "",
            (true, Some(_)) => {
                "いま、この依頼を決裁できる人がいません。次のどれかをお試しください。"
            }
            (true, None) if stands.after(SignOffEvent::Ask).is_some() => {
                "あなたが決裁に回しても、決裁できる人がいません。次のどれかをお試しください。"
            }
            (true, None) => "",
        };
        let mut ways = Vec::new();
        if !blocked.is_empty() {
            ways = ways_out(&people, &draft, asked, asker, &desk, actor);
        } else if !why_not.is_empty() {
            ways.push(Way::plain(format!(
                "{}に、この画面を開いて、確かめて提出するよう伝えてください。",
                people.names(&able)
            )));
            ways.push(Way::plain(
                "直すところがあるときや、決裁できる人がいないときは、「決裁の依頼を取り消す」を押すと、依頼の前に戻ります。入力した内容は消えません。".to_owned(),
            ));
        }
        Self {
            who,
            why_not,
            blocked,
            ways,
        }
    }
}

impl Way {
    fn plain(text: String) -> Self {
        Self { text, link: None }
    }
}

/// What to do where nobody can sign.
fn ways_out(
    people: &People<'_>,
    draft: &Draft,
    asked: Option<i64>,
    asker: i64,
    desk: &[i64],
    actor: &Actor,
) -> Vec<Way> {
    let mut ways = Vec::new();
    if let Some(better) = better_asker(draft, asker, desk) {
        let then = people.names(&signers(draft, better, desk));
        let first = match asked {
            Some(_) => "「決裁の依頼を取り消す」を押してから、",
            None => "",
        };
        ways.push(Way::plain(format!(
            "{first}最後に入力した{}が決裁に回すと、{then}が決裁できます。",
            people.name(better)
        )));
    }
    let admins = people.named(|it| it.is_admin);
    let whom = match admins.as_str() {
        "" => "都道府県か国の管理者".to_owned(),
        names => format!("団体の管理者（{names}）"),
    };
    let in_departments = people.named(|it| !it.department.is_empty());
    let ask_for = |text: &str| match actor.is_admin {
        true => format!("{text}。"),
        false => format!("{text}よう、{whom}に頼みます。"),
    };
    let link = |label, href| Some((label, href)).filter(|_| actor.is_admin);
    ways.push(Way {
        text: ask_for("決裁する人を、利用者として招待する"),
        link: link("利用者の一覧", "/accounts"),
    });
    if !in_departments.is_empty() {
        ways.push(Way {
            text: ask_for(&format!(
                "部署の利用者（{in_departments}）を、部署に属さない利用者にする"
            )),
            link: link("利用者の一覧", "/accounts"),
        });
    }
    ways.push(Way {
        text: ask_for("決裁を使わない設定にする"),
        link: link("決裁と部署の分担", "/account/duties"),
    });
    ways
}
