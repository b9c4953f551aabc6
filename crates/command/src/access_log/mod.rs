//! `--access-log`: a line for each decision, in a file or on the standard output.

mod lines;
mod target;

use std::{sync::Arc, time::Duration};

use tower_lambda_authorizer::observing::{self, Observer};

use self::{lines::Lines, target::Target};
use crate::{
    cli::{self, AccessLogFormat},
    failure::Failure,
    line_writer::LineWriter,
};

/// The longest wait for the last lines, because a reader may have stopped.
const MAX_FLUSH: Duration = Duration::from_secs(2);

/// The fields that API Gateway's console proposes, as far as a guard knows them.
const JSON: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.authorizer.principalId","#,
    r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","path":"$context.path","#,
    r#""resourcePath":"$context.resourcePath","protocol":"$context.protocol","status":$context.status,"#,
    r#""responseType":"$context.error.responseType","error":"$context.error.message","#,
    r#""authorizerStatus":$context.authorizer.status,"authorizerLatency":$context.authorizer.latency,"#,
    r#""authorizerError":"$context.authorizer.error","authorizeError":"$context.authorize.error"}"#,
);
const CLF: &str = concat!(
    "$context.identity.sourceIp - $context.authorizer.principalId [$context.requestTime] ",
    r#""$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength $context.requestId"#,
);
const CSV: &str = concat!(
    "$context.identity.sourceIp,$context.authorizer.principalId,$context.requestTime,$context.httpMethod,",
    "$context.path,$context.protocol,$context.status,$context.error.responseType,$context.requestId",
);
const XML: &str = concat!(
    r#"<request id="$context.requestId"><ip>$context.identity.sourceIp</ip>"#,
    "<caller>$context.authorizer.principalId</caller><requestTime>$context.requestTime</requestTime>",
    "<httpMethod>$context.httpMethod</httpMethod><path>$context.path</path><protocol>$context.protocol</protocol>",
    "<status>$context.status</status><responseType>$context.error.responseType</responseType></request>",
);

/// Clones write into the same log.
#[derive(Clone)]
pub(crate) struct AccessLog {
    observer: Arc<dyn Observer>,
    lines: Arc<LineWriter>,
}

impl AccessLog {
    /// Opens the log that the arguments ask for.
    pub(crate) fn open(arguments: &cli::AccessLog) -> Result<Option<Self>, Failure> {
        let Some(file) = &arguments.access_log else {
            return Ok(None);
        };
        let output = Lines::new(file.clone(), Target::open(file)?);
        let lines = Arc::new(LineWriter::new(output));
        let format = match arguments.access_log_format {
            AccessLogFormat::Json => observing::AccessLog::json(JSON),
            AccessLogFormat::Clf => observing::AccessLog::clf(CLF),
            AccessLogFormat::Csv => observing::AccessLog::csv(CSV),
            AccessLogFormat::Xml => observing::AccessLog::xml(XML),
        };
        let written = Arc::clone(&lines);
        let observer = format
            .map_err(Failure::new)?
            .to_fn(move |line| written.write(format!("{line}\n")));
        Ok(Some(Self {
            observer: Arc::new(observer),
            lines,
        }))
    }

    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.observer)
    }

    pub(crate) fn last_lines(&self) -> LastLines {
        LastLines(Arc::clone(&self.lines))
    }
}

/// Waits on drop until everything is written.
pub(crate) struct LastLines(Arc<LineWriter>);

impl Drop for LastLines {
    fn drop(&mut self) {
        self.0.flush(MAX_FLUSH);
    }
}
