//! What was measured.

/// What was measured of one row.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) nanoseconds: f64,
    /// None without valgrind.
    pub(crate) instructions: Option<f64>,
    pub(crate) allocations: f64,
}

/// The time above that of the first row.
pub(crate) fn above(figures: &[Figures], name: &str) -> Option<f64> {
    Some(time(figures, name)? - figures.first()?.nanoseconds)
}

pub(crate) fn time(figures: &[Figures], name: &str) -> Option<f64> {
    Some(row(figures, name)?.nanoseconds)
}

pub(crate) fn row<'f>(figures: &'f [Figures], name: &str) -> Option<&'f Figures> {
    figures.iter().find(|row| row.name == name)
}
