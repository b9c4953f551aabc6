//! Patterns: wildcards, policy variables, actions and ARNs.

mod action;
mod arn;
mod decoded;
mod matching;
mod parts;
mod piece;
mod shift_and;
mod text;
mod variable;
mod wildcard;

pub(super) use self::{
    action::ActionPattern,
    arn::{ArnPattern, HeadPattern, NotAnArn, ResourcePattern, cut_arn, head_parts, split_arn},
    parts::{Part, Syntax, have_unknown, may_lack_value, parse, resolve},
    text::TextPattern,
    variable::variables,
    wildcard::{Prefix, Wildcard},
};
