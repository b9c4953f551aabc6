//! What a function prints, on our standard error.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::log;

/// Longer lines are broken.
const MAX_LINE_BYTES: usize = 8 * 1024;

/// Shows each line, in a task of its own.
pub(super) fn show(function: &str, output: Option<impl AsyncRead + Unpin + Send + 'static>) {
    let Some(mut output) = output else {
        return;
    };
    let function = function.to_owned();
    tokio::spawn(async move {
        let mut line = Vec::new();
        let mut buffer = vec![0; MAX_LINE_BYTES];
        while let Ok(read @ 1..) = output.read(&mut buffer).await {
            for byte in buffer.iter().take(read) {
                match byte {
                    b'\n' => tell(&function, &mut line),
                    byte => line.push(*byte),
                }
                if line.len() == MAX_LINE_BYTES {
                    tell(&function, &mut line);
                }
            }
        }
        if !line.is_empty() {
            tell(&function, &mut line);
        }
    });
}

fn tell(function: &str, line: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(line);
    log::of_function(function, text.trim_end_matches('\r'));
    line.clear();
}
