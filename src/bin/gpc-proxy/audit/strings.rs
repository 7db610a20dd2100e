//! What an auditor makes of the privacy strings, before the signal and with it.
//!
//! The rules are those of the crawlers that regulators and researchers use: a string that says "not opted out" with the
//! signal on, or that vanished, fails a site, whatever its tags do.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use tower_gpc::signal::gpp::Gpp;

use super::visit::Visit;
use crate::parties::owner;

/// One string, in one place.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Row {
    /// The cookie, or the function that scripts call.
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    /// None where it says nothing, before or after.
    pub(super) verdict: Option<Verdict>,
}

/// What a string comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    OptedOut,
    NotOptedOut,
    /// It was there before.
    Vanished,
    /// It is there, and cannot be read.
    Invalid,
}

impl Verdict {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::OptedOut => "opted out",
            Self::NotOptedOut => "not opted out",
            Self::Vanished => "vanished",
            Self::Invalid => "invalid",
        }
    }
}

/// What a value says for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    OptedOut,
    NotOptedOut,
    /// As `1---` does.
    Nothing,
    Invalid,
}

type Reader = fn(&str) -> Says;

/// The cookies, each with who reads it.
const COOKIES: [(&str, Reader); 7] = [
    ("usprivacy", us_privacy),
    ("us_privacy", us_privacy),
    ("us-privacy", us_privacy),
    ("__gpp", gpp),
    ("OTGPPConsent", gpp),
    ("OptanonConsent", optanon),
    ("OneTrustWPCCPAGoogleOptOut", google),
];

/// The strings of both visits: of the cookies of the site's registrable domain, and of what its page answers.
pub(super) fn compare(site: &str, before: &Visit, after: &Visit) -> Vec<Row> {
    let cookies = COOKIES.iter().map(|&(name, read)| {
        let find = |visit: &Visit| {
            let mut own = visit.cookies.iter().filter(|cookie| cookie.name == name && owner(&cookie.domain) == site);
            // Of several, the last wins.
            own.next_back().map(|cookie| plain(&cookie.value))
        };
        row(name, find(before), find(after), read)
    });
    let page = [
        row("__uspapi()", before.said.us_privacy.clone(), after.said.us_privacy.clone(), us_privacy),
        row("__gpp()", before.said.gpp.clone(), after.said.gpp.clone(), gpp),
    ];
    cookies.chain(page).filter(|row| row.before.is_some() || row.after.is_some()).collect()
}

/// A cookie's value as scripts that write them mean it: sites quote it, or write it in percent signs.
fn plain(value: &str) -> String {
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

fn row(name: &str, before: Option<String>, after: Option<String>, read: Reader) -> Row {
    let verdict = judge(before.as_deref().map(read), after.as_deref().map(read));
    Row { name: name.to_owned(), before, after, verdict }
}

fn judge(before: Option<Says>, after: Option<Says>) -> Option<Verdict> {
    match (before, after) {
        (_, Some(Says::OptedOut)) => Some(Verdict::OptedOut),
        (_, Some(Says::NotOptedOut)) => Some(Verdict::NotOptedOut),
        (_, Some(Says::Invalid)) => Some(Verdict::Invalid),
        (None | Some(Says::Nothing), _) => None,
        (Some(_), _) => Some(Verdict::Vanished),
    }
}

/// US Privacy 1.0: version, notice, opt-out, LSPA.
fn us_privacy(text: &str) -> Says {
    match text.as_bytes() {
        [b'1', notice, opt_out, lspa] if [notice, opt_out, lspa].iter().all(|field| b"YyNn-".contains(field)) => {
            match opt_out {
                b'Y' | b'y' => Says::OptedOut,
                b'N' | b'n' => Says::NotOptedOut,
                _ => Says::Nothing,
            }
        }
        _ => Says::Invalid,
    }
}

/// Every section of the United States counts: which one a state's reader looks at is not known. A column that says
/// "not applicable" says nothing.
fn gpp(text: &str) -> Says {
    let Some(gpp) = Gpp::parse(text.as_bytes()) else { return Says::Invalid };
    let mut columns = gpp.sections().flat_map(|section| {
        [section.sale_opt_out(), section.sharing_opt_out(), section.targeted_advertising_opt_out()]
    });
    let (mut opted_out, mut not) = (false, false);
    columns.by_ref().flatten().for_each(|said| *(if said { &mut opted_out } else { &mut not }) = true);
    match (opted_out, not) {
        (_, true) => Says::NotOptedOut,
        (true, false) => Says::OptedOut,
        (false, false) => Says::Nothing,
    }
}

fn optanon(text: &str) -> Says {
    let flag = text.split('&').find_map(|pair| pair.strip_prefix("isGpcEnabled="));
    match flag {
        Some("1") => Says::OptedOut,
        Some(_) => Says::NotOptedOut,
        None => Says::Nothing,
    }
}

fn google(text: &str) -> Says {
    if text == "true" { Says::OptedOut } else { Says::NotOptedOut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_read_as_they_are_meant() {
        for (value, want) in [
            ("\"1YYN\"", "1YYN"),
            ("DBABLA%7ECAAqAAAAAACA.YA", "DBABLA~CAAqAAAAAACA.YA"),
            ("isGpcEnabled%3D0%26groups%3DC0004%3A1", "isGpcEnabled=0&groups=C0004:1"),
            ("\"", "\""),
            ("100%", "100%"),
        ] {
            assert_eq!(plain(value), want);
        }
    }

    #[test]
    fn each_string_is_judged_as_crawlers_judge_it() {
        use Verdict::*;
        type Row = (&'static str, Reader, Option<&'static str>, Option<&'static str>, Option<Verdict>);
        let table: [Row; 20] = [
            ("usp", us_privacy, Some("1YNN"), Some("1YYN"), Some(OptedOut)),
            ("usp", us_privacy, None, Some("1-YN"), Some(OptedOut)),
            ("usp", us_privacy, Some("1---"), Some("1-N-"), Some(NotOptedOut)),
            ("usp", us_privacy, None, Some("1NNN"), Some(NotOptedOut)),
            ("usp", us_privacy, None, Some("1---N"), Some(Invalid)),
            ("usp", us_privacy, Some("1YYN"), None, Some(Vanished)),
            ("usp", us_privacy, Some("1YNN"), Some("1---"), Some(Vanished)),
            ("usp", us_privacy, Some("1---"), None, None),
            ("usp", us_privacy, None, None, None),
            ("usp", us_privacy, Some("1YNN"), Some("2YYN"), Some(Invalid)),
            ("usnat", gpp, Some("DBABLA~BVAoAAAAAgA.QA"), Some("DBABLA~BVQqAAAAAgA.QA"), Some(NotOptedOut)),
            ("usca", gpp, None, Some("DBABBg~BUUAAACA.YA"), Some(OptedOut)),
            ("usca", gpp, Some("DBABBg~BUUAAACA.YA"), Some("DBABBg~BUoAAABA.QA"), Some(NotOptedOut)),
            ("usp in gpp", gpp, None, Some("DBABTA~1YYN"), Some(OptedOut)),
            ("gpp", gpp, None, Some("nothing"), Some(Invalid)),
            ("Optanon", optanon, Some("a=b&isGpcEnabled=0"), Some("isGpcEnabled=1&a=b"), Some(OptedOut)),
            ("Optanon", optanon, None, Some("isGpcEnabled=0"), Some(NotOptedOut)),
            ("Optanon", optanon, None, Some("groups=C0004:0"), None),
            ("google", google, None, Some("true"), Some(OptedOut)),
            ("google", google, Some("true"), Some("false"), Some(NotOptedOut)),
        ];
        for (name, read, before, after, want) in table {
            assert_eq!(judge(before.map(read), after.map(read)), want, "{name}: {before:?} {after:?}");
        }
    }

    #[test]
    fn cookies_count_for_the_whole_registrable_domain_and_for_no_other() {
        let cookie = |name: &str, value: &str, domain: &str| super::super::visit::Cookie {
            name: name.into(),
            value: value.into(),
            domain: domain.into(),
        };
        let before = Visit {
            cookies: vec![
                cookie("usprivacy", "1YNN", "shop.example"),
                cookie("usprivacy", "1YYN", "ads.example"),
                cookie("__gpp", "x", "ads.example"),
            ],
            ..Visit::default()
        };
        let after = Visit { cookies: vec![cookie("usprivacy", "1YYN", "www.shop.example")], ..Visit::default() };
        let rows = compare("shop.example", &before, &after);
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.before.as_deref(), row.after.as_deref()), (Some("1YNN"), Some("1YYN")));
        assert_eq!(row.verdict, Some(Verdict::OptedOut));
    }
}
