//! The values of condition keys for a request, which policies read.

use std::{
    cell::{Cell, OnceCell},
    net::IpAddr,
    time::SystemTime,
};

use http::{HeaderName, header, request::Parts};
use jiff::Timestamp;

use crate::{
    policy::{ConditionContext, ConditionKeys, KeyValue},
    request::{reader::RequestReader, unknown_key::UnknownKey},
};

/// The values of a request that conditions and policy variables can read.
///
/// The application's keys, in the request's extensions, take precedence. The others are those that API Gateway
/// documents. A key that API Gateway knows for every request is never absent here: it has a value or is unknown. A
/// value is computed when a policy first reads it, and only once.
pub(crate) struct RequestKeys<'r> {
    reader: &'r RequestReader,
    parts: &'r Parts,
    /// `None` until a policy reads a key. Most policies never do.
    read: OnceCell<Read>,
}

/// The values that have been computed.
#[derive(Default)]
struct Read {
    source_ip: OnceCell<Option<IpAddr>>,
    secure_transport: OnceCell<Option<bool>>,
    /// `aws:CurrentTime` and `aws:EpochTime` share one reading of the clock. `None` if the calendar does not have the
    /// time.
    time: OnceCell<Option<SystemTime>>,
    user_agent: OnceCell<Option<String>>,
    referer: OnceCell<Option<String>>,
    /// Whether a policy has read a key that is unknown.
    asked_unknown: Cell<bool>,
}

static SECURE_TRANSPORT: UnknownKey = UnknownKey::new(
    "aws:SecureTransport",
    "it is not configured whether clients use TLS: call the layer's `secure_transport`, or let the proxies of \
     `ClientIp::behind_proxies` set `X-Forwarded-Proto` (those of `ClientIp::from_forwarded`: `proto` in `Forwarded`)",
);
const NO_CALENDAR: &str = "the layer's clock is not between the years -9999 and 9999: set it right";
static CURRENT_TIME: UnknownKey = UnknownKey::new("aws:CurrentTime", NO_CALENDAR);
static EPOCH_TIME: UnknownKey = UnknownKey::new("aws:EpochTime", NO_CALENDAR);

impl<'r> RequestKeys<'r> {
    pub(crate) fn new(reader: &'r RequestReader, parts: &'r Parts) -> Self {
        Self {
            reader,
            parts,
            read: OnceCell::new(),
        }
    }

    /// The first unknown key for which `is_read` returns true, if any policy has read an unknown key.
    pub(crate) fn unknown(&self, is_read: impl Fn(&str) -> bool) -> Option<&'static UnknownKey> {
        if !self.read.get()?.asked_unknown.get() {
            return None;
        }
        let unknown = [
            self.source_ip().err(),
            self.secure_transport().err(),
            self.time(&CURRENT_TIME).err(),
            self.time(&EPOCH_TIME).err(),
        ];
        let mut unknown = unknown.into_iter().flatten();
        unknown.find(|key| is_read(key.name()))
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(Read::default)
    }

    fn source_ip(&self) -> Result<KeyValue<'static>, &'static UnknownKey> {
        let client_ip = &self.reader.client_ip;
        let address = self
            .read()
            .source_ip
            .get_or_init(|| client_ip.of(self.parts));
        address
            .map(KeyValue::Address)
            .ok_or_else(|| client_ip.why_unknown(self.parts))
    }

    fn secure_transport(&self) -> Result<KeyValue<'static>, &'static UnknownKey> {
        let secure = self.read().secure_transport.get_or_init(|| {
            let client_ip = &self.reader.client_ip;
            let forwarded = client_ip.forwarded_secure_transport(self.parts);
            forwarded.or(self.reader.secure_transport)
        });
        secure.map(KeyValue::Bool).ok_or(&SECURE_TRANSPORT)
    }

    fn time(&self, unknown: &'static UnknownKey) -> Result<SystemTime, &'static UnknownKey> {
        let time = self.read().time.get_or_init(|| {
            let now = self.reader.clock.now();
            Timestamp::try_from(now).is_ok().then_some(now)
        });
        time.ok_or(unknown)
    }

    /// The last value of a header. Bytes that are not UTF-8 are replaced, and the key is not absent: otherwise a client
    /// could bypass a condition with one such byte.
    fn header<'t>(
        &self,
        text: &'t OnceCell<Option<String>>,
        name: &HeaderName,
    ) -> Option<KeyValue<'t>> {
        let text = text.get_or_init(|| {
            let value = self.parts.headers.get_all(name).iter().next_back()?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        text.as_deref().map(KeyValue::Text)
    }

    fn known(&self, value: Result<KeyValue<'static>, &'static UnknownKey>) -> KeyValue<'static> {
        value.unwrap_or_else(|unknown| {
            self.read().asked_unknown.set(true);
            KeyValue::Unknown(unknown.reason())
        })
    }
}

impl ConditionKeys for RequestKeys<'_> {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let application = self.parts.extensions.get::<ConditionContext>();
        let application = application.and_then(|keys| keys.get(key));
        application.or_else(|| match key {
            "aws:sourceip" => Some(self.known(self.source_ip())),
            "aws:securetransport" => Some(self.known(self.secure_transport())),
            "aws:currenttime" => {
                let time = self.time(&CURRENT_TIME).map(KeyValue::Time);
                Some(self.known(time))
            }
            "aws:epochtime" => {
                let time = self.time(&EPOCH_TIME).map(KeyValue::Epoch);
                Some(self.known(time))
            }
            "aws:useragent" => self.header(&self.read().user_agent, &header::USER_AGENT),
            "aws:referer" => self.header(&self.read().referer, &header::REFERER),
            _ => None,
        })
    }
}
