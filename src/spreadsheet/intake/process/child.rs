//! The child's side: one file after another from standard input to standard output.

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use rustix::io::{Errno, read, write};
use rustix::stdio::{stdin, stdout};

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
        let mut length = [0; 4];
        if !fill(&mut length)? {
            return Ok(());
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > FILE_BYTES {
            return Err(Errno::MSGSIZE.into());
        }
        file.clear();
        file.resize(length, 0);
        if !fill(&mut file)? {
            return Ok(());
        }
        limits::renew_time()?;
        let answer = panic::catch_unwind(AssertUnwindSafe(|| container::read(&file)));
        let answer = wire::encode(&answer.unwrap_or(Err(Why::GaveUp)));
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
