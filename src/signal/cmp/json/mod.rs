//! JSON, read as it comes: a caller asks for what it knows and skips the rest.
//!
//! Nothing is kept but the current string, of 64 bytes at most, and how deep it stands, 16 at most. At a syntax error
//! all reading ends; what was read before it stays known to the caller, which is told that the value is not whole.

use super::purposes::LONGEST;

/// The deepest that arrays and objects may stand in one another; consent cookies need four.
const DEEPEST: u8 = 16;

/// A JSON text that is being read.
///
/// Its methods read one value each and return `None` where the text is no JSON, or ends, or goes too deep: the caller
/// passes that on. A value of another kind than a method is made for is skipped.
#[derive(Debug)]
pub(super) struct Json<I> {
    bytes: I,
    /// The next byte, not yet read.
    next: Option<u8>,
    depth: u8,
}

/// A value that is no array and no object.
#[derive(Debug)]
pub(super) enum Scalar {
    True,
    False,
    Text(Text),
    /// A number, `null`, or an array or object after all.
    Other,
}

/// A string, without its escapes.
#[derive(Debug)]
pub(super) struct Text {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Text {
    /// The string; empty if it is longer than 64 bytes, which no name is that a caller looks for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
        }
        self.len += 1;
    }
}

/// Reads a JSON text by `value`, which reads one value, and tells whether the text was whole: that value and no more.
pub(super) fn read<I: Iterator<Item = u8>>(mut bytes: I, value: impl FnOnce(&mut Json<I>) -> Option<()>) -> bool {
    let next = bytes.next();
    let mut json = Json { bytes, next, depth: 0 };
    value(&mut json).is_some() && json.blank().is_none()
}

impl<I: Iterator<Item = u8>> Json<I> {
    /// Reads an object: `member` gets each key and reads its value. A key that comes twice is shown twice.
    pub(super) fn object(&mut self, mut member: impl FnMut(&Text, &mut Self) -> Option<()>) -> Option<()> {
        if self.blank()? != b'{' {
            return self.skip();
        }
        self.enter()?;
        if self.blank()? == b'}' {
            return self.leave();
        }
        loop {
            let key = self.text()?;
            self.take(b':')?;
            member(&key, self)?;
            match self.blank()? {
                b',' => self.step(),
                b'}' => return self.leave(),
                _ => return None,
            }
        }
    }

    /// Reads an array: `item` reads each of its values.
    pub(super) fn array(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.blank()? != b'[' {
            return self.skip();
        }
        self.enter()?;
        if self.blank()? == b']' {
            return self.leave();
        }
        loop {
            item(self)?;
            match self.blank()? {
                b',' => self.step(),
                b']' => return self.leave(),
                _ => return None,
            }
        }
    }

    /// Reads a string, `true` or `false`.
    pub(super) fn scalar(&mut self) -> Option<Scalar> {
        Some(match self.blank()? {
            b'"' => Scalar::Text(self.text()?),
            b't' => self.word(b"true").map(|()| Scalar::True)?,
            b'f' => self.word(b"false").map(|()| Scalar::False)?,
            _ => self.skip().map(|()| Scalar::Other)?,
        })
    }

    /// Reads any value and forgets it.
    pub(super) fn skip(&mut self) -> Option<()> {
        match self.blank()? {
            b'{' => self.object(|_, json| json.skip()),
            b'[' => self.array(Self::skip),
            b'"' => self.string(|_| ()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            b'-' | b'0'..=b'9' => {
                // What stands in a number makes no difference to what a person chose.
                while let Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') = self.next {
                    self.step();
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Skips white space and looks at the byte after it.
    pub(super) fn blank(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.next {
            self.step();
        }
        self.next
    }

    fn text(&mut self) -> Option<Text> {
        let mut text = Text { bytes: [0; LONGEST], len: 0 };
        self.string(|byte| text.push(byte))?;
        Some(text)
    }

    /// Reads a string, byte by byte.
    fn string(&mut self, mut push: impl FnMut(u8)) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.bump()? {
                b'"' => return Some(()),
                b'\\' => push(self.escaped()?),
                // RFC 8259 §7: control characters must be escaped.
                ..b' ' => return None,
                byte => push(byte),
            }
        }
    }

    /// Reads an escape; one beyond ASCII comes as a byte that stands in no name.
    fn escaped(&mut self) -> Option<u8> {
        const NO_NAME: u8 = 0xff;
        Some(match self.bump()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut code = 0_u16;
                for _ in 0..4 {
                    code = code << 4 | u16::from(crate::signal::percent::hex(self.bump()?)?);
                }
                u8::try_from(code).ok().filter(u8::is_ascii).unwrap_or(NO_NAME)
            }
            _ => return None,
        })
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|&byte| (self.bump()? == byte).then_some(()))?;
        self.next.is_none_or(|byte| !byte.is_ascii_alphanumeric()).then_some(())
    }

    fn enter(&mut self) -> Option<()> {
        self.step();
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    fn leave(&mut self) -> Option<()> {
        self.step();
        self.depth -= 1;
        Some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.blank()? == byte).then(|| self.step())
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.next?;
        self.step();
        Some(byte)
    }

    fn step(&mut self) {
        self.next = self.bytes.next();
    }
}

#[cfg(test)]
mod tests;
