//! The APIs of a template, and the selection of one.

use super::{
    dialect::{DIALECTS, Dialect},
    events::Event,
    template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    node::Node,
    quoting::{quoted, quoted_list},
};

impl Template<'_> {
    /// The selected API: the one with this name, or the only one.
    pub(super) fn api<'a>(
        &'a self,
        named: Option<&str>,
    ) -> Result<(&'a str, &'static Dialect), DefinitionError> {
        let apis = self.all_apis()?;
        for (id, _) in &apis {
            if let Some(resource) = self
                .resource(id)
                .filter(|_| named.is_none_or(|it| it == *id))
            {
                resource.note_condition();
            }
        }
        let ids: Vec<_> = apis.iter().map(|(id, _)| *id).collect();
        let problem = match (named, &*apis) {
            (Some(name), _) => match apis.iter().find(|(id, _)| *id == name) {
                Some(found) => return Ok(*found),
                None => format!(
                    "the template has no REST or HTTP API {}; it has {}",
                    quoted(name),
                    if ids.is_empty() {
                        "none".into()
                    } else {
                        quoted_list(&ids)
                    }
                ),
            },
            (None, [only]) => return Ok(*only),
            (None, []) => self.no_api(),
            (None, _) => format!(
                "the template has several APIs: {}{}; choose one with `from_cloudformation_api` or `Template::api_named`",
                quoted_list(&ids),
                Self::made_by_sam(&ids)
            ),
        };
        Err(self.root.error(problem))
    }

    fn no_api(&self) -> String {
        let mut apis = DIALECTS.iter().flat_map(|it| self.of_type(it.plain));
        match apis.find(|(_, resource)| resource.is_of_websockets()) {
            Some((id, _)) => format!(
                "{} is a WebSocket API, and only REST and HTTP APIs are read from a template: guard its handshakes with \
                 `LambdaAuthorizerLayer::websocket_api`, or pass the command its authorizer as JSON, as `aws apigatewayv2 \
                 get-authorizer` prints it",
                quoted(id)
            ),
            None => "the template has no REST or HTTP API: no `AWS::Serverless::Api` or `HttpApi`, no \
                     `AWS::ApiGateway::RestApi`, no `AWS::ApiGatewayV2::Api` with the protocol `HTTP`, no event of the \
                     type `Api` or `HttpApi`"
                .into(),
        }
    }

    /// Nobody wrote these APIs into the template, so a reader does not know their names.
    fn made_by_sam(ids: &[&str]) -> String {
        let made = DIALECTS
            .iter()
            .filter(|dialect| ids.contains(&dialect.implicit));
        made.map(
            |Dialect {
                 implicit, api_id, ..
             }| {
                format!(" (SAM creates `{implicit}` for events without `{api_id}`)")
            },
        )
        .collect()
    }

    /// The APIs of both types.
    pub(super) fn all_apis(&self) -> Result<Vec<(&str, &'static Dialect)>, DefinitionError> {
        let mut apis = Vec::new();
        for dialect in &DIALECTS {
            apis.extend(self.apis(dialect)?.map(|id| (id, dialect)));
        }
        Ok(apis)
    }

    /// All APIs of a type, including the one that SAM creates from events.
    fn apis(
        &self,
        dialect: &'static Dialect,
    ) -> Result<impl Iterator<Item = &str>, DefinitionError> {
        let explicit = [dialect.serverless, dialect.plain]
            .into_iter()
            .flat_map(|kind| self.of_type(kind))
            .filter(|(_, resource)| !resource.is_of_websockets());
        let is_implicit = |event: &Event<'_>| {
            let properties = event.node.member("Properties");
            let id = properties.and_then(|node| node.member(dialect.api_id));
            let names =
                |id: Node<'_>| id.reference().or(id.value().as_str()) == Some(dialect.implicit);
            id.is_none_or(names)
        };
        let events = self.api_events(dialect)?;
        let mut events = events.iter().filter(|event| !event.is_absent);
        let implicit = events.any(is_implicit).then_some(dialect.implicit);
        if let Some(resource) = implicit.and_then(|id| self.resource(id)) {
            return Err(resource.node.error(
                "SAM replaces this resource by the API that it creates from events; rename the resource, and refer to \
                 it in its events",
            ));
        }
        Ok(explicit.map(|(id, _)| id).chain(implicit))
    }
}
