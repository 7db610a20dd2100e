//! What an auditor makes of the privacy strings before and after the signal.

use iab_gpp::v1::GPPString;

use super::jar::Jar;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    LikelyHonours,
    LikelyDoesNotHonour,
    NotApplicable,
}

/// The strings of one visit. Where several cookies hold a string, the last is taken.
#[derive(Debug, Default)]
pub(super) struct Strings {
    us_privacy: Option<String>,
    optanon: Option<String>,
    google: Option<String>,
    gpp: Option<String>,
    ot_gpp: Option<String>,
}

impl Strings {
    pub(super) fn of(jar: &Jar) -> Self {
        let last =
            |names: &[&str]| names.iter().filter_map(|name| jar.values(name).pop()).next_back().map(String::from);
        let flag = |value: String| ["isGpcEnabled=0", "isGpcEnabled=1"].into_iter().find(|flag| value.contains(flag));
        Self {
            us_privacy: last(&["us_privacy", "us-privacy", "usprivacy"]),
            optanon: last(&["OptanonConsent"]).and_then(flag).map(String::from),
            google: last(&["OneTrustWPCCPAGoogleOptOut"]),
            gpp: last(&["__gpp"]),
            ot_gpp: last(&["OTGPPConsent"]),
        }
    }
}

/// One that was there before and is not any more did not opt out; one that never was does not count.
pub(super) fn verdict(before: &Strings, after: &Strings, statement: Option<&[u8]>) -> Verdict {
    let judged = [
        judge(&before.us_privacy, &after.us_privacy, us_privacy),
        judge(&before.optanon, &after.optanon, |value| value == "isGpcEnabled=1"),
        judge(&before.google, &after.google, |value| value == "true"),
        judge(&before.gpp, &after.gpp, gpp),
        judge(&before.ot_gpp, &after.ot_gpp, gpp),
    ];
    if judged.contains(&Some(false)) {
        Verdict::LikelyDoesNotHonour
    } else if judged.contains(&Some(true)) || statement.is_some_and(states) {
        Verdict::LikelyHonours
    } else {
        Verdict::NotApplicable
    }
}

fn judge(before: &Option<String>, after: &Option<String>, opted_out: impl Fn(&str) -> bool) -> Option<bool> {
    match (before, after) {
        (None, None) => None,
        (Some(_), None) => Some(false),
        (_, Some(after)) => Some(opted_out(after)),
    }
}

fn us_privacy(value: &str) -> bool {
    value.len() == 4 && value.starts_with('1') && value.chars().nth(2) == Some('Y')
}

/// Every opt-out column of every section of the United States, as another library reads them.
fn gpp(value: &str) -> bool {
    let Ok(string) = value.parse::<GPPString>() else { return false };
    let sections: Vec<_> = string.decode_all_sections().into_iter().map(|section| format!("{section:?}")).collect();
    let mut columns = 0;
    for section in sections.iter().filter(|section| section.contains("Us")) {
        for column in [" sale_opt_out: ", " sharing_opt_out: ", " targeted_advertising_opt_out: ", " opt_out_sale: "] {
            if let Some((_, value)) = section.split_once(column) {
                columns += 1;
                if !value.starts_with("OptedOut") && !value.starts_with("Yes") {
                    return false;
                }
            }
        }
        // What the browser says has a field of its own.
        if section.contains("gpc: ") && !section.contains("gpc: Some(true)") {
            return false;
        }
    }
    columns > 0
}

fn states(document: &[u8]) -> bool {
    let document: serde_json::Value = serde_json::from_slice(document).unwrap();
    let day = document["lastUpdate"].as_str().unwrap();
    assert_eq!(day.split('-').map(str::len).collect::<Vec<_>>(), [4, 2, 2], "RFC 3339 full-date: {day}");
    document["gpc"] == true
}
