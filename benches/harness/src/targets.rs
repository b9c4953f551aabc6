//! What has been promised, beside what was measured.

/// A measured figure and what it may be.
#[derive(Debug)]
pub struct Target {
    /// As `TARGET` lines have it.
    pub name: String,
    /// None where it was not measured.
    pub measured: Option<f64>,
    /// What it may be.
    pub bound: Bound,
}

/// A limit.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Above it the target is missed.
    AtMost(f64),
    /// Below it the target is missed.
    AtLeast(f64),
}

impl Target {
    /// To be no more than this.
    pub fn at_most(name: impl Into<String>, measured: impl Into<Option<f64>>, bound: f64) -> Self {
        Self {
            name: name.into(),
            measured: measured.into(),
            bound: Bound::AtMost(bound),
        }
    }

    /// To be no less than this.
    pub fn at_least(name: impl Into<String>, measured: impl Into<Option<f64>>, bound: f64) -> Self {
        Self {
            name: name.into(),
            measured: measured.into(),
            bound: Bound::AtLeast(bound),
        }
    }

    /// One line.
    pub fn print(&self) {
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
