//! Privacy strings in a query: `us_privacy`, `gpp` and `gpp_sid`, as ad tech hands them from server to server.

/// The parameters of a query that hold privacy strings, as they stand there, still encoded.
///
/// The specifications name no other spelling, so names are compared as they are.
pub(super) fn visit<'a>(query: &'a str, mut visitor: impl FnMut(Parameter, &'a [u8])) {
    for pair in query.as_bytes().split(|&byte| byte == b'&') {
        let Some((name, value)) = memchr::memchr(b'=', pair).and_then(|end| pair.split_at_checked(end)) else {
            continue;
        };
        let parameter = match name {
            b"us_privacy" => Parameter::UsPrivacy,
            b"gpp" => Parameter::Gpp,
            b"gpp_sid" => Parameter::SectionIds,
            _ => continue,
        };
        visitor(parameter, value.get(1..).unwrap_or_default());
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    UsPrivacy,
    Gpp,
    SectionIds,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_by_their_whole_name() {
        type Found = &'static [(Parameter, &'static [u8])];
        let table: &[(&str, Found)] = &[
            ("us_privacy=1YYN", &[(Parameter::UsPrivacy, b"1YYN")]),
            ("a=b&gpp=DBAA&gpp_sid=7%2C8", &[(Parameter::Gpp, b"DBAA"), (Parameter::SectionIds, b"7%2C8")]),
            ("gpp=&gpp==&gpp=a=b", &[(Parameter::Gpp, b""), (Parameter::Gpp, b"="), (Parameter::Gpp, b"a=b")]),
            ("us_privacy=1YNN&us_privacy=1YYN", &[(Parameter::UsPrivacy, b"1YNN"), (Parameter::UsPrivacy, b"1YYN")]),
            ("", &[]),
            ("&&=&gpp", &[]),
            ("xgpp=1&gppx=2&GPP=3&gpp%5Fsid=7&us-privacy=1YYN&us_privacy;gpp=1", &[]),
        ];
        for (query, want) in table {
            let mut got = Vec::new();
            visit(query, |parameter, value| got.push((parameter, value)));
            assert_eq!(got, *want, "{query}");
        }
    }
}
