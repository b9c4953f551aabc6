//! What the figures may be.

use bench_harness::targets::Target;

use crate::{
    end_to_end::EndToEnd,
    figures::{self, GroupFigures},
    groups::{A_THOUSAND_STATEMENTS, CUSTOMISED, FRESH, FROM_FN, MOKA, TEN_STATEMENTS, THIS},
};

pub(crate) fn of_groups(groups: &[GroupFigures]) -> Vec<Target> {
    let of = |name| figures::of(groups, name);
    let mut targets = Vec::new();
    targets.extend(of("rejection").map(of_rejections).into_iter().flatten());
    targets.extend(of("hit-one").map(of_hits).into_iter().flatten());
    let hit = |group| of(group)?.time_above(THIS);
    let ratio = hit("hit-1k").zip(hit("hit-one"));
    let ratio = ratio.map(|(long, short)| long / short);
    targets.push(Target::at_most("hit_1k_token_over_40_bytes", ratio, 2.5));
    targets
}

fn of_rejections(figures: &GroupFigures) -> [Target; 3] {
    let time = |name| figures.row(name)?.nanoseconds;
    let ratio = |one, other| Some(time(one)? / time(other)?);
    let allocations = figures.allocations(THIS);
    [
        Target::at_most("reject_over_from_fn", ratio(THIS, FROM_FN), 1.5),
        Target::at_most("custom_reject_over_default", ratio(CUSTOMISED, THIS), 2.0),
        Target::at_most("refusal_allocations", allocations, 4.0),
    ]
}

/// Times and instructions above the bare service, the first row; allocations as they are.
fn of_hits(figures: &GroupFigures) -> [Target; 7] {
    let instructions =
        |target, row, bound| Target::at_most(target, figures.instructions_above(row), bound);
    let allocations = |target, row, bound| Target::at_most(target, figures.allocations(row), bound);
    let over_moka = figures.time_above(THIS).zip(figures.time_above(MOKA));
    let over_moka = over_moka.map(|(this, moka)| this / moka);
    [
        Target::at_most("hit_over_moka", over_moka, 0.40),
        instructions("hit_instructions", THIS, 1150.0),
        instructions("hit_10_instructions", TEN_STATEMENTS, 1300.0),
        instructions("hit_1000_instructions", A_THOUSAND_STATEMENTS, 1350.0),
        instructions("hit_fresh_instructions", FRESH, 1600.0),
        allocations("hit_allocations", THIS, 1.0),
        allocations("hit_fresh_allocations", FRESH, 3.0),
    ]
}

/// Instructions of a request over those of a request to the bare router.
pub(crate) fn of_end_to_end(measured: &EndToEnd) -> [Target; 2] {
    [
        Target::at_most("end_to_end_hit", measured.over_bare("hit"), 1.08),
        Target::at_most("end_to_end_refusal", measured.over_bare("refusal"), 0.85),
    ]
}
