//! A file for the visitor to keep, under a Japanese name; at once, or sent while it is written.
//!
//! ```text
//! FileStream ─ a task: the next chunk, on a blocking thread ─> channel of two ─> response body
//! ```
//! Whoever goes away, or stops reading for a while, ends the task and with it the work.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding,
};
use actix_web::web::Bytes;
use tokio::sync::mpsc;

use crate::domain::text::is_invisible;
use crate::workflow::take_out::FileStream;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const ZIP: &str = "application/zip";
const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";

/// A visitor who reads nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(120);

/// The response that makes a browser save `bytes` as `name`. What no file system takes, or what would
/// make the name read differently from what it is, is left out of it.
pub fn attachment(bytes: Vec<u8>, name: &str) -> HttpResponse {
    head(name).body(bytes)
}

/// The same for a file that is written while it is sent. An error on the way breaks the connection, so
/// that no browser takes half a file for a whole one.
pub fn streamed(file: FileStream) -> HttpResponse {
    let FileStream { name, mut chunks } = file;
    let (sender, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        loop {
            let next = tokio::task::spawn_blocking(move || (chunks.next(), chunks)).await;
            let piece = match next {
                Ok((Some(Ok(chunk)), rest)) => {
                    chunks = rest;
                    Piece::Chunk(Bytes::from(chunk))
                }
                Ok((None, _)) => {
                    // Whoever has gone needs no end.
                    let _ = sender.send(Piece::End).await;
                    return;
                }
                Ok((Some(Err(error)), _)) => {
                    tracing::error!(cause = %error, "a file broke off");
                    return;
                }
                Err(error) => {
                    tracing::error!(cause = %error, "a file broke off");
                    return;
                }
            };
            match tokio::time::timeout(PATIENCE, sender.send(piece)).await {
                Ok(Ok(())) => {}
                // The visitor has gone.
                Ok(Err(_)) | Err(_) => return,
            }
        }
    });
    head(&name).body(Pieces(receiver))
}

/// A piece of a file on its way. Without an end the file is not whole.
enum Piece {
    Chunk(Bytes),
    End,
}

struct Pieces(mpsc::Receiver<Piece>);

/// Written for the log of the server; the visitor sees a broken download.
#[derive(Debug, thiserror::Error)]
#[error("the file broke off")]
struct BrokeOff;

impl MessageBody for Pieces {
    type Error = BrokeOff;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BrokeOff>>> {
        self.0.poll_recv(context).map(|piece| match piece {
            Some(Piece::Chunk(bytes)) => Some(Ok(bytes)),
            Some(Piece::End) => None,
            None => Some(Err(BrokeOff)),
        })
    }
}

/// The headers of a file with this name.
fn head(name: &str) -> actix_web::HttpResponseBuilder {
    let name = safe_name(name);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_DISPOSITION, disposition(&name)));
    match ending {
        // Packed already; packing again takes long and gains nothing.
        "xlsx" => response
            .insert_header((CONTENT_TYPE, XLSX))
            .insert_header((CONTENT_ENCODING, ContentEncoding::Identity)),
        "zip" => response
            .insert_header((CONTENT_TYPE, ZIP))
            .insert_header((CONTENT_ENCODING, ContentEncoding::Identity)),
        "csv" => response.insert_header((CONTENT_TYPE, CSV)),
        "json" => response.insert_header((CONTENT_TYPE, JSON)),
        "eml" => response.insert_header((CONTENT_TYPE, "message/rfc822")),
        _ => response.insert_header((CONTENT_TYPE, "application/octet-stream")),
    };
    response
}

/// `filename` for old programs, `filename*` (RFC 6266, RFC 8187) for all others.
fn disposition(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!(
        "attachment; filename=\"{}\"; filename*=UTF-8''{encoded}",
        ascii_name(name)
    )
}

/// Letters, digits, `-`, `_` and `.` of the name; everything else as one `_`.
fn ascii_name(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let mut ascii = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') {
            ascii.push(c);
        } else if !ascii.ends_with('_') {
            ascii.push('_');
        }
    }
    let stem = match ascii.trim_matches(['_', '.']) {
        "" => "download",
        stem => stem,
    };
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{stem}.{ending}")
}

/// The name without control and direction characters, without what Windows forbids, at most 120 characters
/// before its ending, never empty and never starting with a dot.
fn safe_name(name: &str) -> String {
    let forbidden = |c: char| {
        c.is_control()
            || is_invisible(c)
            || matches!(c, '\u{2028}' | '\u{2029}')
            || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let clean: String = name.chars().filter(|c| !forbidden(*c)).collect();
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((&clean, "bin"));
    let stem: String = stem
        .trim_start_matches(['.', ' '])
        .trim()
        .chars()
        .take(120)
        .collect();
    let ending = ending.trim();
    if stem.is_empty() {
        format!("download.{ending}")
    } else {
        format!("{stem}.{ending}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_name_reaches_every_browser() {
        let name = "意向等調査_令和9年度分_回答一覧_20261121.xlsx";
        let header = disposition(name);
        assert!(header.starts_with(
            "attachment; filename=\"9_20261121.xlsx\"; filename*=UTF-8''%E6%84%8F%E5%90%91"
        ));
        assert!(header.is_ascii() && header.ends_with("_20261121.xlsx"));
        assert!(disposition("様式2.xlsx").contains("filename=\"2.xlsx\""));
        assert!(disposition("集計.xlsx").contains("filename=\"download.xlsx\""));
    }

    #[test]
    fn a_name_cannot_break_the_header_or_leave_the_folder() {
        for (typed, safe) in [
            ("【012025函館市】様式1.xlsx", "【012025函館市】様式1.xlsx"),
            ("../../a\r\nSet-Cookie: x\".xlsx", "aSet-Cookie x.xlsx"),
            ("様式\u{202E}xslx.1\u{200B}.xlsx", "様式xslx.1.xlsx"),
            ("C:\\a|b?*<>.xlsx", "Cab.xlsx"),
            (".xlsx", "download.xlsx"),
            ("名前", "名前.bin"),
            ("", "download.bin"),
        ] {
            assert_eq!(safe_name(typed), safe, "{typed:?}");
            let header = disposition(&safe_name(typed));
            assert!(header.bytes().all(|byte| (0x20..0x7F).contains(&byte)));
            assert_eq!(header.matches('"').count(), 2);
        }
        assert_eq!(
            safe_name(&format!("{}.xlsx", "長".repeat(500)))
                .chars()
                .count(),
            125
        );
    }

    #[test]
    fn the_kind_follows_the_name() {
        let kind = |name: &str| {
            let response = attachment(Vec::new(), name);
            let value = response.headers().get(CONTENT_TYPE).cloned();
            value.expect("a content type").as_bytes().to_vec()
        };
        assert_eq!(kind("様式1.xlsx"), XLSX.as_bytes());
        assert_eq!(kind("様式1"), b"application/octet-stream");
    }
}
