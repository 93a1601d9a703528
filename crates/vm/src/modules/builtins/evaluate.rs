//! `compile`, `eval`, `exec`, and the namespaces they run in.

use crate::builtins::cell::PyCellObject;
use crate::builtins::code::PyCode;
use crate::builtins::foreign_builtins;
use crate::builtins::function::PyFunction;
use crate::compile::{Compile, Origin, flags};
use crate::prelude::*;
use parser::Mode;

#[pymodule_part(name = "builtins")]
pub mod part {
    use super::*;

    /// Compiles source, text or a syntax tree, to a code object for exec() or eval().
    ///
    /// filename is for messages.  mode is 'exec' for a module, 'eval' for an
    /// expression, 'single' for one interactive statement.  flags choose future
    /// features; without dont_inherit, those of the caller count too.
    #[function(
        sig = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        vm: &VirtualMachine,
        source: PyObject<'_>,
        filename: PyObject<'_>,
        mode: &str,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> PyResult {
        let filename = crate::import::fs_decode(vm, filename)?;
        super::super::super::sys::audit(vm, "compile", &[source, filename.as_object()])?;
        let mut flags = flags as u32;
        if flags & !(flags::MASK | flags::MASK_OBSOLETE | flags::COMPILE_MASK) != 0 {
            return Err(vm.value_error("compile(): unrecognised flags"));
        }
        if !(-1..=2).contains(&optimize) {
            return Err(vm.value_error("compile(): invalid optimize value"));
        }
        if !dont_inherit {
            flags |= inherited_flags(vm);
        }
        let only_ast = flags & flags::ONLY_AST != 0;
        let mode = match mode {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            "func_type" if only_ast => Mode::FuncType,
            "func_type" => {
                return Err(
                    vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST")
                );
            }
            _ if only_ast => {
                return Err(vm.value_error(
                    "compile() mode must be 'exec', 'eval', 'single' or 'func_type'",
                ));
            }
            _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
        };
        let feature_version = if only_ast { u8::try_from(_feature_version).ok() } else { None };
        let job = Compile {
            filename: filename.to_ref(),
            mode,
            flags,
            optimize: u8::try_from(optimize).ok(),
            feature_version,
        };
        if let Some(bridge) = vm.interp.import.ast.get()
            && (bridge.is_ast)(vm, source)?
        {
            return (bridge.compile)(vm, source, &job);
        }
        let text = source_bytes(vm, source, "compile", "string, bytes or AST")?;
        job.source_to_object(vm, text.0.as_slice(), text.1)
    }

    /// The value of an expression, given as text or compiled.
    ///
    /// Names are looked up in locals, then globals; these default to the caller's.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(
        vm: &VirtualMachine,
        source: PyObject<'_>,
        globals: NoneOr<PyObject<'_>>,
        locals: NoneOr<PyObject<'_>>,
    ) -> PyResult {
        if let Some(l) = locals.0
            && !is_mapping(vm, l)
        {
            return Err(vm.type_error("locals must be a mapping"));
        }
        if let Some(g) = globals.0
            && g.downcast::<PyDict>().is_none()
        {
            return Err(vm.type_error(if is_mapping(vm, g) {
                "globals must be a real dict; try eval(code, {}, mapping)"
            } else {
                "globals must be a dict"
            }));
        }
        let spaces = namespaces(vm, "eval", globals.0, locals.0)?;
        if let Some(code) = source.downcast::<PyCode>() {
            super::super::super::sys::audit(vm, "exec", &[source])?;
            if code.nfree() > 0 {
                return Err(
                    vm.type_error("code object passed to eval() may not contain free variables")
                );
            }
            return run(vm, code.to_ref(), spaces, None);
        }
        let (text, utf8) = source_bytes(vm, source, "eval", "string, bytes or code")?;
        let skip = text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let code = string_job(vm, Mode::Eval).source_to_code(vm, &text[skip..], utf8)?;
        run(vm, code, spaces, None)
    }

    /// Runs statements, given as text or compiled.
    ///
    /// Names are looked up in locals, then globals; these default to the caller's.  A
    /// closure, a tuple of cells, may come only with code that has free variables.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        vm: &VirtualMachine,
        source: PyObject<'_>,
        globals: NoneOr<PyObject<'_>>,
        locals: NoneOr<PyObject<'_>>,
        closure: NoneOr<PyObject<'_>>,
    ) -> PyResult<()> {
        if let Some(g) = globals.0
            && g.downcast::<PyDict>().is_none()
        {
            return Err(vm.type_error(format!(
                "exec() globals must be a dict, not {}",
                g.class(vm).display_name()
            )));
        }
        if let Some(l) = locals.0
            && !is_mapping(vm, l)
        {
            return Err(vm.type_error(format!(
                "locals must be a mapping or None, not {}",
                l.class(vm).display_name()
            )));
        }
        let spaces = namespaces(vm, "exec", globals.0, locals.0)?;
        if let Some(code) = source.downcast::<PyCode>() {
            let cells = closure_cells(vm, code, closure.0)?;
            super::super::super::sys::audit(vm, "exec", &[source])?;
            return run(vm, code.to_ref(), spaces, cells).map(drop);
        }
        if closure.0.is_some() {
            return Err(vm.type_error("closure can only be used when source is a code object"));
        }
        let (text, utf8) = source_bytes(vm, source, "exec", "string, bytes or code")?;
        let code = string_job(vm, Mode::Exec).source_to_code(vm, &text, utf8)?;
        run(vm, code, spaces, None).map(drop)
    }
}

fn string_job(vm: &VirtualMachine, mode: Mode) -> Compile {
    Compile {
        filename: vm.names().angle_string.clone(),
        mode,
        flags: inherited_flags(vm),
        optimize: None,
        feature_version: None,
    }
}

fn is_mapping(vm: &VirtualMachine, o: PyObject<'_>) -> bool {
    o.class(vm).slots.subscript.get().is_some()
}

/// The cells for a code object's free variables, checked against their number.
fn closure_cells(
    vm: &VirtualMachine,
    code: &PyCode,
    closure: Option<PyObject<'_>>,
) -> PyResult<Option<PyRef<PyTuple>>> {
    let n = code.nfree();
    let Some(closure) = closure else {
        if n > 0 {
            return Err(
                vm.type_error("code object passed to exec() may not contain free variables")
            );
        }
        return Ok(None);
    };
    if n == 0 {
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    let cells = closure.downcast::<PyTuple>().filter(|t| {
        t.len() == n
            && t.as_slice().iter().all(|c| c.as_object().downcast::<PyCellObject>().is_some())
    });
    match cells {
        Some(t) => Ok(Some(t.to_ref())),
        None => Err(vm.type_error(format!("code object requires a closure of exactly length {n}"))),
    }
}

/// Future features that the calling code has on.
fn inherited_flags(vm: &VirtualMachine) -> u32 {
    vm.current_frame().map_or(0, |f| f.code().flags().bits() & flags::MASK)
}

/// Source as bytes, and whether it was text.
pub fn source_bytes(
    vm: &VirtualMachine,
    source: PyObject<'_>,
    function: &str,
    what: &str,
) -> PyResult<(Vec<u8>, Origin)> {
    if let Some(s) = source.downcast::<PyStr>() {
        if s.to_str().is_none() {
            return Err(crate::call::from_args::surrogate_error(vm, s));
        }
        return Ok((s.as_bytes().to_vec(), Origin::Text));
    }
    match vm.bytes_like(source) {
        Some(b) => Ok((b, Origin::Bytes)),
        None => Err(vm.type_error(format!("{function}() arg 1 must be a {what} object"))),
    }
}

/// Globals and locals, either given or those of the caller.
fn namespaces(
    vm: &VirtualMachine,
    function: &str,
    globals: Option<PyObject<'_>>,
    locals: Option<PyObject<'_>>,
) -> PyResult<(PyRef<PyDict>, PyObjectRef)> {
    let (g, l) = match globals {
        Some(g) => {
            let g = g.expect_payload::<PyDict>().to_ref();
            let l = locals.map_or_else(|| g.clone().into(), PyObject::to_owned);
            (g, l)
        }
        None => {
            let Some(frame) = vm.current_frame() else {
                return Err(vm.type_error(format!(
                    "{function} must be given globals and locals when called without a frame"
                )));
            };
            let l = match locals {
                Some(l) => l.to_owned(),
                None => frame_locals(vm)?.ok_or_else(|| vm.system_error("no locals"))?,
            };
            (frame.globals(), l)
        }
    };
    let key = &vm.names().__builtins__;
    if g.get_str(vm, key)?.is_none() {
        g.set_str(vm, key, foreign_builtins::visible(vm.current_builtins()))?;
    }
    Ok((g, l))
}

fn run(
    vm: &VirtualMachine,
    code: PyRef<PyCode>,
    (globals, locals): (PyRef<PyDict>, PyObjectRef),
    closure: Option<PyRef<PyTuple>>,
) -> PyResult {
    let f = PyFunction::create(vm, code, globals, closure)?;
    crate::interp::calls::run_body(vm, f, locals)
}

/// `locals()` of the calling frame: its namespace, or a new dict with a function's
/// variables as they are now (PEP 667).
pub fn frame_locals(vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
    let Some(frame) = vm.current_frame() else { return Ok(None) };
    locals_of(vm, frame).map(Some)
}

/// The namespace of a frame: its own mapping, or a new dict with a function's variables.
pub fn locals_of(vm: &VirtualMachine, frame: crate::frame::FrameRef<'_>) -> PyResult {
    crate::builtins::frame::locals::snapshot(vm, frame)
}
