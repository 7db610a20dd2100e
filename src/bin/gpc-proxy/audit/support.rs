//! The support resource, by which a site states that it honours the signal (GPC, "GPC Support Resource").

use http::HeaderMap;
use reqwest::Url;
use serde::Serialize;
use serde_json::Value;

use super::client::{Answer, Client};

/// What is at `/.well-known/gpc.json`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Support {
    /// What the site states; none if it states nothing that can be read.
    pub(super) gpc: Option<bool>,
    pub(super) last_update: Option<String>,
    /// What is wrong with it.
    pub(super) problem: Option<String>,
}

/// Asks the site of a page.
pub(super) async fn ask(client: &Client, page: &Url) -> Support {
    let answer = match page.join("/.well-known/gpc.json") {
        Ok(url) => client.get(&url, HeaderMap::new()).await,
        Err(error) => Err(error.to_string()),
    };
    match answer {
        Ok(answer) => read(&answer),
        Err(problem) => Support { problem: Some(problem), ..Support::default() },
    }
}

fn read(answer: &Answer) -> Support {
    let problem = |text: &str| Support { problem: Some(text.to_owned()), ..Support::default() };
    if answer.head.status != 200 {
        return problem(&format!("answered {}", answer.head.status));
    }
    let Ok(Value::Object(document)) = serde_json::from_slice(&answer.body) else {
        return problem("no JSON object");
    };
    let Some(gpc) = document.get("gpc").and_then(Value::as_bool) else {
        return problem("without a `gpc` that is true or false");
    };
    let last_update = document.get("lastUpdate").and_then(Value::as_str).map(str::to_owned);
    let kind = answer.head.field("content-type").unwrap_or_default();
    let problem = if !kind.to_ascii_lowercase().starts_with("application/json") {
        Some(format!("its content type is {kind:?}, not application/json"))
    } else if !last_update.as_deref().is_some_and(is_date) {
        Some("its `lastUpdate` is no date".to_owned())
    } else {
        None
    };
    Support { gpc: Some(gpc), last_update, problem }
}

/// RFC 3339: a full date, or one with a time.
fn is_date(text: &str) -> bool {
    let form = |form: &str, text: &str| {
        form.len() == text.len()
            && form
                .bytes()
                .zip(text.bytes())
                .all(|(form, byte)| if form == b'9' { byte.is_ascii_digit() } else { form == byte })
    };
    match text.split_once(['T', 't', ' ']) {
        None => form("9999-99-99", text),
        Some((date, time)) => form("9999-99-99", date) && time.get(..8).is_some_and(|clock| form("99:99:99", clock)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::visit::Head;
    use super::*;

    #[test]
    fn only_a_statement_in_order_is_one_without_a_problem() {
        let table = [
            (200, "application/json", r#"{"gpc": true, "lastUpdate": "2026-01-31"}"#, Some(true), None),
            (
                200,
                "application/json; charset=utf-8",
                r#"{"gpc": false, "lastUpdate": "2026-01-31T10:00:00Z"}"#,
                Some(false),
                None,
            ),
            (200, "text/html", r#"{"gpc": true, "lastUpdate": "2026-01-31"}"#, Some(true), Some("content type")),
            (200, "application/json", r#"{"gpc": true, "lastUpdate": "yesterday"}"#, Some(true), Some("lastUpdate")),
            (200, "application/json", r#"{"gpc": true}"#, Some(true), Some("lastUpdate")),
            (200, "application/json", r#"{"gpc": "true"}"#, None, Some("true or false")),
            (200, "application/json", "[true]", None, Some("object")),
            (200, "text/html", "<!doctype html>", None, Some("object")),
            (404, "application/json", r#"{"gpc": true}"#, None, Some("404")),
        ];
        for (status, kind, body, gpc, problem) in table {
            let fields = vec![("content-type".to_owned(), kind.to_owned())];
            let answer = Answer { head: Head { url: String::new(), status, fields }, body: body.into() };
            let support = read(&answer);
            assert_eq!(support.gpc, gpc, "{body}");
            match problem {
                None => assert_eq!(support.problem, None, "{body}"),
                Some(part) => assert!(support.problem.as_deref().unwrap().contains(part), "{support:?}"),
            }
        }
    }
}
