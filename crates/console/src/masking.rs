//! Masks the credentials of a request in many texts at once.

/// Texts are masked together, because the request's credentials are collected anew for each.
const TOGETHER: usize = 32 * 1024;

/// Stands between texts that are masked together.
const BETWEEN: char = '\0';

/// Masks each text.
pub(crate) fn mask_all(texts: Vec<&mut String>, mask: &dyn Fn(&str) -> String) {
    let (mut batch, mut length) = (Vec::new(), 0);
    for text in texts {
        if length + text.len() > TOGETHER {
            mask_batch(&mut batch, mask);
            length = 0;
        }
        length += text.len() + 1;
        batch.push(text);
    }
    mask_batch(&mut batch, mask);
}

/// A credential that contains the separator could remove one. Then each text is masked by itself.
fn mask_batch(batch: &mut Vec<&mut String>, mask: &dyn Fn(&str) -> String) {
    let texts: Vec<_> = batch.iter().map(|text| text.as_str()).collect();
    let joined = texts.join(&BETWEEN.to_string());
    let masked = mask(&joined);
    let is_whole = masked.split(BETWEEN).count() == batch.len()
        && joined.matches(BETWEEN).count() + 1 == batch.len();
    match is_whole {
        true => {
            let masked = masked.split(BETWEEN);
            for (text, masked) in batch.drain(..).zip(masked) {
                if text != masked {
                    masked.clone_into(text);
                }
            }
        }
        false => {
            for text in batch.drain(..) {
                *text = mask(text);
            }
        }
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
    fn a_credential_with_the_separator_mixes_nothing_up() {
        let secret = "a\0b";
        assert_eq!(masked(&["xa", "by", "z"], secret), ["xa", "by", "z"]);
        assert_eq!(masked(&["xa\0by", "z"], secret), ["x***y", "z"]);
        // One separator less between the texts, one more in the mask's own.
        assert_eq!(masked(&["a", "b", "a\0b\0"], secret), ["a", "b", "***\0"]);
    }

    #[test]
    fn long_texts_are_masked_in_several_batches() {
        let long = format!("{}s3cret", "x".repeat(TOGETHER - 3));
        let texts = masked(&[&long, "s3cret", &long], "s3cret");
        assert!(texts.iter().all(|text| text.ends_with("***")));
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
