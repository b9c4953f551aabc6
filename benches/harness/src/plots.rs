//! Charts as SVG files in `benches/plots/`.

#![allow(clippy::cast_possible_truncation, reason = "pixels are few")]

use std::{error::Error, fs, path::PathBuf};

use plotters::prelude::*;

/// One bar with its name and its value.
#[derive(Debug)]
pub struct Bar {
    /// On its left.
    pub name: String,
    /// Its length.
    pub value: f64,
    /// This crate's own are dark.
    pub ours: bool,
}

/// One line with its name.
#[derive(Debug)]
pub struct Line {
    /// At its right end.
    pub name: String,
    /// Both coordinates are greater than zero.
    pub points: Vec<(f64, f64)>,
    /// This crate's own is dark and thick.
    pub ours: bool,
}

type Drawn = Result<(), Box<dyn Error>>;

const OURS: RGBColor = RGBColor(0x1f, 0x5f, 0xa8);
const OTHERS: RGBColor = RGBColor(0x9a, 0xa5, 0xb1);
const TEXT: RGBColor = RGBColor(0x24, 0x29, 0x2f);
const GRID: RGBColor = RGBColor(0xe3, 0xe6, 0xea);

/// The same colours for readers who prefer dark pages.
const DARK: &str = r##"<style>@media (prefers-color-scheme:dark){
[fill="#FFFFFF"]{fill:#0d1117}[fill="#24292F"]{fill:#e6edf3}[fill="#1F5FA8"]{fill:#539bf5}[fill="#9AA5B1"]{fill:#768390}
[stroke="#24292F"]{stroke:#9198a1}[stroke="#1F5FA8"]{stroke:#539bf5}[stroke="#9AA5B1"]{stroke:#768390}[stroke="#E3E6EA"]{stroke:#30363d}
}</style>
"##;

const WIDTH: u32 = 760;
const TITLE: u32 = 40;

/// One bar below the other, from zero. Nothing is drawn if nothing was measured.
pub fn bars(file: &str, title: &str, bars: &[Bar]) {
    if !bars.is_empty() {
        drawn(file, draw_bars(&path(file), title, bars));
    }
}

/// Lines over two logarithmic axes.
pub fn lines(file: &str, title: &str, across: &str, lines: &[Line]) {
    if !lines.is_empty() {
        drawn(file, draw_lines(&path(file), title, across, lines));
    }
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../plots")).join(file)
}

fn drawn(file: &str, drawn: Drawn) {
    match drawn.and_then(|()| add_dark_colours(&path(file))) {
        Ok(()) => println!("drawn: benches/plots/{file}"),
        Err(error) => panic!("{file} is not drawn: {error}"),
    }
}

fn add_dark_colours(path: &PathBuf) -> Drawn {
    let picture = fs::read_to_string(path)?;
    let (beginning, shapes) = picture.split_once('\n').ok_or("it has one line")?;
    fs::write(path, format!("{beginning}\n{DARK}{shapes}"))?;
    Ok(())
}

fn style(size: u32, color: RGBColor) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&color)
}

fn draw_bars(path: &PathBuf, title: &str, bars: &[Bar]) -> Drawn {
    const ROW: i32 = 34;
    const NAMES: i32 = 240;
    const VALUES: i32 = 80;
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let height = TITLE + ROW as u32 * bars.len() as u32 + 12;
    let area = SVGBackend::new(path, (WIDTH, height)).into_drawing_area();
    area.fill(&WHITE)?;
    area.draw_text(title, &style(18, TEXT), (16, 12))?;
    let longest = bars.iter().map(|bar| bar.value).fold(1.0, f64::max);
    let room = f64::from(WIDTH as i32 - NAMES - VALUES);
    for (bar, row) in bars.iter().zip(0_i32..) {
        let top = TITLE as i32 + row * ROW;
        let end = NAMES + (room * bar.value / longest).round() as i32;
        let color = if bar.ours { OURS } else { OTHERS };
        let rectangle = [(NAMES, top + 5), (end, top + ROW - 5)];
        area.draw(&Rectangle::new(rectangle, color.filled()))?;
        area.draw_text(&bar.name, &style(15, TEXT), (16, top + 9))?;
        area.draw_text(&thousands(bar.value), &style(15, TEXT), (end + 8, top + 9))?;
    }
    area.present()?;
    Ok(())
}

fn draw_lines(path: &PathBuf, title: &str, across: &str, lines: &[Line]) -> Drawn {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    let all = || lines.iter().flat_map(|line| line.points.iter().copied());
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::MAX, 1.0), |(least, most): (f64, f64), value| {
            (least.min(value), most.max(value))
        })
    };
    let ((left, right), (bottom, top)) = (
        ends(&mut all().map(|(x, _)| x)),
        ends(&mut all().map(|(_, y)| y)),
    );
    let area = SVGBackend::new(path, (WIDTH, 420)).into_drawing_area();
    area.fill(&WHITE)?;
    area.draw_text(title, &style(18, TEXT), (16, 12))?;
    let mut chart = ChartBuilder::on(&area)
        .margin_top(TITLE as i32)
        .margin_right(130)
        .margin_left(8)
        .margin_bottom(8)
        .x_label_area_size(40)
        .y_label_area_size(76)
        .build_cartesian_2d((left..right).log_scale(), (bottom / 2.0..top).log_scale())?;
    let number = |value: &f64| thousands(*value);
    chart
        .configure_mesh()
        .x_desc(across)
        .label_style(style(13, TEXT))
        .axis_style(TEXT)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&number)
        .y_label_formatter(&number)
        .draw()?;
    for line in lines {
        let color = if line.ours { OURS } else { OTHERS };
        let width = if line.ours { 3 } else { 2 };
        chart.draw_series(LineSeries::new(
            line.points.iter().copied(),
            color.stroke_width(width),
        ))?;
    }
    let ends = lines.iter().filter_map(|line| {
        let (x, y) = chart.backend_coord(line.points.last()?);
        Some((y, x, &line.name))
    });
    let mut ends: Vec<_> = ends.collect();
    ends.sort_unstable();
    let mut free = 0; // Below the name above.
    for (y, x, name) in ends {
        let top = free.max(y - 7);
        area.draw_text(name, &style(14, TEXT), (x + 8, top))?;
        free = top + 14;
    }
    area.present()?;
    Ok(())
}

/// With commas: 12,345.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
