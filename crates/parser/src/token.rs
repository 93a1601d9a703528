//! The token kinds of CPython 3.14, in its numbering, and the token record.
//!
//! One table gives each kind its number, its name in `Lib/token.py` and, for
//! operators, its spelling; everything else about kinds is derived from it.

macro_rules! token_kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal $(, $spelling:literal)?;)*) => {
        /// What a token is; the discriminant is CPython's token number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum TokenKind {
            $($(#[$doc])* $variant = $number,)*
        }

        impl TokenKind {
            /// Every kind, in the order of the numbers.
            pub const ALL: &'static [TokenKind] = &[$(TokenKind::$variant,)*];

            /// The name `Lib/token.py` gives the kind.
            pub const fn name(self) -> &'static str {
                match self {
                    $(TokenKind::$variant => $name,)*
                }
            }

            /// The spelling of an operator or delimiter; `None` for everything else.
            pub const fn spelling(self) -> Option<&'static str> {
                match self {
                    $($(TokenKind::$variant => Some($spelling),)?)*
                    _ => None,
                }
            }
        }
    };
}

token_kinds! {
    EndMarker = 0, "ENDMARKER";
    /// An identifier or keyword; telling keywords apart is the parser's business.
    Name = 1, "NAME";
    Number = 2, "NUMBER";
    /// A whole string or bytes literal with prefix and quotes; never an f- or t-string.
    String = 3, "STRING";
    /// The end of a logical line.
    Newline = 4, "NEWLINE";
    Indent = 5, "INDENT";
    Dedent = 6, "DEDENT";
    LPar = 7, "LPAR", "(";
    RPar = 8, "RPAR", ")";
    LSqb = 9, "LSQB", "[";
    RSqb = 10, "RSQB", "]";
    Colon = 11, "COLON", ":";
    Comma = 12, "COMMA", ",";
    Semi = 13, "SEMI", ";";
    Plus = 14, "PLUS", "+";
    Minus = 15, "MINUS", "-";
    Star = 16, "STAR", "*";
    Slash = 17, "SLASH", "/";
    VBar = 18, "VBAR", "|";
    Amper = 19, "AMPER", "&";
    Less = 20, "LESS", "<";
    Greater = 21, "GREATER", ">";
    Equal = 22, "EQUAL", "=";
    Dot = 23, "DOT", ".";
    Percent = 24, "PERCENT", "%";
    LBrace = 25, "LBRACE", "{";
    RBrace = 26, "RBRACE", "}";
    EqEqual = 27, "EQEQUAL", "==";
    /// `!=`, and `<>` which only `from __future__ import barry_as_FLUFL` allows.
    NotEqual = 28, "NOTEQUAL", "!=";
    LessEqual = 29, "LESSEQUAL", "<=";
    GreaterEqual = 30, "GREATEREQUAL", ">=";
    Tilde = 31, "TILDE", "~";
    Circumflex = 32, "CIRCUMFLEX", "^";
    LeftShift = 33, "LEFTSHIFT", "<<";
    RightShift = 34, "RIGHTSHIFT", ">>";
    DoubleStar = 35, "DOUBLESTAR", "**";
    PlusEqual = 36, "PLUSEQUAL", "+=";
    MinEqual = 37, "MINEQUAL", "-=";
    StarEqual = 38, "STAREQUAL", "*=";
    SlashEqual = 39, "SLASHEQUAL", "/=";
    PercentEqual = 40, "PERCENTEQUAL", "%=";
    AmperEqual = 41, "AMPEREQUAL", "&=";
    VBarEqual = 42, "VBAREQUAL", "|=";
    CircumflexEqual = 43, "CIRCUMFLEXEQUAL", "^=";
    LeftShiftEqual = 44, "LEFTSHIFTEQUAL", "<<=";
    RightShiftEqual = 45, "RIGHTSHIFTEQUAL", ">>=";
    DoubleStarEqual = 46, "DOUBLESTAREQUAL", "**=";
    DoubleSlash = 47, "DOUBLESLASH", "//";
    DoubleSlashEqual = 48, "DOUBLESLASHEQUAL", "//=";
    At = 49, "AT", "@";
    AtEqual = 50, "ATEQUAL", "@=";
    RArrow = 51, "RARROW", "->";
    Ellipsis = 52, "ELLIPSIS", "...";
    ColonEqual = 53, "COLONEQUAL", ":=";
    Exclamation = 54, "EXCLAMATION", "!";
    /// The generic operator kind of the `tokenize` module, and what the lexer
    /// answers for a character that begins no token.
    Op = 55, "OP";
    /// `# type: ignore...`; only with [`LexerOptions::type_comments`](crate::lexer::LexerOptions).
    TypeIgnore = 56, "TYPE_IGNORE";
    /// The text behind `# type: `; only with type comments on.
    TypeComment = 57, "TYPE_COMMENT";
    SoftKeyword = 58, "SOFT_KEYWORD";
    FStringStart = 59, "FSTRING_START";
    /// Literal text of an f-string or of a format spec.  A doubled brace ends the
    /// token after its first brace, so the token's bytes are the text itself.
    FStringMiddle = 60, "FSTRING_MIDDLE";
    FStringEnd = 61, "FSTRING_END";
    TStringStart = 62, "TSTRING_START";
    TStringMiddle = 63, "TSTRING_MIDDLE";
    TStringEnd = 64, "TSTRING_END";
    /// Only with extra tokens, as the `tokenize` module wants them.
    Comment = 65, "COMMENT";
    /// A line end that ends no logical line; only with extra tokens.
    Nl = 66, "NL";
    ErrorToken = 67, "ERRORTOKEN";
    Encoding = 68, "ENCODING";
}

impl TokenKind {
    /// The kind with CPython's number `number`.
    pub fn from_number(number: u8) -> Option<TokenKind> {
        TokenKind::ALL.get(usize::from(number)).copied()
    }

    /// Whether the `tokenize` module reports the kind as `OP`.
    pub const fn is_operator(self) -> bool {
        let number = self as u8;
        number >= TokenKind::LPar as u8 && number <= TokenKind::Op as u8
    }
}

/// One token: what it is and where its bytes are in the decoded UTF-8 source.
///
/// Lines count from 1 and columns are byte offsets into their line, as in the
/// syntax tree.  `Newline`, `Indent`, `Dedent` and `EndMarker` may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// How many brackets were open once the token had been read (an opening
    /// bracket counts itself, a closing one no longer).
    pub level: u16,
    pub start: u32,
    pub end: u32,
    pub lineno: u32,
    pub col: u32,
    pub end_lineno: u32,
    pub end_col: u32,
}

const _: () = assert!(size_of::<Token>() == 28);

impl Token {
    /// The token's bytes in the source the lexer was given.
    pub fn bytes<'s>(&self, source: &'s [u8]) -> &'s [u8] {
        &source[self.start as usize..self.end as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKind;

    #[test]
    fn numbers_are_dense_and_ordered() {
        for (number, kind) in TokenKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, number, "{}", kind.name());
        }
        assert_eq!(TokenKind::ALL.len(), 69);
        assert_eq!(TokenKind::from_number(69), None);
        assert_eq!(TokenKind::ColonEqual.spelling(), Some(":="));
        assert!(!TokenKind::Name.is_operator() && TokenKind::Exclamation.is_operator());
    }
}
