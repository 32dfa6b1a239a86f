//! Our own style sheet, script and icon, inside the binary.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
pub use rust_embed::RustEmbed;

/// The folder `static`.
#[derive(RustEmbed)]
#[folder = "static/"]
pub struct Assets;

/// GET `/static/{name}`.
pub async fn file(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(file) = Assets::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let etag: String = file.metadata.sha256_hash()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let etag = format!("\"{etag}\"");
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|seen| seen == etag.as_str());
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    // Addresses carry a version, so a copy may be kept long.
    response
        .insert_header((CACHE_CONTROL, "public, max-age=31536000"))
        .insert_header((ETAG, etag));
    if known {
        return response.finish();
    }
    let kind = mime_guess::from_path(name.as_str()).first_or_octet_stream();
    let content_type = if kind.type_() == "text" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    response
        .content_type(content_type)
        .body(file.data.into_owned())
}
