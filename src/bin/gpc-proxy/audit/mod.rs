//! `gpc-proxy audit`: a site as a regulator sees it, without the signal and then with it.
//!
//! | file | speaks of |
//! |---|---|
//! | `visit` | what one visit showed |
//! | `browser` | visits with a real browser |
//! | `plain`, `client` | visits that read the HTML alone |
//! | `evidence` | requests and cookies by whose they are, before and after |
//! | `strings` | the privacy strings, before and after |
//! | `support` | the support resource |
//! | `report` | all of it, and the verdict; also the JSON |
//! | `text` | the same for people |

mod browser;
mod client;
mod evidence;
mod plain;
mod report;
mod strings;
mod support;
mod text;
mod visit;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use reqwest::Url;
use tower_gpc::html::Syntax;

use crate::Failure;
use crate::config;
use crate::output::{self, Format};
use crate::parties::owner;

use self::client::Client;
use self::evidence::Judge;
use self::report::{Report, Seen, Verdict};
use self::visit::Visit;

/// What `audit` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The page to open, such as `https://www.shop.example/`
    #[arg(value_parser = web_url)]
    url: Url,

    /// The browser that visits; without one the HTML alone is read
    #[arg(long, value_enum)]
    browser: Option<browser::Kind>,

    /// Its program [default: the first that is on the path]
    #[arg(long, value_name = "FILE", requires = "browser")]
    program: Option<PathBuf>,

    /// How long each page is watched after it has loaded, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 7)]
    wait: u16,

    /// HTTP proxy for everything, such as one in the state whose law is at issue
    #[arg(long, value_name = "URL", value_parser = proxy_url)]
    proxy: Option<Url>,

    /// Takes any certificate, as for a site on a test machine; Chromium then keeps no page to ask for anew
    #[arg(long)]
    insecure: bool,

    /// TOML file of the proxy, for its catalog and policy
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Rows of each table of text; 0 is all of them
    #[arg(long, value_name = "N", default_value_t = 40)]
    rows: usize,
}

impl Options {
    fn wait(&self) -> Duration {
        Duration::from_secs(self.wait.into())
    }

    /// Host and port of the proxy, as browsers are told them.
    fn proxy(&self) -> Option<(&str, u16)> {
        self.proxy.as_ref().and_then(|proxy| Some((proxy.host_str()?, proxy.port_or_known_default()?)))
    }
}

fn web_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) => Ok(url),
        Ok(_) => Err("expected a URL that begins with https:// or http://".to_owned()),
        Err(error) => Err(format!("{error}; expected a URL such as https://www.shop.example/")),
    }
}

fn proxy_url(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if url.scheme() == "http" && url.has_host() => Ok(url),
        _ => Err("expected the URL of an HTTP proxy, such as http://127.0.0.1:3128".to_owned()),
    }
}

/// Visits, prints the report, and says by the exit code what it came to.
pub(crate) async fn run(options: &Options) -> Result<ExitCode, Failure> {
    let report = audit(options).await?;
    output::print(options.format, &report, |out, report| text::write(out, report, options.rows))?;
    Ok(match report.verdict {
        Verdict::Honours => ExitCode::SUCCESS,
        Verdict::DoesNot => ExitCode::from(3),
        Verdict::CannotTell => ExitCode::from(4),
    })
}

async fn audit(options: &Options) -> Result<Report, Failure> {
    let layer = config::layer_alone(options.config.as_deref())?;
    let client = Client::new(options)?;
    let (visits, browser) = match options.browser {
        Some(kind) => {
            let (visits, name) = browser::visits(kind, options.url.as_str(), options).await?;
            (visits, Some(name))
        }
        None => (plain::visits(&client, &options.url, &layer).await, None),
    };
    let [before, after] = &visits;
    let page = page(before).unwrap_or_else(|| options.url.clone());
    let site = owner(page.host_str().unwrap_or_default()).to_owned();
    let filter = layer.filter(Syntax::Html);
    let judge = Judge { rules: filter.rules(), site: &site };
    let limits: &[&str] = if browser.is_some() { &browser::LIMITS } else { &plain::LIMITS };
    let report = Report {
        url: options.url.to_string(),
        parties: judge.parties(before, after),
        cookies: judge.cookies(before, after),
        strings: strings::compare(&site, before, after),
        support: support::ask(&client, &page).await,
        status_shown: after.said.status.clone(),
        visits: [Seen::of(before), Seen::of(after)],
        limits: limits.iter().map(|&limit| limit.to_owned()).collect(),
        site,
        browser,
        remarks: Vec::new(),
        verdict: Verdict::CannotTell,
        why: Vec::new(),
    };
    Ok(report.judged())
}

/// The page that was found, after redirects.
fn page(visit: &Visit) -> Option<Url> {
    visit.head.as_ref()?.url.parse().ok()
}

#[cfg(test)]
mod tests;
