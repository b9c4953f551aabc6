//! Describes why a path in a policy does not cover the path of a request.

use std::borrow::Cow;

use super::slip::slip;
use crate::pattern::Wildcard;

pub(super) fn path_difference(pattern: &str, path: &str, stage: &str) -> String {
    if pattern.is_empty() {
        return format!(
            "path: the policy's ARN ends in a slash after the method, so it covers the root and not `{path}`; \
             `METHOD/*` covers every path"
        );
    }
    let says = format!("path: `{pattern}` does not cover `{path}`");
    if pattern.strip_suffix("/*") == Some(path) {
        return format!("{says}, only the paths below it");
    }
    match hint(pattern, path, stage) {
        Some(hint) => format!("{says}: {hint}"),
        None => says,
    }
}

/// What its author probably did not know, if the path would be covered without this mistake.
fn hint(pattern: &str, path: &str, stage: &str) -> Option<Cow<'static, str>> {
    let covers = |pattern: &str| Wildcard::new(pattern).matches(path);
    if let Some(slip) = slip(pattern, path) {
        return Some(slip.into());
    }
    if pattern.trim_end_matches('/') == path.trim_end_matches('/') {
        return Some("the slash at the end matters".into());
    }
    if pattern.strip_suffix('/').is_some_and(covers) {
        return Some("it ends in a slash, so it covers only paths that end in one".into());
    }
    if pattern.strip_prefix('/').is_some_and(covers) {
        return Some("the policy's ARN has two slashes after the method; write one".into());
    }
    if after_stage(pattern, stage).is_some_and(covers) {
        return Some(format!("the stage is not part of the path; leave out `{stage}/`").into());
    }
    if let Some((before, query)) = pattern.split_once('?') {
        if query.contains('=') && covers(before) {
            return Some("a method ARN has no query; end it with the path".into());
        }
    }
    let (parameter, filled) = filled_in(pattern)?;
    covers(&filled).then(|| {
        format!(
            "a policy does not support path parameters; write `*`, which matches any text, also with slashes, instead of \
             `{parameter}`"
        )
        .into()
    })
}

fn after_stage<'p>(pattern: &'p str, stage: &str) -> Option<&'p str> {
    pattern.strip_prefix(stage)?.strip_prefix('/')
}

/// How the path writes its parameters, and the path with a star for each of them.
fn filled_in(template: &str) -> Option<(&'static str, String)> {
    if let Some(filled) = filled_in_braces(template) {
        return Some(("{…}", filled));
    }
    let filled = template
        .split('/')
        .map(|segment| match segment.strip_prefix(':') {
            Some(_) => "*",
            None => segment,
        });
    let filled = filled.collect::<Vec<_>>().join("/");
    (filled != template).then_some((":…", filled))
}

fn filled_in_braces(template: &str) -> Option<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, braced)) = rest.split_once('{') {
        let (_, after) = braced.split_once('}')?;
        filled.extend([before, "*"]);
        rest = after;
    }
    filled.push_str(rest);
    (filled != template && !template.contains("${")).then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_described_with_the_mistake_that_explains_it() {
        let parameters = "a policy does not support path parameters; write `*`, which matches any text, also with slashes, \
                          instead of";
        for (pattern, path, hint) in [
            ("dogs", "pets", ""),
            ("pets/*", "pets", ", only the paths below it"),
            ("pets/", "pets", ": the slash at the end matters"),
            ("Pets", "pets", ": case matters"),
            (
                "p*s/",
                "pets",
                ": it ends in a slash, so it covers only paths that end in one",
            ),
            ("dogs/", "pets", ""),
            ("p* ", "pets", ": the policy has a space at its end"),
            (
                "/pets/*",
                "pets/7",
                ": the policy's ARN has two slashes after the method; write one",
            ),
            ("/dogs", "pets", ""),
            (
                "prod/pets/*",
                "pets/7",
                ": the stage is not part of the path; leave out `prod/`",
            ),
            ("dev/pets", "pets", ""),
            ("production/pets", "pets", ""),
            (
                "pets?page=1",
                "pets",
                ": a method ARN has no query; end it with the path",
            ),
            ("pets?", "pets", ""),
            ("{proxy+}", "pets", &format!(": {parameters} `{{…}}`")),
            ("pets/:id", "pets/7", &format!(": {parameters} `:…`")),
            // With a star for the parameter it still is another path.
            ("users/{id}", "pets", ""),
            ("users/:id", "pets/7", ""),
            ("pets}/{", "pets", ""),
        ] {
            let expected = format!("path: `{pattern}` does not cover `{path}`{hint}");
            assert_eq!(path_difference(pattern, path, "prod"), expected);
        }
        let found = path_difference("", "pets", "prod");
        assert!(found.ends_with("`METHOD/*` covers every path"), "{found}");
    }
}
