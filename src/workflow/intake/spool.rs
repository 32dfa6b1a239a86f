//! The report of an import while it runs: on disk, since a country of files has some dozen megabytes of it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use crate::domain::intake::{FileReport, Outcome, ProblemReport, Severity};
use crate::domain::intake_batch::Note;

/// Reports of files, each a line, in the order the files came. The file vanishes with this value.
pub(super) struct Spool(BufWriter<File>);

impl Spool {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self(BufWriter::new(tempfile::tempfile()?)))
    }

    /// Adds the report of the next file: JSON, which has no line breaks.
    pub(super) fn push(&mut self, report: &str) -> io::Result<()> {
        self.0.write_all(report.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Gives every report to the sink; files with a note (by position, from 1) are rejected with it.
    pub(super) fn replay(
        mut self,
        notes: &HashMap<i32, Note>,
        sink: &mut dyn FnMut(&str) -> io::Result<()>,
    ) -> io::Result<()> {
        self.0.flush()?;
        let mut file = self
            .0
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let mut lines = BufReader::new(file);
        let mut line = String::new();
        for position in 1.. {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                break;
            }
            let report = line.trim_end();
            match notes.get(&position) {
                Some(note) => sink(&rejected(report, note)?)?,
                None => sink(report)?,
            }
        }
        Ok(())
    }
}

fn rejected(report: &str, note: &Note) -> io::Result<String> {
    let mut report: FileReport = serde_json::from_str(report)?;
    report.outcome = Outcome::Rejected;
    report.problems.insert(
        0,
        ProblemReport {
            severity: Severity::Error,
            sheet: String::new(),
            cell: String::new(),
            found: note.others_named(),
            message: note.message(),
        },
    );
    Ok(serde_json::to_string(&report)?)
}
