//! The fields of each part's page.

use super::typed::{HelpForm, Typed};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::edition_input::{BasisForm, IntentForm, QuestionForm, RowForm, TitlesForm};
use crate::domain::place::Section;
use crate::domain::scheme::ImplementerKind;
use crate::domain::survey_edition::EditionDefinition;
use crate::web::ministry::part::{Control, Errors, Group};

/// The kinds of body that can be ticked; single bodies are named by code.
const KINDS: [ImplementerKind; 7] = [
    ImplementerKind::Prefecture,
    ImplementerKind::DesignatedCity,
    ImplementerKind::CoreCity,
    ImplementerKind::SpecialWard,
    ImplementerKind::Municipality,
    ImplementerKind::HealthCenterCity,
    ImplementerKind::ChildGuidanceCity,
];

/// Value and label of each kind of body.
pub fn kind_options() -> Vec<(String, String)> {
    KINDS
        .iter()
        .map(|kind| (kind.to_string(), kind.label()))
        .collect()
}

/// The fields with what was typed and its problems.
pub fn groups(typed: &Typed, definition: &EditionDefinition, errors: Errors<'_>) -> Vec<Group> {
    match typed {
        Typed::Titles(form) => titles(form, definition, errors),
        Typed::Intents(forms) => intents(forms, errors),
        Typed::Help(form) => help(form, definition, errors),
        Typed::Plan(form) => basis(form, errors),
        Typed::Row(form) => row(form, errors),
        Typed::Question(form) => question(form, errors),
    }
}

fn titles(form: &TitlesForm, definition: &EditionDefinition, errors: Errors<'_>) -> Vec<Group> {
    let form_word = definition.words().form;
    let mut controls = vec![
        errors.short(
            "fiscal_year",
            "年度",
            "例：令和10年度、R10",
            &form.fiscal_year,
            true,
        ),
        errors.line(
            "short_title",
            "短い名称",
            "一覧やメニューでの呼び方です。例：令和10年度分",
            &form.short_title,
            true,
        ),
        errors.text("title", "調査の名称", "", &form.title, true),
        errors.text(
            "form1_title",
            &format!("{form_word}の題名"),
            "",
            &form.form1_title,
            true,
        ),
    ];
    if definition.asks_intent() {
        controls.push(errors.text(
            "form2_title",
            "様式2の題名",
            "途中で改行できます。",
            &form.form2_title,
            true,
        ));
    }
    controls.push(errors.line(
        "office",
        "問い合わせ先",
        "部署の名称だけを入力してください。個人の氏名は入力しないでください。",
        &form.office,
        true,
    ));
    Group::plain(controls)
}

fn intents(forms: &[IntentForm; 4], errors: Errors<'_>) -> Vec<Group> {
    let group = |(intent, form): (ApplicationIntent, &IntentForm)| {
        let number = intent.number();
        let mut controls = vec![errors.text(
            &format!("label-{number}"),
            "文言",
            "丸数字は自動で付きます。",
            &form.label,
            true,
        )];
        if number <= 2 {
            let hint = "例：2028-04、令和10年4月。文言の時期と同じにしてください。";
            let month = |name: &str, label: &str, value: &str, hint: &str| {
                errors.short(&format!("{name}-{number}"), label, hint, value, false)
            };
            controls.push(month("from", "申請の時期の最初の月", &form.from, hint));
            controls.push(month("until", "申請の時期の最後の月", &form.until, ""));
        }
        Group {
            heading: intent.short_label().to_owned(),
            controls,
        }
    };
    ApplicationIntent::ALL
        .into_iter()
        .zip(forms)
        .map(group)
        .collect()
}

fn help(form: &HelpForm, definition: &EditionDefinition, errors: Errors<'_>) -> Vec<Group> {
    let sections = form
        .sections
        .iter()
        .filter(|(section, _)| *section != Section::Intent || definition.asks_intent())
        .map(|(section, text)| errors.text(section.key(), section.label(), "", text, false));
    let rows = form.rows.iter().map(|(scheme, text)| {
        let name = definition
            .row(scheme)
            .map_or("", |(_, row)| row.name.as_str());
        errors.line(&format!("row-{scheme}"), name, "", text, false)
    });
    vec![
        Group {
            heading: if definition.asks_intent() {
                "様式1の3つの部分".to_owned()
            } else {
                format!("{}の部分", definition.words().form)
            },
            controls: sections.collect(),
        },
        Group {
            heading: "医療費助成の行".to_owned(),
            controls: rows.collect(),
        },
    ]
}

fn basis(form: &BasisForm, errors: Errors<'_>) -> Vec<Group> {
    let group = |heading: &str, controls| Group {
        heading: heading.to_owned(),
        controls,
    };
    vec![
        group(
            "補助",
            vec![
                errors.short(
                    "standard_amount",
                    "1制度の基準額（円）",
                    "例：5,000,000、500万円",
                    &form.standard_amount,
                    true,
                ),
                errors.short("rate", "補助率", "例：1/2、2分の1", &form.rate, true),
            ],
        ),
        group(
            "運用費",
            vec![
                errors.short(
                    "monthly_cost",
                    "受給者1人・1か月の単価（円）",
                    "例：2、1.5",
                    &form.monthly_cost,
                    true,
                ),
                errors.short(
                    "running_from",
                    "運用費が始まる年度",
                    "例：令和9年度、R9",
                    &form.running_from,
                    true,
                ),
            ],
        ),
        group(
            "予算",
            vec![
                errors.short(
                    "budget_yen",
                    "予算額（円）",
                    "例：4,600,000,000、46億円。空欄にすると、予算と比べません。",
                    &form.budget_yen,
                    false,
                ),
                errors.line(
                    "budget_name",
                    "予算の名称",
                    "例：令和7年度補正予算",
                    &form.budget_name,
                    false,
                ),
                errors.text(
                    "budget_note",
                    "予算の説明",
                    "予算額のあとに表示します。ほかの使い道が含まれるときなどに使います。",
                    &form.budget_note,
                    false,
                ),
            ],
        ),
        group(
            "連携作業のグループ",
            vec![errors.text(
                "groups",
                "グループ",
                "1行に1つ入力します。「記号：名称」と書くと、グループをたずねる質問の同じ記号の選択肢を、この名称で集計します。例：g1：第1グループ（4月～7月）",
                &form.groups,
                false,
            )],
        ),
    ]
}

fn row(form: &RowForm, errors: Errors<'_>) -> Vec<Group> {
    Group::plain(vec![
        errors.line("name", "行の名称", "様式に印刷する名称です。", &form.name, true),
        errors.line("category", "区分", "例：公費負担医療、地方単独医療費助成", &form.category, true),
        errors.line("law", "法律名", "地方単独医療費助成では空欄です。", &form.law, false),
        errors.choice(
            "kinds",
            "ふつうの実施主体",
            "選んだ区分の団体に先に表示し、ほかの団体が印を付けたときに確認を求めます。回答を断ることはありません。",
            true,
            kind_options(),
            |value| form.kinds.iter().any(|kind| kind == value),
        ),
        errors.line(
            "codes",
            "特定の団体",
            "特定の団体だけが実施する場合の、全国地方公共団体コード（6桁）か名称です。いくつもあるときは「、」で区切ります。",
            &form.codes,
            false,
        ),
        errors.tick("second_round_only", "交付の回", "", "2次交付だけで申請できる", form.second_round_only),
        errors.tick(
            "needs_text",
            "内容の記入",
            "1つの行だけが使えます。",
            "印を付けたときに、具体的な内容の記入を求める（その他）",
            form.needs_text,
        ),
    ])
}

fn question(form: &QuestionForm, errors: Errors<'_>) -> Vec<Group> {
    let owned = |options: &[(&str, &str)]| -> Vec<(String, String)> {
        let option = |(value, label): &(&str, &str)| ((*value).to_owned(), (*label).to_owned());
        options.iter().map(option).collect()
    };
    let kinds = owned(&[
        ("choice", "選択（1つを選ぶ）"),
        ("number", "数（0以上の整数）"),
        ("text", "文章"),
        ("date", "日付"),
    ]);
    let purposes = owned(&[
        ("", "使わない"),
        ("connection_group", "連携作業のグループの集計に使う"),
        ("delivery_method", "データの連携方法の集計に使う"),
    ]);
    let controls: Vec<Control> = vec![
        errors.text("label", "質問の文", "", &form.label, true),
        errors.text("help", "補足", "質問の下に表示します。", &form.help, false),
        errors.short(
            "id",
            "質問の記号",
            "集計で使う記号です。英小文字、数字、_ の40文字以内。例：delivery",
            &form.id,
            true,
        ),
        errors.choice("kind", "回答の形", "", false, kinds, |value| form.kind == value),
        errors.text(
            "options",
            "選択肢",
            "「選択」のときだけ、1行に1つ入力します。「記号：表示」と書くと記号を決められます。例：api：#1 API（自動）",
            &form.options,
            false,
        ),
        errors.short("unit", "単位", "「数」のときに使います。例：人、件、円", &form.unit, false),
        errors.tick("required", "必須", "", "回答がないと提出できないようにする", form.required),
        errors.choice(
            "asked_of",
            "たずねる団体",
            "1つも選ばないと、すべての団体にたずねます。",
            true,
            kind_options(),
            |value| form.asked_of.iter().any(|kind| kind == value),
        ),
        errors.choice("purpose", "集計への利用", "選ぶと、「計画の目安」に、回答ごとの団体数と概算額の表ができます。", false, purposes, |value| {
            form.purpose == value
        }),
    ];
    Group::plain(controls)
}
