//! Texts out of bytes: those above ASCII stand for whole words, so that chance finds what a grammar is made of.

pub(crate) fn text(data: &[u8], words: &[&str]) -> String {
    let mut text = String::with_capacity(data.len() * 2);
    for &byte in data {
        match byte.checked_sub(0x80) {
            Some(word) => text.push_str(words[usize::from(word) % words.len()]),
            None => text.push(char::from(byte)),
        }
    }
    text
}
