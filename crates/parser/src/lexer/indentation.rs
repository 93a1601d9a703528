//! Indentation: what the blanks at the start of a line mean (CPython's tabs and all).

use super::errors::Failure;
use super::{Indent, Lexed, Lexer, MAX_INDENT, TAB_SIZE};
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    /// Measures the white space a line begins with, and notes the indents or dedents
    /// it brings. True if the line holds nothing else but perhaps a comment.
    #[inline(never)]
    pub(super) fn indentation(&mut self) -> Lexed<bool> {
        self.at_line_start = false;
        let first = self.next_byte();
        self.back(first);
        let line = &self.source[self.cur..self.line_end];
        let spaces = line.iter().position(|&byte| byte != b' ').unwrap_or(line.len());
        self.cur += spaces;
        let mut indent = Indent { col: spaces as u32, alt_col: spaces as u32 };
        if matches!(self.peek(), b'\t' | b'\x0c' | b'\\') {
            indent = self.unusual_indentation(indent)?;
        }
        match self.peek() {
            b'#' | b'\n' | b'\r' => Ok(true),
            _ if !self.brackets.is_empty() => Ok(false),
            _ => {
                let top = self.indents[self.indents.len() - 1];
                if indent.col != top.col || indent.alt_col != top.alt_col {
                    self.change_indentation(indent)?;
                }
                Ok(false)
            }
        }
    }

    /// The rest of an indentation that consists of more than spaces, behind `indent`.
    #[cold]
    fn unusual_indentation(&mut self, mut indent: Indent) -> Lexed<Indent> {
        let mut joined_col = 0;
        loop {
            let byte = self.next_byte();
            match byte {
                b' ' => {
                    indent.col += 1;
                    indent.alt_col += 1;
                }
                b'\t' => {
                    indent.col = (indent.col / TAB_SIZE + 1) * TAB_SIZE;
                    indent.alt_col += 1;
                }
                b'\x0c' => indent = Indent { col: 0, alt_col: 0 },
                b'\\' => {
                    // What stands before the first backslash is the indentation of the
                    // line that is joined to it.
                    if joined_col == 0 {
                        joined_col = indent.col;
                    }
                    self.join_line()?;
                }
                _ => {
                    self.back(byte);
                    break;
                }
            }
        }
        if joined_col != 0 {
            indent = Indent { col: joined_col, alt_col: joined_col };
        }
        Ok(indent)
    }

    #[inline(never)]
    fn change_indentation(&mut self, indent: Indent) -> Lexed<()> {
        let Indent { col, alt_col } = indent;
        let top = self.indents[self.indents.len() - 1];
        if col == top.col {
            if alt_col != top.alt_col {
                return Err(self.fail(Failure::Tabs));
            }
        } else if col > top.col {
            if self.indents.len() >= MAX_INDENT {
                return Err(self.fail(Failure::TooDeep));
            }
            if alt_col <= top.alt_col {
                return Err(self.fail(Failure::Tabs));
            }
            self.pending += 1;
            self.indents.push(indent);
        } else {
            while self.indents.len() > 1 && col < self.indents[self.indents.len() - 1].col {
                self.pending -= 1;
                self.indents.pop();
            }
            let top = self.indents[self.indents.len() - 1];
            if col != top.col {
                return Err(self.fail(Failure::Dedent));
            }
            if alt_col != top.alt_col {
                return Err(self.fail(Failure::Tabs));
            }
        }
        Ok(())
    }

    #[cold]
    pub(super) fn pending_indentation(&mut self) -> Token {
        if self.pending < 0 {
            self.pending += 1;
            return self.empty_token(TokenKind::Dedent);
        }
        self.pending -= 1;
        if self.options.extra_tokens {
            let start = self.buf;
            return self.token(TokenKind::Indent, start, self.cur);
        }
        self.empty_token(TokenKind::Indent)
    }
}
