//! Remedies for 403: resources of a policy that no method ARN of the API can have.

use super::{Case, Remedy};
use crate::{
    api::ArnEnd,
    decision::DenialReason,
    policy::{Effect, StageArn, Verdict, with_resources},
    request::arn::CONNECT,
};

const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The form of API Gateway's resource policies, where the beginning of the ARN is left out.
const SHORT_FORM: &str = "execute-api:/";

/// An entry that is not an ARN covers nothing in an `Allow`, and everything in a `Deny`.
pub(super) fn not_an_arn(case: &Case<'_>) -> Option<Remedy> {
    let (entry, meant) = entry_in_the_way(case)?;
    let denies = matches!(case.reason, DenialReason::ExplicitDeny { .. });
    let consequence = if denies {
        "a `Deny` of it denies every request"
    } else {
        "an `Allow` of it allows no request"
    };
    let (cause, problem) = if entry.starts_with(SHORT_FORM) {
        (
            "resource-short-form",
            format!(
                "`{entry}` is written as in a resource policy of API Gateway. In an authorizer's policy it is not an \
                 ARN, and {consequence}"
            ),
        )
    } else {
        (
            "resource-not-an-arn",
            format!("`{entry}` is not an ARN, and {consequence}"),
        )
    };
    let text = format!(
        "{problem}: write `{meant}`. In Rust, `request.method_arn()` is the ARN of the request, and \
         `request.policy_builder()` writes the ARNs of methods and paths"
    );
    Some(Remedy::new(cause, text))
}

/// The first entry of this kind that causes the refusal, and the ARN that it probably stands for.
fn entry_in_the_way(case: &Case<'_>) -> Option<(String, String)> {
    let circumstances = case.circumstances;
    let document = circumstances.policy()?.document();
    let stage = StageArn::from(&*circumstances.settings.reader.api);
    let meant = |entry: &str| meant(entry, stage.as_str());
    let statements = match *case.reason {
        DenialReason::ExplicitDeny { statement, .. } => {
            document.statements().get(statement..=statement)?
        }
        DenialReason::ImplicitDeny { .. } => document.statements(),
        _ => return None,
    };
    let corrected = with_resources(document, meant)?.compile();
    let verdict = circumstances.verdict_of(&corrected);
    let entries = |effect| {
        let statements = statements.iter().filter(move |statement| {
            statement.effect() == effect && !statement.resources().is_excluding()
        });
        statements.flat_map(|statement| statement.resources().texts())
    };
    match case.reason {
        // Other requests than those that the entry names are denied only because of the mistake.
        DenialReason::ExplicitDeny { .. } if verdict != Verdict::ExplicitDeny => {
            let mut entries = entries(Effect::Deny);
            entries.find_map(|entry| Some((entry.to_owned(), meant(entry)?)))
        }
        DenialReason::ImplicitDeny { .. } if verdict == Verdict::Allow => {
            // The first entry that is enough.
            let mut entries = entries(Effect::Allow);
            entries.find_map(|entry| {
                let arn = meant(entry)?;
                let one = |text: &str| (text == entry).then(|| arn.clone());
                let corrected = with_resources(document, one)?.compile();
                let is_enough = circumstances.is_allowed_by(&corrected);
                is_enough.then(|| (entry.to_owned(), arn))
            })
        }
        _ => None,
    }
}

/// The ARN that an entry probably stands for, if it is not an ARN.
fn meant(entry: &str, stage: &str) -> Option<String> {
    if entry.starts_with("arn:") || entry.is_empty() || entry.bytes().all(|byte| byte == b'*') {
        return None;
    }
    if let Some(after_api) = entry.strip_prefix(SHORT_FORM) {
        let (api, _) = stage.split_once('/')?;
        return Some(format!("{api}/{after_api}"));
    }
    if entry.starts_with("execute-api:") {
        return Some(format!("arn:aws:{entry}"));
    }
    let (first, path) = entry.split_once([' ', '/']).unwrap_or((entry, ""));
    Some(if METHODS.contains(&first) || first == "*" {
        format!("{stage}/{first}/{}", path.trim_start_matches('/'))
    } else if entry == CONNECT {
        format!("{stage}/{entry}")
    } else {
        format!("{stage}/*/{}", entry.trim_start_matches('/'))
    })
}

/// The ARN of a handshake has a route in place of the method and the path.
pub(super) fn websocket_route(case: &Case<'_>) -> Option<Remedy> {
    let circumstances = case.circumstances;
    let row = circumstances.settings.kind.differences();
    let is_handshake = row.arn_ends_with == ArnEnd::Connect;
    if !is_handshake || !matches!(case.reason, DenialReason::ImplicitDeny { .. }) {
        return None;
    }
    let corrected = with_resources(circumstances.policy()?.document(), with_route)?;
    circumstances.is_allowed_by(&corrected.compile()).then(|| {
        let route = case.explanation.method_arn();
        Remedy::new(
            "websocket-route",
            format!(
                "the ARN of a WebSocket API ends in a route, without a method and a path, so a resource such as \
                 `…/STAGE/*/*` does not cover it: write `…/STAGE/*`, or `{route}`"
            ),
        )
    })
}

/// The entry with a route in place of a method and a path.
fn with_route(entry: &str) -> Option<String> {
    let (colon, _) = entry.match_indices(':').nth(4)?;
    let resource = entry.get(colon..)?;
    let (slash, _) = resource.match_indices('/').nth(1)?;
    let (stage, method_and_path) = entry.split_at(colon + slash);
    let has_path = method_and_path.matches('/').count() > 1;
    has_path.then(|| format!("{stage}/{CONNECT}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probably_meant_is_an_arn_of_the_stage() {
        let stage = "arn:aws:execute-api:r:a:api/prod";
        for (entry, expected) in [
            ("/pets", Some("arn:aws:execute-api:r:a:api/prod/*/pets")),
            ("pets/*", Some("arn:aws:execute-api:r:a:api/prod/*/pets/*")),
            ("/", Some("arn:aws:execute-api:r:a:api/prod/*/")),
            (
                "GET/pets",
                Some("arn:aws:execute-api:r:a:api/prod/GET/pets"),
            ),
            (
                "GET /pets",
                Some("arn:aws:execute-api:r:a:api/prod/GET/pets"),
            ),
            ("*/pets", Some("arn:aws:execute-api:r:a:api/prod/*/pets")),
            (
                "$connect",
                Some("arn:aws:execute-api:r:a:api/prod/$connect"),
            ),
            (
                "execute-api:/prod/GET/pets",
                Some("arn:aws:execute-api:r:a:api/prod/GET/pets"),
            ),
            (
                "execute-api:r:a:api/*",
                Some("arn:aws:execute-api:r:a:api/*"),
            ),
            ("*", None),
            ("**", None),
            ("", None),
            ("arn:aws:execute-api:r:a:api/prod/GET/pets", None),
        ] {
            assert_eq!(meant(entry, stage).as_deref(), expected, "{entry}");
        }
    }

    #[test]
    fn only_an_entry_with_a_path_gets_a_route() {
        let arn = |resource: &str| format!("arn:aws:execute-api:r:a:{resource}");
        for resource in ["api/prod/*/*", "api/prod/GET/a:b/c", "*/*/*/*"] {
            let (stage, _) = resource.match_indices('/').nth(1).unwrap();
            let expected = arn(&format!("{}/$connect", &resource[..stage]));
            assert_eq!(with_route(&arn(resource)), Some(expected), "{resource}");
        }
        for resource in ["api/prod/*", "api/prod/$connect", "api/*", "*"] {
            assert_eq!(with_route(&arn(resource)), None, "{resource}");
        }
        assert_eq!(with_route("*"), None);
        assert_eq!(with_route("/prod/*/*"), None);
    }
}
