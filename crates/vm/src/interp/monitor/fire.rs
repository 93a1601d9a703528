//! Calling the tools that want to hear of an event.

use super::{Callback, PROFILE, event, legacy};
use crate::builtins::code::PyCode;
use crate::prelude::*;
use std::cell::Cell;

/// Puts a cell's value back when it goes.
pub(super) struct Restore<'a, T: Copy>(&'a Cell<T>, T);

impl<T: Copy> Drop for Restore<'_, T> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

pub(super) fn swap_for<T: Copy>(cell: &Cell<T>, value: T) -> Restore<'_, T> {
    Restore(cell, cell.replace(value))
}

impl VirtualMachine {
    /// Tells an event of the instruction at `unit`: `args` follow code and offset.
    pub(crate) fn fire(
        &self,
        code: &Py<PyCode>,
        unit: usize,
        event: usize,
        args: &[PyObject<'_>],
    ) -> PyResult<()> {
        self.fire_for(code.tools_at(event, unit), code, unit, event, args)
    }

    /// As `fire`, for tools that have been found out before.
    pub(crate) fn fire_for(
        &self,
        tools: u8,
        code: &Py<PyCode>,
        unit: usize,
        event: usize,
        args: &[PyObject<'_>],
    ) -> PyResult<()> {
        if self.hooks.busy.get() > 0 || tools == 0 {
            return Ok(());
        }
        let offset = self.new_usize(unit * 2);
        self.fire_to(tools, code, unit, event, offset.as_object(), args)
    }

    /// Tells that a line starts.
    pub(crate) fn fire_line(&self, code: &Py<PyCode>, unit: usize, line: i32) -> PyResult<()> {
        let tools = code.tools_at(event::LINE, unit);
        if self.hooks.busy.get() > 0 || tools == 0 {
            return Ok(());
        }
        let line = self.new_int(i64::from(line));
        self.fire_to(tools, code, unit, event::LINE, line.as_object(), &[])
    }

    /// Tells that an instruction is next.
    pub(crate) fn fire_instruction(&self, code: &Py<PyCode>, unit: usize) -> PyResult<()> {
        self.fire(code, unit, event::INSTRUCTION, &[])
    }

    /// Tells a way of a branch, or a jump, at the instruction that tells it.
    pub(crate) fn fire_branch(
        &self,
        code: &Py<PyCode>,
        place: usize,
        event: usize,
        from: PyObject<'_>,
        to: PyObject<'_>,
    ) -> PyResult<()> {
        let tools = code.tools_at(event, place);
        if self.hooks.busy.get() > 0 || tools == 0 {
            return Ok(());
        }
        self.fire_to(tools, code, place, event, from, &[to])
    }

    fn fire_to(
        &self,
        tools: u8,
        code: &Py<PyCode>,
        unit: usize,
        event: usize,
        place: PyObject<'_>,
        args: &[PyObject<'_>],
    ) -> PyResult<()> {
        let here = self.current_frame().map_or(0, |f| f.as_ptr().addr());
        let _frame = swap_for(&self.hooks.event_frame, here);
        let mut words = vec![code.as_object(), place];
        words.extend_from_slice(args);
        for tool in (0..super::TOOLS).rev().filter(|t| tools >> t & 1 != 0) {
            let disabled = if tool >= PROFILE {
                let _what = swap_for(&self.hooks.what_event, event as i8);
                let _busy = swap_for(&self.hooks.busy, self.hooks.busy.get() + 1);
                legacy::tell(self, tool, event, code, &words)?
            } else {
                self.call_back(tool, event, code, unit, &words)?
            };
            if disabled {
                code.disable_at(self, event, unit, tool);
            }
        }
        Ok(())
    }

    /// Calls one tool; true when it wants to hear no more of this place.
    fn call_back(
        &self,
        tool: usize,
        event: usize,
        code: &Py<PyCode>,
        unit: usize,
        words: &[PyObject<'_>],
    ) -> PyResult<bool> {
        let Some(callback) = self.monitoring().callbacks.with(|c| c[tool][event].clone()) else {
            return Ok(false);
        };
        let result = {
            let _what = swap_for(&self.hooks.what_event, event as i8);
            let _busy = swap_for(&self.hooks.busy, self.hooks.busy.get() + 1);
            self.call_positional(callback.function().as_object(), words)?
        };
        if !result.is(self.monitoring_disable()) {
            return Ok(false);
        }
        if event >= event::INSTRUMENTED {
            drop(self.monitoring().callbacks.with_mut(|c| c[tool][event].take()));
            return Err(self.value_error(format!(
                "Cannot disable {} events. Callback removed.",
                event::NAMES[event]
            )));
        }
        if let Callback::Branch(_) = callback {
            self.disable_other_way(tool, code, unit);
        }
        Ok(true)
    }

    /// A tool that does not tell the ways of a branch apart has disabled one of them.
    fn disable_other_way(&self, tool: usize, code: &Py<PyCode>, place: usize) {
        if let Some((event, other)) = code.monitoring_map().other_way(place) {
            code.disable_at(self, event, other, tool);
        }
    }

    /// Whether any tool wants an event that belongs to no instruction.
    #[inline]
    pub(crate) fn monitors(&self, event: usize) -> bool {
        self.monitoring().global.get().tools(event) != 0 && self.hooks.busy.get() == 0
    }
}
