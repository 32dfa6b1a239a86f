//! What was typed into the form for one change of bodies, and the entry it means.
//!
//! ```text
//! FormData ─> Typed (everything as typed) ─ read ─> Read { entry, day, note } | every problem at its field
//! ```

use jiff::civil::Date;

use crate::domain::body_entry::BodyEntry;
use crate::domain::body_rules::usual_classes;
use crate::domain::body_table::{read_day, read_kana, read_name};
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::text::{char_len, clean_line};
use crate::web::form::FormData;
use crate::web::view::Problem;

/// The longest note, in characters.
const NOTE_MAX: usize = 400;

/// What somebody wants to enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Rename,
    Classes,
    End,
    Found,
    Restore,
}

impl What {
    pub(super) fn from_id(id: &str) -> Option<Self> {
        [
            Self::Rename,
            Self::Classes,
            Self::End,
            Self::Found,
            Self::Restore,
        ]
        .into_iter()
        .find(|what| what.id() == id)
    }

    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Classes => "classes",
            Self::End => "end",
            Self::Found => "found",
            Self::Restore => "restore",
        }
    }

    /// The title of the page.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Rename => "名称の変更",
            Self::Classes => "区分・設置市の変更",
            Self::End => "合併・廃止",
            Self::Found => "新しい団体",
            Self::Restore => "廃止の取消し",
        }
    }
}

/// The form as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub code: String,
    pub on: String,
    pub note: String,
    pub name: String,
    pub kana: String,
    pub kind: String,
    pub health_center: bool,
    pub child_guidance: bool,
    pub into: String,
    pub replaces: String,
}

/// What the form means.
pub(super) struct Read {
    pub entry: BodyEntry,
    pub effective_on: Date,
    pub note: String,
}

impl Typed {
    pub(super) fn of(form: &FormData) -> Self {
        let text = |name: &str| form.text(name).trim().to_owned();
        Self {
            code: text("code"),
            on: text("on"),
            note: text("note"),
            name: text("name"),
            kana: text("kana"),
            kind: text("kind"),
            health_center: form.has("health_center"),
            child_guidance: form.has("child_guidance"),
            into: text("into"),
            replaces: text("replaces"),
        }
    }

    /// The form for a body as it is.
    pub(super) fn about(body: &Organization) -> Self {
        Self {
            code: body.code.to_string(),
            name: body.name.clone(),
            kana: body.kana.clone(),
            kind: body.kind.as_str().to_owned(),
            health_center: body.health_center_city,
            child_guidance: body.child_guidance_city,
            ..Self::default()
        }
    }

    /// The fields as the page that asks once more carries them along.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("code", self.code.clone()),
            ("on", self.on.clone()),
            ("note", self.note.clone()),
            ("name", self.name.clone()),
            ("kana", self.kana.clone()),
            ("kind", self.kind.clone()),
            ("into", self.into.clone()),
            ("replaces", self.replaces.clone()),
        ];
        for (name, is) in [
            ("health_center", self.health_center),
            ("child_guidance", self.child_guidance),
        ] {
            if is {
                fields.push((name, "1".to_owned()));
            }
        }
        fields
    }

    /// The entry, or every problem.
    pub(super) fn read(&self, what: What) -> Result<Read, Vec<Problem>> {
        let mut reading = Reading {
            typed: self,
            problems: Vec::new(),
        };
        let code = reading.code("code", &self.code, "団体コード");
        let effective_on = match what {
            // It goes by the day of the abolition.
            What::Restore => Some(jiff::civil::date(2099, 12, 31)),
            _ => reading.day(),
        };
        let note = clean_line(&self.note);
        if char_len(&note) > NOTE_MAX {
            reading.wrong("note", format!("備考は{NOTE_MAX}文字までです。"));
        }
        let entry = code.and_then(|code| reading.entry(what, code));
        match (entry, effective_on) {
            (Some(entry), Some(effective_on)) if reading.problems.is_empty() => Ok(Read {
                entry,
                effective_on,
                note,
            }),
            _ => Err(reading.problems),
        }
    }
}

struct Reading<'a> {
    typed: &'a Typed,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            field_id: field.to_owned(),
            message: message.into(),
        });
    }

    fn code(&mut self, field: &str, typed: &str, label: &str) -> Option<LocalGovernmentCode> {
        match read_code_generously(typed).as_slice() {
            [code] => return Some(*code),
            [] => {
                let message = typed.parse::<LocalGovernmentCode>().err().map_or_else(
                    || format!("{label}をお確かめください。"),
                    |problem| problem.to_string(),
                );
                self.wrong(field, message);
            }
            _ => self.wrong(field, format!("{label}は、6桁で入力してください。")),
        }
        None
    }

    fn day(&mut self) -> Option<Date> {
        match read_day(&self.typed.on) {
            Ok(Some(day)) => return Some(day),
            Ok(None) => self.wrong("on", "いつからかを入力してください。"),
            Err(message) => self.wrong("on", message),
        }
        None
    }

    fn name(&mut self) -> Option<String> {
        match read_name(&self.typed.name) {
            Ok(name) if !name.is_empty() => return Some(name),
            Ok(_) => self.wrong("name", "名称を入力してください。"),
            Err(message) => self.wrong("name", message),
        }
        None
    }

    fn kana(&mut self) -> Option<String> {
        match read_kana(&self.typed.kana) {
            Ok(Some(kana)) => return Some(kana),
            Ok(None) => self.wrong("kana", "カナを入力してください。"),
            Err(message) => self.wrong("kana", message),
        }
        None
    }

    fn kind(&mut self) -> Option<OrganizationKind> {
        let kind = self.typed.kind.parse().ok();
        if kind.is_none() {
            self.wrong("kind", "区分を選んでください。");
        }
        kind
    }

    fn entry(&mut self, what: What, code: LocalGovernmentCode) -> Option<BodyEntry> {
        match what {
            What::Restore => Some(BodyEntry::Restore { code }),
            What::Rename => {
                let (name, kana) = (self.name(), self.kana());
                Some(BodyEntry::Rename {
                    code,
                    name: name?,
                    kana: kana?,
                })
            }
            What::Classes => {
                let kind = self.kind()?;
                let (health_center_city, child_guidance_city) = self.classes(kind);
                Some(BodyEntry::Classes {
                    code,
                    kind,
                    health_center_city,
                    child_guidance_city,
                })
            }
            What::End => {
                let into = match self.typed.into.as_str() {
                    "" => None,
                    typed => Some(self.code("into", typed, "引き継ぐ団体のコード")?),
                };
                Some(BodyEntry::End { code, into })
            }
            What::Found => {
                let (name, kana, kind) = (self.name(), self.kana(), self.kind());
                let typed = self.typed.replaces.clone();
                let separators = |c: char| c.is_whitespace() || matches!(c, '、' | ',' | '，');
                let replaces = typed.split(separators).filter(|part| !part.is_empty());
                let replaces: Vec<_> = replaces
                    .map(|part| self.code("replaces", part, "引き継がれる団体のコード"))
                    .collect();
                let (health_center_city, child_guidance_city) = self.classes(kind?);
                Some(BodyEntry::Found {
                    body: Organization {
                        code,
                        name: name?,
                        kana: kana?,
                        kind: kind?,
                        health_center_city,
                        child_guidance_city,
                    },
                    replaces: replaces.into_iter().collect::<Option<_>>()?,
                })
            }
        }
    }

    /// What a kind decides by itself needs no tick.
    fn classes(&self, kind: OrganizationKind) -> (bool, bool) {
        let (health_center, child_guidance) = usual_classes(kind);
        (
            health_center.unwrap_or(self.typed.health_center),
            child_guidance.unwrap_or(self.typed.child_guidance),
        )
    }
}
