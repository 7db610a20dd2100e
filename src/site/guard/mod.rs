//! The guard: the script that runs first on a page for an opted-out browser.
//!
//! Markup is cleared on the server; what scripts add to the page later, only the browser sees. The guard follows the same
//! rules there. It does not start what scripts would request from withheld hosts, takes the calls that remain for vendors
//! whose tags are gone, and answers scripts that ask for the signal. It reports nothing to anyone.
//!
//! ```text
//!  catalog + policy --rules.rs, hosts.rs, globals.rs--> data --+
//!                                                              +--> one script, made once at set-up
//!  script/at_load: what runs as a page loads                --+
//!  script/when_called: handlers, which it puts in place      --+
//! ```
//!
//! A page waits for the guard, so little of it runs or is compiled before the page goes on: `at_load` puts itself in front of
//! some fifty functions of the browser, by lists of names, and makes the stubs. What is done when one of those is called is
//! code that a browser skims then, and compiles at the first call: the rules, the handlers, the answers of stubs and APIs.
//!
//! Where the operator restricts vendors, `restrict.js` follows in the same script, and tells them so.
//!
//! It is made once, and is the same for every page. On a page it stands first in the `head`; where the page's Content
//! Security Policy has a nonce, it carries that, and where no inline script may run, it comes from our own path.
//!
//! Markup that scripts have parsed is not parsed twice: `markup.js` goes through its text, and a withheld URL in it becomes empty.
//!
//! What it cannot see: requests of stylesheets, `import()`, service workers and workers in files, modules that an allowed script
//! imports, documents of `blob:` and `data:` URLs or of what a `javascript:` URL returns, windows that a page reaches as
//! `frames[0]` or by name only, and where `location`, forms and links lead a frame. A Content Security Policy is the second line
//! for those, but for the workers.

mod coded;
mod globals;
mod hosts;
mod rules;

use bytes::Bytes;
use http::HeaderMap;
use serde::Serialize;

use self::coded::Coded;
use self::rules::ScriptRules;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::fnv;
use crate::policy::{Policy, Rules};

/// The script without its data: the parts in `script`, put together and made short by `tests/node/guard.mjs`.
const SCRIPT: &str = include_str!("guard.min.js");

/// Stands behind the script where that is a file: if the file did not come, the page asks no other host for anything.
pub(crate) const WATCH: &str = include_str!("watch.js");

/// `script/restrict.js`, which few pages need.
const RESTRICT: &str = include_str!("restrict.min.js");

/// What the script is told of the page, besides the rules.
#[derive(Serialize)]
struct Page {
    /// The globals that get stubs.
    stubs: String,
    /// Whether some of Google's tags are kept, and get their defaults.
    google: bool,
    /// Whether those of Google Ads are among them.
    ads: bool,
}

/// The script, made for one set of rules.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    text: Bytes,
    coded: Coded,
    fingerprint: u32,
}

impl Guard {
    /// Makes the script. `rules` and `policy` are those of pages that it runs on; `restricted` are the ids of the vendors that
    /// are told to restrict.
    pub(crate) fn new<'a>(
        rules: &Rules,
        policy: &Policy,
        restricted: impl Iterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        let page = Page { stubs: globals::of(rules), google: keeps(rules, &GOOGLE), ads: keeps(rules, &ADS) };
        let data = json(&ScriptRules::new(rules, policy)?)?;
        let mut text = format!("({})({data},{});", SCRIPT.trim_end(), json(&page)?);
        let restricted: Vec<&str> = restricted.collect();
        if !restricted.is_empty() {
            text += &format!("({})({});", RESTRICT.trim_end(), json(&restricted)?);
        }
        Ok(Self { fingerprint: fnv::hash(fnv::START, text.as_bytes()), text: text.into(), coded: Coded::default() })
    }

    /// The script, for the content of a `script` element or a file of its own.
    pub(crate) fn text(&self) -> &Bytes {
        &self.text
    }

    /// The script in the best content coding that a client takes, and the name of that.
    pub(crate) fn coded(&self, headers: &HeaderMap) -> Option<(&'static str, &Bytes)> {
        self.coded.of(&self.text, headers)
    }

    /// A number that stands for the text, the same on every machine.
    pub(crate) fn fingerprint(&self) -> u32 {
        self.fingerprint
    }
}

/// JSON that may stand in a `script` element: `<` could end it, or begin a comment (WHATWG HTML 4.12.1.3).
fn json(value: &impl Serialize) -> Result<String, ConfigError> {
    let text = serde_json::to_string(value).map_err(|error| {
        ConfigError::new(ConfigErrorKind::Value, "the guard's rules cannot be written".to_owned()).with_source(error)
    })?;
    Ok(text.replace('<', "\\u003c"))
}

const GOOGLE: [&[u8]; 2] =
    [b"https://www.googletagmanager.com/gtm.js?id=GTM-1", b"https://www.googletagmanager.com/gtag/js?id=G-1"];
const ADS: [&[u8]; 1] = [b"https://www.googletagmanager.com/gtag/js?id=AW-1"];

fn keeps(rules: &Rules, tags: &[&[u8]]) -> bool {
    tags.iter().any(|url| rules.url(url).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn nothing_in_the_script_ends_its_element() {
        let policy = Policy::default().under_guard();
        let rules = Rules::new(Catalog::builtin().clone(), &policy).unwrap();
        let guard = Guard::new(&rules, &policy, policy.restricted()).unwrap();
        let text = std::str::from_utf8(guard.text()).unwrap().to_lowercase();
        for sign in ["</script", "<!--", "]]>"] {
            assert!(!text.contains(sign), "{sign}");
        }
        // It stands in pages of every encoding.
        assert!(text.is_ascii());
    }
}
