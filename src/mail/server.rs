//! One conversation with the mail server: opened by its address, used for many letters, ended politely.
//!
//! ```text
//! smtp(s)://… ─ MailServer ─ connect (no delay on the wire, TLS, sign-in) ─> conversation ─ letter ─> its words
//! ```
//! lettre's own transport opens its sockets so that the last bytes of a letter wait for the other side's delayed
//! acknowledgement, 40 ms a letter; here they leave at once.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

/// Letters of one conversation; some servers take no more.
const LETTERS: u32 = 100;

/// What stands in the way of a letter.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Said while the conversation was opened: no letter is to blame.
    #[error(transparent)]
    Opening(Error),
    #[error(transparent)]
    Letter(Error),
    #[error("no connection: {0}")]
    Connection(#[from] io::Error),
    #[error("no answer in time")]
    Time,
}

/// How the conversation is kept secret.
enum Secrecy {
    /// Not at all: for a relay on the same machine.
    None,
    /// STARTTLS if the server offers it.
    IfOffered,
    /// STARTTLS, or nothing is said.
    Required,
    /// TLS from the first byte.
    Whole(Box<TlsConnector>),
}

/// A mail server, and the conversation that is open with it.
pub(super) struct MailServer {
    host: String,
    port: u16,
    secrecy: Secrecy,
    /// Authorities to trust besides this machine's, in PEM.
    authorities: Vec<u8>,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Duration,
    open: Mutex<Option<Conversation>>,
}

struct Conversation {
    connection: AsyncSmtpConnection,
    letters: u32,
}

impl MailServer {
    /// The server of an address such as `smtps://user:password@host` or `smtp://host:587?tls=required`; `None` if it
    /// does not read. A path is the name we greet with. `authorities` are certificates in PEM, may be empty.
    pub(super) fn parse(address: &str, authorities: Vec<u8>, patience: Duration) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
        let tls = url.query_pairs().find(|(key, _)| key == "tls");
        let (secrecy, port) = match (url.scheme(), tls.as_ref().map(|(_, value)| &**value)) {
            ("smtp", None) => (Secrecy::None, SMTP_PORT),
            ("smtp", Some("opportunistic")) => (Secrecy::IfOffered, SUBMISSION_PORT),
            ("smtp", Some("required")) => (Secrecy::Required, SUBMISSION_PORT),
            ("smtps", _) => (
                Secrecy::Whole(Box::new(connector(&authorities)?)),
                SUBMISSIONS_PORT,
            ),
            _ => return None,
        };
        let plain = |text: &str| Some(percent_decode_str(text).decode_utf8().ok()?.into_owned());
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(plain(url.username())?, plain(password)?)),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Some(Self {
            port: url.port().unwrap_or(port),
            host: host.trim_matches(['[', ']']).to_owned(),
            secrecy,
            authorities,
            credentials,
            hello,
            patience,
            open: Mutex::new(None),
        })
    }

    /// Whether somebody answers; the conversation stays open for the letters.
    pub(super) async fn is_there(&self) -> Result<(), Trouble> {
        let mut open = self.open.lock().await;
        let conversation = self.conversation(open.take()).await?;
        *open = Some(conversation);
        Ok(())
    }

    /// Hands one message over. A conversation in which anything went wrong is not used again.
    pub(super) async fn send(
        &self,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<Response, Trouble> {
        let mut open = self.open.lock().await;
        // Taken out first: if this is given up half-way, nobody goes on with what is left.
        let mut conversation = self.conversation(open.take()).await?;
        let sending = conversation.connection.send(envelope, message);
        let reply = sending.await.map_err(Trouble::Letter)?;
        conversation.letters += 1;
        *open = Some(conversation);
        Ok(reply)
    }

    /// Ends the conversation.
    pub(super) async fn leave(&self) {
        if let Some(mut conversation) = self.open.lock().await.take() {
            // Every letter was answered; what is said to the goodbye changes nothing.
            let _ = timeout(self.patience, conversation.connection.quit()).await;
        }
    }

    /// The conversation, if the server still takes part in it, or a new one. Servers end one after so many letters
    /// or so long a silence; asked before each letter, that costs one answer and no attempt.
    async fn conversation(&self, old: Option<Conversation>) -> Result<Conversation, Trouble> {
        if let Some(mut old) = old {
            if old.letters == 0 {
                return Ok(old);
            }
            let lives = old.letters < LETTERS
                && timeout(self.patience, old.connection.test_connected())
                    .await
                    .unwrap_or(false);
            if lives {
                return Ok(old);
            }
            let _ = timeout(self.patience, old.connection.quit()).await;
        }
        let opening = timeout(self.patience * 2, self.connect());
        let connection = opening.await.map_err(|_| Trouble::Time)??;
        Ok(Conversation {
            connection,
            letters: 0,
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let connecting = TcpStream::connect((self.host.as_str(), self.port));
        let plain = timeout(self.patience, connecting)
            .await
            .map_err(|_| Trouble::Time)??;
        plain.set_nodelay(true)?;
        let stream: Box<dyn AsyncTokioStream> = match &self.secrecy {
            Secrecy::Whole(connector) => {
                let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
                Box::new(Secret(connector.connect(name, plain).await?))
            }
            _ => Box::new(plain),
        };
        let connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        let mut connection = connection.await.map_err(Trouble::Opening)?;
        let introduced = self.introduce(&mut connection).await;
        introduced.map_err(Trouble::Opening)?;
        Ok(connection)
    }

    /// Encryption and sign-in, as far as they are wanted.
    async fn introduce(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
        let upgrades = match self.secrecy {
            Secrecy::Required => true,
            Secrecy::IfOffered => connection.can_starttls(),
            Secrecy::None | Secrecy::Whole(_) => false,
        };
        if upgrades {
            let mut tls = TlsParameters::builder(self.host.clone());
            for der in certificates(&self.authorities) {
                tls = tls.add_root_certificate(Certificate::from_der(der.to_vec())?);
            }
            connection.starttls(tls.build()?, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(())
    }
}

/// The certificates of a PEM file; what does not read is left out.
pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).flatten().collect()
}

/// TLS that trusts whom this machine trusts, and these authorities.
fn connector(authorities: &[u8]) -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(certificates(authorities));
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
}

/// A stream that is TLS from the first byte, as lettre takes it.
#[derive(Debug)]
struct Secret(TlsStream<TcpStream>);

impl AsyncTokioStream for Secret {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secret {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Secret {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(address: &str) -> Option<(String, u16, bool)> {
        let server = MailServer::parse(address, Vec::new(), Duration::from_secs(1))?;
        let signs_in = server.credentials.is_some();
        Some((server.host, server.port, signs_in))
    }

    #[test]
    fn addresses_of_servers() {
        let found = |host: &str, port, signs_in| Some((host.to_owned(), port, signs_in));
        for (address, server) in [
            ("smtp://relay.example", found("relay.example", 25, false)),
            (
                "smtp://relay.example?tls=required",
                found("relay.example", 587, false),
            ),
            (
                "smtp://relay.example?tls=opportunistic",
                found("relay.example", 587, false),
            ),
            (
                "smtps://u%40d:p%2F@relay.example",
                found("relay.example", 465, true),
            ),
            (
                "smtps://relay.example:4650/portal.example",
                found("relay.example", 4650, false),
            ),
            ("smtp://[::1]:2525", found("::1", 2525, false)),
            ("smtp://relay.example?tls=perhaps", None),
            ("https://relay.example", None),
            ("smtp://", None),
            ("relay.example", None),
        ] {
            assert_eq!(parsed(address), server, "{address}");
        }
    }
}
