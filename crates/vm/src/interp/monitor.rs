//! Monitoring (PEP 669): which tools want which events, where, and the telling.
//!
//! Events that belong to an instruction are told by instrumented instructions, which stand in
//! the executed copy of exactly those code objects and places that some tool watches: code
//! that nobody watches runs as ever.  A code object catches up with what the tools want when
//! a frame of it starts or resumes (RESUME, while the breaker's TRACING bit is set), and at
//! once while a frame of it is running; an instrumented instruction that finds its code out
//! of date brings it up to date and runs again.
//!
//! Reading order: this file (what tools want), `code` (what that makes of a code object),
//! `map` (where events lie in code), `fire` (calling the tools), `ops` (the instructions),
//! `exceptions` (events of the unwinder), `legacy` (`sys.settrace` and `sys.setprofile`).

pub mod code;
pub mod event;
pub mod exceptions;
pub mod fire;
pub mod legacy;
mod map;
pub mod ops;

use crate::prelude::*;
use crate::vm::breaker;
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// Tools: those of `sys.monitoring`, then the two of `sys.setprofile` and `sys.settrace`.
pub const TOOLS: usize = 8;
pub const PROFILE: usize = 6;
pub const TRACE: usize = 7;

/// For each event, the tools (bits) that want it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Monitors([u8; event::UNGROUPED]);

impl Monitors {
    #[inline]
    pub fn tools(&self, event: usize) -> u8 {
        self.0.get(event).copied().unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|t| *t == 0)
    }

    pub fn or(&self, other: &Monitors) -> Monitors {
        Monitors(std::array::from_fn(|e| self.0[e] | other.0[e]))
    }

    pub fn without(&self, other: &Monitors) -> Monitors {
        Monitors(std::array::from_fn(|e| self.0[e] & !other.0[e]))
    }

    /// The events (bits) that a tool wants.
    pub fn events_of(&self, tool: usize) -> u32 {
        (0..event::UNGROUPED).filter(|e| self.0[*e] >> tool & 1 != 0).fold(0, |set, e| set | 1 << e)
    }

    pub fn set(&mut self, tool: usize, events: u32) {
        for (e, tools) in self.0.iter_mut().enumerate() {
            *tools = *tools & !(1 << tool) | ((events >> e & 1) as u8) << tool;
        }
    }
}

/// What a tool has registered for an event.
#[derive(Clone)]
pub enum Callback {
    Plain(PyObjectRef),
    /// For BRANCH: told of both ways, and switched off for both.
    Branch(PyObjectRef),
}

impl Callback {
    pub fn function(&self) -> &PyObjectRef {
        match self {
            Callback::Plain(f) | Callback::Branch(f) => f,
        }
    }
}

/// What the tools of one interpreter want.
#[derive(Default)]
pub struct Monitoring {
    pub(crate) global: Cell<Monitors>,
    /// Changes whenever code objects must look again.
    pub(crate) version: Cell<u64>,
    /// The version at which disabled places were last given back.
    pub(crate) last_restart: Cell<u64>,
    /// The version at which a tool was last cleared; local events from before do not count.
    pub(crate) cleared: Cell<[u64; TOOLS]>,
    pub(crate) names: PyCell<[Option<PyObjectRef>; TOOLS]>,
    pub(crate) callbacks: PyCell<[[Option<Callback>; event::COUNT]; TOOLS]>,
    /// Some code object has events of its own.
    local: Cell<bool>,
    /// `DISABLE` and `MISSING`.
    pub(crate) disable: std::cell::OnceCell<PyObjectRef>,
    pub(crate) missing: std::cell::OnceCell<PyObjectRef>,
}

impl Monitoring {
    /// Whether starting frames must look at their code's instrumentation.
    pub(crate) fn is_on(&self) -> bool {
        self.local.get() || !self.global.get().is_empty()
    }

    fn new_version(&self) -> u64 {
        let v = self.version.get() + 1;
        self.version.set(v);
        v
    }
}

impl VirtualMachine {
    #[inline]
    pub(crate) fn monitoring(&self) -> &Monitoring {
        &self.shared.monitoring
    }

    /// Returned by a callback that wants to hear no more of a place.
    pub(crate) fn monitoring_disable(&self) -> &PyObjectRef {
        self.monitoring().disable.get_or_init(|| self.plain_object())
    }

    /// Stands for an argument that a call does not have.
    pub(crate) fn monitoring_missing(&self) -> &PyObjectRef {
        self.monitoring().missing.get_or_init(|| self.plain_object())
    }

    fn plain_object(&self) -> PyObjectRef {
        self.alloc(&self.types().object, crate::builtins::object::PyBaseObject).into()
    }

    /// The tool's events for all code.
    pub(crate) fn set_global_events(&self, tool: usize, events: u32) {
        let m = self.monitoring();
        let mut global = m.global.get();
        if global.events_of(tool) == events {
            return;
        }
        global.set(tool, events);
        m.global.set(global);
        m.new_version();
        self.instrument_running();
    }

    /// The tool's events for one code object.
    pub(crate) fn set_local_events(
        &self,
        code: &Py<crate::builtins::code::PyCode>,
        tool: usize,
        events: u32,
    ) {
        self.monitoring().local.set(true);
        if code::set_local(self, code, tool, events) {
            self.tell_threads();
        }
    }

    /// Places that callbacks have disabled are watched again.
    pub(crate) fn restart_events(&self) {
        let m = self.monitoring();
        m.last_restart.set(m.new_version());
        m.new_version();
        self.instrument_running();
    }

    /// The tool wants nothing any more, and its callbacks go.
    pub(crate) fn clear_tool(&self, tool: usize) {
        let m = self.monitoring();
        if m.names.with(|n| n[tool].is_none()) {
            return;
        }
        self.set_global_events(tool, 0);
        drop(m.callbacks.with_mut(|c| std::mem::take(&mut c[tool])));
        let mut cleared = m.cleared.get();
        cleared[tool] = m.new_version();
        m.cleared.set(cleared);
        self.instrument_running();
    }

    /// Frames in execution see a change at once: those of this thread here, others as soon
    /// as their threads look up.
    fn instrument_running(&self) {
        self.instrument_own_frames();
        self.tell_threads();
    }

    pub(crate) fn instrument_own_frames(&self) {
        let mut frame = self.current_frame();
        while let Some(f) = frame {
            code::update(self, &f.code());
            frame = f.caller();
        }
    }

    fn tell_threads(&self) {
        let on = self.monitoring().is_on();
        for (word, _) in self.shared.threads.get() {
            if on {
                word.fetch_or(breaker::TRACING, Ordering::Relaxed);
            } else {
                word.fetch_and(!breaker::TRACING, Ordering::Relaxed);
            }
            if !std::ptr::eq(word, self.breaker) {
                word.fetch_or(breaker::INSTRUMENT, Ordering::Relaxed);
            }
        }
    }
}
