//! 1日のまとめ: what happened since the last one, for whoever gathers answers.

use jiff::civil::Date;

use super::reminder::{Need, Owing};
use super::text::with_commas;

/// From this hour in Japan on, the digests of a working day are written.
pub const DIGEST_FROM_HOUR: i8 = 8;

/// What a digest counts, in bodies or events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DigestCounts {
    /// First answers that arrived, proxy entries included.
    pub arrived: u64,
    /// Answers that were mended and arrived again.
    pub mended: u64,
    /// Answers the ministry gave back to the prefecture.
    pub sent_back: u64,
    /// Bodies whose deadline passed since the last digest.
    pub newly_overdue: u64,
    /// Questions that arrived.
    pub questions: u64,
    /// How things stand: bodies that owe past their last day, as boards and reminders count them.
    pub overdue: u64,
    /// How things stand: returns nobody has answered.
    pub returned: u64,
    /// How things stand: questions that wait for an answer.
    pub questions_waiting: u64,
}

impl DigestCounts {
    /// Counts a body that owes; `last` is the day of the digest before.
    pub fn add_owing(&mut self, owing: &Owing, last: Date, today: Date) {
        if owing.need() == Some(Need::AnswerReturn) {
            self.returned += 1;
        }
        if owing.is_overdue(today) {
            self.overdue += 1;
            if !owing.is_overdue(last) {
                self.newly_overdue += 1;
            }
        }
    }

    /// Something happened: a digest is written.
    pub fn has_news(&self) -> bool {
        self.arrived + self.mended + self.sent_back + self.newly_overdue + self.questions > 0
    }

    /// The lines of the mail; what is zero is left out.
    pub fn lines(&self) -> String {
        let lines = [
            ("新しく届いた回答", self.arrived, "件"),
            ("差戻しのあと、もう一度届いた回答", self.mended, "件"),
            ("国から差し戻された回答", self.sent_back, "件"),
            ("新しく届いた質問", self.questions, "件"),
            ("いま回答を待っている質問", self.questions_waiting, "件"),
            ("新たに締切を過ぎた団体", self.newly_overdue, "団体"),
            ("いま締切を過ぎて未提出の団体", self.overdue, "団体"),
            ("いま差戻しへの回答を待っている団体", self.returned, "団体"),
        ];
        lines
            .into_iter()
            .filter(|(_, count, _)| *count > 0)
            .map(|(label, count, unit)| format!("・{label}：{}{unit}", with_commas(count)))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_things_stand_is_no_news() {
        let mut counts = DigestCounts {
            overdue: 3,
            returned: 1,
            ..DigestCounts::default()
        };
        assert!(!counts.has_news());
        counts.arrived = 1_200;
        assert!(counts.has_news());
        assert_eq!(
            counts.lines(),
            "・新しく届いた回答：1,200件\n・いま締切を過ぎて未提出の団体：3団体\n・いま差戻しへの回答を待っている団体：1団体"
        );
    }
}
