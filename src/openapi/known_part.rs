//! The known part of a value that does not decide who may call what.

use serde_json::Value;

use super::{node::Node, place::Place};

/// The value without its unknown functions, and the places of these. Unknown conditions are recorded, to be tried both
/// ways.
pub(super) fn known_part<'d>(node: &Node<'d>, left_out: &mut Vec<Place<'d>>) -> Option<Value> {
    if node.is_function() {
        if node.written("Fn::If").is_some() {
            node.note_unknown();
        } else {
            left_out.push(node.place().clone());
        }
        return None;
    }
    Some(match node.value() {
        Value::Object(_) => {
            let members = node.each_member().filter_map(|(name, member)| {
                Some((name.to_owned(), known_part(&member, left_out)?))
            });
            members.collect()
        }
        Value::Array(_) => {
            let items = node.each_item();
            items
                .filter_map(|item| known_part(&item, left_out))
                .collect()
        }
        scalar => scalar.clone(),
    })
}
