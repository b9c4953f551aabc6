//! The known variable that is most similar to an unknown name, for error messages.

use super::variable::known_names;

/// The name of the most similar variable. A name without its first part, such as `principalId`, is that variable.
pub(super) fn similar_variable(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let nearest = known_names().min_by_key(|known| {
        let known = known.to_ascii_lowercase();
        let last_part = known.rsplit('.').next().unwrap_or_default();
        match (known == name, last_part == name) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 1 + distance(&known, &name),
        }
    });
    nearest.unwrap_or("requestId")
}

/// How many characters have to be inserted, removed or replaced (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (to, above) in b.bytes().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(from != to);
            left = replaced.min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("status", "statsu", 2),
            ("path", "path", 0),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_most_similar_variable_is_found() {
        for (name, expected) in [
            ("requestID", "requestId"),
            ("reqestTime", "requestTime"),
            ("principalId", "authorizer.principalId"),
            ("sourceIp", "identity.sourceIp"),
            ("identity.useragent", "identity.userAgent"),
            ("error.responsetype", "error.responseType"),
            ("integration.lateny", "integration.latency"),
        ] {
            assert_eq!(similar_variable(name), expected, "{name}");
        }
    }
}
