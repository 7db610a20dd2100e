//! Osano: nothing of its own.
//!
//! `osano_consentmanager` is opaque and `osano_consentmanager_uuid` an identifier. Where a site's set-up has Osano
//! speak the IAB's languages, its script mirrors the choice to `usprivacy` and `__gpp`, and those are read as what they
//! are.

use super::platform::Pattern;

pub(super) const COOKIES: &[Pattern] = &[];
