//! Display-ready values for the templates: what `layout.html` and `macros/form.html` read.
//!
//! Nothing here knows the domain. A page fills these in with finished Japanese text and
//! the templates only place and escape them, so no entity ever reaches a template.

mod charts;
#[cfg(test)]
mod tests;

pub use charts::{BarSegment, StackedBar, Tile, shade_of};

/// What the page frame (`templates/layout.html`) needs, on every page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Title of this page alone, e.g. `対象とする医療費助成`; the service name is added by the frame.
    pub title: String,
    /// True when the page shows an error summary: the `<title>` then starts with `エラー：`.
    pub has_errors: bool,
    /// Who is signed in; `None` on public pages.
    pub user: Option<PageUser>,
    /// Token that every POST form carries in its field `csrf`.
    pub csrf: String,
    /// The way here, outermost first; the last one is this page and has an empty `href`.
    pub breadcrumbs: Vec<Crumb>,
    /// Main menu; empty on public pages.
    pub navigation: Vec<NavItem>,
    /// Outcome of the last action, shown once above the content.
    pub notice: Option<Notice>,
    /// True in the practice environment, which shows a band saying so.
    pub demo: bool,
    /// Minutes until an idle session ends; 0 when nobody is signed in.
    pub session_minutes: u32,
    /// Version of the static files, appended to their addresses so that caches renew.
    pub assets: String,
}

/// The signed-in person as the header shows them.
#[derive(Clone, Debug, Default)]
pub struct PageUser {
    /// Name of the person or their function, e.g. `医療助成担当`.
    pub display_name: String,
    /// Official name of the body they act for, e.g. `函館市`.
    pub body_name: String,
    /// Their role in words, e.g. `回答担当`.
    pub role_label: String,
}

/// One step of the breadcrumb.
#[derive(Clone, Debug, Default)]
pub struct Crumb {
    /// Visible text.
    pub label: String,
    /// Address; empty for the current page.
    pub href: String,
}

/// One entry of the main menu.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    /// Visible text.
    pub label: String,
    /// Address; empty for a group.
    pub href: String,
    /// True for the section the page belongs to, and for its group.
    pub current: bool,
    /// The entries of a group, which opens on demand; empty for a link.
    pub entries: Vec<NavItem>,
}

impl NavItem {
    /// A link.
    pub fn link(label: &str, href: &str) -> Self {
        Self {
            label: label.to_owned(),
            href: href.to_owned(),
            ..Self::default()
        }
    }

    /// The entry of a group that the page belongs to; a closed group names it.
    pub fn here(&self) -> Option<&Self> {
        self.entries.iter().find(|entry| entry.current)
    }
}

/// A banner above the content.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// `success`, `info`, `warning` or `error`; anything else is shown as `info`.
    pub tone: &'static str,
    /// One or two plain sentences.
    pub text: String,
}

/// One line of the error summary.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// `id` of the control to jump to (the first radio of a group); empty when no single field is meant.
    pub field_id: String,
    /// The same words as beside the field, without the leading `＊`.
    pub message: String,
}

/// A text input or textarea with everything around it.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    /// `id` of the control; also the stem of `…-hint`, `…-error`, `…-understood`, `…-note`.
    pub id: String,
    /// Form key.
    pub name: String,
    /// Visible label, without `※必須`.
    pub label: String,
    /// Support text between label and control; empty for none.
    pub hint: String,
    /// What was typed, unchanged. Never shown for `password`.
    pub value: String,
    /// Shows `※必須` when true, `※任意` otherwise.
    pub required: bool,
    /// When it is required, in place of `※任意`: 「④を選んだ場合は必須」; empty where that depends on nothing.
    pub required_when: &'static str,
    /// Error texts without the leading `＊`; empty when the field is fine.
    pub errors: Vec<String>,
    /// The value as it was understood, when it differs from what was typed; else empty.
    pub understood: String,
    /// `text` (also when empty), `email`, `tel`, `numeric`, `password`, `search`, `date` …
    ///
    /// `email` and `numeric` become text inputs with a matching keyboard, because browsers
    /// rewrite or drop full-width text in their own typed inputs.
    pub input_type: &'static str,
    /// Value of the `autocomplete` attribute; empty for none.
    pub autocomplete: &'static str,
    /// Width that fits the content: `s` (8 characters), `m` (20), `l` (40), `full` (also when empty).
    pub width: &'static str,
    /// True when the value was taken over from the last edition and not yet saved anew.
    pub prefilled: bool,
    /// Reason of a return standing at this very field; empty for none.
    pub reviewer_note: String,
}

impl TextField {
    /// The ids for `aria-describedby`, errors first, separated by spaces; empty when nothing describes the field.
    #[must_use]
    pub fn described_by(&self) -> String {
        let parts = [
            (!self.errors.is_empty(), "error"),
            (!self.reviewer_note.is_empty(), "note"),
            (!self.hint.is_empty(), "hint"),
            (self.prefilled, "prefilled"),
            (!self.understood.is_empty(), "understood"),
        ];
        let ids: Vec<String> = parts
            .iter()
            .filter(|(present, _)| *present)
            .map(|(_, suffix)| format!("{}-{suffix}", self.id))
            .collect();
        ids.join(" ")
    }

    /// The `type` attribute the browser gets.
    #[must_use]
    pub fn html_type(&self) -> &'static str {
        match self.input_type {
            "" | "email" | "numeric" => "text",
            other => other,
        }
    }

    /// The `inputmode` attribute, empty for none.
    #[must_use]
    pub fn input_mode(&self) -> &'static str {
        match self.input_type {
            "email" => "email",
            "numeric" => "numeric",
            _ => "",
        }
    }

    /// The text the control starts with: what was typed, or nothing for a password.
    #[must_use]
    pub fn shown_value(&self) -> &str {
        if self.input_type == "password" {
            ""
        } else {
            &self.value
        }
    }

    /// The width class suffix, `full` when none was chosen.
    #[must_use]
    pub fn width_class(&self) -> &'static str {
        if self.width.is_empty() {
            "full"
        } else {
            self.width
        }
    }
}

/// A status chip.
#[derive(Clone, Debug, Default)]
pub struct StatusTag {
    /// Visible text, e.g. `差戻し中`.
    pub label: String,
    /// Shape and colour: `not-started`, `drafting`, `submitted`, `reviewing`, `returned`, `accepted`,
    /// `withdrawn`, `late`, `done`, `todo`, `fix`, `warning`, `neutral`. Becomes the class `tag-…`.
    pub css: &'static str,
}

/// One compared item of two revisions.
#[derive(Clone, Debug, Default)]
pub struct DiffRow {
    /// What is compared, e.g. `受給者数（更生医療）`.
    pub label: String,
    /// The older value; empty is shown as `未入力`.
    pub before: String,
    /// The newer value; empty is shown as `未入力`.
    pub after: String,
}

impl DiffRow {
    /// Whether the two values differ.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// Previous/next navigation.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// What is paged, for screen readers, e.g. `回答の移動`.
    pub label: String,
    /// Where we are, e.g. `12件目（全40件）`; empty for none.
    pub position: String,
    /// Link back; `None` on the first.
    pub previous: Option<Crumb>,
    /// Link forward; `None` on the last.
    pub next: Option<Crumb>,
}
