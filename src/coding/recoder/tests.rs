//! Recoding, for every coding that is built in.

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::codec::codec;
use super::encode::Encoder;
use super::vectors::{WHOLE, WRONG};
use super::{Coding, Recoder, Step};

/// A coding in one of its forms.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: &'static str,
    coding: Coding,
    /// Tells the codec which form is meant; also the start of a stream.
    head: &'static [u8],
}

const FORMS: &[Form] = &[
    #[cfg(feature = "gzip")]
    Form { name: "gzip", coding: Coding::Gzip, head: b"\x1f\x8b" },
    #[cfg(feature = "deflate")]
    Form { name: "zlib", coding: Coding::Deflate, head: b"\x78\xda" },
    #[cfg(feature = "deflate")]
    Form { name: "raw deflate", coding: Coding::Deflate, head: b"\x03\x00" },
    #[cfg(feature = "br")]
    Form { name: "br", coding: Coding::Brotli, head: b"\x3b" },
    #[cfg(feature = "zstd")]
    Form { name: "zstd", coding: Coding::Zstd, head: b"\x28" },
];

#[test]
fn streams_of_other_programs_are_read_wherever_they_are_cut() {
    for (name, coding, coded, want) in WHOLE {
        for cut in 0..=coded.len() {
            let (head, tail) = coded.split_at(cut);
            assert_eq!(decode(*coding, [head, tail]), (want.to_vec(), Step::End), "{name} cut at {cut}");
        }
        assert_eq!(decode(*coding, coded.chunks(1)), (want.to_vec(), Step::End), "{name} byte by byte");
    }
}

#[test]
fn a_text_of_our_own_is_encoded_whole() {
    for form in FORMS {
        for plain in [&b""[..], b"a", &b"some text, ".repeat(5000)] {
            let coded = Recoder::whole(form.coding, plain).unwrap();
            assert_eq!(decode(form.coding, [&*coded]), (plain.to_vec(), Step::End), "{}", form.name);
        }
    }
    assert_eq!(Recoder::whole(Coding::Identity, b"a"), None);
}

#[test]
fn what_the_coding_does_not_allow_is_corrupt_for_ever() {
    for (name, coding, coded) in WRONG {
        assert_eq!(decode(*coding, [*coded]).1, Step::Corrupt, "{name}");
        assert_eq!(decode(*coding, coded.chunks(1)).1, Step::Corrupt, "{name} byte by byte");
        let mut recoder = Recoder::new(*coding).unwrap();
        let mut out = BytesMut::new();
        let _ = drain(&mut recoder, coded, &mut out);
        let before = out.len();
        for (_, _, good, _) in WHOLE.iter().filter(|(_, known, _, _)| known == coding) {
            assert_eq!(drain(&mut recoder, good, &mut out), Step::Corrupt, "{name}");
        }
        assert_eq!(out.len(), before, "{name}");
    }
}

#[test]
fn what_follows_the_end_is_ignored_where_browsers_ignore_it() {
    let tails: &[&[u8]] = &[b"\0", &[0; 1000], b"\n", b"\r\n\r\n", b"garbage", b"\0\x1f\x8b\x08", b"\x1f\x1f\x8b\x08"];
    for (name, coding, coded, want) in WHOLE.iter().filter(|(_, coding, _, _)| *coding != Coding::Zstd) {
        for tail in tails {
            assert_eq!(decode(*coding, [*coded, tail]), (want.to_vec(), Step::End), "{name}, then {tail:?}");
            let bytes = [coded, *tail].concat();
            assert_eq!(decode(*coding, bytes.chunks(1)), (want.to_vec(), Step::End), "{name}, then {tail:?}");
        }
    }
}

#[test]
fn a_stream_cut_short_never_ends_and_its_copy_does_not_either() {
    let streams = FORMS.iter().map(|form| (form.coding, pack(*form, &page(700), 250)));
    let known = WHOLE.iter().filter(|(name, ..)| !name.contains("members") && !name.contains("frames"));
    let known = known.map(|(_, coding, coded, _)| (*coding, coded.to_vec()));
    for (coding, coded) in streams.chain(known) {
        let (whole, _) = decode(coding, [coded.as_slice()]);
        for cut in 0..coded.len() {
            let (plain, last) = decode(coding, [&coded[..cut]]);
            assert_eq!(last, Step::NeedInput, "{coding:?} cut at {cut}");
            assert!(whole.starts_with(&plain), "{coding:?} cut at {cut}");
            let copy = recode(coding, [&coded[..cut]]);
            assert_eq!(decode(coding, [copy.as_slice()]), (plain, Step::NeedInput), "{coding:?} cut at {cut}");
        }
    }
}

#[test]
fn a_second_member_that_is_cut_short_is_missed() {
    for form in FORMS.iter().filter(|form| matches!(form.coding, Coding::Gzip | Coding::Zstd)) {
        let (first, second) = (pack(*form, &page(700), 250), pack(*form, &page(300), 250));
        for cut in 1..second.len() {
            let coded = [first.as_slice(), &second[..cut]].concat();
            assert_eq!(decode(form.coding, [coded.as_slice()]).1, Step::NeedInput, "{} cut at {cut}", form.name);
            let copy = recode(form.coding, [first.as_slice(), &second[..cut]]);
            assert_eq!(decode(form.coding, [copy.as_slice()]).1, Step::NeedInput, "{} cut at {cut}", form.name);
        }
    }
}

#[test]
fn no_flipped_bit_of_a_gzip_stream_changes_the_page_unseen() {
    let text = page(300);
    let ours = FORMS.iter().map(|form| (form.name, pack(*form, &text, 100), text.as_slice()));
    let others = WHOLE.iter().map(|(name, _, coded, want)| (*name, coded.to_vec(), *want));
    for (name, coded, want) in ours.chain(others).filter(|(name, ..)| *name == "gzip") {
        for bit in 0..coded.len() * 8 {
            let mut flipped = coded.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (plain, last) = decode(Coding::Gzip, [flipped.as_slice()]);
            assert!(last != Step::End || plain == want, "bit {bit} of {name} {coded:?}");
        }
    }
}

#[test]
fn corrupt_input_is_not_ended_in_the_copy() {
    for form in FORMS {
        let mut coded = pack(*form, &page(700), 250);
        // An invalid block in the middle: all ones is one for every coding here, or breaks the checksum.
        let middle = coded.len() / 2;
        coded[middle..].fill(0xff);
        let (_, last) = decode(form.coding, [coded.as_slice()]);
        assert_ne!(last, Step::End, "{}", form.name);
        let copy = recode(form.coding, [coded.as_slice()]);
        assert_eq!(decode(form.coding, [copy.as_slice()]).1, Step::NeedInput, "{}", form.name);
    }
}

#[test]
fn a_page_comes_back_wherever_its_coded_form_is_cut() {
    for form in FORMS {
        let plain = page(2500);
        let coded = pack(*form, &plain, 900);
        for cut in 0..=coded.len() {
            let (head, tail) = coded.split_at(cut);
            assert_eq!(decode(form.coding, [head, tail]), (plain.clone(), Step::End), "{} cut at {cut}", form.name);
        }
        assert_eq!(decode(form.coding, coded.chunks(1)), (plain, Step::End), "{} byte by byte", form.name);
    }
}

/// Windows and buffers of the decompressors are powers of two: the last bytes, or the end alone, may wait in them.
#[test]
fn pages_as_long_as_a_window_end() {
    for form in FORMS {
        for length in [1 << 14, 1 << 15, 1 << 16].into_iter().flat_map(|size| size - 2..=size + 2) {
            for plain in [page(length), vec![0; length]] {
                let coded = pack(*form, &plain, usize::MAX);
                let (whole, last) = decode(form.coding, [coded.as_slice()]);
                assert!((whole == plain) & (last == Step::End), "{} of {length}: {last:?}", form.name);
                let (whole, last) = decode(form.coding, coded.chunks(1));
                assert!((whole == plain) & (last == Step::End), "{} of {length} byte by byte: {last:?}", form.name);
            }
        }
    }
}

#[test]
fn a_bomb_goes_off_in_small_pieces() {
    const SIZE: usize = 10_000_000;
    let zeros = vec![0; SIZE];
    for form in FORMS {
        let coded = pack(*form, &zeros, usize::MAX);
        assert!(coded.len() < SIZE / 500, "{}", form.name);
        let mut recoder = Recoder::new(form.coding).unwrap();
        let mut input = Bytes::from(coded);
        let mut out = BytesMut::new();
        let mut total = 0;
        let last = loop {
            let step = recoder.decode(&mut input, &mut out);
            assert!(out.len() <= 16 * 1024, "{}", form.name);
            assert!(out.iter().all(|&byte| byte == 0), "{}", form.name);
            total += out.len();
            out.clear();
            if step != Step::More {
                break step;
            }
        };
        assert_eq!((total, last), (SIZE, Step::End), "{}", form.name);
    }
}

#[test]
fn ten_thousand_empty_members_are_an_empty_page() {
    for form in FORMS.iter().filter(|form| matches!(form.coding, Coding::Gzip | Coding::Zstd)) {
        let coded = pack(*form, b"", usize::MAX).repeat(10_000);
        assert_eq!(decode(form.coding, coded.chunks(1000)), (vec![], Step::End), "{}", form.name);
    }
}

#[test]
fn asking_again_without_input_changes_nothing() {
    for form in FORMS {
        let plain = page(700);
        let coded = pack(*form, &plain, 250);
        let mut recoder = Recoder::new(form.coding).unwrap();
        let mut out = BytesMut::new();
        let mut last = Step::NeedInput;
        for byte in coded.chunks(1) {
            for _ in 0..40 {
                assert_eq!(drain(&mut recoder, b"", &mut out), Step::NeedInput, "{}", form.name);
            }
            last = drain(&mut recoder, byte, &mut out);
        }
        assert_eq!((last, drain(&mut recoder, b"", &mut out)), (Step::End, Step::End), "{}", form.name);
        assert_eq!(out, plain, "{}", form.name);
    }
}

#[test]
fn the_form_that_came_goes_out_again() {
    for form in FORMS {
        let plain = page(700);
        let copy = recode(form.coding, pack(*form, &plain, 250).chunks(1));
        let zlib = |bytes: &[u8]| bytes[0] == 0x78 && (usize::from(bytes[0]) * 256 + usize::from(bytes[1])) % 31 == 0;
        assert_eq!(zlib(&copy), form.name == "zlib", "{}", form.name);
        assert_eq!(decode(form.coding, [copy.as_slice()]), (plain, Step::End), "{}", form.name);
    }
}

#[test]
fn nothing_in_is_nothing_out() {
    for form in FORMS {
        let mut recoder = Recoder::new(form.coding).unwrap();
        let mut out = BytesMut::new();
        recoder.encode(b"", &mut out);
        recoder.flush(&mut out);
        recoder.finish(&mut out);
        assert!(out.is_empty(), "{}: {out:?}", form.name);
    }
}

#[test]
fn a_flush_with_nothing_new_writes_nothing() {
    for form in FORMS {
        let mut recoder = Recoder::new(form.coding).unwrap();
        let mut out = BytesMut::new();
        recoder.encode(b"a", &mut out);
        recoder.flush(&mut out);
        let before = out.len();
        recoder.encode(b"", &mut out);
        recoder.flush(&mut out);
        assert_eq!(out.len(), before, "{}", form.name);
    }
}

#[test]
fn what_came_of_a_page_cut_short_goes_out_even_without_a_flush() {
    for form in FORMS {
        let plain = page(700);
        let mut coded = pack(*form, &plain, 700);
        coded.pop();
        let mut recoder = Recoder::new(form.coding).unwrap();
        let (mut part, mut copy) = (BytesMut::new(), BytesMut::new());
        assert_eq!(drain(&mut recoder, &coded, &mut part), Step::NeedInput, "{}", form.name);
        recoder.encode(&part, &mut copy);
        recoder.finish(&mut copy);
        assert_eq!(decode(form.coding, [&copy[..]]), (plain, Step::NeedInput), "{}", form.name);
    }
}

#[test]
fn nothing_is_written_behind_the_end() {
    for form in FORMS {
        for coded in [pack(*form, b"a", 1), form.head[..1].to_vec()] {
            let mut recoder = Recoder::new(form.coding).unwrap();
            let mut out = BytesMut::new();
            let _ = drain(&mut recoder, &coded, &mut BytesMut::new());
            recoder.encode(b"a", &mut out);
            recoder.finish(&mut out);
            let before = out.len();
            recoder.encode(b"b", &mut out);
            recoder.flush(&mut out);
            recoder.finish(&mut out);
            assert_eq!(out.len(), before, "{}", form.name);
        }
    }
}

#[test]
fn a_recoder_can_be_part_of_any_body() {
    fn check<T: Send + Sync + 'static>(_: &T) {}
    for form in FORMS {
        let recoder = Recoder::new(form.coding).unwrap();
        check(&recoder);
        assert_eq!(format!("{recoder:?}"), format!("Recoder {{ coding: {:?}, ended: false, .. }}", form.coding));
    }
}

proptest! {
    #[test]
    fn a_copy_holds_the_same_page_and_each_flush_all_of_it_so_far(
        plain in plain(), size in 1usize..5000, cut in 1usize..3000,
    ) {
        for form in FORMS {
            let coded = pack(*form, &plain, size);
            let mut recoder = Recoder::new(form.coding).unwrap();
            let mut reader = Recoder::new(form.coding).unwrap();
            let (mut page, mut last) = (BytesMut::new(), Step::NeedInput);
            let mut so_far = 0;
            for chunk in coded.chunks(cut) {
                let (mut part, mut copy) = (BytesMut::new(), BytesMut::new());
                let _ = drain(&mut recoder, chunk, &mut part);
                recoder.encode(&part, &mut copy);
                recoder.flush(&mut copy);
                so_far += part.len();
                last = drain(&mut reader, &copy, &mut page);
                prop_assert_eq!(&page[..], &plain[..so_far], "{}", form.name);
            }
            prop_assert_eq!(last, Step::NeedInput, "{}", form.name);
            let mut rest = BytesMut::new();
            recoder.finish(&mut rest);
            prop_assert_eq!(drain(&mut reader, &rest, &mut page), Step::End, "{}", form.name);
            prop_assert_eq!(&page[..], &plain[..], "{}", form.name);
        }
    }

    /// `decode` and `drain` hold the invariants of every call.
    #[test]
    fn any_bytes_are_decoded_or_refused(
        plain in plain(), size in 1usize..5000, cut in 1usize..3000,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4), noise: Vec<u8>,
    ) {
        for form in FORMS {
            let _ = decode(form.coding, noise.chunks(cut));
            let _ = decode(form.coding, [form.head, &noise]);
            let mut coded = pack(*form, &plain, size);
            for (at, byte) in &damage {
                *at.get_mut(&mut coded) = *byte;
            }
            let copy = recode(form.coding, coded.chunks(cut));
            let (whole, last) = decode(form.coding, coded.chunks(cut));
            let (again, end) = decode(form.coding, [copy.as_slice()]);
            prop_assert_eq!(again, whole, "{}", form.name);
            prop_assert_eq!(end == Step::End, last == Step::End, "{}", form.name);
        }
    }
}

/// Runs, repeats and noise: what the compressors tell apart.
fn plain() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        (any::<u8>(), 1usize..40_000).prop_map(|(byte, count)| vec![byte; count]),
        (0usize..5000).prop_map(page),
        prop::collection::vec(any::<u8>(), 0..2000),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Text of `length` bytes that compresses about as well as a page.
fn page(length: usize) -> Vec<u8> {
    let mut seed = 7u32;
    let words = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("<p class=\"c{}\">{:x}</p>\n", seed >> 29, seed >> 12)
    });
    words.flat_map(String::into_bytes).take(length).collect()
}

/// Encodes `plain`, with a flush behind every `size` bytes.
fn pack(form: Form, plain: &[u8], size: usize) -> Vec<u8> {
    let mut codec = codec(form.coding).unwrap();
    assert_eq!(codec.begins(form.head), Some(true), "{}", form.name);
    let (mut encoder, mut scratch, mut out) = (Encoder::default(), [0; 1000], BytesMut::new());
    for part in plain.chunks(size) {
        encoder.encode(codec.as_ref(), part, &mut scratch, &mut out);
        if part.len() == size {
            encoder.flush(codec.as_ref(), &mut scratch, &mut out);
        }
    }
    encoder.finish(codec.as_ref(), &mut scratch, &mut out);
    out.to_vec()
}

/// Decodes a whole body; returns the plain bytes and the last step.
fn decode<'a>(coding: Coding, chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Step) {
    let mut recoder = Recoder::new(coding).unwrap();
    let mut out = BytesMut::new();
    let steps = chunks.into_iter().map(|chunk| drain(&mut recoder, chunk, &mut out));
    let last = steps.last().unwrap_or(Step::NeedInput);
    (out.to_vec(), last)
}

/// Decodes a whole body and encodes it again, as a response with nothing to take out.
fn recode<'a>(coding: Coding, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut recoder = Recoder::new(coding).unwrap();
    let mut out = BytesMut::new();
    for chunk in chunks {
        let mut plain = BytesMut::new();
        let _ = drain(&mut recoder, chunk, &mut plain);
        recoder.encode(&plain, &mut out);
        recoder.flush(&mut out);
    }
    recoder.finish(&mut out);
    out.to_vec()
}

/// Decodes one chunk, and checks what every step promises.
fn drain(recoder: &mut Recoder, chunk: &[u8], out: &mut BytesMut) -> Step {
    let mut input = Bytes::copy_from_slice(chunk);
    loop {
        let before = out.len();
        let step = recoder.decode(&mut input, out);
        assert!(out.len() - before <= 16 * 1024);
        assert_eq!(recoder.ended(), step == Step::End);
        match step {
            Step::More => assert_eq!(out.len() - before, 16 * 1024),
            Step::NeedInput | Step::End => assert!(input.is_empty()),
            Step::Corrupt => {}
        }
        if step != Step::More {
            return step;
        }
    }
}
