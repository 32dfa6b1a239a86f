//! Display-ready values for the templates: what `layout.html` and `macros/form.html` read.
//!
//! Nothing here knows the domain. A page fills these in with finished Japanese text and
//! the templates only place and escape them, so no entity ever reaches a template.

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

/// One prefecture of the tile map.
#[derive(Clone, Debug, Default)]
pub struct Tile {
    /// Two-digit prefecture code, `01` to `47`: the place on the map.
    pub code: String,
    /// Name as printed, e.g. `青森県`.
    pub name: String,
    /// The number on the tile with its unit, e.g. `78%`.
    pub figure: String,
    /// The same in words for screen readers and the tooltip, e.g. `40件中31件を受付`.
    pub detail: String,
    /// 0 (none) to 5 (all): how dark the tile is. See [`shade_of`].
    pub shade: u8,
    /// Where the tile leads.
    pub href: String,
}

/// Shade 0–5 for a share: 0 only for none, 5 only for all, so that neither end can be rounded into.
#[must_use]
pub fn shade_of(part: u64, whole: u64) -> u8 {
    if part == 0 || whole == 0 {
        return 0;
    }
    if part >= whole {
        return 5;
    }
    match part.saturating_mul(4) / whole {
        0 => 1,
        1 => 2,
        2 => 3,
        _ => 4,
    }
}

/// A horizontal bar of counts that add up, with its legend.
#[derive(Clone, Debug, Default)]
pub struct StackedBar {
    /// What the bar shows, e.g. `管内の提出状況`.
    pub label: String,
    /// The parts from left to right.
    pub segments: Vec<BarSegment>,
    /// Sum of all counts.
    pub total: u64,
}

/// One part of a [`StackedBar`].
#[derive(Clone, Debug, Default)]
pub struct BarSegment {
    /// Visible text in the legend.
    pub label: String,
    /// Same names as [`StatusTag::css`]; becomes the class `seg-…`.
    pub css: &'static str,
    /// How many.
    pub count: u64,
    /// Left edge in thousandths of the bar.
    pub x: u64,
    /// Width in thousandths of the bar; at least 4 when the count is not zero, so that one late body stays visible.
    pub width: u64,
}

impl BarSegment {
    /// How many, with commas.
    #[must_use]
    pub fn count_label(&self) -> String {
        crate::domain::text::with_commas(self.count)
    }
}

impl StackedBar {
    /// The sum with commas.
    #[must_use]
    pub fn total_label(&self) -> String {
        crate::domain::text::with_commas(self.total)
    }

    /// Lays out the parts given as (label, css, count), left to right.
    #[must_use]
    pub fn new(label: impl Into<String>, parts: Vec<(String, &'static str, u64)>) -> Self {
        const FULL: u64 = 1000;
        const LEAST: u64 = 4;
        let total: u64 = parts.iter().map(|(_, _, count)| count).sum();
        let widths: Vec<u64> = parts
            .iter()
            .map(|(_, _, count)| {
                if *count == 0 {
                    0
                } else {
                    (count.saturating_mul(FULL) / total).max(LEAST)
                }
            })
            .collect();
        // Rounding leaves a gap or an overlap: the widest part takes it.
        let used: u64 = widths.iter().sum();
        let widest = widths
            .iter()
            .enumerate()
            .max_by_key(|(_, width)| **width)
            .map_or(0, |(index, _)| index);
        let mut x = 0;
        let segments = parts
            .into_iter()
            .zip(widths)
            .enumerate()
            .map(|(index, ((label, css, count), width))| {
                let width = if index == widest && total > 0 {
                    (width + FULL).saturating_sub(used)
                } else {
                    width
                };
                let segment = BarSegment {
                    label,
                    css,
                    count,
                    x,
                    width,
                };
                x += width;
                segment
            })
            .collect();
        Self {
            label: label.into(),
            segments,
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    const CSS: &str = include_str!("../../static/torimatome.css");

    /// Every `--name: #hex;` of the style sheet.
    fn tokens() -> HashMap<&'static str, [f64; 3]> {
        let mut found = HashMap::new();
        for line in CSS.lines() {
            for declaration in line.split(';') {
                let Some((name, value)) = declaration.trim().split_once(':') else {
                    continue;
                };
                let value = value.trim();
                if !name.starts_with("--color-") || value.len() != 7 || !value.starts_with('#') {
                    continue;
                }
                let channel = |at: usize| {
                    u8::from_str_radix(&value[at..at + 2], 16).map(|byte| f64::from(byte) / 255.0)
                };
                if let (Ok(red), Ok(green), Ok(blue)) = (channel(1), channel(3), channel(5)) {
                    found.insert(name, [red, green, blue]);
                }
            }
        }
        found
    }

    /// WCAG 2.x relative luminance.
    fn luminance(colour: [f64; 3]) -> f64 {
        let [red, green, blue] = colour.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Text on background as the style sheet pairs them, least ratio. Extend this when pairing anew.
    const PAIRS: &[(&str, &str, f64)] = &[
        (
            "--color-neutral-solid-gray-800",
            "--color-neutral-white",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-neutral-solid-gray-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-neutral-solid-gray-100",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-primitive-blue-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-primitive-green-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-primitive-yellow-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-primitive-orange-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-800",
            "--color-primitive-red-50",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-600",
            "--color-neutral-white",
            4.5,
        ),
        (
            "--color-neutral-solid-gray-600",
            "--color-neutral-solid-gray-50",
            4.5,
        ),
        (
            "--color-neutral-white",
            "--color-neutral-solid-gray-800",
            4.5,
        ),
        ("--color-primitive-blue-1000", "--color-neutral-white", 7.0),
        (
            "--color-primitive-blue-1000",
            "--color-primitive-blue-50",
            7.0,
        ),
        (
            "--color-primitive-blue-1000",
            "--color-neutral-solid-gray-50",
            7.0,
        ),
        (
            "--color-primitive-blue-1000",
            "--color-primitive-blue-100",
            7.0,
        ),
        ("--color-neutral-white", "--color-primitive-blue-900", 7.0),
        (
            "--color-primitive-magenta-900",
            "--color-neutral-white",
            4.5,
        ),
        ("--color-primitive-orange-800", "--color-neutral-white", 4.5),
        ("--color-primitive-red-800", "--color-neutral-white", 4.5),
        ("--color-primitive-red-900", "--color-primitive-red-50", 4.5),
        ("--color-neutral-white", "--color-primitive-red-900", 4.5),
        ("--color-primitive-red-900", "--color-neutral-white", 4.5),
        (
            "--color-primitive-red-900",
            "--color-neutral-solid-gray-50",
            4.5,
        ),
        (
            "--color-primitive-green-900",
            "--color-primitive-green-50",
            4.5,
        ),
        ("--color-primitive-green-800", "--color-neutral-white", 4.5),
        (
            "--color-primitive-orange-900",
            "--color-primitive-orange-50",
            4.5,
        ),
        (
            "--color-neutral-solid-gray-900",
            "--color-primitive-yellow-300",
            7.0,
        ),
        // Tiles of the map, light to dark.
        (
            "--color-neutral-solid-gray-900",
            "--color-primitive-blue-100",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-900",
            "--color-primitive-blue-300",
            7.0,
        ),
        (
            "--color-neutral-solid-gray-900",
            "--color-primitive-blue-400",
            4.5,
        ),
        ("--color-neutral-white", "--color-primitive-blue-700", 4.5),
        ("--color-neutral-white", "--color-primitive-blue-1000", 4.5),
        // Borders of controls and the focus ring need 3:1.
        (
            "--color-neutral-solid-gray-600",
            "--color-neutral-white",
            3.0,
        ),
        ("--color-neutral-black", "--color-neutral-white", 3.0),
        ("--color-neutral-black", "--color-primitive-yellow-300", 3.0),
    ];

    #[test]
    fn every_pair_of_colours_is_readable() {
        let tokens = tokens();
        for (text, background, least) in PAIRS {
            let (Some(one), Some(other)) = (tokens.get(text), tokens.get(background)) else {
                panic!("{text} or {background} is not in the style sheet");
            };
            let ratio = contrast(*one, *other);
            assert!(
                ratio >= *least,
                "{text} on {background}: {ratio:.2} < {least}"
            );
        }
    }

    #[test]
    fn weak_signal_colours_are_never_text() {
        // These tokens fail 4.5:1 even on white: borders and fills only.
        for weak in [
            "--color-primitive-green-600",
            "--color-primitive-yellow-700",
            "--color-primitive-orange-600",
        ] {
            let value = format!("color:var({weak})");
            for (at, _) in CSS.match_indices(&value) {
                // `border-color:` is fine, a bare `color:` is text.
                assert!(CSS[..at].ends_with('-'), "{weak} is used as text colour");
            }
            assert!(
                !CSS.contains(&format!(":var({weak});--")),
                "{weak} has an alias"
            );
        }
    }

    #[test]
    fn style_sheet_loads_nothing() {
        assert!(!CSS.contains("@import") && !CSS.contains("http"));
        assert!(!CSS.contains("url("));
    }

    #[test]
    fn description_lists_only_what_is_there() {
        let mut field = TextField {
            id: "tel".into(),
            ..TextField::default()
        };
        assert_eq!(field.described_by(), "");
        field.hint = "例".into();
        field.errors.push("電話番号を入力してください。".into());
        assert_eq!(field.described_by(), "tel-error tel-hint");
    }

    #[test]
    fn a_password_is_never_echoed() {
        let field = TextField {
            value: "secret".into(),
            input_type: "password",
            ..TextField::default()
        };
        assert_eq!(field.shown_value(), "");
    }

    #[test]
    fn bar_fills_exactly_and_hides_no_one() {
        for counts in [
            vec![175, 1, 0],
            vec![1, 1, 1],
            vec![0, 0],
            vec![7],
            vec![1; 8],
        ] {
            let total: u64 = counts.iter().sum();
            let bar = StackedBar::new(
                "試し",
                counts
                    .iter()
                    .map(|c| ("x".to_owned(), "late", *c))
                    .collect(),
            );
            let width: u64 = bar.segments.iter().map(|s| s.width).sum();
            assert_eq!(width, if total == 0 { 0 } else { 1000 });
            for segment in &bar.segments {
                assert_eq!(segment.count > 0, segment.width > 0);
            }
        }
    }

    #[test]
    fn shades_keep_the_ends_for_none_and_all() {
        assert_eq!(shade_of(0, 40), 0);
        assert_eq!(shade_of(1, 176), 1);
        assert_eq!(shade_of(175, 176), 4);
        assert_eq!(shade_of(176, 176), 5);
        assert_eq!(shade_of(0, 0), 0);
    }
}
