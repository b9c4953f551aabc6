use super::*;

#[test]
fn stars_match_any_text_and_question_marks_one_character() {
    for (pattern, text, matches) in [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("a", "a", true),
        ("a", "ab", false),
        ("?", "", false),
        ("?", "é", true),
        ("a*", "a", true),
        ("*a", "ba", true),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        ("a**b", "a/x:b", true),
        ("?*", "x", true),
        ("?*", "", false),
        ("*b?d*", "abcde", true),
        ("*b?d*", "abce", false),
        ("*a?b*a?b*", "a1ba2b", true),
        ("*a?b*a?b*", "a1b2b", false),
        ("*a?a*", "aba", true),
        ("x*??", "xyz", true),
        ("x*??", "xy", false),
        ("*ab*abc*c", "ababcc", true),
        ("*ab*abc*c", "ababc", false),
        ("a\nb", "a\nb", true),
        ("a*b", "a\n\nb", true),
        (".", "x", false),
        ("[ab]", "a", false),
    ] {
        assert_eq!(
            Wildcard::new(pattern).matches(text),
            matches,
            "{pattern} {text}"
        );
    }
}

/// The textbook matcher, which is simple enough to be obviously correct.
fn reference(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| reference(rest, &text[skip..])),
        Some((wanted, rest)) => text.split_first().is_some_and(|(found, text)| {
            (*wanted == '?' || wanted == found) && reference(rest, text)
        }),
    }
}

#[test]
fn equals_the_textbook_matcher_for_every_short_pattern_and_text() {
    let words = |letters: &[char], length: u32| {
        let letters = letters.to_vec();
        (0..(letters.len() as u32).pow(length))
            .map(move |mut number| {
                let mut letter = || {
                    let letter = letters[number as usize % letters.len()];
                    number /= letters.len() as u32;
                    letter
                };
                (0..length).map(|_| letter()).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    let texts: Vec<_> = (0..=6)
        .flat_map(|length| words(&['a', 'b'], length))
        .collect();
    for pattern in (0..=5).flat_map(|length| words(&['a', 'b', '*', '?'], length)) {
        let compiled = Wildcard::new(&pattern.iter().collect::<String>());
        for text in &texts {
            let joined: String = text.iter().collect();
            assert_eq!(
                compiled.matches(&joined),
                reference(&pattern, text),
                "{pattern:?} {joined}"
            );
        }
    }
}

#[test]
fn a_gapped_piece_may_be_longer_than_a_machine_word() {
    let piece = format!("{}?{}", "a".repeat(100), "b".repeat(100));
    let pattern = Wildcard::new(&format!("*{piece}*"));
    let text = format!("aaa{}x{}bbb", "a".repeat(100), "b".repeat(100));
    assert!(pattern.matches(&text));
    assert!(!pattern.matches(&text.replace('x', "xx")));
}
