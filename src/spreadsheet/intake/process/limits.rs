//! How a reader process shuts itself in before it looks at the first file.

use std::fs;
use std::io;

use rustix::process::{
    Resource, Rlimit, Signal, getrlimit, set_parent_process_death_signal, setrlimit,
};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};

/// Address space beyond what the process has at its start.
const MEMORY: u64 = 48 * 1024 * 1024;
/// Seconds of processor time for one file.
const SECONDS: u64 = 2;

/// What a process that only computes asks of the kernel. Everything else is answered with "not permitted":
/// opening and writing files, sockets, starting programs.
const CALLS: [libc::c_long; 29] = [
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_mmap,
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
    let rules = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let here = TargetArch::try_from(std::env::consts::ARCH).map_err(io::Error::other)?;
    let filter = SeccompFilter::new(rules, refused, SeccompAction::Allow, here);
    let program = filter.and_then(BpfProgram::try_from);
    let program = program.map_err(io::Error::other)?;
    apply_filter(&program).map_err(io::Error::other)
}
