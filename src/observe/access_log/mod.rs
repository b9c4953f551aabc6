//! Access logs: a line for each decision, in the formats of API Gateway's access logs.

mod escape;
mod format_string;
mod line;
mod log;
mod log_format;
mod place;
mod similar_variable;
mod value;
mod variable;

pub use self::{log::AccessLog, log_format::LogFormat};
