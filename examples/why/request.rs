//! Why requests pass or are rejected.

use std::{
    net::{IpAddr, SocketAddr},
    process::ExitCode,
};

use http::Request;

use crate::{
    arguments::{Asked, Setup},
    failure::Failure,
    guarded::Guarded,
    output::print,
    recorded::Recorded,
    requests,
};

/// Sends the requests in their order, since results are cached for later ones.
pub(crate) async fn explain(setup: &Setup, asked: &Asked) -> Result<ExitCode, Failure> {
    let recorded = Recorded::read(&setup.answer)?;
    let guarded = Guarded::read(setup, &recorded)?;
    let requests = match asked {
        Asked::File(file) => requests::from_file(file)?,
        Asked::Words(words) => vec![requests::from_words(words)?],
    };
    let mut exit_code = ExitCode::SUCCESS;
    for request in requests {
        let explanation = guarded
            .explain(from(setup.options.source_ip, request))
            .await;
        recorded.check()?;
        let text = match setup.options.json {
            true => serde_json::to_string_pretty(&explanation).map_err(Failure::new)? + "\n",
            false => explanation.to_string(),
        };
        print(&text)?;
        if !explanation.is_allowed() {
            exit_code = ExitCode::from(1);
        }
    }
    Ok(exit_code)
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
