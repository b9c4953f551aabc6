//! Connections to other servers, with the system's root certificates.

use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::connect::HttpConnector;

use crate::failure::Failure;

pub(crate) type HttpsConnector = hyper_rustls::HttpsConnector<HttpConnector>;

/// Connects with HTTP/1.1 to URLs with `https` and with `http`.
pub(crate) fn connector(mut http: HttpConnector) -> Result<HttpsConnector, Failure> {
    http.enforce_http(false);
    let builder = HttpsConnectorBuilder::new().with_native_roots();
    let builder = builder.map_err(|error| {
        Failure::new(format_args!(
            "the system's root certificates cannot be read: {error}; name a file of them with the variable \
             SSL_CERT_FILE"
        ))
    })?;
    Ok(builder.https_or_http().enable_http1().wrap_connector(http))
}
