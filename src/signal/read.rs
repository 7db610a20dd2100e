//! The reading of one request head.

use http::header::{COOKIE, DNT};
use http::{HeaderMap, Uri};

use super::cmp::Platform;
use super::cmp::iubenda;
use super::gpp::{self, ApplicableSections};
use super::head::Head;
use super::heard::Signals;
use super::opt_out::OptOutCookie;
use super::query::{self, Parameter};
use super::readers::Readers;
use super::scope::Scope;
use super::set::Signal;
use super::statement::Statement;
use super::{SEC_GPC, cookie, dnt, sec_gpc, us_privacy, variant_key};

/// Reads the opt-out signals of a request head.
///
/// All `Cookie` fields are read, since HTTP/2 splits them (RFC 9113 §8.2.3), and as bytes: one that is not UTF-8, over-long
/// or malformed says nothing and hides none beside it. Trailers are not asked: GPC keeps its field out of them.
///
/// # Example
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::COOKIE};
/// use tower_gpc::signal::{Readers, Signal, read};
///
/// let mut headers = HeaderMap::new();
/// headers.append(COOKIE, HeaderValue::from_bytes(b"theme=\xff")?);
/// headers.append(COOKIE, HeaderValue::from_static("__Host-privacy-opt-out=1.out.20780"));
/// assert!(read(&headers, &Readers::default()).heard().contains(Signal::OptOutCookie));
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn read<'a>(head: impl Into<Head<'a>>, readers: &Readers) -> Signals {
    let head = head.into();
    let mut reading = Reading { readers, signals: Signals::default(), waiting: Waiting::default() };
    // One walk over the few fields of a request takes less time than to hash two names.
    for (name, value) in head.headers() {
        if *name == COOKIE {
            reading.cookies(value.as_bytes());
        } else if *name == SEC_GPC {
            if sec_gpc::is_signal(value) {
                reading.signals.add(Signal::SecGpc, Statement::opted_out(Scope::ALL_ADVERTISING));
            }
        } else if readers.dnt && *name == DNT && dnt::is_signal(value) {
            reading.signals.add(Signal::Dnt, Statement::opted_out(Scope::ALL_ADVERTISING));
        } else if readers.variant_key.as_ref() == Some(name) {
            reading.signals.add_key(variant_key::read(value));
        }
    }
    if readers.query
        && let Some(query) = head.uri().and_then(Uri::query)
    {
        reading.query(query);
    }
    reading.waited();
    for adapter in &readers.adapters {
        reading.signals.add(Signal::Adapter, adapter.read(&head));
    }
    reading.signals
}

/// What a cookie is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    OptOut,
    UsPrivacy,
    Gpp,
    /// Says which sections of a GPP string apply; no signal by itself.
    SectionIds,
    Platform(Platform),
}

/// What has been read of one request.
struct Reading<'a> {
    readers: &'a Readers,
    signals: Signals,
    waiting: Waiting<'a>,
}

impl<'a> Reading<'a> {
    fn cookies(&mut self, field: &'a [u8]) {
        if self.readers.cookies {
            cookie::visit(field, &self.readers.names, |reader, name, value| self.cookie(reader, name, value));
        }
    }

    fn cookie(&mut self, reader: Reader, name: &[u8], value: &'a [u8]) {
        match reader {
            Reader::OptOut => {
                if let Some(cookie) = OptOutCookie::read(value) {
                    self.signals.add_own(cookie);
                }
            }
            Reader::UsPrivacy => self.signals.add_string(Signal::UsPrivacy, read_us_privacy(value)),
            Reader::Gpp => {
                self.signals.add_string(Signal::Gpp, Statement::nothing());
                self.gpp(value);
            }
            Reader::SectionIds => self.waiting.section_ids(value),
            Reader::Platform(platform) => {
                if let (Some(signal), Some(purposes)) = (platform.signal(), self.readers.purposes(platform)) {
                    self.signals.add_string(signal, platform.read(name, value, purposes));
                }
            }
        }
    }

    fn query(&mut self, query: &'a str) {
        query::visit(query, |parameter, value| match parameter {
            Parameter::UsPrivacy => self.signals.add(Signal::UsPrivacy, us_privacy::read(value)),
            Parameter::Gpp => self.gpp(value),
            Parameter::SectionIds => self.waiting.section_ids(value),
        });
    }

    fn gpp(&mut self, text: &'a [u8]) {
        // A string waits for the list of its sections, which may come behind it.
        if !self.readers.gpp_by_section_ids || !self.waiting.push(text) {
            self.signals.add(Signal::Gpp, gpp::read(text, None));
        }
    }

    fn waited(&mut self) {
        for text in self.waiting.texts.into_iter().flatten() {
            self.signals.add(Signal::Gpp, gpp::read(text, self.waiting.sections));
        }
    }
}

/// GPP strings that wait for the list of the sections that apply.
#[derive(Default)]
struct Waiting<'a> {
    /// As many as a request can have a reason to carry; in more than that every section counts.
    texts: [Option<&'a [u8]>; 4],
    sections: Option<ApplicableSections>,
}

impl<'a> Waiting<'a> {
    fn push(&mut self, text: &'a [u8]) -> bool {
        let free = self.texts.iter_mut().find(|place| place.is_none());
        free.map(|place| *place = Some(text)).is_some()
    }

    /// Several lists add up.
    fn section_ids(&mut self, value: &[u8]) {
        self.sections = match (self.sections, ApplicableSections::parse(value)) {
            (Some(all), Some(more)) => Some(all.union(more)),
            (all, more) => all.or(more),
        };
    }
}

impl Readers {
    /// Shows the cookies of a request that are read, whatever they say.
    pub(crate) fn visit_cookies<'a>(
        &self,
        headers: &'a HeaderMap,
        mut visitor: impl FnMut(Reader, &'a [u8], &'a [u8]),
    ) {
        if self.cookies {
            for field in headers.get_all(COOKIE) {
                cookie::visit(field.as_bytes(), &self.names, &mut visitor);
            }
        }
    }

    /// What a cookie of this name is read by.
    pub(crate) fn reader(&self, name: &[u8]) -> Option<Reader> {
        if self.cookies { self.names.find(name) } else { None }
    }

    /// Whether cookies are read at all.
    pub(crate) fn reads_cookies(&self) -> bool {
        self.cookies
    }
}

/// A US Privacy string as it is, or in the JSON that iubenda stores under the same name.
fn read_us_privacy(value: &[u8]) -> Statement {
    match value.len() {
        ..=4 => us_privacy::read(value),
        _ => iubenda::us_privacy_string(value).map_or(Statement::nothing(), |string| us_privacy::read(&string)),
    }
}

/// Reads cookie fields as bytes that no header value would let through.
#[cfg(test)]
pub(super) fn read_raw(fields: &[Vec<u8>], readers: &Readers) -> Signals {
    let mut reading = Reading { readers, signals: Signals::default(), waiting: Waiting::default() };
    fields.iter().for_each(|field| reading.cookies(field));
    reading.waited();
    reading.signals
}
