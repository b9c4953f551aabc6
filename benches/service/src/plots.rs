//! The figures as pictures, in `benches/plots/`.

use bench_harness::plots::{self, Bar};

use crate::{
    end_to_end::{EndToEnd, ROWS},
    figures::{self, GroupFigures},
    groups::{MOKA, THIS},
};

pub(crate) fn draw(groups: &[GroupFigures], end_to_end: &EndToEnd) {
    if let Some(figures) = figures::of(groups, "hit-one") {
        hits(figures);
    }
    requests(end_to_end);
}

/// Instructions, because they repeat; times are in the table.
fn hits(figures: &GroupFigures) {
    let rows = figures.rows.iter().skip(1);
    let bars = rows.filter_map(|row| {
        let name = match row.name {
            name @ (THIS | MOKA) => name.to_owned(),
            name => format!("{THIS}, {name}"),
        };
        Some(Bar {
            name,
            value: figures.instructions_above(row.name)?,
            ours: row.name != MOKA,
        })
    });
    let title = "A cache hit: instructions above the bare service";
    plots::bars("hit.svg", title, &bars.collect::<Vec<_>>());
}

fn requests(measured: &EndToEnd) {
    let bars = ROWS.iter().filter_map(|row| {
        Some(Bar {
            name: row.title.to_owned(),
            value: measured.instructions(row.name)?,
            ours: row.title.starts_with(THIS),
        })
    });
    let title = "A request to a hyper server with an axum router: instructions";
    plots::bars("end-to-end.svg", title, &bars.collect::<Vec<_>>());
}
