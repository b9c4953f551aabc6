//! Parses the command line.

use std::net::IpAddr;

use tower_lambda_authorizer::{Api, ApiType, policy::ConditionContext};

use crate::failure::Failure;

const USAGE: &str = "usage:
  why request [OPTION]... CONFIG ANSWER REQUESTS
  why request [OPTION]... CONFIG ANSWER METHOD TARGET ['HEADER: VALUE']...
  why table [OPTION]... CONFIG ANSWER TABLE
  why policy [--api ARN] POLICY METHOD-ARN [CONDITION-KEY=VALUE]...
  why lint [--api ARN] POLICY";

pub(crate) enum Command {
    Request(Setup, Asked),
    Table(Setup, String),
    Policy {
        file: String,
        method_arn: String,
        context: ConditionContext,
        api: Option<String>,
    },
    Lint {
        file: String,
        api: Option<String>,
    },
}

/// The requests to explain: from a file, or one on the command line.
pub(crate) enum Asked {
    File(String),
    Words(Vec<String>),
}

/// The authorizer: its configuration, its recorded answer, and options for what these do not contain.
pub(crate) struct Setup {
    pub(crate) config: String,
    pub(crate) answer: String,
    pub(crate) options: Options,
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) json: bool,
    pub(crate) api: Option<Api>,
    pub(crate) api_type: Option<ApiType>,
    pub(crate) authorizer: Option<String>,
    pub(crate) logical_id: Option<String>,
    pub(crate) left_unchecked: Vec<String>,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) token_header: Option<String>,
}

impl Command {
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut arguments = arguments;
        let command = arguments.next().unwrap_or_default();
        match command.as_str() {
            "request" | "table" => Self::with_options(&command, arguments),
            "policy" => Self::policy(arguments),
            "lint" => {
                let (api, words) = with_api(arguments)?;
                let [file] = positional(words)?;
                Ok(Self::Lint { file, api })
            }
            _ => Err(Failure::new(USAGE)),
        }
    }

    fn with_options(
        command: &str,
        mut arguments: impl Iterator<Item = String>,
    ) -> Result<Self, Failure> {
        let mut options = Options::default();
        let mut words = Vec::new();
        while let Some(argument) = arguments.next() {
            match argument.strip_prefix("--") {
                Some(name) => options.set(name, &mut arguments)?,
                None => words.push(argument),
            }
        }
        let behind = words.split_off(words.len().min(2));
        let [config, answer] = positional(words)?;
        let setup = Setup {
            config,
            answer,
            options,
        };
        match command {
            "table" => {
                let [table] = positional(behind)?;
                Ok(Self::Table(setup, table))
            }
            _ => match <[String; 1]>::try_from(behind) {
                Ok([file]) => Ok(Self::Request(setup, Asked::File(file))),
                Err(words) if words.is_empty() => Err(Failure::new(USAGE)),
                Err(words) => Ok(Self::Request(setup, Asked::Words(words))),
            },
        }
    }

    fn policy(arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let (api, mut words) = with_api(arguments)?;
        let keys = words.split_off(words.len().min(2));
        let [file, method_arn] = positional(words)?;
        let mut context = ConditionContext::new();
        for argument in keys {
            let Some((key, value)) = argument.split_once('=') else {
                return Err(Failure::new(USAGE));
            };
            context = context.with(key, value);
        }
        Ok(Self::Policy {
            file,
            method_arn,
            context,
            api,
        })
    }
}

/// The API that a policy is for, if the option names it, and the other arguments.
fn with_api(
    mut arguments: impl Iterator<Item = String>,
) -> Result<(Option<String>, Vec<String>), Failure> {
    let wrong = |problem: &str| Failure::new(format_args!("--api: {problem}"));
    let (mut arn, mut words) = (None, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            None => words.push(argument),
            Some("api") => {
                let value = arguments.next();
                let value = value.ok_or_else(|| wrong("its value is missing"))?;
                api(&value).map_err(|problem| wrong(&problem))?;
                arn = Some(value);
            }
            Some(name) => {
                let problem = format_args!("--{name}: there is no such option\n{USAGE}");
                return Err(Failure::new(problem));
            }
        }
    }
    Ok((arn, words))
}

impl Options {
    fn set(
        &mut self,
        name: &str,
        arguments: &mut impl Iterator<Item = String>,
    ) -> Result<(), Failure> {
        let wrong = |problem: &str| Failure::new(format_args!("--{name}: {problem}"));
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| wrong("its value is missing"))
        };
        match name {
            "json" => self.json = true,
            "api" => self.api = Some(api(&value()?).map_err(|problem| wrong(&problem))?),
            "api-type" => {
                let value = value()?;
                let known = api_type(&value);
                self.api_type = Some(known.ok_or_else(|| wrong("say rest, http or websocket"))?);
            }
            "authorizer" => self.authorizer = Some(value()?),
            "logical-id" => self.logical_id = Some(value()?),
            "leave-unchecked" => self.left_unchecked.push(value()?),
            "source-ip" => {
                let address = value()?.parse();
                self.source_ip = Some(address.map_err(|_| wrong("this is not an IP address"))?);
            }
            "token-header" => self.token_header = Some(value()?),
            _ => return Err(wrong(&format!("there is no such option\n{USAGE}"))),
        }
        Ok(())
    }
}

/// Reads an API from the beginning of its method ARNs, or from a whole method ARN, as in an event.
fn api(arn: &str) -> Result<Api, String> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, "execute-api", region, account, path] = *parts else {
        return Err("say arn:aws:execute-api:REGION:ACCOUNT:API-ID/STAGE".into());
    };
    let mut path = path.split('/');
    let (id, stage) = (path.next(), path.next());
    Api::new(
        region,
        account,
        id.unwrap_or_default(),
        stage.unwrap_or_default(),
    )
    .and_then(|api| api.with_partition(partition))
    .map_err(|error| error.to_string())
}

fn api_type(name: &str) -> Option<ApiType> {
    match name {
        "rest" => Some(ApiType::Rest),
        "http" => Some(ApiType::Http),
        "websocket" => Some(ApiType::WebSocket),
        _ => None,
    }
}

fn positional<const N: usize>(words: Vec<String>) -> Result<[String; N], Failure> {
    words.try_into().map_err(|_| Failure::new(USAGE))
}
