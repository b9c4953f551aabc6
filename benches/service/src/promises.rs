//! What the figures may be.

use bench_harness::targets::Target;

use crate::{
    figures::{Figures, above, row, time},
    groups::{A_THOUSAND_STATEMENTS, CUSTOMISED, FRESH, FROM_FN, MOKA, TEN_STATEMENTS, THIS},
};

pub(crate) fn of_rejections(figures: &[Figures]) -> [Target; 2] {
    let ratio = |one, other| Some(time(figures, one)? / time(figures, other)?);
    [
        Target::at_most("reject_over_from_fn", ratio(THIS, FROM_FN), 1.5),
        Target::at_most("custom_reject_over_default", ratio(CUSTOMISED, THIS), 2.0),
    ]
}

/// Times and instructions above the bare service, the first row; allocations as they are.
pub(crate) fn of_hits(figures: &[Figures]) -> [Target; 6] {
    let instructions = |name| {
        let bare = figures.first()?.instructions?;
        Some(row(figures, name)?.instructions? - bare)
    };
    let allocations = |name| Some(row(figures, name)?.allocations);
    let ratio = above(figures, THIS).zip(above(figures, MOKA));
    let ratio = ratio.map(|(this, moka)| this / moka);
    [
        Target::at_most("hit_over_moka", ratio, 0.45),
        Target::at_most("hit_instructions", instructions(THIS), 1100.0),
        Target::at_most("hit_10_instructions", instructions(TEN_STATEMENTS), 1600.0),
        Target::at_most(
            "hit_1000_instructions",
            instructions(A_THOUSAND_STATEMENTS),
            1900.0,
        ),
        Target::at_most("hit_allocations", allocations(THIS), 1.0),
        Target::at_most("hit_fresh_allocations", allocations(FRESH), 3.0),
    ]
}

pub(crate) fn of_long_tokens(groups: &[(&str, Vec<Figures>)]) -> Target {
    let hit = |name| {
        let (_, figures) = groups.iter().find(|(group, _)| *group == name)?;
        above(figures, THIS)
    };
    let ratio = hit("hit-1k").zip(hit("hit-one"));
    let ratio = ratio.map(|(long, short)| long / short);
    Target::at_most("hit_1k_token_over_40_bytes", ratio, 2.5)
}
