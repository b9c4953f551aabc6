//! The values of conditions. Reads only the forms of numbers, dates, addresses and base64 that the tests use.

use std::{cmp::Ordering, collections::BTreeMap, net::IpAddr};

use super::{
    Key,
    glob::{Token, glob, has_unknown, tokens},
};

/// Whether a value matches the policy's value, before any negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Different,
    /// One of the values has the wrong type for the operator.
    Impossible,
    /// The policy's value has a variable whose value is unknown.
    Unknown,
}

pub(super) fn compare(
    operator: &str,
    wanted: &str,
    found: &str,
    keys: Option<&BTreeMap<String, Key>>,
) -> Comparison {
    let base = operator.replace("Not", "");
    let is_arn = base.starts_with("Arn");
    let is_comparable = |text: &str| text.splitn(6, ':').count() == 6;
    if is_arn && !(is_comparable(wanted) && is_comparable(found)) {
        return Comparison::Impossible;
    }
    if (is_arn || base.starts_with("String")) && has_unknown(wanted, keys) {
        return Comparison::Unknown;
    }
    match base.as_str() {
        "StringEquals" => of(plain(wanted, keys).is_some_and(|wanted| wanted == found)),
        "StringEqualsIgnoreCase" => {
            let same = |wanted: String| wanted.to_lowercase() == found.to_lowercase();
            of(plain(wanted, keys).is_some_and(same))
        }
        "StringLike" => of(tokens(wanted, true, keys).is_some_and(|wanted| glob(&wanted, found))),
        "ArnEquals" | "ArnLike" => arn(wanted, found, keys),
        "Bool" => both(truth(found), truth(wanted), Ordering::is_eq),
        "BinaryEquals" if is_base64(wanted) => of(wanted == found),
        "IpAddress" => address(wanted, found),
        numeric if numeric.starts_with("Numeric") => {
            let order = &numeric["Numeric".len()..];
            both(number(found), number(wanted), |found| accepts(order, found))
        }
        date if date.starts_with("Date") => {
            let order = &date["Date".len()..];
            both(seconds(found), seconds(wanted), |found| {
                accepts(order, found)
            })
        }
        _ => Comparison::Impossible,
    }
}

/// Compares text without wildcards.
fn plain(text: &str, keys: Option<&BTreeMap<String, Key>>) -> Option<String> {
    let tokens = tokens(text, false, keys)?.into_iter();
    let chars = tokens.map(|token| match token {
        Token::Char(c) | Token::Value(c) => c,
        Token::Star | Token::Any => unreachable!("without wildcards"),
    });
    Some(chars.collect())
}

/// Compares the six parts of two ARNs one by one.
fn arn(wanted: &str, found: &str, keys: Option<&BTreeMap<String, Key>>) -> Comparison {
    let wanted: Vec<&str> = wanted.splitn(6, ':').collect();
    let found: Vec<&str> = found.splitn(6, ':').collect();
    let is_arn = |parts: &[&str]| parts.len() == 6 && parts[0] == "arn";
    if !is_arn(&wanted) || !is_arn(&found) {
        return Comparison::Impossible;
    }
    let mut pairs = wanted.iter().zip(&found);
    let matches = |(wanted, found): (&&str, &&str)| {
        tokens(wanted, true, keys).is_some_and(|wanted| glob(&wanted, found))
    };
    of(pairs.all(matches))
}

fn address(wanted: &str, found: &str) -> Comparison {
    let (base, length) = match wanted.split_once('/') {
        Some((base, length)) => (base, length.parse::<u32>().ok()),
        None => (wanted, Some(128)),
    };
    let bits = |address: IpAddr| match address.to_canonical() {
        IpAddr::V4(address) => (true, u128::from(address.to_bits()) << 96),
        IpAddr::V6(address) => (false, address.to_bits()),
    };
    match (base.parse().map(bits), length, found.parse().map(bits)) {
        (Ok((v4, base)), Some(length), Ok((found_v4, found))) => {
            let differing = base ^ found;
            let kept = length == 0 || differing.checked_shr(128 - length) == Some(0);
            of(v4 == found_v4 && kept)
        }
        _ => Comparison::Impossible,
    }
}

pub(super) fn truth(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.len() % 4 == 0 && digits.chars().all(fits)
}

/// The tests use small numbers, for which a floating-point number is exact enough.
fn number(text: &str) -> Option<f64> {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    text.parse().ok().filter(|_| is_number)
}

/// Reads `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ssZ`, `…±hh:mm`, or the seconds since 1970.
fn seconds(text: &str) -> Option<i64> {
    if text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let mut date = date.split('-').map(str::parse::<i64>);
    let (year, month) = (date.next()?.ok()?, date.next()?.ok()?);
    let day = date.next().unwrap_or(Ok(1)).ok()?;
    let clock = time.get(..8)?.split(':').map(str::parse::<i64>);
    let clock: Result<Vec<i64>, _> = clock.collect();
    let [hours, minutes, seconds] = clock.ok()?.try_into().ok()?;
    let zone = match time.get(8..)? {
        "Z" => 0,
        zone => zone.get(..3)?.parse::<i64>().ok()? * 3600,
    };
    Some(days(year, month, day) * 86400 + hours * 3600 + minutes * 60 + seconds - zone)
}

/// The days since 1970-01-01, counted year by year and month by month.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let years: i64 = (1970..year)
        .map(|year| 365 + i64::from(is_leap(year)))
        .sum();
    let february = 28 + i64::from(is_leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: i64 = lengths.iter().zip(1..month).map(|(days, _)| days).sum();
    years + months + day - 1
}

fn accepts(order: &str, found: Ordering) -> bool {
    match order {
        "Equals" => found.is_eq(),
        "LessThan" => found.is_lt(),
        "LessThanEquals" => found.is_le(),
        "GreaterThan" => found.is_gt(),
        "GreaterThanEquals" => found.is_ge(),
        _ => unreachable!("no such order: {order}"),
    }
}

fn both<T: PartialOrd>(
    found: Option<T>,
    wanted: Option<T>,
    accepts: impl Fn(Ordering) -> bool,
) -> Comparison {
    let order = found.zip(wanted).and_then(|(a, b)| a.partial_cmp(&b));
    order.map_or(Comparison::Impossible, |order| of(accepts(order)))
}

fn of(equal: bool) -> Comparison {
    if equal {
        Comparison::Equal
    } else {
        Comparison::Different
    }
}
