//! Patterns without `?`.

use super::{
    Patterns, WorstCase, case, one,
    paths::{after, before, cycle, whole},
};

pub(super) fn cases() -> Vec<WorstCase> {
    vec![
        case(
            "120 x *a^k*b, no b",
            Patterns::Several(|bytes| nested("b", bytes)),
            |bytes| cycle("a", bytes),
        ),
        case(
            "120 x *a^k*b*, b first",
            Patterns::Several(|bytes| nested("b*", bytes)),
            |bytes| before("b", "a", bytes),
        ),
        case(
            "290 x *abc*abc*, abc once",
            Patterns::Several(|bytes| vec!["*abc*abc*".to_owned(); bytes / 28]),
            |bytes| before("abc", "xbc", bytes),
        ),
        case(
            "*(dbd*)^1024 ?c* and 160 others",
            Patterns::Several(|bytes| {
                let long = format!("*{}?c*", "dbd*".repeat(bytes / 8));
                let others = (0..bytes / 51).map(|number| format!("*z{number}*"));
                others.chain([long]).collect()
            }),
            |bytes| cycle("db", bytes),
        ),
        case(
            "160 x *z^31 e*, no e",
            Patterns::Several(|bytes| vec![format!("*{}e*", "z".repeat(31)); bytes / 52]),
            |bytes| cycle("z", bytes),
        ),
        one(
            "*a^4096b*, no b",
            |bytes| format!("*{}b*", "a".repeat(bytes / 2)),
            |bytes| cycle("a", bytes),
        ),
        one(
            "*a^4096b*, b every 4096",
            |bytes| format!("*{}b*", "a".repeat(bytes / 2)),
            |bytes| whole(&after("a", "b", bytes / 2), bytes),
        ),
        one(
            "(a*)^2048 b, no b",
            |bytes| format!("{}b", "a*".repeat(bytes / 4)),
            |bytes| cycle("a", bytes),
        ),
        one(
            "(a*)^2048 b, b last",
            |bytes| format!("{}b", "a*".repeat(bytes / 4)),
            |bytes| after("a", "b", bytes),
        ),
        one(
            "(a*)^2048 b*, no b",
            |bytes| format!("{}b*", "a*".repeat(bytes / 4)),
            |bytes| cycle("a", bytes),
        ),
        one(
            "*(ab*)^2730",
            |bytes| format!("*{}", "ab*".repeat(bytes / 3 - 1)),
            |bytes| cycle("ab", bytes),
        ),
        one(
            "*(a^89 b*)^45, twice as many a",
            |bytes| format!("*{}", whole(&format!("{}b*", "a".repeat(89)), bytes / 2)),
            |bytes| whole(&format!("{}b", "a".repeat(180)), bytes),
        ),
    ]
}

/// Patterns whose lengths are 1, 2, 3, …, 8 KB together.
fn nested(end: &str, bytes: usize) -> Vec<String> {
    let longest = (2 * bytes).isqrt() - 8;
    let patterns = (1..=longest).map(|length| format!("*{}*{end}", "a".repeat(length)));
    patterns.collect()
}
