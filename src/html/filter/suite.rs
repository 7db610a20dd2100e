//! html5lib's tokenizer suite, run from the folder beside the project when that is there.
//!
//! The machine gives no tokens. What it takes for a tag or a comment is seen here by watching it step by step, and the
//! attributes are read by the code that the judge reads them with.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use serde_json::Value;

use super::super::attributes::{Attributes, Step};
use super::super::cursor::Cursor;
use super::super::foreign::Foreign;
use super::super::is_space;
use super::super::reference::decode;
use super::super::text_end::{CdataEnd, TextEnd, TextKind};
use super::{FilterOptions, Mode, TagFilter};
use crate::catalog::Catalog;
use crate::policy::{Policy, Rules};

/// What a page's markup is made of. Text and document types are not the filter's business.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Start { name: String, attributes: BTreeMap<String, String>, self_closing: bool },
    End(String),
    Comment(String),
}

struct Case {
    about: String,
    state: String,
    last_start_tag: Option<String>,
    input: String,
    want: Vec<Token>,
}

/// Files that say nothing about tags and attributes of HTML.
const EXCLUDED: [(&str, &str); 1] =
    [("xmlViolation", "what names and comments become in XML, which does not move a tag")];

/// The folder's cases that can be written in UTF-8, one for each initial state; and how many cannot.
fn cases() -> Option<(Vec<Case>, usize)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/html5lib-tests");
    let Ok(entries) = fs::read_dir(folder) else {
        println!("skipped: no folder with html5lib's tests beside the project");
        return None;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "test"));
    paths.sort();
    let mut cases = Vec::new();
    let mut surrogates = 0;
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if let Some((_, reason)) = EXCLUDED.iter().find(|(excluded, _)| *excluded == name) {
            println!("left out: {name}: {reason}");
            continue;
        }
        let file: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for test in file.as_object().unwrap().values().flat_map(|tests| tests.as_array().unwrap()) {
            let double = test["doubleEscaped"] == true;
            let Some(input) = text(&test["input"], double) else {
                surrogates += 1;
                continue;
            };
            let want: Vec<_> =
                test["output"].as_array().unwrap().iter().filter_map(|token| wanted(token, double)).collect();
            let data = vec![Value::from("Data state")];
            for state in test["initialStates"].as_array().unwrap_or(&data) {
                let last = test["lastStartTag"].as_str();
                let mut case = Case {
                    about: format!("{name}: {}", test["description"]),
                    state: state.as_str().unwrap().to_owned(),
                    last_start_tag: last.map(str::to_owned),
                    input: input.clone(),
                    want: want.clone(),
                };
                // Script data that ends with an `xmp`: here only a `script` holds any.
                if case.state == "Script data state" && last == Some("xmp") {
                    case.input = case.input.replace("xm", "scrip").replace("XMP", "SCRIPT");
                    case.want.iter_mut().for_each(|token| *token = Token::End("script".to_owned()));
                }
                cases.push(case);
            }
        }
    }
    Some((cases, surrogates))
}

/// A string of a test; none if it holds a lone surrogate, which no byte sequence of UTF-8 stands for.
fn text(value: &Value, double: bool) -> Option<String> {
    let value = value.as_str().unwrap();
    if !double {
        return Some(value.to_owned());
    }
    let mut units: Vec<u16> = Vec::new();
    let mut rest = value;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        units.push(u16::from_str_radix(&rest[at + 2..at + 6], 16).unwrap());
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    String::from_utf16(&units).ok()
}

fn wanted(token: &Value, double: bool) -> Option<Token> {
    let string = |value: &Value| text(value, double).unwrap();
    match token[0].as_str().unwrap() {
        "StartTag" => {
            let attributes = token[2].as_object().unwrap().iter();
            Some(Token::Start {
                name: string(&token[1]),
                attributes: attributes
                    .map(|(name, value)| (text(&Value::from(name.as_str()), double).unwrap(), string(value)))
                    .collect(),
                self_closing: token[3] == true,
            })
        }
        "EndTag" => Some(Token::End(string(&token[1]))),
        "Comment" => Some(Token::Comment(string(&token[1]))),
        "Character" | "DOCTYPE" => None,
        other => panic!("{other}"),
    }
}

/// What the machine sees in an input that comes in chunks.
fn seen(mode: Mode, input: &str, chunks: &[&[u8]]) -> Vec<Token> {
    static RULES: LazyLock<Arc<Rules>> =
        LazyLock::new(|| Arc::new(Rules::new(Catalog::empty(), &Policy::default()).unwrap()));
    let mut filter = TagFilter::new(Arc::clone(&RULES), FilterOptions::default());
    filter.mode = mode;
    let mut tokens = Vec::new();
    // Where the markup begins that the machine is inside.
    let mut open = None;
    let mut offset = 0;
    for chunk in chunks {
        let chunk = Bytes::copy_from_slice(chunk);
        let mut out = VecDeque::new();
        let mut cursor = Cursor::new(&chunk, &mut out, false);
        while cursor.at < chunk.len() {
            let (before, from) = (filter.mode, offset + cursor.at);
            match before {
                // One step of markup goes from tag to tag.
                Mode::Data if cursor.go_to_less() && !cursor.pass(filter.options.held_limit) => {
                    filter.open(&mut cursor)
                }
                Mode::Data => {}
                _ => filter.step(&mut cursor),
            }
            let at = offset + cursor.at;
            if matches!(before, Mode::Data) {
                open = input.as_bytes()[from..at].iter().position(|&byte| byte == b'<').map(|n| from + n);
            } else if let (Mode::Text(_), Mode::Tag(..)) = (before, filter.mode) {
                open = input[..at].rfind("</");
            }
            if matches!(filter.mode, Mode::Data | Mode::Text(_) | Mode::HeldScript(..) | Mode::Plaintext)
                && let Some(start) = open.take()
            {
                tokens.extend(token(&input[start..at], true));
                // No tree builder switches the suite's tokenizer.
                filter.mode = Mode::Data;
                filter.held.clear();
            }
            filter.foreign = Foreign::default();
            filter.noscript = false;
        }
        offset += chunk.len();
    }
    tokens.extend(open.and_then(|start| token(&input[start..], false)));
    tokens
}

/// The token that some markup is; none for what is text, for document types, and for a tag that the input ends in.
fn token(markup: &str, whole: bool) -> Option<Token> {
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}");
    let name_end = |start: usize| {
        let end = markup.bytes().skip(start).position(|byte| is_space(byte) || matches!(byte, b'/' | b'>'));
        end.map_or(markup.len(), |n| start + n)
    };
    let letter = |at: usize| markup.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
    if letter(1) {
        let end = name_end(1);
        let mut attributes = Attributes::new(markup.as_bytes(), end);
        let mut read = BTreeMap::new();
        loop {
            match attributes.step() {
                Step::Attribute(attribute) => {
                    let value = decode(&markup.as_bytes()[attribute.value]).into_owned();
                    let name = plain(&markup[attribute.name]).to_ascii_lowercase();
                    read.entry(name).or_insert(String::from_utf8(value).unwrap());
                }
                Step::End { end: tag_end, self_closing } => {
                    // The machine and the walk over attributes agree on where the tag ends.
                    assert_eq!((tag_end, whole), (markup.len(), true), "{markup}");
                    let name = plain(&markup[1..end]).to_ascii_lowercase();
                    return Some(Token::Start { name, attributes: read, self_closing });
                }
                Step::Short => {
                    assert!(!whole, "{markup}");
                    return None;
                }
            }
        }
    }
    if markup.starts_with("</") && letter(2) {
        return whole.then(|| Token::End(plain(&markup[2..name_end(2)]).to_ascii_lowercase()));
    }
    let data = if let Some(data) = markup.strip_prefix("<!--") {
        let ends: &[&str] = if whole { &["--!>", "-->", "->", ">"] } else { &["--!", "--", "-", ""] };
        ends.iter().find_map(|end| data.strip_suffix(end)).unwrap()
    } else if markup.len() >= 9 && markup.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
        return None;
    } else if let Some(data) = markup.strip_prefix("<!").or(markup.strip_prefix("</")) {
        if markup == "</" || markup == "</>" {
            return None;
        }
        data.strip_suffix('>').filter(|_| whole).unwrap_or(data)
    } else if markup.starts_with("<?") {
        markup[1..].strip_suffix('>').filter(|_| whole).unwrap_or(&markup[1..])
    } else {
        return None;
    };
    Some(Token::Comment(plain(data)))
}

fn mode(case: &Case) -> Mode {
    let kind = match case.last_start_tag.as_deref() {
        Some("xmp") => TextKind::Xmp,
        Some("textarea") => TextKind::Textarea,
        // No end tag is the right one; no case holds one of these.
        None | Some(_) => TextKind::Noembed,
    };
    match case.state.as_str() {
        "Data state" => Mode::Data,
        "PLAINTEXT state" => Mode::Plaintext,
        "CDATA section state" => Mode::Cdata(CdataEnd::default()),
        "RCDATA state" | "RAWTEXT state" => Mode::Text(TextEnd::new(kind, false)),
        "Script data state" => Mode::Text(TextEnd::new(TextKind::Script, false)),
        other => panic!("{other}"),
    }
}

#[test]
fn the_machine_sees_the_tags_and_comments_of_html5libs_suite_at_every_cut() {
    let Some((cases, surrogates)) = cases() else { return };
    let mut tags = 0;
    for case in &cases {
        let bytes = case.input.as_bytes();
        let check = |chunks: &[&[u8]]| {
            let got = seen(mode(case), &case.input, chunks);
            assert_eq!(got, case.want, "{} in {}: {:?} as {chunks:?}", case.about, case.state, case.input);
        };
        check(&[bytes]);
        check(&bytes.chunks(1).collect::<Vec<_>>());
        for cut in 0..=bytes.len() {
            check(&[&bytes[..cut], &bytes[cut..]]);
        }
        tags += case.want.len();
    }
    let ran = cases.len();
    println!("{ran} cases with {tags} tags and comments; {surrogates} more hold lone surrogates");
    assert!(ran > 6900, "{ran}");
}

/// The suite tries most references in text only. Those that mean the same in an attribute are tried there too.
#[test]
fn references_of_html5libs_suite_are_decoded_in_attributes() {
    let Some((cases, _)) = cases() else { return };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/html5lib-tests");
    let mut tried = 0;
    for name in ["namedEntities", "numericEntities"] {
        let file: Value = serde_json::from_slice(&fs::read(folder.join(format!("{name}.test"))).unwrap()).unwrap();
        for test in file["tests"].as_array().unwrap() {
            let [output] = &test["output"].as_array().unwrap()[..] else { continue };
            let input = test["input"].as_str().unwrap();
            let bare = input.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
            if output[0] == "Character" && (bare || input.ends_with(';')) && test["doubleEscaped"] != true {
                let got = decode(input.as_bytes()).into_owned();
                assert_eq!(String::from_utf8(got).unwrap(), output[1].as_str().unwrap(), "{input}");
                tried += 1;
            }
        }
    }
    println!("{tried} references of {} cases", cases.len());
    assert!(tried > 2500, "{tried}");
}
