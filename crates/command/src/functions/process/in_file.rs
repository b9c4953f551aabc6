//! A function in a file, which no template describes: `auth/app.handler` is `handler` in `auth/app.py` or `auth/app.js`.

use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::functions) struct InFile {
    pub(super) folder: PathBuf,
    /// As in a template: `app.handler`.
    pub(in crate::functions) handler: String,
    pub(super) interpreter: Interpreter,
}

const ENDINGS: [(&str, Interpreter); 4] = [
    ("py", Interpreter::Python),
    ("js", Interpreter::Node),
    ("mjs", Interpreter::Node),
    ("cjs", Interpreter::Node),
];

impl InFile {
    /// `None` if the text does not name a function in a file. `Err` says what to write instead.
    pub(in crate::functions) fn find(text: &str) -> Option<Result<Self, String>> {
        let path = Path::new(text);
        let handler = path.file_name()?.to_str()?;
        let (module, function) = handler.rsplit_once('.')?;
        let is_named = !module.is_empty() && !function.is_empty();
        is_named.then(|| Self::beside(path, handler, function))
    }

    fn beside(path: &Path, handler: &str, function: &str) -> Result<Self, String> {
        if ENDINGS.iter().any(|(ending, _)| *ending == function) {
            return Err(format!(
                "write the name of the function instead of the file's ending, such as `{}`",
                path.with_extension("handler").display()
            ));
        }
        let mut there = ENDINGS
            .into_iter()
            .map(|(ending, interpreter)| (path.with_extension(ending), interpreter))
            .filter(|(file, _)| file.is_file());
        let Some((file, interpreter)) = there.next() else {
            let source = path.with_extension("ts");
            if source.is_file() {
                return Err(format!(
                    "compile `{}` first, and name the result",
                    source.display()
                ));
            }
            return Err(format!(
                "there is no file `{}`, `.js`, `.mjs` or `.cjs` with the function `{function}`; write the path of the code, \
                 the URL of an Invoke API, `aws`, or a file with recorded answers that ends in `.json`",
                path.with_extension("py").display()
            ));
        };
        if let Some((other, _)) = there.find(|(_, it)| *it != interpreter) {
            return Err(format!(
                "there are `{}` and `{}`; rename one of them",
                file.display(),
                other.display()
            ));
        }
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        Ok(Self {
            folder: folder.unwrap_or(Path::new(".")).to_owned(),
            handler: handler.to_owned(),
            interpreter,
        })
    }
}
