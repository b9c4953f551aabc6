//! Assertions on a policy for whole ranges of paths.

mod claim;
mod samples;

use self::claim::{Claim, Decider, check};
use crate::{api::Api, api_type::ApiType, policy::PolicyDocument};

/// Asserts that the policy allows all of these methods and paths of the API.
///
/// Methods and paths are written as for [`PolicyBuilder::allow`](crate::policy::PolicyBuilder::allow). In a path, `*`
/// stands for any characters, including slashes, and `?` for one character. The method `*` stands for every method.
///
/// Each range is checked with sample paths: with nothing, a short text and a long text in place of `*`, and with those
/// paths of the range that the policy's own entries match. So the assertion finds exceptions within a range, and its
/// message gives an example.
///
/// The samples are decided like requests to a layer of this type of API with default settings. So a `Deny` covers each
/// spelling of a path. Samples that the layer refuses with any policy are left out. Samples in which `*` makes an empty
/// segment or a `;` are left out, too, because a wildcard in an `Allow` [does not cover](crate::AmbiguousPaths::Refuse) them.
/// The paths of an HTTP API are decoded. A WebSocket API asks its policies about `$connect` only, for every method and path.
///
/// No condition key has a value here. So an `Allow` with a condition allows nothing, and an entry with a policy
/// variable matches nothing.
///
/// ```
/// use tower_lambda_authorizer::{Api, ApiType, policy::PolicyBuilder, testing::assert_policy_covers};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets").also("GET", "/pets/*").build()?;
/// assert_policy_covers(&policy, &api, ApiType::Rest, [("GET", "/pets"), ("GET", "/pets/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// Panics if the policy does not allow one of them. The message lists each, with an example and the reason. It also panics if
/// the list is empty.
#[track_caller]
pub fn assert_policy_covers<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let layer = Decider::by_default(api, api_type);
    check(policy, layer, methods_and_paths, Claim::Covers);
}

/// Asserts the same for a layer with [`AmbiguousPaths::IgnoreCase`](crate::AmbiguousPaths::IgnoreCase).
///
/// What the policy excludes in another case of its letters is not covered either. The paths are checked in the case in
/// which they are written, because an `Allow` covers no other one.
///
/// ```
/// use tower_lambda_authorizer::{
///     Api, ApiType, policy::PolicyBuilder, testing::assert_policy_covers_ignoring_case,
/// };
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets/*").deny("GET", "/PETS/secret").build()?;
/// assert_policy_covers_ignoring_case(&policy, &api, ApiType::Rest, [("GET", "/pets/7"), ("GET", "/pets/public/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// Panics like [`assert_policy_covers`] does.
#[track_caller]
pub fn assert_policy_covers_ignoring_case<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let layer = Decider::by_default(api, api_type).ignoring_case();
    check(policy, layer, methods_and_paths, Claim::Covers);
}

/// Asserts that the policy allows none of these methods and paths of the API, explicitly or implicitly.
///
/// Methods and paths are written as for [`assert_policy_covers`]. If a policy allows a part of a range, both assertions
/// fail.
///
/// What a layer with default settings refuses whatever the policy says counts as denied. With
/// [`AmbiguousPaths::AsReceived`](crate::AmbiguousPaths::AsReceived), the policy alone decides about it.
///
/// ```
/// use tower_lambda_authorizer::{Api, ApiType, policy::PolicyBuilder, testing::assert_policy_denies};
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/pets/*").build()?;
/// assert_policy_denies(&policy, &api, ApiType::Rest, [("GET", "/pets"), ("DELETE", "/*"), ("*", "/admin/*")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// Panics if the policy allows one of them. The message lists each, with an example and the reason. It also panics if the list
/// is empty.
#[track_caller]
pub fn assert_policy_denies<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let layer = Decider::by_default(api, api_type);
    check(policy, layer, methods_and_paths, Claim::Denies);
}

/// Asserts that the policy allows none of these methods and paths in any case of their letters, for a layer with
/// [`AmbiguousPaths::IgnoreCase`](crate::AmbiguousPaths::IgnoreCase).
///
/// If the policy allows `/Admin`, it does not deny `/admin`: the service takes both for the same.
///
/// ```
/// use tower_lambda_authorizer::{
///     Api, ApiType, policy::PolicyBuilder, testing::assert_policy_denies_ignoring_case,
/// };
///
/// let api = Api::default();
/// let policy = PolicyBuilder::for_api(&api).allow("GET", "/*").deny("GET", "/admin").build()?;
/// assert_policy_denies_ignoring_case(&policy, &api, ApiType::Rest, [("GET", "/ADMIN")]);
/// # Ok::<(), tower_lambda_authorizer::policy::InvalidPolicy>(())
/// ```
///
/// # Panics
///
/// Panics like [`assert_policy_denies`] does.
#[track_caller]
pub fn assert_policy_denies_ignoring_case<'t>(
    policy: &PolicyDocument,
    api: &Api,
    api_type: ApiType,
    methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
) {
    let layer = Decider::by_default(api, api_type).ignoring_case();
    check(policy, layer, methods_and_paths, Claim::Denies);
}
