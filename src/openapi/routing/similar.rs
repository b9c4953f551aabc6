//! The operations that a request for an unknown one probably means.

use super::{path_template::PathTemplate, routes::Routes};

/// More of them would not help.
const MAX_NAMED: usize = 5;

impl Routes {
    /// What is wrong with a request for an unknown operation, if there are operations that differ only in their method, in
    /// the case of letters, or by a stage at the beginning of the path.
    pub(in crate::openapi) fn similar(&self, path: &str) -> Option<String> {
        let in_some_case = |template: &PathTemplate| template.matches_in_some_case(path);
        if let Some(names) = self.named(|it| in_some_case(it) && it.has_case_of(path)) {
            return Some(format!("the API has this path with other methods: {names}"));
        }
        if let Some(names) = self.named(in_some_case) {
            return Some(format!(
                "the API has {names}: the case of letters in a path matters"
            ));
        }
        let stage = format!("/{}", self.settings.reader.api.stage());
        let after_stage = path.strip_prefix(&stage)?;
        let is_whole_segment = after_stage.is_empty() || after_stage.starts_with('/');
        if !is_whole_segment {
            return None;
        }
        let names = self.named(|it| it.matches_in_some_case(after_stage))?;
        Some(format!(
            "the API has {names}: leave out the stage, which is not part of the path"
        ))
    }

    fn named(&self, is_meant: impl Fn(&PathTemplate) -> bool) -> Option<String> {
        let operations = self.operations.iter();
        let meant = operations.filter(|operation| is_meant(&operation.path));
        let names = meant.map(|operation| format!("`{}`", operation.route_key));
        let names: Vec<_> = names.take(MAX_NAMED).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
