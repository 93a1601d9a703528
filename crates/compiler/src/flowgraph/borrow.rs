//! Turns loads of locals into loads that borrow the local's reference, where the
//! local surely outlives the use: within its block the value is consumed, not
//! stored into another local, and consumed before the local is overwritten.
//!
//! Each block is interpreted over a stack of references that remember which
//! instruction made them from which local.

use bytecode::Opcode;

use super::{BlockId, Cfg, ENTRY, NO_BLOCK, has_target, is_block_push, is_terminator_of_flow};

/// A value on the abstract stack.
#[derive(Clone, Copy)]
struct Ref {
    /// Place of the instruction that pushed it; `UNKNOWN` before the block.
    instr: u32,
    /// The local it was loaded from, or `UNKNOWN`.
    local: u32,
}

const UNKNOWN: u32 = u32::MAX;
const DUMMY: Ref = Ref { instr: UNKNOWN, local: UNKNOWN };

/// The state while one block is interpreted.
#[derive(Default)]
struct Borrows {
    refs: Vec<Ref>,
    /// By instruction: its value may not be borrowed.
    unsafe_at: Vec<bool>,
}

impl Borrows {
    fn start(&mut self, depth: i32, len: usize) {
        self.refs.clear();
        self.refs.resize(depth.max(0) as usize, DUMMY);
        self.unsafe_at.clear();
        self.unsafe_at.resize(len, false);
    }

    fn push(&mut self, instr: usize, local: u32) {
        self.refs.push(Ref { instr: instr as u32, local });
    }

    fn pop(&mut self) -> Ref {
        self.refs.pop().unwrap_or(DUMMY)
    }

    fn pop_n(&mut self, n: i32) {
        let left = self.refs.len().saturating_sub(n.max(0) as usize);
        self.refs.truncate(left);
    }

    fn push_n(&mut self, instr: usize, n: i32) {
        for _ in 0..n {
            self.push(instr, UNKNOWN);
        }
    }

    fn forbid(&mut self, instr: u32) {
        if let Some(flag) = self.unsafe_at.get_mut(instr as usize) {
            *flag = true;
        }
    }

    /// The local gets another value while old loads of it may be on the stack.
    fn kill(&mut self, local: u32) {
        for i in 0..self.refs.len() {
            if self.refs[i].local == local {
                self.forbid(self.refs[i].instr);
            }
        }
    }

    fn store(&mut self, local: u32) {
        let value = self.pop();
        self.kill(local);
        self.forbid(value.instr);
    }

    /// `depth` counts from 1 at the top.
    fn place(&self, depth: u32) -> Option<usize> {
        self.refs.len().checked_sub(depth as usize).filter(|&i| i < self.refs.len())
    }
}

impl Cfg {
    pub(super) fn optimize_load_fast(&mut self) {
        let mut todo = self.start_walk();
        let mut state = Borrows::default();
        self.block_mut(ENTRY).startdepth = 0;
        self.visit(&mut todo, ENTRY);
        while let Some(id) = todo.pop() {
            let block = self.block(id);
            state.start(block.startdepth, block.instrs.len());
            for i in 0..self.block(id).instrs.len() {
                self.interpret(id, i, &mut state, &mut todo);
            }
            let block = self.block(id);
            let next = block.next;
            if next != NO_BLOCK
                && let Some(last) = block.instrs.last()
                && !is_terminator_of_flow(last.opcode)
            {
                self.visit(&mut todo, next);
            }
            // What is left on the stack outlives the block.
            for i in 0..state.refs.len() {
                state.forbid(state.refs[i].instr);
            }
            for (instr, &is_unsafe) in
                self.block_mut(id).instrs.iter_mut().zip(state.unsafe_at.iter())
            {
                if is_unsafe {
                    continue;
                }
                match instr.opcode {
                    Opcode::LoadFast => instr.opcode = Opcode::LoadFastBorrow,
                    Opcode::LoadFastLoadFast => {
                        instr.opcode = Opcode::LoadFastBorrowLoadFastBorrow;
                    }
                    _ => {}
                }
            }
        }
        self.worklist = todo;
    }

    fn interpret(&mut self, id: BlockId, i: usize, state: &mut Borrows, todo: &mut Vec<BlockId>) {
        let instr = self.block(id).instrs[i];
        let oparg = instr.oparg;
        match instr.opcode {
            Opcode::LoadFast => state.push(i, oparg),
            Opcode::DeleteFast => state.kill(oparg),
            Opcode::LoadFastAndClear => {
                state.kill(oparg);
                state.push(i, oparg);
            }
            Opcode::LoadFastLoadFast => {
                state.push(i, oparg >> 4);
                state.push(i, oparg & 15);
            }
            Opcode::StoreFast => state.store(oparg),
            Opcode::StoreFastLoadFast => {
                state.store(oparg >> 4);
                state.push(i, oparg & 15);
            }
            Opcode::StoreFastStoreFast => {
                state.store(oparg >> 4);
                state.store(oparg & 15);
            }
            Opcode::Copy => {
                let value = state.place(oparg).map_or(DUMMY, |at| state.refs[at]);
                state.refs.push(value);
            }
            Opcode::Swap => {
                if let (Some(at), Some(top)) = (state.place(oparg), state.place(1)) {
                    state.refs.swap(at, top);
                }
            }
            // These leave their operands where they are.  CPython numbers what
            // they push from 0, as if the block's first instructions had made
            // it; those then count as not consumed.
            Opcode::GetAnext
            | Opcode::GetLen
            | Opcode::ImportFrom
            | Opcode::MatchKeys
            | Opcode::MatchMapping
            | Opcode::MatchSequence
            | Opcode::WithExceptStart => {
                let net = instr.opcode.pushed(oparg as i32) - instr.opcode.popped(oparg as i32);
                for n in 0..net.max(0) as usize {
                    state.push(n, UNKNOWN);
                }
            }
            // These take some and leave the rest.
            Opcode::DictMerge
            | Opcode::DictUpdate
            | Opcode::ListAppend
            | Opcode::ListExtend
            | Opcode::MapAdd
            | Opcode::Reraise
            | Opcode::SetAdd
            | Opcode::SetUpdate => {
                let info = instr.opcode.info();
                state.pop_n(info.popped.of(oparg as i32) - info.pushed.of(oparg as i32));
            }
            // A generator is its own iterator, a str its own text: the very
            // reference may stay.
            Opcode::GetYieldFromIter | Opcode::FormatSimple => {}
            Opcode::CheckExcMatch => {
                state.pop();
                state.push(i, UNKNOWN);
            }
            Opcode::ForIter => {
                self.visit(todo, instr.target);
                state.push(i, UNKNOWN);
            }
            Opcode::LoadAttr | Opcode::LoadSuperAttr => {
                let owner = state.pop();
                if instr.opcode == Opcode::LoadSuperAttr {
                    state.pop_n(2);
                }
                state.push(i, UNKNOWN);
                // A method load may put its owner back as `self`.
                if oparg & 1 != 0 {
                    state.refs.push(owner);
                }
            }
            Opcode::LoadSpecial => {
                let owner = state.pop();
                state.push(i, UNKNOWN);
                state.refs.push(owner);
            }
            Opcode::Send => {
                self.visit(todo, instr.target);
                state.pop();
                state.push(i, UNKNOWN);
            }
            opcode => {
                if has_target(opcode) {
                    self.visit(todo, instr.target);
                }
                if !is_block_push(opcode) {
                    let info = opcode.info();
                    state.pop_n(info.popped.of(oparg as i32));
                    state.push_n(i, info.pushed.of(oparg as i32));
                }
            }
        }
    }
}
