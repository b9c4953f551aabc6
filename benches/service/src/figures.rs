//! What was measured.

use crate::groups::Group;

/// The program that links the counting allocator.
pub(crate) const ALLOCATIONS: &str = "service-allocations";

/// What was measured of one row.
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    /// None if only counts are asked for.
    pub(crate) nanoseconds: Option<f64>,
    /// None without valgrind.
    pub(crate) instructions: Option<f64>,
    /// None if the program that counts them has not been built.
    pub(crate) allocations: Option<f64>,
}

/// What was measured of a group.
pub(crate) struct GroupFigures {
    pub(crate) group: &'static Group,
    pub(crate) rows: Vec<Figures>,
}

impl GroupFigures {
    pub(crate) fn row(&self, name: &str) -> Option<&Figures> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The time above that of the first row.
    pub(crate) fn time_above(&self, name: &str) -> Option<f64> {
        Some(self.row(name)?.nanoseconds? - self.rows.first()?.nanoseconds?)
    }

    /// The instructions above those of the first row.
    pub(crate) fn instructions_above(&self, name: &str) -> Option<f64> {
        Some(self.row(name)?.instructions? - self.rows.first()?.instructions?)
    }

    pub(crate) fn allocations(&self, name: &str) -> Option<f64> {
        self.row(name)?.allocations
    }
}

/// The figures of the group of this name.
pub(crate) fn of<'f>(groups: &'f [GroupFigures], name: &str) -> Option<&'f GroupFigures> {
    groups.iter().find(|figures| figures.group.name == name)
}

/// For a table.
pub(crate) fn text(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("-".to_owned(), |figure| format!("{figure:.digits$}"))
}
