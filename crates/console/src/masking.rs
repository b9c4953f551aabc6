//! Masks the credentials of a request in many texts at once.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use serde_json::Value;

/// Texts up to this size are masked together, because each call collects the request's credentials again.
const TOGETHER: usize = 32 * 1024;

/// Stands between texts that are masked together. A client cannot know it, so it is in no credential.
static BETWEEN: LazyLock<String> =
    LazyLock::new(|| format!("\0{:016x}\0", RandomState::new().hash_one(0)));

/// Replaces a text if a request has too many credentials.
const ALL: &str = "***";

/// Masks each text.
pub(crate) fn mask_all(texts: Vec<&mut String>, mask: &dyn Fn(&str) -> String) {
    let (mut batch, mut length) = (Vec::new(), 0);
    for text in texts {
        if length + text.len() > TOGETHER {
            mask_batch(&mut batch, mask);
            length = 0;
        }
        length += text.len() + BETWEEN.len();
        batch.push(text);
    }
    mask_batch(&mut batch, mask);
}

/// If a separator is lost, because a credential happens to be part of it, each text is masked by itself.
fn mask_batch(batch: &mut Vec<&mut String>, mask: &dyn Fn(&str) -> String) {
    let between = BETWEEN.as_str();
    let texts: Vec<_> = batch.iter().map(|text| text.as_str()).collect();
    let joined = texts.join(between);
    let masked = mask(&joined);
    let count = |text: &str| text.split(between).count();
    if count(&joined) == batch.len() && count(&masked) == batch.len() {
        for (text, masked) in batch.drain(..).zip(masked.split(between)) {
            if text != masked {
                masked.clone_into(text);
            }
        }
    } else if masked == ALL {
        batch.drain(..).for_each(|text| ALL.clone_into(text));
    } else {
        batch.drain(..).for_each(|text| *text = mask(text));
    }
}

/// JSON without the values of members whose names say that they are secret. `None` if it has none. An HTTP API's context
/// may be nested.
pub(crate) fn without_secret_members(text: &str) -> Option<String> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let mut value: Value = serde_json::from_str(text).ok()?;
    mask_members(&mut value).then(|| value.to_string())
}

/// Masks the secret members. Returns whether there was one.
fn mask_members(value: &mut Value) -> bool {
    let mask = |(name, value): (&String, &mut Value)| {
        if is_secret(name) {
            *value = Value::from(ALL);
            true
        } else {
            mask_members(value)
        }
    };
    // Each one is masked, so neither stops at the first.
    match value {
        Value::Array(items) => items.iter_mut().map(mask_members).fold(false, |a, b| a | b),
        Value::Object(members) => members.iter_mut().map(mask).fold(false, |a, b| a | b),
        _ => false,
    }
}

/// Whether a name says that its value is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    const SECRETS: [&str; 8] = [
        "apikey",
        "cookie",
        "credential",
        "jwt",
        "passw",
        "secret",
        "session",
        "token",
    ];
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.collect::<String>().to_ascii_lowercase();
    SECRETS.iter().any(|secret| letters.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(texts: &[&str], secret: &str) -> Vec<String> {
        let mut texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
        mask_all(texts.iter_mut().collect(), &|text| {
            text.replace(secret, "***")
        });
        texts
    }

    #[test]
    fn each_text_is_masked() {
        assert_eq!(
            masked(&["a-s3cret", "", "s3cret"], "s3cret"),
            ["a-***", "", "***"]
        );
        assert_eq!(masked(&[], "s3cret"), [""; 0]);
    }

    #[test]
    fn texts_are_not_mixed_up() {
        // A credential that is in the separator, and one that swallows a separator.
        let between = BETWEEN.as_str();
        assert_eq!(
            masked(&["xa", "by", "z"], &between[2..8]),
            ["xa", "by", "z"]
        );
        let secret = format!("a{between}b");
        assert_eq!(masked(&["xa", "by", "z"], &secret), ["xa", "by", "z"]);
        assert_eq!(
            masked(&[&format!("x{secret}"), "y"], &secret),
            ["x***", "y"]
        );
        // A text that looks like two texts.
        assert_eq!(
            masked(&[&format!("s3cret{between}"), "y"], "s3cret"),
            [&format!("***{between}"), "y"]
        );
    }

    #[test]
    fn a_request_with_too_many_credentials_is_asked_about_once() {
        let asked = std::cell::Cell::new(0);
        let mut texts: Vec<_> = ["a", "b", "c"].map(str::to_owned).into();
        mask_all(texts.iter_mut().collect(), &|_| {
            asked.set(asked.get() + 1);
            ALL.to_owned()
        });
        assert_eq!((texts, asked.get()), (vec![ALL.to_owned(); 3], 1));
    }

    #[test]
    fn long_texts_are_masked_in_several_batches() {
        let long = format!("{}s3cret", "x".repeat(TOGETHER - 3));
        let texts = masked(&[&long, "s3cret", &long], "s3cret");
        assert!(texts.iter().all(|text| text.ends_with("***")));
    }

    /// The library looks for credentials in the first 65,536 characters only.
    #[test]
    fn many_short_texts_are_masked_together() {
        let mut texts = vec!["a".to_owned(); 20_000];
        let asked = std::cell::Cell::new(0);
        mask_all(texts.iter_mut().collect(), &|text| {
            asked.set(asked.get() + 1);
            text.chars().take(65_536).collect()
        });
        assert!(asked.get() < 20, "{} times", asked.get());
    }

    #[test]
    fn secrets_in_json_are_masked() {
        for (text, masked) in [
            (
                r#"{"plan":"gold","tokens":[{"accessToken":"s3cret","n":1}]}"#,
                Some(r#"{"plan":"gold","tokens":"***"}"#),
            ),
            (
                r#"[{"password":{"a":1}},{"session_id":7}]"#,
                Some(r#"[{"password":"***"},{"session_id":"***"}]"#),
            ),
            (r#"{"plan":"gold"}"#, None),
            ("token", None),
            ("{token", None),
        ] {
            assert_eq!(without_secret_members(text).as_deref(), masked, "{text}");
        }
    }

    #[test]
    fn names_of_secrets_are_recognised() {
        for name in ["accessToken", "API-Key", "session_id", "PASSWORD"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["plan", "tenant", "monkey"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
