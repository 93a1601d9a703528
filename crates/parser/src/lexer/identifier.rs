//! Identifiers beyond ASCII (PEP 3131).

use super::{Lexed, Lexer};

impl Lexer<'_> {
    /// Checks the name from `start` to `cur`; on error the lexer stands behind the
    /// character that does not belong there.
    #[cold]
    pub(super) fn verify_identifier(&mut self) -> Lexed<()> {
        let bytes = &self.source[self.start..self.cur];
        let Ok(name) = std::str::from_utf8(bytes) else {
            return Err(self.error("invalid non-UTF-8 text in an identifier"));
        };
        let wrong = name.char_indices().find(|&(at, c)| {
            if at == 0 { !is_start(c) } else { !text::unicode::is_xid_continue(c) }
        });
        let Some((at, c)) = wrong else { return Ok(()) };
        self.cur = self.start + at + c.len_utf8();
        let code = c as u32;
        Err(if text::unicode::is_printable(code) {
            self.error(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.error(format!("invalid non-printable character U+{code:04X}"))
        })
    }
}

fn is_start(c: char) -> bool {
    c == '_' || text::unicode::is_xid_start(c)
}
