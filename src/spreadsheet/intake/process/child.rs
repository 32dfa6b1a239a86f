//! The child's side: one file after another from standard input to standard output.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use rustix::io::{Errno, read, write};
use rustix::stdio::{stdin, stdout};

use super::super::annotate::write_notes;
use super::super::bounds::FILE_BYTES;
use super::super::container;
use super::super::packed::unpack_into;
use super::super::why::Why;
use super::{limits, wire};

/// Bytes of a file's buffer that are kept for the next file: half of the longest one.
const KEPT: usize = FILE_BYTES / 2;

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
    let mut buffer = Vec::new();
    loop {
        let mut lengths = [0; 12];
        if !fill(&mut lengths)? {
            return Ok(());
        }
        let [length, size, notes_length] = [0, 4, 8].map(|at: usize| {
            let bytes = [0, 1, 2, 3].map(|byte| lengths[at + byte]);
            u32::from_le_bytes(bytes) as usize
        });
        if length > size || size > FILE_BYTES || notes_length > wire::NOTES_BYTES {
            return Err(Errno::MSGSIZE.into());
        }
        limits::renew_time()?;
        let file = room(&mut buffer, size);
        if length == size {
            if !fill(file)? {
                return Ok(());
            }
        } else {
            let mut block = vec![0; length];
            if !fill(&mut block)? {
                return Ok(());
            }
            unpack_into(file, &block).ok_or(Errno::INVAL)?;
        }
        let file = &*file;
        let mut notes = vec![0; notes_length];
        if !fill(&mut notes)? {
            return Ok(());
        }
        let answer = if notes.is_empty() {
            let answer = panic::catch_unwind(AssertUnwindSafe(|| container::read(file)));
            wire::encode(&answer.unwrap_or(Err(Why::GaveUp)))
        } else {
            let noted = panic::catch_unwind(AssertUnwindSafe(|| {
                write_notes(file, &wire::decode_notes(&notes)?).ok()
            }));
            wire::encode_noted(noted.unwrap_or(None))
        };
        if buffer.capacity() > KEPT {
            buffer = Vec::new();
        }
        send(&answer)?;
    }
}

/// The first bytes of a buffer, or of a new one if it has fewer.
fn room(buffer: &mut Vec<u8>, bytes: usize) -> &mut [u8] {
    if buffer.len() < bytes {
        // Never two at once.
        *buffer = Vec::new();
        buffer.resize(bytes, 0);
    }
    &mut buffer[..bytes]
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
