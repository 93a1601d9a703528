//! `sys.monitoring` (PEP 669).

use crate::builtins::code::PyCode;
use crate::builtins::namespace::PyNamespace;
use crate::interp::monitor::{Callback, PROFILE, event};
use crate::prelude::*;

const C_RETURNS: u32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
const CALLS: u32 = C_RETURNS | 1 << event::CALL;
const BRANCHES: u32 = 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;

/// A tool that programs may be.
fn valid_tool(vm: &VirtualMachine, tool: i32) -> PyResult<usize> {
    match usize::try_from(tool) {
        Ok(t) if t < PROFILE => Ok(t),
        _ => Err(vm.value_error(format!("invalid tool {tool} (must be between 0 and 5)"))),
    }
}

/// The same, in use.
fn used_tool(vm: &VirtualMachine, tool: usize) -> PyResult<()> {
    if vm.monitoring().names.with(|n| n[tool].is_some()) {
        return Ok(());
    }
    Err(vm.value_error(format!("tool {tool} is not in use")))
}

fn event_set(vm: &VirtualMachine, events: i32) -> PyResult<u32> {
    let set = match u32::try_from(events) {
        Ok(e) if e < 1 << event::COUNT => e,
        _ => return Err(vm.value_error(format!("invalid event set 0x{events:x}"))),
    };
    if set & C_RETURNS != 0 && set & CALLS != CALLS {
        return Err(vm.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    let mut set = set & !C_RETURNS;
    if set & 1 << event::BRANCH != 0 {
        set = set & !(1 << event::BRANCH) | BRANCHES;
    }
    Ok(set)
}

fn code_of<'a>(vm: &VirtualMachine, o: PyObject<'a>) -> PyResult<&'a Py<PyCode>> {
    o.downcast::<PyCode>().ok_or_else(|| vm.type_error("code must be a code object"))
}

#[pymodule(name = "sys.monitoring")]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        module.set(vm, "DISABLE", vm.monitoring_disable().clone())?;
        module.set(vm, "MISSING", vm.monitoring_missing().clone())?;
        let events = vm.alloc(vm.type_of::<PyNamespace>(), PyNamespace);
        for (i, name) in event::NAMES.iter().enumerate() {
            vm.set_attr(
                events.as_object(),
                &vm.intern(name),
                Some(vm.new_int(1 << i).as_object()),
            )?;
        }
        vm.set_attr(events.as_object(), &vm.intern("NO_EVENTS"), Some(vm.new_int(0).as_object()))?;
        module.set(vm, "events", events)?;
        for (name, tool) in
            [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)]
        {
            module.set(vm, name, vm.new_int(tool))?;
        }
        Ok(())
    }

    #[function(sig = "(tool_id, name, /)")]
    fn use_tool_id(vm: &VirtualMachine, tool_id: i32, name: PyObject<'_>) -> PyResult<()> {
        let tool = valid_tool(vm, tool_id)?;
        if name.downcast::<PyStr>().is_none() {
            return Err(vm.value_error("tool name must be a str"));
        }
        if used_tool(vm, tool).is_ok() {
            return Err(vm.value_error(format!("tool {tool} is already in use")));
        }
        vm.monitoring().names.with_mut(|n| n[tool] = Some(name.to_owned()));
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn clear_tool_id(vm: &VirtualMachine, tool_id: i32) -> PyResult<()> {
        vm.clear_tool(valid_tool(vm, tool_id)?);
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn free_tool_id(vm: &VirtualMachine, tool_id: i32) -> PyResult<()> {
        let tool = valid_tool(vm, tool_id)?;
        vm.clear_tool(tool);
        drop(vm.monitoring().names.with_mut(|n| n[tool].take()));
        Ok(())
    }

    #[function(sig = "(tool_id, /)")]
    fn get_tool(vm: &VirtualMachine, tool_id: i32) -> PyResult<Option<PyObjectRef>> {
        let tool = valid_tool(vm, tool_id)?;
        Ok(vm.monitoring().names.with(|n| n[tool].clone()))
    }

    #[function(sig = "(tool_id, event, func, /)")]
    fn register_callback(
        vm: &VirtualMachine,
        tool_id: i32,
        event: i32,
        func: PyObject<'_>,
    ) -> PyResult<Option<PyObjectRef>> {
        let tool = valid_tool(vm, tool_id)?;
        if event.count_ones() != 1 {
            return Err(vm.value_error("The callback can only be set for one event at a time"));
        }
        let number = event.trailing_zeros() as usize;
        if number >= event::COUNT {
            return Err(vm.value_error(format!("invalid event {event}")));
        }
        super::super::audit(vm, "sys.monitoring.register_callback", &[func])?;
        let given = (!func.is_none()).then(|| func.to_owned());
        let callbacks = &vm.monitoring().callbacks;
        let old = if number == event::BRANCH {
            let branch = given.map(Callback::Branch);
            callbacks.with_mut(|c| {
                let right = std::mem::replace(&mut c[tool][event::BRANCH_RIGHT], branch.clone());
                let left = std::mem::replace(&mut c[tool][event::BRANCH_LEFT], branch);
                (left, right)
            })
        } else {
            let plain = given.map(Callback::Plain);
            (callbacks.with_mut(|c| std::mem::replace(&mut c[tool][number], plain)), None)
        };
        Ok(old.0.map(|c| c.function().clone()))
    }

    #[function(sig = "(tool_id, /)")]
    fn get_events(vm: &VirtualMachine, tool_id: i32) -> PyResult<u32> {
        let tool = valid_tool(vm, tool_id)?;
        Ok(vm.monitoring().global.get().events_of(tool))
    }

    #[function(sig = "(tool_id, event_set, /)")]
    fn set_events(vm: &VirtualMachine, tool_id: i32, event_set: i32) -> PyResult<()> {
        let tool = valid_tool(vm, tool_id)?;
        let events = super::event_set(vm, event_set)?;
        used_tool(vm, tool)?;
        vm.set_global_events(tool, events);
        Ok(())
    }

    #[function(sig = "(tool_id, code, /)")]
    fn get_local_events(vm: &VirtualMachine, tool_id: i32, code: PyObject<'_>) -> PyResult<u32> {
        let code = code_of(vm, code)?;
        Ok(code.local_events(vm, valid_tool(vm, tool_id)?))
    }

    #[function(sig = "(tool_id, code, event_set, /)")]
    fn set_local_events(
        vm: &VirtualMachine,
        tool_id: i32,
        code: PyObject<'_>,
        event_set: i32,
    ) -> PyResult<()> {
        let code = code_of(vm, code)?;
        let tool = valid_tool(vm, tool_id)?;
        let events = super::event_set(vm, event_set)?;
        if events >= 1 << event::INSTRUMENTED {
            return Err(vm.value_error(format!("invalid local event set 0x{events:x}")));
        }
        used_tool(vm, tool)?;
        vm.set_local_events(code, tool, events);
        Ok(())
    }

    #[function(sig = "()")]
    fn restart_events(vm: &VirtualMachine) {
        vm.restart_events();
    }

    #[function(sig = "()")]
    fn _all_events(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
        let out = vm.new_dict();
        let global = vm.monitoring().global.get();
        for (i, name) in event::NAMES.iter().enumerate().filter(|(i, _)| global.tools(*i) != 0) {
            out.set_str(vm, &vm.intern(name), vm.new_int(i64::from(global.tools(i))))?;
        }
        Ok(out)
    }
}

pub use module::MODULE;
