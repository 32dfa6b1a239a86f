//! A form with files: session, CSRF token and files in one, bounded in every direction.
//!
//! ```text
//! body ─ multipart (bounded) ─> fields · spool (memory, then an unnamed file) ─> Upload { session, form, files }
//! ```
//! The token stands before the files, so that nobody's bytes are kept before it is checked. Whoever is
//! refused still gets an answer: what they go on sending is read and thrown away, within bounds.

pub mod multipart;
pub mod spool;

use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, web};
use futures_core::Stream;
use subtle::ConstantTimeEq;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout};

use self::multipart::{Event, Malformed, Multipart};
use self::spool::{Content, Spool};
use super::error::{WebError, WebResult};
use super::form::FormData;
use super::session::{Session, resume};
use super::state::AppState;
use crate::domain::account::Role;

const MEGABYTE: u64 = 1024 * 1024;
/// Largest file that a body sends for itself, in megabytes; Form 1 has 10 to 30 kB.
pub const OWN_FILE_MB: u64 = 5;
/// Most that is sent at once as tables of bodies, in megabytes; the code table has 150 kB.
pub const TABLE_MB: u64 = 5;
/// Most that is sent at once in bulk, in megabytes.
pub const BULK_MB: u64 = 100;
/// Most files that are sent at once in bulk, a ZIP counting as one.
pub const BULK_FILES: usize = 2_000;
/// Uploads that arrive at the same time.
pub const UPLOADS_AT_ONCE: usize = 16;

/// Heads, boundaries and fields beside the files.
const BESIDE_FILES: u64 = 2 * MEGABYTE;
/// Longest plain field, in bytes, and how many there may be.
const FIELD_MAX: usize = 4 * 1024;
const FIELDS_MAX: usize = 50;
/// Nothing has come for so long: the sender is given up.
const SILENCE: Duration = Duration::from_secs(30);
/// What is still read of a refused upload, so that the browser comes to read the answer.
const DRAINED_BYTES: u64 = 256 * MEGABYTE;
const DRAINED_FOR: Duration = Duration::from_secs(20);

/// What a route takes, and from whom.
pub trait Allowance: 'static {
    /// Most bytes of all files.
    const TOTAL: u64;
    /// Most files.
    const FILES: usize;
    /// Longest time an upload may take.
    const PATIENCE: Duration;

    /// Whether the visitor has business here; otherwise nothing is read.
    fn admits(session: &Session) -> bool;
}

/// A body's own Form 1.
pub struct OwnFile;

impl Allowance for OwnFile {
    const TOTAL: u64 = OWN_FILE_MB * MEGABYTE;
    const FILES: usize = 1;
    const PATIENCE: Duration = Duration::from_secs(120);

    fn admits(session: &Session) -> bool {
        session.actor.body.is_some()
    }
}

/// Many files at once, for those who gather.
pub struct ManyFiles;

impl Allowance for ManyFiles {
    const TOTAL: u64 = BULK_MB * MEGABYTE;
    const FILES: usize = BULK_FILES;
    const PATIENCE: Duration = Duration::from_secs(15 * 60);

    fn admits(session: &Session) -> bool {
        matches!(session.actor.role, Role::Prefecture(_) | Role::Ministry)
    }
}

/// Tables of bodies, for the ministry: the code table and a list of classes beside it.
pub struct TableFiles;

impl Allowance for TableFiles {
    const TOTAL: u64 = TABLE_MB * MEGABYTE;
    const FILES: usize = 2;
    const PATIENCE: Duration = Duration::from_secs(120);

    fn admits(session: &Session) -> bool {
        session.actor.role == Role::Ministry
    }
}

/// A signed-in visitor's form with files, its CSRF token checked.
pub struct Upload<A> {
    pub session: Session,
    pub form: FormData,
    /// The files, in the order of the form; empty if none was chosen.
    pub files: Vec<UploadedFile>,
    /// One of [`UPLOADS_AT_ONCE`], until the handler is done with the files.
    _place: OwnedSemaphorePermit,
    allowance: PhantomData<A>,
}

/// One file as it was sent.
#[derive(Debug)]
pub struct UploadedFile {
    /// As the browser names it, without folders.
    pub name: String,
    pub content: Content,
}

impl From<Malformed> for WebError {
    fn from(_: Malformed) -> Self {
        Self::BadRequest
    }
}

impl<A: Allowance> FromRequest for Upload<A> {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let read = receive(&request, &mut payload).await;
            // Who was too slow once is not waited for again.
            if read
                .as_ref()
                .is_err_and(|error| !matches!(error, WebError::TooSlow))
            {
                drain(&mut payload, DRAINED_BYTES, DRAINED_FOR).await;
            }
            read
        })
    }
}

async fn receive<A: Allowance>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> WebResult<Upload<A>> {
    let Some(session) = resume(request).await? else {
        return Err(WebError::UploadEnded {
            path: request.path().to_owned(),
        });
    };
    if !A::admits(&session) {
        return Err(WebError::NotFound);
    }
    let state = request.app_data::<web::Data<AppState>>();
    let state = state.ok_or_else(|| WebError::Internal(anyhow::anyhow!("no state")))?;
    let place = state.uploads.clone().try_acquire_owned();
    let place = place.map_err(|_| WebError::Busy)?;
    let header = |name| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok())
    };
    let declared = header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|length| length > A::TOTAL + BESIDE_FILES) {
        return Err(WebError::FileTooLarge);
    }
    let reader = Multipart::new(header(CONTENT_TYPE).unwrap_or_default())?;
    let parts = Parts::<A>::new(session.csrf.clone());
    let read = timeout(A::PATIENCE, read_parts(reader, parts, payload)).await;
    let parts = read.map_err(|_| WebError::TooSlow)??;
    let (form, files) = parts.close().await?;
    Ok(Upload {
        session,
        form,
        files,
        _place: place,
        allowance: PhantomData,
    })
}

/// The next bytes of a body; `None` at its end, an error if it broke off or fell silent.
async fn next(payload: &mut Payload, silence: Duration) -> WebResult<Option<Bytes>> {
    let chunk = std::future::poll_fn(|context| Pin::new(&mut *payload).poll_next(context));
    match timeout(silence, chunk).await {
        Err(_) => Err(WebError::TooSlow),
        Ok(None) => Ok(None),
        Ok(Some(chunk)) => chunk.map(Some).map_err(|_| WebError::BadRequest),
    }
}

/// Reads and forgets what is left of a body.
async fn drain(payload: &mut Payload, most: u64, longest: Duration) {
    let end = Instant::now() + longest;
    let mut drained = 0;
    while drained < most {
        let left = end.saturating_duration_since(Instant::now());
        match next(payload, left.min(SILENCE)).await {
            Ok(Some(chunk)) => drained += chunk.len() as u64,
            _ => break,
        }
    }
}

async fn read_parts<A: Allowance>(
    mut reader: Multipart,
    mut parts: Parts<A>,
    payload: &mut Payload,
) -> WebResult<Parts<A>> {
    while let Some(chunk) = next(payload, SILENCE).await? {
        reader.feed(&chunk, |event| parts.take(event))?;
        parts.spool.settle().await.map_err(spool_failed)?;
    }
    reader.finish()?;
    // A form without any file.
    parts.must_be_own()?;
    Ok(parts)
}

fn spool_failed(error: std::io::Error) -> WebError {
    WebError::Internal(anyhow::Error::new(error).context("cannot keep an upload"))
}

/// What has been read of a form.
struct Parts<A> {
    csrf: String,
    fields: Vec<(String, Vec<u8>)>,
    /// Name, start and length in the spool.
    files: Vec<(String, u64, u64)>,
    in_file: bool,
    spool: Spool,
    allowance: PhantomData<A>,
}

impl<A: Allowance> Parts<A> {
    fn new(csrf: String) -> Self {
        Self {
            csrf,
            fields: Vec::new(),
            files: Vec::new(),
            in_file: false,
            spool: Spool::default(),
            allowance: PhantomData,
        }
    }

    fn take(&mut self, event: Event<'_>) -> WebResult<()> {
        match event {
            Event::Part(head) => match head.file_name {
                Some(name) => {
                    self.must_be_own()?;
                    // An empty file field is a part too, without a name.
                    if self.files.len() > A::FILES {
                        return Err(WebError::FileTooLarge);
                    }
                    self.in_file = true;
                    self.files.push((name, self.spool.length(), 0));
                }
                None => {
                    if self.fields.len() >= FIELDS_MAX {
                        return Err(WebError::TooLarge);
                    }
                    self.in_file = false;
                    self.fields.push((head.name, Vec::new()));
                }
            },
            Event::Data(data) if self.in_file => {
                if self.spool.length() + data.len() as u64 > A::TOTAL {
                    return Err(WebError::FileTooLarge);
                }
                self.spool.append(data);
                if let Some((_, _, length)) = self.files.last_mut() {
                    *length += data.len() as u64;
                }
            }
            Event::Data(data) => {
                if let Some((_, value)) = self.fields.last_mut() {
                    if value.len() + data.len() > FIELD_MAX {
                        return Err(WebError::TooLarge);
                    }
                    value.extend_from_slice(data);
                }
            }
        }
        Ok(())
    }

    /// The form is one of this session's own pages.
    fn must_be_own(&self) -> WebResult<()> {
        let sent = self.fields.iter().find(|(name, _)| name == "csrf");
        let sent = sent.map_or(&[][..], |(_, value)| value);
        if bool::from(sent.ct_eq(self.csrf.as_bytes())) {
            Ok(())
        } else {
            Err(WebError::ForeignForm)
        }
    }

    async fn close(mut self) -> WebResult<(FormData, Vec<UploadedFile>)> {
        self.files
            .retain(|(name, _, length)| !name.is_empty() || *length > 0);
        if self.files.len() > A::FILES {
            return Err(WebError::FileTooLarge);
        }
        let ranges: Vec<_> = self.files.iter().map(|file| (file.1, file.2)).collect();
        let contents = self.spool.close(&ranges).await.map_err(spool_failed)?;
        let files = self.files.into_iter().zip(contents);
        let files = files.map(|((name, _, _), content)| UploadedFile { name, content });
        let fields = self.fields.into_iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(&value).into_owned();
            (name, value)
        });
        Ok((FormData::of(fields.collect()), files.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part<A: Allowance>(parts: &mut Parts<A>, name: &str, file: Option<&str>) -> WebResult<()> {
        parts.take(Event::Part(multipart::PartHead {
            name: name.to_owned(),
            file_name: file.map(str::to_owned),
        }))
    }

    fn own<A: Allowance>() -> Parts<A> {
        let mut parts = Parts::<A>::new("token".to_owned());
        part(&mut parts, "csrf", None).expect("is taken");
        parts.take(Event::Data(b"token")).expect("is taken");
        parts
    }

    #[test]
    fn no_byte_of_a_file_is_kept_before_the_token() {
        let mut parts = Parts::<OwnFile>::new("token".to_owned());
        let refused = part(&mut parts, "file", Some("a.xlsx"));
        assert!(matches!(refused, Err(WebError::ForeignForm)));
        part(&mut parts, "csrf", None).expect("is taken");
        parts.take(Event::Data(b"tokem")).expect("is taken");
        let refused = part(&mut parts, "file", Some("a.xlsx"));
        assert!(matches!(refused, Err(WebError::ForeignForm)));
    }

    #[tokio::test]
    async fn files_and_fields_come_out_and_an_empty_choice_is_none() {
        let mut parts = own::<ManyFiles>();
        for (name, content) in [("a.xlsx", &b"one"[..]), ("", b""), ("b.zip", b"three")] {
            part(&mut parts, "files", Some(name)).expect("is taken");
            parts.take(Event::Data(content)).expect("is taken");
        }
        part(&mut parts, "do", None).expect("is taken");
        parts
            .take(Event::Data("取込み".as_bytes()))
            .expect("is taken");
        let (form, files) = parts.close().await.expect("is kept");
        assert_eq!(form.text("do"), "取込み");
        let names: Vec<_> = files
            .iter()
            .map(|file| (file.name.as_str(), file.content.length()))
            .collect();
        assert_eq!(names, [("a.xlsx", 3), ("b.zip", 5)]);
    }

    #[tokio::test]
    async fn too_much_is_refused_whichever_way_it_is_too_much() {
        let mut parts = own::<OwnFile>();
        part(&mut parts, "file", Some("a.xlsx")).expect("is taken");
        let megabyte = vec![0; 1024 * 1024];
        for _ in 0..OWN_FILE_MB {
            parts.take(Event::Data(&megabyte)).expect("is taken");
        }
        let refused = parts.take(Event::Data(b"!"));
        assert!(matches!(refused, Err(WebError::FileTooLarge)));

        let mut parts = own::<OwnFile>();
        part(&mut parts, "file", Some("a.xlsx")).expect("is taken");
        part(&mut parts, "file", Some("b.xlsx")).expect("is taken");
        assert!(matches!(parts.close().await, Err(WebError::FileTooLarge)));

        let mut parts = own::<OwnFile>();
        part(&mut parts, "note", None).expect("is taken");
        let refused = parts.take(Event::Data(&megabyte));
        assert!(matches!(refused, Err(WebError::TooLarge)));
        let refused = (0..100).find_map(|_| part(&mut parts, "note", None).err());
        assert!(matches!(refused, Some(WebError::TooLarge)));
    }

    #[actix_web::test]
    async fn a_refused_body_is_read_to_its_end_but_not_for_ever() {
        let mut short = Payload::from(Bytes::from_static(b"rest"));
        drain(&mut short, 1024, Duration::from_secs(5)).await;
        assert!(matches!(next(&mut short, SILENCE).await, Ok(None)));

        let mut endless = silent();
        let began = Instant::now();
        drain(&mut endless, 1024, Duration::from_millis(50)).await;
        assert!(began.elapsed() < Duration::from_secs(5));
    }

    /// A body of which nothing ever comes.
    fn silent() -> Payload {
        struct Silent;
        impl Stream for Silent {
            type Item = Result<Bytes, actix_web::error::PayloadError>;
            fn poll_next(
                self: Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Self::Item>> {
                std::task::Poll::Pending
            }
        }
        Payload::Stream {
            payload: Box::pin(Silent),
        }
    }
}
