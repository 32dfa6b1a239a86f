//! A real mail server that misbehaves by script: `smtp_server.py`, a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The server; ended when this value goes.
pub struct MailServer {
    pub port: u16,
    child: Child,
    script: ChildStdin,
    lines: mpsc::Receiver<String>,
}

/// A message the server was handed.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: Vec<String>,
    pub raw: Vec<u8>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl MailServer {
    /// Starts one on a free port.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with arguments; see `smtp_server.py`.
    pub fn start_with(arguments: &[&str]) -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/smtp_server.py");
        // The system's own interpreter: it has the distribution's aiosmtpd.
        let mut child = Command::new("/usr/bin/python3")
            .arg(path)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let script = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let mut server = Self {
            port: 0,
            child,
            script,
            lines,
        };
        server.port = server
            .line()
            .parse()
            .expect("its port (is python3-aiosmtpd installed?)");
        server
    }

    fn line(&self) -> String {
        self.lines
            .recv_timeout(Duration::from_secs(60))
            .expect("the mail server says something")
    }

    /// What it does with the messages to come; see `smtp_server.py`.
    pub fn will(&mut self, words: &str) {
        writeln!(self.script, "{words}").expect("the mail server listens");
        while !self.line().contains("\"script\"") {}
    }

    /// The next message it is handed, however long that takes (within reason).
    pub fn next_taken(&self) -> Taken {
        read(&self.line())
    }

    /// Everything it was handed so far and nobody asked for.
    pub fn all_taken(&self) -> Vec<Taken> {
        let mut all = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(200)) {
            all.push(read(&line));
        }
        all
    }
}

fn read(line: &str) -> Taken {
    let value: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
    let words = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    Taken {
        to: value["to"]
            .as_array()
            .expect("recipients")
            .iter()
            .map(words)
            .collect(),
        raw: STANDARD
            .decode(words(&value["raw"]))
            .expect("a message in base64"),
    }
}

impl Taken {
    /// Message-ID, subject and text, as a mail program of another make reads them.
    pub fn read(&self) -> (String, String, String) {
        let message = mail_parser::MessageParser::default()
            .parse(&self.raw)
            .expect("a message");
        (
            message.message_id().expect("a Message-ID").to_owned(),
            message.subject().expect("a subject").to_owned(),
            message.body_text(0).expect("a text").replace("\r\n", "\n"),
        )
    }
}
