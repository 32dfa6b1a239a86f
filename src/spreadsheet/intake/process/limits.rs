//! How a reader process shuts itself in before it looks at the first file.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use rustix::process::{
    Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit,
};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

/// Address space beyond what the process has at its start.
const MEMORY: u64 = 48 * 1024 * 1024;
/// Seconds of processor time for one file.
const SECONDS: u64 = 2;

/// What a process that only computes asks of the kernel. Everything else is answered with "not permitted":
/// opening and writing files, sockets, starting programs.
const CALLS: [libc::c_long; 26] = [
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_getrlimit,
    libc::SYS_setrlimit,
    libc::SYS_prlimit64,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// The same, with the argument that is looked at and the values it may have: input from the first pipe,
/// output to the other two, memory that is no file. Descriptors inherited from who started the portal are
/// of no use that way.
const CALLS_WITH: [(libc::c_long, u8, &[u64]); 3] = [
    (libc::SYS_read, 0, &[0]),
    (libc::SYS_write, 0, &[1, 2]),
    (libc::SYS_mmap, 4, &[0xFFFF_FFFF]),
];

/// Shuts this process in, for good.
///
/// # Errors
/// Where the kernel does not do it: a reader that is not shut in must not read.
pub(super) fn shut_in() -> io::Result<()> {
    // Ends with the thread that started it, so that no reader outlives the portal.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    let memory = address_space()?.saturating_add(MEMORY);
    for (resource, most) in [
        (Resource::As, memory),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Nproc, 0),
        (Resource::Core, 0),
    ] {
        let most = getrlimit(resource)
            .maximum
            .map_or(most, |now| now.min(most));
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    allow_calls()
}

/// Gives the next file its processor time; the process is ended when it has used it up.
pub(super) fn renew_time() -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
    let end = u64::try_from(used).unwrap_or(0) + SECONDS + 1;
    let maximum = getrlimit(Resource::Cpu).maximum;
    let limit = Rlimit {
        current: Some(maximum.map_or(end, |most| most.min(end))),
        maximum,
    };
    Ok(setrlimit(Resource::Cpu, limit)?)
}

/// Bytes of address space the process has.
fn address_space() -> io::Result<u64> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    let pages = pages.split(' ').next().and_then(|n| n.parse::<u64>().ok());
    let pages = pages.ok_or_else(|| io::Error::other("no size in /proc/self/statm"))?;
    Ok(pages * rustix::param::page_size() as u64)
}

fn allow_calls() -> io::Result<()> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        CALLS.iter().map(|call| (*call, Vec::new())).collect();
    for (call, argument, values) in CALLS_WITH {
        let one = |value: &u64| {
            let is = SeccompCmpOp::Eq;
            SeccompCondition::new(argument, SeccompCmpArgLen::Dword, is, *value)
                .and_then(|condition| SeccompRule::new(vec![condition]))
        };
        let allowed: Result<Vec<_>, _> = values.iter().map(one).collect();
        rules.insert(call, allowed.map_err(io::Error::other)?);
    }
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let here = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter = SeccompFilter::new(rules, refused, SeccompAction::Allow, here);
    let program = filter.and_then(BpfProgram::try_from);
    let program = program.map_err(io::Error::other)?;
    apply_filter(&program).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{ErrorKind, Read, Write};
    use std::net::TcpListener;
    use std::process::Command;
    use std::thread;

    use super::*;

    /// The filter holds for one thread and those it starts, so a thread can try it.
    #[test]
    fn nothing_can_be_opened_read_written_or_started() {
        let mut readable = File::open("/proc/self/status").expect("opens");
        let mut writable = tempfile::tempfile().expect("opens");
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let address = listener.local_addr().expect("has an address");
        let shut_in = thread::spawn(move || {
            allow_calls().expect("is shut in");
            let mut buffer = vec![0; 3_000_000];
            let refused = [
                File::open("/proc/self/status").err(),
                File::create("created").err(),
                readable.read(&mut buffer).err(),
                writable.write(b"x").err(),
                std::fs::remove_file("created").err(),
                TcpListener::bind("127.0.0.1:0").err(),
                std::net::TcpStream::connect(address).err(),
                Command::new("true").spawn().err(),
            ];
            // Memory can be had, and time can be told.
            let longer = vec![1u8; 30_000_000];
            let now = std::time::SystemTime::now();
            (
                refused.map(|error| error.map(|error| error.kind())),
                longer.len(),
                now,
            )
        });
        let (refused, length, _) = shut_in.join().expect("ends");
        assert_eq!(refused, [Some(ErrorKind::PermissionDenied); 8]);
        assert_eq!(length, 30_000_000);
    }
}
