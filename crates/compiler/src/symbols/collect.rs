//! First pass: walks the tree and records what every block does with its names. The
//! order of visits is CPython's, for it decides the order of symbols and which of two
//! errors is reported.

mod expressions;
mod statements;

use bumpalo::Bump;
use parser::ast::{Expr, ExprContext, Keyword, Mod, Range};

use super::{
    Block, BlockId, BlockType, DEF_COMP_ITER, DEF_GLOBAL, DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL,
    DEF_PARAM, DEF_TYPE_PARAM, Key, NameSet, SymbolTable, USE,
};
use crate::error::{CompileError, ErrorKind};
use crate::future::{ALLOW_TOP_LEVEL_AWAIT, FUTURE_ANNOTATIONS, Future};
use crate::recursion::StackGuard;

type Result<T = ()> = std::result::Result<T, CompileError>;

pub(super) fn collect<'a>(
    module: &Mod<'a>,
    future: Future,
    arena: &'a Bump,
    guard: StackGuard,
) -> Result<SymbolTable<'a>> {
    let table = SymbolTable {
        blocks: Vec::new(),
        keys: super::KeyMap::default(),
        mangled_sets: Vec::new(),
    };
    let mut pass = Collect {
        table,
        stack: Vec::new(),
        current: SymbolTable::TOP,
        private: None,
        future,
        arena,
        guard,
    };
    let top = pass.new_block("top", BlockType::Module, None, Range::default());
    pass.enter_existing(top);
    match *module {
        Mod::Module { body, .. } => {
            pass.cur().has_docstring = body.first().is_some_and(|s| s.as_docstring().is_some());
            pass.stmts(body)?;
        }
        Mod::Interactive { body } => pass.stmts(body)?,
        Mod::Expression { body } => pass.expr(body)?,
        Mod::FunctionType { .. } => {
            return Err(CompileError::new(
                ErrorKind::Runtime,
                "this compiler does not handle FunctionTypes",
            ));
        }
    }
    pass.exit_block();
    Ok(pass.table)
}

struct Collect<'a> {
    table: SymbolTable<'a>,
    stack: Vec<BlockId>,
    current: BlockId,
    /// The class whose private names are mangled here.
    private: Option<&'a str>,
    future: Future,
    arena: &'a Bump,
    guard: StackGuard,
}

fn syntax<T>(msg: impl Into<std::borrow::Cow<'static, str>>, range: Range) -> Result<T> {
    Err(CompileError::syntax(msg, range))
}

impl<'a> Collect<'a> {
    fn cur(&mut self) -> &mut Block<'a> {
        &mut self.table.blocks[self.current]
    }

    fn future_annotations(&self) -> bool {
        self.future.features & FUTURE_ANNOTATIONS != 0
    }

    fn new_block(
        &mut self,
        name: &'a str,
        kind: BlockType,
        key: Option<Key>,
        range: Range,
    ) -> BlockId {
        let mut block = Block::new(name, kind, range);
        if let Some(parent) = self.table.blocks.get(self.current) {
            block.nested = parent.nested || parent.is_function_like();
            block.method = parent.kind == BlockType::Class && kind == BlockType::Function;
        }
        let id = self.table.blocks.len();
        self.table.blocks.push(block);
        if let Some(key) = key {
            self.table.keys.insert(key, id);
        }
        id
    }

    fn enter_existing(&mut self, id: BlockId) {
        let previous = self.stack.last().copied();
        self.stack.push(id);
        self.current = id;
        let Some(previous) = previous else { return };
        let (iter_expr, mangled) = {
            let block = &self.table.blocks[previous];
            (block.comp_iter_expr, block.mangled_names)
        };
        let block = &mut self.table.blocks[id];
        // No assignment expression anywhere below the iterable of a comprehension.
        block.comp_iter_expr = iter_expr;
        // In a class all names are mangled.
        if mangled.is_some() && block.kind != BlockType::Class {
            block.mangled_names = mangled;
        }
        // Annotations that stay text must leave no trace.
        if block.kind == BlockType::Annotation && self.future_annotations() {
            return;
        }
        // The annotations of a body are entered again and again.
        if self.table.blocks[previous].annotation_block != Some(id) {
            self.table.blocks[previous].children.push(id);
        }
    }

    fn enter_block(
        &mut self,
        name: &'a str,
        kind: BlockType,
        key: Option<Key>,
        range: Range,
    ) -> Result<BlockId> {
        let id = self.new_block(name, kind, key, range);
        self.enter_existing(id);
        if matches!(kind, BlockType::Annotation | BlockType::TypeVariable | BlockType::TypeAlias) {
            // The code at their head reads this parameter.
            self.add_def(".format", DEF_PARAM, range)?;
            self.add_def(".format", USE, range)?;
        }
        Ok(id)
    }

    fn exit_block(&mut self) {
        self.stack.pop();
        self.current = self.stack.last().copied().unwrap_or(SymbolTable::TOP);
    }

    fn mangle(&self, name: &'a str) -> &'a str {
        self.table.maybe_mangle(self.private, self.current, name, self.arena)
    }

    fn lookup(&self, name: &'a str) -> u32 {
        self.lookup_in(self.current, name)
    }

    fn lookup_in(&self, block: BlockId, name: &'a str) -> u32 {
        let name = self.table.maybe_mangle(self.private, block, name, self.arena);
        self.table.blocks[block].symbol(name)
    }

    fn add_def(&mut self, name: &'a str, flag: u32, range: Range) -> Result {
        let ctx = if flag == USE { ExprContext::Load } else { ExprContext::Store };
        self.add_def_ctx(name, flag, range, ctx)
    }

    fn add_def_ctx(&mut self, name: &'a str, flag: u32, range: Range, ctx: ExprContext) -> Result {
        if flag & (DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 {
            check_name(name, range, ctx)?;
        }
        if flag & DEF_TYPE_PARAM != 0
            && let Some(set) = self.cur().mangled_names
        {
            self.table.mangled_sets[set].insert(name);
        }
        self.add_def_in(self.current, name, flag, range)
    }

    fn add_def_in(&mut self, id: BlockId, name: &'a str, flag: u32, range: Range) -> Result {
        let mangled = self.mangle(name);
        let block = &mut self.table.blocks[id];
        let flags = block.symbols.entry(mangled).or_insert(0);
        if flag & DEF_PARAM != 0 && *flags & DEF_PARAM != 0 {
            return syntax(format!("duplicate argument '{name}' in function definition"), range);
        }
        if flag & DEF_TYPE_PARAM != 0 && *flags & DEF_TYPE_PARAM != 0 {
            return syntax(format!("duplicate type parameter '{name}'"), range);
        }
        *flags |= flag;
        if block.comp_iter_target {
            // Named expressions and iteration variables must not clash.
            if *flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                let msg = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{name}'"
                );
                return syntax(msg, range);
            }
            *flags |= DEF_COMP_ITER;
        }
        if flag & DEF_PARAM != 0 {
            block.varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            *self.table.blocks[SymbolTable::TOP].symbols.entry(mangled).or_insert(0) |= flag;
        }
        Ok(())
    }

    fn record_directive(&mut self, name: &'a str, range: Range) {
        let mangled = self.mangle(name);
        self.cur().directives.push((mangled, range));
    }

    fn allows_top_level_await(&self) -> bool {
        self.future.features & ALLOW_TOP_LEVEL_AWAIT != 0
            && self.table.blocks[self.current].kind == BlockType::Module
    }

    /// Whether the current block is an `async def`.
    fn in_async_def(&self) -> bool {
        let block = &self.table.blocks[self.current];
        block.is_function_like() && block.coroutine
    }

    fn check_keywords(&self, keywords: &[Keyword<'a>]) -> Result {
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                check_name(name, keyword.range, ExprContext::Store)?;
            }
        }
        Ok(())
    }

    fn exprs(&mut self, exprs: &[&'a Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn new_mangled_set(&mut self) -> usize {
        self.table.mangled_sets.push(NameSet::default());
        self.table.mangled_sets.len() - 1
    }
}

fn check_name(name: &str, range: Range, ctx: ExprContext) -> Result {
    if name == "__debug__" {
        match ctx {
            ExprContext::Store => return syntax("cannot assign to __debug__", range),
            ExprContext::Del => return syntax("cannot delete __debug__", range),
            ExprContext::Load => {}
        }
    }
    Ok(())
}
