//! The text of a kind of mail: what ships with the program, or what the ministry made of it.
//!
//! ```text
//! 件名：【{自治体コード}{自治体名}・{調査の種類}】… ⏎ ⏎ body with {placeholders} ─ MailText::parse ─> MailText | problems
//! MailText + facts ─ fill ─> (subject, body): one line, and lines that end in ⏎
//! ```
//! Only placeholders that the kind has a value for stand between braces, so a text can never take out what a mail may not
//! say, and no mail has a hole in it. The subject begins as the notice asks: 【999999自治体名・意向等調査】; of a survey of
//! another kind with the name of that.

use super::form_words::INTENT;
use super::mail::{MailFacts, MailKind, Placeholder};
use super::text::{char_len, clean_line, clean_text, is_invisible};

/// The longest subject before it is filled, in characters.
pub const SUBJECT_MAX: usize = 120;
/// The longest body before it is filled, in characters.
pub const BODY_MAX: usize = 4_000;

/// Where links begin that let somebody in.
const SECRET_PATH: &str = "/invitation/";

/// A body as operators may read it: without the link that lets somebody in.
pub fn without_secret_link(body: &str) -> String {
    let hidden = |line: &str| match line.contains(SECRET_PATH) {
        true => "（リンクは、受け取る方だけに届きます）\n".to_owned(),
        false => format!("{line}\n"),
    };
    body.lines().map(hidden).collect()
}

/// What every subject begins with.
pub const PREFIX: &str = "【{自治体コード}{自治体名}・{調査の種類}】";

/// The same in texts from before there were surveys of two kinds; read as [`PREFIX`].
const OLD_PREFIX: &str = "【{自治体コード}{自治体名}・意向等調査】";

/// A subject and a body with placeholders that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    pub subject: String,
    pub body: String,
}

/// Why a text cannot be used; each says what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    #[error("件名を入力してください。元の文面はそのまま残っています。")]
    NoSubject,
    #[error(
        "件名は「{PREFIX}」で始めてください。どの団体の何の調査か、開く前にわかるようにするためです。"
    )]
    NoPrefix,
    #[error("件名は{SUBJECT_MAX}文字までにしてください。")]
    LongSubject,
    #[error("本文を入力してください。元の文面はそのまま残っています。")]
    NoBody,
    #[error("本文は{BODY_MAX}文字までにしてください。")]
    LongBody,
    #[error(
        "「{{{0}}}」という差し込みは、このメールでは使えません。下の表にある名前を、{{ }} で囲んで入力してください。"
    )]
    Unknown(String),
    #[error(
        "「{{」と「}}」の組がそろっていないところがあります。差し込みは {{自治体名}} のように入力してください。"
    )]
    Braces,
    #[error(
        "本文に {{リンク}} を1行で入れてください。受け取った方が、開くページを見つけられるようにするためです。"
    )]
    NoLink,
}

impl MailText {
    /// Reads a subject and a body as somebody typed them.
    ///
    /// # Errors
    /// Everything that has to be mended.
    pub fn parse(kind: MailKind, subject: &str, body: &str) -> Result<Self, Vec<TextProblem>> {
        let (subject, body) = (renewed(&clean_line(subject)), clean_text(body));
        let mut problems = Vec::new();
        if subject.is_empty() {
            problems.push(TextProblem::NoSubject);
        } else if !subject.starts_with(PREFIX) {
            problems.push(TextProblem::NoPrefix);
        }
        if char_len(&subject) > SUBJECT_MAX {
            problems.push(TextProblem::LongSubject);
        }
        if body.is_empty() {
            problems.push(TextProblem::NoBody);
        }
        if char_len(&body) > BODY_MAX {
            problems.push(TextProblem::LongBody);
        }
        let known = Self::placeholders(kind);
        for text in [&subject, &body] {
            check_braces(text, &known, &mut problems);
        }
        let link = format!("{{{}}}", Placeholder::Link.name());
        if !body.is_empty() && !body.lines().any(|line| line.trim() == link) {
            problems.push(TextProblem::NoLink);
        }
        if problems.is_empty() {
            Ok(Self { subject, body })
        } else {
            Err(problems)
        }
    }

    /// What a text of this kind may hold: what its shipped text does, for which every mail has a value.
    pub fn placeholders(kind: MailKind) -> Vec<Placeholder> {
        let text = shipped(kind);
        let is_used = |place: &Placeholder| text.contains(&format!("{{{}}}", place.name()));
        Placeholder::ALL.into_iter().filter(is_used).collect()
    }

    /// The text that ships with the program (templates/mail).
    pub fn shipped(kind: MailKind) -> Self {
        let text = shipped(kind);
        let (subject, body) = text.split_once('\n').unwrap_or((text, ""));
        let subject = subject.strip_prefix("件名：").unwrap_or(subject);
        Self {
            subject: subject.to_owned(),
            body: body.trim_matches('\n').to_owned(),
        }
    }

    /// Subject and body for these facts. A link gets `base` before it; a line of which nothing is left is dropped;
    /// whatever could break a header or hide in a text is taken out.
    pub fn fill(&self, facts: &MailFacts, base: &str) -> (String, String) {
        let value = |place: Placeholder| match (place, facts.get(place)) {
            (Placeholder::Link, path) => format!("{base}{}", path.trim()),
            // What is about no edition belongs to the survey everybody knows.
            (Placeholder::Survey, "") => INTENT.survey.to_owned(),
            (_, value) => value.to_owned(),
        };
        let subject = filled(&renewed(&self.subject), &|place| clean_line(&value(place)));
        let mut body = String::new();
        for line in self.body.lines() {
            let written = filled(line, &value);
            // Only what a placeholder left empty goes, never a line that was meant to be.
            if written.trim().is_empty() && !line.trim().is_empty() {
                continue;
            }
            for line in written.lines() {
                body.extend(
                    line.chars()
                        .filter(|c| !c.is_control() && !is_invisible(*c)),
                );
                body.push('\n');
            }
            if written.is_empty() {
                body.push('\n');
            }
        }
        (clean_line(&subject), body)
    }
}

/// The subject with today's beginning.
fn renewed(subject: &str) -> String {
    match subject.strip_prefix(OLD_PREFIX) {
        Some(rest) => format!("{PREFIX}{rest}"),
        None => subject.to_owned(),
    }
}

/// The text with every placeholder replaced; braces that name nothing stay.
fn filled(text: &str, value: &dyn Fn(Placeholder) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(name, rest)| Some((Placeholder::named(name)?, rest)))
        {
            Some((place, behind)) => {
                out.push_str(&value(place));
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn check_braces(text: &str, known: &[Placeholder], problems: &mut Vec<TextProblem>) {
    let mut rest = text;
    loop {
        let Some(at) = rest.find(['{', '}']) else {
            return;
        };
        let (open, after) = rest[at..].split_at(1);
        let closed = after.split_once('}').filter(|_| open == "{");
        match closed {
            Some((name, behind)) if !name.contains('{') => {
                if !Placeholder::named(name).is_some_and(|place| known.contains(&place)) {
                    problems.push(TextProblem::Unknown(name.to_owned()));
                }
                rest = behind;
            }
            _ => {
                problems.push(TextProblem::Braces);
                return;
            }
        }
    }
}

fn shipped(kind: MailKind) -> &'static str {
    macro_rules! text {
        ($name:literal) => {
            include_str!(concat!("../../templates/mail/", $name, ".txt"))
        };
    }
    match kind {
        MailKind::Submitted => text!("submitted"),
        MailKind::Returned => text!("returned"),
        MailKind::Accepted => text!("accepted"),
        MailKind::SentBack => text!("sent_back"),
        MailKind::PassedOn => text!("passed_on"),
        MailKind::Corrected => text!("corrected"),
        MailKind::Objected => text!("objected"),
        MailKind::ObjectionAnswered => text!("objection_answered"),
        MailKind::ChangeFiled => text!("change_filed"),
        MailKind::ChangeMoved => text!("change_moved"),
        MailKind::ProxyEntered => text!("proxy_entered"),
        MailKind::SignOffAsked => text!("sign_off_asked"),
        MailKind::SignOffDone => text!("sign_off_done"),
        MailKind::PartAsked => text!("part_asked"),
        MailKind::QuestionAsked => text!("question_asked"),
        MailKind::QuestionAnswered => text!("question_answered"),
        MailKind::QuestionPassedOn => text!("question_passed_on"),
        MailKind::Commented => text!("commented"),
        MailKind::Reminder => text!("reminder"),
        MailKind::ReminderByHand => text!("reminder_by_hand"),
        MailKind::Digest => text!("digest"),
        MailKind::EditionOpened => text!("edition_opened"),
        MailKind::Extended => text!("extended"),
        MailKind::DeadlineMoved => text!("deadline_moved"),
        MailKind::Reopened => text!("reopened"),
        MailKind::SummarySent => text!("summary_sent"),
        MailKind::FollowUpOpened => text!("follow_up_opened"),
        MailKind::HandedOver => text!("handed_over"),
        MailKind::AccountLink => text!("account_link"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_text_passes_its_own_rules() {
        for kind in MailKind::ALL {
            let text = MailText::shipped(kind);
            assert!(shipped(kind).starts_with("件名："), "{kind:?}");
            let read = MailText::parse(kind, &text.subject, &text.body);
            assert_eq!(read.as_ref(), Ok(&text), "{kind:?}");
            let (subject, body) = text.fill(&MailFacts::examples(), "https://portal.example");
            assert!(!subject.contains(['{', '}', '\n']), "{kind:?}: {subject}");
            assert!(!body.contains(['{', '}']), "{kind:?}: {body}");
            let links = body
                .lines()
                .filter(|line| *line == "https://portal.example/home");
            assert_eq!(links.count(), 1, "{kind:?}: {body}");
        }
    }

    #[test]
    fn what_has_to_be_mended_is_said() {
        let kind = MailKind::Reminder;
        let problems = |subject: &str, body: &str| {
            let subject = format!("{PREFIX}{subject}");
            MailText::parse(kind, &subject, body).unwrap_err()
        };
        assert_eq!(
            MailText::parse(kind, "", "").unwrap_err(),
            [TextProblem::NoSubject, TextProblem::NoBody]
        );
        assert_eq!(
            MailText::parse(kind, "締切です", "{リンク}").unwrap_err(),
            [TextProblem::NoPrefix]
        );
        assert_eq!(
            problems("{回答}", "{リンク}"),
            [TextProblem::Unknown("回答".to_owned())]
        );
        // A reminder has no receipt number: the mail would have a hole.
        assert_eq!(
            problems("{受付番号}", "{リンク}"),
            [TextProblem::Unknown("受付番号".to_owned())]
        );
        assert_eq!(problems("{締切", "{リンク}"), [TextProblem::Braces]);
        assert_eq!(problems("締切}", "{リンク}"), [TextProblem::Braces]);
        assert_eq!(problems("件名", "{締切}まで"), [TextProblem::NoLink]);
        let subject = format!("{PREFIX}{{締切}}まで");
        assert!(MailText::parse(kind, &subject, "こちらです。\n{リンク}").is_ok());
    }

    #[test]
    fn the_subject_names_the_kind_of_survey_also_where_the_text_is_old() {
        let kind = MailKind::Reminder;
        let facts = MailFacts::default()
            .with(Placeholder::Code, "012025")
            .with(Placeholder::Body, "函館市")
            .with(Placeholder::Survey, "所要額調査");
        let old = MailText {
            subject: format!("{OLD_PREFIX}締切"),
            body: String::new(),
        };
        for text in [MailText::shipped(kind), old] {
            let (subject, _) = text.fill(&facts, "");
            assert!(
                subject.starts_with("【012025函館市・所要額調査】締切"),
                "{subject}"
            );
        }
        let typed = MailText::parse(kind, &format!("{OLD_PREFIX}締切"), "{リンク}");
        assert!(typed.expect("reads").subject.starts_with(PREFIX));
        let (subject, _) = MailText::shipped(kind).fill(&MailFacts::default(), "");
        assert!(subject.starts_with("【・意向等調査】"), "{subject}");
    }

    #[test]
    fn nothing_typed_breaks_a_header_or_adds_a_placeholder() {
        let body = "{ひとこと}\n{状況}\n\n{リンク}";
        let text = MailText::parse(MailKind::Reminder, PREFIX, body).expect("reads");
        let facts = MailFacts::default()
            .with(Placeholder::Body, "函館市\r\nBcc: x@y.example")
            .with(Placeholder::Words, "一行目\r\n{リンク}\u{202e}")
            .with(Placeholder::Link, "/home");
        let (subject, body) = text.fill(&facts, "https://p.example");
        assert!(!subject.contains(['\r', '\n']), "{subject:?}");
        assert_eq!(body, "一行目\n{リンク}\n\nhttps://p.example/home\n");
    }
}
