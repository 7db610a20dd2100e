//! Decoding: one member after the other, to a proper end or not.

use bytes::{Buf, Bytes};
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};

use super::codec::{Codec, Decompressor};
use crate::coding::Step;

/// Where the decoding of one body stands.
#[derive(Default)]
pub(super) struct Decoder {
    state: State,
    /// First bytes of a member: gathered until the codec knows them, then given to the decompressor ahead of the
    /// input.
    ///
    /// Invariant: at most two bytes.
    head: Vec<u8>,
    decompressor: Option<Box<Decompressor>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first member.
    #[default]
    Start,
    /// Inside a member.
    Member,
    /// Behind a member; another one may follow.
    Between,
    /// Behind the last member; what follows is ignored.
    Over,
    Corrupt,
}

impl Decoder {
    /// Decodes from the front of `input` until it is used up or `room` is full.
    pub(super) fn decode(&mut self, codec: &mut dyn Codec, input: &mut Bytes, room: &mut WriteBuffer<'_>) -> Step {
        loop {
            match self.state {
                State::Start | State::Between => {
                    let Some(&byte) = input.first() else {
                        return if self.ended() { Step::End } else { Step::NeedInput };
                    };
                    input.advance(1);
                    self.head.push(byte);
                    self.state = match codec.begins(&self.head) {
                        None => continue,
                        Some(true) => self.open(codec),
                        Some(false) if self.state == State::Start => State::Corrupt,
                        Some(false) => State::Over,
                    };
                }
                State::Member if room.has_no_spare_space() => return Step::More,
                State::Member => match self.feed(input, room) {
                    Fed::Some => {}
                    Fed::Nothing => return Step::NeedInput,
                    Fed::End if codec.repeats() => self.state = State::Between,
                    Fed::End => self.state = State::Over,
                    Fed::Fault => self.state = State::Corrupt,
                },
                State::Over => {
                    input.clear();
                    return Step::End;
                }
                State::Corrupt => return Step::Corrupt,
            }
        }
    }

    /// Whether what was read so far is a whole stream.
    ///
    /// Half of another member's first bytes is not: a body cut there is a truncated one.
    pub(super) fn ended(&self) -> bool {
        match self.state {
            State::Over => true,
            State::Between => self.head.is_empty(),
            State::Start | State::Member | State::Corrupt => false,
        }
    }

    fn open(&mut self, codec: &dyn Codec) -> State {
        match &mut self.decompressor {
            None => self.decompressor = Some(codec.decompressor()),
            Some(used) => {
                if used.reinit().is_err() {
                    return State::Corrupt;
                }
            }
        }
        State::Member
    }

    /// Gives the decompressor what there is: the head, then input, then nothing at all, to get what it still holds.
    fn feed(&mut self, input: &mut Bytes, room: &mut WriteBuffer<'_>) -> Fed {
        let Some(decompressor) = &mut self.decompressor else { return Fed::Fault };
        let written = room.written_len();
        let from_head = !self.head.is_empty();
        let mut source = PartialBuffer::new(if from_head { self.head.as_slice() } else { input.as_ref() });
        let starved = source.unwritten().is_empty();
        let result = decompressor.decode(&mut source, room);
        let read = source.written_len();
        if from_head {
            self.head.drain(..read);
        } else {
            input.advance(read);
        }
        let moved = read > 0 || room.written_len() > written;
        match result {
            Ok(true) => Fed::End,
            Ok(false) if moved => Fed::Some,
            // The decompressors for deflate call it an error to be given nothing. It cannot be a real one: a fault is
            // in the bytes, and those have been judged, or will be together with the next ones.
            _ if starved && moved => Fed::Some,
            _ if starved => Fed::Nothing,
            // To go on without moving would be to go on for ever.
            _ => Fed::Fault,
        }
    }
}

/// What giving bytes to the decompressor came to.
enum Fed {
    /// Some went in or came out.
    Some,
    /// Nothing to give, nothing to get.
    Nothing,
    /// The member has ended.
    End,
    Fault,
}
