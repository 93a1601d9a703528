//! Source text to tokens to syntax tree, with CPython's diagnostics.
//!
//! The tree knows nothing of scopes, constants are not folded, and no error is printed
//! here: what is wrong comes back as a value.
//!
//! The way of a source: [`source`] decodes it, [`lexer`] makes tokens, `grammar` a tree of
//! the nodes that [`ast`] lists. If that fails, `errors` goes over the tokens again to find
//! out why. Nesting is bounded as in CPython, by a count: the deepest source that is
//! accepted needs less than two megabytes of native stack.

pub mod ast;
pub mod dump;
pub mod errors;
mod grammar;
mod kind;
pub mod lexer;
pub mod literal;
mod parser;
pub mod source;
pub mod token;
mod tokens;

use bumpalo::Bump;

use ast::Mod;
use errors::{ErrorKind, SyntaxError, Warning};
use parser::Parser;
use source::SourceError;
use tokens::Tokens;

/// What the source is: CPython's start rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A module.
    #[default]
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement.
    Single,
    /// A function's type comment.
    FuncType,
}

/// How to parse: what `compile()` and `ast.parse()` can say.
#[derive(Debug, Clone)]
pub struct ParseOptions {
    pub mode: Mode,
    /// Read `# type:` comments (PyCF_TYPE_COMMENTS).
    pub type_comments: bool,
    /// Refuse syntax newer than Python 3 of this minor version.
    pub feature_version: u8,
    /// Report input that more lines could complete as such (PyCF_ALLOW_INCOMPLETE_INPUT).
    pub allow_incomplete: bool,
    /// `<>` is the inequality operator (CO_FUTURE_BARRY_AS_BDFL).
    pub barry_as_bdfl: bool,
    /// The end of the input closes no block (PyCF_DONT_IMPLY_DEDENT).
    pub dont_imply_dedent: bool,
    /// The source came as a `str`, so that a coding cookie means nothing (PyCF_IGNORE_COOKIE).
    pub source_is_utf8: bool,
    /// `sys.get_int_max_str_digits()`; zero for no limit.
    pub max_str_digits: usize,
}

/// The minor version this is.
pub const FEATURE_VERSION: u8 = 14;

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            mode: Mode::Exec,
            type_comments: false,
            feature_version: FEATURE_VERSION,
            allow_incomplete: false,
            barry_as_bdfl: false,
            dont_imply_dedent: false,
            source_is_utf8: false,
            max_str_digits: literal::DEFAULT_MAX_STR_DIGITS,
        }
    }
}

/// A tree, and what was odd in its source.
#[derive(Debug)]
pub struct Parsed<'a> {
    pub module: Mod<'a>,
    /// To be issued in this order.
    pub warnings: Vec<Warning>,
    /// `from __future__ import barry_as_FLUFL` was seen or asked for.
    pub barry_as_bdfl: bool,
}

/// Parses source that came as a `str`, or as bytes in an encoding known here.
pub fn parse<'a>(
    arena: &'a Bump,
    source: &[u8],
    options: &ParseOptions,
) -> Result<Parsed<'a>, SyntaxError> {
    let unknown = |name: &str, _: &[u8]| Err(format!("unknown encoding: {name}"));
    parse_with(arena, source, options, unknown).map_err(|error| match error {
        SourceError::Syntax(error) => error,
        SourceError::Decoder(message) => source::undecodable(message),
    })
}

/// Parses source in any encoding: `decode` turns bytes in the named one to UTF-8.
pub fn parse_with<'a, E>(
    arena: &'a Bump,
    source: &[u8],
    options: &ParseOptions,
    decode: impl FnOnce(&str, &[u8]) -> Result<Vec<u8>, E>,
) -> Result<Parsed<'a>, SourceError<E>> {
    let whole = options.mode == Mode::Exec;
    let text = if options.source_is_utf8 {
        source::from_str(source, whole)?.text
    } else {
        source::from_bytes(source, whole, decode)?.text
    };
    let text = std::str::from_utf8(&text)
        .map_err(|_| SyntaxError::new(ErrorKind::Syntax, "source is not valid UTF-8"))?;
    Ok(parse_text(arena, text, options)?)
}

/// Parses decoded text whose line ends are `\n`.
pub fn parse_text<'a>(
    arena: &'a Bump,
    text: &str,
    options: &ParseOptions,
) -> Result<Parsed<'a>, SyntaxError> {
    let text: &'a str = arena.alloc_str(text);
    let tokens = Tokens::read(text, options);
    let mut parser = Parser::new(arena, &tokens, options);
    match parser.parse_mod() {
        Ok(module) if options.mode != Mode::Single || parser.rest_is_blank() => {
            let (barry_as_bdfl, found) = (parser.barry, parser.warnings);
            let warnings = errors::in_order(tokens.warnings, found);
            Ok(Parsed { module, warnings, barry_as_bdfl })
        }
        _ if parser.too_deep => Err(errors::too_complex()),
        _ => {
            let mut error = errors::diagnose(text, options, parser.progress);
            error.last_statement = Some(parser.last_statement);
            Err(error)
        }
    }
}
