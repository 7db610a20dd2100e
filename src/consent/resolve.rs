//! Who wins when signals disagree: the table is in the docs of [`resolve`].

use super::state::{ConsentState, Marks};
use crate::signal::{Scope, SignalSet, Signals};

/// Decides what the signals of one request mean together: any opt-out wins.
///
/// | who says | what | covers | wins over |
/// |---|---|---|---|
/// | `Sec-GPC: 1`; our opt-out cookie; the variant key `out`; `DNT: 1` where it is read | opted out | sale, sharing, targeted advertising | every contrary signal |
/// | US Privacy string, `Y` in third place | opted out | sale, sharing | every contrary signal, also of its own kind |
/// | GPP string, an opt-out field of 1 | opted out | what the field is about; the use of sensitive information apart | the same |
/// | GPP string, the Gpc bit, or a child without consent | opted out | sale, sharing, targeted advertising | the same |
/// | a consent platform's cookie, sale or advertising refused | opted out | sale, sharing, targeted advertising | the same |
/// | an [`Adapter`](crate::signal::Adapter), opted out | opted out | what it says | the same, and a recorded opt-in |
/// | an adapter, under 16 | opted out by default | sale, sharing, targeted advertising | no signal at all |
/// | an adapter, [`RecordedOptIn`](crate::signal::RecordedOptIn) | opted in | what it says, on this request | the signals of an adult's browser; the default under 16 |
/// | any of them, not opted out | the contrary | nothing | nothing |
/// | anything else, or nothing | nothing | nothing | nothing |
///
/// What several opt-outs cover adds up. A contrary signal is remembered beside the opt-out that overruled it, and means
/// nothing where there was none, since no cookie can opt a person in. Absence is never an opt-in (11 CCR § 7025(c)(5)).
///
/// One thing overrides a signal: the opt-in of a known consumer who was told of the conflict, asked for in one step and
/// confirmed in another, and recorded (11 CCR §§ 7025(c)(3), 7028(a)). Only an adapter can report one, for what it covers
/// and on the request at hand: the same browser, logged out, is opted out again. Under 16 a signal beats an earlier opt-in.
///
/// GPC speaks of sale, of sharing and of targeting across contexts, and of nothing else: it asks neither for deletion nor
/// for limits on the use of sensitive information (Civ. Code § 1798.121). The US Privacy string was made for California,
/// where an opt-out of sale is one of sharing too, and knows no targeted advertising.
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
    let said = signals.together();
    if signals.heard().is_empty() && !said.is_under_16() {
        // A contrary signal alone says nothing that counts, and yet somebody spoke.
        return match signals.contrary().is_empty() && said.opt_in().is_empty() {
            true => ConsentState::default(),
            false => ConsentState::new(Scope::NOTHING, signals.heard(), SignalSet::default()),
        };
    }
    let (scope, without_opt_in) = match said.is_under_16() {
        true => (said.scope() | Scope::ALL_ADVERTISING.without(said.opt_in()), said.scope() | Scope::ALL_ADVERTISING),
        false => (said.scope().without(said.opt_in()) | signals.adapted(), said.scope()),
    };
    let overruled = if scope.is_empty() { SignalSet::default() } else { signals.contrary() };
    let mut state = ConsentState::new(scope, signals.heard(), overruled);
    if scope != without_opt_in {
        state = state.with(Marks::OVERRIDDEN);
    }
    if said.is_under_16() {
        state = state.with(Marks::UNDER_16);
        if signals.heard().is_empty() && signals.contrary().is_empty() && said.opt_in().is_empty() {
            state = state.with(Marks::DEFAULT);
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::header::{COOKIE, DNT};
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;
    use crate::signal::{Adapter, Head, Readers, RecordedOptIn, SEC_GPC, Statement, read};

    type Field = (HeaderName, &'static str);

    const ALL: &str = "opted out of sale, sharing and targeted advertising";
    const SALE: &str = "opted out of sale and sharing";
    const GPC: Field = (SEC_GPC, "1");

    fn headers(fields: &[Field]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn state(fields: &[Field]) -> ConsentState {
        resolve(read(&headers(fields), &Readers::default()))
    }

    /// Says the same of every request.
    #[derive(Debug)]
    struct Says(Statement);

    impl Adapter for Says {
        fn read(&self, _: &Head<'_>) -> Statement {
            self.0
        }
    }

    fn with(fields: &[Field], statements: &[Statement]) -> String {
        let readers = statements.iter().fold(Readers::default(), |readers, &said| readers.adapter(Says(said)));
        resolve(read(&headers(fields), &readers)).to_string()
    }

    fn opted_in(scope: Scope) -> Statement {
        let asked = SystemTime::UNIX_EPOCH;
        Statement::opted_in(RecordedOptIn::new(scope, asked, asked + Duration::from_secs(1)).unwrap())
    }

    #[test]
    fn any_opt_out_wins_and_what_is_covered_adds_up() {
        let table: &[(&[Field], &str, &str)] = &[
            (&[GPC], ALL, "(Sec-GPC)"),
            (&[(COOKIE, "__Host-privacy-opt-out=1.out.20780")], ALL, "(opt-out cookie)"),
            (&[(COOKIE, "usprivacy=1YYN")], SALE, "(US Privacy string)"),
            (&[(SEC_GPC, "0"), (COOKIE, "usprivacy=1YYN")], SALE, "(US Privacy string)"),
            (&[GPC, (COOKIE, "usprivacy=1YNN")], ALL, "(Sec-GPC; overruled: US Privacy string)"),
            (&[GPC, (COOKIE, "usprivacy=1YYN")], ALL, "(Sec-GPC, US Privacy string)"),
            (
                &[(COOKIE, "__Host-privacy-opt-out=1.out; us-privacy=1YNN")],
                ALL,
                "(opt-out cookie; overruled: US Privacy string)",
            ),
            (&[(COOKIE, "usprivacy=1YNN; us_privacy=1YYN")], SALE, "(US Privacy string; overruled: US Privacy string)"),
            (
                &[GPC, (COOKIE, "__Host-privacy-opt-out=1.out"), (COOKIE, "us_privacy=1YYN")],
                ALL,
                "(Sec-GPC, opt-out cookie, US Privacy string)",
            ),
            (&[(COOKIE, "__gpp=DBABBg~BUUAAACA.QA")], SALE, "(GPP string)"),
            (&[(COOKIE, "__gpp=DBABLA~CAAAAAAAAABA.YA")], ALL, "(GPP string)"),
            (&[(COOKIE, "OTGPPConsent=DBABTA~1YYN")], SALE, "(GPP string)"),
            (&[GPC, (COOKIE, "__gpp=DBABBg~BUoAAABA.QA")], ALL, "(Sec-GPC; overruled: GPP string)"),
            (&[(COOKIE, "OptanonConsent=groups=C0001:1,C0004:0")], ALL, "(OneTrust)"),
            (
                &[(COOKIE, "cmplz_marketing=allow; OptanonConsent=isGpcEnabled=1&groups=C0004:1")],
                ALL,
                "(OneTrust; overruled: OneTrust, Complianz)",
            ),
        ];
        for (fields, what, who) in table {
            assert_eq!(state(fields).to_string(), format!("{what} {who}"), "{fields:?}");
            assert!(!state(fields).is_default(), "{fields:?}");
        }
    }

    #[test]
    fn what_is_no_opt_out_is_as_good_as_nothing() {
        let table: &[&[Field]] = &[
            &[],
            &[(SEC_GPC, "0")],
            &[(DNT, "1")],
            &[(COOKIE, "usprivacy=1---")],
            &[(COOKIE, "__Host-privacy-opt-out=1.in.20780")],
            &[(COOKIE, "gpc_override=1; DNT=1; Sec-GPC=1")],
            &[(COOKIE, "__gpp=CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA; __gpp_sid=7")],
        ];
        for fields in table {
            assert_eq!(state(fields), ConsentState::default(), "{fields:?}");
        }
        for cookie in ["usprivacy=1YNN", "__gpp=DBABBg~BUoAAABA.QA", "cmplz_marketing=allow"] {
            let state = state(&[(COOKIE, cookie)]);
            assert_eq!(state.to_string(), "not opted out", "{cookie}");
            assert!(!state.is_default(), "somebody spoke: {cookie}");
        }
    }

    #[test]
    fn no_cookie_overrides_the_header() {
        let want = state(&[GPC]);
        for cookie in ["gpc_override=1", "__Host-privacy-opt-out=1.in.20780", "usprivacy=1---", "usprivacy=null"] {
            assert_eq!(state(&[GPC, (COOKIE, cookie)]), want, "{cookie}");
        }
    }

    #[test]
    fn an_account_setting_alone_loses_and_is_remembered_as_a_conflict() {
        // R16: first the setting, then consent of a known consumer, then the same browser logged out.
        assert_eq!(with(&[GPC], &[Statement::not_opted_out()]), format!("{ALL} (Sec-GPC; overruled: adapter)"));
        let consent = opted_in(Scope::ALL_ADVERTISING);
        assert_eq!(with(&[GPC], &[consent]), "not opted out (Sec-GPC; overridden by a recorded opt-in)");
        assert_eq!(with(&[GPC], &[Statement::nothing()]), format!("{ALL} (Sec-GPC)"));
    }

    #[test]
    fn a_recorded_opt_in_counts_for_what_it_covers() {
        let some = opted_in(Scope::SHARING | Scope::TARGETED_ADVERTISING);
        assert_eq!(with(&[GPC], &[some]), "opted out of sale (Sec-GPC; overridden by a recorded opt-in)");
        assert_eq!(with(&[], &[some]), "not opted out");
        assert_eq!(
            with(&[(COOKIE, "usprivacy=1YYN")], &[opted_in(Scope::SENSITIVE)]),
            format!("{SALE} (US Privacy string)")
        );
    }

    #[test]
    fn an_opt_out_of_the_account_is_not_overridden() {
        let account = Statement::opted_out(Scope::SALE);
        let consent = opted_in(Scope::ALL_ADVERTISING);
        let want = "opted out of sale (Sec-GPC, adapter; overridden by a recorded opt-in)";
        assert_eq!(with(&[GPC], &[account, consent]), want);
        assert_eq!(with(&[GPC], &[account.and(consent)]), want);
        // R11: the account opted out in another browser.
        assert_eq!(with(&[], &[Statement::opted_out(Scope::ALL_ADVERTISING)]), format!("{ALL} (adapter)"));
    }

    #[test]
    fn a_minor_is_opted_out_unless_opted_in_and_a_signal_beats_that() {
        let minor = Statement::under_16();
        let consent = opted_in(Scope::ALL_ADVERTISING);
        assert_eq!(with(&[], &[minor]), format!("{ALL} (under 16)"));
        assert_eq!(with(&[], &[minor, Statement::not_opted_out()]), format!("{ALL} (under 16; overruled: adapter)"));
        assert_eq!(with(&[], &[minor, consent]), "not opted out (under 16; overridden by a recorded opt-in)");
        assert_eq!(with(&[GPC], &[minor, consent]), format!("{ALL} (Sec-GPC; under 16)"));
        let sale = opted_in(Scope::SALE);
        let want = "opted out of sharing and targeted advertising (under 16; overridden by a recorded opt-in)";
        assert_eq!(with(&[], &[minor, sale]), want);
    }

    #[test]
    fn the_default_is_told_from_what_somebody_said() {
        let table: &[(&[Field], &[Statement], bool)] = &[
            (&[], &[], true),
            (&[], &[Statement::nothing()], true),
            (&[], &[Statement::under_16()], true),
            (&[], &[Statement::not_opted_out()], false),
            (&[], &[opted_in(Scope::SALE)], false),
            (&[GPC], &[], false),
            (&[GPC], &[Statement::under_16()], false),
        ];
        for (fields, statements, want) in table {
            let readers = statements.iter().fold(Readers::default(), |readers, &said| readers.adapter(Says(said)));
            let state = resolve(read(&headers(fields), &readers));
            assert_eq!(state.is_default(), *want, "{fields:?} {statements:?}");
        }
    }
}
