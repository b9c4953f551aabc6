//! Each link of a page leads somewhere, on GitHub and in rustdoc. Some pages are read in both: in rustdoc, a `links.md` stands
//! before such a page, and of two definitions of a link the first one counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

const ITEMS: &str = "https://docs.rs/tower-lambda-authorizer/latest/tower_lambda_authorizer/";
/// The files of the package, for pages that rustdoc does not have.
const FILES: &str = "https://docs.rs/crate/tower-lambda-authorizer/latest/source/docs/";

#[test]
fn links_to_files_and_headings_lead_somewhere() {
    let pages = pages();
    assert!(pages.len() > 30, "{pages:?}");
    let mut broken = Vec::new();
    for page in &pages {
        let links = Links::of(page);
        let targets = links.inline.iter().chain(links.definitions.values());
        let lost =
            targets.filter(|target| !target.contains("://") && !leads_somewhere(page, target));
        let undefined = links.undefined.iter();
        broken.extend(
            lost.chain(undefined)
                .map(|link| format!("{}: {link}", page.display())),
        );
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// rustdoc checks the items in a `links.md`, and `.ci/run lint` the addresses of their pages.
#[test]
fn a_link_leads_to_the_same_on_github_and_in_rustdoc() {
    let both = read_in_both();
    assert!(both.len() > 8, "{both:?}");
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for Both {
        page, definitions, ..
    } in &both
    {
        let links = Links::of(&root().join(page));
        let in_rustdoc = definitions
            .as_ref()
            .map(|file| Links::of(&root().join(file)).definitions);
        let in_rustdoc = in_rustdoc.unwrap_or_default();
        let to_other_pages = links
            .inline
            .iter()
            .filter(|target| !target.starts_with('#') && !target.contains("://"));
        wrong.extend(to_other_pages.map(|target| format!("{page}: {target} needs a definition")));
        for (name, target) in &links.definitions {
            let found = in_rustdoc.get(name);
            if found != Some(&item(target, &both)) {
                wrong.push(format!(
                    "{page}: [{name}] is {target}, but in rustdoc {found:?}"
                ));
            }
            used.insert((definitions.clone(), name.clone()));
        }
    }
    for file in both
        .iter()
        .filter_map(|both| both.definitions.clone())
        .collect::<BTreeSet<_>>()
    {
        let names = Links::of(&root().join(&file)).definitions.into_keys();
        let unused = names.filter(|name| !used.contains(&(Some(file.clone()), name.clone())));
        wrong.extend(unused.map(|name| format!("{file}: no page uses [{name}]")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn links_are_found_in_text_and_not_in_code() {
    let links = Links::parse(
        "# A [title](t.md)\n```rust\n#[a](b)\n```\n`v[0](x)` [one\nline](a.md#b), ![picture](c.png), [`x`], [y][`x`], \
         [z][Gone], [`lost`]\n\n[`x`]: d.md\n",
    );
    assert_eq!(links.inline, ["t.md", "a.md#b", "c.png"]);
    assert_eq!(links.definitions["`x`"], "d.md");
    assert_eq!(links.undefined, ["[`lost`]", "[Gone]"]);
    let text = "# `serve`: what's *new*?\n```sh\n# code\n```\n## Twice\n## Twice\n";
    assert_eq!(headings(text), ["serve-whats-new", "twice", "twice-1"]);
}

#[test]
fn a_target_on_github_is_an_item_in_rustdoc() {
    let both = read_in_both();
    for (target, expected) in [
        (
            format!("{ITEMS}struct.Api.html#method.new"),
            "crate::Api::new".to_owned(),
        ),
        (
            format!("{ITEMS}policy/index.html"),
            "crate::policy".to_owned(),
        ),
        (
            format!("{ITEMS}policy/struct.Policy.html#rules"),
            "crate::policy::Policy#rules".to_owned(),
        ),
        (
            "why.md#the-token".to_owned(),
            "crate::why#the-token".to_owned(),
        ),
        ("scaling.md#one".to_owned(), format!("{FILES}scaling.md")),
    ] {
        assert_eq!(item(&target, &both), expected);
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages that people read on GitHub. Those next to the source are read in rustdoc, which checks their links.
fn pages() -> Vec<PathBuf> {
    let mut pages = files(|name| name.ends_with(".md"));
    pages.retain(|page| !page.iter().any(|folder| folder == "src"));
    pages
}

fn files(wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut folders = vec![root().to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules"
            {
                folders.push(path);
            } else if wanted(&name) {
                files.push(path);
            }
        }
    }
    files
}

fn leads_somewhere(page: &Path, target: &str) -> bool {
    let (file, heading) = target
        .split_once('#')
        .map_or((target, None), |(file, heading)| (file, Some(heading)));
    let file = if file.is_empty() {
        page.to_owned()
    } else {
        page.parent().unwrap().join(file)
    };
    match heading {
        None => file.exists(),
        Some(heading) => fs::read_to_string(file)
            .is_ok_and(|text| headings(&text).iter().any(|it| it == heading)),
    }
}

/// The anchors of a page's headings.
fn headings(text: &str) -> Vec<String> {
    let mut seen = BTreeMap::<_, usize>::new();
    let text = without_blocks(text);
    let titles = text.lines().filter_map(|line| {
        Some(line.trim_start_matches('#')).filter(|it| it.starts_with(' ') && line.starts_with('#'))
    });
    titles
        .map(|title| {
            let kept = title
                .trim()
                .chars()
                .filter(|it| it.is_alphanumeric() || " -_".contains(*it));
            let anchor: String = kept.collect::<String>().to_lowercase().replace(' ', "-");
            let count = seen.entry(anchor.clone()).or_default();
            *count += 1;
            if *count == 1 {
                anchor
            } else {
                format!("{anchor}-{}", *count - 1)
            }
        })
        .collect()
}

/// A page that is also a module's documentation.
#[derive(Debug)]
struct Both {
    page: String,
    module: String,
    /// Its `links.md`.
    definitions: Option<String>,
}

/// The pages that the layer's source includes, but for those that only their snippets are compiled of.
fn read_in_both() -> Vec<Both> {
    let include = Regex::new(
        r#"(?s)(#\[cfg\(doctest\)\]\n)?(?:#!?\[doc = include_str!\("(links\.md)"\)\]\n)?#!?\[doc = include_str!\("[./]*(docs/[a-z-]+\.md)"\)\]\n(?:pub mod (\w+))?"#,
    )
    .unwrap();
    let mut both = Vec::new();
    for source in files(|name| name.ends_with(".rs")) {
        let Ok(relative) = source.strip_prefix(root().join("src")) else {
            continue;
        };
        let text = fs::read_to_string(&source).unwrap();
        for found in include
            .captures_iter(&text)
            .filter(|found| found.get(1).is_none())
        {
            let folder = Path::new("src").join(relative.parent().unwrap());
            let inner = || folder.file_name().unwrap().to_string_lossy().into_owned();
            both.push(Both {
                page: found[3].to_owned(),
                module: found
                    .get(4)
                    .map_or_else(inner, |name| name.as_str().to_owned()),
                definitions: found
                    .get(2)
                    .map(|name| folder.join(name.as_str()).to_str().unwrap().to_owned()),
            });
        }
    }
    both
}

/// What a page's target is in rustdoc.
fn item(target: &str, both: &[Both]) -> String {
    let (place, anchor) = target.split_once('#').unwrap_or((target, ""));
    let section = if anchor.is_empty() {
        String::new()
    } else {
        format!("#{anchor}")
    };
    let Some(path) = place.strip_prefix(ITEMS) else {
        let page = format!("docs/{place}");
        let module = both.iter().find(|both| both.page == page);
        return module.map_or_else(
            || format!("{FILES}{place}"),
            |it| format!("crate::{}{section}", it.module),
        );
    };
    let kind = Regex::new(r"/?(?:index|(?:struct|enum|trait|fn)\.(\w+))\.html$").unwrap();
    let name = kind
        .captures(path)
        .and_then(|found| found.get(1))
        .map(|it| it.as_str());
    let modules = kind.replace(path, "").into_owned();
    let parts = ["crate"]
        .into_iter()
        .chain(modules.split('/').filter(|it| !it.is_empty()))
        .chain(name);
    let path = parts.collect::<Vec<_>>().join("::");
    match anchor
        .strip_prefix("method.")
        .or(anchor.strip_prefix("variant."))
    {
        Some(member) => format!("{path}::{member}"),
        None => path + &section,
    }
}

struct Links {
    inline: Vec<String>,
    definitions: BTreeMap<String, String>,
    /// Links whose name no definition has.
    undefined: Vec<String>,
}

impl Links {
    fn of(page: &Path) -> Self {
        Self::parse(&fs::read_to_string(page).unwrap())
    }

    fn parse(text: &str) -> Self {
        let definition = Regex::new(r"(?m)^\[([^\]]+)\]: (\S+)$").unwrap();
        let text = without_blocks(text);
        let definitions: BTreeMap<_, _> = definition
            .captures_iter(&text)
            .map(|found| (found[1].to_owned(), found[2].to_owned()))
            .collect();
        let text = definition.replace_all(&text, "");

        // Brackets in code are not links, but a link's text can be code.
        let shortcut = Regex::new(r"\[(`[^`\]]+`)\](?:[^(\[:]|$)").unwrap();
        let shortcuts: Vec<_> = shortcut
            .captures_iter(&text)
            .map(|found| found[1].to_owned())
            .collect();
        let code = Regex::new(r"(``?)([^`]+?)``?").unwrap();
        let label = Regex::new(r"\]\[([^\]]+)\]").unwrap();
        let labels: Vec<_> = label
            .captures_iter(&text)
            .map(|found| found[1].to_owned())
            .collect();
        let text = code.replace_all(&text, "code");
        let inline = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
        let names = shortcuts
            .into_iter()
            .chain(labels)
            .map(|name| name.replace('\n', " "));
        Self {
            inline: inline
                .captures_iter(&text)
                .map(|found| found[1].to_owned())
                .collect(),
            undefined: names
                .filter(|name| !definitions.contains_key(name))
                .map(|name| format!("[{name}]"))
                .collect(),
            definitions,
        }
    }
}

fn without_blocks(text: &str) -> String {
    Regex::new(r"(?ms)^ *```.*?^ *```$")
        .unwrap()
        .replace_all(text, "")
        .into_owned()
}
