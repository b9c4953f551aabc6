//! Decimal numbers of any length, which are compared exactly.

use std::cmp::Ordering;

/// A decimal number, kept as text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    exponent: i64,
}

impl<'t> Decimal<'t> {
    /// Reads an integer or a decimal with an optional sign and an optional exponent, as in JSON.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_digits = !(whole.is_empty() && fraction.is_empty());
        (has_digits && is_number(whole) && is_number(fraction)).then_some(Self {
            negative,
            whole: whole.as_bytes(),
            fraction: fraction.as_bytes(),
            exponent: exponent.into(),
        })
    }

    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (-1, -1) => other.compare_magnitude(self),
            (1, 1) => self.compare_magnitude(other),
            (own, others) => own.cmp(&others),
        }
    }

    fn sign(&self) -> i8 {
        let is_zero = self.significant().next().is_none();
        match (is_zero, self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// The digits, starting at the first that is not 0.
    fn significant(&self) -> impl Iterator<Item = u8> {
        let digits = self.whole.iter().chain(self.fraction).copied();
        digits.skip_while(|digit| *digit == b'0')
    }

    /// The power of ten of the first significant digit.
    fn magnitude(&self) -> i64 {
        let digits = self.whole.iter().chain(self.fraction);
        let zeros = digits.take_while(|digit| **digit == b'0').count();
        let power = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        power(self.whole.len()) - power(zeros) + self.exponent
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let (mut own, mut others) = (self.significant(), other.significant());
            loop {
                match (own.next(), others.next()) {
                    (None, None) => return Ordering::Equal,
                    (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        unequal => return unequal,
                    },
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_decimals() {
        for (a, b, ordering) in [
            ("10", "10.0", Ordering::Equal),
            ("0.1", "0.10", Ordering::Equal),
            (".5", "0.5", Ordering::Equal),
            ("5.", "+5", Ordering::Equal),
            ("-0", "0", Ordering::Equal),
            ("0e9", "0.0", Ordering::Equal),
            ("1e3", "1000", Ordering::Equal),
            ("12e-1", "1.2", Ordering::Equal),
            ("0.001E2", "0.1", Ordering::Equal),
            ("9.99", "10", Ordering::Less),
            ("9", "10", Ordering::Less),
            ("-10", "-9", Ordering::Less),
            ("-1", "1", Ordering::Less),
            ("-1", "0", Ordering::Less),
            ("0.09", "0.1", Ordering::Less),
            ("9007199254740992", "9007199254740993", Ordering::Less),
            ("1e-2147483648", "1e2147483647", Ordering::Less),
        ] {
            let (a, b) = (Decimal::parse(a).unwrap(), Decimal::parse(b).unwrap());
            assert_eq!(a.compare(&b), ordering, "{a:?} {b:?}");
            assert_eq!(b.compare(&a), ordering.reverse(), "{b:?} {a:?}");
        }
    }

    #[test]
    fn texts_that_are_not_numbers_are_rejected() {
        for text in [
            "",
            "-",
            ".",
            "abc",
            "10abc",
            "1e",
            "1e9999999999",
            "1.2.3",
            " 1",
            "0x10",
            "--1",
            "1 ",
        ] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }
}
