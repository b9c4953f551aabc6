//! An authorizer that replays recorded answers.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, authorizer_fn,
};

use crate::failure::{Failure, name, read};

/// One answer for every request, or one for each token.
#[derive(Clone)]
pub(crate) struct Recorded {
    file: String,
    answers: Arc<Answers>,
    lacks_one: Arc<AtomicBool>,
}

enum Answers {
    One(Box<RawValue>),
    ByToken(BTreeMap<String, Box<RawValue>>),
}

#[derive(Deserialize)]
struct ByToken {
    #[serde(rename = "answersByToken")]
    answers: BTreeMap<String, Box<RawValue>>,
}

impl Recorded {
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        Self::from_text(file, &read(file)?)
    }

    /// The text of this file.
    pub(crate) fn from_text(file: &str, text: &str) -> Result<Self, Failure> {
        let no_json = |error| {
            Failure::of(
                file,
                format_args!(
                    "{error}; record the JSON that the function returned, or its error: {{\"errorMessage\": \"…\"}}"
                ),
            )
        };
        let json = serde_json::from_str::<Value>(text).map_err(no_json)?;
        let answers = if json.get("answersByToken").is_some() {
            serde_json::from_str::<ByToken>(text).map(|by_token| Answers::ByToken(by_token.answers))
        } else {
            serde_json::from_str(text).map(Answers::One)
        };
        Ok(Self {
            file: file.to_owned(),
            answers: Arc::new(answers.map_err(no_json)?),
            lacks_one: Arc::default(),
        })
    }

    /// An authorizer that returns the recorded answers and errors.
    pub(crate) fn authorizer(&self) -> BoxAuthorizer {
        let (answers, lacks_one) = (Arc::clone(&self.answers), Arc::clone(&self.lacks_one));
        BoxAuthorizer::new(authorizer_fn(move |request: AuthorizerRequest| {
            let answer = answers
                .to(&request)
                .map(|json| AuthorizerResponse::from_json(json.as_bytes()));
            lacks_one.fetch_or(answer.is_none(), Ordering::Relaxed);
            async move { Ok(answer.ok_or_else(|| AuthorizerError::new("no answer was recorded"))??) }
        }))
    }

    /// The file, as it was named.
    pub(super) fn file(&self) -> &str {
        name(&self.file)
    }

    /// The answers as JSON.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &str> {
        let (one, several) = match &*self.answers {
            Answers::One(answer) => (Some(answer), None),
            Answers::ByToken(answers) => (None, Some(answers.values())),
        };
        let answers = one.into_iter().chain(several.into_iter().flatten());
        answers.map(|answer| answer.get())
    }

    /// Whether every request so far has had an answer.
    pub(crate) fn check_answered(&self) -> Result<(), Failure> {
        if self.lacks_one.load(Ordering::Relaxed) {
            Err(Failure::of(
                &self.file,
                "a request has a token that is not among `answersByToken`; record its answer, under the whole value of \
                 the first identity source (`Bearer ` included)",
            ))
        } else {
            Ok(())
        }
    }
}

impl Answers {
    fn to(&self, request: &AuthorizerRequest) -> Option<&str> {
        match self {
            Self::One(answer) => Some(answer.get()),
            Self::ByToken(answers) => {
                let token = request.identity().first()?;
                answers.get(&**token).map(|answer| answer.get())
            }
        }
    }
}
