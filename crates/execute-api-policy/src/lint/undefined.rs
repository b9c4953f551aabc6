//! Finds the text of a missing value, as programming languages format it.

const NOTHING: [&str; 7] = [
    "undefined",
    "null",
    "None",
    "NaN",
    "nil",
    "<nil>",
    "[object Object]",
];

pub(super) fn is_undefined(part: &str) -> bool {
    NOTHING.contains(&part)
}

/// The first part of an ARN, or segment of its resource, that is the text of a missing value.
pub(super) fn undefined_part(arn: &str) -> Option<&str> {
    let mut parts = arn.split([':', '/']);
    parts.find(|part| is_undefined(part))
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::resource;

    #[test]
    fn the_text_of_a_missing_value_is_found() {
        let head = "arn:aws:execute-api:eu-west-1";
        for rest in [
            "undefined:undefined/undefined/GET/books",
            "123456789012:abc/undefined/*",
            "123456789012:abc/prod/GET/users/null",
            "123456789012:abc/prod/GET/users/None/pets",
            "None:*",
        ] {
            let found = resource(&format!("{head}:{rest}"));
            assert_eq!(found, ["resource-undefined-part"], "{rest}");
        }
        for clean in ["users/nullable", "undefined-behaviour", "users/nan"] {
            let found = resource(&format!("{head}:123456789012:abc/prod/GET/{clean}"));
            assert!(found.is_empty(), "{clean}: {found:?}");
        }
    }
}
