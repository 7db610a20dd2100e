//! How a state is logged and passed on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::jurisdiction::Jurisdiction;
use super::state::{ConsentState, Marks};
use crate::signal::{Scope, SignalSet};

/// A state, field by field. What is missing is as in a state that says nothing; what is unknown is skipped.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Wire {
    sale: bool,
    sharing: bool,
    targeted_advertising: bool,
    sensitive: bool,
    heard: SignalSet,
    overruled: SignalSet,
    default: bool,
    under_16: bool,
    overridden: bool,
    jurisdiction: Jurisdiction,
}

impl From<ConsentState> for Wire {
    fn from(state: ConsentState) -> Self {
        Self {
            sale: state.sale_opted_out(),
            sharing: state.sharing_opted_out(),
            targeted_advertising: state.targeted_advertising_opted_out(),
            sensitive: state.sensitive_opted_out(),
            heard: state.heard(),
            overruled: state.overruled(),
            default: state.is_default(),
            under_16: state.is_under_16(),
            overridden: state.is_overridden(),
            jurisdiction: state.jurisdiction(),
        }
    }
}

impl From<Wire> for ConsentState {
    fn from(wire: Wire) -> Self {
        let parts = [
            (wire.sale, Scope::SALE),
            (wire.sharing, Scope::SHARING),
            (wire.targeted_advertising, Scope::TARGETED_ADVERTISING),
            (wire.sensitive, Scope::SENSITIVE),
        ];
        let scope = parts.into_iter().filter(|(on, _)| *on).fold(Scope::NOTHING, |scope, (_, part)| scope | part);
        let marks =
            [(wire.default, Marks::DEFAULT), (wire.under_16, Marks::UNDER_16), (wire.overridden, Marks::OVERRIDDEN)];
        let state = ConsentState::new(scope, wire.heard, wire.overruled).with_jurisdiction(wire.jurisdiction);
        marks.into_iter().filter(|(on, _)| *on).fold(state, |state, (_, mark)| state.with(mark))
    }
}

impl Serialize for ConsentState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ConsentState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Wire::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;
    use http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::consent::resolve;
    use crate::signal::{Readers, SEC_GPC, read};

    fn state() -> ConsentState {
        let fields = [(SEC_GPC, "1"), (COOKIE, "usprivacy=1YNN")];
        let headers: HeaderMap =
            fields.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect();
        resolve(read(&headers, &Readers::default())).with_jurisdiction(Jurisdiction::parse("US-CA"))
    }

    #[test]
    fn a_state_has_a_form_for_logs_that_is_read_back() {
        let json = serde_json::to_string(&state()).unwrap();
        assert_eq!(
            json,
            r#"{"sale":true,"sharing":true,"targeted_advertising":true,"sensitive":false,"heard":["sec-gpc"],"overruled":["us-privacy"],"default":false,"under_16":false,"overridden":false,"jurisdiction":"US-CA"}"#
        );
        for state in [state(), ConsentState::default(), state().with(Marks::OVERRIDDEN).with(Marks::UNDER_16)] {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<ConsentState>(&json).unwrap(), state, "{json}");
        }
    }

    #[test]
    fn what_another_version_sends_is_understood_as_far_as_it_goes() {
        let json = r#"{"sale":true,"heard":["gpp","telepathy"],"mood":"good"}"#;
        let state: ConsentState = serde_json::from_str(json).unwrap();
        assert_eq!(state.to_string(), "opted out of sale (GPP string)");
        assert!(serde_json::from_str::<ConsentState>(r#"{"sale":"yes"}"#).is_err());
    }
}
