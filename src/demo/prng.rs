//! A small generator of numbers that look random and are the same on every machine.
//!
//! SplitMix64, seeded by words (a body's code, an edition's key) through FNV-1a. Integers only, so that
//! no mathematics library decides a figure. Never for secrets.

/// The generator.
pub(super) struct Prng(u64);

impl Prng {
    /// The same words give the same numbers.
    pub fn new(words: &[&str]) -> Self {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for word in words {
            // A separator keeps ("ab", "c") apart from ("a", "bc").
            for byte in word.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self(hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `n` − 1; 0 for `n` = 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // The high half of the product; it is below n.
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// `low` to `high`, both included; `low` if they are the wrong way round.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        low.saturating_add_unsigned(self.below(width.saturating_add(1)))
    }

    /// Like [`Self::range`], the low end more often.
    pub fn low_range(&mut self, low: i64, high: i64) -> i64 {
        let u = i128::from(self.below(1_000_000));
        let width = i128::from(high.max(low)) - i128::from(low);
        low + (width * u * u / 1_000_000_000_000) as i64
    }

    /// True so many times in a thousand.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of several; the list has at least one.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len() as u64) as usize]
    }

    /// A position in a list of weights, as often as its weight says.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if at < *weight {
                return index;
            }
            at -= weight;
        }
        0
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}
