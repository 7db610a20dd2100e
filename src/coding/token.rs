//! The names of content codings: which one a response has, and which ones this build can filter.

/// A content coding that a response can have.
///
/// Every variant exists in every build; whether one can be decoded depends on the features, see
/// [`supported`](Coding::supported).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    /// No coding.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 1950, or bare RFC 1951 as some servers send it.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// Why a coded body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uncodable {
    /// A coding that this crate does not know.
    Unknown,
    /// More than one coding, one on top of the other.
    Stacked,
    /// A coding whose feature is off in this build.
    Disabled,
}

impl Coding {
    /// Reads the values of all `Content-Encoding` fields of a response.
    ///
    /// # Errors
    ///
    /// Returns [`Uncodable`] for what cannot be decoded. Several codings are [`Uncodable::Stacked`] whatever they
    /// are, known or not.
    pub(crate) fn of<'a>(values: impl Iterator<Item = &'a [u8]>) -> Result<Self, Uncodable> {
        // RFC 9110 §5.3: several fields are one list; §5.6.1.2: empty members count for nothing.
        let mut members = values
            .flat_map(|value| value.split(|&byte| byte == b','))
            .map(trim)
            .filter(|member| !member.is_empty())
            // RFC 9110 §8.4: `identity` does not belong here, but where it is sent it changes nothing.
            .filter(|member| !member.eq_ignore_ascii_case(b"identity"));
        let Some(token) = members.next() else { return Ok(Self::Identity) };
        if members.next().is_some() {
            return Err(Uncodable::Stacked);
        }
        // RFC 9110 §8.4.1: coding names are case-insensitive.
        let named = NAMES.iter().find(|(name, _)| token.eq_ignore_ascii_case(name.as_bytes()));
        let Some(&(_, coding)) = named else { return Err(Uncodable::Unknown) };
        if coding.is_supported() { Ok(coding) } else { Err(Uncodable::Disabled) }
    }

    /// Returns the codings that this build can decode and encode, as `Accept-Encoding` names them.
    pub(crate) fn supported() -> &'static [&'static str] {
        SUPPORTED
    }

    fn is_supported(self) -> bool {
        NAMES.iter().any(|(name, coding)| *coding == self && SUPPORTED.contains(name))
    }
}

/// Takes optional white space off both ends: RFC 9110 §5.6.3, space and tab only.
fn trim(mut member: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = member {
        member = rest;
    }
    member
}

const NAMES: &[(&str, Coding)] = &[
    ("gzip", Coding::Gzip),
    // RFC 9110 §8.4.1.3: "x-gzip" is equivalent to "gzip".
    ("x-gzip", Coding::Gzip),
    ("deflate", Coding::Deflate),
    ("br", Coding::Brotli),
    ("zstd", Coding::Zstd),
];

const SUPPORTED: &[&str] = &[
    #[cfg(feature = "gzip")]
    "gzip",
    #[cfg(feature = "deflate")]
    "deflate",
    #[cfg(feature = "br")]
    "br",
    #[cfg(feature = "zstd")]
    "zstd",
];

#[cfg(test)]
mod tests {
    use super::{NAMES, SUPPORTED};
    use crate::coding::{Coding, Recoder, Uncodable};

    fn of(fields: &[&[u8]]) -> Result<Coding, Uncodable> {
        Coding::of(fields.iter().copied())
    }

    #[test]
    fn content_encoding_names_one_coding() {
        let known = |name, coding| if SUPPORTED.contains(&name) { Ok(coding) } else { Err(Uncodable::Disabled) };
        let gzip = known("gzip", Coding::Gzip);
        let deflate = known("deflate", Coding::Deflate);
        let br = known("br", Coding::Brotli);
        let zstd = known("zstd", Coding::Zstd);
        type Fields = &'static [&'static [u8]];
        let cases: &[(Fields, Result<Coding, Uncodable>)] = &[
            (&[], Ok(Coding::Identity)),
            (&[b""], Ok(Coding::Identity)),
            (&[b" , ,\t"], Ok(Coding::Identity)),
            (&[b"identity"], Ok(Coding::Identity)),
            (&[b"Identity, identity", b"IDENTITY"], Ok(Coding::Identity)),
            (&[b"gzip"], gzip),
            (&[b"GZip"], gzip),
            (&[b"x-gzip"], gzip),
            (&[b"X-GZIP"], gzip),
            (&[b"\t gzip \t"], gzip),
            (&[b",gzip,"], gzip),
            (&[b"identity, gzip"], gzip),
            (&[b"", b"identity", b" gzip"], gzip),
            (&[b"deflate"], deflate),
            (&[b"br"], br),
            (&[b"BR"], br),
            (&[b"zstd"], zstd),
            (&[b"gzip, br"], Err(Uncodable::Stacked)),
            (&[b"gzip", b"br"], Err(Uncodable::Stacked)),
            (&[b"gzip,gzip"], Err(Uncodable::Stacked)),
            (&[b"gzip", b"pigeon"], Err(Uncodable::Stacked)),
            (&[b"compress"], Err(Uncodable::Unknown)),
            (&[b"x-deflate"], Err(Uncodable::Unknown)),
            (&[b"dcb"], Err(Uncodable::Unknown)),
            (&[b"gzip;q=1"], Err(Uncodable::Unknown)),
            (&[b"gzip br"], Err(Uncodable::Unknown)),
            (&[b"\"gzip\""], Err(Uncodable::Unknown)),
            (&[b"gzi"], Err(Uncodable::Unknown)),
            (&[b"gzipp"], Err(Uncodable::Unknown)),
            (&[b"gzip\xff"], Err(Uncodable::Unknown)),
            (&[b"\x0bgzip"], Err(Uncodable::Unknown)),
            (&[b"*"], Err(Uncodable::Unknown)),
        ];
        for (fields, want) in cases {
            assert_eq!(of(fields), *want, "{fields:?}");
        }
    }

    #[test]
    fn what_is_supported_is_what_has_a_recoder() {
        for name in ["gzip", "x-gzip", "deflate", "br", "zstd"] {
            let (_, coding) = *NAMES.iter().find(|(known, _)| *known == name).unwrap();
            let found = of(&[name.as_bytes()]).is_ok();
            assert_eq!(Recoder::new(coding).is_some(), found, "{name}");
        }
        assert!(Recoder::new(Coding::Identity).is_none());
        for name in Coding::supported() {
            assert!(of(&[name.as_bytes()]).is_ok(), "{name}");
        }
    }
}
