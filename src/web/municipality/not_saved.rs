//! A part that cannot be saved any more: what was typed, to be copied, and why it was not taken.

use actix_web::http::StatusCode;
use askama::Template;

use super::typed_text::shown;
use super::{State, form_path};
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::save_draft::SectionInput;

#[derive(Template)]
#[template(path = "municipality/not_saved.html")]
struct NotSavedPage {
    page: Page,
    explanation: [String; 2],
    form_word: &'static str,
    /// Label and text of everything that was typed, a line each.
    typed: String,
    /// Height of the field, in lines.
    lines: usize,
    form_path: String,
}

/// Why the typed text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The edition or its last day is over.
    Closed,
    /// The answer was submitted, or its review goes on.
    Submitted,
    /// Somebody saved at the same moment.
    Overtaken,
}

impl Reason {
    /// What happened, and what to do; `{form}` is what the form is called.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Closed => [
                "この操作の受付期間は終わりました。そのため、今回の入力は保存していません。",
                "変更が必要なときは、下の入力を写し取り、とりまとめ先（都道府県または国）の担当へご連絡ください。",
            ],
            Self::Submitted => [
                "画面を開いたあとに、同じ団体の人が回答を提出しました。提出した回答は書きかえないため、今回の入力は保存していません。",
                "直すときは、下の入力を写し取り、「{form}のページへ」を押して、いまの状態と、できることを確かめてください。",
            ],
            Self::Overtaken => [
                "同じときに、ほかの人の操作と重なったため、今回の入力は保存していません。",
                "下の入力を写し取り、「{form}のページへ」を押して、いまの内容を確かめてから、もう一度入力してください。",
            ],
        }
    }
}

/// The page, with 409.
pub fn not_saved(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    input: &SectionInput,
    reason: Reason,
) -> WebResult {
    let edition = &record.edition;
    let home = form_path(&edition.key, "");
    let form_word = edition.definition.words().form;
    let way = format!("{form_word}（{}）", edition.definition.short_title);
    let typed: Vec<_> = shown(&edition.definition, input)
        .into_iter()
        .filter(|(_, text)| !matches!(text.trim(), "" | "―"))
        .map(|(label, text)| format!("{label}：{}", text.trim()))
        .collect();
    let typed = typed.join("\n");
    let title = "入力した内容を保存できませんでした";
    let page = page::signed_in(state, session, title, &[(way.as_str(), home.as_str())]);
    let template = NotSavedPage {
        page: page.in_section("/home"),
        explanation: reason.words().map(|text| text.replace("{form}", form_word)),
        form_word,
        lines: (typed.lines().count() + 1).clamp(4, 20),
        typed,
        form_path: home,
    };
    html_with(StatusCode::CONFLICT, &template)
}
