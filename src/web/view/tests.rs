use super::*;
use std::collections::HashMap;

const CSS: &str = include_str!("../../../static/torimatome.css");

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
