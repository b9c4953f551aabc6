//! Text from others in messages: in one line, with nothing in it hidden.

pub(crate) use execute_api_policy::layer_only::OneLine;
