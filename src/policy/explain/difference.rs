//! The first difference between an ARN in a policy and the ARN of a request, in plain words.

use crate::policy::{
    evaluation::RequestResource,
    pattern::{NotAnArn, ResourcePattern, Wildcard, head_parts, split_arn},
};

/// How an entry that does not cover the request's resource differs from it.
pub(super) enum Difference {
    NotAnArn(NotAnArn),
    At {
        /// How many parts fit before.
        fitting: usize,
        words: String,
    },
}

const HEAD: [&str; 4] = ["partition", "service", "region", "account"];

/// For a person: by the parts of an ARN of API Gateway, as they are usually written. A star that is meant to
/// run across parts is taken as it would be read.
pub(super) fn first_difference(entry: &str, resource: &RequestResource<'_>) -> Difference {
    if let ResourcePattern::NotAnArn(defect) = ResourcePattern::new(entry, false) {
        return Difference::NotAnArn(defect);
    }
    let Some(request_head) = resource.head.and_then(head_parts) else {
        return Difference::At {
            fitting: 0,
            words: format!("the request's `{}` is no ARN", resource.name),
        };
    };
    let Some((head, name)) = split_arn(entry) else {
        return short_arn_difference(entry, &request_head);
    };
    let pairs = HEAD.iter().zip(head.iter().zip(request_head));
    for (fitting, (part, (pattern, text))) in pairs.enumerate() {
        if !Wildcard::new(pattern).matches(text) {
            return differs(fitting, part, pattern, text);
        }
    }
    name_difference(name, resource.name)
}

fn short_arn_difference(entry: &str, request_head: &[&str; 4]) -> Difference {
    let parts = entry.split(':').skip(1);
    let pairs = HEAD.iter().zip(parts.zip(request_head));
    for (fitting, (part, (pattern, text))) in pairs.enumerate() {
        if !Wildcard::new(pattern).matches(text) {
            return differs(fitting, part, pattern, text);
        }
    }
    Difference::At {
        fitting: HEAD.len(),
        words: format!("`{entry}` does not cover the request's ARN"),
    }
}

/// `apiId/stage/METHOD/path`, or `apiId/stage/route` for a WebSocket API.
fn name_difference(pattern: &str, text: &str) -> Difference {
    let mut patterns = pattern.splitn(4, '/');
    let mut texts = text.splitn(4, '/');
    let third = match text.splitn(4, '/').count() {
        4 => "method",
        _ => "route",
    };
    for (fitting, part) in (HEAD.len()..).zip(["API id", "stage", third]) {
        match (patterns.next(), texts.next()) {
            (Some(pattern), Some(text)) if Wildcard::new(pattern).matches(text) => {}
            (Some(pattern), Some(text)) => return differs(fitting, part, pattern, text),
            (None, Some(_)) => {
                return Difference::At {
                    fitting,
                    words: format!(
                        "`{pattern}` ends before the {part}; `{pattern}/*` covers all that follows"
                    ),
                };
            }
            (_, None) => break,
        }
    }
    let words = match (patterns.next(), texts.next()) {
        (Some(pattern), Some(text)) => path_difference(pattern, text),
        (None, Some(_)) => {
            format!("`{pattern}` ends before the path; `{pattern}/*` covers all that follows")
        }
        (_, None) => format!("`{pattern}` does not cover `{text}`"),
    };
    Difference::At {
        fitting: HEAD.len() + 3,
        words,
    }
}

fn path_difference(pattern: &str, text: &str) -> String {
    let says = format!("path: `{pattern}` does not cover `{text}`");
    if pattern.strip_suffix("/*") == Some(text) {
        return format!("{says}, only what is below it");
    }
    if pattern.trim_end_matches('/') == text.trim_end_matches('/') {
        return format!("{says}: a slash at the end makes a difference");
    }
    if pattern.eq_ignore_ascii_case(text) {
        return format!("{says}: case makes a difference");
    }
    if pattern.contains("${") {
        return format!("{says}: its variable has another value, or none");
    }
    if pattern.contains(['{', '}']) {
        return format!("{says}: a path's template is not filled in; write `*` for `{{…}}`");
    }
    says
}

fn differs(fitting: usize, part: &str, pattern: &str, text: &str) -> Difference {
    Difference::At {
        fitting,
        words: format!("{part}: the policy says `{pattern}`, the request says `{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "arn:aws:execute-api:eu-west-1:123:abc/prod/GET/pets";

    #[test]
    fn the_first_difference_is_named() {
        for (entry, words) in [
            (
                "arn:aws:execute-api:eu-west-1:123:abc/dev/GET/pets",
                "stage: the policy says `dev`, the request says `prod`",
            ),
            (
                "arn:aws:execute-api:us-*:123:abc/prod/GET/pets",
                "region: the policy says `us-*`, the request says `eu-west-1`",
            ),
            (
                "arn:aws:execute-api:us-east-1",
                "region: the policy says `us-east-1`, the request says `eu-west-1`",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/POST/pets",
                "method: the policy says `POST`, the request says `GET`",
            ),
            (
                "arn:aws:execute-api:*:*:abd/*",
                "API id: the policy says `abd`, the request says `abc`",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod",
                "`abc/prod` ends before the method; `abc/prod/*` covers all that follows",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET",
                "`abc/prod/GET` ends before the path; `abc/prod/GET/*` covers all that follows",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/pets/*",
                "path: `pets/*` does not cover `pets`, only what is below it",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/pets/",
                "path: `pets/` does not cover `pets`: a slash at the end makes a difference",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/Pets",
                "path: `Pets` does not cover `pets`: case makes a difference",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/{proxy+}",
                "path: `{proxy+}` does not cover `pets`: a path's template is not filled in; write `*` for `{…}`",
            ),
        ] {
            let found = match first_difference(entry, &RequestResource::new(REQUEST)) {
                Difference::At { words, .. } => words,
                Difference::NotAnArn(_) => "no ARN".into(),
            };
            assert_eq!(found, words, "{entry}");
        }
    }
}
