//! Rewords the library's advice: it names functions of the library, and here it must name options of this command.

use std::fmt;

const WORDS: [(&str, &str); 11] = [
    (
        "`from_cloudformation_api` or `Template::api_named`",
        "`--logical-id ID`",
    ),
    ("`Template::parameter`", "`--parameter NAME=VALUE`"),
    ("`Template::include`", "`--include NAME=FILE`"),
    (
        "read a CloudFormation template with `from_cloudformation`",
        "pass the CloudFormation template",
    ),
    ("read the export with `from_openapi`", "pass the export"),
    (
        "put a layer that answers preflights (tower-http's `CorsLayer`) around this one",
        "add a route `OPTIONS /{proxy+}` without an authorizer, so that the server behind it can answer them",
    ),
    (
        "use `IdentitySources::none()` without a time to live (in an `AuthorizerConfig`: `authorizerResultTtlInSeconds` 0)",
        "set the result TTL to 0 (`authorizerResultTtlInSeconds`, in SAM `ReauthorizeEvery`)",
    ),
    (
        " (a Lambda authorizer is supplied with `authorizer(name, …)`)",
        " (for a Lambda authorizer, `--function NAME=TARGET` says who answers)",
    ),
    ("this crate", "this command"),
    // The place `/`, the whole document, says nothing useful.
    ("at `/`: ", ""),
    // Several errors become one sentence.
    ("problems:\n- ", "problems: "),
];

pub(crate) fn in_words_of_the_command(text: impl fmt::Display) -> String {
    let words = WORDS.iter();
    let text = words.fold(text.to_string(), |text, (theirs, ours)| {
        text.replace(theirs, ours)
    });
    let text = text.replace("\n- ", "; ");
    // The text continues with the name of the scheme.
    let confirmed = text.replace("`leave_unchecked(\"", "`--leave-unchecked ");
    if confirmed == text {
        text
    } else {
        confirmed.replace("\")`", "`")
    }
}
