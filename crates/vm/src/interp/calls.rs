//! Frames pushed and popped: calls of Python functions, from the loop and from natives.

#![allow(unsafe_code)]

use super::cursor::Exit;
use super::dispatch;
use crate::builtins::code::PyCode;
use crate::builtins::function::PyFunction;
use crate::builtins::str::PyStr;
use crate::builtins::tuple::PyTuple;
use crate::call::Args;
use crate::frame::{CodePtr, InterpreterFrame, Owner, clear_frame};
use crate::object::{Py, PyObjectRef, PyRef, StackRef};
use crate::vm::{PyErr, PyResult, VirtualMachine};
use bytecode::CodeFlags;

impl VirtualMachine {
    /// A new frame for a function on the data stack; locals are all empty.
    #[inline]
    pub(crate) fn push_frame(
        &self,
        func: PyRef<PyFunction>,
        names: Option<PyObjectRef>,
    ) -> PyResult<*mut InterpreterFrame> {
        let left = self.py_depth_left.get();
        if left <= 0 {
            return Err(self.too_deep());
        }
        let code = func.code_ref();
        let Some(at) = self.datastack.push(code.frame_bytes()) else {
            return Err(self.memory_error());
        };
        self.py_depth_left.set(left - 1);
        let f = at as *mut InterpreterFrame;
        let n = code.nlocalsplus();
        // SAFETY: the memory has room for record and window.
        unsafe {
            InterpreterFrame::init(f, func, names, Owner::Thread);
            InterpreterFrame::empty_slots(f, 0, n);
        }
        Ok(f)
    }

    /// Ends a finished frame on the data stack.
    ///
    /// # Safety
    /// `f` is the topmost frame there, complete, and no longer executed.
    #[inline]
    pub(crate) unsafe fn pop_frame(&self, f: *mut InterpreterFrame) {
        // SAFETY: by the contract.
        unsafe { clear_frame(self, f) };
        self.py_depth_left.set(self.py_depth_left.get() + 1);
        self.datastack.pop(f as *mut u8);
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_deep(&self) -> PyErr {
        // Some room for the handler.
        self.py_depth_left.set(self.py_depth_left.get() + 50);
        let e = self.recursion_error("maximum recursion depth exceeded");
        self.py_depth_left.set(self.py_depth_left.get() - 50);
        e
    }
}

/// Calls a function from native code; the arguments stay the caller's.
pub fn call_function(vm: &VirtualMachine, func: &Py<PyFunction>, args: Args<'_>) -> PyResult {
    let _guard = vm.enter_native("")?;
    run_with(vm, |vm| {
        let f = vm.push_frame(func.to_ref(), None)?;
        // The caller keeps the arguments alive during the call: they go over uncounted.
        match bind(vm, func, f, args.slots(), args.kwnames(), StackRef::borrow_of) {
            Ok(()) => Ok(f),
            Err(e) => {
                // SAFETY: just pushed, complete.
                unsafe { vm.pop_frame(f) };
                Err(e)
            }
        }
    })
}

/// Runs a function's code with a namespace: module and class bodies, `exec` and `eval`.
pub fn run_body(vm: &VirtualMachine, func: PyRef<PyFunction>, names: PyObjectRef) -> PyResult {
    let _guard = vm.enter_native("")?;
    run_with(vm, |vm| {
        let f = vm.push_frame(func.clone(), Some(names))?;
        if func.code().takes_exactly(0) {
            return Ok(f);
        }
        // Code of a function that takes parameters gets none here.
        match bind(vm, &func, f, &[], None, StackRef::borrow_of) {
            Ok(()) => Ok(f),
            Err(e) => {
                // SAFETY: just pushed, complete.
                unsafe { vm.pop_frame(f) };
                Err(e)
            }
        }
    })
}

/// Enters the loop: an entry frame, then the frame that `push` makes on top of it.
fn run_with(
    vm: &VirtualMachine,
    push: impl FnOnce(&VirtualMachine) -> PyResult<*mut InterpreterFrame>,
) -> PyResult {
    let entry = Entry::push(vm)?;
    let f = push(vm)?;
    entry.run(f)
}

/// Where native code enters the loop: a frame below the one that runs, whose one instruction
/// (INTERPRETER_EXIT) leaves the loop.  It serves any number of runs, one after the other, and
/// is popped when dropped.  While a run goes on it is the topmost frame of the native caller.
pub(crate) struct Entry<'a> {
    vm: &'a VirtualMachine,
    frame: *mut InterpreterFrame,
}

impl<'a> Entry<'a> {
    /// A new entry frame, linked as the running frame.
    #[inline]
    pub fn push(vm: &'a VirtualMachine) -> PyResult<Entry<'a>> {
        let stub = &vm.stubs().entry;
        let Some(at) = vm.datastack.push(stub.frame_bytes()) else {
            return Err(vm.memory_error());
        };
        let frame = at as *mut InterpreterFrame;
        // SAFETY: room for record and window.
        unsafe {
            init_entry(frame, stub, vm.frame.get());
        }
        vm.frame.set(frame);
        Ok(Entry { vm, frame })
    }

    /// Links it again as the running frame, for a further run.
    #[inline]
    pub fn link(&self) {
        self.vm.frame.set(self.frame);
    }

    /// The frame below becomes the running one, as before `push` and `link`.
    #[inline]
    pub fn unlink(&self) {
        // SAFETY: the entry frame is alive until it is dropped.
        self.vm.frame.set(unsafe { (*self.frame).previous });
    }

    /// Runs a complete frame, which is gone or suspended afterwards.
    #[inline]
    pub fn run(&self, f: *mut InterpreterFrame) -> PyResult {
        self.put_below(f);
        self.result_of(dispatch::run_loop(self.vm, f))
    }

    /// As `run`, for a frame that raises the vm's exception where it stands.
    pub fn run_raising(&self, f: *mut InterpreterFrame) -> PyResult {
        self.put_below(f);
        self.result_of(dispatch::run_loop_raising(self.vm, f))
    }

    #[inline]
    fn put_below(&self, f: *mut InterpreterFrame) {
        // SAFETY: both frames are complete.
        unsafe { (*f).previous = self.frame };
        self.vm.frame.set(f);
    }

    #[inline]
    fn result_of(&self, exit: Exit) -> PyResult {
        match exit {
            Exit::Done => Ok(self.vm.take_result()),
            Exit::Error => Err(self.vm.take_raised()),
        }
    }
}

impl Drop for Entry<'_> {
    #[inline]
    fn drop(&mut self) {
        self.unlink();
        // An entry frame holds nothing that is counted.
        self.vm.datastack.pop(self.frame as *mut u8);
    }
}

/// # Safety
/// `at` has room for the code's frame.
unsafe fn init_entry(
    at: *mut InterpreterFrame,
    code: &Py<PyCode>,
    previous: *mut InterpreterFrame,
) {
    // SAFETY: by the contract; the stub touches neither globals nor builtins.
    unsafe {
        at.write(InterpreterFrame {
            code: CodePtr::new(code),
            consts: code.const_refs(),
            globals: std::ptr::null(),
            builtins: std::ptr::null(),
            func: None,
            names: None,
            previous,
            ip: code.first_instruction(),
            sp: InterpreterFrame::slot(at, 0),
            frame_obj: None,
            return_offset: 0,
            owner: Owner::Entry,
            trace_state: 0,
            retired: None,
        });
    }
}

/// Puts arguments into a new frame's locals by the rules of Python calls.  `take` makes the
/// frame's word of a caller's slot: moved, or borrowed.  On an error some locals may be
/// filled; the frame is complete either way, and slots that were not taken are not released.
pub(crate) fn bind(
    vm: &VirtualMachine,
    func: &Py<PyFunction>,
    f: *mut InterpreterFrame,
    slots: &[StackRef],
    kwnames: Option<&Py<PyTuple>>,
    take: fn(StackRef) -> StackRef,
) -> PyResult<()> {
    let code = func.code();
    let nkw = kwnames.map_or(0, |k| k.len());
    let npos = slots.len() - nkw;
    let argcount = code.argcount as usize;
    let kwonly = code.kwonlyargcount as usize;
    let varargs = code.has_code_flag(CodeFlags::VARARGS);
    let varkw = code.has_code_flag(CodeFlags::VARKEYWORDS);
    let total = argcount + kwonly;
    // SAFETY: parameters are the first slots of the window, which are empty so far.
    let set = |i: usize, v: StackRef| unsafe { InterpreterFrame::slot(f, i).write(v) };
    // SAFETY: as above.
    let is_empty = |i: usize| unsafe { (*InterpreterFrame::slot(f, i)).is_null() };

    for (i, s) in slots[..npos.min(argcount)].iter().enumerate() {
        set(i, take(*s));
    }
    if varargs {
        let rest = &slots[npos.min(argcount)..npos];
        let items = rest.iter().map(|s| s.object().to_owned());
        set(total, StackRef::from_owned(PyTuple::from_exact(vm, rest.len(), items).into()));
    }
    let kwdict = varkw.then(|| vm.new_dict());
    if let Some(d) = &kwdict {
        set(total + varargs as usize, StackRef::from_owned(d.clone().into()));
    }
    if let Some(kwnames) = kwnames {
        let posonly = code.posonlyargcount as usize;
        for (k, name) in kwnames.as_slice().iter().enumerate() {
            let value = slots[npos + k];
            let Some(name) = name.as_object().downcast::<PyStr>() else {
                return Err(vm.type_error(format!("{}() keywords must be strings", name_of(func))));
            };
            let params = &code.localsplusnames()[posonly..total];
            let found = params
                .iter()
                .position(|p| p.is(name))
                .or_else(|| params.iter().position(|p| p.as_bytes() == name.as_bytes()));
            match found {
                Some(i) => {
                    let i = i + posonly;
                    if !is_empty(i) {
                        return Err(vm.type_error(format!(
                            "{}() got multiple values for argument '{}'",
                            name_of(func),
                            name.to_string_lossy()
                        )));
                    }
                    set(i, take(value));
                }
                None => match &kwdict {
                    Some(d) => d.set_str(vm, name, value.object().to_owned())?,
                    None => return Err(unexpected_keyword(vm, func, &code, kwnames, name)),
                },
            }
        }
    }
    if npos > argcount && !varargs {
        return Err(too_many_positional(vm, func, &code, npos, f));
    }
    if npos < argcount {
        let defaults = func.defaults.get();
        let ndef = defaults.as_ref().map_or(0, |d| d.len());
        let first_default = argcount.saturating_sub(ndef);
        let missing: Vec<usize> = (npos..first_default).filter(|i| is_empty(*i)).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(vm, func, &code, &missing, "positional"));
        }
        if let Some(d) = &defaults {
            let skip = ndef.saturating_sub(argcount);
            for (k, v) in d.as_slice()[skip..].iter().enumerate() {
                if first_default + k >= npos && is_empty(first_default + k) {
                    set(first_default + k, StackRef::from_owned(v.clone()));
                }
            }
        }
    }
    if kwonly > 0 {
        let defaults = func.kwdefaults.get();
        let mut missing = Vec::new();
        for i in argcount..total {
            if !is_empty(i) {
                continue;
            }
            let name = &code.localsplusnames()[i];
            match defaults.as_ref().map(|d| d.get_str(vm, name)).transpose()?.flatten() {
                Some(v) => set(i, StackRef::from_owned(v)),
                None => missing.push(i),
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(vm, func, &code, &missing, "keyword-only"));
        }
    }
    Ok(())
}

fn name_of(func: &Py<PyFunction>) -> String {
    func.qualname.with(|q| q.to_string_lossy().into_owned())
}

#[cold]
fn unexpected_keyword(
    vm: &VirtualMachine,
    func: &Py<PyFunction>,
    code: &PyCode,
    kwnames: &Py<PyTuple>,
    name: &Py<PyStr>,
) -> PyErr {
    let posonly = &code.localsplusnames()[..code.posonlyargcount as usize];
    let wrong: Vec<String> = kwnames
        .as_slice()
        .iter()
        .filter_map(|k| k.as_object().downcast::<PyStr>())
        .filter(|k| posonly.iter().any(|p| p.as_bytes() == k.as_bytes()))
        .map(|k| k.to_string_lossy().into_owned())
        .collect();
    if !wrong.is_empty() {
        return vm.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            name_of(func),
            wrong.join(", ")
        ));
    }
    let names: Vec<String> = code.localsplusnames()
        [code.posonlyargcount as usize..(code.argcount + code.kwonlyargcount) as usize]
        .iter()
        .map(|n| n.to_string_lossy().into_owned())
        .collect();
    let given = name.to_string_lossy();
    let hint = crate::exceptions::suggestion(&given, names.iter().map(String::as_str));
    let hint = hint.map_or_else(String::new, |s| format!(". Did you mean '{s}'?"));
    let head = format!("{}() got an unexpected keyword argument '", name_of(func));
    vm.type_error([head.as_bytes(), name.as_bytes(), b"'", hint.as_bytes()].concat())
}

#[cold]
fn too_many_positional(
    vm: &VirtualMachine,
    func: &Py<PyFunction>,
    code: &PyCode,
    given: usize,
    f: *mut InterpreterFrame,
) -> PyErr {
    let argcount = code.argcount as usize;
    let ndef = func.defaults.get().map_or(0, |d| d.len());
    let kwonly_given = (argcount..argcount + code.kwonlyargcount as usize)
        // SAFETY: parameters are slots of the frame's window.
        .filter(|i| unsafe { !(*InterpreterFrame::slot(f, *i)).is_null() })
        .count();
    let (sig, plural) = if ndef > 0 {
        (format!("from {} to {argcount}", argcount - ndef), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let kw = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            if given != 1 { "s" } else { "" },
            if kwonly_given != 1 { "s" } else { "" }
        )
    } else {
        String::new()
    };
    vm.type_error(format!(
        "{}() takes {sig} positional argument{} but {given}{kw} {} given",
        name_of(func),
        if plural { "s" } else { "" },
        if given == 1 && kwonly_given == 0 { "was" } else { "were" }
    ))
}

#[cold]
fn missing_arguments(
    vm: &VirtualMachine,
    func: &Py<PyFunction>,
    code: &PyCode,
    missing: &[usize],
    kind: &str,
) -> PyErr {
    let names: Vec<String> = missing
        .iter()
        .map(|i| format!("'{}'", code.localsplusnames()[*i].to_string_lossy()))
        .collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => String::new(),
    };
    vm.type_error(format!(
        "{}() missing {} required {kind} argument{}: {list}",
        name_of(func),
        missing.len(),
        if missing.len() == 1 { "" } else { "s" }
    ))
}
