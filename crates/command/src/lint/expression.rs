//! Which tokens an identity validation expression can match at all.

use std::collections::BTreeSet;

use regex_automata::{
    Anchored, Input,
    dfa::{
        Automaton as _, StartKind,
        dense::{Config, DFA},
    },
    nfa::thompson,
    util::{primitives::StateID, syntax},
};

/// More than expressions that people write need. An automaton can take exponential time, and these limits bound it.
const MAX_BYTES: usize = 1 << 20;

/// A token as most issuers write them.
const JSON_WEB_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";

pub(super) struct Expression(DFA<Vec<u32>>);

impl Expression {
    /// `None` if this cannot be decided: the expression is not valid, needs a large automaton, or looks at Unicode's words.
    pub(super) fn new(text: &str) -> Option<Self> {
        // As the layer reads it: the whole token has to match, and a line break ends a comment of `(?x)`.
        let whole = format!("\\A(?:{text})\\z");
        let whole = match syntax::parse(&whole) {
            Ok(_) => whole,
            Err(_) => format!("\\A(?:{text}\n)\\z"),
        };
        let config = Config::new()
            .start_kind(StartKind::Anchored)
            .determinize_size_limit(Some(MAX_BYTES))
            .dfa_size_limit(Some(MAX_BYTES));
        let thompson = thompson::Config::new().nfa_size_limit(Some(MAX_BYTES));
        let mut builder = DFA::builder();
        let built = builder.configure(config).thompson(thompson).build(&whole);
        built.ok().map(Self)
    }

    pub(super) fn can_match(&self) -> bool {
        self.can_match_after("")
    }

    pub(super) fn can_match_bearer(&self) -> bool {
        self.can_match_after("Bearer ")
    }

    pub(super) fn matches_a_json_web_token(&self) -> bool {
        let end = self.walk(JSON_WEB_TOKEN);
        end.is_some_and(|state| self.is_end(state))
    }

    /// Whether there is a value that begins with this text, is longer, and matches.
    fn can_match_after(&self, text: &str) -> bool {
        let Some(start) = self.walk(text) else {
            return false;
        };
        let mut seen = BTreeSet::new();
        let mut next = vec![start];
        while let Some(state) = next.pop() {
            for byte in bytes_of_values() {
                let state = self.0.next_state(state, byte);
                if self.is_end(state) {
                    return true;
                }
                if !self.0.is_dead_state(state) && seen.insert(state) {
                    next.push(state);
                }
            }
        }
        false
    }

    fn walk(&self, text: &str) -> Option<StateID> {
        let input = Input::new("").anchored(Anchored::Yes);
        let start = self.0.start_state_forward(&input).ok()?;
        let step = |state, byte| self.0.next_state(state, byte);
        Some(text.bytes().fold(start, step))
    }

    fn is_end(&self, state: StateID) -> bool {
        self.0.is_match_state(self.0.next_eoi_state(state))
    }
}

/// What a header's value may contain.
fn bytes_of_values() -> impl Iterator<Item = u8> {
    (b' '..=b'~').chain(0x80..=0xff).chain([b'\t'])
}
