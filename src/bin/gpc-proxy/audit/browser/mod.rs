//! Visits with a real browser, which sends the signal itself.
//!
//! | file | speaks of |
//! |---|---|
//! | `launch` | the process and its profile |
//! | `socket` | commands and events |
//! | `chromium` | the Chrome DevTools Protocol |
//! | `firefox` | WebDriver BiDi |
//! | `page.js` | what is read from the page |
//! | `hush.js` | the silence of a page that is left |

mod chromium;
mod firefox;
mod launch;
mod socket;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::Value;
use tokio::time::Instant;

use super::Options;
use super::visit::{Asked, Cookie, Head, Visit};
use crate::Failure;
use crate::config::Invalid;

use self::chromium::Chromium;
use self::firefox::Firefox;

/// A page that has not loaded until then is looked at as it is.
const LOAD: Duration = Duration::from_secs(60);

/// What it cannot see, for the report.
pub(super) const LIMITS: [&str; 2] = [
    "one page was opened, and nothing in it was clicked or typed",
    "what the site's servers pass on to others was not seen",
];

/// Which browser visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    Firefox,
    Chromium,
}

impl Kind {
    /// Its program: the one that was named, or the first that is on the path.
    fn program(self, options: &Options) -> Result<PathBuf, Invalid> {
        let names: &[&str] = match self {
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        };
        options.program.clone().or_else(|| launch::find(names)).ok_or_else(|| {
            let names = names.join(", ");
            Invalid::new(format!("no browser: none of {names} is on the path; --program names one"))
        })
    }
}

/// The visits without the signal and with it, and the browser's own name.
pub(super) async fn visits(kind: Kind, url: &str, options: &Options) -> Result<([Visit; 2], String), Failure> {
    let program = kind.program(options)?;
    Ok(match kind {
        Kind::Firefox => both(Firefox::start(&program, options).await?, url, options).await?,
        Kind::Chromium => both(Chromium::start(&program, options).await?, url, options).await?,
    })
}

/// As an auditor does it: the same profile, the signal switched on between, and a reload.
async fn both(mut driver: impl Driver, url: &str, options: &Options) -> io::Result<([Visit; 2], String)> {
    let name = driver.name().await?;
    driver.signal(false).await?;
    let (before, moved) = visit(&mut driver, Some(url), true, options.wait()).await?;
    let after = match before.failure {
        None => {
            driver.signal(true).await?;
            // A page that led to another by itself is the one to be seen again.
            visit(&mut driver, moved.then_some(url), false, options.wait()).await?.0
        }
        Some(_) => Visit { failure: before.failure.clone(), ..Visit::default() },
    };
    driver.close().await?;
    Ok(([before, after], name))
}

/// Opens the URL, or reloads the page that is open; tells whether the page was left for another.
async fn visit(driver: &mut impl Driver, url: Option<&str>, first: bool, wait: Duration) -> io::Result<(Visit, bool)> {
    let failure = match url {
        Some(url) => driver.open(url).await?,
        None => driver.reload().await?,
    };
    // Until a reload is answered the page from before is there, and goes on asking.
    let mut traffic = Traffic { failure, counts: first, ..Traffic::default() };
    if traffic.failure.is_none() {
        pump(driver, &mut traffic, LOAD, |traffic| traffic.loaded || traffic.failure.is_some()).await?;
        // Tags come after the load, too; known crawlers wait as long by default.
        pump(driver, &mut traffic, wait, |_| false).await?;
    }
    // A page may be gone just now, or answer with anything: what cannot be read says nothing.
    let said = driver.evaluate(include_str!("page.js")).await;
    if said.is_err() && !traffic.loaded && traffic.failure.is_none() {
        traffic.failure = Some("it did not load, and does not answer".to_owned());
    }
    let said = said.unwrap_or_default();
    let said = said.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let cookies = driver.cookies().await?;
    let Traffic { signalled, head, failure, asked, pages, .. } = traffic;
    Ok((Visit { signalled, head, failure, asked, cookies, said }, pages > 1))
}

/// Takes events until a time has passed, or enough is known.
async fn pump(
    driver: &mut impl Driver,
    traffic: &mut Traffic,
    time: Duration,
    enough: impl Fn(&Traffic) -> bool,
) -> io::Result<()> {
    let until = Instant::now() + time;
    while !enough(traffic) {
        match driver.event(until).await? {
            Some(event) => driver.note(&event, traffic).await?,
            None => break,
        }
    }
    Ok(())
}

/// What was seen on the wire during a visit.
#[derive(Debug, Default)]
struct Traffic {
    loaded: bool,
    signalled: bool,
    /// Whether what is asked for is this visit's.
    counts: bool,
    head: Option<Head>,
    /// How many came, one in the place of the other.
    pages: usize,
    /// Why there is no page.
    failure: Option<String>,
    asked: Vec<Asked>,
}

impl Traffic {
    fn answered(&mut self, head: Head) {
        // Redirects lead to a page, and are none.
        if head.status == 304 || !(300..400).contains(&head.status) {
            self.pages += 1;
            self.failure = None;
        }
        self.head = Some(head);
        self.counts = true;
    }

    fn ask(&mut self, url: &str) {
        let scheme = url.split(':').next().unwrap_or_default();
        if self.counts && ["http", "https", "ws", "wss"].contains(&scheme) {
            self.asked.push(Asked::Url(url.to_owned()));
        }
    }
}

/// A browser by whatever protocol it speaks.
trait Driver {
    /// Its name and version.
    async fn name(&mut self) -> io::Result<String>;

    /// Switches the signal, as its person would.
    async fn signal(&mut self, on: bool) -> io::Result<()>;

    /// Begins to open a URL; the text says why that cannot be.
    async fn open(&mut self, url: &str) -> io::Result<Option<String>>;

    /// Begins to load the page again, conditionally.
    async fn reload(&mut self) -> io::Result<Option<String>>;

    async fn event(&mut self, until: Instant) -> io::Result<Option<Value>>;

    async fn note(&mut self, event: &Value, traffic: &mut Traffic) -> io::Result<()>;

    /// The result of a script, once its promise is kept; null where it throws.
    async fn evaluate(&mut self, script: &str) -> io::Result<Value>;

    async fn cookies(&mut self) -> io::Result<Vec<Cookie>>;

    async fn close(self) -> io::Result<()>;
}

/// A text somewhere in an event.
fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Both protocols say the status of a response so.
fn status(value: Option<&Value>) -> u16 {
    value.and_then(Value::as_u64).and_then(|status| status.try_into().ok()).unwrap_or_default()
}

/// Both list cookies so, but for where the value stands.
fn cookies(answer: &Value, value: &str) -> Vec<Cookie> {
    let all = answer.get("cookies").and_then(Value::as_array).into_iter().flatten();
    let cookie = |cookie: &Value| Cookie {
        name: text(cookie, "/name").to_owned(),
        value: text(cookie, value).to_owned(),
        domain: text(cookie, "/domain").trim_start_matches('.').to_owned(),
    };
    all.map(cookie).collect()
}
