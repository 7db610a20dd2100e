//! Sourcepoint: nothing of its own.
//!
//! Its cookies are identifiers and flags (`consentUUID`, `ccpaUUID`, `ccpaApplies`, `dnsDisplayed`, `signedLspa`,
//! `_sp_su`, `_sp_v1_*`), and the choice itself stands in the browser's storage. What a server sees of it is
//! `usprivacy`, and `__gpp` where a site mirrors that.

use super::platform::Pattern;

pub(super) const COOKIES: &[Pattern] = &[];
