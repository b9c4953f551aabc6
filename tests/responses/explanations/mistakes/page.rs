//! Writes the page from the sources of the mistakes and from what they print.

use std::{env, fs, path::Path};

pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) sections: Vec<Section>,
}

/// One mistake.
pub(super) struct Section {
    heading: String,
    prose: String,
    code: String,
    /// None if it could not be found out here. Then the page is not checked.
    printed: Option<String>,
}

impl Section {
    /// Reads the comment and the code of a function. Its last line prints, and is not a part of the mistake.
    pub(super) fn new(source: &str, function: &str, printed: Option<String>) -> Self {
        let signature = format!("fn {function}(");
        let at = source.find(&signature).expect("the function");
        let (before, after) = source.split_at(at);
        let comment: Vec<_> = before
            .lines()
            .rev()
            .skip(1)
            .take_while(|line| line.starts_with("///") || line.starts_with("#["))
            .filter_map(|line| line.strip_prefix("///"))
            .map(str::trim)
            .collect();
        let mut comment = comment.into_iter().rev();
        let heading = comment.next().expect("a heading").to_owned();
        let prose: Vec<_> = comment.skip_while(|line| line.is_empty()).collect();
        let body: Vec<_> = after
            .lines()
            .skip(1)
            .take_while(|line| *line != "}")
            .map(|line| line.strip_prefix("    ").unwrap_or(line))
            .collect();
        let (_, code) = body.split_last().expect("a body");
        Self {
            heading,
            prose: prose.join("\n"),
            code: code.join("\n"),
            printed,
        }
    }

    /// Where GitHub puts the heading.
    fn anchor(&self, number: usize) -> String {
        let title = format!("{number}. {}", self.heading).to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    }

    fn written(&self, number: usize, present: &str) -> String {
        let Self {
            heading,
            prose,
            code,
            ..
        } = self;
        let title = format!("### {number}. {heading}\n");
        let printed = match &self.printed {
            Some(printed) => printed.trim_end().to_owned(),
            None => printed_on(present, &title),
        };
        format!("{title}\n{prose}\n\n```rust,ignore\n{code}\n```\n\n```text\n{printed}\n```\n")
    }
}

/// What the page shows now for a section.
fn printed_on(page: &str, title: &str) -> String {
    let section = page.split_once(title).map_or("", |(_, after)| after);
    let printed = section.split_once("```text\n").map_or("", |(_, text)| text);
    let printed = printed.split_once("\n```").map_or("", |(text, _)| text);
    printed.to_owned()
}

/// A row for each part, with a link to each of its mistakes.
fn index(parts: &[Part]) -> String {
    let mut rows = "| when | mistake |\n|---|---|\n".to_owned();
    let mut numbers = 1..;
    for part in parts {
        let sections = part.sections.iter().zip(&mut numbers);
        let links =
            sections.map(|(it, number)| format!("[{}](#{})", it.heading, it.anchor(number)));
        rows += &format!(
            "| {} | {} |\n",
            part.title,
            links.collect::<Vec<_>>().join(" · ")
        );
    }
    rows
}

/// Compares the page with what is printed, or writes it if `UPDATE_MISTAKES` is set.
pub(super) fn check(page: &str, [introduction, conventions]: [&str; 2], parts: &[Part]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let present = fs::read_to_string(&path).unwrap_or_default();
    let mut written = format!("{introduction}\n{}\n{conventions}", index(parts));
    let mut number = 0;
    for part in parts {
        written += &format!("\n## {}\n", part.title);
        for section in &part.sections {
            number += 1;
            written += &format!("\n{}", section.written(number, &present));
        }
    }
    assert!(number >= 25, "{number} mistakes");
    if env::var_os("UPDATE_MISTAKES").is_some() {
        return fs::write(path, written).unwrap();
    }
    let differing = present.lines().zip(written.lines());
    let differing = differing.enumerate().find(|(_, (old, new))| old != new);
    if let Some((line, (old, new))) = differing {
        let line = line + 1;
        panic!(
            "{page}, line {line}, has\n  {old}\nbut now this is printed:\n  {new}\nread it, and run the test with \
             `UPDATE_MISTAKES=1`"
        );
    }
    assert_eq!(present, written, "{page} is longer or shorter");
}
