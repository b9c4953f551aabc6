//! Patterns: wildcards, policy variables, actions and ARNs.

mod action;
mod arn;
mod arn_like;
mod decoded;
mod matching;
mod parts;
mod piece;
mod resource;
mod shift_and;
mod text;
mod variable;
mod wildcard;

pub(super) use self::{
    action::ActionPattern,
    arn::{HeadPattern, cut_arn, head_parts, split_arn},
    arn_like::ArnPattern,
    parts::{Part, Syntax, have_unknown, may_lack_value, parse, resolve},
    resource::{NotAnArn, ResourcePattern, ResourceText},
    text::TextPattern,
    variable::variables,
    wildcard::{Prefix, Wildcard},
};
