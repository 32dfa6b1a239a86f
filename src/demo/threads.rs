//! 質問・連絡: questions with and without an answer, published ones, comments and a telephone call.

use super::Office;
use super::closed_edition::key;
use super::open_edition::{KEY, RETURNED_CITY, TOUR};
use crate::domain::account::Actor;
use crate::domain::inquiry::{InquiryEvent, Visibility};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::place::{Place, Section};
use crate::domain::survey_edition::EditionKey;
use crate::workflow::inquiries::{
    CallInput, EntryInput, InquiryError, Opening, Step, begin_inquiry, step_inquiry,
};
use crate::workflow::published_answers::{
    PublishError, PublishInput, PublishedAbout, publish_answer,
};
use crate::workflow::{WorkflowError, WorkflowResult};

/// A talk that is still going on.
struct Talk<'a> {
    office: &'a Office<'a>,
    edition: EditionKey,
    /// Makes every page it is sent from another one.
    begun: std::cell::Cell<u32>,
}

fn unexpected(error: InquiryError) -> WorkflowError {
    match error {
        InquiryError::Workflow(error) => error,
        _ => WorkflowError::NotFound,
    }
}

fn words(text: &str) -> EntryInput {
    EntryInput {
        words: text.to_owned(),
        ..EntryInput::default()
    }
}

fn note(text: &str, visibility: Visibility) -> EntryInput {
    EntryInput {
        visibility: Some(visibility),
        ..words(text)
    }
}

impl Talk<'_> {
    /// Begins a thread: of one's own body, or (`about`) of another's answer.
    async fn begin(
        &self,
        percent: i64,
        actor: &Actor,
        (about, place): (Option<LocalGovernmentCode>, &Place),
        input: &EntryInput,
    ) -> WorkflowResult<i64> {
        self.begun.set(self.begun.get() + 1);
        let opening = Opening {
            edition: Some(&self.edition),
            about,
            place: Some(place),
            once: &format!("demo-{}", self.begun.get()),
        };
        let desk = self.office.at(percent);
        let begun = begin_inquiry(&desk, actor, opening, input).await;
        begun.map_err(unexpected)
    }

    /// Goes on with it, as somebody who has just read it.
    async fn step(
        &self,
        percent: i64,
        actor: &Actor,
        id: i64,
        (event, input): (InquiryEvent, &EntryInput),
    ) -> WorkflowResult<()> {
        let desk = self.office.at(percent);
        let inquiry = desk.store.inquiry(id).await?;
        let entries = desk.store.inquiry_entries(id).await?;
        let shown = entries.iter();
        let shown = shown.filter(|entry| entry.visibility == Visibility::Shared);
        let step = Step {
            event,
            version: inquiry.ok_or(WorkflowError::NotFound)?.version,
            shown: u64::try_from(shown.count()).unwrap_or(u64::MAX),
            input,
        };
        let done = step_inquiry(&desk, actor, id, step).await;
        done.map_err(unexpected)
    }

    /// Publishes what came of it.
    async fn publish(
        &self,
        percent: i64,
        actor: &Actor,
        (id, place): (i64, &Place),
        input: PublishInput<'_>,
    ) -> WorkflowResult<()> {
        let about = PublishedAbout {
            inquiry: Some(id),
            edition: Some(&self.edition),
            place: Some(place),
            once: &format!("demo-{id}"),
        };
        let desk = self.office.at(percent);
        match publish_answer(&desk, actor, about, input).await {
            Ok(_) => Ok(()),
            Err(PublishError::Workflow(error)) => Err(error),
            Err(PublishError::Invalid(_) | PublishError::Already(_)) => {
                Err(WorkflowError::NotFound)
            }
        }
    }
}

/// Four municipalities of the tour's prefecture and a direct city talk with those who gather their answers.
pub(super) async fn fill(office: &Office<'_>) -> WorkflowResult<()> {
    let missing = || WorkflowError::NotFound;
    let people = office.people;
    let tour = PrefectureCode::new(TOUR).ok_or_else(missing)?;
    let prefecture = people.of_prefecture(tour)?;
    let ministry = &people.coordinator;
    let towns = office.desk.store.organizations_in(tour).await?;
    let towns: Vec<_> = towns
        .iter()
        .filter(|body| body.kind.is_general_municipality())
        .map(|body| people.of(body.code))
        .collect::<WorkflowResult<_>>()?;
    let [first, second, third, fourth, fifth, ..] = towns.as_slice() else {
        return Err(missing());
    };
    let talk = Talk {
        office,
        edition: key(KEY)?,
        begun: Default::default(),
    };
    let child = "local_child".parse().map_err(|_| missing())?;
    let children = Place::Recipients(child);
    let rehabilitation = "rehabilitation".parse().map_err(|_| missing())?;
    let rehabilitation = Place::Recipients(rehabilitation);
    let intent = Place::Section(Section::Intent);

    // Asked and answered within the prefecture, and published for it.
    let question = "受給者数は、いつの時点の人数を入力すればよいでしょうか。年度末の人数しか手元にありません。";
    let answer = "手元にある最新の人数で結構です。年度末の人数を入力し、あとで新しい人数がわかったときに直していただけます。おおよその人数でもかまいません。";
    let about = (None, &children);
    let id = talk.begin(20, first, about, &words(question)).await?;
    let answered = (InquiryEvent::Answer, &words(answer));
    talk.step(24, prefecture, id, answered).await?;
    let published = PublishInput {
        question: "受給者数は、いつの時点の人数を入力すればよいですか。",
        answer,
    };
    let about = (id, &children);
    talk.publish(25, prefecture, about, published).await?;
    let thanks = (InquiryEvent::Close, &words("わかりました。"));
    talk.step(30, first, id, thanks).await?;

    // Passed on to the ministry, answered there and published for the country.
    let question = "医療費助成によって、1次交付と2次交付のどちらで申請するかが違います。①と②の両方に印を付けてよいでしょうか。";
    let answer = "両方に印を付けてください。どの医療費助成をどちらで申請するかは、3月の所要額調査でうかがいます。";
    let about = (None, &intent);
    let id = talk.begin(32, second, about, &words(question)).await?;
    let addition = "県内の3団体から同じ質問が来ています。";
    let passed_on = (InquiryEvent::PassOn, &words(addition));
    talk.step(36, prefecture, id, passed_on).await?;
    let answered = (InquiryEvent::Answer, &words(answer));
    talk.step(45, ministry, id, answered).await?;
    let published = PublishInput {
        question: "①（1次交付）と②（2次交付）の両方に印を付けてもよいですか。",
        answer,
    };
    talk.publish(46, ministry, (id, &intent), published).await?;

    // Waits at the prefecture, at the ministry through it, and at the ministry directly.
    let question =
        "更生医療は、改修を県内の共同システムで行う予定です。この場合も○を付けるのでしょうか。";
    let about = (None, &rehabilitation);
    talk.begin(93, third, about, &words(question)).await?;
    let question = "予算が3月の議会で決まる見込みです。決まる前の意向で回答し、あとで変わったときは、どうすればよいでしょうか。";
    let about = (None, &intent);
    let id = talk.begin(80, fourth, about, &words(question)).await?;
    let passed_on = (InquiryEvent::PassOn, &words(""));
    talk.step(86, prefecture, id, passed_on).await?;
    let city = RETURNED_CITY.parse().map_err(|_| missing())?;
    let question = "差戻しのあった行は、担当課に確かめています。回答は来週になりそうですが、期限に間に合うでしょうか。";
    let about = (None, &children);
    talk.begin(95, people.of(city)?, about, &words(question))
        .await?;

    // Comments of the prefecture at an answer: for the body, for reviewers, and a telephone call.
    let code = fifth.code().ok_or_else(missing)?;
    let shared = note(
        "こどもの医療費の人数は、来年度に対象の年齢を広げる前の人数で結構です。",
        Visibility::Shared,
    );
    let about = (Some(code), &children);
    let id = talk.begin(60, prefecture, about, &shared).await?;
    let call = EntryInput {
        call: Some(CallInput {
            with: "健康福祉課の担当の方".to_owned(),
            on: office.at(64).now().japan_date().to_string(),
            time: "10:20".to_owned(),
        }),
        ..note(
            "対象の年齢を広げる時期を確認。条例の改正は来年6月の議会の予定とのこと。",
            Visibility::Reviewers,
        )
    };
    let called = (InquiryEvent::Note, &call);
    talk.step(65, prefecture, id, called).await?;
    let own = note(
        "受付のときに、前回の回答の人数と見くらべること。",
        Visibility::Office,
    );
    let noted = (InquiryEvent::Note, &own);
    talk.step(66, prefecture, id, noted).await
}
