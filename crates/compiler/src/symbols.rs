//! Symbol tables: what every name means in every block. `collect` records from the
//! tree how each block uses its names, `analyze` then decides their scopes.
//!
//! Values of flags, scopes and block types are CPython's, for Python sees them through
//! `_symtable`. Blocks refer to each other by index; block 0 is the module.

mod analyze;
mod collect;
mod mangle;

use std::hash::{BuildHasherDefault, Hasher};

use ahash::RandomState;
use bumpalo::Bump;
use indexmap::IndexMap;
use parser::ast::{Mod, Range};

pub use mangle::mangle;

use crate::error::CompileError;
use crate::future::Future;
use crate::recursion::StackGuard;

pub const DEF_GLOBAL: u32 = 1;
pub const DEF_LOCAL: u32 = 1 << 1;
pub const DEF_PARAM: u32 = 1 << 2;
pub const DEF_NONLOCAL: u32 = 1 << 3;
pub const USE: u32 = 1 << 4;
/// Free in a method of the class whose block also uses the name itself.
pub const DEF_FREE_CLASS: u32 = 1 << 6;
pub const DEF_IMPORT: u32 = 1 << 7;
pub const DEF_ANNOT: u32 = 1 << 8;
/// An iteration variable of a comprehension.
pub const DEF_COMP_ITER: u32 = 1 << 9;
pub const DEF_TYPE_PARAM: u32 = 1 << 10;
/// A cell of a comprehension that is inlined here.
pub const DEF_COMP_CELL: u32 = 1 << 11;
pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;

/// Where the scope sits in the flags.
pub const SCOPE_OFFSET: u32 = 12;
pub const SCOPE_MASK: u32 = 15;

/// What a name turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Scope {
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    #[must_use]
    pub fn of(flags: u32) -> Scope {
        match (flags >> SCOPE_OFFSET) & SCOPE_MASK {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }

    fn flags(self) -> u32 {
        u32::from(self as u8) << SCOPE_OFFSET
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum BlockType {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comprehension {
    List,
    Dict,
    Set,
    Generator,
}

pub type BlockId = usize;
pub type Symbols<'a> = IndexMap<&'a str, u32, RandomState>;
pub(crate) type NameSet<'a> = std::collections::HashSet<&'a str, RandomState>;

/// One block: a module, class, function, comprehension or annotation scope.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    pub name: &'a str,
    pub kind: BlockType,
    pub range: Range,
    /// Flags and, once analysed, the scope of each name.
    pub symbols: Symbols<'a>,
    /// Parameters in order.
    pub varnames: Vec<&'a str>,
    pub children: Vec<BlockId>,
    /// `global` and `nonlocal` statements (and the like), for messages.
    directives: Vec<(&'a str, Range)>,
    /// Type parameters that are mangled although nothing else in the block is: an
    /// index into the table's sets, shared with the blocks inside.
    mangled_names: Option<usize>,
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: Option<Comprehension>,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    /// The class must provide the cell of `__class__`.
    pub needs_class_closure: bool,
    /// The class must provide the cell of `__classdict__`.
    pub needs_classdict: bool,
    /// A comprehension that is compiled into its parent.
    pub comp_inlined: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    pub can_see_class_scope: bool,
    pub annotations_used: bool,
    pub has_docstring: bool,
    pub method: bool,
    pub has_conditional_annotations: bool,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
    /// What a type variable's scope holds, for messages.
    scope_info: &'static str,
    /// The block of the annotations of a module, class or function body.
    pub annotation_block: Option<BlockId>,
}

impl<'a> Block<'a> {
    fn new(name: &'a str, kind: BlockType, range: Range) -> Block<'a> {
        Block {
            name,
            kind,
            range,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            mangled_names: None,
            nested: false,
            generator: false,
            coroutine: false,
            comprehension: None,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            comp_iter_target: false,
            comp_iter_expr: 0,
            can_see_class_scope: false,
            annotations_used: false,
            has_docstring: false,
            method: false,
            has_conditional_annotations: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            scope_info: "",
            annotation_block: None,
        }
    }

    /// Whether locals of the block are fast locals.
    #[must_use]
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, BlockType::Class | BlockType::Module)
    }

    /// The flags of a name, 0 if the block does not know it.
    #[must_use]
    pub fn symbol(&self, name: &str) -> u32 {
        self.symbols.get(name).copied().unwrap_or(0)
    }

    #[must_use]
    pub fn scope(&self, name: &str) -> Scope {
        Scope::of(self.symbol(name))
    }
}

/// Names the block that belongs to a node; nodes are told apart by address, and one node
/// can have several blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    addr: usize,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Role {
    /// The function, class, lambda, comprehension or type alias itself.
    Body,
    /// The annotations of a function's parameters.
    Annotations,
    TypeParams,
    Bound,
    Default,
}

impl Key {
    pub(crate) fn new<T>(node: &T, role: Role) -> Key {
        Key { addr: std::ptr::from_ref(node).addr(), role }
    }
}

/// Addresses are unique already: one multiplication spreads them.
#[derive(Default)]
pub(crate) struct AddrHasher(u64);

impl Hasher for AddrHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }

    fn write_u64(&mut self, value: u64) {
        let mixed = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

type KeyMap = std::collections::HashMap<Key, BlockId, BuildHasherDefault<AddrHasher>>;

/// The blocks of one tree.
#[derive(Debug)]
pub struct SymbolTable<'a> {
    pub blocks: Vec<Block<'a>>,
    keys: KeyMap,
    mangled_sets: Vec<NameSet<'a>>,
}

impl<'a> SymbolTable<'a> {
    pub const TOP: BlockId = 0;

    /// Builds the table of a tree that has been through [`crate::preprocess`].
    pub(crate) fn build(
        module: &Mod<'a>,
        future: Future,
        arena: &'a Bump,
        guard: StackGuard,
    ) -> Result<SymbolTable<'a>, CompileError> {
        let mut table = collect::collect(module, future, arena, guard)?;
        analyze::analyze(&mut table, guard)?;
        Ok(table)
    }

    #[must_use]
    pub fn top(&self) -> &Block<'a> {
        &self.blocks[Self::TOP]
    }

    pub(crate) fn lookup(&self, key: Key) -> Result<BlockId, CompileError> {
        self.keys
            .get(&key)
            .copied()
            .ok_or_else(|| CompileError::system("unknown symbol table entry"))
    }

    /// The name as the block knows it.
    pub(crate) fn maybe_mangle(
        &self,
        private: Option<&str>,
        block: BlockId,
        name: &'a str,
        arena: &'a Bump,
    ) -> &'a str {
        if private.is_none() || !name.starts_with("__") {
            return name;
        }
        if let Some(set) = self.blocks[block].mangled_names
            && !self.mangled_sets[set].contains(name)
        {
            return name;
        }
        mangle(private, name, arena)
    }
}
