//! Describes the first difference between an ARN in a policy and the ARN of a request.

use super::{path_difference::path_difference, slip::slip};
use crate::{
    evaluation::RequestResource,
    lint::METHODS,
    pattern::{Wildcard, head_parts, split_arn},
};

const HEAD: [&str; 4] = ["partition", "service", "region", "account"];

/// How many parts of an ARN match the request's, and a description of the first part that does not.
///
/// The description is for people, so it compares the parts of an ARN as API Gateway's ARNs are usually written. A star
/// that is meant to match across parts is described as if it matched within one.
pub(super) fn first_difference(entry: &str, resource: &RequestResource<'_>) -> (usize, String) {
    let Some(request_head) = resource.head.and_then(head_parts) else {
        return (
            0,
            format!("the request's `{}` is not an ARN", resource.name),
        );
    };
    match split_arn(entry) {
        Some((head, name)) => head_difference(head, request_head)
            .unwrap_or_else(|| name_difference(name, resource.name)),
        None => head_difference(entry.split(':').skip(1), request_head).unwrap_or_else(|| {
            let words = format!("`{entry}` does not cover the request's ARN");
            (HEAD.len(), words)
        }),
    }
}

/// Compares the parts that an entry has before the resource. A short ARN has fewer than four.
fn head_difference<'e>(
    patterns: impl IntoIterator<Item = &'e str>,
    texts: [&str; 4],
) -> Option<(usize, String)> {
    let mut pairs = HEAD.iter().zip(patterns.into_iter().zip(texts)).enumerate();
    pairs.find_map(|(fitting, (part, (pattern, text)))| {
        let fits = Wildcard::new(pattern).matches(text);
        (!fits).then(|| (fitting, differs(part, pattern, text)))
    })
}

/// Compares `apiId/stage/METHOD/path`, or `apiId/stage/route` for a WebSocket API.
fn name_difference(pattern: &str, text: &str) -> (usize, String) {
    let mut patterns = pattern.splitn(4, '/');
    let mut texts = text.splitn(4, '/');
    let third = match text.splitn(4, '/').count() {
        4 => "method",
        _ => "route",
    };
    for (fitting, part) in (HEAD.len()..).zip(["API id", "stage", third]) {
        match (patterns.next(), texts.next()) {
            (Some(pattern), Some(text)) if Wildcard::new(pattern).matches(text) => {}
            (Some(pattern), Some(text)) => return (fitting, differs(part, pattern, text)),
            (None, Some(_)) => {
                let words = format!(
                    "`{pattern}` ends before the {part}; `{pattern}/*` covers everything below it"
                );
                return (fitting, words);
            }
            (_, None) => break,
        }
    }
    let words = match (patterns.next(), texts.next()) {
        (Some(pattern), Some(path)) => path_difference(pattern, path, stage(text)),
        (None, Some(_)) => {
            format!("`{pattern}` ends before the path; `{pattern}/*` covers everything below it")
        }
        (_, None) => format!("`{pattern}` does not cover `{text}`"),
    };
    (HEAD.len() + 3, words)
}

fn stage(name: &str) -> &str {
    name.split('/').nth(1).unwrap_or_default()
}

fn differs(part: &str, pattern: &str, text: &str) -> String {
    let says = format!("{part}: the policy says `{pattern}`, the request says `{text}`");
    match slip(pattern, text).or_else(|| misplaced(part, pattern)) {
        Some(hint) => format!("{says}: {hint}"),
        None => says,
    }
}

/// A text that cannot be in this part of a method ARN.
fn misplaced(part: &str, pattern: &str) -> Option<&'static str> {
    match part {
        "service" => Some(
            "an authorizer's policy is about methods of the API; write `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`",
        ),
        "stage" if METHODS.contains(&pattern) => {
            Some("it is a method, so the stage before it is missing")
        }
        "method" if pattern.eq_ignore_ascii_case("ANY") => {
            Some("a policy has no method `ANY`; write `*`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "arn:aws:execute-api:eu-west-1:123:abc/prod/GET/pets";

    #[test]
    fn the_first_difference_is_described() {
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
                "`abc/prod` ends before the method; `abc/prod/*` covers everything below it",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET",
                "`abc/prod/GET` ends before the path; `abc/prod/GET/*` covers everything below it",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/pets/",
                "path: `pets/` does not cover `pets`: the slash at the end matters",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/get/pets",
                "method: the policy says `get`, the request says `GET`: case matters",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/ANY/pets",
                "method: the policy says `ANY`, the request says `GET`: a policy has no method `ANY`; write `*`",
            ),
            (
                "arn:aws:execute-api:*:*:abc/GET/pets",
                "stage: the policy says `GET`, the request says `prod`: it is a method, so the stage before it is missing",
            ),
            (
                "arn:aws:lambda:eu-west-1:123:function:pets",
                "service: the policy says `lambda`, the request says `execute-api`: an authorizer's policy is about methods \
                 of the API; write `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`",
            ),
            (
                "arn:aws:Execute-API:*:*:*",
                "service: the policy says `Execute-API`, the request says `execute-api`: case matters",
            ),
        ] {
            let (_, found) = first_difference(entry, &RequestResource::new(REQUEST));
            assert_eq!(found, words, "{entry}");
        }
    }

    /// An escaped star (`${*}`) looks like the path.
    #[test]
    fn a_text_that_looks_like_the_path_and_differs_has_a_variable() {
        let resource = "arn:aws:execute-api:eu-west-1:123:abc/prod/GET/${*}";
        let (_, found) = first_difference(resource, &RequestResource::new(resource));
        assert!(
            found.ends_with("`${…}` in a policy is a variable or an escaped character"),
            "{found}"
        );
    }
}
