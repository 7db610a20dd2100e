//! Who wins when signals disagree, and what each of them covers: the table is in the docs of [`resolve`].

use super::state::{ConsentState, Scope};
use crate::signal::{Signal, Signals};

/// Decides what the signals of one request mean together: any opt-out wins.
///
/// | signal | says | covers | wins over |
/// |---|---|---|---|
/// | `Sec-GPC: 1` | opted out | sale, sharing, targeted advertising | every contrary signal |
/// | our opt-out cookie, `out` | opted out | sale, sharing, targeted advertising | every contrary signal |
/// | US Privacy string, `Y` in third place | opted out | sale, sharing | every contrary signal, also of its own kind |
/// | US Privacy string, `N` in third place | the contrary | nothing | nothing |
/// | anything else, `DNT` too, or no signal at all | nothing | nothing | nothing |
///
/// What several opt-outs cover adds up. A contrary signal is remembered beside the opt-out that overruled it, and means
/// nothing where there was none, since no cookie can opt a person in. Absence is never an opt-in (11 CCR § 7025(c)(5)).
///
/// GPC speaks of sale, of sharing and of targeting across contexts, and of nothing else: no signal here asks for deletion
/// or for limits on the use of sensitive information. The US Privacy string was made for California, where an opt-out of
/// sale is one of sharing too, and knows no targeted advertising.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::COOKIE};
/// use tower_gpc::consent::resolve;
/// use tower_gpc::signal::{Readers, SEC_GPC, read};
///
/// let mut headers = HeaderMap::new();
/// headers.insert(COOKIE, HeaderValue::from_static("usprivacy=1YNN"));
/// assert!(!resolve(read(&headers, &Readers::default())).opted_out());
///
/// headers.insert(SEC_GPC, HeaderValue::from_static("1"));
/// let state = resolve(read(&headers, &Readers::default()));
/// assert!(state.opted_out());
/// assert_eq!(
///     state.to_string(),
///     "opted out of sale, sharing and targeted advertising (Sec-GPC; overruled: US Privacy string)",
/// );
/// ```
#[must_use]
pub fn resolve(signals: Signals) -> ConsentState {
    let heard = signals.heard();
    if heard.is_empty() {
        return ConsentState::default();
    }
    ConsentState::new(heard.iter().map(covers).fold(Scope::default(), Scope::and), heard, signals.contrary())
}

fn covers(signal: Signal) -> Scope {
    match signal {
        Signal::SecGpc | Signal::OptOutCookie => Scope::SALE.and(Scope::SHARING).and(Scope::TARGETED_ADVERTISING),
        Signal::UsPrivacy => Scope::SALE.and(Scope::SHARING),
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;
    use crate::signal::{Readers, SEC_GPC, read};

    type Field = (HeaderName, &'static str);

    fn state(fields: &[Field]) -> ConsentState {
        let fields = fields.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        resolve(read(&fields.collect::<HeaderMap>(), &Readers::default()))
    }

    #[test]
    fn any_opt_out_wins_and_what_is_covered_adds_up() {
        const ALL: &str = "opted out of sale, sharing and targeted advertising";
        const SALE: &str = "opted out of sale and sharing";
        let table: &[(&[Field], &str, &str)] = &[
            (&[(SEC_GPC, "1")], ALL, "(Sec-GPC)"),
            (&[(COOKIE, "__Host-privacy-opt-out=1.out.20780")], ALL, "(opt-out cookie)"),
            (&[(COOKIE, "usprivacy=1YYN")], SALE, "(US Privacy string)"),
            (&[(SEC_GPC, "0"), (COOKIE, "usprivacy=1YYN")], SALE, "(US Privacy string)"),
            (&[(SEC_GPC, "1"), (COOKIE, "usprivacy=1YNN")], ALL, "(Sec-GPC; overruled: US Privacy string)"),
            (&[(SEC_GPC, "1"), (COOKIE, "usprivacy=1YYN")], ALL, "(Sec-GPC, US Privacy string)"),
            (
                &[(COOKIE, "__Host-privacy-opt-out=1.out; us-privacy=1YNN")],
                ALL,
                "(opt-out cookie; overruled: US Privacy string)",
            ),
            (&[(COOKIE, "usprivacy=1YNN; us_privacy=1YYN")], SALE, "(US Privacy string; overruled: US Privacy string)"),
            (
                &[(SEC_GPC, "1"), (COOKIE, "__Host-privacy-opt-out=1.out"), (COOKIE, "us_privacy=1YYN")],
                ALL,
                "(Sec-GPC, opt-out cookie, US Privacy string)",
            ),
        ];
        for (fields, what, who) in table {
            assert_eq!(state(fields).to_string(), format!("{what} {who}"), "{fields:?}");
        }
    }

    #[test]
    fn what_is_no_opt_out_is_as_good_as_nothing() {
        let table: &[&[Field]] = &[
            &[],
            &[(SEC_GPC, "0")],
            &[(HeaderName::from_static("dnt"), "1")],
            &[(COOKIE, "usprivacy=1YNN")],
            &[(COOKIE, "usprivacy=1---")],
            &[(COOKIE, "__Host-privacy-opt-out=1.in.20780")],
            &[(COOKIE, "gpc_override=1; DNT=1; Sec-GPC=1")],
        ];
        for fields in table {
            assert_eq!(state(fields), ConsentState::default(), "{fields:?}");
        }
    }

    #[test]
    fn no_cookie_overrides_the_header() {
        let want = state(&[(SEC_GPC, "1")]);
        for cookie in ["gpc_override=1", "__Host-privacy-opt-out=1.in.20780", "usprivacy=1---", "usprivacy=null"] {
            assert_eq!(state(&[(SEC_GPC, "1"), (COOKIE, cookie)]), want, "{cookie}");
        }
    }
}
