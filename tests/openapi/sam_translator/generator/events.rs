//! Functions and state machines, with the events that open routes.

use serde_json::{Map, Value, json};

use super::{Api, Generator, Kind, METHODS, PATHS};

impl Generator {
    pub(super) fn function(&mut self, apis: &[Api]) -> Value {
        let mut function = json!({
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "Handler": "a.b",
                "Runtime": "nodejs20.x",
                "CodeUri": "s3://b/k",
                "Events": self.events(apis, false),
            },
        });
        if self.chance(15) {
            function["Condition"] = self.one_of(&["Yes", "No"]).into();
        }
        function
    }

    pub(super) fn state_machine(&mut self, apis: &[Api]) -> Value {
        json!({
            "Type": "AWS::Serverless::StateMachine",
            "Properties": {
                "DefinitionUri": "s3://b/k",
                "Role": "arn:aws:iam::123456789012:role/x",
                "Events": self.events(apis, true),
            },
        })
    }

    fn events(&mut self, apis: &[Api], is_of_state_machine: bool) -> Value {
        let mut events = Map::new();
        for index in 0..self.random.usize(..4) {
            let event = self.event(apis, is_of_state_machine);
            events.insert(format!("E{index}"), event);
        }
        events.into()
    }

    fn event(&mut self, apis: &[Api], is_of_state_machine: bool) -> Value {
        let fitting = apis
            .iter()
            .filter(|api| !is_of_state_machine || api.kind == Kind::Rest);
        let named = fitting.clone().filter(|api| api.named);
        let fitting: Vec<_> = if named.clone().count() > 0 && self.chance(75) {
            named.collect()
        } else {
            fitting.collect()
        };
        let api = fitting[self.random.usize(..fitting.len())];
        let mut properties = Map::new();
        let mut kind = api.kind;
        if api.named || self.chance(5) {
            let reference = if self.chance(80) {
                json!({"Ref": api.id})
            } else {
                json!(api.id)
            };
            properties.insert(kind.api_id().into(), reference);
            if self.mistake(5) {
                kind = self.one_of(&[Kind::Rest, Kind::Http]);
            }
        }
        if kind == Kind::Rest || self.chance(90) {
            properties.insert("Path".into(), self.one_of(&PATHS).into());
            properties.insert("Method".into(), self.one_of(&METHODS).into());
        }
        if self.chance(45) {
            let auth = self.event_auth(api);
            properties.insert("Auth".into(), auth);
        }
        json!({"Type": kind.section(), "Properties": properties})
    }

    fn event_auth(&mut self, api: &Api) -> Value {
        let mut auth = Map::new();
        let mut names = api.authorizers.clone();
        if api.has_default {
            names.extend(["NONE".to_owned(), "NONE".to_owned()]);
        }
        if self.mistake(10) {
            names = vec![
                "Nobody".into(),
                "NONE".into(),
                "Gate".into(),
                "AWS_IAM".into(),
            ];
        }
        if !names.is_empty() && self.chance(70) {
            let name = names.swap_remove(self.random.usize(..names.len()));
            auth.insert("Authorizer".into(), name.into());
        }
        let may_say_more =
            auth.contains_key("Authorizer") || api.kind == Kind::Http && api.has_default;
        if (may_say_more || self.mistake(10)) && self.chance(25) {
            auth.insert("AuthorizationScopes".into(), json!(["mail"]));
        }
        if api.kind == Kind::Rest {
            if self.chance(20) {
                let required = !(api.needs_api_key || self.mistake(20)) || self.chance(40);
                auth.insert("ApiKeyRequired".into(), required.into());
            }
            let overrides = auth.contains_key("Authorizer") || auth.contains_key("ApiKeyRequired");
            if (overrides || self.mistake(20)) && self.chance(if api.has_body { 50 } else { 10 }) {
                auth.insert("OverrideApiAuth".into(), self.chance(80).into());
            }
            if self.chance(5) {
                auth.insert("InvokeRole".into(), "NONE".into());
            }
        }
        if self.mistake(4) {
            auth.insert("Authoriser".into(), "Gate".into());
        }
        auth.into()
    }
}
