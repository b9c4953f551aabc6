//! The condition keys of a request, for the policies that authorizers answer with.

use std::{cell::OnceCell, net::IpAddr, time::SystemTime};

use http::{HeaderMap, HeaderName, header};

use crate::policy::{ConditionContext, ConditionKeys, KeyValue};

/// What conditions and policy variables can ask of a request: what the application has put into its
/// extensions, and for the rest what API Gateway is documented to know of any request.
pub(crate) struct RequestKeys<'r> {
    pub(crate) application: Option<&'r ConditionContext>,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) secure_transport: bool,
    /// One reading for `aws:CurrentTime` and `aws:EpochTime`.
    pub(crate) time: SystemTime,
    texts: HeaderTexts,
}

/// The two headers, as far as somebody has asked for them.
#[derive(Default)]
struct HeaderTexts {
    user_agent: OnceCell<Option<String>>,
    referer: OnceCell<Option<String>>,
}

impl<'r> RequestKeys<'r> {
    pub(crate) fn new(
        application: Option<&'r ConditionContext>,
        headers: &'r HeaderMap,
        source_ip: Option<IpAddr>,
        secure_transport: bool,
        time: SystemTime,
    ) -> Self {
        Self {
            application,
            headers,
            source_ip,
            secure_transport,
            time,
            texts: HeaderTexts::default(),
        }
    }

    /// Of a repeated header the last. What is not UTF-8 is not absent: a condition on it must not be got
    /// round by a stray byte.
    fn header<'t>(
        &self,
        text: &'t OnceCell<Option<String>>,
        name: &HeaderName,
    ) -> Option<KeyValue<'t>> {
        let text = text.get_or_init(|| {
            let value = self.headers.get_all(name).iter().next_back()?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        text.as_deref().map(KeyValue::Text)
    }
}

impl ConditionKeys for RequestKeys<'_> {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let application = self.application.and_then(|keys| keys.get(key));
        application.or_else(|| match key {
            "aws:sourceip" => self.source_ip.map(KeyValue::Address),
            "aws:securetransport" => Some(KeyValue::Bool(self.secure_transport)),
            "aws:currenttime" => Some(KeyValue::Time(self.time)),
            "aws:epochtime" => Some(KeyValue::Epoch(self.time)),
            "aws:useragent" => self.header(&self.texts.user_agent, &header::USER_AGENT),
            "aws:referer" => self.header(&self.texts.referer, &header::REFERER),
            _ => None,
        })
    }
}
