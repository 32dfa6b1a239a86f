//! `cargo bench --bench workbooks`: how long workbooks take, each beside a bare loop over the same
//! files or rows, in turns, in the same process. It prints ratios and the figures behind them and
//! judges nothing.
//!
//! Data: the demo's country (1,788 bodies, a closed and an open edition).

use std::sync::Arc;
use std::time::{Duration, Instant};

use torimatome::app::open_desk;
use torimatome::config::Settings;
use torimatome::domain::japan_time::SystemClock;

mod out;

/// Runs both in turns and gives the middle time of each: whatever else the machine does falls on both.
fn in_turns(rounds: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> [Duration; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        times[0].push(timed(&mut one));
        times[1].push(timed(&mut other));
    }
    times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    })
}

fn timed(run: &mut impl FnMut()) -> Duration {
    let started = Instant::now();
    run();
    started.elapsed()
}

/// Resident memory of this process now and at its highest since [`forget_highest`], in MB.
fn resident_mb() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kb = line.and_then(|line| line.split_whitespace().nth(1));
        kb.and_then(|text| text.parse::<f64>().ok())
            .unwrap_or(f64::NAN)
            / 1024.0
    };
    (value("VmRSS:"), value("VmHWM:"))
}

/// The highest resident memory is counted anew from here.
fn forget_highest() {
    // Where the kernel does not offer it, the figure is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// One line of a table: what, how long, against what.
fn row(what: &str, time: Duration, bare: Duration) {
    println!(
        "   {what:<34} {:>8.1} ms   bare {:>8.1} ms   ratio {:>6.3}",
        time.as_secs_f64() * 1000.0,
        bare.as_secs_f64() * 1000.0,
        time.as_secs_f64() / bare.as_secs_f64()
    );
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings::demo(
        folder.path(),
        std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
    );
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let desk = runtime.block_on(async {
        let desk = open_desk(&settings, Arc::new(SystemClock))
            .await
            .expect("opens");
        torimatome::demo::fill(&desk).await.expect("fills");
        desk
    });
    out::run(&runtime, &desk);
}
