//! The lint rules: name, severity, description and remedy.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Severity;

/// Generates the enumeration, its documentation and its texts from one list, so that no rule can be missing from any of
/// them.
macro_rules! lint_codes {
    ($($variant:ident $code:literal $severity:ident $what:literal $remedy:literal)*) => {
        /// The rule that a finding comes from. The codes are stable.
        ///
        /// | code | severity | what was found | remedy |
        /// |---|---|---|---|
        $(#[doc = concat!(
            "| `", $code, "` | ", stringify!($severity), " | ", $what, " | ", $remedy, " |"
        )])*
        ///
        /// ```
        /// use execute_api_policy::{LintCode, Severity};
        ///
        /// assert_eq!(LintCode::ResourceNotAnArn.as_str(), "resource-not-an-arn");
        /// assert_eq!(LintCode::ResourceNotAnArn.severity(), Severity::Error);
        /// assert!(LintCode::ALL.contains(&LintCode::ResourceNotAnArn));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum LintCode {
            $(#[doc = concat!("`", $code, "`: ", $what, ".")] $variant,)*
        }

        impl LintCode {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name of the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The severity of its findings.
            #[must_use]
            #[allow(clippy::match_same_arms, reason = "one arm for each code")]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// The mistake that its findings report.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $what),* }
            }

            /// What to do, in one line.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy),* }
            }
        }
    };
}

lint_codes! {
    EmptyStatement "empty-statement" Warning
        "a policy without statements, which denies every request"
        "add a statement; if nothing should be allowed, add a `Deny`"
    DuplicateSid "duplicate-sid" Warning
        "two statements with the same `Sid`, so an explanation is ambiguous"
        "give each statement a different `Sid`"
    SidCharacters "sid-characters" Suggestion
        "a `Sid` with characters that IAM does not accept"
        "use only the letters A to Z and a to z, and digits"
    NeverApplies "never-applies" Error
        "a statement that excludes every request, by `*` or by `execute-api:Invoke`"
        "list only what to exclude, or remove the statement"
    DenyWithoutAllow "deny-without-allow" Suggestion
        "a `Deny` of some resources in a policy that allows nothing: all other resources are denied, too"
        "add an `Allow` for everything else, or deny `*`"
    AllowWithoutEffect "allow-without-effect" Warning
        "an `Allow` whose resources are all denied by one resource of a `Deny`"
        "remove the `Allow`, or narrow the `Deny`"
    EmptyActions "empty-actions" Warning
        "an empty list of actions"
        "write `execute-api:Invoke`"
    ActionMalformed "action-malformed" Error
        "an action that is not of the form `service:name`"
        "write `execute-api:Invoke`"
    ActionWildcardInService "action-wildcard-in-service" Error
        "a wildcard in the service of an action, where wildcards do not work"
        "write `execute-api:Invoke`, `execute-api:*` or `*`"
    ActionBlankOrComma "action-blank-or-comma" Error
        "an action with a space or a comma, which is read as one name and not as a list"
        "write a list in which each action is its own string"
    ActionOfAnotherService "action-of-another-service" Warning
        "an action of a service other than `execute-api`"
        "write `execute-api:Invoke`, the action that API Gateway checks"
    ActionUnknown "action-unknown" Error
        "a name that is not an action of `execute-api`"
        "write `execute-api:Invoke`"
    EmptyResources "empty-resources" Warning
        "an empty list of resources"
        "add the intended ARNs, or `*`"
    ResourceNotAnArn "resource-not-an-arn" Error
        "a resource that is neither an ARN nor `*`"
        "write `arn:aws:execute-api:region:account:api-id/stage/METHOD/path` or `*`"
    ResourceCommaList "resource-comma-list" Error
        "several ARNs in one string, which is read as one resource that no request has"
        "write a list in which each ARN is its own string"
    ResourceBlankAtEnd "resource-blank-at-end" Error
        "a space, a tab or a line break at the end of a resource, which is part of the resource"
        "remove it"
    ResourceShortForm "resource-short-form" Error
        "the form `execute-api:/…`, which works only in API Gateway's resource policies"
        "write the whole ARN, `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`"
    ResourceTooLong "resource-too-long" Error
        "a resource of more than 512 characters, which API Gateway does not accept; no other rule checks it"
        "replace the end of the path by a `*`"
    ResourceShortArn "resource-short-arn" Warning
        "an ARN of fewer than six parts; the missing parts are read as `*`"
        "write all six parts, `arn:aws:execute-api:region:account:api-id/*`"
    ResourceMissingPart "resource-missing-part" Error
        "an ARN without its region, account or stage, so another part is in its place"
        "write all six parts, `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`"
    ResourceUndefinedPart "resource-undefined-part" Warning
        "`undefined`, `null`, `None` or `NaN` as a part: the authorizer read a member that its event does not have"
        "take the ARN from `methodArn`, or from `routeArn` in format 2.0, and check which members the event has"
    ResourceUnknownPartition "resource-unknown-partition" Warning
        "a partition that does not exist"
        "write `aws`, `aws-cn`, `aws-us-gov` or `*`"
    PartitionContradictsRegion "partition-contradicts-region" Error
        "a region that is in another partition, so no request has this ARN"
        "take the partition from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceWildcardInService "resource-wildcard-in-service" Warning
        "a wildcard in the service of an ARN, which IAM rejects"
        "write `execute-api`"
    ResourceMalformedRegion "resource-malformed-region" Error
        "a region that does not look like a region, such as `eu-west-1`"
        "take the region from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceMalformedAccount "resource-malformed-account" Error
        "an account id that does not have 12 digits"
        "take the account from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceOfAnotherService "resource-of-another-service" Error
        "an ARN of a service other than `execute-api`, which no request has"
        "write the ARN of the method, not of the function that it calls"
    ResourceEmptyPart "resource-empty-part" Error
        "an ARN with an empty region or account, which does not mean any"
        "write `*` to match any"
    ResourceIncomplete "resource-incomplete" Error
        "an ARN that ends before the method or the route, which no request has"
        "write `/*` at the end"
    ResourceOfAnotherApi "resource-of-another-api" Warning
        "a resource of another API or stage than the one given in the options"
        "take the beginning of the ARN from the authorizer's `methodArn` or `routeArn`"
    RootWithoutSlash "root-without-slash" Warning
        "an ARN that ends in its method; the ARN of the root path ends in a slash"
        "add a `/` for the root, or `/*` for every path"
    MethodAny "method-any" Error
        "`ANY` for the method, which means any method only in API Gateway's routes; in a policy it matches only itself"
        "write `*`"
    MethodLowerCase "method-lower-case" Error
        "a method that is not in upper case, which no request has"
        "write the method in upper case"
    MethodUnknown "method-unknown" Warning
        "another text in the place of the method of a REST or HTTP API"
        "write `api-id/stage/METHOD/path`; the stage of an HTTP API may be `$default`"
    RouteAfterMethod "route-after-method" Warning
        "a route of a WebSocket API after a method; the ARNs of routes have no method"
        "write `api-id/stage/$connect`"
    WebsocketMethodAndPath "websocket-method-and-path" Error
        "a resource with a method and a path, such as `…/stage/*/*`, in a policy of a WebSocket API; the ARN of its handshake ends in `$connect`"
        "write `api-id/stage/*` or `api-id/stage/$connect`"
    PathTemplate "path-template" Error
        "a path parameter such as `{id}`, `{proxy+}` or `:id`, which matches only itself"
        "write `*`, which also matches slashes; if requests really have this text, ignore this"
    QueryInPath "query-in-path" Warning
        "a query string, which no method ARN has; `?` matches any one character"
        "end the ARN with the path"
    DoubleSlash "double-slash" Warning
        "an empty segment, for example from joining `/` and `/pets`"
        "write a single slash"
    StarCrossesSlashes "star-crosses-slashes" Suggestion
        "a `*` in the middle of an allowed path: it matches slashes, so it also covers deeper paths"
        "write the segment, or deny the deeper paths"
    StarAfterText "star-after-text" Suggestion
        "a `*` directly after a word at the end of an allowed resource: it also covers longer words"
        "write `/*` if only the paths below the word are meant"
    SlashAtEnd "slash-at-end" Suggestion
        "a slash at the end of an allowed resource: it covers only the root, or only paths that end in a slash"
        "write `/*` at the end if the paths below are meant, too"
    DenyRootOnly "deny-root-only" Warning
        "a denied or excepted `…/GET/`, which covers only the root, while paths below it are allowed"
        "write `/*` at the end"
    RedundantResource "redundant-resource" Suggestion
        "a resource that another resource of the same list covers"
        "remove it, or remove the wider resource if that is not meant"
    AllowMissesParent "allow-misses-parent" Suggestion
        "an allowed `…/pets/*`, which does not cover `…/pets`"
        "add the resource without `/*` if it is meant, too"
    DenyMissesParent "deny-misses-parent" Warning
        "a denied or excepted `…/admin/*` or `…/admin/`, which does not cover `…/admin`"
        "add the resource without its end, because many routers serve both with one route"
    DenyMissesChildren "deny-misses-children" Warning
        "a denied or excepted `…/admin`, which covers neither `…/admin/` nor the paths below it"
        "add the resource with `/*` at the end"
    DenyMayMeanStage "deny-may-mean-stage" Suggestion
        "a denied or excepted `…:*/admin/*` or `…:*/DELETE/*`, whose word may also be the stage. It is found only without an API in the options"
        "unless a stage is meant, write every part: `*/*/*/admin/*` for a path, `*/*/DELETE/*` for a method"
    DenyMissesHead "deny-misses-head" Warning
        "a denied or excepted resource of `GET` while `HEAD` of the same path is allowed: many routers, such as axum's, answer `HEAD` with the handler for `GET`"
        "write `*` for the method, or add the resource with `HEAD`"
    OneMethodWhileCaching "one-method-while-caching" Warning
        "a policy that allows only one method although it is cached for other requests of the caller"
        "allow everything that the caller may call, such as `…:api-id/stage/*`, or set the TTL to 0"
    EmptyCondition "empty-condition" Warning
        "a `Condition` or an operator without keys, so the statement applies without a condition"
        "write the intended condition, or remove it"
    EmptyValues "empty-values" Warning
        "a condition without values"
        "write the intended values, or remove the condition"
    UnknownConditionKey "unknown-condition-key" Warning
        "a condition key that API Gateway does not have"
        "use one of API Gateway's keys, or add the application's keys to the options of the lint"
    IamOnlyConditionKey "iam-only-condition-key" Warning
        "a condition key that exists only in requests signed for IAM"
        "check this in the authorizer, which knows the caller"
    OperatorUnfitForKey "operator-unfit-for-key" Warning
        "an operator for another type of value than the key has"
        "use an operator for the type of the key: address, date, boolean, string or ARN"
    SetOperatorOnSingleValue "set-operator-on-single-value" Warning
        "`ForAllValues` or `ForAnyValue` on a key with a single value; `ForAllValues` also holds if the key is absent"
        "use the operator without `ForAllValues:` or `ForAnyValue:`"
    NullWithSetOperator "null-with-set-operator" Error
        "`ForAllValues:Null`, which always holds, or `ForAnyValue:Null`, which never does"
        "write `Null`"
    NullOnCertainKey "null-on-certain-key" Warning
        "`Null` on a key that every request has"
        "remove the condition"
    SeveralTruthValues "several-truth-values" Warning
        "several values for `Bool` or `Null`"
        "write `true` or `false`"
    WildcardInStringEquals "wildcard-in-string-equals" Warning
        "a wildcard under an operator that does not support wildcards"
        "use `StringLike` or `StringNotLike`"
    UnusableValue "unusable-value" Error
        "a value with the wrong type for its operator"
        "write a value of the type that the operator compares"
    ArnValueTooShort "arn-value-too-short" Error
        "a value of an ARN operator that is not an ARN of six parts, so it matches nothing"
        "write all six parts, with `*` for any"
    DateReadAsEpoch "date-read-as-epoch" Warning
        "a year without a month, which is read as seconds since 1970"
        "write a date such as `2026-01-01`, or a date and time"
    DateInMilliseconds "date-in-milliseconds" Warning
        "a date in milliseconds, which is read as seconds and so is thousands of years in the future"
        "write seconds since 1970, or a date such as `2026-01-01T00:00:00Z`"
    Ipv4Only "ipv4-only" Suggestion
        "a list of only IPv4 addresses, which does not include clients that use IPv6"
        "add the intended IPv6 ranges, such as `::/0` for `0.0.0.0/0`"
    Ipv6Refused "ipv6-refused" Suggestion
        "a list of only IPv4 addresses, so that clients that use IPv6 are refused. It is found only for an API that is dual-stack according to the options"
        "add the IPv6 ranges of the same clients"
    VpcIdOfAnotherKind "vpc-id-of-another-kind" Error
        "the id of a VPC endpoint compared with a key for VPCs, or the reverse"
        "compare `vpc-…` with `aws:SourceVpc`, and `vpce-…` with `aws:SourceVpce`"
    HostBits "host-bits" Warning
        "an address range with bits set after its mask, which do not count"
        "write the first address of the range, or a longer mask"
    PrivateSourceAddress "private-source-address" Warning
        "a private address for `aws:SourceIp`, which contains the public address of the client"
        "write public addresses, or use `aws:VpcSourceIp`"
    VariablesInOldVersion "variables-in-old-version" Error
        "a policy variable in a policy whose `Version` does not support variables, so it is plain text"
        "set `Version` to `2012-10-17`"
    VariableInArnHead "variable-in-arn-head" Error
        "a policy variable before the resource part of an ARN, where variables do not work"
        "write the value or `*`"
    VariableUnclosed "variable-unclosed" Error
        "`${` without a `}`, which is plain text"
        "add the `}`, or write `${$}{` for the plain text"
    VariableMalformed "variable-malformed" Error
        "a policy variable without a name, with a space in it, or with a default that is not in quotes"
        "write `${key}` or `${key, 'default'}`"
    VariableForeignSyntax "variable-foreign-syntax" Error
        "a variable in the syntax of another language, such as `${stageVariables.x}`"
        "use a condition key, such as `${aws:SourceIp}`, or let the authorizer insert the value"
    DenyWithVariable "deny-with-variable" Warning
        "a denied resource with a policy variable: if its key is absent or empty, the `Deny` does not apply"
        "write the `Deny` without the variable, or add a `Deny` with `Null` for its key"
    VariableWithoutValue "variable-without-value" Warning
        "a policy variable whose key never has a value, so the text matches nothing"
        "add a default, as in `${key, 'default'}`, or let the authorizer insert the value"
}

/// Displays [`as_str`](LintCode::as_str).
impl fmt::Display for LintCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Serializes [`as_str`](LintCode::as_str).
impl Serialize for LintCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
