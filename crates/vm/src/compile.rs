//! From source to code objects: the parser and the compiler behind `compile()`, `exec`,
//! imports and the command line; their errors and warnings as Python's.

mod errors;

use crate::builtins::bytes::PyBytes;
use crate::builtins::code::PyCode;
use crate::prelude::*;
use crate::protocol::buffer;
use bumpalo::Bump;
use compiler::{CompileOptions, SymbolTable};
use parser::ast::Mod;
use parser::source::SourceError;
use parser::{FEATURE_VERSION, Mode, ParseOptions, Parsed};

/// The bits of `compile()`'s flags.
pub mod flags {
    pub use compiler::future::{ALLOW_TOP_LEVEL_AWAIT, FUTURE_BARRY_AS_BDFL, FUTURE_MASK as MASK};

    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    pub const ONLY_AST: u32 = 0x400;
    pub const IGNORE_COOKIE: u32 = 0x800;
    pub const TYPE_COMMENTS: u32 = 0x1000;
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
    /// `CO_NESTED`, which means nothing any more.
    pub const MASK_OBSOLETE: u32 = 0x10;
    pub const COMPILE_MASK: u32 = DONT_IMPLY_DEDENT
        | ALLOW_TOP_LEVEL_AWAIT
        | TYPE_COMMENTS
        | ALLOW_INCOMPLETE_INPUT
        | OPTIMIZED_AST;
}

/// What source was before it became bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A `str`: a coding cookie in it means nothing.
    Text,
    /// A file or a bytes object.
    Bytes,
}

/// One compilation, as `compile()` is asked for it.
pub struct Compile {
    pub filename: PyRef<PyStr>,
    pub mode: Mode,
    pub flags: u32,
    /// `None`: what the interpreter was started with.
    pub optimize: Option<u8>,
    pub feature_version: Option<u8>,
}

/// How syntax trees become Python objects and back: `_ast` sets this.
#[derive(Clone, Copy)]
pub struct AstBridge {
    pub is_ast: fn(&VirtualMachine, PyObject<'_>) -> PyResult<bool>,
    /// `compile(tree, ...)`: to code, or to the tree (preprocessed if the flags say so).
    pub compile: fn(&VirtualMachine, PyObject<'_>, &Compile) -> PyResult,
    pub to_object: fn(&VirtualMachine, &parser::ast::Mod<'_>) -> PyResult,
}

/// The native stack that the parser may need.
const PARSER_STACK: usize = 2 << 20;

/// Bytes that compiling this source may take, from text to code object.  The parser and the
/// compiler cannot turn back half-way, so what they are likely to need is asked for first.
fn likely_need(source: &[u8]) -> usize {
    /// The most that was measured, for programs of nothing but calls.
    const PER_TOKEN: usize = 200;
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    let mut tokens = 0usize;
    let mut in_word = false;
    for &b in source {
        let word = is_word(b);
        tokens += usize::from(if word { !in_word } else { b != b' ' });
        in_word = word;
    }
    tokens.saturating_mul(PER_TOKEN).saturating_add(source.len())
}

impl Compile {
    /// A job without flags.
    pub fn new(filename: PyRef<PyStr>, mode: Mode) -> Compile {
        Compile { filename, mode, flags: 0, optimize: None, feature_version: None }
    }

    /// `SyntaxError` for bytes that no program's file can have, with their place.
    pub fn check_file(&self, vm: &VirtualMachine, source: &[u8]) -> PyResult<()> {
        let name = self.filename.to_string_lossy();
        parser::source::file::check(source, &name).map_err(|e| self.parse_error(vm, source, e))?;
        match parser::source::file::foreign_encoding(source) {
            Some(name) => crate::modules::io::textio::text_codec(vm, &vm.new_str(name))
                .map(drop)
                .map_err(|e| self.decoder_error(vm, e)),
            None => Ok(()),
        }
    }

    pub fn source_to_code(
        &self,
        vm: &VirtualMachine,
        source: &[u8],
        origin: Origin,
    ) -> PyResult<PyRef<PyCode>> {
        let arena = Bump::new();
        let parsed = self.parse(vm, &arena, source, origin)?;
        self.tree_to_code(vm, &parsed.module, parsed.barry_as_bdfl)
    }

    /// Whether the source can be parsed, without a word about what else is odd in it.
    pub fn check_syntax(&self, vm: &VirtualMachine, source: &[u8], origin: Origin) -> PyResult<()> {
        self.parse_silently(vm, &Bump::new(), source, origin).map(drop)
    }

    /// Compiles a statement typed at the prompt.  Mistakes that keep it from being parsed are
    /// in this job's file, all others and the code in the one of that name.
    pub fn statement_to_code(
        &mut self,
        vm: &VirtualMachine,
        source: &[u8],
        name: impl FnOnce() -> PyRef<PyStr>,
    ) -> PyResult<PyRef<PyCode>> {
        let arena = Bump::new();
        let parsed = self.parse(vm, &arena, source, Origin::Text)?;
        self.filename = name();
        self.tree_to_code(vm, &parsed.module, parsed.barry_as_bdfl)
            .map_err(|e| self.with_text(vm, e, source))
    }

    /// Gives an error in a source that is in no file its line.
    fn with_text(&self, vm: &VirtualMachine, e: PyErr, source: &[u8]) -> PyErr {
        let attribute = |name: &str| vm.get_attr(e.as_object(), &vm.intern(name));
        if vm.is_error(&e, &vm.exc().syntax_error)
            && let (Ok(text), Ok(line)) = (attribute("text"), attribute("lineno"))
            && text.is_none()
            && let Some(line) = line.as_object().small_int()
            && let Some(line) = usize::try_from(line).ok().and_then(|n| n.checked_sub(1))
            && let Some(text) = source.split_inclusive(|b| *b == b'\n').nth(line)
        {
            let text = vm.new_str_bytes(text);
            // The attribute is one that takes any value.
            let _ = vm.set_attr(e.as_object(), &vm.intern("text"), Some(text.as_object()));
        }
        e
    }

    /// Compiles a block of whole statements that were pasted at the prompt: the last one
    /// shows its value, as if it had been typed by itself, and those before it do not.
    /// Answers the codes in the order in which they are to run; none for an empty block.
    pub fn pasted_to_codes(
        &mut self,
        vm: &VirtualMachine,
        source: &[u8],
        name: impl FnOnce() -> PyRef<PyStr>,
    ) -> PyResult<Vec<PyRef<PyCode>>> {
        let arena = Bump::new();
        let parsed = self.parse(vm, &arena, source, Origin::Text)?;
        self.filename = name();
        self.tree_to_codes(vm, &parsed).map_err(|e| self.with_text(vm, e, source))
    }

    fn tree_to_codes(
        &mut self,
        vm: &VirtualMachine,
        parsed: &Parsed<'_>,
    ) -> PyResult<Vec<PyRef<PyCode>>> {
        let mut codes = Vec::new();
        let Mod::Module { body, type_ignores } = parsed.module else { return Ok(codes) };
        let Some((last, before)) = body.split_last() else { return Ok(codes) };
        if !before.is_empty() {
            let tree = Mod::Module { body: before, type_ignores };
            let code = self.tree_to_code(vm, &tree, parsed.barry_as_bdfl)?;
            self.flags |= code.flags().bits() & flags::MASK;
            codes.push(code);
        }
        let tree = Mod::Interactive { body: std::slice::from_ref(last) };
        codes.push(self.tree_to_code(vm, &tree, parsed.barry_as_bdfl)?);
        Ok(codes)
    }

    /// A code object, or a tree where the flags ask for one.
    pub fn source_to_object(&self, vm: &VirtualMachine, source: &[u8], origin: Origin) -> PyResult {
        let arena = Bump::new();
        let parsed = self.parse(vm, &arena, source, origin)?;
        if self.flags & flags::ONLY_AST == 0 {
            return Ok(self.tree_to_code(vm, &parsed.module, parsed.barry_as_bdfl)?.into());
        }
        if vm.interp.import.ast.get().is_none() {
            vm.import_native("_ast")?;
        }
        let Some(bridge) = vm.interp.import.ast.get() else {
            return Err(vm.system_error("there is no _ast module"));
        };
        if self.flags & flags::OPTIMIZED_AST == flags::OPTIMIZED_AST {
            let tree = self.preprocess(vm, &parsed.module, &arena)?;
            return (bridge.to_object)(vm, &tree);
        }
        (bridge.to_object)(vm, &parsed.module)
    }

    /// Parses and issues what warnings there are.
    pub fn parse<'a>(
        &self,
        vm: &VirtualMachine,
        arena: &'a Bump,
        source: &[u8],
        origin: Origin,
    ) -> PyResult<Parsed<'a>> {
        let parsed = self.parse_silently(vm, arena, source, origin)?;
        self.issue_parser_warnings(vm, source, &parsed.warnings)?;
        Ok(parsed)
    }

    fn parse_silently<'a>(
        &self,
        vm: &VirtualMachine,
        arena: &'a Bump,
        source: &[u8],
        origin: Origin,
    ) -> PyResult<Parsed<'a>> {
        if vm.native_stack_left() < PARSER_STACK {
            return Err(vm.stack_used_up(" during compilation"));
        }
        vm.check_room(likely_need(source))?;
        let has = |bit: u32| self.flags & bit != 0;
        let options = ParseOptions {
            mode: self.mode,
            type_comments: has(flags::TYPE_COMMENTS),
            feature_version: self.feature_version.unwrap_or(FEATURE_VERSION),
            allow_incomplete: has(flags::ALLOW_INCOMPLETE_INPUT),
            barry_as_bdfl: has(flags::FUTURE_BARRY_AS_BDFL),
            dont_imply_dedent: has(flags::DONT_IMPLY_DEDENT),
            source_is_utf8: origin == Origin::Text || has(flags::IGNORE_COOKIE),
            max_str_digits: vm.interp.int_max_str_digits.get(),
        };
        let decode = |name: &str, bytes: &[u8]| decode(vm, name, bytes);
        parser::parse_with(arena, source, &options, decode).map_err(|e| match e {
            SourceError::Syntax(e) => self.parse_error(vm, source, e),
            SourceError::Decoder(e) => self.decoder_error(vm, e),
        })
    }

    pub fn compile_options(&self, vm: &VirtualMachine) -> CompileOptions {
        CompileOptions {
            optimize: self.optimize.unwrap_or(vm.interp.settings.optimize),
            flags: self.flags & (flags::MASK | flags::ALLOW_TOP_LEVEL_AWAIT),
            stack_budget: vm.native_stack_left().min(64 << 20),
        }
    }

    /// Compiles a tree and issues what warnings there are.
    pub fn tree_to_code(
        &self,
        vm: &VirtualMachine,
        tree: &parser::ast::Mod<'_>,
        barry_as_bdfl: bool,
    ) -> PyResult<PyRef<PyCode>> {
        let mut options = self.compile_options(vm);
        if barry_as_bdfl {
            options.flags |= flags::FUTURE_BARRY_AS_BDFL;
        }
        match compiler::compile(tree, self.filename.as_bytes(), &options) {
            Ok((raw, warnings)) => {
                self.issue_compiler_warnings(vm, &warnings)?;
                Ok(PyCode::from_raw(vm, &raw))
            }
            Err(e) => {
                let mut data = e.into_data();
                let warnings = std::mem::take(&mut data.warnings);
                self.issue_compiler_warnings(vm, &warnings)?;
                Err(self.compile_error(vm, data))
            }
        }
    }

    /// Hands the symbol tables of a source to `f`.
    pub fn symbol_table<R>(
        &self,
        vm: &VirtualMachine,
        source: &[u8],
        origin: Origin,
        f: impl FnOnce(&SymbolTable<'_>) -> PyResult<R>,
    ) -> PyResult<R> {
        let arena = Bump::new();
        let parsed = self.parse(vm, &arena, source, origin)?;
        match compiler::symbol_table(&parsed.module, &self.compile_options(vm), &arena) {
            Ok(table) => f(&table),
            Err(e) => Err(self.compile_error(vm, e.into_data())),
        }
    }

    /// The tree that `ast.parse(optimize=..)` gives.
    pub fn preprocess<'a>(
        &self,
        vm: &VirtualMachine,
        tree: &parser::ast::Mod<'a>,
        arena: &'a Bump,
    ) -> PyResult<parser::ast::Mod<'a>> {
        match compiler::preprocess(tree, &self.compile_options(vm), arena) {
            Ok((tree, warnings)) => {
                self.issue_compiler_warnings(vm, &warnings)?;
                Ok(tree)
            }
            Err(e) => Err(self.compile_error(vm, e.into_data())),
        }
    }
}

/// Source in an encoding that the parser does not know, by its codec.
fn decode(vm: &VirtualMachine, name: &str, bytes: &[u8]) -> PyResult<Vec<u8>> {
    // The method, unlike the codecs' function, refuses what is no encoding of text.
    let (bytes, encoding) = (vm.new_bytes(bytes), vm.new_str(name));
    let decode = &vm.names().decode;
    let text = vm.call_method(bytes.as_object(), decode, &[encoding.as_object()])?;
    match text.as_object().downcast::<PyStr>() {
        Some(s) => Ok(s.as_bytes().to_vec()),
        None => Err(vm.type_error(format!(
            "'{name}' decoder returned '{}' instead of 'str'",
            text.class(vm).display_name()
        ))),
    }
}

impl VirtualMachine {
    /// Compiles UTF-8 source or source with a coding cookie.
    pub fn compile_source(
        &self,
        source: &[u8],
        filename: &[u8],
        mode: Mode,
    ) -> PyResult<PyRef<PyCode>> {
        let filename = self.new_str_bytes(filename);
        Compile::new(filename, mode).source_to_code(self, source, Origin::Bytes)
    }

    /// Bytes of native stack that recursion may still use.
    pub fn native_stack_left(&self) -> usize {
        match self.stack_limit.get() {
            0 => PARSER_STACK + compiler::DEFAULT_STACK_BUDGET,
            limit => host::stack::pointer().saturating_sub(limit),
        }
    }

    /// The contents of `bytes`, or of anything else with a buffer of bytes.
    pub fn bytes_like(&self, o: PyObject<'_>) -> Option<Vec<u8>> {
        if let Some(bytes) = o.downcast::<PyBytes>() {
            return Some(bytes.as_bytes().to_vec());
        }
        if !buffer::has_buffer(self, o) {
            return None;
        }
        // What has no bytes in a row is no more bytes-like than what has none.
        buffer::get(self, o, buffer::SIMPLE).ok().map(|b| b.with_bytes(<[u8]>::to_vec))
    }
}
