//! Computes what constants alone decide: tuples, lists and sets of constants,
//! operators applied to them.

use bytecode::oparg::BinaryOp;
use bytecode::{Const, Opcode};

use super::load_const::{const_value, loads_const, make_load_const};
use super::{Block, evaluate};
use crate::error::CompileError;
use crate::instrs::{ConstTable, Location};

/// Longest display that is built from loads; codegen builds longer ones in
/// steps.
const STACK_USE_GUIDELINE: usize = 30;
/// Shortest list or set display that is worth a constant.
const MIN_SEQUENCE: usize = 3;

impl Block {
    /// Places of the `size` constant loads that end before `end`, with nothing
    /// but `NOP`s among them.
    fn const_loads_before(&self, end: usize, size: usize) -> Option<Loads> {
        let mut loads = Loads { places: [0; STACK_USE_GUIDELINE], first: STACK_USE_GUIDELINE };
        if size > STACK_USE_GUIDELINE {
            return None;
        }
        let mut left = size;
        for at in (0..end).rev() {
            if left == 0 {
                break;
            }
            let opcode = self.instrs[at].opcode;
            if opcode == Opcode::Nop {
                continue;
            }
            if !loads_const(opcode) {
                return None;
            }
            loads.first -= 1;
            loads.places[loads.first] = at;
            left -= 1;
        }
        (left == 0).then_some(loads)
    }

    fn value_at(&self, at: usize, consts: &ConstTable) -> Result<Const, CompileError> {
        let instr = &self.instrs[at];
        const_value(instr.opcode, instr.oparg, consts)
    }

    fn values(&self, loads: &Loads, consts: &ConstTable) -> Result<Vec<Const>, CompileError> {
        loads.places().iter().map(|&at| self.value_at(at, consts)).collect()
    }

    fn nop_out(&mut self, loads: &Loads) {
        for &at in loads.places() {
            self.nop_out_at(at);
        }
    }

    fn nop_out_at(&mut self, at: usize) {
        self.instrs[at].nop();
        self.instrs[at].loc = Location::NONE;
    }

    pub(super) fn fold_tuple(
        &mut self,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        let Some(loads) = self.const_loads_before(i, self.instrs[i].oparg as usize) else {
            return Ok(());
        };
        let items = self.values(&loads, consts)?;
        self.nop_out(&loads);
        make_load_const(&mut self.instrs[i], Const::Tuple(items.into()), consts);
        Ok(())
    }

    /// `BUILD_LIST 0`, then `LOAD_CONST; LIST_APPEND 1` repeated, before place
    /// `end`: how codegen writes long displays (sets with `BUILD_SET` and
    /// `SET_ADD`).  Becomes a constant at place `i`; the answer is whether.
    fn fold_appended(
        &mut self,
        i: usize,
        end: usize,
        build: Opcode,
        consts: &mut ConstTable,
    ) -> Result<bool, CompileError> {
        let is_list = build == Opcode::BuildList;
        let append = if is_list { Opcode::ListAppend } else { Opcode::SetAdd };
        let mut expect_append = true;
        let mut start = None;
        for at in (0..end).rev() {
            let instr = &self.instrs[at];
            match instr.opcode {
                Opcode::Nop => continue,
                opcode if opcode == build && instr.oparg == 0 => {
                    if expect_append {
                        start = Some(at);
                    }
                    break;
                }
                opcode if expect_append && opcode == append && instr.oparg == 1 => {}
                opcode if !expect_append && loads_const(opcode) => {}
                _ => break,
            }
            expect_append = !expect_append;
        }
        let Some(start) = start else {
            return Ok(false);
        };
        let mut items = Vec::with_capacity((end - start) / 2);
        for at in start..end {
            let opcode = self.instrs[at].opcode;
            if opcode == Opcode::Nop {
                continue;
            }
            if loads_const(opcode) {
                items.push(self.value_at(at, consts)?);
            }
            self.nop_out_at(at);
        }
        let value = if is_list {
            Const::Tuple(items.into())
        } else {
            Const::FrozenSet(evaluate::distinct(items).into())
        };
        make_load_const(&mut self.instrs[i], value, consts);
        Ok(true)
    }

    /// The list before place `i` becomes a tuple there.
    pub(super) fn fold_list_to_tuple(
        &mut self,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<bool, CompileError> {
        self.fold_appended(i, i, Opcode::BuildList, consts)
    }

    /// A long list or set, whose last item place `i` adds, that is only iterated
    /// or searched.
    pub(super) fn fold_long_display(
        &mut self,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        let is_list = self.instrs[i].opcode == Opcode::ListAppend;
        let build = if is_list { Opcode::BuildList } else { Opcode::BuildSet };
        self.fold_appended(i, i + 1, build, consts)?;
        Ok(())
    }

    /// A list or set display of constants: where it is only iterated or searched
    /// it becomes a constant tuple or frozenset, else an empty one extended by a
    /// constant.
    pub(super) fn optimize_list_or_set(
        &mut self,
        i: usize,
        next: Opcode,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        let build = self.instrs[i];
        let is_list = build.opcode == Opcode::BuildList;
        let only_read = matches!(next, Opcode::GetIter | Opcode::ContainsOp);
        let size = build.oparg as usize;
        if size > STACK_USE_GUIDELINE || (size < MIN_SEQUENCE && !only_read) {
            return Ok(());
        }
        let Some(loads) = self.const_loads_before(i, size) else {
            if only_read && is_list {
                self.instrs[i].opcode = Opcode::BuildTuple;
            }
            return Ok(());
        };
        let items = self.values(&loads, consts)?;
        let value = if is_list {
            Const::Tuple(items.into())
        } else {
            Const::FrozenSet(evaluate::distinct(items).into())
        };
        let index = consts.add(value);
        self.nop_out(&loads);
        if only_read {
            self.instrs[i].set(Opcode::LoadConst, index);
            return Ok(());
        }
        // At least three loads stood here, so there are two places before.
        self.instrs[i - 2].loc = build.loc;
        self.instrs[i - 2].set(build.opcode, 0);
        self.instrs[i - 1].set(Opcode::LoadConst, index);
        let extend = if is_list { Opcode::ListExtend } else { Opcode::SetUpdate };
        self.instrs[i].set(extend, 1);
        Ok(())
    }

    pub(super) fn fold_unary(
        &mut self,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        let Some(loads) = self.const_loads_before(i, 1) else {
            return Ok(());
        };
        let operand = self.value_at(loads.places()[0], consts)?;
        if let Some(value) = evaluate::unary(self.instrs[i].opcode, &operand) {
            self.nop_out(&loads);
            make_load_const(&mut self.instrs[i], value, consts);
        }
        Ok(())
    }

    pub(super) fn fold_binary(
        &mut self,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), CompileError> {
        let Some(loads) = self.const_loads_before(i, 2) else {
            return Ok(());
        };
        let left = self.value_at(loads.places()[0], consts)?;
        let right = self.value_at(loads.places()[1], consts)?;
        let Some(op) = BinaryOp::from_oparg(self.instrs[i].oparg) else {
            return Ok(());
        };
        if let Some(value) = evaluate::binary(op, &left, &right) {
            self.nop_out(&loads);
            make_load_const(&mut self.instrs[i], value, consts);
        }
        Ok(())
    }
}

/// Where a run of constant loads stands, first to last.
struct Loads {
    places: [usize; STACK_USE_GUIDELINE],
    first: usize,
}

impl Loads {
    fn places(&self) -> &[usize] {
        &self.places[self.first..]
    }
}
