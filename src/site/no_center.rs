//! The preference center of a build without the feature: there is none.

use bytes::Bytes;
use http::{Method, Response};

use crate::answer::Answers;
use crate::consent::ConsentState;
use crate::signal::{Head, Readers, Signals};

/// A center that cannot exist, so that callers need not know whether the feature is on.
#[derive(Clone, Debug)]
pub(crate) enum PreferenceCenter {}

impl PreferenceCenter {
    pub(crate) fn answer(
        &self,
        _head: &Head<'_>,
        _method: &Method,
        _heard: (&Readers, Signals, ConsentState),
        _answers: &Answers,
    ) -> Option<Response<Bytes>> {
        match *self {}
    }
}
