//! The words of 様式1 that every edition shares, and what people write in their place.
//!
//! The form's own wording is in `form1_layout`; the rest was gathered from how such forms are usually headed.

use super::vocabulary::Label::{self, *};
use crate::domain::application_intent::ApplicationIntent;
use crate::spreadsheet::form1_layout as layout;

/// A label and everything it goes by.
pub(super) const WORDS: &[(Label, &[&str])] = &[
    (
        Code,
        &[
            layout::CODE_LABEL,
            "自治体コード",
            "団体コード",
            "地方公共団体コード",
            "市区町村コード",
            "市町村コード",
            "全国地方公共団体コード6桁",
            "コード",
            "団体番号",
        ],
    ),
    (
        Name,
        &[
            layout::NAME_LABEL,
            "都道府県又は市区町村名",
            "都道府県・市区町村名",
            "自治体名",
            "自治体の名称",
            "市区町村名",
            "市町村名",
            "市区町村の名称",
            "団体名",
            "団体の名称",
        ],
    ),
    (Prefecture, &["都道府県名", "都道府県"]),
    (SomeName, &["名称"]),
    (
        ContactHeading,
        &[
            layout::CONTACT_HEADING,
            "連絡調整担当部署・連絡先",
            "連絡先",
        ],
    ),
    (
        Department,
        &[
            layout::DEPARTMENT_LABEL,
            "連絡調整担当部署の名称",
            "連絡調整担当部署",
            "連絡調整担当部署名",
            "担当部署の名称",
            "担当部署名",
            "担当部署",
            "部署名",
            "担当課",
            "担当課名",
            "担当課室名",
            "所属",
            "所属名",
            "（部局・課・係など）の名称",
        ],
    ),
    (
        Email,
        &[
            layout::EMAIL_LABEL,
            "メールアドレス",
            "電子メールアドレス",
            "Eメールアドレス",
            "メール",
            "Eメール",
            "E-mail",
            "mail",
            "E-mailアドレス",
            "電子メール",
        ],
    ),
    (
        Phone,
        &[
            layout::PHONE_LABEL,
            "電話番号",
            "電話",
            "TEL",
            "電話番号（内線）",
            "電話番号（直通）",
            "連絡先電話番号",
        ],
    ),
    (IntentHeading, &[layout::INTENT_HEADING, "申請の意向"]),
    (AnswerColumn, &[layout::INTENT_HEADER[1], "回答欄"]),
    (IntentNote, &[layout::INTENT_NOTE]),
    (
        SchemesHeading,
        &[layout::SCHEMES_HEADING, "対象とする医療費助成"],
    ),
    (
        TargetColumn,
        &[
            layout::SCHEMES_HEADER[2],
            "システム改修の対象",
            "改修等の対象",
            "改修の対象",
            "改修対象",
            "対象",
            "対象の有無",
            "対象（○）",
            "対象制度",
            "システム改修対象",
        ],
    ),
    (
        RecipientsColumn,
        &[
            layout::SCHEMES_HEADER[3],
            "受給者数",
            "受給者",
            "受給者人数",
            "人数",
            "対象者数",
            "対象者数（人）",
        ],
    ),
    (Total, &[layout::TOTAL_LABEL, "計", "総計"]),
    (
        Form2,
        &[
            "（様式2）",
            "様式1の提出状況",
            "様式1の提出状況 ※提出している場合は「○」を付す",
            "一般市区町村総括票",
            "一般市区町村の名称",
        ],
    ),
    (
        Printed,
        &[
            layout::MARK,
            layout::INTENT_INSTRUCTION,
            layout::INTENT_HEADER[0],
            layout::SCHEMES_INSTRUCTION,
            layout::SCHEMES_HEADER[0],
            layout::SCHEMES_HEADER[1],
        ],
    ),
    (Subtotal, &["小計"]),
    (Others, &["その他"]),
];

/// Labels of [`WORDS`] that a form without choices and counts of persons does not have.
pub(super) const OF_INTENTS: [Label; 4] =
    [IntentHeading, AnswerColumn, IntentNote, RecipientsColumn];

/// Where the edition asks for amounts: its own words, and those by which 様式1 is told from it. Before [`WORDS`].
pub(super) const AMOUNTS: &[(Label, &[&str])] = &[
    (SchemesHeading, &[layout::AMOUNTS_HEADING]),
    (TargetColumn, &[layout::AMOUNTS_HEADER[2], "申請対象"]),
    (
        RecipientsColumn,
        &[
            layout::AMOUNTS_HEADER[3],
            "事業費予定額",
            "事業費",
            "予定額",
            "事業費（円）",
        ],
    ),
    (Computed, &[layout::SUBSIDY_HEAD, "補助所要額"]),
    (Printed, &["（所要額調査票）"]),
    (
        OtherKind,
        &[
            layout::MARK,
            layout::SCHEMES_HEADER[3],
            layout::INTENT_HEADING,
            layout::INTENT_INSTRUCTION,
            layout::SCHEMES_INSTRUCTION,
        ],
    ),
];

/// By which a form of amounts is told from 様式1. After [`WORDS`].
pub(super) const NOT_INTENTS: &[(Label, &[&str])] = &[(
    OtherKind,
    &[
        "（所要額調査票）",
        layout::AMOUNTS_HEADER[3],
        layout::SUBSIDY_HEAD,
    ],
)];

/// Short forms of the choices; ④ is その他.
pub(super) const CHOICES: &[(ApplicationIntent, &[&str])] = &[
    (
        ApplicationIntent::FirstRound,
        &["1次交付", "一次交付", "1次", "1次交付に係る申請"],
    ),
    (
        ApplicationIntent::SecondRound,
        &["2次交付", "二次交付", "2次", "2次交付に係る申請"],
    ),
    (
        ApplicationIntent::NoPlan,
        &[
            "申請を行う予定は無い",
            "申請の予定は無い",
            "申請予定なし",
            "予定なし",
            "予定は無い",
            "申請しない",
        ],
    ),
];
