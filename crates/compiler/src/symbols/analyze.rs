//! Second pass: decides the scope of every name, from the module inwards. A block is
//! told which names its surroundings bind or declare global, and tells them which
//! names it needs from outside. Comprehensions that can be are merged into their
//! parents here (PEP 709).

use super::{
    Block, BlockId, BlockType, Comprehension, DEF_BOUND, DEF_COMP_CELL, DEF_FREE_CLASS, DEF_GLOBAL,
    DEF_NONLOCAL, DEF_PARAM, DEF_TYPE_PARAM, NameSet, SCOPE_OFFSET, Scope, SymbolTable, USE,
};
use crate::error::{CompileError, ErrorKind};
use crate::recursion::StackGuard;
use ahash::RandomState;
use indexmap::IndexMap;

/// What a class provides to the functions in it.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", "__conditional_annotations__"];

type Scopes<'a> = IndexMap<&'a str, Scope, RandomState>;

pub(super) fn analyze(table: &mut SymbolTable<'_>, guard: StackGuard) -> Result<(), CompileError> {
    let mut free = NameSet::default();
    let mut global = NameSet::default();
    let mut type_params = NameSet::default();
    let mut pass = Analysis { table, guard };
    pass.block(SymbolTable::TOP, None, &mut free, &mut global, &mut type_params, None)
}

struct Analysis<'t, 'a> {
    table: &'t mut SymbolTable<'a>,
    guard: StackGuard,
}

/// What the names of one block are decided against.
struct Context<'s, 'a> {
    scopes: Scopes<'a>,
    local: NameSet<'a>,
    /// `None` for the module.
    bound: Option<&'s mut NameSet<'a>>,
    free: &'s mut NameSet<'a>,
    global: &'s mut NameSet<'a>,
    type_params: &'s mut NameSet<'a>,
}

impl<'a> Analysis<'_, 'a> {
    fn block(
        &mut self,
        id: BlockId,
        bound: Option<&mut NameSet<'a>>,
        free: &mut NameSet<'a>,
        global: &mut NameSet<'a>,
        type_params: &mut NameSet<'a>,
        class: Option<BlockId>,
    ) -> Result<(), CompileError> {
        self.guard.check()?;
        let is_class = self.table.blocks[id].kind == BlockType::Class;
        let mut newglobal = NameSet::default();
        let mut newbound = NameSet::default();
        // Names of a class are invisible in its methods, so what these see is settled
        // before the class's own names are.
        if is_class {
            newglobal.clone_from(global);
            if let Some(bound) = &bound {
                newbound.clone_from(bound);
            }
        }

        let size = self.table.blocks[id].symbols.len();
        let mut context = Context {
            scopes: Scopes::with_capacity_and_hasher(size, RandomState::default()),
            local: NameSet::default(),
            bound,
            free,
            global,
            type_params,
        };
        for index in 0..size {
            let (&name, &flags) =
                self.table.blocks[id].symbols.get_index(index).expect("the index is in range");
            self.name(id, &mut context, name, flags, class)?;
        }
        let Context { mut scopes, local, bound, free, global, type_params } = context;

        if is_class {
            newbound.extend(CLASS_CELLS);
        } else {
            if self.table.blocks[id].is_function_like() {
                newbound = local;
            }
            if let Some(bound) = &bound {
                newbound.extend(bound.iter());
            }
            newglobal.clone_from(global);
        }

        let mut newfree = NameSet::default();
        let mut inlined_cells = NameSet::default();
        for index in 0..self.table.blocks[id].children.len() {
            let child = self.table.blocks[id].children[index];
            let (class_below, inline) = {
                let (this, entry) = (&self.table.blocks[id], &self.table.blocks[child]);
                let class_below = if entry.can_see_class_scope {
                    if is_class { Some(id) } else { class }
                } else {
                    None
                };
                // Those in annotation scopes of classes stay functions.
                let inline = matches!(
                    entry.comprehension,
                    Some(Comprehension::List | Comprehension::Set | Comprehension::Dict)
                ) && !entry.generator
                    && !this.can_see_class_scope;
                (class_below, inline)
            };
            let mut child_bound = newbound.clone();
            let mut child_free = NameSet::default();
            let mut child_global = newglobal.clone();
            let mut child_type_params = type_params.clone();
            self.block(
                child,
                Some(&mut child_bound),
                &mut child_free,
                &mut child_global,
                &mut child_type_params,
                class_below,
            )?;
            if inline {
                self.inline(id, child, &mut scopes, &mut child_free, &mut inlined_cells);
                self.table.blocks[child].comp_inlined = true;
            }
            newfree.extend(child_free);
        }
        self.splice_inlined_children(id);

        if self.table.blocks[id].is_function_like() {
            for (&name, scope) in &mut scopes {
                if *scope == Scope::Local
                    && (newfree.contains(name) || inlined_cells.contains(name))
                {
                    *scope = Scope::Cell;
                    newfree.remove(name);
                }
            }
        } else if is_class {
            let block = &mut self.table.blocks[id];
            block.needs_class_closure |= newfree.remove("__class__");
            block.needs_classdict |= newfree.remove("__classdict__");
            block.has_conditional_annotations |= newfree.remove("__conditional_annotations__");
        }
        let block = &mut self.table.blocks[id];
        let class_like = is_class || block.can_see_class_scope;
        update_symbols(block, &scopes, bound.as_deref(), &newfree, &inlined_cells, class_like)?;
        free.extend(newfree);
        Ok(())
    }

    fn name(
        &self,
        id: BlockId,
        context: &mut Context<'_, 'a>,
        name: &'a str,
        flags: u32,
        class: Option<BlockId>,
    ) -> Result<(), CompileError> {
        let block = &self.table.blocks[id];
        if flags & DEF_GLOBAL != 0 {
            if flags & DEF_NONLOCAL != 0 {
                let msg = format!("name '{name}' is nonlocal and global");
                return Err(error_at_directive(block, name, msg));
            }
            context.scopes.insert(name, Scope::GlobalExplicit);
            context.global.insert(name);
            if let Some(bound) = &mut context.bound {
                bound.remove(name);
            }
            return Ok(());
        }
        if flags & DEF_NONLOCAL != 0 {
            let Some(bound) = &context.bound else {
                let msg = "nonlocal declaration not allowed at module level".to_owned();
                return Err(error_at_directive(block, name, msg));
            };
            if !bound.contains(name) {
                let msg = format!("no binding for nonlocal '{name}' found");
                return Err(error_at_directive(block, name, msg));
            }
            if context.type_params.contains(name) {
                let msg = format!("nonlocal binding not allowed for type parameter '{name}'");
                return Err(error_at_directive(block, name, msg));
            }
            context.scopes.insert(name, Scope::Free);
            context.free.insert(name);
            return Ok(());
        }
        if flags & DEF_BOUND != 0 {
            context.scopes.insert(name, Scope::Local);
            context.local.insert(name);
            context.global.remove(name);
            if flags & DEF_TYPE_PARAM != 0 {
                context.type_params.insert(name);
            } else {
                context.type_params.remove(name);
            }
            return Ok(());
        }
        // A scope that sees the class namespace looks there and in the globals, not in
        // the functions around the class, for what the class itself binds.
        // The cell of that namespace itself is the exception.
        if let Some(class) = class.filter(|_| name != "__classdict__") {
            let class_flags = self.table.blocks[class].symbol(name);
            if class_flags & DEF_GLOBAL != 0 {
                context.scopes.insert(name, Scope::GlobalExplicit);
                return Ok(());
            }
            if class_flags & DEF_BOUND != 0 && class_flags & DEF_NONLOCAL == 0 {
                context.scopes.insert(name, Scope::GlobalImplicit);
                return Ok(());
            }
        }
        if context.bound.as_ref().is_some_and(|bound| bound.contains(name)) {
            context.scopes.insert(name, Scope::Free);
            context.free.insert(name);
        } else {
            context.scopes.insert(name, Scope::GlobalImplicit);
        }
        Ok(())
    }

    /// Merges the names of a comprehension into the block that contains it.
    fn inline(
        &mut self,
        id: BlockId,
        comp: BlockId,
        scopes: &mut Scopes<'a>,
        comp_free: &mut NameSet<'a>,
        inlined_cells: &mut NameSet<'a>,
    ) {
        let mut class_cells: Vec<&str> = Vec::new();
        for index in 0..self.table.blocks[comp].symbols.len() {
            let (&name, &flags) =
                self.table.blocks[comp].symbols.get_index(index).expect("the index is in range");
            // The implicit parameter is gone.
            if flags & DEF_PARAM != 0 {
                continue;
            }
            let mut scope = Scope::of(flags);
            let only_flags = flags & ((1 << SCOPE_OFFSET) - 1);
            if scope == Scope::Cell || only_flags & DEF_COMP_CELL != 0 {
                inlined_cells.insert(name);
            }
            let is_class = self.table.blocks[id].kind == BlockType::Class;
            // These are never free through a class.
            if scope == Scope::Free && is_class && CLASS_CELLS.contains(&name) {
                scope = Scope::GlobalImplicit;
                if !self.is_free_in_child(comp, name) {
                    comp_free.remove(name);
                }
                class_cells.push(name);
            }
            match self.table.blocks[id].symbols.get(name).copied() {
                None => {
                    self.table.blocks[id].symbols.insert(name, only_flags);
                    scopes.insert(name, scope);
                }
                // What was free in the comprehension is now simply local, unless
                // functions inside it need the cell.
                Some(existing) if existing & DEF_BOUND != 0 && !is_class => {
                    if scope == Scope::Free {
                        self.table.blocks[id].symbols.insert(name, existing | only_flags & USE);
                    }
                    if !self.is_free_in_child(comp, name) {
                        comp_free.remove(name);
                    }
                }
                // What the comprehension uses by way of a nonlocal declaration is used there.
                Some(existing) => {
                    if scope == Scope::Free && existing & DEF_NONLOCAL != 0 {
                        self.table.blocks[id].symbols.insert(name, existing | only_flags & USE);
                    }
                }
            }
        }
        for name in class_cells {
            self.table.blocks[comp].symbols.shift_remove(name);
        }
    }

    fn is_free_in_child(&self, id: BlockId, name: &str) -> bool {
        let children = &self.table.blocks[id].children;
        children.iter().any(|&child| self.table.blocks[child].scope(name) == Scope::Free)
    }

    /// Children of inlined comprehensions become our own.
    fn splice_inlined_children(&mut self, id: BlockId) {
        let children = &self.table.blocks[id].children;
        if !children.iter().any(|&child| self.table.blocks[child].comp_inlined) {
            return;
        }
        let mut spliced = Vec::with_capacity(children.len());
        for &child in children {
            let entry = &self.table.blocks[child];
            if entry.comp_inlined {
                spliced.extend_from_slice(&entry.children);
            } else {
                spliced.push(child);
            }
        }
        self.table.blocks[id].children = spliced;
    }
}

fn error_at_directive(block: &Block<'_>, name: &str, msg: String) -> CompileError {
    match block.directives.iter().find(|(directive, _)| *directive == name) {
        Some(&(_, range)) => CompileError::syntax(msg, range),
        None => CompileError::new(ErrorKind::Runtime, "BUG: internal directive bookkeeping broken"),
    }
}

/// Writes the scopes into the block's symbols and adds the names that pass through it.
fn update_symbols<'a>(
    block: &mut Block<'a>,
    scopes: &Scopes<'a>,
    bound: Option<&NameSet<'a>>,
    free: &NameSet<'a>,
    inlined_cells: &NameSet<'a>,
    class_like: bool,
) -> Result<(), CompileError> {
    for (&name, flags) in &mut block.symbols {
        if inlined_cells.contains(name) {
            *flags |= DEF_COMP_CELL;
        }
        let Some(scope) = scopes.get(name) else {
            return Err(CompileError::system(format!("no scope for '{name}'")));
        };
        *flags |= scope.flags();
    }
    let mut passing: Vec<&'a str> = free.iter().copied().collect();
    passing.sort_unstable();
    for name in passing {
        if let Some(flags) = block.symbols.get_mut(name) {
            if class_like {
                *flags |= DEF_FREE_CLASS;
            }
        } else if bound.is_none_or(|bound| bound.contains(name)) {
            block.symbols.insert(name, Scope::Free.flags());
        }
    }
    Ok(())
}
