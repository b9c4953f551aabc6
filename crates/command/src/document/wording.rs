//! The library's advice names its functions. Here, options do the same.

use std::fmt;

const WORDS: [(&str, &str); 4] = [
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
];

pub(crate) fn in_words_of_the_command(text: impl fmt::Display) -> String {
    let words = WORDS.iter();
    words.fold(text.to_string(), |text, (theirs, ours)| {
        text.replace(theirs, ours)
    })
}
