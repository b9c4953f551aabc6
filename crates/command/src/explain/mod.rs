//! Why requests are let through or refused.

use http::{HeaderName, header::AUTHORIZATION};
use tower_lambda_authorizer::explanations::Explanation;

use crate::{
    Answer,
    cli::{Explain, Format, Guard},
    document::{Document, Guarded},
    failure::Failure,
    output::{print_coloured, print_json},
    request::{self, Event},
    style::{BAD, GOOD, with_beginning},
};

/// What a TOKEN authorizer's identity source begins with.
const HEADER_SOURCE: &str = "method.request.header.";

/// Sends the requests in their order, since results are cached for later ones.
pub(crate) async fn explain(arguments: &Explain) -> Result<Answer, Failure> {
    let event = arguments.event.as_deref();
    let event = event.map(Event::read).transpose()?;
    let mut guard = arguments.guard.clone();
    if let Some(event) = &event {
        event.complete(&mut guard);
    }
    let document = Document::read(&guard.source.file, &guard.source.reading)?;
    let token_header = match (&arguments.token_header, &event) {
        (None, Some(event)) => token_header(&guard, document.clone(), event).await?,
        (named, _) => named.clone().unwrap_or(AUTHORIZATION),
    };
    let guarded = Guarded::new(&guard, document)?;
    let requests = match event {
        Some(event) => vec![event.with_token_in(&token_header)?],
        None => request::read(arguments, guarded.api_type())?,
    };
    let mut all_are_allowed = true;
    for request in requests {
        let request = request::from(guard.source_ip, request);
        let explanation = guarded.explain(request).await?;
        match arguments.format {
            Format::Text => print_coloured(&written(&explanation))?,
            Format::Json => print_json(&explanation)?,
        }
        all_are_allowed &= explanation.is_allowed();
    }
    Ok(Answer::yes_if(all_are_allowed))
}

/// The header that a TOKEN authorizer reads for the operation of this event.
async fn token_header(
    guard: &Guard,
    document: Document,
    event: &Event,
) -> Result<HeaderName, Failure> {
    if event.token.is_none() {
        return Ok(AUTHORIZATION);
    }
    let guarded = Guarded::without_functions(guard, document)?;
    let explanation = guarded.explain(event.request.clone()).await?;
    let mut sources = explanation.identity().iter();
    let header =
        sources.find_map(|source| source.source().strip_prefix(HEADER_SOURCE)?.parse().ok());
    Ok(header.unwrap_or(AUTHORIZATION))
}

/// The explanation with its verdict in colour.
pub(crate) fn written(explanation: &Explanation) -> String {
    let style = if explanation.is_allowed() { GOOD } else { BAD };
    with_beginning(style, ':', &explanation.to_string())
}
