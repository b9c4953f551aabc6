//! Describes the first difference between an ARN in a policy and the ARN of a request.

use crate::{
    evaluation::RequestResource,
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
        (Some(pattern), Some(text)) => path_difference(pattern, text),
        (None, Some(_)) => {
            format!("`{pattern}` ends before the path; `{pattern}/*` covers everything below it")
        }
        (_, None) => format!("`{pattern}` does not cover `{text}`"),
    };
    (HEAD.len() + 3, words)
}

fn path_difference(pattern: &str, text: &str) -> String {
    let says = format!("path: `{pattern}` does not cover `{text}`");
    if pattern.is_empty() {
        return format!(
            "path: the policy's ARN ends in a slash after the method, so it covers the root and not `{text}`; \
             `METHOD/*` covers every path"
        );
    }
    if pattern.strip_suffix("/*") == Some(text) {
        return format!("{says}, only the paths below it");
    }
    if let Some(hint) = slip(pattern, text) {
        return format!("{says}: {hint}");
    }
    if pattern.trim_end_matches('/') == text.trim_end_matches('/') {
        return format!("{says}: the slash at the end matters");
    }
    let without_slash = pattern.strip_suffix('/');
    if without_slash.is_some_and(|pattern| Wildcard::new(pattern).matches(text)) {
        return format!("{says}: it ends in a slash, so it covers only paths that end in one");
    }
    if filled_in(pattern).is_some_and(|pattern| Wildcard::new(&pattern).matches(text)) {
        return format!(
            "{says}: a policy does not support path parameters; write `*` instead of `{{…}}`"
        );
    }
    says
}

/// The path with a star for each path parameter, if it has any.
fn filled_in(template: &str) -> Option<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, braced)) = rest.split_once('{') {
        let (_, behind) = braced.split_once('}')?;
        filled.extend([before, "*"]);
        rest = behind;
    }
    filled.push_str(rest);
    (filled != template && !template.contains("${")).then_some(filled)
}

fn differs(part: &str, pattern: &str, text: &str) -> String {
    let says = format!("{part}: the policy says `{pattern}`, the request says `{text}`");
    match slip(pattern, text) {
        Some(hint) => format!("{says}: {hint}"),
        None => says,
    }
}

/// A difference that is easy to overlook.
fn slip(pattern: &str, text: &str) -> Option<&'static str> {
    if pattern == text {
        return Some("`${…}` in a policy is a variable or an escaped character");
    }
    if pattern.eq_ignore_ascii_case(text) {
        return Some("case matters");
    }
    let trimmed = pattern.trim();
    let is_blank = trimmed != pattern && Wildcard::new(trimmed).matches(text);
    is_blank.then(|| {
        if pattern.starts_with(char::is_whitespace) {
            "the policy has a space at its beginning"
        } else {
            "the policy has a space at its end"
        }
    })
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
                "arn:aws:execute-api:*:*:abc/prod/GET/pets/*",
                "path: `pets/*` does not cover `pets`, only the paths below it",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/pets/",
                "path: `pets/` does not cover `pets`: the slash at the end matters",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/Pets",
                "path: `Pets` does not cover `pets`: case matters",
            ),
            (
                "arn:aws:execute-api:*:*:*/*/GET/",
                "path: the policy's ARN ends in a slash after the method, so it covers the root and not `pets`; \
                 `METHOD/*` covers every path",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/dogs/",
                "path: `dogs/` does not cover `pets`",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/p*s/",
                "path: `p*s/` does not cover `pets`: it ends in a slash, so it covers only paths that end in one",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/p* ",
                "path: `p* ` does not cover `pets`: the policy has a space at its end",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/get/pets",
                "method: the policy says `get`, the request says `GET`: case matters",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/{proxy+}",
                "path: `{proxy+}` does not cover `pets`: a policy does not support path parameters; write `*` instead of `{…}`",
            ),
            // With a star for the parameter it still is another path.
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/users/{id}",
                "path: `users/{id}` does not cover `pets`",
            ),
            (
                "arn:aws:execute-api:*:*:abc/prod/GET/pets}/{",
                "path: `pets}/{` does not cover `pets`",
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
