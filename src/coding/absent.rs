//! The recoder of a build that knows no content coding: there is none.

use bytes::{Bytes, BytesMut};

use super::{Coding, Step};

/// A recoder that cannot exist, so that callers need not know which features are on.
#[derive(Debug)]
pub(crate) enum Recoder {}

impl Recoder {
    pub(crate) fn new(_coding: Coding) -> Option<Self> {
        None
    }

    pub(crate) fn whole(_coding: Coding, _plain: &[u8]) -> Option<Bytes> {
        None
    }

    pub(crate) fn decode(&mut self, _input: &mut Bytes, _out: &mut BytesMut) -> Step {
        match *self {}
    }

    pub(crate) fn encode(&mut self, _plain: &[u8], _out: &mut BytesMut) {
        match *self {}
    }

    pub(crate) fn flush(&mut self, _out: &mut BytesMut) {
        match *self {}
    }

    pub(crate) fn finish(&mut self, _out: &mut BytesMut) {
        match *self {}
    }
}
