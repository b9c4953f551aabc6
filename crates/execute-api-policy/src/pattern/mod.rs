//! Patterns: wildcards, policy variables, actions and ARNs.

mod action;
mod alphabet;
mod api_names;
mod arn;
mod arn_like;
mod decoded;
mod elements;
mod folded;
mod for_any_api;
mod gapped;
mod haystack;
mod left;
mod literal;
mod matching;
mod parts;
mod patience;
mod piece;
mod piece_search;
mod place_set;
mod place_sets;
mod placeholder;
mod places;
mod resource;
mod small_text;
#[cfg(test)]
mod tests;
mod text;
mod variable;
mod wildcard;
mod window;

pub use self::placeholder::KnownParts;
pub(super) use self::{
    action::ActionPattern,
    api_names::{names_an_api, possible_stages},
    arn::{HeadPattern, cut_arn, head_parts, split_arn},
    arn_like::{ArnHaystacks, ArnPattern, arn_haystacks},
    folded::folded,
    for_any_api::{ForAnyApi, entries_of_stage},
    haystack::Haystack,
    left::{Beginning, left_after},
    parts::{Part, Syntax, have_unknown, may_lack_value, parse, resolve},
    placeholder::{Placeholder, Reach},
    resource::{NotAnArn, ResourcePattern, ResourceText, other_patterns},
    text::{TextPattern, is_pattern},
    variable::variables,
    wildcard::{Prefix, Wildcard},
};
