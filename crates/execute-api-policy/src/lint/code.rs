//! The rules by name: what each is about, how grave it is, and what to do.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Severity;

/// The enumeration, its documentation and its texts from one list, so that none can lack a rule.
macro_rules! lint_codes {
    ($($variant:ident $code:literal $severity:ident $what:literal $remedy:literal)*) => {
        /// Which rule a finding comes from. The codes are stable.
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

            /// The code's name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// How grave its findings are.
            #[must_use]
            #[allow(clippy::match_same_arms, reason = "one arm for each code")]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),* }
            }

            /// What its findings are about, in general.
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
        "a policy without statements, which refuses every request"
        "write a statement, or a `Deny` if nothing is to be allowed"
    DuplicateSid "duplicate-sid" Warning
        "two statements with one `Sid`, so that an explanation names either"
        "give each statement a `Sid` of its own"
    SidCharacters "sid-characters" Suggestion
        "a `Sid` with characters that IAM does not take"
        "use the letters A to Z, in either case, and digits"
    NeverApplies "never-applies" Error
        "a statement that excludes every request, by `*` or by `execute-api:Invoke`"
        "name what to exclude, or remove the statement"
    DenyWithoutAllow "deny-without-allow" Suggestion
        "a `Deny` of some resources in a policy that allows nothing: all others are refused, too"
        "add an `Allow` for what is not denied, or deny `*`"
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
        "a wildcard in the service of an action, where none works"
        "write `execute-api:Invoke`, `execute-api:*` or `*`"
    ActionBlankOrComma "action-blank-or-comma" Error
        "an action with a blank or a comma, which is one name and no list"
        "write each action as a text of its own, in a list"
    ActionOfAnotherService "action-of-another-service" Warning
        "an action of a service other than `execute-api`"
        "write `execute-api:Invoke`, the action that an authorizer's policy is asked about"
    ActionUnknown "action-unknown" Error
        "a name that is no action of `execute-api`"
        "write `execute-api:Invoke`"
    EmptyResources "empty-resources" Warning
        "an empty list of resources"
        "write the ARNs that are meant, or `*`"
    ResourceNotAnArn "resource-not-an-arn" Error
        "a resource that is neither an ARN nor `*`"
        "write `arn:aws:execute-api:region:account:api-id/stage/METHOD/path` or `*`"
    ResourceCommaList "resource-comma-list" Error
        "several ARNs in one text, which is a single resource that no request has"
        "write each ARN as a text of its own, in a list"
    ResourceBlankAtEnd "resource-blank-at-end" Error
        "a blank, a tab or a line break at the end of a resource, which is a part of it"
        "remove it"
    ResourceShortForm "resource-short-form" Error
        "the form `execute-api:/…`, which only API Gateway's resource policies have"
        "write the whole ARN, `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`"
    ResourceTooLong "resource-too-long" Error
        "a resource of more than 512 characters, which API Gateway does not take; no other rule reads it"
        "put a `*` in place of the end of the path"
    ResourceShortArn "resource-short-arn" Warning
        "an ARN of fewer than six parts, which goes on with `*`"
        "write all six parts, `arn:aws:execute-api:region:account:api-id/*`"
    ResourceMissingPart "resource-missing-part" Error
        "an ARN without its region, its account or its stage, so that another part stands in their place"
        "write all six parts, `arn:aws:execute-api:region:account:api-id/stage/METHOD/path`"
    ResourceUndefinedPart "resource-undefined-part" Warning
        "`undefined`, `null`, `None` or `NaN` as a part: the authorizer read something that its event does not have"
        "take the ARN from `methodArn`, or from `routeArn` in format 2.0, and see what the event has"
    ResourceUnknownPartition "resource-unknown-partition" Warning
        "a partition that AWS does not have"
        "write `aws`, `aws-cn`, `aws-us-gov` or `*`"
    PartitionContradictsRegion "partition-contradicts-region" Error
        "a partition and a region that do not go together, so that no request has this ARN"
        "take the partition from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceWildcardInService "resource-wildcard-in-service" Warning
        "a wildcard in the service of an ARN, which IAM refuses"
        "write `execute-api`"
    ResourceMalformedRegion "resource-malformed-region" Error
        "a region that does not have the form of one, such as `eu-west-1`"
        "take the region from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceMalformedAccount "resource-malformed-account" Error
        "an account that does not have 12 digits"
        "take the account from the authorizer's `methodArn` or `routeArn`, or write `*`"
    ResourceOfAnotherService "resource-of-another-service" Error
        "an ARN of a service other than `execute-api`, which no request has"
        "write the ARN of the method, not that of the function behind it"
    ResourceEmptyPart "resource-empty-part" Error
        "an ARN without region or account, which is not the same as any"
        "write `*` for any"
    ResourceIncomplete "resource-incomplete" Error
        "an ARN that ends before the method or the route, which no request has"
        "write `/*` at the end"
    ResourceOfAnotherApi "resource-of-another-api" Warning
        "a resource of another API or stage than the one given in the options"
        "take the beginning of the ARN from the authorizer's `methodArn` or `routeArn`"
    RootWithoutSlash "root-without-slash" Warning
        "an ARN that ends in its method; that of the root path ends in a slash"
        "write a `/` at the end for the root, or `/*` for every path"
    MethodAny "method-any" Error
        "`ANY` for the method, which is a word of API Gateway's routes; in a policy it matches itself only"
        "write `*`"
    MethodLowerCase "method-lower-case" Error
        "a method that is not in capitals, which no request has"
        "write the method in capitals"
    MethodUnknown "method-unknown" Warning
        "something other than a method where a REST or HTTP API has the method"
        "write `api-id/stage/METHOD/path`; the stage of an HTTP API may be `$default`"
    RouteBehindMethod "route-behind-method" Warning
        "a route of a WebSocket API behind a method, which its ARNs do not have"
        "write `api-id/stage/$connect`"
    PathTemplate "path-template" Error
        "a path parameter such as `{id}`, `{proxy+}` or `:id`, which matches itself only"
        "write `*`"
    QueryInPath "query-in-path" Warning
        "a query string, which no method ARN has; `?` is any one character"
        "end the ARN with the path"
    DoubleSlash "double-slash" Warning
        "an empty segment, as from putting `/` and `/pets` together"
        "write one slash"
    StarCrossesSlashes "star-crosses-slashes" Suggestion
        "a `*` that neither ends a resource that is allowed nor stands in front of the method's name: it covers slashes, so deeper paths too"
        "name the segment, or deny the deeper paths"
    StarBehindText "star-behind-text" Suggestion
        "a `*` at the end of a word in a resource that is allowed: it covers longer words too"
        "write `/*` if what is below is meant"
    SlashAtEnd "slash-at-end" Suggestion
        "a slash at the end of a resource that is allowed: it covers the root, or paths that end in a slash, only"
        "write `/*` at the end if all that is below is meant"
    DenyRootOnly "deny-root-only" Warning
        "a denied or excepted `…/GET/`, which covers the root only, while paths below it are allowed"
        "write `/*` at the end"
    RedundantResource "redundant-resource" Suggestion
        "a resource that another one of the same list covers"
        "remove it, or the wider one if that is not meant"
    AllowMissesParent "allow-misses-parent" Suggestion
        "an allowed `…/pets/*`, which does not cover `…/pets`"
        "add the resource without `/*`, if it is meant too"
    DenyMissesParent "deny-misses-parent" Warning
        "a denied or excepted `…/admin/*` or `…/admin/`, which does not cover `…/admin`"
        "add the resource without what follows the word"
    DenyMissesChildren "deny-misses-children" Warning
        "a denied or excepted `…/admin`, which covers neither `…/admin/` nor what is below"
        "add the resource with `/*` at the end"
    DenyMissesHead "deny-misses-head" Warning
        "a denied or excepted resource of `GET` while `HEAD` of the same path is allowed: many routers, axum's among them, answer it with the handler for `GET`"
        "write `*` for the method, or add the resource with `HEAD`"
    OneMethodWhileCaching "one-method-while-caching" Warning
        "a policy that allows one method only while it is kept and used for other requests of the caller"
        "allow all that the caller may do, such as `…:api-id/stage/*`, or set the TTL to 0"
    EmptyCondition "empty-condition" Warning
        "a `Condition` or an operator without keys, so that the statement is applied without a condition"
        "write the condition that is meant, or remove it"
    EmptyValues "empty-values" Warning
        "a condition without values"
        "write the values that are meant, or remove the condition"
    UnknownConditionKey "unknown-condition-key" Warning
        "a condition key that API Gateway does not have"
        "use one of API Gateway's keys, or name those of the application in the lint's options"
    IamOnlyConditionKey "iam-only-condition-key" Warning
        "a condition key that only requests signed for IAM have"
        "decide this in the authorizer, which knows the caller"
    OperatorUnfitForKey "operator-unfit-for-key" Warning
        "an operator that does not compare the kind of value that the key has"
        "use the operators of the key's kind: addresses, dates, truth values, texts or ARNs"
    SetOperatorOnSingleValue "set-operator-on-single-value" Warning
        "`ForAllValues` or `ForAnyValue` on a key that has one value; `ForAllValues` holds without any"
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
        "a wildcard under an operator that has none"
        "use `StringLike` or `StringNotLike`"
    UnusableValue "unusable-value" Error
        "a value that is not of the operator's kind"
        "write a value of the operator's kind"
    ArnValueTooShort "arn-value-too-short" Error
        "a value of an ARN operator that is not an ARN of six parts, and so matches nothing"
        "write all six parts, with `*` where any will do"
    DateReadAsEpoch "date-read-as-epoch" Warning
        "a year by itself, which is read as seconds since 1970"
        "write `2026-01-01` or a whole date and time"
    DateInMilliseconds "date-in-milliseconds" Warning
        "a date in milliseconds, which is read as seconds: thousands of years from now"
        "write seconds since 1970, or a date such as `2026-01-01T00:00:00Z`"
    Ipv4Only "ipv4-only" Suggestion
        "IPv4 addresses only, in a list that a client who comes by IPv6 is not on"
        "add the IPv6 ranges that are meant, such as `::/0` beside `0.0.0.0/0`"
    VpcIdOfAnotherKind "vpc-id-of-another-kind" Error
        "the id of a VPC endpoint where that of a VPC is compared, or the reverse"
        "compare `vpc-…` with `aws:SourceVpc`, and `vpce-…` with `aws:SourceVpce`"
    HostBits "host-bits" Warning
        "an address range with bits behind its mask, which do not count"
        "write the first address of the range, or a longer mask"
    PrivateSourceAddress "private-source-address" Warning
        "a private address for `aws:SourceIp`, which has the public address of the caller"
        "write public addresses, or use `aws:VpcSourceIp`"
    VariablesInOldVersion "variables-in-old-version" Error
        "a policy variable in a policy whose `Version` has none: it is text"
        "set `Version` to `2012-10-17`"
    VariableInArnHead "variable-in-arn-head" Error
        "a policy variable before the resource part of an ARN, where there are none"
        "write the value or `*`"
    VariableUnclosed "variable-unclosed" Error
        "`${` without a `}`, which is text"
        "write the `}`, or `${$}{` if the text is meant"
    VariableMalformed "variable-malformed" Error
        "a policy variable without a name, with a blank in it, or with a default that is not in quotes"
        "write `${key}` or `${key, 'default'}`"
    VariableForeignSyntax "variable-foreign-syntax" Error
        "a variable of another language, such as `${stageVariables.x}`"
        "name a condition key, such as `${aws:SourceIp}`, or let the authorizer write the value"
    DenyWithVariable "deny-with-variable" Warning
        "a denied resource with a policy variable: if its key is absent or empty, the `Deny` does not apply"
        "state the `Deny` without the variable, or add a `Deny` on `Null` for its key"
    VariableWithoutValue "variable-without-value" Warning
        "a policy variable whose key has no value here, so that its text matches nothing"
        "give it a default, `${key, 'default'}`, or let the authorizer write the value"
}

/// As [`as_str`](LintCode::as_str).
impl fmt::Display for LintCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As [`as_str`](LintCode::as_str).
impl Serialize for LintCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
