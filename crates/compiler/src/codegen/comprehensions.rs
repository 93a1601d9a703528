//! Comprehensions: generator expressions and those in annotation scopes are functions,
//! all others are written where they stand, with their variables saved and restored
//! around them (PEP 709).

use bytecode::Opcode;
use bytecode::oparg::{FunctionAttribute, Intrinsic1};
use parser::ast::{Comprehension as Clause, Expr, ExprKind};

use super::fblocks::{Datum, FBlockKind};
use super::units::{ArgCounts, ScopeType};
use super::{Compiler, Result, loc};
use crate::error::CompileError;
use crate::instrs::{Label, Location, intern};
use crate::symbols::{BlockId, BlockType, DEF_LOCAL, DEF_NONLOCAL, Key, Role, Scope};

/// What one comprehension collects.
#[derive(Clone, Copy)]
enum Element<'a> {
    Generator(&'a Expr<'a>),
    List(&'a Expr<'a>),
    Set(&'a Expr<'a>),
    Dict(&'a Expr<'a>, &'a Expr<'a>),
}

/// What was changed while an inlined comprehension is written, to be changed back.
#[derive(Default)]
struct Inlined<'a> {
    /// Variables whose outer values are on the stack.
    pushed: Vec<&'a str>,
    outer_symbols: Vec<(&'a str, u32)>,
    fast_hidden: Vec<&'a str>,
    cleanup: Option<Label>,
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, e: &'a Expr<'a>) -> Result {
        let (name, element, generators) = match e.kind {
            ExprKind::GeneratorExp { elt, generators } => {
                ("<genexpr>", Element::Generator(elt), generators)
            }
            ExprKind::ListComp { elt, generators } => {
                ("<listcomp>", Element::List(elt), generators)
            }
            ExprKind::SetComp { elt, generators } => ("<setcomp>", Element::Set(elt), generators),
            ExprKind::DictComp { key, value, generators } => {
                ("<dictcomp>", Element::Dict(key, value), generators)
            }
            _ => return Ok(()),
        };
        let Some(outermost) = generators.first() else {
            return Err(CompileError::system("a comprehension without generators"));
        };
        let id = self.table.lookup(Key::new(e, Role::Body))?;
        let block = &self.table.blocks[id];
        let (inlined, is_async) = (block.comp_inlined, block.coroutine);
        let at = loc(e.range);
        let is_generator = matches!(element, Element::Generator(_));

        let state = if inlined {
            self.iterator(outermost)?;
            Some(self.enter_inlined(at, id))
        } else {
            let counts = ArgCounts { args: 1, ..ArgCounts::default() };
            let lineno = e.range.lineno as i32;
            self.enter_block(name, ScopeType::Comprehension, id, lineno, None, counts);
            None
        };
        let build = match element {
            Element::Generator(_) => None,
            Element::List(_) => Some(Opcode::BuildList),
            Element::Set(_) => Some(Opcode::BuildSet),
            Element::Dict(..) => Some(Opcode::BuildMap),
        };
        if let Some(build) = build {
            self.op_i(at, build, 0);
            if inlined {
                self.op_i(at, Opcode::Swap, 2);
            }
        }
        self.clause(at, generators, 0, 0, element, inlined)?;
        if let Some(state) = state {
            self.leave_inlined(at, state);
            return Ok(());
        }

        if is_generator {
            self.wrap_in_stopiteration_handler();
        } else {
            self.op(at, Opcode::ReturnValue);
        }
        let code = self.finish(true)?;
        self.make_closure(at, code, FunctionAttribute::empty())?;
        self.iterator(outermost)?;
        self.op_i(at, Opcode::Call, 0);
        if is_async && !is_generator {
            self.op_i(at, Opcode::GetAwaitable, 0);
            self.load_none(at);
            self.yield_from(at, true);
        }
        Ok(())
    }

    /// The iterator over the outermost iterable, made outside the comprehension.
    fn iterator(&mut self, clause: &Clause<'a>) -> Result {
        self.expr(clause.iter)?;
        let is_async = clause.is_async != 0;
        self.op(loc(clause.iter.range), if is_async { Opcode::GetAiter } else { Opcode::GetIter });
        Ok(())
    }

    /// One `for` clause with its conditions, and all that is inside it. `depth` is how
    /// many iterators are on the stack above the collection.
    fn clause(
        &mut self,
        at: Location,
        generators: &'a [Clause<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Result {
        self.guard.check()?;
        if generators[index].is_async != 0 {
            self.async_clause(at, generators, index, depth, element, iter_on_stack)
        } else {
            self.sync_clause(at, generators, index, depth, element, iter_on_stack)
        }
    }

    fn sync_clause(
        &mut self,
        at: Location,
        generators: &'a [Clause<'a>],
        index: usize,
        mut depth: u32,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Result {
        let clause = &generators[index];
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut looping = true;
        if !iter_on_stack {
            if index == 0 {
                self.op_i(at, Opcode::LoadFast, 0);
            } else {
                // `for y in [f(x)]` is an assignment.
                let single = match clause.iter.kind {
                    ExprKind::List { elts: &[elt], .. } | ExprKind::Tuple { elts: &[elt], .. }
                        if !matches!(elt.kind, ExprKind::Starred { .. }) =>
                    {
                        Some(elt)
                    }
                    _ => None,
                };
                match single {
                    Some(elt) => {
                        self.expr(elt)?;
                        looping = false;
                    }
                    None => {
                        self.expr(clause.iter)?;
                        self.op(loc(clause.iter.range), Opcode::GetIter);
                    }
                }
            }
        }
        if looping {
            depth += 1;
            self.use_label(start);
            self.jump(loc(clause.iter.range), Opcode::ForIter, anchor);
        }
        self.expr(clause.target)?;
        for test in clause.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let element_at = self.clause_body(at, generators, index, depth, element)?;
        self.use_label(if_cleanup);
        if looping {
            self.jump(element_at, Opcode::Jump, start);
            self.use_label(anchor);
            self.op(Location::NONE, Opcode::EndFor);
            self.op(Location::NONE, Opcode::PopIter);
        }
        Ok(())
    }

    fn async_clause(
        &mut self,
        at: Location,
        generators: &'a [Clause<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
        iter_on_stack: bool,
    ) -> Result {
        let clause = &generators[index];
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if !iter_on_stack {
            if index == 0 {
                self.op_i(at, Opcode::LoadFast, 0);
            } else {
                self.iterator(clause)?;
            }
        }
        self.use_label(start);
        let kind = FBlockKind::AsyncComprehensionGenerator;
        self.push_fblock(at, kind, Some(start), None, Datum::None)?;
        self.jump(at, Opcode::SetupFinally, except);
        self.op(at, Opcode::GetAnext);
        self.load_none(at);
        self.use_label(send);
        self.yield_from(at, true);
        self.op(at, Opcode::PopBlock);
        self.expr(clause.target)?;
        for test in clause.ifs {
            self.jump_if(test, if_cleanup, false)?;
        }
        let element_at = self.clause_body(at, generators, index, depth + 1, element)?;
        self.use_label(if_cleanup);
        self.jump(element_at, Opcode::Jump, start);
        self.pop_fblock(kind);
        self.use_label(except);
        self.jump(at, Opcode::EndAsyncFor, send);
        Ok(())
    }

    /// The next clause, or behind the last one the element; returns its location.
    fn clause_body(
        &mut self,
        at: Location,
        generators: &'a [Clause<'a>],
        index: usize,
        depth: u32,
        element: Element<'a>,
    ) -> Result<Location> {
        let first = match element {
            Element::Generator(elt) | Element::List(elt) | Element::Set(elt) => elt,
            Element::Dict(key, _) => key,
        };
        let mut element_at = loc(first.range);
        if index + 1 < generators.len() {
            self.clause(at, generators, index + 1, depth, element, false)?;
            return Ok(element_at);
        }
        self.expr(first)?;
        match element {
            Element::Generator(_) => {
                self.yield_value(element_at);
                self.op(element_at, Opcode::PopTop);
            }
            Element::List(_) => self.op_i(element_at, Opcode::ListAppend, depth + 1),
            Element::Set(_) => self.op_i(element_at, Opcode::SetAdd, depth + 1),
            Element::Dict(_, value) => {
                self.expr(value)?;
                element_at = loc(first.range.to(value.range));
                self.op_i(element_at, Opcode::MapAdd, depth + 1);
            }
        }
        Ok(element_at)
    }

    /// Makes the names of a comprehension mean inside it what they mean in its own
    /// block, and saves the outer values of its variables.
    fn enter_inlined(&mut self, at: Location, comp: BlockId) -> Inlined<'a> {
        let outer = self.u.block;
        let in_class =
            self.table.blocks[outer].kind == BlockType::Class && self.u.in_inlined_comp == 0;
        let function_like = self.table.blocks[outer].is_function_like();
        self.u.in_inlined_comp += 1;
        let mut state = Inlined::default();
        let symbols: Vec<(&'a str, u32)> =
            self.table.blocks[comp].symbols.iter().map(|(&name, &flags)| (name, flags)).collect();
        for &(name, flags) in &symbols {
            let scope = Scope::of(flags);
            let outer_flags = self.table.blocks[outer].symbol(name);
            let outer_scope = Scope::of(outer_flags);
            // Free inside is whatever it is outside; a cell inside that is free outside
            // stays free, which loads the same way.
            if (scope != outer_scope
                && scope != Scope::Free
                && !(scope == Scope::Cell && outer_scope == Scope::Free))
                || in_class
            {
                self.table.blocks[outer].symbols.insert(name, flags);
                state.outer_symbols.push((name, outer_flags));
            }
            let own = flags & DEF_LOCAL != 0 && flags & DEF_NONLOCAL == 0;
            if own && !function_like && self.u.code.fasthidden.get(name).copied() != Some(true) {
                self.u.code.fasthidden.insert(name.into(), true);
                state.fast_hidden.push(name);
            }
        }
        for &(name, flags) in &symbols {
            let own = flags & DEF_LOCAL != 0 && flags & DEF_NONLOCAL == 0;
            if !own {
                continue;
            }
            let outer_scope = self.table.blocks[outer].scope(name);
            // Of a cell this pushes the cell itself.
            let index = intern(&mut self.u.code.varnames, name);
            self.op_i(at, Opcode::LoadFastAndClear, index);
            if Scope::of(flags) == Scope::Cell {
                if outer_scope == Scope::Free {
                    self.op_freevar(at, Opcode::MakeCell, name);
                } else {
                    let index = intern(&mut self.u.code.cellvars, name);
                    self.op_i(at, Opcode::MakeCell, index);
                }
            }
            state.pushed.push(name);
        }
        if !state.pushed.is_empty() {
            // The iterator goes back on top.
            self.op_i(at, Opcode::Swap, state.pushed.len() as u32 + 1);
            let cleanup = self.new_label();
            state.cleanup = Some(cleanup);
            // No frame block: nothing inside a comprehension can leave it.
            self.jump(at, Opcode::SetupFinally, cleanup);
        }
        state
    }

    fn leave_inlined(&mut self, at: Location, state: Inlined<'a>) {
        if let Some(cleanup) = state.cleanup {
            self.op(Location::NONE, Opcode::PopBlock);
            let end = self.new_label();
            self.jump(Location::NONE, Opcode::JumpNoInterrupt, end);
            self.use_label(cleanup);
            // Below the exception lies the unfinished collection.
            self.op_i(Location::NONE, Opcode::Swap, 2);
            self.op(Location::NONE, Opcode::PopTop);
            self.restore_outer(at, &state.pushed);
            self.op_i(Location::NONE, Opcode::Reraise, 0);
            self.use_label(end);
            self.restore_outer(at, &state.pushed);
        }
        self.u.in_inlined_comp -= 1;
        let outer = self.u.block;
        for (name, flags) in state.outer_symbols {
            self.table.blocks[outer].symbols.insert(name, flags);
        }
        for name in state.fast_hidden {
            // False, not gone: the variable stays hidden.
            self.u.code.fasthidden.insert(name.into(), false);
        }
    }

    fn restore_outer(&mut self, at: Location, pushed: &[&'a str]) {
        self.op_i(at, Opcode::Swap, pushed.len() as u32 + 1);
        for &name in pushed.iter().rev() {
            let index = intern(&mut self.u.code.varnames, name);
            self.op_i(at, Opcode::StoreFastMaybeNull, index);
        }
    }

    /// StopIteration must not leave a generator: catches all of the current unit.
    pub(super) fn wrap_in_stopiteration_handler(&mut self) {
        let handler = self.new_label();
        self.u.seq.insert(0, Opcode::SetupCleanup, handler.0, Location::NONE);
        self.load_none(Location::NONE);
        self.op(Location::NONE, Opcode::ReturnValue);
        self.use_label(handler);
        self.intrinsic_1(Location::NONE, Intrinsic1::StopiterationError);
        self.op_i(Location::NONE, Opcode::Reraise, 1);
    }
}
