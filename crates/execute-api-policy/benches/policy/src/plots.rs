//! The evaluation as a picture, in `benches/plots/`.

use bench_harness::plots::{self, Line};

use crate::evaluation::Row;

pub(crate) fn draw(rows: &[Row]) {
    let names = rows.first().map(|row| &row.times[..]).unwrap_or_default();
    let lines = names.iter().map(|(name, _)| Line {
        name: (*name).to_owned(),
        points: rows.iter().filter_map(|row| point(row, name)).collect(),
        ours: *name == "this crate",
    });
    let lines: Vec<_> = lines.collect();
    let title = "Evaluating a policy: nanoseconds by the number of statements";
    plots::lines("evaluation.svg", title, "statements", &lines);
}

fn point(row: &Row, name: &str) -> Option<(f64, f64)> {
    Some((row.statements as f64, row.time(name)?))
}
