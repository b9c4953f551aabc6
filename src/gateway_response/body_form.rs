//! The forms in which API Gateway writes default bodies.

/// The form in which API Gateway writes a default body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyForm {
    /// `{"message":"…"}`
    Compact,
    /// `{"message": "…"}`
    Spaced,
    /// `{"Message":"…"}`
    CapitalMessage,
    /// The message itself.
    PlainText,
    /// `{"message": "…", "connectionId":"…", "requestId":"…"}`
    WithConnection,
    /// The HTML page of a front end.
    Html,
}

impl BodyForm {
    /// Whether an entry without a template uses the default template.
    pub(super) fn is_a_template(self) -> bool {
        !matches!(self, Self::WithConnection | Self::Html)
    }
}
