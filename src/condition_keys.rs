//! The condition keys of a request, for the policies that authorizers answer with.

use std::{cell::OnceCell, time::SystemTime};

use http::{HeaderName, header, request::Parts};

use crate::{
    policy::{ConditionContext, ConditionKeys, KeyValue},
    settings::Settings,
};

/// What conditions and policy variables can ask of a request: what the application has put into its
/// extensions, and for the rest what API Gateway is documented to know of any request. Nothing is worked out
/// before it is asked for.
pub(crate) struct RequestKeys<'r> {
    settings: &'r Settings,
    parts: &'r Parts,
    /// One reading for `aws:CurrentTime` and `aws:EpochTime`.
    time: OnceCell<SystemTime>,
    user_agent: OnceCell<Option<String>>,
    referer: OnceCell<Option<String>>,
}

impl<'r> RequestKeys<'r> {
    pub(crate) fn new(settings: &'r Settings, parts: &'r Parts) -> Self {
        Self {
            settings,
            parts,
            time: OnceCell::new(),
            user_agent: OnceCell::new(),
            referer: OnceCell::new(),
        }
    }

    fn time(&self) -> SystemTime {
        *self.time.get_or_init(|| self.settings.clock.now())
    }

    fn secure_transport(&self) -> bool {
        let forwarded = self
            .settings
            .client_ip
            .forwarded_secure_transport(self.parts);
        forwarded.unwrap_or(self.settings.secure_transport)
    }

    /// Of a repeated header the last. What is not UTF-8 is not absent: a condition on it must not be got
    /// round by a stray byte.
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
}

impl ConditionKeys for RequestKeys<'_> {
    fn get(&self, key: &str) -> Option<KeyValue<'_>> {
        let application = self.parts.extensions.get::<ConditionContext>();
        let application = application.and_then(|keys| keys.get(key));
        application.or_else(|| match key {
            "aws:sourceip" => {
                let address = self.settings.client_ip.of(self.parts);
                address.map(KeyValue::Address)
            }
            "aws:securetransport" => Some(KeyValue::Bool(self.secure_transport())),
            "aws:currenttime" => Some(KeyValue::Time(self.time())),
            "aws:epochtime" => Some(KeyValue::Epoch(self.time())),
            "aws:useragent" => self.header(&self.user_agent, &header::USER_AGENT),
            "aws:referer" => self.header(&self.referer, &header::REFERER),
            _ => None,
        })
    }
}
