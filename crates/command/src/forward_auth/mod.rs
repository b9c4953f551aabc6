//! `forward-auth`: tells another proxy whether a request may pass, and what to answer if not.

mod client;
mod misleading;
mod original;
mod question;
mod refusal;
mod service;
mod single;
mod trusted;
mod unclear;

use std::net::SocketAddr;

use http::{Request, Response};
use hyper::body::Incoming;

use self::{service::ForwardAuth, trusted::Trusted};
use crate::{
    Answer, cli,
    failure::Failure,
    live::Body,
    server::{self, HttpService},
};

pub(crate) async fn serve(arguments: &cli::ForwardAuth) -> Result<Answer, Failure> {
    let peers = &arguments.trusted_peers;
    let server = &arguments.server;
    if let Some((name, _)) = server
        .live
        .context_headers
        .iter()
        .find(|(name, _)| *name == refusal::REFUSAL)
    {
        return Err(Failure::new(format_args!(
            "--context-header {name}: this header carries refusals to nginx; choose another name"
        )));
    }
    let started = server::start(server, "http").await?;
    let service = ForwardAuth::new(started.live.clone(), Trusted::new(peers));
    server::serve(started.listener, service, started.end).await;
    Ok(Answer::Yes)
}

impl HttpService for ForwardAuth {
    async fn call(&self, request: Request<Incoming>) -> Response<Body> {
        let peer = request.extensions().get::<SocketAddr>().copied();
        self.answer(request, peer).await
    }
}
