//! What the columns of files for programs mean, in the words of those who open one by hand.
//!
//! ```text
//! a writer's keys ─ stay as they are, other programs rely on them
//!                 └ column_guides() ─> a table a file: key, what it holds ─> the page that explains them
//! ```
//! Files whose heads are Japanese need no guide. A test holds every key of every file against these tables.

use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::response_status::ResponseStatus;

/// Keys, and what stands under them.
pub type Meanings = &'static [(&'static str, &'static str)];

/// The columns of one file.
#[derive(Clone, Copy, Debug)]
pub struct ColumnGuide {
    /// Where on the page it stands.
    pub id: &'static str,
    pub title: &'static str,
    pub columns: Meanings,
    /// What the words in some columns mean, where they are not in [`shared_values`].
    pub values: Meanings,
}

/// Every file whose heads are keys.
pub fn column_guides() -> [ColumnGuide; 8] {
    [
        ColumnGuide {
            id: "answers",
            title: "回答一覧",
            columns: ANSWERS,
            values: &[],
        },
        ColumnGuide {
            id: "counts",
            title: "集計表",
            columns: COUNTS,
            values: COUNT_VALUES,
        },
        ColumnGuide {
            id: "questions",
            title: "追加の質問の集計",
            columns: QUESTION_COUNTS,
            values: QUESTION_COUNT_VALUES,
        },
        ColumnGuide {
            id: "question-answers",
            title: "追加の質問の回答",
            columns: QUESTION_ANSWERS,
            values: &[],
        },
        ColumnGuide {
            id: "plan",
            title: "計画の目安",
            columns: PLAN,
            values: PLAN_VALUES,
        },
        ColumnGuide {
            id: "amounts",
            title: "所要額の集計",
            columns: AMOUNTS,
            values: &[],
        },
        ColumnGuide {
            id: "status",
            title: "状況表",
            columns: STATUS,
            values: STATUS_VALUES,
        },
        ColumnGuide {
            id: "comparison",
            title: "2つの時点の比較",
            columns: COMPARISON,
            values: COMPARISON_VALUES,
        },
    ]
}

/// Words that stand in several files: class, way of the answer, status.
pub fn shared_values() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let kinds = OrganizationKind::ALL.map(|kind| (kind.as_str(), kind.label()));
    let routes = [Route::ToMinistry, Route::ThroughPrefecture];
    let routes = routes.map(|route| (route.as_str(), route.label()));
    let statuses = ResponseStatus::ALL.map(|status| (status.as_str(), status.detailed_label()));
    vec![
        ("団体の区分（kind）", kinds.to_vec()),
        ("提出先（route）", routes.to_vec()),
        ("回答の状態（status）", statuses.to_vec()),
    ]
}

const CODE: &str = "団体コード（6桁。文字として扱ってください）";
const NAME: &str = "団体の名称";
const PREFECTURE_CODE: &str = "都道府県の番号（2桁）";
const PREFECTURE: &str = "都道府県の名称";
const KIND: &str = "団体の区分";
const SCHEME: &str = "制度の記号";

const ANSWERS: Meanings = &[
    ("code", CODE),
    ("prefecture", PREFECTURE),
    ("name", NAME),
    ("kind", "調査を始めた日の、団体の区分"),
    ("route", "提出先"),
    ("status", "回答の状態"),
    ("late", "締切のあとの提出は1、締切までの提出は0"),
    ("revision", "何回目の提出か"),
    ("receipt", "受付番号"),
    ("submitted_at", "提出した日時（日本時間）"),
    ("intent_1", "申請の意向の①を選んでいれば1、いなければ0"),
    ("intent_2", "②を選んでいれば1、いなければ0"),
    ("intent_3", "③を選んでいれば1、いなければ0"),
    ("intent_4", "④を選んでいれば1、いなければ0"),
    ("intent_text", "④の内容"),
    ("department", "連絡調整担当部署"),
    ("email", "連絡先のメールアドレス"),
    ("phone", "連絡先の電話番号"),
    (
        "（制度の記号）_target",
        "その制度が対象（○）なら1、そうでなければ0",
    ),
    (
        "（制度の記号）_recipients",
        "その制度の受給者数（人）。わからないときは空欄",
    ),
    (
        "（制度の記号）_cost",
        "その制度の事業費予定額（円）。所要額調査だけ",
    ),
    (
        "（制度の記号）_subsidy",
        "その制度の補助所要額（円）。所要額調査だけ",
    ),
    ("other_text", "その他の地方単独医療費助成の内容"),
    ("targets_total", "○の数"),
    ("recipients_total", "受給者数の合計（人）"),
    (
        "recipients_unknown",
        "○があって受給者数がわからない制度の数",
    ),
    ("cost_total", "事業費予定額の合計（円）。所要額調査だけ"),
    (
        "cost_unknown",
        "○があって金額が未定の制度の数。所要額調査だけ",
    ),
    ("subsidy_total", "補助所要額の合計（円）。所要額調査だけ"),
    (
        "entered_by_proxy",
        "都道府県か国の代理入力なら1、そうでなければ0",
    ),
    (
        "question_（質問の記号）",
        "追加の質問への回答。選択肢は、その記号",
    ),
];

const COUNTS: Meanings = &[
    ("figure", "何を数えたか（下の表）"),
    ("item", "選択肢や制度の記号"),
    ("label", "itemの名称"),
    (
        "by",
        "どの単位で数えたか（kindは団体の区分、prefectureは都道府県）",
    ),
    ("group", "区分の記号か、都道府県の番号（2桁）"),
    ("value", "数"),
];
const COUNT_VALUES: Meanings = &[
    ("answered", "提出のあった団体"),
    ("with_target", "○が1つ以上ある団体"),
    ("intent", "その意向を選んだ団体"),
    ("targets", "その制度に○を付けた団体"),
    ("recipients", "受給者数の合計（人）"),
    ("cost", "事業費予定額の合計（円）"),
    ("unknown", "○があって、受給者数や金額がわからない団体"),
];

const QUESTION_COUNTS: Meanings = &[
    ("question", "質問の記号"),
    ("question_label", "質問の文"),
    ("item", "何を数えたか（下の表）"),
    ("item_label", "itemの名称"),
    (
        "by",
        "どの単位で数えたか（kindは団体の区分、prefectureは都道府県）",
    ),
    ("group", "区分の記号か、都道府県の番号（2桁）"),
    ("value", "数"),
];
const QUESTION_COUNT_VALUES: Meanings = &[
    ("option.（選択肢の記号）", "その選択肢を選んだ団体"),
    ("given", "回答のあった団体"),
    ("none", "回答のなかった団体"),
    ("asked", "質問した団体"),
    ("sum", "回答のあった数の合計"),
];

const QUESTION_ANSWERS: Meanings = &[
    ("code", CODE),
    ("prefecture", PREFECTURE),
    ("name", NAME),
    ("kind", KIND),
    ("question", "質問の記号"),
    ("question_label", "質問の文"),
    (
        "answer",
        "回答（選択肢の記号、数、2027-02-28 の形の日付、文章）",
    ),
    ("answer_label", "回答を、画面と同じことばにしたもの"),
    (
        "typed",
        "団体が入力したままの文字（読み取った回答と異なるとき）",
    ),
];

const PLAN: Meanings = &[
    ("table", "どの表の行か（下の表）"),
    ("figure", "行の記号"),
    ("question", "質問の文（groupとdeliveryの行だけ）"),
    ("label", "行の名称。basisの行では、その値"),
    ("bodies", "団体の数"),
    ("schemes", "制度の数（○の数）"),
    ("subsidy_ceiling_yen_estimate", "補助の上限額（円・概算）"),
    ("recipients", "受給者数（人）"),
    ("recipients_unknown", "受給者数がわからない○の数"),
    (
        "running_cost_yen_per_year_estimate",
        "運用費（円/年・概算）",
    ),
];
const PLAN_VALUES: Meanings = &[
    ("round", "交付の回ごと"),
    ("total", "①か②を選んだ団体の合計"),
    ("others", "①も②も選ばずに○のある団体"),
    ("scheme", "制度ごと"),
    ("group", "接続のグループごと"),
    ("delivery", "データの渡し方ごと"),
    ("prefecture", "都道府県ごと"),
    ("basis", "計算の前提（figureが前提の記号、labelがその値）"),
];

const AMOUNTS: Meanings = &[
    ("code", CODE),
    ("prefecture", PREFECTURE),
    ("name", NAME),
    ("kind", KIND),
    ("scheme", SCHEME),
    ("scheme_name", "制度の名称"),
    ("cost", "事業費予定額（円）。未定のときは空欄"),
    ("subsidy", "補助所要額（円）。未定のときは空欄"),
];

const STATUS: Meanings = &[
    ("table", "どの表の行か（下の表）"),
    ("fiscal_year", "年度（R7は令和7年度）"),
    (
        "part",
        "totalは合計、prefectureは都道府県、municipalityは市区町村。classとclass_populationの行では団体の区分、invariantの行では確認の記号",
    ),
    ("scheme_id", SCHEME),
    ("label", "制度や団体の名称、文章"),
    ("code", "団体コード（6桁）"),
    ("prefecture_code", PREFECTURE_CODE),
    (
        "status",
        "newは新規、continuingは継続、earlierは前年度まで、withdrawnは取下げ、abolishedは廃止。invariantの行では、合えばtrue、合わなければfalse",
    ),
    ("value", "数"),
];
const STATUS_VALUES: Meanings = &[
    ("cumulative", "参加・参加予定の累計"),
    ("by_year", "その年度にシステム改修等を行う団体"),
    ("new", "そのうち新規"),
    ("continuing", "そのうち継続"),
    ("scheme", "制度別"),
    ("class", "区分ごとの、参加・参加予定の団体"),
    ("class_population", "区分ごとの、すべての団体"),
    ("participant", "参加・参加予定の団体の名称"),
    ("absent", "まだ参加していない団体の名称"),
    ("former", "取り下げた団体、廃止された団体の名称"),
    ("sentence", "表の下の文章"),
    ("invariant", "数の確認"),
];

const COMPARISON: Meanings = &[
    ("code", CODE),
    ("name", NAME),
    ("prefecture_code", PREFECTURE_CODE),
    ("change", "変化の種類（下の表）"),
    (
        "added",
        "加わった制度の記号。2つ以上のときは、空白で区切ります",
    ),
    (
        "dropped",
        "なくなった制度の記号。2つ以上のときは、空白で区切ります",
    ),
];
const COMPARISON_VALUES: Meanings = &[
    ("entered", "新たに参加"),
    ("left", "参加しなくなった"),
    ("changed", "制度の変更"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::required_amounts::RequiredAmounts;
    use crate::domain::required_amounts::making::follow_up_of;
    use crate::domain::status_report::CSV_COLUMNS;
    use crate::domain::survey_edition::EditionDefinition;
    use crate::spreadsheet::national_columns;

    fn shipped(text: &str) -> EditionDefinition {
        toml::from_str(text).expect("reads")
    }

    fn keys(id: &str) -> Vec<&'static str> {
        let mut guides = column_guides().into_iter();
        let guide = guides.find(|guide| guide.id == id).expect("is explained");
        guide.columns.iter().map(|(key, _)| *key).collect()
    }

    #[test]
    fn every_file_has_the_columns_that_are_explained() {
        assert_eq!(keys("counts"), super::super::national_csv::COUNT_COLUMNS);
        let questions = super::super::question_csv::COUNT_COLUMNS;
        assert_eq!(keys("questions"), questions);
        let answers = super::super::question_csv::ANSWER_COLUMNS;
        assert_eq!(keys("question-answers"), answers);
        assert_eq!(keys("plan"), super::super::plan_writer::COLUMNS);
        assert_eq!(keys("amounts"), super::super::amounts_writer::COLUMNS);
        assert_eq!(keys("status"), CSV_COLUMNS);
        let comparison = super::super::status_csv::CHANGE_COLUMNS;
        assert_eq!(keys("comparison"), comparison);
    }

    #[test]
    fn the_list_of_answers_is_explained_whatever_the_edition_asks() {
        let mut editions = vec![
            shipped(include_str!("../../migrations/data/editions/fy2026.toml")),
            shipped(include_str!("../../migrations/data/editions/fy2027.toml")),
        ];
        let rule = RequiredAmounts::usual("fy2027".parse().expect("a key"));
        editions.push(follow_up_of(&editions[1], rule));
        let explained: BTreeSet<String> = keys("answers").into_iter().map(str::to_owned).collect();
        let mut written = BTreeSet::new();
        for edition in &editions {
            let schemes = edition.rows.iter().map(|row| format!("{}_", row.scheme));
            let schemes: Vec<String> = schemes.collect();
            written.extend(national_columns(edition).into_iter().map(|key| {
                let of = schemes.iter().filter(|scheme| key.starts_with(*scheme));
                let of = of.max_by_key(|scheme| scheme.len());
                match (of, key.strip_prefix("question_")) {
                    (Some(scheme), _) => format!("（制度の記号）_{}", &key[scheme.len()..]),
                    (None, Some(_)) => "question_（質問の記号）".to_owned(),
                    (None, None) => key,
                }
            }));
        }
        assert!(written.is_subset(&explained), "{written:?}");
        let never: Vec<_> = explained.difference(&written).collect();
        assert!(
            never.iter().all(|key| key.starts_with("question_")),
            "{never:?}"
        );
    }
}
