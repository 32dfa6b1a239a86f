use super::*;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::response::SchemeAnswer;

use Judgement::{Ask, Refuse, Take, Unchanged};
use Relation as R;
use ResponseStatus as S;

fn form(department: &str) -> Form1 {
    Form1 {
        contact: crate::domain::coordination_contact::CoordinationContact {
            department: department.to_owned(),
            email: "iryo@city.example".parse().expect("an address"),
            phone: "0134-00-0000".parse().expect("a number"),
        },
        intents: [ApplicationIntent::NoPlan].into(),
        intent_text: String::new(),
        schemes: Default::default(),
        other_text: String::new(),
        extra: Default::default(),
        extra_typed: Default::default(),
    }
}

fn standing(relation: Relation, status: ResponseStatus) -> Standing<'static> {
    Standing {
        relation,
        status,
        takes_answers: true,
        draft: None,
        draft_form: None,
        newest: None,
        withdrawn: false,
        taken_before: None,
    }
}

#[test]
fn only_whoever_gathers_an_answer_may_enter_it() {
    let file = form("福祉課");
    for (relation, expected) in [
        (R::Own, Take),
        (R::Reviewer, Take),
        (R::Overseer, Take),
        (R::Reader, Refuse(Reason::DirectCity)),
        (R::Stranger, Refuse(Reason::NotYours)),
    ] {
        for replace in [false, true] {
            let found = judge(&standing(relation, S::NotStarted), &file, replace);
            assert_eq!(found, expected, "{relation:?}");
        }
    }
}

#[test]
fn what_stands_there_decides_whether_to_ask() {
    let file = form("福祉課");
    let other = form("健康課");
    let newest = |form, by_proxy| {
        Some(Newest {
            number: 3,
            form,
            by_proxy,
        })
    };
    // status, the newest revision, what happens without and with 「overwrite」
    #[rustfmt::skip]
    let table = [
        (S::Submitted,   newest(&file, false), Unchanged, Unchanged),
        (S::Accepted,    newest(&file, true),  Unchanged, Unchanged),
        (S::Submitted,   newest(&other, true), Take, Take),
        (S::UnderReview, newest(&other, true), Take, Take),
        (S::SentBack,    newest(&other, true), Take, Take),
        (S::Submitted,   newest(&other, false), Ask(Reason::SubmittedByBody), Take),
        (S::UnderReview, newest(&other, false), Ask(Reason::SubmittedByBody), Take),
        (S::SentBack,    newest(&other, false), Ask(Reason::SubmittedByBody), Take),
        (S::Returned,    newest(&other, false), Ask(Reason::SubmittedByBody), Take),
        (S::Returned,    newest(&other, true), Ask(Reason::AnswersRequests), Take),
        (S::Returned,    newest(&file, true), Ask(Reason::SameAsReturned), Take),
        (S::Accepted,    newest(&other, true), Ask(Reason::Accepted), Take),
        (S::Accepted,    newest(&other, false), Ask(Reason::Accepted), Take),
    ];
    for (status, newest, asked, replaced) in table {
        let standing = Standing {
            newest,
            ..standing(R::Reviewer, status)
        };
        assert_eq!(judge(&standing, &file, false), asked, "{status:?}");
        assert_eq!(judge(&standing, &file, true), replaced, "{status:?}");
        let late = Standing {
            takes_answers: false,
            ..standing.clone()
        };
        let refused = match asked {
            Unchanged => Unchanged,
            _ => Refuse(Reason::Closed),
        };
        assert_eq!(judge(&late, &file, true), refused, "{status:?}");
        let own = Standing {
            relation: R::Own,
            ..standing
        };
        if asked != Unchanged && status != S::Returned {
            assert_eq!(judge(&own, &file, true), Refuse(Reason::OwnSubmitted));
        }
    }
}

#[test]
fn drafts_on_the_page_are_asked_about_and_drafts_from_files_are_not() {
    let (file, other) = (form("福祉課"), form("健康課"));
    let typed = Draft {
        input: other.to_input(),
        ..Draft::default()
    };
    let taken = Draft {
        from_file: Some(7),
        ..typed.clone()
    };
    let with = |draft, draft_form| Standing {
        draft: Some(draft),
        draft_form,
        ..standing(R::Reviewer, S::Draft)
    };
    let asked = Ask(Reason::DraftOnPage);
    assert_eq!(judge(&with(&typed, Some(&other)), &file, false), asked);
    assert_eq!(judge(&with(&typed, None), &file, false), asked);
    assert_eq!(judge(&with(&typed, Some(&other)), &file, true), Take);
    // The page says the same as the file.
    assert_eq!(judge(&with(&typed, Some(&file)), &file, false), Take);
    assert_eq!(judge(&with(&taken, Some(&other)), &file, false), Take);

    let newest = Some(Newest {
        number: 1,
        form: &other,
        by_proxy: true,
    });
    let returned = Standing {
        newest,
        status: S::Returned,
        ..with(&typed, Some(&other))
    };
    // Nobody typed anything, but what was asked would be answered without a word.
    let asked = Ask(Reason::AnswersRequests);
    assert_eq!(judge(&returned, &file, false), asked);
    let worked_on = Draft {
        input: form("総務課").to_input(),
        ..Draft::default()
    };
    let answering = Standing {
        draft: Some(&worked_on),
        draft_form: None,
        ..returned
    };
    let asked = Ask(Reason::AnsweringReturn);
    assert_eq!(judge(&answering, &file, false), asked);
    assert_eq!(judge(&answering, &file, true), Take);
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let (file, other) = (form("福祉課"), form("健康課"));
    let overtaken = Standing {
        newest: Some(Newest {
            number: 2,
            form: &other,
            by_proxy: false,
        }),
        taken_before: Some(1),
        ..standing(R::Reviewer, S::Accepted)
    };
    assert_eq!(judge(&overtaken, &file, false), Unchanged);
    // Back to the older file, on purpose.
    assert_eq!(judge(&overtaken, &file, true), Take);
    let withdrawn = Standing {
        newest: None,
        withdrawn: true,
        status: S::Draft,
        ..overtaken
    };
    let asked = Ask(Reason::Withdrawn);
    assert_eq!(judge(&withdrawn, &file, false), asked);
    assert_eq!(judge(&withdrawn, &file, true), Take);
}

#[test]
fn how_a_number_was_written_makes_no_difference() {
    let mut written = form("福祉課");
    let id: crate::domain::scheme::SchemeId = "infant".parse().expect("an id");
    let plain = SchemeAnswer {
        typed: Some("不明".to_owned()),
        ..SchemeAnswer::default()
    };
    written.schemes.insert(id, plain);
    assert_ne!(written, form("福祉課"));
    assert_eq!(written.plain(), form("福祉課").plain());
}
