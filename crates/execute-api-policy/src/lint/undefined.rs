//! What a language writes for a value that is not there.

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

/// The first part of an ARN, or segment of its resource, that stands for nothing.
pub(super) fn undefined_part(arn: &str) -> Option<&str> {
    let mut parts = arn.split([':', '/']);
    parts.find(|part| is_undefined(part))
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::resource;

    #[test]
    fn a_part_that_stands_for_nothing_is_found() {
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
