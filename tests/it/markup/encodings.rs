//! Pages in encodings where a byte is not a character, given as bytes.
//!
//! In all of them but ISO-2022-JP, which is refused, and UTF-16, likewise, the bytes of markup stand for themselves: a
//! trail byte may be a letter, `@`, `[`, `\`, `]`, `^`, `_`, `` ` ``, `{`, `|`, `}` or `~`, or a digit in GB 18030, and an ASCII
//! byte behind a lead byte that cannot be its trail is read again as itself (WHATWG Encoding 4.3 and chapters 10 to 13).

use bytes::Bytes;
use tower_gpc::html::{FilterOptions, TagFilter};

use crate::pages::builtin_rules;

/// Characters with trail bytes that are ASCII, plain ones, and sequences that are none.
const CHARACTERS: &[(&str, &[&[u8]])] = &[
    (
        "utf-8",
        &[
            "\u{e9}".as_bytes(),
            "\u{8868}".as_bytes(),
            "\u{1F600}".as_bytes(),
            b"\xC3",
            b"\xE8\xA1",
            b"\x80",
            b"\xFF\xFE",
        ],
    ),
    ("windows-1252", &[b"\xE9", b"\x80", b"\x93\x94", b"\xAB\xBB", b"\x81", b"\xA0"]),
    (
        "shift_jis",
        &[
            b"\x83\x5C",
            b"\x81\x40",
            b"\x81\x7C",
            b"\x95\x5C",
            b"\x94\x5B",
            b"\x83\x41",
            b"\xB1",
            b"\x81",
            b"\xFC\x7E",
            b"\xA0",
        ],
    ),
    ("euc-kr", &[b"\xB0\xA1", b"\x81\x41", b"\x8C\x5A", b"\xC6\x52", b"\x81\x61", b"\xC9", b"\xFF", b"\x80"]),
    (
        "gbk",
        &[
            b"\xC4\xE3",
            b"\x81\x5C",
            b"\x81\x40",
            b"\x8C\x7C",
            b"\xD5\x5B",
            b"\x81\x30\x81\x30",
            b"\x80",
            b"\x81",
            b"\xFF",
        ],
    ),
    ("big5", &[b"\xA7\x41", b"\xA5\x5C", b"\xB3\x5C", b"\xA1\x40", b"\xA4\x7C", b"\xC0\x7E", b"\x87", b"\xFF"]),
];

/// A page with a character at every place where one can stand beside markup; and what must be left of it.
fn page(character: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut page, mut kept) = (Vec::new(), Vec::new());
    // `~` is the character; what stands between `[` and `]` goes.
    let pattern = b"~<title>~</title>~<p title='~'>~[<img src=//ib.adnxs.com/1>]~<img alt=~ src=/own[ data-src='//ib.adnxs.com/~']>~\
        <b ~='1' \"~\" ~>~</b~>[<script src=\"//ib.adnxs.com/~\" id=~>~</script>]~<script>var s = '~', t = \"~\";//~</script>~\
        <!--~-->~<!~>~</ ~>~[<iframe src=//ib.adnxs.com/2?~ title=\"~\"></iframe>]<textarea>~</textarea>[<IMG ALT='~'SRC=//ib.adnxs.com/3>]\
        <svg><g id=~ /><![CDATA[~]]></svg>~<noscript>~[<img src=//ib.adnxs.com/4 alt='~'>]~</noscript>\
        <img srcset='/~ 1x, [//ib.adnxs.com/5~ 2x, ]/own'>~<a~ ping=x>~";
    let mut goes = false;
    let mut cdata = 0;
    for &byte in pattern {
        // The brackets of the CDATA section are its own.
        let marks = cdata == 0;
        cdata = match (cdata, byte) {
            (0, b'!') if page.ends_with(b"/><") => 4,
            (4, b'[') => 3,
            (3, b'[') => 2,
            (2, b']') => 1,
            (1, b']') => 0,
            (before, _) => before,
        };
        match byte {
            b'[' if marks => goes = true,
            b']' if marks => goes = false,
            byte => {
                let bytes = if byte == b'~' { character } else { &[byte][..] };
                page.extend_from_slice(bytes);
                kept.extend_from_slice(if goes { b"" } else { bytes });
            }
        }
    }
    (page, kept)
}

#[test]
fn every_byte_outside_of_what_is_withheld_stays_whatever_the_encoding() {
    let rules = builtin_rules();
    for (encoding, characters) in CHARACTERS {
        for character in *characters {
            let (page, want) = page(character);
            let page = Bytes::from(page);
            let cuts = (0..=page.len()).map(|cut| vec![page.slice(..cut), page.slice(cut..)]);
            let single = (0..page.len()).map(|n| page.slice(n..=n)).collect();
            for chunks in cuts.chain([single]) {
                let about = format!("{encoding} {character:x?} in {} chunks, first {}", chunks.len(), chunks[0].len());
                let mut filter = TagFilter::new(rules.clone(), FilterOptions::default());
                let mut out = std::collections::VecDeque::new();
                chunks.into_iter().for_each(|chunk| filter.push(chunk, &mut out));
                filter.finish(&mut out);
                let got: Vec<u8> = out.into_iter().flatten().collect();
                assert!(got == want, "{about}:\n{}\n{}", String::from_utf8_lossy(&got), String::from_utf8_lossy(&want));
                assert_eq!(filter.report().total(), 7, "{about}");
            }
        }
    }
}
