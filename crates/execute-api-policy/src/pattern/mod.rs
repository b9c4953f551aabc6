//! Patterns: wildcards, policy variables, actions and ARNs.

mod action;
mod alphabet;
mod arn;
mod arn_like;
mod decoded;
mod elements;
mod folded;
mod gapped;
mod haystack;
mod literal;
mod matching;
mod parts;
mod patience;
mod piece;
mod piece_search;
mod place_set;
mod place_sets;
mod places;
mod resource;
mod small_text;
#[cfg(test)]
mod tests;
mod text;
mod variable;
mod wildcard;
mod window;

pub(super) use self::{
    action::ActionPattern,
    arn::{HeadPattern, cut_arn, head_parts, split_arn},
    arn_like::{ArnHaystacks, ArnPattern, arn_haystacks},
    folded::folded,
    haystack::Haystack,
    parts::{Part, Syntax, have_unknown, may_lack_value, parse, resolve},
    resource::{NotAnArn, ResourcePattern, ResourceText},
    text::{TextPattern, is_pattern},
    variable::variables,
    wildcard::{Prefix, Wildcard},
};
