//! The rules for authorizers and APIs. Those for policies are the library's.

use super::finding::{Rule, Severity};
use crate::document::CHECK_THE_DOCUMENT;

pub(super) const CONFIGURATION: Rule = Rule {
    code: "configuration",
    severity: Severity::Error,
    meaning: "a configuration that API Gateway does not accept, or that leaves open who may call what",
    remedy: "",
};

pub(super) const NOTE: Rule = Rule {
    code: "note",
    severity: Severity::Note,
    meaning: "a part of the API that is not evaluated here",
    remedy: "",
};

pub(super) const UNUSED_AUTHORIZER: Rule = Rule {
    code: "unused-authorizer",
    severity: Severity::Warning,
    meaning: "an authorizer that guards no operation",
    remedy: "name it in the operations' `security` (in SAM: `DefaultAuthorizer`, or `Auth` of an event), or remove it",
};

pub(super) const OPEN_API: Rule = Rule {
    code: "open-api",
    severity: Severity::Note,
    meaning: "an API without any authorizer",
    remedy: CHECK_THE_DOCUMENT,
};

pub(super) const OPEN_OPERATION: Rule = Rule {
    code: "open-operation",
    severity: Severity::Note,
    meaning: "an operation without an authorizer in an API that has one",
    remedy: "check that anyone may call it",
};

pub(super) const PREFLIGHT_GUARDED: Rule = Rule {
    code: "preflight-guarded",
    severity: Severity::Warning,
    meaning: "an `OPTIONS` operation with an authorizer: browsers send preflights without credentials",
    remedy: "remove the authorizer from it (in SAM: `AddDefaultAuthorizerToCorsPreflight: false`)",
};

pub(super) const PREFLIGHT_MISSING: Rule = Rule {
    code: "preflight-missing",
    severity: Severity::Note,
    meaning: "a guarded path without `OPTIONS`, in an API for browsers: a preflight for it gets a 403",
    remedy: "add `OPTIONS`, unless no script of another origin calls the path",
};

pub(super) const CORS_MISSING: Rule = Rule {
    code: "cors-missing",
    severity: Severity::Warning,
    meaning: "an API for browsers whose refusals have no CORS headers, so that scripts cannot read them",
    remedy: "map `Access-Control-Allow-Origin` on DEFAULT_4XX and DEFAULT_5XX (in SAM: `GatewayResponses`)",
};

pub(super) const VALIDATION_MATCHES_NOTHING: Rule = Rule {
    code: "validation-matches-nothing",
    severity: Severity::Error,
    meaning: "an identity validation expression that no header's value matches, so each request gets a 401",
    remedy: "correct the expression; it has to match the whole value of the header",
};

pub(super) const VALIDATION_EXCLUDES_BEARER: Rule = Rule {
    code: "validation-excludes-bearer",
    severity: Severity::Warning,
    meaning: "an identity validation expression for tokens without `Bearer `, which most clients send before them",
    remedy: "begin it with `Bearer `, or with `(Bearer )?` if both are fine; the authorizer receives the whole value",
};

pub(super) const CACHED_ACROSS_ROUTES: Rule = Rule {
    code: "cached-across-routes",
    severity: Severity::Warning,
    meaning: "a simple response that is cached for all routes: who may call one route may call each of them",
    remedy: "add `$context.routeKey` to the identity sources, or set the TTL to 0",
};

pub(super) const UNUSABLE_ANSWER: Rule = Rule {
    code: "unusable-answer",
    severity: Severity::Error,
    meaning: "an answer that API Gateway cannot use, so that the client gets a 500",
    remedy: "",
};

pub(super) const ALL: [Rule; 12] = [
    CONFIGURATION,
    NOTE,
    UNUSED_AUTHORIZER,
    OPEN_API,
    OPEN_OPERATION,
    PREFLIGHT_GUARDED,
    PREFLIGHT_MISSING,
    CORS_MISSING,
    VALIDATION_MATCHES_NOTHING,
    VALIDATION_EXCLUDES_BEARER,
    CACHED_ACROSS_ROUTES,
    UNUSABLE_ANSWER,
];
