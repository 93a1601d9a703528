//! What the grammar dispatches on: a token's kind in one byte, keywords told apart from
//! names. Soft keywords (`match`, `case`, `type`, `_`) stay names.

use crate::token::TokenKind;

/// A token kind of the lexer, or a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind(u8);

const FIRST_KEYWORD: u8 = 128;

impl Kind {
    pub(crate) const fn of(kind: TokenKind) -> Kind {
        Kind(kind as u8)
    }

    pub(crate) const fn at_index(index: u8) -> Kind {
        Kind(index)
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// NEWLINE, INDENT, DEDENT and ENDMARKER: tokens that never end a node.
    pub(crate) const fn is_layout(self) -> bool {
        matches!(self, k::NEWLINE | k::INDENT | k::DEDENT | k::ENDMARKER)
    }

    /// Whether an expression can begin with the token; a `*` is asked about apart.
    pub(crate) const fn starts_expression(self) -> bool {
        matches!(
            self,
            k::NAME
                | k::NUMBER
                | k::STRING
                | k::FSTRING_START
                | k::TSTRING_START
                | k::LPAR
                | k::LSQB
                | k::LBRACE
                | k::PLUS
                | k::MINUS
                | k::TILDE
                | k::ELLIPSIS
                | k::NOT
                | k::LAMBDA
                | k::AWAIT
                | k::TRUE
                | k::FALSE
                | k::NONE
        )
    }

    pub(crate) const fn starts_star_expression(self) -> bool {
        matches!(self, k::STAR) || self.starts_expression()
    }
}

macro_rules! kinds {
    (tokens { $($name:ident $token:ident)* } keywords { $($keyword:ident $text:literal)* }) => {
        /// The kinds by name.
        pub(crate) mod k {
            use super::{FIRST_KEYWORD, Kind};
            use crate::token::TokenKind;

            $(pub(crate) const $name: Kind = Kind::of(TokenKind::$token);)*

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Keyword { $($keyword),* }
            $(pub(crate) const $keyword: Kind = Kind(FIRST_KEYWORD + Keyword::$keyword as u8);)*

            /// Stands where the lexer stopped with an error, and behind the last token.
            pub(crate) const ERROR: Kind = Kind(u8::MAX);
        }

        /// Every keyword with its kind.
        pub(crate) const KEYWORDS: &[(&str, Kind)] = &[$(($text, k::$keyword)),*];

        /// The kind of a NAME token with the given text.
        pub(crate) fn name_kind(text: &str) -> Kind {
            // No keyword is longer than `continue` and `nonlocal`, or shorter than two.
            if text.len() < 2 || text.len() > 8 {
                return k::NAME;
            }
            match text {
                $($text => k::$keyword,)*
                _ => k::NAME,
            }
        }
    };
}

kinds! {
    tokens {
        ENDMARKER EndMarker NAME Name NUMBER Number STRING String NEWLINE Newline INDENT Indent
        DEDENT Dedent LPAR LPar RPAR RPar LSQB LSqb RSQB RSqb COLON Colon COMMA Comma SEMI Semi
        PLUS Plus MINUS Minus STAR Star SLASH Slash VBAR VBar AMPER Amper LESS Less
        GREATER Greater EQUAL Equal DOT Dot PERCENT Percent LBRACE LBrace RBRACE RBrace
        EQEQUAL EqEqual NOTEQUAL NotEqual LESSEQUAL LessEqual GREATEREQUAL GreaterEqual
        TILDE Tilde CIRCUMFLEX Circumflex LEFTSHIFT LeftShift RIGHTSHIFT RightShift
        DOUBLESTAR DoubleStar PLUSEQUAL PlusEqual MINEQUAL MinEqual STAREQUAL StarEqual
        SLASHEQUAL SlashEqual PERCENTEQUAL PercentEqual AMPEREQUAL AmperEqual
        VBAREQUAL VBarEqual CIRCUMFLEXEQUAL CircumflexEqual LEFTSHIFTEQUAL LeftShiftEqual
        RIGHTSHIFTEQUAL RightShiftEqual DOUBLESTAREQUAL DoubleStarEqual
        DOUBLESLASH DoubleSlash DOUBLESLASHEQUAL DoubleSlashEqual AT At ATEQUAL AtEqual
        RARROW RArrow ELLIPSIS Ellipsis COLONEQUAL ColonEqual EXCLAMATION Exclamation
        TYPE_COMMENT TypeComment
        FSTRING_START FStringStart FSTRING_MIDDLE FStringMiddle FSTRING_END FStringEnd
        TSTRING_START TStringStart TSTRING_MIDDLE TStringMiddle TSTRING_END TStringEnd
    }
    keywords {
        FALSE "False" NONE "None" TRUE "True" AND "and" AS "as" ASSERT "assert" ASYNC "async"
        AWAIT "await" BREAK "break" CLASS "class" CONTINUE "continue" DEF "def" DEL "del"
        ELIF "elif" ELSE "else" EXCEPT "except" FINALLY "finally" FOR "for" FROM "from"
        GLOBAL "global" IF "if" IMPORT "import" IN "in" IS "is" LAMBDA "lambda"
        NONLOCAL "nonlocal" NOT "not" OR "or" PASS "pass" RAISE "raise" RETURN "return"
        TRY "try" WHILE "while" WITH "with" YIELD "yield"
    }
}
