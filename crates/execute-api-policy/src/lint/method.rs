//! Lints the resource part of an ARN: API, stage, method and path.

use super::{
    Findings, LintCode,
    finding::{Entry, shown},
    undefined::is_undefined,
};
use crate::pattern::is_pattern;

/// The predefined routes of a WebSocket API.
const ROUTES: [&str; 3] = ["$connect", "$default", "$disconnect"];

pub(crate) const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

pub(super) fn lint(resource: &str, entry: &Entry<'_>, findings: &mut Findings) {
    let text = shown(resource);
    let mut add = |code, message: String| findings.add(code, entry, message);
    if let Some((code, message)) = method(resource) {
        add(code, message);
    }
    if let Some(template) = template(resource) {
        let template = shown(template);
        let message = format!(
            "`{template}` in `{text}` matches only itself: policies have no path parameters"
        );
        add(LintCode::PathTemplate, message);
    }
    if has_query(resource) {
        let message = format!("`{text}` has a query string, which no method ARN has");
        add(LintCode::QueryInPath, message);
    }
    if resource.starts_with('/') || resource.contains("//") {
        let message = format!("`{text}` has an empty segment");
        add(LintCode::DoubleSlash, message);
    }
}

/// Finds a method and a path in a policy of a WebSocket API. A wildcard can match slashes, but an ARN that matches
/// never has fewer slashes than the pattern.
pub(super) fn lint_websocket(resource: &str, entry: &Entry<'_>, findings: &mut Findings) {
    let has_path = resource.matches('/').count() > 2;
    // Another rule finds `GET/$connect`.
    let has_route = resource
        .rsplit('/')
        .next()
        .is_some_and(|end| ROUTES.contains(&end));
    if has_path && !has_route {
        let message = format!(
            "`{}` has a method and a path, so it does not cover `$connect`",
            shown(resource)
        );
        findings.add(LintCode::WebsocketMethodAndPath, entry, message);
    }
}

/// Checks the part in the method's place, which follows the API and the stage.
fn method(resource: &str) -> Option<(LintCode, String)> {
    // Another rule finds an extra slash at the beginning.
    let mut segments = resource
        .strip_prefix('/')
        .unwrap_or(resource)
        .splitn(4, '/');
    let mut next = || segments.next().unwrap_or_default();
    let (api, stage, method) = (next(), next(), next());
    let path = segments.next();
    if api.contains('*') {
        // The star may also cover the stage, so the method may follow it.
        if let Some(found) = misspelt(stage) {
            return Some((found, not_a_method(found, stage, resource)));
        }
    }
    if !is_pattern(api) && METHODS.contains(&stage) {
        let (text, stage) = (shown(resource), shown(stage));
        let message = format!(
            "`{stage}` in `{text}` is a method in the place of the stage, so the stage is missing"
        );
        return Some((LintCode::ResourceMissingPart, message));
    }
    if let Some(route) = path.filter(|path| ROUTES.contains(path)) {
        let (text, method) = (shown(resource), shown(method));
        let message = format!(
            "`{route}` in `{text}` follows the method `{method}`, but routes have no method"
        );
        return Some((LintCode::RouteAfterMethod, message));
    }
    let code = match method {
        "" if path.is_some() || is_pattern(resource) => return None,
        "" => LintCode::ResourceIncomplete,
        "ANY" => LintCode::MethodAny,
        _ if path.is_none() && METHODS.contains(&method) => LintCode::RootWithoutSlash,
        // A WebSocket route can have any name.
        _ if path.is_none() => return None,
        _ => match misspelt(method) {
            Some(code) => code,
            // After a star, later slashes may separate other parts.
            None if [api, stage, method].into_iter().any(is_pattern) || may_be_method(method) => {
                return None;
            }
            None if is_undefined(method) => return None,
            None => LintCode::MethodUnknown,
        },
    };
    Some((code, not_a_method(code, method, resource)))
}

fn not_a_method(code: LintCode, method: &str, resource: &str) -> String {
    let (text, method) = (shown(resource), shown(method));
    match code {
        LintCode::ResourceIncomplete => {
            format!("`{text}` ends before the method or the route, so no request has this ARN")
        }
        LintCode::RootWithoutSlash => {
            format!("`{text}` ends after its method, without the slash of the root path")
        }
        LintCode::MethodLowerCase => format!("`{method}` in `{text}` is not in upper case"),
        _ => format!("`{method}` in `{text}` is in the place of the method but is not a method"),
    }
}

/// The part in the method's place, even if it is misspelt, and the text after it. A star for the API may also cover
/// the stage, so the method may follow it. A predefined route counts as a method.
pub(super) fn method_name(resource: &str) -> Option<(&str, &str)> {
    let is_name = |text: &str| METHODS.contains(&text) || misspelt(text).is_some();
    let (api, after_api) = resource.split_once('/')?;
    let cut = |text: &'_ str| text.find('/').unwrap_or(text.len());
    let (second, after) = after_api.split_at(cut(after_api));
    if api.contains('*') && is_name(second) {
        return Some((second, after));
    }
    let after_stage = after.strip_prefix('/')?;
    let (third, after) = after_stage.split_at(cut(after_stage));
    let is_route = after.is_empty() && ROUTES.contains(&third);
    (is_route || is_name(third)).then_some((third, after))
}

pub(super) fn misspelt(method: &str) -> Option<LintCode> {
    if method.eq_ignore_ascii_case("ANY") {
        return Some(LintCode::MethodAny);
    }
    is_method_in_other_case(method).then_some(LintCode::MethodLowerCase)
}

/// Whether a resource covers at least every path of every method of a stage.
pub(super) fn is_every_path(resource: &str) -> bool {
    let mut after_stage = resource.split('/').skip(2).peekable();
    let has_method = after_stage.peek().is_some();
    (resource.ends_with('*') && !has_method)
        || (has_method && after_stage.all(|segment| segment == "*"))
}

/// Accepts more methods than API Gateway supports.
fn may_be_method(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    text.bytes().all(fits)
}

fn is_method_in_other_case(text: &str) -> bool {
    let same = |method: &&str| method.eq_ignore_ascii_case(text);
    METHODS.iter().any(same) && !METHODS.contains(&text)
}

/// A path parameter in the syntax of a framework or an API definition.
pub(super) fn template(resource: &str) -> Option<&str> {
    resource.split('/').find(|segment| {
        let in_braces = segment.starts_with('{') && segment.ends_with('}');
        let after_colon = segment
            .strip_prefix(':')
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
        in_braces || after_colon
    })
}

/// Whether it contains `?name=`, which is never meant as a wildcard.
fn has_query(resource: &str) -> bool {
    resource.split('?').skip(1).any(|after| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let after_name = after.trim_start_matches(is_name);
        after_name.len() < after.len() && after_name.starts_with('=')
    })
}

#[cfg(test)]
mod tests {
    use crate::{Effect, LintCode, LintOptions, PolicyDocument, Statement, lint::tests::resource};

    fn found(part: &str) -> Vec<&'static str> {
        resource(&format!(
            "arn:aws:execute-api:eu-west-1:123456789012:{part}"
        ))
    }

    #[test]
    fn ordinary_methods_and_paths_are_clean() {
        for clean in [
            "*",
            "abc/*",
            "abc/prod/*",
            "abc/prod/GET/*",
            "abc/prod/GET/",
            "abc/prod/GET/a?c",
            "abc/prod/PROPFIND/pets",
            "abc/$default/GET/pets",
            "abc/prod/$connect",
            "abc/prod/sendMessage",
            "abc/prod/GET/things:cancel",
            "abc/prod/GET/pets?",
            "abc/prod/GET/ANY",
            "abc/ANY/GET/pets",
            "abc/prod/*/*",
            "abc/*/*",
            "*/*/*",
            "*/*/*/*",
        ] {
            assert!(found(clean).is_empty(), "{clean}: {:?}", found(clean));
        }
    }

    #[test]
    fn methods_and_paths_that_no_request_has_are_found() {
        for (part, code) in [
            ("abc", "resource-incomplete"),
            ("abc/prod", "resource-incomplete"),
            ("abc/prod/", "resource-incomplete"),
            ("abc/prod/GET", "root-without-slash"),
            ("abc/prod/ANY/pets", "method-any"),
            ("abc/prod/any/*", "method-any"),
            ("abc/prod/ANY", "method-any"),
            ("abc/GET/pets", "resource-missing-part"),
            ("abc/POST/pets/7", "resource-missing-part"),
            ("abc/prod/GET/$connect", "route-after-method"),
            ("abc/prod/POST/$disconnect", "route-after-method"),
            ("abc/prod/get/pets", "method-lower-case"),
            ("abc/p?od/Post/pets", "method-lower-case"),
            ("abc/prod/pets/7", "method-unknown"),
            ("abc/prod/GET/pets/{id}", "path-template"),
            ("abc/prod/GET/{proxy+}", "path-template"),
            ("abc/prod/GET/pets/:id/toys", "path-template"),
            ("abc/prod/GET/pets?id=7", "query-in-path"),
            ("abc/prod/GET//pets", "double-slash"),
            ("/abc/prod/GET/pets", "double-slash"),
        ] {
            assert_eq!(found(part), [code], "{part}");
        }
    }

    #[test]
    fn a_star_for_the_stage_does_not_hide_the_method() {
        assert_eq!(found("abc/*/GET"), ["root-without-slash"]);
        assert_eq!(found("abc/*/get/*"), ["method-lower-case"]);
        assert_eq!(found("*/ANY/*"), ["method-any"]);
        assert_eq!(found("*/get/pets"), ["method-lower-case"]);
    }

    #[test]
    fn a_websocket_api_has_no_methods_and_paths() {
        let found = |part: &str, websocket: bool| {
            let arn = format!("arn:aws:execute-api:eu-west-1:123456789012:{part}");
            let allow = Statement::invoke(Effect::Allow, [arn]);
            let options = LintOptions::new().websocket(websocket);
            let findings = PolicyDocument::new([allow]).lint_with(&options);
            findings
                .iter()
                .any(|finding| finding.code() == LintCode::WebsocketMethodAndPath)
        };
        for part in ["abc/prod/*/*", "abc/prod/GET/*", "abc/*/*/*", "*/*/*/*"] {
            assert!(found(part, true), "{part}");
            assert!(!found(part, false), "{part}");
        }
        // The last of these is a finding of another rule.
        for part in [
            "abc/prod/*",
            "abc/*",
            "abc/prod/$connect",
            "*",
            "abc/prod/*/$connect",
        ] {
            assert!(!found(part, true), "{part}");
        }
    }
}
