//! What makes a path ambiguous, and what to do with such a path.

use std::fmt;

/// What to do with a path that can be read in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AmbiguousPaths {
    /// Answer 400 to a path that has an encoded slash or backslash (`%2F`, `%5C`), a raw backslash, a
    /// `.` or `..` segment, a control character, or a percent-encoding that is malformed or not UTF-8, and
    /// to a target that is no path (`OPTIONS *`, `CONNECT host:443`); and let what a policy *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`)
    /// cover every spelling of the path: `%61dmin`, `//admin` and `admin/` are as forbidden as `admin`.
    ///
    /// Answer 400 as well if the method ARN would be a pattern in a policy: the path has `*`, `?` or `${`, as it was
    /// sent or decoded (`%2A`, `%3F`, `%24%7B`), or the method has anything but letters, digits, `-` and `_`. An
    /// authorizer that puts such a `methodArn` into a policy would allow more than it means, and its policy may be kept.
    #[default]
    Refuse,
    /// Match the path as received and nothing else (on an HTTP API: decoded and nothing else, or 400 where it does
    /// not decode to UTF-8), as API Gateway is believed to do. Choose this only where the service behind the layer
    /// compares paths byte by byte and decodes none of them, and if no authorizer copies the text of a method ARN into a
    /// policy: a `*` of the client's would be a wildcard there. What takes a [`MethodArn`](crate::MethodArn) itself, such
    /// as [`AuthorizerResponse::allow`](crate::AuthorizerResponse::allow), escapes it.
    AsReceived,
}

/// Why a path is ambiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathAmbiguity {
    /// `%2F`: a slash that is not one, or is it?
    EncodedSlash,
    /// `\` or `%5C`, which some software takes for a slash.
    Backslash,
    /// A segment that is `.` or `..`, in whatever spelling.
    DotSegment,
    /// An encoded control character, such as `%00` or `%0A`.
    ControlCharacter,
    /// A `%` that two hexadecimal digits do not follow.
    MalformedEncoding,
    /// The decoded path is not UTF-8.
    NotUtf8,
    /// The target is no path: `*`, or an authority as in `CONNECT host:443`.
    NotAPath,
    /// `*` or `?`, or `%2A` or `%3F`: a wildcard in a policy that has the method ARN as its `Resource`.
    Wildcard,
    /// `${`, or `%24%7B`: the beginning of a policy variable, as for [`Wildcard`](Self::Wildcard).
    PolicyVariable,
    /// The method has something other than letters, digits, `-` and `_`, such as `*`.
    Method,
    /// Its readings belong to operations with different authorizers: as received or decoded, with an empty segment
    /// dropped or taken for a parameter's value, with or without something for a greedy parameter to take, or HEAD as it
    /// is and as GET, whose handler answers it. Only a layer for a whole API has several.
    SeveralAuthorizers,
}

impl fmt::Display for PathAmbiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EncodedSlash => "it has an encoded slash (`%2F`)",
            Self::Backslash => "it has a backslash (`\\` or `%5C`)",
            Self::DotSegment => "it has a `.` or `..` segment",
            Self::ControlCharacter => "it has a control character",
            Self::MalformedEncoding => "it has a `%` that two hexadecimal digits do not follow",
            Self::NotUtf8 => "it does not decode to UTF-8",
            Self::NotAPath => "the request's target is no path",
            Self::Wildcard => {
                "it has a `*` or `?` (`%2A`, `%3F`), which would be a wildcard in a policy that is made of the method \
                 ARN"
            }
            Self::PolicyVariable => {
                "it has `${` (`%24%7B`), which would begin a variable in a policy that is made of the method ARN"
            }
            Self::Method => "the method has something other than letters, digits, `-` and `_`",
            Self::SeveralAuthorizers => {
                "its readings (its spellings, its empty segments as parameters, or HEAD as it is and as GET) belong to \
                 operations with different authorizers"
            }
        })
    }
}
