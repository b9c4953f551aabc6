//! Finds names that look as if they guarded something, in any spelling.

use super::{error::DefinitionError, node::Node, quoting::quoted};

/// How they begin in API Gateway's own extensions, reduced to letters and digits in lower case.
const EXTENSION: &str = "xamazonapigatewayauth";

/// How others begin, in the same form.
const WORDS: [&str; 2] = ["authoris", "authoriz"];

/// All other names, in the same form.
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

/// The most letters of a name that are compared.
const MAX_LETTERS: usize = 60;

fn looks_like_guard(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain = letters.take(MAX_LETTERS).map(|c| c.to_ascii_lowercase());
    let plain: String = plain.collect();
    let begins = |word: &str| plain.starts_with(word);
    let is_path = name.starts_with('/');
    !is_path && (begins(EXTENSION) || WORDS.into_iter().any(begins) || NAMES.contains(&&*plain))
}

/// Refuses such members unless their names are allowed here. Their author does not expect an open operation.
pub(super) fn refuse_unread(
    node: &Node<'_>,
    allowed: &[&str],
    remedy: &str,
) -> Result<(), DefinitionError> {
    for (name, member) in node.each_member() {
        if !allowed.contains(&name) && looks_like_guard(name) {
            return Err(member.error(format!(
                "nothing here reads {}, so it guards nothing; {remedy}",
                quoted(name)
            )));
        }
    }
    Ok(())
}
