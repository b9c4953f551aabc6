//! Requests to explain: from words, a file, a curl command line, an HTTP archive or an event.

mod curl;
mod event;
mod har;
mod stage;
mod text;

use std::{
    net::{IpAddr, SocketAddr},
    path::Path,
};

use http::Request;
use tower_lambda_authorizer::ApiType;

pub(crate) use self::{
    event::Event,
    text::{header, parse, with_target},
};
use crate::{
    cli::Explain,
    failure::{Failure, read as read_file},
};

/// Reads the requests that the arguments name.
pub(crate) fn read(arguments: &Explain, api_type: ApiType) -> Result<Vec<Request<()>>, Failure> {
    // clap does not require `--har` for it, since another kind of request excludes that.
    if arguments.entry.is_some() && arguments.har.is_none() {
        return Err(Failure::new(
            "`--entry` is a request of an HTTP archive; name the archive with `--har FILE`",
        ));
    }
    let base_path = arguments.base_path.as_deref();
    let mut requests = match (&arguments.curl, &arguments.har, &*arguments.request) {
        (Some(command), _, _) if command == "-" => vec![curl::read(&read_file(command)?)?],
        (Some(command), _, _) => vec![curl::read(command)?],
        (_, Some(file), _) => har::read(file, arguments.entry)?,
        (_, _, [method])
            if !method.is_empty() && method.chars().all(|c| c.is_ascii_uppercase()) =>
        {
            return Err(Failure::new(format_args!(
                "a request has a method and a path; write `{method} /PATH`"
            )));
        }
        (_, _, [path]) if path.starts_with('/') && !Path::new(path).exists() => {
            return Err(Failure::new(format_args!(
                "there is no file `{path}`; if it is a path of the API, write the method before it: `GET {path}`"
            )));
        }
        (_, _, [file]) => text::from_file(file)?,
        (_, _, words) => vec![text::from_words(words)?],
    };
    for request in &mut requests {
        stage::leave_out(request, base_path, api_type)?;
    }
    Ok(requests)
}

/// Sets the client's address.
pub(crate) fn from(source_ip: Option<IpAddr>, mut request: Request<()>) -> Request<()> {
    if let Some(address) = source_ip {
        request
            .extensions_mut()
            .insert(SocketAddr::from((address, 0)));
    }
    request
}
