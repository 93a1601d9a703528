//! What the rules yield: just enough of a tree to tell what kind of expression stands where.

use crate::kind::{Kind, k};
use crate::token::{Token, TokenKind};
use crate::tokens::TokenIndex;

/// A place as errors tell it: columns in bytes from 0, -1 for none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) lineno: u32,
    pub(super) col: i32,
    pub(super) end_lineno: u32,
    pub(super) end_col: i32,
}

impl Place {
    pub(super) fn of_token(token: &Token, kind: Kind) -> Place {
        let Token { lineno, end_lineno, .. } = *token;
        // These come without text; so does a newline made up at the end of the input.
        let made_up = kind == k::NEWLINE && token.kind == TokenKind::EndMarker;
        if matches!(kind, k::INDENT | k::DEDENT | k::ENDMARKER) || made_up {
            return Place { lineno, col: -1, end_lineno, end_col: -1 };
        }
        // A line end has no text either, but is one wide.
        let end_col = token.end_col as i32 + i32::from(kind == k::NEWLINE);
        Place { lineno, col: token.col as i32, end_lineno, end_col }
    }

    pub(super) fn to(self, end: Place) -> Place {
        Place { end_lineno: end.end_lineno, end_col: end.end_col, ..self }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// An option that was not there, a look-ahead.
    Nothing,
    Token(TokenIndex),
    Node(&'a Node<'a>),
    List(&'a [Value<'a>]),
}

#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) shape: Shape,
    pub(super) place: Place,
    /// All that it was made of, punctuation included.
    pub(super) items: Value<'a>,
}

macro_rules! shapes {
    ($($shape:ident $name:literal)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Shape { $($shape),* }

        impl Shape {
            /// The shape that the rules call by this name.
            pub(super) fn named(name: &str) -> Option<Shape> {
                match name {
                    $(stringify!($shape) => Some(Shape::$shape),)*
                    _ => None,
                }
            }

            /// What messages call such an expression.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Shape::$shape => $name,)*
                }
            }
        }
    };
}

shapes! {
    Attribute "attribute"
    Subscript "subscript"
    Starred "starred"
    Name "name"
    List "list"
    Tuple "tuple"
    Lambda "lambda"
    Call "function call"
    Expression "expression"
    GeneratorExp "generator expression"
    Yield "yield expression"
    Await "await expression"
    ListComp "list comprehension"
    SetComp "set comprehension"
    DictComp "dict comprehension"
    Dict "dict literal"
    Set "set display"
    JoinedStr "f-string expression"
    FormattedValue "f-string expression"
    TemplateStr "t-string expression"
    None "None"
    True "True"
    False "False"
    Ellipsis "ellipsis"
    Literal "literal"
    Imaginary "literal"
    Bytes "literal"
    Compare "comparison"
    IfExp "conditional expression"
    NamedExpr "named expression"
    Slice "slice"
    Keyword "keyword"
    Unpacking "unpacking"
    Args "arguments"
    Arg "parameter"
    Stmt "statement"
    Pattern "pattern"
}
