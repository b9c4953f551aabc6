//! Splits a command line into words, and words into flags with their values.

use std::vec::IntoIter;

use super::{
    flags::{Flag, Takes, long, short},
    shell,
};

pub(super) struct Words {
    words: IntoIter<String>,
    /// Letters that are left of a word such as `-sS`.
    letters: String,
    only_urls: bool,
}

impl Words {
    pub(super) fn of(command: &str) -> Result<Self, String> {
        if command.contains("^\"") {
            return Err(
                "it is written for Windows' command prompt; copy it for bash instead".into(),
            );
        }
        shell::refuse(command)?;
        let words = shell_words::split(command).map_err(|error| {
            format!("{error}; pass the whole command in one argument, with its quotes")
        })?;
        let mut words = words.into_iter();
        match words.next() {
            Some(name) if name == "curl" || name.ends_with("/curl") || name == "curl.exe" => {}
            _ => return Err("the command does not begin with `curl`; pass `curl …`".into()),
        }
        Ok(Self {
            words,
            letters: String::new(),
            only_urls: false,
        })
    }

    /// The next flag with its value, which is empty if it takes none. A word by itself is a URL.
    pub(super) fn next_flag(&mut self) -> Result<Option<(Flag, String)>, String> {
        if self.letters.is_empty() {
            let Some(word) = self.words.next() else {
                return Ok(None);
            };
            match (
                self.only_urls,
                word.strip_prefix("--"),
                word.strip_prefix('-'),
            ) {
                (false, Some(""), _) => {
                    self.only_urls = true;
                    return self.next_flag();
                }
                (false, Some(name), _) => return self.long_flag(&word, name).map(Some),
                (false, None, Some("")) => return Err(unknown(&word)),
                (false, None, Some(letters)) => self.letters = letters.to_owned(),
                _ => return Ok(Some((Flag::Url, word))),
            }
        }
        self.short_flag().map(Some)
    }

    fn long_flag(&mut self, word: &str, name: &str) -> Result<(Flag, String), String> {
        let (flag, takes) = long(name).ok_or_else(|| unknown(word))?;
        let value = match takes {
            Takes::Nothing => String::new(),
            Takes::Value => self.value_of(word)?,
        };
        Ok((flag, value))
    }

    fn short_flag(&mut self) -> Result<(Flag, String), String> {
        let mut letters = self.letters.chars();
        let letter = letters.next().unwrap_or_default();
        let rest = letters.as_str().to_owned();
        let name = format!("-{letter}");
        let (flag, takes) = short(letter).ok_or_else(|| unknown(&name))?;
        let value = match takes {
            Takes::Nothing => {
                self.letters = rest;
                String::new()
            }
            Takes::Value => {
                self.letters.clear();
                if rest.is_empty() {
                    self.value_of(&name)?
                } else {
                    rest
                }
            }
        };
        Ok((flag, value))
    }

    fn value_of(&mut self, flag: &str) -> Result<String, String> {
        let value = self.words.next();
        value.ok_or_else(|| format!("the value of `{flag}` is missing"))
    }
}

fn unknown(flag: &str) -> String {
    // What comes after `=` may be a secret.
    let name = flag.split('=').next().unwrap_or_default();
    if name == flag {
        format!(
            "the flag `{name}` is not known here; leave it out if it does not change the request"
        )
    } else {
        format!("curl's flags have their values in the next word; write `{name} VALUE`")
    }
}
