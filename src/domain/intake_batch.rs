//! Files on their way: the batch they came in, by which door, and where each stands.
//!
//! ```text
//! waiting ─ read ─> read ─ settle ─> taken | asking | rejected        (in bulk)
//! waiting ─ read ─> previewed ─ the body decides ─> taken | left      (its own)
//!                                asking ─ whoever sent it decides ─> taken | left
//! ```

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::intake::{FileReading, Outcome};
use super::japan_time::UnixMillis;
use super::local_government_code::LocalGovernmentCode;
use super::settling::Reason;
use super::text::with_commas;

/// How files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// A body sends its own form and looks at it before anything is stored.
    Own,
    /// Somebody who gathers answers drops many files on a page.
    Bulk,
    /// The command line of an operator.
    Command,
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// Files still arrive.
    Receiving,
    /// Everything has arrived and is being worked on.
    Running,
    /// Every file has its outcome; some may wait to be asked about.
    Done,
    /// It was given up; what was not read is left.
    Stopped,
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileState {
    /// 読取り待ち
    Waiting,
    /// 読取り済み: what becomes of it is decided when all of the batch is read.
    Read,
    /// 内容の確認待ち: the body looks at what was read.
    Previewed,
    /// 確認待ち: somebody has to say that it may overwrite what is there.
    Asking,
    /// 取込み
    Taken,
    /// 取込みなし
    Rejected,
    /// 取り込まない: somebody decided to leave it, or it was overtaken.
    Left,
}

macro_rules! stored {
    ($type:ident: $($variant:ident = $text:literal),+) => {
        impl $type {
            /// Stable text for the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value with this stable text.
            pub fn from_stored(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

stored!(Door: Own = "own", Bulk = "bulk", Command = "command");
stored!(BatchState: Receiving = "receiving", Running = "running", Done = "done", Stopped = "stopped");
stored!(FileState: Waiting = "waiting", Read = "read", Previewed = "previewed", Asking = "asking",
    Taken = "taken", Rejected = "rejected", Left = "left");
stored!(Outcome: Accepted = "accepted", Normalised = "normalised", Rejected = "rejected");

impl FileState {
    /// Every state, in the order a file passes them.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Read,
        Self::Previewed,
        Self::Asking,
        Self::Taken,
        Self::Rejected,
        Self::Left,
    ];

    /// The word a list shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "読取り待ち",
            Self::Read => "読取り済み",
            Self::Previewed => "内容の確認待ち",
            Self::Asking => "確認待ち",
            Self::Taken => "取込み",
            Self::Rejected => "取込みなし",
            Self::Left => "取り込まない",
        }
    }
}

/// What else is to be said about a file whose content reads well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub reason: Reason,
    /// The first other files that say something else for the same body; empty otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more: usize,
}

fn is_none(more: &usize) -> bool {
    *more == 0
}

impl Note {
    /// The sentence for lists and reports.
    pub fn message(&self) -> String {
        let mut message = self.reason.message().to_owned();
        let others = self.others_named();
        if !others.is_empty() {
            message.push_str("内容の異なるファイル：");
            message.push_str(&others);
        }
        message
    }

    /// The other files, a few of them by name.
    pub fn others_named(&self) -> String {
        // Notes of earlier programs have them all.
        let named = self.others.len().min(NAMED);
        let more = self.others.len() - named + self.more;
        let mut words = self.others[..named].to_vec();
        if more > 0 {
            words.push(format!("ほか{}件", with_commas(more as u64)));
        }
        words.join("、")
    }
}

/// Other files that a note names. Each of many files names others: all of them would be the square.
const NAMED: usize = 3;

/// Files of one batch that say different things for one body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contradiction {
    pub files: usize,
    /// The paths of the first [`Self::FIRST`].
    pub first: Vec<String>,
}

impl Contradiction {
    /// One more than a note names: a file does not name itself.
    pub const FIRST: usize = NAMED + 1;

    /// Adds the next file.
    pub fn add(&mut self, path: &str) {
        self.files += 1;
        if self.first.len() < Self::FIRST {
            self.first.push(path.to_owned());
        }
    }

    /// What is said of the one with this path.
    pub fn note(&self, path: &str) -> Note {
        let others = self.first.iter().filter(|other| *other != path);
        let others: Vec<String> = others.take(NAMED).cloned().collect();
        Note {
            reason: Reason::Contradicted,
            more: self.files.saturating_sub(1 + others.len()),
            others,
        }
    }
}

impl From<Reason> for Note {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            others: Vec::new(),
            more: 0,
        }
    }
}

/// A batch of files.
#[derive(Clone, Debug)]
pub struct Batch {
    pub id: i64,
    pub edition_id: i64,
    pub door: Door,
    pub account_id: i64,
    /// Function and body of who sent it.
    pub actor_name: String,
    pub actor_body: String,
    /// `None` for the ministry and the operator.
    pub actor_code: Option<LocalGovernmentCode>,
    /// Overwrite without asking.
    pub replace: bool,
    /// The day the answers were received, if an operator named one.
    pub received_on: Option<Date>,
    pub state: BatchState,
    /// Files left out because nobody means them.
    pub skipped: u32,
    pub created_at: UnixMillis,
    pub touched_at: UnixMillis,
    pub finished_at: Option<UnixMillis>,
}

/// How many files of a batch stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub files: u64,
    /// Waiting or read: not settled yet.
    pub open: u64,
    /// Of the open: not read yet.
    pub waiting: u64,
    pub previewed: u64,
    pub asking: u64,
    /// Taken as it stood.
    pub accepted: u64,
    /// Taken, something in another form.
    pub normalised: u64,
    pub rejected: u64,
    pub left: u64,
    /// Of the taken: the answer was there already.
    pub unchanged: u64,
}

impl Counts {
    /// Adds `count` files in one state.
    pub fn add(&mut self, state: FileState, outcome: Option<Outcome>, unchanged: bool, count: u64) {
        self.files += count;
        let place = match state {
            FileState::Waiting => {
                self.waiting += count;
                &mut self.open
            }
            FileState::Read => &mut self.open,
            FileState::Previewed => &mut self.previewed,
            FileState::Asking => &mut self.asking,
            FileState::Taken if outcome == Some(Outcome::Normalised) => &mut self.normalised,
            FileState::Taken => &mut self.accepted,
            FileState::Rejected => &mut self.rejected,
            FileState::Left => &mut self.left,
        };
        *place += count;
        if state == FileState::Taken && unchanged {
            self.unchanged += count;
        }
    }

    /// Files that were taken.
    pub fn taken(&self) -> u64 {
        self.accepted + self.normalised
    }
}

/// One file that was sent.
#[derive(Clone, Debug)]
pub struct FileRecord {
    pub id: i64,
    pub batch_id: i64,
    pub edition_id: i64,
    /// From 1, in the order the files came in.
    pub position: i32,
    pub name: String,
    /// Folders, ZIP and mail it lay in; empty if none.
    pub folder: String,
    /// Subject of the mail; empty if none.
    pub subject: String,
    /// SHA-256 of the original; `None` where it could not be taken out of its container.
    pub sha256: Option<String>,
    pub size: u64,
    pub state: FileState,
    /// As far as its content goes; `None` until it was read.
    pub outcome: Option<Outcome>,
    pub code: Option<LocalGovernmentCode>,
    /// `None` until it was read, and in lists.
    pub reading: Option<FileReading>,
    pub note: Option<Note>,
    pub response_id: Option<i64>,
    /// The revision it became, or found in place.
    pub revision_number: Option<i32>,
    /// Taken, but the answer was there already.
    pub unchanged: bool,
    pub decided_at: Option<UnixMillis>,
    pub decided_by: Option<String>,
}

impl FileRecord {
    /// Folder and name, as lists show it.
    pub fn path(&self) -> String {
        shown_path(&self.folder, &self.name)
    }
}

/// Folder and name of a file, as lists show it.
pub fn shown_path(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_texts_come_back() {
        for state in FileState::ALL {
            assert_eq!(FileState::from_stored(state.as_str()), Some(state));
        }
        for door in [Door::Own, Door::Bulk, Door::Command] {
            assert_eq!(Door::from_stored(door.as_str()), Some(door));
        }
        assert_eq!(Outcome::from_stored("nothing"), None);
    }

    #[test]
    fn every_file_is_counted_once() {
        let mut counts = Counts::default();
        for state in FileState::ALL {
            for outcome in [Outcome::Accepted, Outcome::Normalised, Outcome::Rejected] {
                counts.add(state, Some(outcome), true, 2);
            }
        }
        let sum = counts.open
            + counts.previewed
            + counts.asking
            + counts.taken()
            + counts.rejected
            + counts.left;
        assert_eq!((counts.files, sum), (42, 42));
        assert_eq!((counts.waiting, counts.unchanged), (6, 6));
    }

    #[test]
    fn a_note_names_three_others_however_many_there_are() {
        let mut all = Contradiction::default();
        for number in 1..=1_200 {
            all.add(&format!("{number}.xlsx"));
        }
        assert_eq!(
            all.note("2.xlsx").others_named(),
            "1.xlsx、3.xlsx、4.xlsx、ほか1,196件"
        );
        assert_eq!(
            all.note("900.xlsx").others_named(),
            "1.xlsx、2.xlsx、3.xlsx、ほか1,196件"
        );
        let mut two = Contradiction::default();
        two.add("a.xlsx");
        two.add("b.xlsx");
        assert_eq!(two.note("a.xlsx").others_named(), "b.xlsx");
        let mut same = Contradiction::default();
        same.add("a.xlsx");
        same.add("a.xlsx");
        assert_eq!(same.note("a.xlsx").others_named(), "ほか1件");
        assert_eq!(Note::from(Reason::Closed).others_named(), "");
        // As they were kept before.
        let old = r#"{"reason":"contradicted","others":["a","b","c","d","e"]}"#;
        let old: Note = serde_json::from_str(old).expect("reads");
        assert!(old.message().ends_with("：a、b、c、ほか2件"));
    }
}
