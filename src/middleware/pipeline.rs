//! What one filtered body goes through: decode, filter, encode again; and the account of it.
//!
//! Nothing here knows of polling. Bytes go in by [`Pipeline::push`], are worked on in bounded steps by
//! [`Pipeline::work`], and come out of [`Pipeline::pop`].

use std::collections::VecDeque;
use std::iter;
use std::mem;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::additions::Additions;
use super::config::Config;
use super::eligible::Page;
use super::report::{self, HeadCounts, Reason};
use crate::coding::{Coding, Recoder, Step};
use crate::html::{FilterOptions, TagFilter};

/// Room for as many pieces as what is withheld makes of most chunks.
const PIECES: usize = 16;

pub(super) struct Pipeline {
    filter: TagFilter,
    additions: Additions,
    start: Start,
    codec: Option<Codec>,
    /// What the filter let through. With a codec it is empty between two calls: its content is in `Codec::wire`.
    sieved: VecDeque<Bytes>,
    account: Account,
}

/// How far the first two bytes were looked at, which may be a byte order mark.
enum Start {
    Nothing,
    /// One byte that may be half a mark.
    Half(Bytes),
    Page,
    /// UTF-16, or a coding without a recoder: bytes pass the filter by.
    Bypass,
}

struct Codec {
    recoder: Recoder,
    input: Bytes,
    plain: BytesMut,
    wire: BytesMut,
    /// Whether the decoder has input or output left.
    busy: bool,
    stream: Stream,
    /// The first coded byte, until something was written.
    first: Option<u8>,
}

/// Where a coded body stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Empty,
    Open,
    Ended,
    Corrupt,
}

/// What is said of this response at its end.
struct Account {
    config: Arc<Config>,
    head: HeadCounts,
    reason: Option<Reason>,
    observed: bool,
    /// Nothing was withheld, and nothing is said of it.
    silent: bool,
    said: bool,
}

/// How the inner body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Proper,
    Failed,
}

impl Pipeline {
    /// Takes tags out, and puts in what the page gets. `head` is what the response head lost already.
    pub(super) fn filter(
        config: Arc<Config>,
        host: Option<Arc<str>>,
        page: Page,
        head: HeadCounts,
        additions: Additions,
    ) -> Self {
        Self::new(config, host, page, head, Some(additions))
    }

    /// Only counts: nothing comes out.
    pub(super) fn observe(config: Arc<Config>, host: Option<Arc<str>>, page: Page, head: HeadCounts) -> Self {
        Self::new(config, host, page, head, None)
    }

    fn new(
        config: Arc<Config>,
        host: Option<Arc<str>>,
        page: Page,
        head: HeadCounts,
        additions: Option<Additions>,
    ) -> Self {
        let observed = additions.is_none();
        let additions = additions.unwrap_or_else(Additions::none);
        let options = FilterOptions {
            syntax: page.syntax,
            held_limit: config.held_limit,
            dry_run: observed,
            ..FilterOptions::default()
        };
        let mut filter = additions.filter(&config, options);
        if let Some(host) = host {
            filter = filter.on_host(host);
        }
        let codec = Codec::new(page.coding);
        let silent = additions.is_unfiltered();
        let mut account = Account { config, head, reason: None, observed, silent, said: false };
        let mut start = Start::Nothing;
        if codec.is_none() && page.coding != Coding::Identity {
            account.because(Reason::DisabledCoding);
            start = Start::Bypass;
        }
        Self { filter, additions, start, codec, sieved: VecDeque::with_capacity(PIECES), account }
    }

    pub(super) fn config(&self) -> &Config {
        &self.account.config
    }

    /// Takes the next chunk of the inner body. With a codec, [`has_work`](Self::has_work) must be false before.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if chunk.is_empty() || self.account.said {
            return;
        }
        match &mut self.codec {
            Some(codec) => codec.push(chunk),
            None => {
                self.sieve(chunk);
                self.release();
            }
        }
    }

    pub(super) fn has_work(&self) -> bool {
        self.codec.as_ref().is_some_and(|codec| codec.busy)
    }

    /// Decodes at most one bounded piece, and sends it on its way. `more` tells whether the page goes on after what
    /// was pushed: then what is ready is flushed to the browser, and not kept for a better ratio.
    pub(super) fn work(&mut self, more: bool) {
        let Some(codec) = &mut self.codec else { return };
        let plain = codec.decode();
        if !plain.is_empty() {
            self.sieve(plain);
        }
        self.release();
        if let Some(codec) = &mut self.codec
            && more
            && !codec.busy
        {
            codec.recoder.flush(&mut codec.wire);
        }
    }

    /// Whether the coded body is damaged, so that nothing behind the damage can be read.
    pub(super) fn is_corrupt(&self) -> bool {
        self.codec.as_ref().is_some_and(|codec| codec.stream == Stream::Corrupt)
    }

    /// The next piece for the browser; never an empty one.
    pub(super) fn pop(&mut self) -> Option<Bytes> {
        match &mut self.codec {
            Some(codec) => codec.pop(),
            None => iter::from_fn(|| self.sieved.pop_front()).find(|piece| !piece.is_empty()),
        }
    }

    /// How many bytes wait in [`pop`](Self::pop).
    pub(super) fn queued(&self) -> usize {
        let wire = self.codec.as_ref().map_or(0, |codec| codec.wire.len());
        wire + self.sieved.iter().map(Bytes::len).sum::<usize>()
    }

    /// Report-only: counting would take too long.
    pub(super) fn give_up(&mut self) {
        self.account.because(Reason::TooDense);
        self.codec = None;
        self.say();
    }

    /// Ends the page: what is held back goes out, then what was counted is said. Further calls do nothing.
    pub(super) fn finish(&mut self, ending: Ending) {
        if self.account.said {
            return;
        }
        if let Start::Half(first) = mem::replace(&mut self.start, Start::Page) {
            self.feed(first);
        }
        self.additions.finish(&mut self.filter, &mut self.sieved);
        self.filter.finish(&mut self.sieved);
        self.release();
        if ending == Ending::Failed {
            self.account.because(Reason::BodyError);
        }
        if let Some(codec) = &mut self.codec {
            match codec.stream {
                Stream::Empty => {}
                Stream::Ended if ending == Ending::Proper => {
                    if !self.account.observed {
                        codec.recoder.finish(&mut codec.wire);
                    }
                }
                // No end for a body that had none: its browser must see that something is missing.
                stream => {
                    codec.cut_short();
                    self.account.because(if stream == Stream::Corrupt { Reason::Corrupt } else { Reason::Truncated });
                }
            }
        }
        self.say();
    }

    /// Sends plain bytes through the filter, unless their first two are a UTF-16 byte order mark: Encoding Standard
    /// "BOM sniff" puts it above the `Content-Type`, so the browser reads UTF-16, where this filter would see no tag.
    fn sieve(&mut self, chunk: Bytes) {
        match mem::replace(&mut self.start, Start::Page) {
            Start::Page => self.feed(chunk),
            Start::Bypass => {
                self.start = Start::Bypass;
                self.sieved.push_back(chunk);
            }
            Start::Nothing => match *chunk {
                [0xFE | 0xFF] => self.start = Start::Half(chunk),
                [first, second, ..] if is_utf16_mark(first, second) => self.bypass([chunk]),
                _ => self.feed(chunk),
            },
            Start::Half(half) => match (half.first(), chunk.first()) {
                (Some(&first), Some(&second)) if is_utf16_mark(first, second) => self.bypass([half, chunk]),
                _ => {
                    self.feed(half);
                    self.feed(chunk);
                }
            },
        }
    }

    fn feed(&mut self, chunk: Bytes) {
        self.additions.push(chunk, &mut self.filter, &mut self.sieved);
    }

    fn bypass(&mut self, chunks: impl IntoIterator<Item = Bytes>) {
        self.start = Start::Bypass;
        self.account.because(Reason::Utf16);
        self.sieved.extend(chunks);
    }

    /// Moves what the filter let through to where it leaves from.
    fn release(&mut self) {
        if self.account.observed {
            self.sieved.clear();
        } else if let Some(codec) = &mut self.codec {
            for piece in self.sieved.drain(..) {
                codec.recoder.encode(&piece, &mut codec.wire);
            }
        }
    }

    fn say(&mut self) {
        if !mem::replace(&mut self.account.said, true) && !self.account.silent {
            let Account { config, head, reason, observed, .. } = &self.account;
            let page = (self.filter.take_report(), self.additions.guarded());
            report::say(config, page, head, *reason, *observed);
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        self.account.because(Reason::Cancelled);
        self.say();
    }
}

impl Account {
    /// The first reason is the one that explains the others.
    fn because(&mut self, reason: Reason) {
        self.reason.get_or_insert(reason);
    }
}

impl Codec {
    fn new(coding: Coding) -> Option<Self> {
        Some(Self {
            recoder: Recoder::new(coding)?,
            input: Bytes::new(),
            plain: BytesMut::new(),
            wire: BytesMut::new(),
            busy: false,
            stream: Stream::Empty,
            first: None,
        })
    }

    fn push(&mut self, chunk: Bytes) {
        if self.stream == Stream::Empty {
            self.first = chunk.first().copied();
        }
        self.input = chunk;
        self.busy = true;
    }

    fn decode(&mut self) -> Bytes {
        let step = self.recoder.decode(&mut self.input, &mut self.plain);
        self.busy = step == Step::More;
        self.stream = match step {
            Step::More | Step::NeedInput => Stream::Open,
            Step::End => Stream::Ended,
            Step::Corrupt => Stream::Corrupt,
        };
        self.plain.split().freeze()
    }

    fn pop(&mut self) -> Option<Bytes> {
        if self.wire.is_empty() {
            return None;
        }
        self.first = None;
        Some(self.wire.split().freeze())
    }

    /// Writes what there is, without the end of the stream. Where that is nothing, the first byte goes out as it came: an
    /// empty body would be taken for a whole one.
    fn cut_short(&mut self) {
        self.recoder.flush(&mut self.wire);
        if self.wire.is_empty() {
            self.wire.extend(self.first.take());
        }
    }
}

fn is_utf16_mark(first: u8, second: u8) -> bool {
    matches!([first, second], [0xFE, 0xFF] | [0xFF, 0xFE])
}
