//! A chart of the calls over the time to live.

use std::{error::Error, path::Path};

use plotters::prelude::*;

use crate::{fleet::Fleet, model::predict};

/// Draws the calls per second with a store and without one, for times to live from one second to an hour.
///
/// # Errors
///
/// Returns an error if the file cannot be written.
pub fn draw(fleet: &Fleet, file: &Path) -> Result<(), Box<dyn Error>> {
    let calls = |no_store| -> Vec<(f64, f64)> {
        let at = |step: u32| {
            let ttl = 3_600_f64.powf(f64::from(step) / 60.0);
            let fleet = Fleet {
                ttl,
                no_store,
                ..fleet.clone()
            };
            (ttl, predict(&fleet).steady.calls.max(1e-6))
        };
        (0..=60).map(at).collect()
    };
    let (with, without) = (calls(false), calls(true));
    let values = with.iter().chain(&without).map(|(_, calls)| *calls);
    let (least, most) = values.fold((f64::MAX, 0.0_f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    let area = SVGBackend::new(file, (760, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    let title = format!(
        "{} instances, {} identities",
        fleet.instances, fleet.identities
    );
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(
            (1.0..3_600.0).log_scale(),
            (least * 0.8..most * 1.2).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("time to live in seconds")
        .y_desc("calls per second")
        .draw()?;
    let lines = [
        ("shared store", with, RGBColor(0x1f, 0x5f, 0xa8)),
        ("no store", without, RGBColor(0x9a, 0xa5, 0xb1)),
    ];
    for (name, points, color) in lines {
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
    }
    chart.configure_series_labels().border_style(BLACK).draw()?;
    area.present()?;
    Ok(())
}
