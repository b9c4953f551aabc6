//! Patterns with `?`. Most rows are made against one step of the search for a piece between two stars.

use super::{
    Patterns, WorstCase, case, one,
    paths::{after, before, cycle, letters, random, whole},
};

pub(super) fn cases() -> Vec<WorstCase> {
    [long_pieces(), many_pieces(), variables(), several()].concat()
}

/// One piece, usually of half the path. Half of all places are then candidates for its start.
fn long_pieces() -> Vec<WorstCase> {
    vec![
        one("*(ab?)^k c*, no c", abc, |bytes| cycle("aba", bytes)),
        one("*(ab?)^k c*, c last", abc, |bytes| after("aba", "c", bytes)),
        one("*(ab?)^k c*, c everywhere", abc, |bytes| {
            cycle("abc", bytes)
        }),
        one(
            "*a^4096?*, b every 4096",
            |bytes| format!("*{}?*", "a".repeat(bytes / 2)),
            |bytes| whole(&after("a", "b", bytes / 2), bytes),
        ),
        one(
            "*a^6144?*, b every 6144",
            |bytes| format!("*{}?*", "a".repeat(bytes * 3 / 4)),
            |bytes| cycle(&after("a", "b", bytes * 3 / 4), bytes),
        ),
        one(
            "*?(ab)^4000 c*, no c",
            |bytes| format!("*?{}c*", cycle("ab", bytes - bytes / 50)),
            |bytes| cycle("ab", bytes),
        ),
        one(
            "8 letters in turn, last wrong",
            |bytes| last_wrong("abcdefgh", bytes / 2),
            |bytes| cycle("abcdefgh", bytes),
        ),
        one(
            "64 letters in turn, last wrong",
            |bytes| last_wrong(&letters(64), bytes / 2),
            |bytes| cycle(&letters(64), bytes),
        ),
        one(
            "200 letters in turn, last wrong",
            |bytes| last_wrong(&letters(200), bytes / 2),
            |bytes| cycle(&letters(200), bytes),
        ),
        one(
            "1900 letters in turn, last wrong",
            |bytes| last_wrong(&letters(1_900), bytes / 2),
            |bytes| cycle(&letters(1_900), bytes),
        ),
        one(
            "*x?a^500?^3500x*, 8 x",
            |bytes| {
                let (letters, gaps) = (bytes / 16 - 10, bytes / 2 - bytes / 16);
                format!("*x?{}{}x*", "a".repeat(letters), "?".repeat(gaps))
            },
            |bytes| {
                let marked = cycle(&after("a", "x", bytes / 16), bytes / 2);
                before(&marked, "a", bytes)
            },
        ),
        one(
            "4096 random letters, others",
            |bytes| format!("*{}?c*", random(bytes / 2, 1)),
            |bytes| after(&random(bytes, 2), "c", bytes),
        ),
        one(
            "*\u{e9}^2048?b*, b last",
            |bytes| format!("*{}?b*", cycle("\u{e9}", bytes / 2)),
            |bytes| after("\u{e9}", "b", bytes),
        ),
    ]
}

/// The same piece again and again. Its length decides which algorithm finds it.
fn many_pieces() -> Vec<WorstCase> {
    vec![
        one(
            "*(a?*)^2730",
            |bytes| format!("*{}", "a?*".repeat(bytes / 3 - 1)),
            |bytes| cycle("ab", bytes),
        ),
        one(
            "*(?ab*)^2047",
            |bytes| format!("*{}", "?ab*".repeat(bytes / 4 - 1)),
            |bytes| cycle("bab", bytes),
        ),
        one("*(a?b*)^k, aaaaab", pieces::<3>, tries::<3>),
        one("*(a^7?b*)^k, a^11 b", pieces::<9>, tries::<9>),
        one("*(a^15?b*)^k, a^19 b", pieces::<17>, tries::<17>),
        one("*(a^62?b*)^k, a^66 b", pieces::<64>, tries::<64>),
        one("*(a^126?b*)^k, a^130 b", pieces::<128>, tries::<128>),
        one("*(a^127?b*)^k, a^131 b", pieces::<129>, tries::<129>),
        one("*(a^198?b*)^k, a^202 b", pieces::<200>, tries::<200>),
        one(
            "*(a^127?b*)^31, a^257",
            |bytes| pieces::<129>(bytes / 2),
            |bytes| whole(&after("a", "b", 258), bytes),
        ),
        one(
            "*(a^498?b*)^8, a^1000",
            |bytes| pieces::<500>(bytes / 2),
            |bytes| whole(&after("a", "b", 1_000), bytes),
        ),
    ]
}

/// Pieces that are made for each request, because they have a variable. The request has no value for it.
fn variables() -> Vec<WorstCase> {
    vec![
        one(
            "*(ab?)^k ${v}*, c everywhere",
            |bytes| format!("*{}${{a:v, 'c'}}*", whole("ab?", bytes / 2)),
            |bytes| cycle("abc", bytes),
        ),
        one(
            "*(a?${v}*)^k, aaaaab",
            |bytes| format!("*{}", whole("a?${a:v, 'b'}*", bytes - 1)),
            |bytes| whole("aaaaab", bytes),
        ),
        one(
            "64 letters and ${v}, last wrong",
            |bytes| {
                format!(
                    "*{}${{a:v, 'c'}}*",
                    last_wrong(&letters(64), bytes / 2).trim_matches('*')
                )
            },
            |bytes| cycle(&letters(64), bytes),
        ),
    ]
}

/// Many patterns, each of which searches the path anew.
fn several() -> Vec<WorstCase> {
    vec![
        case(
            "340 x *a?b*, no b",
            Patterns::Several(|bytes| vec!["*a?b*".to_owned(); bytes / 24]),
            |bytes| cycle("a", bytes),
        ),
        case(
            "50 x *a^140?b*, no b",
            Patterns::Several(|bytes| vec![format!("*{}?b*", "a".repeat(140)); bytes / 164]),
            |bytes| cycle("a", bytes),
        ),
        case(
            "90 x *a^31?a^k*, b every 64",
            Patterns::Several(|bytes| {
                let after = (0..bytes / 85).map(|number| "a".repeat(32 + number % 16));
                let patterns = after.map(|after| format!("*{}?{after}*", "a".repeat(31)));
                patterns.collect()
            }),
            |bytes| cycle(&after("a", "b", 64), bytes),
        ),
        case(
            "240 x *a?b?c?d*, abcd in turn",
            Patterns::Several(|bytes| vec!["*a?b?c?d*".to_owned(); bytes / 28]),
            |bytes| cycle("abcd", bytes),
        ),
    ]
}

fn abc(bytes: usize) -> String {
    format!("*{}c*", whole("ab?", bytes / 2))
}

/// A pattern for a part of a text of these letters in turn, with one gap. Only its last letter does not fit.
fn last_wrong(turn: &str, bytes: usize) -> String {
    let mut piece: Vec<_> = cycle(turn, bytes).chars().collect();
    let (middle, last) = (piece.len() / 2, piece.len() - 1);
    piece[last] = piece[last - 2];
    piece[middle] = '?';
    format!("*{}*", piece.into_iter().collect::<String>())
}

/// Pieces of so many characters. A path of the same number of bytes has as many texts for them to be tried on.
fn pieces<const LENGTH: usize>(bytes: usize) -> String {
    let piece = format!("{}?b*", "a".repeat(LENGTH - 2));
    format!("*{}", piece.repeat(bytes / (LENGTH + 3)))
}

/// Each piece fits only at the fourth place that is tried.
fn tries<const LENGTH: usize>(bytes: usize) -> String {
    whole(&after("a", "b", LENGTH + 3), bytes)
}
