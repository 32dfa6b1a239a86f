//! Bars and the tile map, with their numbers and shades.

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
