//! What one visit to the site showed, however it was made.

use serde::{Deserialize, Serialize};

/// Everything that was seen of the page, with the signal or without it.
#[derive(Debug, Default)]
pub(super) struct Visit {
    /// Whether the request for the page carried `Sec-GPC: 1`.
    pub(super) signalled: bool,
    /// The response that the page came with; none if there was none.
    pub(super) head: Option<Head>,
    /// Why the page could not be opened.
    pub(super) failure: Option<String>,
    pub(super) asked: Vec<Asked>,
    pub(super) cookies: Vec<Cookie>,
    pub(super) said: Said,
}

/// The head of the page's response, after all redirects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) url: String,
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) fields: Vec<(String, String)>,
}

impl Head {
    /// All values of a field, as the list that they are.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.fields.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// Something that the page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A URL.
    Url(String),
    /// An inline script of a vendor, which will ask for more; only where no browser runs it. The vendor's id.
    Script(String),
}

/// A cookie as the browser has it. Values are only looked at where they are privacy strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cookie {
    pub(super) name: String,
    pub(super) value: String,
    /// Without a leading dot.
    pub(super) domain: String,
}

/// What the page itself says, to scripts and to people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Said {
    /// `navigator.globalPrivacyControl`; none where it is not there, or where no script runs.
    pub(super) property: Option<bool>,
    /// What `__uspapi` answers.
    pub(super) us_privacy: Option<String>,
    /// What `__gpp` answers.
    pub(super) gpp: Option<String>,
    /// The words that show that the opt-out is honoured.
    pub(super) status: Option<String>,
}
