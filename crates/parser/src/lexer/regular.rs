//! Ordinary code: indentation, names, operators, brackets, comments, line joining.

use memchr::memchr2;

use super::chars::{self, DIGIT, NAME, NAME_START, PREFIX, QUOTE};
use super::errors::Failure;
use super::{Bracket, Done, Indent, Lexed, Lexer, MAX_INDENT, MAX_LEVEL, NO_START, TAB_SIZE};
use crate::errors::SyntaxError;
use crate::token::{Token, TokenKind};

/// Which of the string prefixes were seen; two that exclude each other are an error.
#[derive(Clone, Copy, Default)]
struct Prefixes {
    bytes: bool,
    raw: bool,
    unicode: bool,
    format: bool,
    template: bool,
}

impl Prefixes {
    /// Notes the letter `byte`; false if it is no prefix or was there already.
    fn take(&mut self, byte: u8) -> bool {
        let seen = match byte.to_ascii_lowercase() {
            b'b' => &mut self.bytes,
            b'u' => &mut self.unicode,
            b'r' => &mut self.raw,
            b'f' => &mut self.format,
            b't' => &mut self.template,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }

    /// The first two prefixes that cannot stand together.
    fn conflict(self) -> Option<(char, char)> {
        let table = [
            (self.unicode && self.bytes, ('u', 'b')),
            (self.unicode && self.raw, ('u', 'r')),
            (self.unicode && self.format, ('u', 'f')),
            (self.unicode && self.template, ('u', 't')),
            (self.bytes && self.format, ('b', 'f')),
            (self.bytes && self.template, ('b', 't')),
            (self.format && self.template, ('f', 't')),
        ];
        table.into_iter().find(|(both, _)| *both).map(|(_, pair)| pair)
    }
}

impl Lexer<'_> {
    pub(super) fn regular_token(&mut self) -> Lexed<Token> {
        loop {
            self.start = NO_START;
            let mut blank_line = false;
            if self.at_line_start {
                blank_line = self.indentation()?;
            }
            self.start = self.cur;
            if self.pending != 0 {
                return Ok(self.pending_indentation());
            }
            if let Some(token) = self.token_on_line(blank_line)? {
                return Ok(token);
            }
        }
    }

    /// Measures the white space a line begins with, and notes the indents or dedents
    /// it brings. True if the line holds nothing else but perhaps a comment.
    fn indentation(&mut self) -> Lexed<bool> {
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

    fn pending_indentation(&mut self) -> Token {
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

    /// Reads the rest of a line joined by the backslash just read, and the newline.
    fn join_line(&mut self) -> Lexed<()> {
        let mut byte = self.next_byte();
        if byte == b'\r' {
            byte = self.next_byte();
        }
        if byte != b'\n' {
            return Err(self.fail(Failure::Continuation));
        }
        byte = self.next_byte();
        if byte == 0 {
            self.cur = self.line_end;
            return Err(self.fail(Failure::Eof));
        }
        self.back(byte);
        Ok(())
    }

    /// The next token of the logical line; `None` if only the line's end was there and
    /// it means nothing.
    #[inline]
    fn token_on_line(&mut self, blank_line: bool) -> Lexed<Option<Token>> {
        loop {
            self.start = NO_START;
            let line = &self.source[self.cur..self.line_end];
            let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'));
            self.cur += blanks.count();
            let mut byte = self.next_byte();
            self.start = self.cur - usize::from(byte != 0);

            if chars::is(byte, NAME_START) {
                return self.name_or_prefix(byte).map(Some);
            }
            if byte == b'#'
                && let Some(token) = self.comment(blank_line, &mut byte)
            {
                return Ok(Some(token));
            }
            if byte == 0 {
                return self.end_of_input().map(Some);
            }
            if byte == b'\r' {
                byte = self.next_byte();
            }
            return match byte {
                b'\n' => Ok(self.newline(blank_line)),
                b'.' => self.dot().map(Some),
                b'0'..=b'9' => self.number(byte).map(Some),
                b'\'' | b'"' => self.string(byte).map(Some),
                b'\\' => {
                    self.join_line()?;
                    continue;
                }
                _ => self.operator(byte).map(Some),
            };
        }
    }

    #[cold]
    fn end_of_input(&mut self) -> Lexed<Token> {
        if !self.brackets.is_empty() || self.done != Done::Eof {
            self.start = NO_START;
            return Err(self.fail(Failure::Eof));
        }
        Ok(self.empty_token(TokenKind::EndMarker))
    }

    fn newline(&mut self, blank_line: bool) -> Option<Token> {
        self.at_line_start = true;
        let extra = self.options.extra_tokens;
        if blank_line || !self.brackets.is_empty() {
            if !extra {
                return None;
            }
            self.comment_newline = false;
            return Some(self.token_here(TokenKind::Nl));
        }
        if extra && self.comment_newline {
            self.comment_newline = false;
            return Some(self.token_here(TokenKind::Nl));
        }
        Some(self.token(TokenKind::Newline, self.start, self.cur - 1))
    }

    /// Reads a comment up to the line's end. Leaves the byte behind it in `byte`, having
    /// read it, if there is nothing to answer.
    fn comment(&mut self, blank_line: bool, byte: &mut u8) -> Option<Token> {
        self.cur = match memchr2(b'\n', b'\r', &self.source[self.cur..self.line_end]) {
            Some(at) => self.cur + at,
            None => self.line_end,
        };
        if self.options.type_comments {
            let comment = &self.source[self.start..self.cur];
            if let Some(at) = type_comment(comment) {
                return Some(self.type_comment_token(self.start + at, blank_line));
            }
        }
        if self.options.extra_tokens {
            self.comment_newline = blank_line;
            return Some(self.token_here(TokenKind::Comment));
        }
        *byte = self.next_byte();
        None
    }

    fn type_comment_token(&mut self, start: usize, blank_line: bool) -> Token {
        let text = &self.source[start..self.cur];
        let ignore = text.strip_prefix(b"ignore").is_some_and(|rest| {
            rest.first().is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())
        });
        if !ignore {
            return self.token(TokenKind::TypeComment, start, self.cur);
        }
        let token = self.token(TokenKind::TypeIgnore, start + "ignore".len(), self.cur);
        if blank_line {
            // Alone on its line, it takes the newline along.
            self.next_byte();
            self.at_line_start = true;
        }
        token
    }

    #[inline]
    fn name_or_prefix(&mut self, mut byte: u8) -> Lexed<Token> {
        if chars::is(byte, PREFIX) && chars::is(self.peek(), PREFIX | QUOTE) {
            let mut prefixes = Prefixes::default();
            while prefixes.take(byte) {
                byte = self.next_byte();
                if byte == b'\'' || byte == b'"' {
                    return self.prefixed_string(byte, prefixes);
                }
            }
            self.back(byte);
        }
        let mut all = byte;
        let mut length = 0;
        for &byte in &self.source[self.cur..self.line_end] {
            if !chars::is(byte, NAME) {
                break;
            }
            all |= byte;
            length += 1;
        }
        self.cur += length;
        if all >= 128 && !self.options.extra_tokens {
            self.verify_identifier()?;
        }
        Ok(self.token_here(TokenKind::Name))
    }

    #[inline(never)]
    fn prefixed_string(&mut self, quote: u8, prefixes: Prefixes) -> Lexed<Token> {
        if let Some((first, second)) = prefixes.conflict() {
            return Err(self.range_error(
                self.start + 1 - self.line_start,
                self.cur - self.line_start,
                format!("'{first}' and '{second}' prefixes are incompatible"),
            ));
        }
        if prefixes.format || prefixes.template {
            return self.string_start(quote, prefixes.raw, prefixes.template);
        }
        self.string(quote)
    }

    /// A dot, an ellipsis, or a number that begins with a dot.
    fn dot(&mut self) -> Lexed<Token> {
        let rest = &self.source[self.cur..self.line_end];
        match rest {
            [next, ..] if chars::is(*next, DIGIT) => {
                let byte = self.next_byte();
                self.fraction(byte)
            }
            [b'.', b'.', ..] => {
                self.cur += 2;
                Ok(self.token_here(TokenKind::Ellipsis))
            }
            _ => Ok(self.token_here(TokenKind::Dot)),
        }
    }

    fn operator(&mut self, byte: u8) -> Lexed<Token> {
        if matches!(byte, b':') && self.ends_expression() {
            if let Some(mode) = self.modes.last_mut() {
                mode.in_expression = false;
                mode.in_format_spec = true;
            }
            return Ok(self.token_here(TokenKind::Colon));
        }
        let (mut kind, mut more) = operator_kind(byte, &self.source[self.cur..self.line_end]);
        if byte == b'<' && kind == TokenKind::NotEqual && self.for_tokenize {
            // Only the parser knows of the operator that a future statement enables.
            (kind, more) = (TokenKind::Less, 0);
        }
        self.cur += more;
        match kind {
            TokenKind::LPar | TokenKind::LSqb | TokenKind::LBrace => self.open_bracket(byte)?,
            TokenKind::RPar | TokenKind::RSqb | TokenKind::RBrace => self.close_bracket(byte)?,
            TokenKind::Op => {
                if !(b' '..127).contains(&byte) {
                    return Err(self.error(format!("invalid non-printable character U+{byte:04X}")));
                }
            }
            _ => {}
        }
        Ok(self.token_here(kind))
    }

    fn open_bracket(&mut self, open: u8) -> Lexed<()> {
        if self.brackets.len() >= MAX_LEVEL {
            return Err(self.error("too many nested parentheses"));
        }
        let col = self.start.saturating_sub(self.line_start) as u32;
        self.brackets.push(Bracket { open, lineno: self.lineno, col });
        if let Some(mode) = self.modes.last_mut() {
            mode.depth += 1;
        }
        Ok(())
    }

    fn close_bracket(&mut self, close: u8) -> Lexed<()> {
        let strict = !self.options.extra_tokens;
        let shown = close as char;
        if let Some(mode) = self.modes.last()
            && mode.depth == 0
            && close == b'}'
        {
            let letter = mode.letter();
            return Err(self.error(format!("{letter}-string: single '}}' is not allowed")));
        }
        match self.brackets.pop() {
            None if strict => return Err(self.error(format!("unmatched '{shown}'"))),
            Some(bracket) if strict && !bracket_pair(bracket.open, close) => {
                return Err(self.mismatch(bracket, close));
            }
            _ => {}
        }
        if let Some(mode) = self.modes.last_mut() {
            mode.depth -= 1;
            if mode.depth == mode.expression_depth && close == b'}' {
                mode.expression_depth -= 1;
                mode.in_expression = false;
                mode.in_format_spec = false;
            } else if mode.depth <= mode.expression_depth {
                let letter = mode.letter();
                return Err(self.error(format!("{letter}-string: unmatched '{shown}'")));
            }
        }
        Ok(())
    }

    #[cold]
    fn mismatch(&mut self, bracket: Bracket, close: u8) -> Box<SyntaxError> {
        let (open, close) = (bracket.open as char, close as char);
        if let Some(mode) = self.modes.last()
            && open == '{'
            && mode.depth - 1 == mode.expression_depth
        {
            // The brace that opened the replacement field is not the partner the
            // bracket was looking for.
            let letter = mode.letter();
            return self.error(format!("{letter}-string: unmatched '{close}'"));
        }
        let mut message =
            format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'");
        if bracket.lineno != self.lineno {
            message.push_str(&format!(" on line {}", bracket.lineno));
        }
        self.error(message)
    }
}

fn bracket_pair(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

/// The offset of the text behind `# type: ` in a comment; each space of that prefix
/// stands for any number of spaces and tabs.
fn type_comment(comment: &[u8]) -> Option<usize> {
    let blanks = |at: usize| {
        comment[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count() + at
    };
    let at = blanks(1);
    let rest = comment[at..].strip_prefix(b"type:")?;
    Some(blanks(comment.len() - rest.len()))
}

/// The operator that begins with `byte`, and how many of the bytes in `rest` are its own.
fn operator_kind(byte: u8, rest: &[u8]) -> (TokenKind, usize) {
    use TokenKind as K;
    let second = rest.first().copied().unwrap_or(0);
    let third = || rest.get(1).copied().unwrap_or(0);
    let or_equal = |plain, with_equal| if second == b'=' { (with_equal, 1) } else { (plain, 0) };
    let doubled = |plain, with_equal, double, double_equal| {
        if second == byte {
            if third() == b'=' { (double_equal, 2) } else { (double, 1) }
        } else {
            or_equal(plain, with_equal)
        }
    };
    match byte {
        b'(' => (K::LPar, 0),
        b')' => (K::RPar, 0),
        b'[' => (K::LSqb, 0),
        b']' => (K::RSqb, 0),
        b'{' => (K::LBrace, 0),
        b'}' => (K::RBrace, 0),
        b',' => (K::Comma, 0),
        b';' => (K::Semi, 0),
        b'~' => (K::Tilde, 0),
        b':' => or_equal(K::Colon, K::ColonEqual),
        b'=' => or_equal(K::Equal, K::EqEqual),
        b'+' => or_equal(K::Plus, K::PlusEqual),
        b'%' => or_equal(K::Percent, K::PercentEqual),
        b'&' => or_equal(K::Amper, K::AmperEqual),
        b'|' => or_equal(K::VBar, K::VBarEqual),
        b'^' => or_equal(K::Circumflex, K::CircumflexEqual),
        b'@' => or_equal(K::At, K::AtEqual),
        b'!' => or_equal(K::Exclamation, K::NotEqual),
        b'-' if second == b'>' => (K::RArrow, 1),
        b'-' => or_equal(K::Minus, K::MinEqual),
        b'*' => doubled(K::Star, K::StarEqual, K::DoubleStar, K::DoubleStarEqual),
        b'/' => doubled(K::Slash, K::SlashEqual, K::DoubleSlash, K::DoubleSlashEqual),
        b'>' => doubled(K::Greater, K::GreaterEqual, K::RightShift, K::RightShiftEqual),
        b'<' if second == b'>' && !matches!(third(), b'=' | b'>') => (K::NotEqual, 1),
        b'<' => doubled(K::Less, K::LessEqual, K::LeftShift, K::LeftShiftEqual),
        _ => (K::Op, 0),
    }
}
