//! Charts as SVG: rectangles, lines and texts with their places, drawn by `templates/macros/chart.html`.
//!
//! Each stands beside the table of its figures and says the same in words to who cannot see it. Bars are told apart
//! by dark and light, so that print and forced colours keep them.

use std::fmt::Write;

/// A chart, ready to draw.
pub(super) struct Chart {
    /// Stem of the ids of its title and description.
    pub id: &'static str,
    pub title: String,
    /// Every figure in words.
    pub desc: String,
    pub width: u32,
    pub height: u32,
    pub lines: Vec<Line>,
    pub bars: Vec<Bar>,
    pub texts: Vec<Text>,
    pub legend: Vec<Key>,
}

pub(super) struct Line {
    pub x1: u32,
    pub y1: u32,
    pub x2: u32,
    pub y2: u32,
}

pub(super) struct Bar {
    /// `dark` or `light`.
    pub css: &'static str,
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

pub(super) struct Text {
    pub x: u32,
    pub y: u32,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    pub words: String,
}

/// An entry of the legend.
pub(super) struct Key {
    pub css: &'static str,
    pub label: &'static str,
}

/// One column of two parts, the first at the bottom.
pub(super) struct Column {
    pub label: String,
    pub parts: [u32; 2],
}

const SHADES: [&str; 2] = ["dark", "light"];

/// The smallest of 1, 2, 5, 10, 20, 50 … at which four lines reach the largest figure.
fn step(largest: u32) -> u32 {
    let mut unit = 1_u32;
    loop {
        for times in [1, 2, 5] {
            if u64::from(unit * times) * 4 >= u64::from(largest) {
                return unit * times;
            }
        }
        unit = unit.saturating_mul(10).min(100_000_000);
        if unit == 100_000_000 {
            return unit;
        }
    }
}

/// Stacked columns over years.
pub(super) fn columns(
    id: &'static str,
    title: String,
    columns: &[Column],
    parts: [&'static str; 2],
) -> Chart {
    const WIDTH: u32 = 480;
    const HEIGHT: u32 = 290;
    const LEFT: u32 = 44;
    const TOP: u32 = 24;
    const BOTTOM: u32 = 260;
    let total = |column: &Column| column.parts[0] + column.parts[1];
    let largest = columns.iter().map(total).max().unwrap_or(0);
    let step = step(largest);
    let full = step * 4;
    let length = |count: u32| {
        let length = u64::from(count) * u64::from(BOTTOM - TOP) / u64::from(full);
        // Nobody vanishes.
        u32::try_from(length).unwrap_or(0).max(u32::from(count > 0))
    };
    let mut chart = Chart {
        id,
        desc: described(columns, parts),
        title,
        width: WIDTH,
        height: HEIGHT,
        lines: Vec::new(),
        bars: Vec::new(),
        texts: Vec::new(),
        legend: SHADES
            .into_iter()
            .zip(parts)
            .map(|(css, label)| Key { css, label })
            .collect(),
    };
    for times in 0..=4 {
        let y = BOTTOM - (BOTTOM - TOP) * times / 4;
        chart.lines.push(Line {
            x1: LEFT,
            y1: y,
            x2: WIDTH,
            y2: y,
        });
        chart.texts.push(Text {
            x: LEFT - 6,
            y: y + 4,
            anchor: "end",
            words: (step * times).to_string(),
        });
    }
    let room = (WIDTH - LEFT) / u32::try_from(columns.len().max(1)).unwrap_or(1);
    let thick = (room * 3 / 5).min(80);
    for (at, column) in (0..).zip(columns) {
        let middle = LEFT + room * at + room / 2;
        let mut y = BOTTOM;
        for (css, count) in SHADES.into_iter().zip(column.parts) {
            let height = length(count);
            y -= height;
            chart.bars.push(Bar {
                css,
                x: middle - thick / 2,
                y,
                width: thick,
                height,
            });
        }
        chart.texts.push(Text {
            x: middle,
            y: y - 6,
            anchor: "middle",
            words: total(column).to_string(),
        });
        chart.texts.push(Text {
            x: middle,
            y: BOTTOM + 20,
            anchor: "middle",
            words: column.label.clone(),
        });
    }
    chart
}

fn described(columns: &[Column], parts: [&str; 2]) -> String {
    let mut words = String::new();
    for column in columns {
        let [one, two] = column.parts;
        // Writing to a String cannot fail.
        let _ = write!(
            words,
            "{}は{}（{}{one}、{}{two}）。",
            column.label,
            one + two,
            parts[0],
            parts[1]
        );
    }
    words
}

/// Horizontal bars with their names, in the order given.
pub(super) fn bars(id: &'static str, title: String, figures: &[(String, u32)]) -> Chart {
    const ROW: u32 = 24;
    const BAR: u32 = 240;
    // Letters are 13 high and, if full-width, as wide.
    let width_of = |name: &str| -> u32 {
        let letters = name.chars().map(|c| if c.is_ascii() { 7 } else { 13 });
        letters.sum()
    };
    let left = figures
        .iter()
        .map(|(name, _)| width_of(name))
        .max()
        .unwrap_or(0)
        + 8;
    let largest = figures.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let mut chart = Chart {
        id,
        desc: figures
            .iter()
            .map(|(name, count)| format!("{name}は{count}。"))
            .collect(),
        title,
        width: left + BAR + 48,
        height: ROW * u32::try_from(figures.len()).unwrap_or(0) + 4,
        lines: Vec::new(),
        bars: Vec::new(),
        texts: Vec::new(),
        legend: Vec::new(),
    };
    for (at, (name, count)) in (0..).zip(figures) {
        let y = ROW * at + 2;
        let length = u64::from(*count) * u64::from(BAR) / u64::from(largest.max(1));
        let width = u32::try_from(length)
            .unwrap_or(0)
            .max(u32::from(*count > 0));
        chart.bars.push(Bar {
            css: SHADES[0],
            x: left,
            y: y + 3,
            width,
            height: ROW - 8,
        });
        chart.texts.push(Text {
            x: left - 8,
            y: y + 16,
            anchor: "end",
            words: name.clone(),
        });
        chart.texts.push(Text {
            x: left + width + 6,
            y: y + 16,
            anchor: "start",
            words: count.to_string(),
        });
    }
    chart.lines.push(Line {
        x1: left,
        y1: 0,
        x2: left,
        y2: chart.height,
    });
    chart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_reach_the_largest_figure_and_not_far_beyond() {
        for (largest, expected) in [(0, 1), (4, 1), (5, 2), (625, 200), (41, 20), (1788, 500)] {
            assert_eq!(step(largest), expected, "{largest}");
        }
        assert!(step(u32::MAX) > 0);
    }

    #[test]
    fn columns_stand_on_each_other_and_nobody_vanishes() {
        let column = |label: &str, parts| Column {
            label: label.to_owned(),
            parts,
        };
        let chart = columns(
            "c",
            "累計".to_owned(),
            &[column("R5", [0, 5]), column("R7", [1, 1_787])],
            ["都道府県", "市区町村"],
        );
        let [none, five, one, rest] = &chart.bars[..] else {
            panic!("four bars");
        };
        assert_eq!((none.height, one.height), (0, 1));
        assert_eq!(five.y + five.height, none.y);
        assert_eq!(rest.y + rest.height, one.y);
        assert!(rest.y >= 24 && rest.height > five.height);
        assert_eq!(
            chart.desc,
            "R5は5（都道府県0、市区町村5）。R7は1788（都道府県1、市区町村1787）。"
        );
    }

    #[test]
    fn bars_are_as_long_as_their_figures() {
        let figures = [
            ("こども".to_owned(), 523),
            ("結核".to_owned(), 1),
            ("新型".to_owned(), 0),
        ];
        let chart = bars("s", "制度別".to_owned(), &figures);
        let widths: Vec<u32> = chart.bars.iter().map(|bar| bar.width).collect();
        assert_eq!(widths, [240, 1, 0]);
        assert!(bars("s", String::new(), &[]).bars.is_empty());
    }
}
