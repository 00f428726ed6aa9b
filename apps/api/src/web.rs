//! The web app, embedded. Unknown addresses get its page (it has its own router), missing files a 404.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::{error::ApiError, routes};

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/web"]
struct Assets;

/// Serves a file of the web app, or its page.
pub(crate) async fn serve(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let path = request.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return routes::not_found().await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(routes::method_not_allowed(request).await);
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file && path != "index.html" {
        return match file(&request, path) {
            Some(response) => Ok(response),
            None => routes::not_found().await,
        };
    }
    match file(&request, "index.html") {
        Some(response) => Ok(response),
        None => routes::not_found().await,
    }
}

fn file(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    let plain = Assets::get(path)?;
    let (file, encoding) = encoded(request, path).map_or((plain, None), |(file, name)| (file, Some(name)));
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    // Names of built assets carry their hash; everything else is asked for again each time.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = request.headers().get(header::IF_NONE_MATCH).is_some_and(|seen| seen == etag.as_str());
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::ETAG, etag));
    if unchanged {
        return Some(response.finish());
    }
    if let Some(encoding) = encoding {
        response.insert_header((header::CONTENT_ENCODING, encoding));
    }
    let media_type = media_type(path);
    Some(response.content_type(media_type).body(file.data.into_owned()))
}

/// The file as compressed at build time, if the browser takes it.
fn encoded(request: &HttpRequest, path: &str) -> Option<(EmbeddedFile, &'static str)> {
    let accepted = request.headers().get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, ending)| {
        let wanted =
            accepted.split(',').any(|one| one.split(';').next().is_some_and(|name| name.trim() == encoding));
        wanted.then(|| Assets::get(&format!("{path}.{ending}")).map(|file| (file, encoding))).flatten()
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
