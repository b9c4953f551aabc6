//! Names that look as if they guarded something, however they are spelled.

use super::{
    error::{DefinitionError, quoted},
    node::Node,
};

/// What they begin with in API Gateway's own extensions, as letters and digits alone, in lower case.
const EXTENSION: &str = "xamazonapigatewayauth";

/// What others begin with, in the same form.
const WORDS: [&str; 2] = ["authoris", "authoriz"];

/// All others, in the same form.
const NAMES: [&str; 18] = [
    "apikeyrequired",
    "auth",
    "authtype",
    "defaultauthorizer",
    "enableiamauthorizer",
    "overrideapiauth",
    "securities",
    "security",
    "securityrequirement",
    "securityrequirements",
    "securityscheme",
    "securityschemes",
    "xamazonapigatewayapikeyrequired",
    "xamazonapigatewayapikey",
    "xamazonapigatewaypolicy",
    "xamazonapigatewayresourcepolicy",
    "xamazonapigatewaysecurity",
    "xamazonapigatewaysecurityschemes",
];

/// The longest name that can be one of them, with the characters that do not count.
const MAX_LETTERS: usize = 60;

fn looks_like_guard(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain = letters.take(MAX_LETTERS).map(|c| c.to_ascii_lowercase());
    let plain: String = plain.collect();
    let begins = |word: &str| plain.starts_with(word);
    let is_path = name.starts_with('/');
    !is_path && (begins(EXTENSION) || WORDS.into_iter().any(begins) || NAMES.contains(&&*plain))
}

/// Refuses such members, unless their names are allowed here: the author of them does not expect an open operation.
pub(super) fn check(
    node: &Node<'_>,
    allowed: &[&str],
    remedy: &str,
) -> Result<(), DefinitionError> {
    for (name, member) in node.each_member() {
        if !allowed.contains(&name) && looks_like_guard(name) {
            return Err(member.error(format!(
                "nothing reads {} here, so it would guard nothing; {remedy}",
                quoted(name)
            )));
        }
    }
    Ok(())
}
