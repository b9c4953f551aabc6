//! Resolves the names in security requirements to schemes.

use serde_json::json;

use super::{
    model::Definition,
    other_scheme::OtherScheme,
    quoting::quoted_list,
    scheme::{API_KEY, IAM, NONE, Scheme},
};

impl Definition {
    pub(super) fn add_iam(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4"});
        self.add_scheme(IAM, OtherScheme::iam(scheme));
    }

    pub(super) fn add_api_key(&mut self) {
        let scheme = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        self.add_scheme(API_KEY, OtherScheme::api_key(scheme));
    }

    /// Adds a scheme. It takes the place of another one with this name.
    pub(super) fn insert_scheme(&mut self, name: &str, scheme: Scheme) {
        match scheme {
            Scheme::Lambda(authorizer) => {
                self.authorizers.insert(name.to_owned(), authorizer);
            }
            Scheme::Other(other) => {
                self.other_schemes.insert(name.to_owned(), other);
            }
        }
    }

    /// Adds a scheme unless the document has one with this name.
    fn add_scheme(&mut self, name: &str, scheme: OtherScheme) {
        let own = self.other_schemes.get(name);
        if own.is_none_or(OtherScheme::is_undefined) {
            self.other_schemes.insert(name.to_owned(), scheme);
        }
    }

    /// The authorizer among the schemes in a document's `security`. AWS deploys documents with names that are not
    /// defined, so something else has to check those.
    pub(super) fn settle_document(&mut self, names: &[String]) -> Result<Option<String>, String> {
        for name in self.undefined(names) {
            self.other_schemes.insert(name, OtherScheme::undefined());
        }
        self.settle(names)
    }

    /// The authorizer among an operation's schemes. The error says what is wrong.
    pub(super) fn settle(&self, names: &[String]) -> Result<Option<String>, String> {
        let undefined = self.undefined(names);
        if !undefined.is_empty() {
            return Err(format!(
                "{} is not a security scheme of this document; its schemes are {}",
                quoted_list(&undefined),
                self.known_schemes()
            ));
        }
        let is_authorizer = |name: &&String| self.authorizers.contains_key(*name);
        let authorizers: Vec<_> = names.iter().filter(is_authorizer).collect();
        match &*authorizers {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            _ => Err(format!(
                "API Gateway allows one authorizer per method, and this names {}; keep one",
                quoted_list(&authorizers)
            )),
        }
    }

    fn undefined(&self, names: &[String]) -> Vec<String> {
        let is_known = |name: &String| {
            name == NONE
                || self.authorizers.contains_key(name)
                || self.other_schemes.contains_key(name)
        };
        let undefined = names.iter().filter(|name| !is_known(name));
        undefined.cloned().collect()
    }

    /// The schemes that the document defines, for messages.
    pub(super) fn known_schemes(&self) -> String {
        let others = self.other_schemes.iter();
        let others = others.filter(|(_, scheme)| !scheme.is_undefined());
        let names = self.authorizers.keys().chain(others.map(|(name, _)| name));
        let names: Vec<_> = names.collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            quoted_list(&names)
        }
    }
}
