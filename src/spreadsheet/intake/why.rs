//! Why a file is not read, as a closed list: a reader process answers with one of these, and the sentence
//! people see is made outside of it, so that a process gone wrong cannot put words on a page.

use serde::{Deserialize, Serialize};

use super::grid::{Refusal, RefusalKind};

/// One reason not to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Why {
    Empty,
    Pdf,
    Word,
    Slides,
    Picture,
    WebPage,
    Archive,
    Text,
    Unknown,
    /// A document of the same office suite that is no table: OpenDocument text and the like.
    OtherDocument,
    /// The XML tables of Excel 2003.
    XmlTable,
    /// Excel 95 and before.
    OldExcel,
    Xlsb,
    Macro,
    Encrypted,
    Links,
    Embedded,
    Dtd,
    Names,
    FileTooLarge,
    TooManyParts,
    Bomb,
    /// More text, formats or sheets than can be read; nothing was left out silently.
    TooMuch,
    Damaged,
    GaveUp,
}

/// The last step of every sentence.
const AGAIN: &str = "もう一度お試しください。";

impl Why {
    pub(super) fn kind(self) -> RefusalKind {
        match self {
            Self::Empty
            | Self::Pdf
            | Self::Word
            | Self::Slides
            | Self::Picture
            | Self::WebPage
            | Self::Archive
            | Self::Text
            | Self::Unknown
            | Self::OtherDocument => RefusalKind::NotAWorkbook,
            Self::XmlTable | Self::OldExcel | Self::Xlsb | Self::Macro => RefusalKind::KindNotTaken,
            Self::Encrypted => RefusalKind::Encrypted,
            Self::Links | Self::Embedded | Self::Dtd | Self::Names => RefusalKind::Dangerous,
            Self::FileTooLarge | Self::TooManyParts | Self::Bomb | Self::TooMuch => {
                RefusalKind::TooLarge
            }
            Self::Damaged => RefusalKind::Damaged,
            Self::GaveUp => RefusalKind::GaveUp,
        }
    }

    /// What happened, and what to do.
    pub(super) fn message(self) -> String {
        let what = match self {
            Self::Empty => "ファイルの中身が空（0バイト）でした。Excelで様式を開いて保存し直し、",
            Self::Pdf => {
                "PDFのファイルは読み取れません。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::Word => {
                "Wordのファイルは読み取れません。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::Slides => {
                "PowerPointのファイルは読み取れません。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::Picture => {
                "画像のファイルは読み取れません。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::WebPage => {
                "Webページの形式で保存されたファイルです。Excelで開き、「名前を付けて保存」で「Excel ブック（*.xlsx）」を選んで保存し直して、"
            }
            Self::Archive => {
                "ファイルをまとめて圧縮したものは、1つの様式としては読み取れません。中のExcelのファイル（.xlsx）を取り出して、"
            }
            Self::Text => {
                "CSVなどの文字だけのファイルは読み取れません。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::Unknown => {
                "Excelのファイルではないため、読み取れませんでした。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::OtherDocument => {
                "表計算のファイルではないため、読み取れませんでした。記入したExcelのファイル（.xlsx）を選んで、"
            }
            Self::XmlTable | Self::OldExcel => {
                "古い形式で保存されたファイルです。Excelで開き、「名前を付けて保存」で「Excel ブック（*.xlsx）」を選んで保存し直して、"
            }
            Self::Xlsb => {
                "バイナリ形式（.xlsb）のファイルは受け付けていません。Excelで開き、「名前を付けて保存」で「Excel ブック（*.xlsx）」を選んで保存し直して、"
            }
            Self::Macro => {
                "マクロを含むファイルは受け付けていません。Excelで開き、「名前を付けて保存」で「Excel ブック（*.xlsx）」を選んで保存し直して、"
            }
            Self::Encrypted => {
                "パスワードがかかっているため、開けませんでした。Excelの「ファイル」－「情報」－「ブックの保護」－「パスワードを使用して暗号化」でパスワードを外して保存し、"
            }
            Self::Links => {
                "ほかのファイルを参照するリンクが含まれています。Excelの「データ」－「リンクの編集」でリンクを解除して保存し、"
            }
            Self::Embedded => {
                "ほかのファイルや部品が埋め込まれています。埋め込まれたものを消して保存し、"
            }
            Self::Dtd | Self::Names => {
                "安全に読み取れない作りのファイルです。Excelで開いて、新しい名前で保存し直し、"
            }
            Self::FileTooLarge => {
                "ファイルが5MBを超えています。画像や使っていないシートを消して保存し直し、"
            }
            Self::TooManyParts | Self::Bomb | Self::TooMuch => {
                "様式1としては大きすぎるため、読み取れませんでした。様式のシートだけを新しいブックに移して保存し、"
            }
            Self::Damaged => {
                "ファイルが壊れているため、読み取れませんでした。Excelで開けるか確かめ、開けたら新しい名前で保存し直して、"
            }
            Self::GaveUp => {
                "ファイルの読み取りを途中でやめました。Excelで開いて、新しい名前で保存し直し、"
            }
        };
        format!("{what}{AGAIN}")
    }
}

impl From<Why> for Refusal {
    fn from(why: Why) -> Self {
        Self {
            kind: why.kind(),
            message: why.message(),
        }
    }
}
