//! The program: command line in, exit status out.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = torimatome::cli::Cli::parse();
    if cli.is_reader() {
        return torimatome::spreadsheet::intake::process::serve();
    }
    torimatome::telemetry::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("could not start: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(cli.run()) {
        Ok(status) => status,
        Err(error) if error.is::<torimatome::cli::Finding>() => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}
