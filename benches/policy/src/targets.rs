//! What has been promised, beside what was measured.

/// A measured figure and what it may be.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    /// None where it was not measured.
    pub(crate) measured: Option<f64>,
    pub(crate) bound: Bound,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    pub(crate) fn at_most(
        name: impl Into<String>,
        measured: impl Into<Option<f64>>,
        bound: f64,
    ) -> Self {
        Self {
            name: name.into(),
            measured: measured.into(),
            bound: Bound::AtMost(bound),
        }
    }

    pub(crate) fn at_least(
        name: impl Into<String>,
        measured: impl Into<Option<f64>>,
        bound: f64,
    ) -> Self {
        Self {
            name: name.into(),
            measured: measured.into(),
            bound: Bound::AtLeast(bound),
        }
    }

    /// One line.
    pub(crate) fn print(&self) {
        let (sign, bound) = match self.bound {
            Bound::AtMost(bound) => ("<=", bound),
            Bound::AtLeast(bound) => (">=", bound),
        };
        let Some(measured) = self.measured else {
            println!("TARGET {} - {sign}{bound} skipped", self.name);
            return;
        };
        let met = match self.bound {
            Bound::AtMost(bound) => measured <= bound,
            Bound::AtLeast(bound) => measured >= bound,
        };
        let result = if met { "met" } else { "missed" };
        let digits = if measured < 10.0 { 2 } else { 0 };
        println!(
            "TARGET {} {measured:.digits$} {sign}{bound} {result}",
            self.name
        );
    }
}
