//! The header that tells a Lambda function which trace its invocation belongs to.

use std::fmt;

/// A longer value than X-Ray's services send.
const MAX_LENGTH: usize = 1024;

/// A valid value of the header `X-Amzn-Trace-Id`. Lambda passes it on to the function that is invoked: as the environment
/// variable `_X_AMZN_TRACE_ID`, which the SDKs of AWS X-Ray and OpenTelemetry read.
///
/// ```
/// use tower_lambda_authorizer::lambda::TraceHeader;
///
/// let header = TraceHeader::from_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// assert_eq!(
///     header.unwrap().as_str(),
///     "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceHeader(String);

impl TraceHeader {
    /// Creates a header from a value in the form of X-Ray: `Root=1-…;Parent=…;Sampled=1`. `None` if it does not begin
    /// with a root, is longer than 1,024 bytes, or has other characters than visible ASCII and spaces.
    #[must_use]
    pub fn new(value: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let is_valid = value.len() <= MAX_LENGTH && value.bytes().all(is_allowed);
        let (root, _) = value.split_once(';').unwrap_or((value, ""));
        let (time, number) = root.strip_prefix("Root=1-")?.split_once('-')?;
        let has_root = is_hex(time, 8) && is_hex(number, 24);
        (is_valid && has_root).then(|| Self(value.to_owned()))
    }

    /// Converts the value of a `traceparent` of [W3C Trace Context](https://www.w3.org/TR/trace-context/). `None` if it
    /// is not valid.
    #[must_use]
    pub fn from_traceparent(traceparent: &str) -> Option<Self> {
        let mut fields = traceparent.split('-');
        let (version, trace) = (fields.next()?, fields.next()?);
        let (parent, flags) = (fields.next()?, fields.next()?);
        // A later version may have more fields.
        let is_known = version == "00" && fields.next().is_none();
        let is_later = is_lower_hex(version, 2) && !matches!(version, "00" | "ff");
        let is_id =
            |id: &str, length| is_lower_hex(id, length) && id.bytes().any(|byte| byte != b'0');
        if !(is_known || is_later)
            || !is_id(trace, 32)
            || !is_id(parent, 16)
            || !is_lower_hex(flags, 2)
        {
            return None;
        }
        let (time, number) = trace.split_at_checked(8)?;
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1;
        Some(Self(format!(
            "Root=1-{time}-{number};Parent={parent};Sampled={sampled}"
        )))
    }

    /// The value of the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_lower_hex(text: &str, length: usize) -> bool {
    is_hex(text, length) && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

impl fmt::Display for TraceHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_x_ray_begins_with_a_root() {
        let root = "Root=1-5759e988-bd862e3fe1be46a994272793";
        for value in [
            root.to_owned(),
            format!("{root};Parent=53995c3f42cd8ad8;Sampled=1"),
            format!("{root};Sampled=0;Lineage=a87bd80c:0|68fd508a:5"),
        ] {
            assert_eq!(TraceHeader::new(&value).unwrap().as_str(), value);
        }
        for value in [
            "",
            "Sampled=1",
            "Root=1-5759e988-bd862e3fe1be46a99427279",
            "Root=1-5759e988-bd862e3fe1be46a99427279g",
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            &format!("{root};\r\nHost: x"),
            &format!("{root};ä"),
            &format!("{root};{}", "x".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(TraceHeader::new(value), None, "{value}");
        }
    }

    #[test]
    fn a_traceparent_has_two_ids_and_flags() {
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let converted = |traceparent: &str| {
            let header = TraceHeader::from_traceparent(traceparent);
            assert!(
                header
                    .iter()
                    .all(|header| TraceHeader::new(header.as_str()).is_some())
            );
            header.map(|header| header.to_string())
        };
        for (traceparent, sampled) in [
            (format!("00-{trace}-{parent}-01"), 1),
            (format!("00-{trace}-{parent}-00"), 0),
            (format!("00-{trace}-{parent}-03"), 1),
            (format!("01-{trace}-{parent}-01-what"), 1),
        ] {
            let expected = format!(
                "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent={parent};Sampled={sampled}"
            );
            assert_eq!(converted(&traceparent), Some(expected), "{traceparent}");
        }
        for traceparent in [
            String::new(),
            format!("00-{trace}-{parent}"),
            format!("00-{trace}-{parent}-01-what"),
            format!("ff-{trace}-{parent}-01"),
            format!("0-{trace}-{parent}-01"),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{trace}-{parent}-1"),
            format!("00-{}-{parent}-01", "ä".repeat(16)),
        ] {
            assert_eq!(converted(&traceparent), None, "{traceparent}");
        }
    }
}
