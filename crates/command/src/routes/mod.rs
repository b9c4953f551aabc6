//! All operations of an API, and what guards them.

mod check;
mod list;

use crate::{
    Answer,
    cli::{Format, Routes},
    document::{Document, in_words_of_the_command, try_layer},
    failure::{Failure, read},
    output::{print, print_coloured, print_json},
};

pub(crate) fn report(arguments: &Routes) -> Result<Answer, Failure> {
    let source = &arguments.source;
    let mut definition = Document::read_api(&source.file, &source.reading)?;
    for scheme in &source.reading.left_unchecked {
        definition = definition
            .leave_unchecked(scheme)
            .map_err(|error| Failure::of(&source.file, in_words_of_the_command(error)))?;
    }
    let report = definition.report();
    try_layer(definition, &report)
        .map_err(|error| Failure::of(&source.file, in_words_of_the_command(error)))?;
    let Some(file) = &arguments.check else {
        match arguments.format {
            Format::Text => print(&in_words_of_the_command(&report))?,
            Format::Json => print_json(&report)?,
        }
        return Ok(Answer::Yes);
    };
    let changes = check::compare(&report, file, &read(file)?)?;
    match arguments.format {
        Format::Text => print_coloured(&changes.to_string())?,
        Format::Json => print_json(&changes)?,
    }
    Ok(Answer::yes_if(changes.is_empty()))
}
