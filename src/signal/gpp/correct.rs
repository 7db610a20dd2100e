//! Turns a string that a visitor carries into one that says the opt-out.

use super::bits::{self, Bits};
use super::layout::{self, Plan, Second};
use super::section::{has_section_header, said_by_browser};
use super::us_section::UsSection;
use super::{Gpp, MAX_PAIR, cut, parts};
use crate::signal::percent;
use crate::signal::sextet::{letter, sextet};
use crate::signal::{Scope, UsPrivacyString};

/// The same string with `scope` opted out of in every section of the United States that is understood.
///
/// Where a section has a field for the opt-out it is set; with `gpc`, which says that the browser sent `Sec-GPC: 1`, so
/// is the field for that, which is added where it is missing. All else stays as it is, letter for letter: notices,
/// consents, the agreement's fields, sections of elsewhere, and what is not understood. So does an opt-out that `scope`
/// does not cover. A percent-encoded string comes back percent-encoded.
///
/// `None` if there is nothing to change, or if this is no GPP string.
///
/// # Example
///
/// ```
/// use tower_gpc::signal::{Scope, gpp};
///
/// let carried = b"DBACNMA~CPXxRfAPXxRfAAfKABENB~BUoAAABA.QA";
/// let corrected = gpp::corrected(carried, Scope::ALL_ADVERTISING, true).unwrap();
/// assert_eq!(corrected, "DBACNMA~CPXxRfAPXxRfAAfKABENB~BUUAAABA.YA");
/// assert_eq!(gpp::corrected(corrected.as_bytes(), Scope::ALL_ADVERTISING, true), None);
/// ```
#[must_use]
pub fn corrected(text: &[u8], scope: Scope, gpc: bool) -> Option<String> {
    let correction = Correction { scope, gpc };
    // A browser that is opted out sends the same string with every request, and nearly always it is right.
    if percent::with_plain::<MAX_PAIR, _>(text, |text| correction.is_right(text)) == Some(true) {
        return None;
    }
    let (plain, encoded): (Vec<u8>, Vec<bool>) = percent::units(text).map(|(byte, length)| (byte, length > 1)).unzip();
    let corrected = correction.string(&plain)?;
    if !encoded.contains(&true) {
        return String::from_utf8(corrected).ok();
    }
    // As it came: what its writer encodes is encoded, wherever it stands.
    let reserved: Vec<u8> = plain.into_iter().zip(encoded).filter_map(|(byte, was)| was.then_some(byte)).collect();
    Some(corrected.into_iter().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) && !reserved.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    }))
}

#[derive(Clone, Copy)]
struct Correction {
    scope: Scope,
    gpc: bool,
}

impl Correction {
    /// Whether there is nothing to change, told without an allocation.
    fn is_right(self, text: &[u8]) -> bool {
        let Some(gpp) = Gpp::parse(text) else { return true };
        gpp.section_ids().zip(parts(cut(text, b'~').1)).all(|(id, part)| {
            UsSection::from_id(id).is_none_or(|section| self.is_section_right(section, part).unwrap_or(true))
        })
    }

    /// `None` if the section is not understood.
    fn is_section_right(self, section: UsSection, text: &[u8]) -> Option<bool> {
        if section == UsSection::UsPrivacy {
            return Some(UsPrivacyString::parse(text)?.opted_out == Some(true) || !self.covers_us_privacy());
        }
        let mut subs = text.split(|&byte| byte == b'.');
        let mut core = Bits::read(subs.next()?)?;
        let with_header = has_section_header(section, core);
        if with_header {
            if core.field(6, 6) != 1 {
                return None;
            }
            core = Bits::read(subs.next()?)?;
        }
        let plan = layout::plan(section, core.field(0, 6))?;
        if self.masks(plan).any(|mask| core.ones(mask) != mask) {
            return Some(false);
        }
        if !self.gpc || plan.second != Second::Gpc {
            return Some(true);
        }
        let mut signals = subs.filter_map(Bits::read).filter_map(said_by_browser);
        Some(match signals.next() {
            Some(first) => first && signals.all(|on| on),
            None => with_header,
        })
    }

    fn covers_us_privacy(self) -> bool {
        self.scope.intersects(Scope::SALE | Scope::SHARING)
    }

    /// The lower bit of each opt-out field that a section has and that is to be set.
    fn masks(self, plan: &Plan) -> impl Iterator<Item = u128> + use<> {
        let masks = &plan.core.masks;
        let wanted = [
            (Scope::SALE, masks.sale),
            (Scope::SHARING, masks.sharing),
            (Scope::TARGETED_ADVERTISING, masks.targeted_advertising),
        ];
        wanted.into_iter().filter(move |&(scope, mask)| self.scope.contains(scope) && mask != 0).map(|(_, mask)| mask)
    }

    fn string(self, text: &[u8]) -> Option<Vec<u8>> {
        let mut ids = Gpp::parse(text)?.section_ids();
        let (header, sections) = cut(text, b'~');
        let mut out = header.to_vec();
        for part in parts(sections) {
            out.push(b'~');
            let corrected = ids.next().and_then(UsSection::from_id).and_then(|section| self.section(section, part));
            out.extend(corrected.as_deref().unwrap_or(part));
        }
        (out != text).then_some(out)
    }

    /// `None` if the section is not understood.
    fn section(self, section: UsSection, text: &[u8]) -> Option<Vec<u8>> {
        if section == UsSection::UsPrivacy {
            let string = UsPrivacyString::parse(text)?;
            let applies = self.covers_us_privacy() && string.opted_out != Some(true);
            return applies.then(|| string.corrected().to_string().into_bytes());
        }
        let mut subs: Vec<Vec<u8>> = text.split(|&byte| byte == b'.').map(<[u8]>::to_vec).collect();
        let first = Bits::read(subs.first()?)?;
        let with_header = has_section_header(section, first);
        if with_header && first.field(6, 6) != 1 {
            return None;
        }
        let at = usize::from(with_header);
        let plan = layout::plan(section, Bits::read(subs.get(at)?)?.field(0, 6))?;
        self.core(plan, subs.get_mut(at)?);
        if self.gpc && plan.second == Second::Gpc {
            let (_, others) = subs.split_at_mut_checked(at + 1)?;
            let mut found = false;
            for sub in others {
                found |= set_gpc(sub);
            }
            // A section header lists the sub-sections that follow it.
            if !found && !with_header {
                subs.push(layout::gpc::TRUE.into());
            }
        }
        Some(subs.join(&b'.'))
    }

    /// Sets the opt-outs, letter by letter, so that all other letters stay.
    fn core(self, plan: &Plan, text: &mut Vec<u8>) {
        for mask in self.masks(plan) {
            // A field never straddles two letters.
            let lower = mask.leading_zeros();
            let (letter, shift) = ((lower / 6) as usize, 5 - lower % 6);
            if letter >= bits::without_padding(text).len() {
                text.truncate(bits::without_padding(text).len());
                text.resize(usize::from(bits::padded(plan.core.length)), b'A');
            }
            set(text, letter, |sextet| sextet & !(0b11 << shift) | 1 << shift);
        }
    }
}

/// Sets the browser's signal, if the sub-section is the one for it.
fn set_gpc(text: &mut [u8]) -> bool {
    let is_it = Bits::read(text).is_some_and(|bits| bits.field(0, 2) == layout::gpc::TYPE);
    if is_it {
        set(text, 0, |sextet| sextet | layout::gpc::BIT);
    }
    is_it
}

/// Changes one letter, in the alphabet of the text.
fn set(text: &mut [u8], at: usize, change: impl FnOnce(u8) -> u8) {
    let standard = text.iter().any(|letter| b"+/".contains(letter));
    if let Some(place) = text.get_mut(at)
        && let Some(sextet) = sextet(*place)
    {
        let changed = change(sextet);
        if changed != sextet {
            *place = match letter(changed) {
                b'-' if standard => b'+',
                b'_' if standard => b'/',
                letter => letter,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_right_is_what_would_not_change() {
        const STRINGS: [&str; 9] = [
            "DBABBg~BUoAAABA.QA",
            "DBABBg~BUUAAABA.YA",
            "DBABBg~BUUAAABA",
            "DBABBg~BUUAAABA.QA.YA",
            "DBACrzA~BVQVAAAAAgA.YA~BAQAAABA.YA~BAQAAEA.YA",
            "DBACNMA~CPXxRfAPXxRfAAfKABENB~BUoAAABA.QA",
            "DBABTA~1YNN",
            "DBABTA~1YYN",
            "DBABDY~ZEA.BVAAAABA.YA",
        ];
        const LETTERS: &[u8] = b"AEIQUYBZkpq019-_+/=.~%";
        let (mut right, mut wrong) = (0, 0);
        let mut check = |text: &[u8]| {
            for scope in [Scope::ALL_ADVERTISING, Scope::SALE, Scope::TARGETED_ADVERTISING, Scope::NOTHING] {
                for gpc in [false, true] {
                    let correction = Correction { scope, gpc };
                    let is_right = correction.is_right(text);
                    assert_eq!(is_right, correction.string(text).is_none(), "{} {scope} {gpc}", text.escape_ascii());
                    if is_right { right += 1 } else { wrong += 1 }
                }
            }
        };
        for string in STRINGS {
            for at in 0..string.len() {
                check(&string.as_bytes()[..at]);
                for letter in LETTERS {
                    let mut changed = string.as_bytes().to_vec();
                    changed[at] = *letter;
                    check(&changed);
                    changed.insert(at, b'B');
                    check(&changed);
                }
            }
        }
        assert!(right > 1000 && wrong > 1000, "{right} {wrong}");
    }
}
