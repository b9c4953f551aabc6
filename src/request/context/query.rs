//! Query parameters. Names and values are percent-decoded, and `+` is a space. Names are case-sensitive.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

use super::NotUtf8;

/// The value of the last parameter with this name. Takes time linear in the query's length.
///
/// A parameter is ignored if its *name* is not UTF-8, because no source can refer to it. A *value* that is not UTF-8 is
/// an error.
pub(crate) fn last_value<'q>(query: &'q str, name: &str) -> Result<Option<Cow<'q, str>>, NotUtf8> {
    pairs(query)
        .filter(|(raw_name, _)| decode(raw_name).is_some_and(|decoded| decoded == name))
        .last()
        .map(|(_, raw_value)| decode(raw_value).ok_or(NotUtf8))
        .transpose()
}

/// The values of all parameters with this name, joined by commas. Takes time linear in the query's length.
pub(crate) fn joined_values<'q>(
    query: &'q str,
    name: &str,
) -> Result<Option<Cow<'q, str>>, NotUtf8> {
    let values = pairs(query)
        .filter(|(raw_name, _)| decode(raw_name).is_some_and(|decoded| decoded == name))
        .map(|(_, raw_value)| decode(raw_value).ok_or(NotUtf8));
    let mut values = values.collect::<Result<SmallVec<[_; 2]>, _>>()?;
    Ok(match values.len() {
        0 | 1 => values.pop(),
        _ => Some(values.join(",").into()),
    })
}

/// All parameters in their order, decoded. A name or a value that is not UTF-8 becomes U+FFFD.
pub(crate) fn decoded_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let lossy = |raw| decode(raw).unwrap_or(Cow::Borrowed("\u{FFFD}"));
    pairs(query).map(move |(name, value)| (lossy(name), lossy(value)))
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn decode(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains(['%', '+']) {
        return Some(Cow::Borrowed(raw));
    }
    let spaced = raw.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_the_last_value_counts() {
        let query = "dup=one&dup=two&empty=&encoded=a%2Bb&plus=a+b&bare&%6eame=v&bad=%FF";
        let value = |name| last_value(query, name);
        assert_eq!(value("dup"), Ok(Some("two".into())));
        assert_eq!(value("empty"), Ok(Some("".into())));
        assert_eq!(value("encoded"), Ok(Some("a+b".into())));
        assert_eq!(value("plus"), Ok(Some("a b".into())));
        assert_eq!(value("bare"), Ok(Some("".into())));
        assert_eq!(value("name"), Ok(Some("v".into())));
        assert_eq!(value("bad"), Err(NotUtf8));
        assert_eq!(value("Dup"), Ok(None));
        assert_eq!(value("missing"), Ok(None));
    }

    #[test]
    fn several_values_are_joined() {
        let query = "dup=one&other=x&dup=two&empty=&empty=&bad=%FF";
        let value = |name| joined_values(query, name);
        assert_eq!(value("dup"), Ok(Some("one,two".into())));
        assert_eq!(value("other"), Ok(Some("x".into())));
        assert_eq!(value("empty"), Ok(Some(",".into())));
        assert_eq!(value("bad"), Err(NotUtf8));
        assert_eq!(value("missing"), Ok(None));
    }

    #[test]
    fn a_malformed_encoding_is_literal_text() {
        assert_eq!(last_value("q=%zz&p=%", "q"), Ok(Some("%zz".into())));
        assert_eq!(last_value("q=%zz&p=%", "p"), Ok(Some("%".into())));
    }

    #[test]
    fn a_semicolon_does_not_separate_parameters() {
        assert_eq!(last_value("a=1;tenant=acme", "tenant"), Ok(None));
    }
}
