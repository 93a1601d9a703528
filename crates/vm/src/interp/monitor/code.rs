//! What tools want of one code object, and the instrumented instructions that follow from it.
//!
//! Invariant: the executed copy agrees with `CodeMonitoring` at all times; it may lag behind
//! what the tools want now (`version`), never behind what is noted here.

use super::map::{CodeMap, event_of, instrumented};
use super::{Monitors, TOOLS, event};
use crate::builtins::code::PyCode;
use crate::frame::CodeUnit;
use crate::interp::specialize;
use crate::object::Py;
use crate::vm::VirtualMachine;
use bytecode::Opcode;
use std::rc::Rc;

pub struct CodeMonitoring {
    pub map: Rc<CodeMap>,
    version: u64,
    /// What tools want of this code alone, and since when.
    local: Monitors,
    local_since: [u64; TOOLS],
    /// What they want of it altogether, as of `version`.
    active: Monitors,
    /// By unit, the tools that are told of its own event, of LINE and of INSTRUCTION.
    own: Box<[u8]>,
    line: Box<[u8]>,
    instruction: Box<[u8]>,
}

impl CodeMonitoring {
    fn new(code: &PyCode) -> CodeMonitoring {
        let none = || vec![0; code.unit_count()].into_boxed_slice();
        CodeMonitoring {
            map: Rc::new(CodeMap::of(code)),
            version: 0,
            local: Monitors::default(),
            local_since: [0; TOOLS],
            active: Monitors::default(),
            own: none(),
            line: none(),
            instruction: none(),
        }
    }

    fn tools_at(&mut self, event: usize) -> &mut [u8] {
        match event {
            event::LINE => &mut self.line,
            event::INSTRUCTION => &mut self.instruction,
            _ => &mut self.own,
        }
    }

    fn drop_stale_locals(&mut self, cleared: &[u64; TOOLS]) {
        for (tool, since) in cleared.iter().enumerate() {
            if self.local_since[tool] < *since {
                self.local.set(tool, 0);
            }
        }
    }

    /// Notes at every place which tools have come and gone.
    fn change(&mut self, came: &Monitors, gone: &Monitors) {
        let map = self.map.clone();
        for unit in map.units() {
            let Some(i) = map.get(unit) else { continue };
            let mut edit = |event: usize| {
                let tools = &mut self.tools_at(event)[unit];
                *tools = *tools & !gone.tools(event) | came.tools(event);
            };
            if let Some(e) = event_of(i.op, i.arg) {
                edit(e);
            }
            if i.start != super::map::LineStart::No {
                edit(event::LINE);
            }
            if map.tells_instruction(unit) {
                edit(event::INSTRUCTION);
            }
        }
    }

    /// The opcode to execute at `unit` if it is not the plain one.
    fn instrumented_op(&self, unit: usize) -> Option<Opcode> {
        if self.line.get(unit).is_some_and(|t| *t != 0) {
            return Some(Opcode::InstrumentedLine);
        }
        self.op_below_line(unit)
    }

    /// What stands under INSTRUMENTED_LINE.
    fn op_below_line(&self, unit: usize) -> Option<Opcode> {
        let records = self.active.tools(event::LINE) != 0 && self.map.recorder(unit).is_some();
        if records || self.instruction.get(unit).is_some_and(|t| *t != 0) {
            return Some(Opcode::InstrumentedInstruction);
        }
        self.op_below_instruction(unit)
    }

    /// What stands under INSTRUMENTED_INSTRUCTION.
    fn op_below_instruction(&self, unit: usize) -> Option<Opcode> {
        let op = self.map.get(unit)?.op;
        if self.own[unit] != 0 { instrumented(op) } else { None }
    }
}

impl PyCode {
    fn with_monitoring<R>(&self, f: impl FnOnce(&mut CodeMonitoring) -> R) -> R {
        self.monitoring
            .with_mut(|m| f(m.get_or_insert_with(|| Box::new(CodeMonitoring::new(self)))))
    }

    pub(crate) fn monitoring_map(&self) -> Rc<CodeMap> {
        self.with_monitoring(|m| m.map.clone())
    }

    /// The events a tool wants of this code alone.
    pub(crate) fn local_events(&self, vm: &VirtualMachine, tool: usize) -> u32 {
        let cleared = vm.monitoring().cleared.get();
        self.monitoring.with_mut(|m| {
            m.as_mut().map_or(0, |m| {
                m.drop_stale_locals(&cleared);
                m.local.events_of(tool)
            })
        })
    }

    /// The tools to tell of an event at `unit`.
    pub(crate) fn tools_at(&self, event: usize, unit: usize) -> u8 {
        self.monitoring.with_mut(|m| {
            let Some(m) = m else { return 0 };
            let event = if event >= event::UNGROUPED { event::CALL } else { event };
            if event >= event::INSTRUMENTED {
                return m.active.tools(event);
            }
            m.tools_at(event).get(unit).copied().unwrap_or(0)
        })
    }

    /// The tools that want an event of this code anywhere.
    pub(crate) fn active_tools(&self, event: usize) -> u8 {
        self.monitoring.with(|m| m.as_ref().map_or(0, |m| m.active.tools(event)))
    }

    /// A callback has disabled this place for its tool.
    pub(crate) fn disable_at(&self, vm: &VirtualMachine, event: usize, unit: usize, tool: usize) {
        let known = self.monitoring.with_mut(|m| {
            let Some(tools) = m.as_mut().and_then(|m| m.tools_at(event).get_mut(unit)) else {
                return false;
            };
            *tools &= !(1 << tool);
            true
        });
        if known {
            self.refresh(vm, unit);
            // The instruction before may join with this one again.
            let before = self.monitoring_map().get(unit).map(|i| i.before as usize);
            if let Some(before) = before.filter(|b| *b != unit) {
                self.refresh(vm, before);
            }
        }
    }

    /// The opcode below INSTRUMENTED_LINE at `unit`.
    pub(crate) fn below_line(&self, unit: usize) -> Opcode {
        let below = self.with_monitoring(|m| m.op_below_line(unit));
        below.unwrap_or_else(|| self.base_op(unit))
    }

    /// The opcode below INSTRUMENTED_INSTRUCTION at `unit`.
    pub(crate) fn below_instruction(&self, unit: usize) -> Opcode {
        let below = self.with_monitoring(|m| m.op_below_instruction(unit));
        below.unwrap_or_else(|| self.base_op(unit))
    }

    /// The plain opcode at `unit`.
    pub(crate) fn base_op(&self, unit: usize) -> Opcode {
        self.base_code().get(unit * 2).and_then(|b| Opcode::from_byte(*b)).unwrap_or(Opcode::Nop)
    }

    /// Puts the right opcode at `unit` into the executed copy.
    fn refresh(&self, vm: &VirtualMachine, unit: usize) {
        let map = self.monitoring_map();
        let Some(i) = map.get(unit) else { return };
        let wanted = self.with_monitoring(|m| m.instrumented_op(unit));
        if let Some(op) = wanted {
            self.set_executed_op(unit, op);
            return;
        }
        // Instructions join with what follows, unless that is instrumented.
        let mut end = unit + i.len as usize;
        for _ in 0..2 {
            let free = self.with_monitoring(|m| m.instrumented_op(end).is_none());
            match map.get(end) {
                Some(next) if free => end += next.len as usize,
                _ => break,
            }
        }
        let prefixed = i.before as usize != unit
            && map.get(i.before as usize).is_some_and(|b| b.op == Opcode::ExtendedArg);
        let base = self.base_code();
        let mut units: Vec<CodeUnit> = base[unit * 2..end * 2]
            .chunks_exact(2)
            .map(|u| CodeUnit(u16::from_le_bytes([u[0], u[1]])))
            .collect();
        specialize::prepare(&mut units, &vm.interp.settings.stress);
        let op = if prefixed { Some(i.op) } else { Opcode::from_byte(units[0].op()) };
        self.set_executed_op(unit, op.unwrap_or(i.op));
        if i.len > 1 {
            self.set_executed_cache(unit + 1, units[1]);
        }
    }
}

/// Whether the code has to catch up with what the tools want.
#[inline]
pub fn is_stale(vm: &VirtualMachine, code: &PyCode) -> bool {
    code.monitoring_version.get() != vm.monitoring().version.get()
}

/// Brings a code object up to date.
pub fn update(vm: &VirtualMachine, code: &Py<PyCode>) {
    if is_stale(vm, code) {
        refresh_all(vm, code);
    }
}

/// Sets a tool's events for this code; true if that changed anything.
pub(super) fn set_local(vm: &VirtualMachine, code: &Py<PyCode>, tool: usize, events: u32) -> bool {
    let (cleared, version) = (vm.monitoring().cleared.get(), vm.monitoring().version.get());
    let changed = code.with_monitoring(|m| {
        m.drop_stale_locals(&cleared);
        m.local_since[tool] = version.max(cleared[tool]);
        let changed = m.local.events_of(tool) != events;
        m.local.set(tool, events);
        changed
    });
    if changed {
        refresh_all(vm, code);
    }
    changed
}

fn refresh_all(vm: &VirtualMachine, code: &Py<PyCode>) {
    let monitoring = vm.monitoring();
    let global = monitoring.global.get();
    let version = monitoring.version.get();
    code.monitoring_version.set(version);
    if global.is_empty() && code.monitoring.with(Option::is_none) {
        return;
    }
    let changed = code.with_monitoring(|m| {
        m.drop_stale_locals(&monitoring.cleared.get());
        let active = global.or(&m.local);
        let restarted = monitoring.last_restart.get() > m.version;
        let gone = if restarted { m.active } else { m.active.without(&active) };
        let came = if restarted { active } else { active.without(&m.active) };
        m.active = active;
        m.version = version;
        if gone.is_empty() && came.is_empty() {
            return false;
        }
        m.change(&came, &gone);
        true
    });
    if changed {
        let map = code.monitoring_map();
        for unit in map.units() {
            // Plain instructions keep what they have learnt, unless a neighbour changes.
            let was = code.executed_op(unit).is_none_or(|op| op.is_instrumented());
            let wanted = code.with_monitoring(|m| {
                let next = unit + map.get(unit).map_or(1, |i| i.len as usize);
                m.instrumented_op(unit).is_some() || m.instrumented_op(next).is_some()
            });
            if was || wanted || code.executed_op(unit).is_some_and(|op| op.caches() == 0) {
                code.refresh(vm, unit);
            }
        }
    }
}
