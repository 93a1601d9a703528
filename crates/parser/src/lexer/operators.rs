//! Operators and brackets, and the brackets that do not match.

use super::{Bracket, Lexed, Lexer, MAX_LEVEL};
use crate::errors::SyntaxError;
use crate::token::{Token, TokenKind};

impl Lexer<'_> {
    pub(super) fn operator(&mut self, byte: u8) -> Lexed<Token> {
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
            TokenKind::Op if !(b' '..127).contains(&byte) => {
                return Err(self.error(format!("invalid non-printable character U+{byte:04X}")));
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
