//! Which two letters are a country.

/// Tells whether an upper-case code is assigned in ISO 3166-1, or is Kosovo's, which IP databases use without waiting.
///
/// Everything else is no country: `XX`, `ZZ` and `T1` (Tor) say that the place is not known, `EU` and `AP` are what IP
/// databases say of addresses that belong to no one country, and `UK` is a slip.
pub(super) fn is_country(code: [u8; 2]) -> bool {
    let [row, column] = code.map(|letter| letter.wrapping_sub(b'A'));
    COUNTRIES.get(usize::from(row)).is_some_and(|bits| column < 26 && bits & (1 << column) != 0)
}

/// One word for each first letter, one bit in it for each second letter.
const COUNTRIES: [u32; 26] = [
    row(b"DEFGILMOQRSTUWXZ"),        // A
    row(b"ABDEFGHIJLMNOQRSTVWYZ"),   // B
    row(b"ACDFGHIKLMNORUVWXYZ"),     // C
    row(b"EJKMOZ"),                  // D
    row(b"CEGHRST"),                 // E
    row(b"IJKMOR"),                  // F
    row(b"ABDEFGHILMNPQRSTUWY"),     // G
    row(b"KMNRTU"),                  // H
    row(b"DELMNOQRST"),              // I
    row(b"EMOP"),                    // J
    row(b"EGHIMNPRWYZ"),             // K
    row(b"ABCIKRSTUVY"),             // L
    row(b"ACDEFGHKLMNOPQRSTUVWXYZ"), // M
    row(b"ACEFGILOPRUZ"),            // N
    row(b"M"),                       // O
    row(b"AEFGHKLMNRSTWY"),          // P
    row(b"A"),                       // Q
    row(b"EOSUW"),                   // R
    row(b"ABCDEGHIJKLMNORSTVXYZ"),   // S
    row(b"CDFGHJKLMNORTVWZ"),        // T
    row(b"AGMSYZ"),                  // U
    row(b"ACEGINU"),                 // V
    row(b"FS"),                      // W
    row(b"K"),                       // X
    row(b"ET"),                      // Y
    row(b"AMW"),                     // Z
];

const fn row(mut letters: &[u8]) -> u32 {
    let mut bits = 0;
    while let [letter, rest @ ..] = letters {
        bits |= 1 << (*letter - b'A');
        letters = rest;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of ISO 3166-1, and `XK`, as one would read them out.
    const LIST: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
        BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
        FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO \
        IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH \
        MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
        PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
        TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

    #[test]
    fn every_pair_of_bytes_is_a_country_or_not_as_the_list_says() {
        assert_eq!(LIST.split(' ').count(), 250);
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let want = LIST.split(' ').any(|code| code.as_bytes() == [first, second]);
                assert_eq!(is_country([first, second]), want, "{first:#x} {second:#x}");
            }
        }
    }
}
