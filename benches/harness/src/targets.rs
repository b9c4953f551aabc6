//! The targets, next to the figures that were measured.

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
        let (name, digits) = (&self.name, if measured < 10.0 { 3 } else { 0 });
        let measured = self.bound.rounded_away(measured, digits);
        println!("TARGET {name} {measured:.digits$} {sign}{bound} {result}");
    }
}

impl Bound {
    /// Never in favour of what is measured: the figure that is printed misses a bound whenever the measured one does.
    fn rounded_away(self, measured: f64, digits: usize) -> f64 {
        let scale = if digits == 0 { 1.0 } else { 1000.0 };
        // What only the representation of a fraction adds is not rounded up to another digit.
        let (scaled, representation) = (measured * scale, 1e-6);
        let rounded = match self {
            Self::AtMost(_) => (scaled - representation).ceil(),
            Self::AtLeast(_) => (scaled + representation).floor(),
        };
        // Not `-0`.
        rounded / scale + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;

    #[test]
    fn a_figure_that_misses_its_bound_is_not_printed_as_one_that_meets_it() {
        assert_eq!(Bound::AtMost(1.1).rounded_away(1.1004, 3), 1.101);
        assert_eq!(Bound::AtMost(1150.0).rounded_away(1150.2, 0), 1151.0);
        assert_eq!(Bound::AtMost(8.0).rounded_away(8.0, 3), 8.0);
        let nothing = Bound::AtMost(0.0).rounded_away(0.0, 3);
        assert_eq!(format!("{nothing:.3}"), "0.000");
        assert_eq!(Bound::AtLeast(2.0).rounded_away(1.9999, 3), 1.999);
    }
}
