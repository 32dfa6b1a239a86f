//! Mail servers as they are: encrypted, with a sign-in and an authority of their own, and tired of long conversations.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use torimatome::domain::japan_time::UnixMillis;
use torimatome::mail::{Handed, Letter, PostSettings, Postman};

use crate::smtp::MailServer;

const USER: &str = "portal@relay.example";
const PASSWORD: &str = "p/ss: w%rd";

/// Files of an authority and of a certificate it gave to this machine.
struct Papers {
    folder: tempfile::TempDir,
}

impl Papers {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("names");
        let certificate = params.signed_by(&key, &authority).expect("a certificate");
        let papers = Self { folder };
        for (name, text) in [
            ("authority.pem", authority.pem()),
            ("certificate.pem", certificate.pem()),
            ("key.pem", key.serialize_pem()),
        ] {
            std::fs::write(papers.path(name), text).expect("writes");
        }
        papers
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn server(&self, kind: &str) -> MailServer {
        let paths = [self.path("certificate.pem"), self.path("key.pem")];
        let paths = paths.each_ref().map(|path| path.to_str().expect("a path"));
        MailServer::start_with(&[kind, paths[0], paths[1], USER, PASSWORD])
    }
}

fn postman(url: String, ca_file: Option<PathBuf>) -> Postman {
    let settings = PostSettings {
        smtp_url: Some(url),
        smtp_ca_file: ca_file,
        from: "とりまとめ <no-reply@portal.example>".to_owned(),
        ..PostSettings::default()
    };
    Postman::open(&settings).expect("opens").expect("a server")
}

fn letter(number: usize) -> Letter {
    Letter {
        message_id: format!("{number}.abc@portal.example"),
        to: "iryo@city.example".parse().expect("an address"),
        subject: "【012025函館市・意向等調査】受け付けました".to_owned(),
        body: "本文です。\n.\n..点で始まる行\n".to_owned(),
        at: UnixMillis(1_780_000_000_000),
    }
}

#[tokio::test]
async fn letters_leave_encrypted_and_signed_in() {
    let papers = Papers::new();
    for (kind, scheme, tls) in [
        ("smtps", "smtps", ""),
        ("starttls", "smtp", "?tls=required"),
    ] {
        let server = papers.server(kind);
        let url = |password: &str| {
            format!(
                "{scheme}://portal%40relay.example:{password}@127.0.0.1:{}{tls}",
                server.port
            )
        };
        let right = "p%2Fss%3A%20w%25rd";

        let sends = postman(url(right), Some(papers.path("authority.pem")));
        sends.is_there().await.expect("answers");
        for number in 0..3 {
            let handed = sends.send(&letter(number)).await;
            assert!(matches!(handed, Handed::Over(_)), "{kind}: {handed:?}");
            let taken = server.next_taken();
            let (id, subject, text) = taken.read();
            assert_eq!(id, letter(number).message_id);
            assert_eq!(
                (subject, text),
                (letter(number).subject, letter(number).body)
            );
        }
        sends.leave().await;

        let why = postman(url(right), None).is_there().await;
        let why = why.expect_err("nobody vouches for this server");
        assert!(why.contains("certificate"), "{kind}: {why}");

        let wrong = postman(url("wrong"), Some(papers.path("authority.pem")));
        let why = wrong.is_there().await.expect_err("signs nobody in");
        assert!(why.contains("535"), "{kind}: {why}");
        assert!(!why.contains("wrong"), "no password in a log: {why}");
        assert!(server.all_taken().is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn a_server_that_ends_the_conversation_costs_no_attempt() {
    let mut server = MailServer::start();
    server.will("close,ok,close");
    let sends = postman(format!("smtp://127.0.0.1:{}", server.port), None);
    sends.is_there().await.expect("answers");
    for number in 0..4 {
        let handed = sends.send(&letter(number)).await;
        assert!(matches!(handed, Handed::Over(_)), "{number}: {handed:?}");
        assert_eq!(server.next_taken().read().0, letter(number).message_id);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    sends.leave().await;
    assert!(server.all_taken().is_empty());
}

#[test]
fn a_file_without_certificates_is_refused_at_the_start() {
    let papers = Papers::new();
    let open = |ca_file: PathBuf| {
        let settings = PostSettings {
            smtp_url: Some("smtps://relay.example".to_owned()),
            smtp_ca_file: Some(ca_file),
            from: "no-reply@portal.example".to_owned(),
            ..PostSettings::default()
        };
        Postman::open(&settings)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(open(papers.path("authority.pem")), Ok(()));
    let none = open(papers.path("key.pem")).expect_err("no certificate");
    assert!(none.contains("TORIMATOME_SMTP_CA_FILE"), "{none}");
    let missing = open(papers.path("nowhere.pem")).expect_err("no file");
    assert!(missing.contains("TORIMATOME_SMTP_CA_FILE"), "{missing}");
}
