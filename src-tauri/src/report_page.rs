//! Serves the report to its frame under a scheme of its own, so that it has its
//! own policy: its inline styles and drawings work, scripts and loading don't.

use crate::desk::Desk;
use shinsa_studio::{Lang, ReportLook};
use tauri::http::{Response, StatusCode, header};
use tauri::{Builder, Manager, Wry};

/// The scheme; the page is at `report://localhost/?lang=ja&scheme=dark`.
pub const SCHEME: &str = "report";

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors tauri: http://tauri.localhost http://127.0.0.1:14273";

/// Registers the scheme.
pub fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.register_asynchronous_uri_scheme_protocol(SCHEME, |context, request, responder| {
        let app = context.app_handle().clone();
        let look = look(request.uri().query().unwrap_or_default());
        tauri::async_runtime::spawn_blocking(move || {
            // Why there is none is told where the page asks for the report by name.
            let page = app.state::<Desk>().studio.report_page(look).ok().flatten();
            responder.respond(reply(page));
        });
    })
}

/// What the window asks for.
fn look(query: &str) -> ReportLook {
    let mut look = ReportLook::default();
    for pair in query.split('&') {
        match pair {
            "lang=ja" => look.lang = Some(Lang::Ja),
            "lang=en" => look.lang = Some(Lang::En),
            "scheme=dark" => look.dark = Some(true),
            "scheme=light" => look.dark = Some(false),
            _ => {}
        }
    }
    look
}

fn reply(page: Option<String>) -> Response<Vec<u8>> {
    let (status, body) = match page {
        Some(page) => (StatusCode::OK, page.into_bytes()),
        None => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_read_from_the_query_and_nothing_else_is() {
        assert_eq!(
            look("lang=en&scheme=dark"),
            ReportLook { lang: Some(Lang::En), dark: Some(true) }
        );
        assert_eq!(look("scheme=light"), ReportLook { lang: None, dark: Some(false) });
        assert_eq!(look("lang=fr&scheme=%00"), ReportLook::default());
        assert_eq!(look(""), ReportLook::default());
    }
}
