//! The child's side: one file after another from standard input to standard output.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use rustix::io::{Errno, read, write};
use rustix::stdio::{stdin, stdout};

use super::super::annotate::write_notes;
use super::super::bounds::FILE_BYTES;
use super::super::container;
use super::super::why::Why;
use super::{limits, wire};

/// Bytes of a file's buffer that are kept for the next file.
const KEPT: usize = 256 * 1024;

/// Serves requests until there are no more. To be called first thing in a process that does nothing else.
pub fn serve() -> ExitCode {
    // A message could hold what a file held.
    panic::set_hook(Box::new(|_| {}));
    if let Err(error) = limits::shut_in() {
        eprintln!("a reader could not shut itself in: {error}");
        return ExitCode::from(2);
    }
    match answer_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_all() -> std::io::Result<()> {
    let mut file = Vec::new();
    loop {
        let mut lengths = [0; 8];
        if !fill(&mut lengths)? {
            return Ok(());
        }
        let [length, notes_length] = [0, 4].map(|at: usize| {
            let bytes = [0, 1, 2, 3].map(|byte| lengths[at + byte]);
            u32::from_le_bytes(bytes) as usize
        });
        if length > FILE_BYTES || notes_length > wire::NOTES_BYTES {
            return Err(Errno::MSGSIZE.into());
        }
        file.clear();
        file.resize(length, 0);
        let mut notes = vec![0; notes_length];
        if !fill(&mut file)? || !fill(&mut notes)? {
            return Ok(());
        }
        limits::renew_time()?;
        let answer = if notes.is_empty() {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| container::read(&file)));
            wire::encode(&answer.unwrap_or(Err(Why::GaveUp)))
        } else {
            let noted = panic::catch_unwind(AssertUnwindSafe(|| {
                write_notes(&file, &wire::decode_notes(&notes)?).ok()
            }));
            wire::encode_noted(noted.unwrap_or(None))
        };
        if file.capacity() > KEPT {
            file = Vec::new();
        }
        send(&answer)?;
    }
}

/// Fills the buffer; false where input ends.
fn fill(mut buffer: &mut [u8]) -> Result<bool, Errno> {
    while !buffer.is_empty() {
        match read(stdin(), &mut *buffer) {
            Ok(0) => return Ok(false),
            Ok(count) => buffer = &mut buffer[count..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn send(mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match write(stdout(), bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
