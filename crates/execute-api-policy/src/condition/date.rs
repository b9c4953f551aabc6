//! Points in time, in the W3C profile of ISO 8601 or in whole seconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A point in time with nanosecond precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

impl Instant {
    /// Reads a date like IAM. A text with a `-` or a `T` is ISO 8601. Any other text is the seconds since 1970, so
    /// `2024` is not a year. `YYYY-MM`, `YYYY-MM-DD` and `YYYY-MM-DDT` mean midnight in UTC. A time of day needs a
    /// time zone: `Z` or `±hh:mm`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.contains(['-', 't', 'T']) {
            return parse_iso(text);
        }
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = is_number.then(|| text.parse().ok()).flatten()?;
        Some(Self {
            seconds,
            nanoseconds: 0,
        })
    }
}

/// The year that a number means as seconds since 1970, if that year is so far in the future that milliseconds were
/// probably meant.
pub(crate) fn read_as_year(text: &str) -> Option<u64> {
    const SECONDS_IN_YEAR: u64 = 31_556_952;
    const LAST_OF_FOUR_DIGITS: u64 = 9999;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: u64 = is_number.then(|| text.parse().ok()).flatten()?;
    let year = 1970 + seconds / SECONDS_IN_YEAR;
    (year > LAST_OF_FOUR_DIGITS).then_some(year)
}

impl From<SystemTime> for Instant {
    fn from(time: SystemTime) -> Self {
        let seconds = |since: Duration| i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Self {
                seconds: seconds(after),
                nanoseconds: after.subsec_nanos(),
            },
            Err(error) => {
                let before = error.duration();
                match before.subsec_nanos() {
                    0 => Self {
                        seconds: -seconds(before),
                        nanoseconds: 0,
                    },
                    nanoseconds => Self {
                        seconds: -seconds(before) - 1,
                        nanoseconds: 1_000_000_000 - nanoseconds,
                    },
                }
            }
        }
    }
}

fn parse_iso(text: &str) -> Option<Instant> {
    let (date, time) = match text.split_once(['t', 'T']) {
        Some((date, time)) => (date, Some(time).filter(|time| !time.is_empty())),
        None => (text, None),
    };
    let date = parse_date(date)?;
    let (time, offset) = match time {
        Some(time) => parse_time(time)?,
        None => (jiff::civil::Time::midnight(), Offset::UTC),
    };
    let timestamp = offset.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some(SystemTime::try_from(timestamp).ok()?.into())
}

fn parse_date(text: &str) -> Option<jiff::civil::Date> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut parts = unsigned.split('-');
    let year: i16 = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |month| digits(month, 2))?;
    let day = parts.next().map_or(Some(1), |day| digits(day, 2))?;
    match parts.next() {
        Some(_) => None,
        None => jiff::civil::Date::new(sign * year, month, day).ok(),
    }
}

/// Reads `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, and a time zone.
fn parse_time(text: &str) -> Option<(jiff::civil::Time, Offset)> {
    let at = text.find(['z', 'Z', '+', '-'])?;
    let (time, zone) = text.split_at(at);
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, Some(fraction)),
        None => (time, None),
    };
    let mut parts = time.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = parts.next();
    let nanosecond = match (fraction, second) {
        (Some(fraction), Some(_)) => parse_fraction(fraction)?,
        (Some(_), None) => return None,
        (None, _) => 0,
    };
    let second = second.map_or(Some(0), |second| digits(second, 2))?;
    if parts.next().is_some() {
        return None;
    }
    let time = jiff::civil::Time::new(hour, minute, second, nanosecond).ok()?;
    Some((time, parse_zone(zone)?))
}

/// Reads the digits after the decimal point. Digits after the ninth are ignored.
fn parse_fraction(text: &str) -> Option<i32> {
    let known: String = text.chars().chain("000000000".chars()).take(9).collect();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| known.parse().ok()).flatten()
}

/// Reads `Z`, `±hh:mm`, `±hhmm` or `±hh`.
fn parse_zone(text: &str) -> Option<Offset> {
    if matches!(text, "z" | "Z") {
        return Some(Offset::UTC);
    }
    let (sign, hours_minutes) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = hours_minutes.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let hours: i32 = digits(hours, 2)?;
    let minutes: i32 = match hours_minutes.len() {
        2 => 0,
        _ => digits(minutes, 2)?,
    };
    (hours < 24 && minutes < 60)
        .then(|| Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok())
        .flatten()
}

fn digits<N: std::str::FromStr>(text: &str, count: usize) -> Option<N> {
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Instant {
        Instant::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn equal_instants_may_have_different_spellings() {
        let instant = parse("1704067200");
        for text in [
            "2024-01-01T00:00:00Z",
            "2024-01-01t00:00z",
            "2024-01-01",
            "2024-01",
            "2024-01-01T",
            "2024-01-01T00:00:00.000Z",
            "2024-01-01T02:00:00+02:00",
            "2024-01-01T02:00+0200",
            "2024-01-01T05:45:00+05:45",
            "2024-01-01T23:00:00+23",
            "2023-12-31T19:00:00-05:00",
        ] {
            assert_eq!(parse(text), instant, "{text}");
        }
        assert_eq!(
            Instant::from(UNIX_EPOCH + Duration::from_secs(1_704_067_200)),
            instant
        );
    }

    #[test]
    fn instants_are_ordered() {
        let ordered = [
            "-0002-01-01",
            "-0001-01-01",
            "1969-12-31T23:59:57.5Z",
            "1969-12-31T23:59:58Z",
            "1969-12-31T23:59:58.5Z",
            "1969-12-31T23:59:59Z",
            "1969-12-31T23:59:59.5Z",
            "1970-01-01",
            "1",
            "2024",
            "2024-01-01T00:00:00.000000001Z",
            "2024-01-01T00:00:00.001Z",
            "9223372036854775807",
        ];
        assert!(ordered.map(parse).is_sorted());
        let before = UNIX_EPOCH - Duration::from_millis(500);
        assert_eq!(Instant::from(before), parse("1969-12-31T23:59:59.5Z"));
        let quarter_before = Instant {
            seconds: -1,
            nanoseconds: 750_000_000,
        };
        assert_eq!(parse("1969-12-31T23:59:59.75Z"), quarter_before);
    }

    #[test]
    fn texts_that_are_not_dates_are_rejected() {
        for text in [
            "",
            "not a date",
            "2024-13-01",
            "2024-02-30",
            "2024-1-1",
            "24-01-01",
            "2024-01-01-01",
            "2024-01-01T00:00:00",
            "2024-01-01T00Z",
            "2024-01-01T25:00Z",
            "2024-01-01T00:00.5Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+01:60",
            "2024-01-01T00:00:00+1",
            "2024-01-01T00:00:00Zz",
            "-5",
            "1.5",
            "+5",
            "9223372036854775808",
            " 1",
            "1 ",
            "Tuesday",
        ] {
            assert!(Instant::parse(text).is_none(), "{text}");
        }
    }
}
