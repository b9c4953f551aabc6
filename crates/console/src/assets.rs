//! The files of the page, which are part of the program.

use http::HeaderValue;

/// A file under its own name.
pub(crate) struct Asset {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! assets {
    ($($name:literal),* $(,)?) => {
        [$(Asset { name: $name, text: include_str!(concat!("../page/", $name)) }),*]
    };
}

/// All files except the page itself.
pub(crate) static ASSETS: [Asset; 29] = assets![
    "api.js",
    "chart.js",
    "configuration.js",
    "console.css",
    "console.js",
    "copy.js",
    "decisions.css",
    "decisions.js",
    "dom.js",
    "editor.js",
    "feed.js",
    "grid.js",
    "icon.svg",
    "layers.js",
    "list.js",
    "near_miss.js",
    "outcomes.js",
    "picture.js",
    "policy.js",
    "response.js",
    "statements.js",
    "steps.js",
    "story.css",
    "story.js",
    "text.js",
    "theme.js",
    "tools.css",
    "try.js",
    "verdict.js",
];

const INDEX: &str = include_str!("../page/index.html");

/// The page for a browser that shows this path. The page refers to its files by relative paths, which are right only if
/// the path ends with a slash. Otherwise they are changed.
pub(crate) fn index(path: &str) -> String {
    let folder = path.rsplit('/').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if !folder.is_empty() && folder.bytes().all(is_plain) {
        INDEX.replace("=\"./", &format!("=\"./{folder}/"))
    } else {
        INDEX.to_owned()
    }
}

impl Asset {
    pub(crate) fn content_type(&self) -> HeaderValue {
        HeaderValue::from_static(match self.name.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            _ => "application/octet-stream",
        })
    }
}
