//! Texts of limited length.

/// Cuts a text after this many bytes, and marks the cut with an ellipsis.
pub(crate) fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let mut end = most;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

/// A text that is cut if it is longer.
pub(crate) fn bounded(text: &str, most: usize) -> String {
    let beginning = text
        .char_indices()
        .map(|(at, character)| at + character.len_utf8());
    let end = beginning.take_while(|end| *end <= most).last().unwrap_or(0);
    if text.len() <= most {
        text.to_owned()
    } else {
        format!("{}…", text.get(..end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_whole() {
        for most in 0..8 {
            let text = "a€b€".to_owned();
            let mut shortened = text.clone();
            cut(&mut shortened, most);
            assert_eq!(shortened, bounded(&text, most));
            let kept = shortened.trim_end_matches('…');
            assert!(text.starts_with(kept) && kept.len() <= most, "{shortened}");
        }
        assert_eq!(bounded("a€b€", 8), "a€b€");
        assert_eq!(bounded("a€b€", 5), "a€b…");
    }
}
