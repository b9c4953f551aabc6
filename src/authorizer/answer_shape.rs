//! Recognises frequent mistakes in an answer that was refused, to say what was meant. Reads the answer once more, so it
//! costs nothing if an answer is valid.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::{
    answer_problem::AnswerProblem,
    strict_json::{Ignored, is_number, read_number},
};

/// The members of a policy and of a statement.
const POLICY: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT: [&str; 7] = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Other words for the members of an answer, in the form of [`plain`].
const OTHER_WORDS: [(&str, &str); 3] = [
    ("policy", "policyDocument"),
    ("authorized", "isAuthorized"),
    ("isallowed", "isAuthorized"),
];

/// The mistake, if it is one of the frequent ones. JSON that is not valid has none.
pub(super) fn recognised<'de, D: Deserializer<'de>>(answer: D) -> Option<AnswerProblem> {
    answer.deserialize_any(Answer).ok()?
}

const A_NUMBER: Option<AnswerProblem> = Some(AnswerProblem::NoObject { found: "a number" });

struct Answer;

impl<'de> Visitor<'de> for Answer {
    type Value = Option<AnswerProblem>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(AnswerProblem::NothingReturned))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(match text.trim_start() {
            "Unauthorized" => AnswerProblem::UnauthorizedReturned,
            text if text.starts_with('{') => AnswerProblem::AnswerInString,
            _ => AnswerProblem::NoObject { found: "a string" },
        }))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Some(AnswerProblem::NoObject { found: "a boolean" }))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(A_NUMBER)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(A_NUMBER)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(A_NUMBER)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<Ignored>()?.is_some() {}
        Ok(Some(AnswerProblem::NoObject { found: "a list" }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut policy = None;
        let mut meant = None;
        let (mut is_simple, mut is_response) = (false, false);
        let (mut is_policy, mut is_in_body) = (false, false);
        while let Some(name) = members.next_key::<String>()? {
            match &*name {
                "policyDocument" => {
                    policy = Some(members.next_value::<Policy>()?);
                    continue;
                }
                "isAuthorized" => is_simple = true,
                "statusCode" => is_response = true,
                "body" => is_in_body = true,
                name if is_number(name) => {
                    read_number(&mut members)?;
                    return Ok(A_NUMBER);
                }
                _ if similar(&name, &["Statement"]).is_some() || name == "Statement" => {
                    is_policy = true;
                }
                _ => meant = meant.or_else(|| meant_member(&name)),
            }
            members.next_value::<Ignored>()?;
        }
        Ok(match policy {
            Some(Policy(problem)) => problem,
            None if is_simple => None,
            None if is_response => Some(AnswerProblem::HttpResponse),
            None if meant.is_some() => meant.map(|meant| AnswerProblem::MisspeltMember { meant }),
            None if is_policy => Some(AnswerProblem::PolicyWithoutWrapper),
            None => is_in_body.then_some(AnswerProblem::AnswerInBody),
        })
    }
}

/// The member of an answer that this name stands for.
fn meant_member(name: &str) -> Option<&'static str> {
    let other_word = || {
        let name = plain(name);
        let mut words = OTHER_WORDS.into_iter();
        words.find_map(|(word, meant)| (word == name).then_some(meant))
    };
    similar(name, &["policyDocument", "isAuthorized"]).or_else(other_word)
}

/// The name that differs from this one only in its case, in separators, in British spelling, or in a plural.
fn similar(name: &str, known: &[&'static str]) -> Option<&'static str> {
    if known.contains(&name) {
        return None;
    }
    let name = plain(name);
    let singular = name.strip_suffix('s').unwrap_or(&name);
    let mut known = known.iter().copied();
    known.find(|known| {
        let known = plain(known);
        known == name || known == singular
    })
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.collect::<String>().to_ascii_lowercase();
    letters.replace("authoris", "authoriz")
}

/// `policyDocument`, and what is wrong with it.
struct Policy(Option<AnswerProblem>);

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members { of: &POLICY })
    }
}

/// `Statement`: one statement or a list.
struct Statements(Option<AnswerProblem>);

impl<'de> Deserialize<'de> for Statements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Members { of: &STATEMENT };
        let Policy(problem) = deserializer.deserialize_any(members)?;
        Ok(Self(problem))
    }
}

/// The members of a policy, of a statement, or of a list of statements.
struct Members {
    of: &'static [&'static str],
}

impl Members {
    fn is_policy(&self) -> bool {
        self.of.contains(&"Statement")
    }
}

impl<'de> Visitor<'de> for Members {
    type Value = Policy;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy or a statement")
    }

    fn visit_str<E>(self, _: &str) -> Result<Policy, E> {
        Ok(Policy(
            self.is_policy().then_some(AnswerProblem::PolicyInString),
        ))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut statements: A) -> Result<Policy, A::Error> {
        let mut problem = None;
        while let Some(Statements(found)) = statements.next_element()? {
            problem = problem.or(found);
        }
        Ok(Policy(problem))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Policy, A::Error> {
        let mut problem = None;
        while let Some(name) = members.next_key::<String>()? {
            if self.is_policy() && name == "Statement" {
                let Statements(found) = members.next_value()?;
                problem = problem.or(found);
                continue;
            }
            let is_null = members.next_value::<Option<Ignored>>()?.is_none();
            let known = self.of.iter().copied().find(|known| *known == name);
            problem = problem.or_else(|| match (known, similar(&name, self.of)) {
                (Some(member), _) if is_null => Some(AnswerProblem::NullMember { member }),
                (None, Some(meant)) => Some(AnswerProblem::MisspeltMember { meant }),
                _ => None,
            });
        }
        Ok(Policy(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: &str) -> Option<AnswerProblem> {
        recognised(&mut serde_json::Deserializer::from_str(answer))
    }

    #[test]
    fn frequent_mistakes_are_recognised() {
        use AnswerProblem::*;
        let misspelt = |meant| MisspeltMember { meant };
        for (answer, expected) in [
            ("null", NothingReturned),
            (r#""Allow""#, NoObject { found: "a string" }),
            (r#""Unauthorized: expired""#, NoObject { found: "a string" }),
            ("true", NoObject { found: "a boolean" }),
            ("7", NoObject { found: "a number" }),
            ("-7", NoObject { found: "a number" }),
            ("0.5", NoObject { found: "a number" }),
            (r#"[{"isAuthorized":true}]"#, NoObject { found: "a list" }),
            (r#""Unauthorized""#, UnauthorizedReturned),
            (r#""{\"isAuthorized\":true}""#, AnswerInString),
            (r#""\n{}""#, AnswerInString),
            (r#"{"statusCode":200,"body":"{}"}"#, HttpResponse),
            (r#"{"body":{"policyDocument":{}}}"#, AnswerInBody),
            (
                r#"{"Version":"2012-10-17","Statement":[]}"#,
                PolicyWithoutWrapper,
            ),
            (
                r#"{"version":"2012-10-17","statement":[]}"#,
                PolicyWithoutWrapper,
            ),
            (r#"{"policyDocument":"{}"}"#, PolicyInString),
            (r#"{"PolicyDocument":{}}"#, misspelt("policyDocument")),
            (r#"{"policy_document":{}}"#, misspelt("policyDocument")),
            (r#"{"policy":{}}"#, misspelt("policyDocument")),
            (r#"{"isAuthorised":true}"#, misspelt("isAuthorized")),
            (r#"{"IsAuthorized":true}"#, misspelt("isAuthorized")),
            (r#"{"authorized":true}"#, misspelt("isAuthorized")),
            (r#"{"policyDocument":{"version":"x"}}"#, misspelt("Version")),
            (
                r#"{"policyDocument":{"statement":[]}}"#,
                misspelt("Statement"),
            ),
            (
                r#"{"policyDocument":{"Statements":[]}}"#,
                misspelt("Statement"),
            ),
            (
                r#"{"policyDocument":{"Statement":[{},{"effect":1}]}}"#,
                misspelt("Effect"),
            ),
            (
                r#"{"policyDocument":{"Statement":{"Resources":1}}}"#,
                misspelt("Resource"),
            ),
            (
                r#"{"policyDocument":{"Statement":{"not_action":1}}}"#,
                misspelt("NotAction"),
            ),
            (
                r#"{"policyDocument":{"Version":null}}"#,
                NullMember { member: "Version" },
            ),
            (
                r#"{"policyDocument":{"Statement":{"Condition":null}}}"#,
                NullMember {
                    member: "Condition",
                },
            ),
        ] {
            assert_eq!(of(answer), Some(expected), "{answer}");
        }
    }

    #[test]
    fn their_neighbours_are_not_recognised() {
        for answer in [
            "{}",
            r#"{"principalId":"a"}"#,
            // A valid answer may have any other members.
            r#"{"policyDocument":{},"body":1,"statusCode":1,"Statement":1,"policy":1}"#,
            r#"{"isAuthorized":1,"body":1,"statusCode":1,"Statement":1,"policy":1}"#,
            r#"{"context":{"policyDocument":"{}","statusCode":1}}"#,
            r#"{"policyDocument":{"Statement":{"Principal":"*"}}}"#,
            r#"{"policyDocument":{"Statement":{"Condition":{"Bool":null}}}}"#,
            r#"{"policyDocument":{"Statement":"{}"}}"#,
            r#"{"policyDocument":[1]}"#,
            // JSON that is not valid.
            r#"{"policyDocument":"{}""#,
            "",
        ] {
            assert_eq!(of(answer), None, "{answer}");
        }
    }
}
