//! How long Envoy waits for an answer.

use std::time::Duration;

use tonic::metadata::MetadataMap;

/// The time until an answer must be sent. It ends before Envoy gives up, because Envoy treats a late answer as an
/// error.
///
/// `None` if Envoy does not say how long it waits.
pub(super) fn time_to_answer(metadata: &MetadataMap) -> Option<Duration> {
    let timeout = parse(metadata.get("grpc-timeout")?.to_str().ok()?)?;
    let reserve = (timeout / 4).clamp(MIN_RESERVE, MAX_RESERVE);
    Some(timeout.saturating_sub(reserve))
}

/// Envoy's clock starts before it has a connection, and both machines may be busy.
const MIN_RESERVE: Duration = Duration::from_millis(5);
const MAX_RESERVE: Duration = Duration::from_secs(1);

/// Reads a number of at most eight digits and a unit, as gRPC over HTTP/2 defines it.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 60 * 60)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_on_its_way_before_envoy_gives_up() {
        for (timeout, time) in [
            ("200m", Some(Duration::from_millis(150))),
            ("10S", Some(Duration::from_secs(9))),
            ("1H", Some(Duration::from_secs(3_599))),
            ("1M", Some(Duration::from_secs(59))),
            ("20000u", Some(Duration::from_millis(15))),
            ("1n", Some(Duration::ZERO)),
            ("99999999H", Some(Duration::from_secs(359_999_996_399))),
            ("999999999m", None),
            ("m", None),
            ("10", None),
            ("+1m", None),
            ("1 m", None),
        ] {
            let mut metadata = MetadataMap::new();
            metadata.insert("grpc-timeout", timeout.parse().unwrap());
            assert_eq!(time_to_answer(&metadata), time, "{timeout}");
        }
        assert_eq!(time_to_answer(&MetadataMap::new()), None);
    }
}
