//! A whole response in one header. nginx can pass on a header of the answer to its question, but neither its body nor
//! most statuses. So it sends the header back, and this server answers with the response in it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};

/// The header with a response.
pub(super) static REFUSAL: HeaderName = HeaderName::from_static("x-refusal");

/// Writes the status, the headers and the body, as in an HTTP/1.1 message, in an encoding that a header can have.
pub(super) fn pack(response: &Response<Bytes>) -> Option<HeaderValue> {
    let mut text = response.status().as_str().as_bytes().to_vec();
    for (name, value) in response.headers() {
        text.push(b'\n');
        text.extend_from_slice(name.as_str().as_bytes());
        text.push(b':');
        text.extend_from_slice(value.as_bytes());
    }
    text.extend_from_slice(b"\n\n");
    text.extend_from_slice(response.body());
    HeaderValue::try_from(URL_SAFE_NO_PAD.encode(text)).ok()
}

/// Reads the response in the header. `None` if it is not a refusal, so that no content of the header lets a request
/// through.
pub(super) fn unpack(value: &HeaderValue) -> Option<Response<Bytes>> {
    let text = Bytes::from(URL_SAFE_NO_PAD.decode(value.as_bytes()).ok()?);
    let end = text.windows(2).position(|bytes| bytes == b"\n\n")?;
    let (head, body) = (text.get(..end)?, text.slice(end + 2..));
    let mut lines = head.split(|&byte| byte == b'\n');
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_bytes(lines.next()?).ok()?;
    for line in lines {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let name = HeaderName::from_bytes(line.get(..colon)?).ok()?;
        let value = HeaderValue::from_bytes(line.get(colon + 1..)?).ok()?;
        response.headers_mut().append(name, value);
    }
    can_refuse(response.status()).then_some(response)
}

/// Whether proxies read this status as a refusal. They read each status between 200 and 299 as permission.
pub(super) fn can_refuse(status: StatusCode) -> bool {
    status.as_u16() >= 300
}
