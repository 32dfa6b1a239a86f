//! The parent's side of one child: start it, ask it, never wait longer than allowed, end it.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionbio;
use rustix::pipe::fcntl_setpipe_size;

use super::super::grid::Grid;
use super::super::why::Why;
use super::{SUBCOMMAND, wire};

/// Bytes of a file that go over the pipe together with what is said before them.
const AT_ONCE: usize = 60 * 1024;

/// Bytes that a pipe may hold. Each time it is full, two processes take turns, which costs more than the bytes.
const PIPE_BYTES: usize = 1024 * 1024;

/// A file as it goes over the pipe.
#[derive(Clone, Copy)]
pub(super) struct Handed<'f> {
    pub(super) bytes: &'f [u8],
    /// Bytes of the file; more than there are if they are packed.
    pub(super) size: usize,
}

/// A running child.
pub(super) struct Reader {
    child: Child,
    /// Closed to tell the child that there is no more.
    input: Option<ChildStdin>,
    output: ChildStdout,
    /// Files it has read.
    pub(super) served: u64,
}

/// Why a child gave no answer; it must be replaced.
#[derive(Debug)]
pub(super) enum Lost {
    /// It took too long.
    Late,
    /// It ended, or said something that is no answer.
    Broken,
}

impl From<io::Error> for Lost {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

impl Reader {
    /// Starts a child. The calling thread must live as long as the child: the kernel ends the child with it.
    pub(super) fn start(executable: &Path) -> io::Result<Self> {
        let mut child = Command::new(executable)
            .arg(SUBCOMMAND)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(io::Error::other("a reader without pipes"));
        };
        let reader = Self {
            child,
            input: Some(input),
            output,
            served: 0,
        };
        if let Some(input) = &reader.input {
            ioctl_fionbio(input, true)?;
            // A system that allows less gives a slower pipe.
            let _ = fcntl_setpipe_size(input, PIPE_BYTES);
        }
        ioctl_fionbio(&reader.output, true)?;
        Ok(reader)
    }

    /// The child's process number.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the child ended, if it has; for logs. 2 means that it could not shut itself in.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Has one file read.
    pub(super) fn ask(
        &mut self,
        file: Handed<'_>,
        limit: Duration,
    ) -> Result<Result<Grid, Why>, Lost> {
        let answer = self.exchange(file, &[], wire::ANSWER_BYTES, limit)?;
        wire::decode(&answer).ok_or(Lost::Broken)
    }

    /// Has notes written into one file: the workbook with them, or `None` where they could not be written.
    pub(super) fn annotate(
        &mut self,
        file: Handed<'_>,
        notes: &[u8],
        limit: Duration,
    ) -> Result<Option<Vec<u8>>, Lost> {
        let noted = self.exchange(file, notes, wire::NOTED_BYTES, limit)?;
        Ok((!noted.is_empty()).then_some(noted))
    }

    /// One request and its answer, of `most` bytes.
    fn exchange(
        &mut self,
        file: Handed<'_>,
        notes: &[u8],
        most: usize,
        limit: Duration,
    ) -> Result<Vec<u8>, Lost> {
        let deadline = Instant::now() + limit;
        // A form goes in one piece; of a long file the rest follows as it lies.
        let (first, rest) = file.bytes.split_at(file.bytes.len().min(AT_ONCE));
        let mut request = Vec::with_capacity(12 + first.len());
        request.extend(wire::length(file.bytes.len()));
        request.extend(wire::length(file.size));
        request.extend(wire::length(notes.len()));
        request.extend(first);
        for piece in [&request, rest, notes] {
            self.send(piece, deadline)?;
        }
        let mut length = [0; 4];
        self.receive(&mut length, deadline)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > most {
            return Err(Lost::Broken);
        }
        let mut answer = vec![0; length];
        self.receive(&mut answer, deadline)?;
        self.served += 1;
        Ok(answer)
    }

    fn send(&mut self, mut bytes: &[u8], deadline: Instant) -> Result<(), Lost> {
        let input = self.input.as_mut().ok_or(Lost::Broken)?;
        while !bytes.is_empty() {
            match input.write(bytes) {
                Ok(0) => return Err(Lost::Broken),
                Ok(count) => bytes = &bytes[count..],
                Err(error) => wait_after(&error, input.as_fd(), PollFlags::OUT, deadline)?,
            }
        }
        Ok(())
    }

    fn receive(&mut self, mut buffer: &mut [u8], deadline: Instant) -> Result<(), Lost> {
        while !buffer.is_empty() {
            match self.output.read(buffer) {
                Ok(0) => return Err(Lost::Broken),
                Ok(count) => buffer = &mut buffer[count..],
                Err(error) => wait_after(&error, self.output.as_fd(), PollFlags::IN, deadline)?,
            }
        }
        Ok(())
    }
}

/// Waits until a pipe is ready again, if that is what the error says.
fn wait_after(
    error: &io::Error,
    pipe: BorrowedFd<'_>,
    ready: PollFlags,
    deadline: Instant,
) -> Result<(), Lost> {
    match error.kind() {
        io::ErrorKind::Interrupted => return Ok(()),
        io::ErrorKind::WouldBlock => {}
        _ => return Err(Lost::Broken),
    }
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Lost::Late);
    }
    let left = Timespec::try_from(left).map_err(|_| Lost::Late)?;
    match poll(&mut [PollFd::from_borrowed_fd(pipe, ready)], Some(&left)) {
        Ok(0) => Err(Lost::Late),
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(_) => Err(Lost::Broken),
    }
}

impl Drop for Reader {
    /// Ends the child and takes its last word, so that nothing of it stays behind.
    fn drop(&mut self) {
        self.input = None;
        // Whether it went by itself just now does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
