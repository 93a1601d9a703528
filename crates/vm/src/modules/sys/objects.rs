//! Functions about single objects, frames and the exception being handled.

use crate::builtins::frame::PyFrame;
use crate::prelude::*;

#[pymodule_part(name = "sys")]
pub mod part {
    use super::*;

    /// getsizeof(object [, default]) -> int
    ///
    /// Bytes of memory that the object takes.
    #[function(text = "")]
    fn getsizeof(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let mut default = args.get(1);
        let mut object = args.get(0);
        for (k, v) in args.keywords() {
            match k.as_bytes() {
                b"object" if object.is_none() => object = Some(v),
                b"default" if default.is_none() => default = Some(v),
                _ => {
                    return Err(vm.type_error(format!(
                        "getsizeof() got an unexpected keyword argument '{}'",
                        k.to_string_lossy()
                    )));
                }
            }
        }
        if args.len() > 2 {
            return Err(vm.type_error(format!(
                "getsizeof() takes at most 2 arguments ({} given)",
                args.len()
            )));
        }
        let Some(object) = object else {
            return Err(vm.type_error("getsizeof() missing required argument 'object' (pos 1)"));
        };
        match size_of_object(vm, object) {
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => match default {
                Some(d) => Ok(d.to_owned()),
                None => Err(e),
            },
            r => r,
        }
    }

    /// How many references to the object are counted; the argument itself is one.
    #[function(sig = "(object, /)")]
    fn getrefcount(object: PyObject<'_>) -> u32 {
        match object.header() {
            // What is no object on the heap lives for ever.
            None => u32::MAX,
            Some(h) => h.count(),
        }
    }

    /// The one string that stands for all equal to it, which compare fast as dict keys.
    #[function(sig = "(string, /)")]
    fn intern(vm: &VirtualMachine, string: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        if !string.is_exact() {
            return Err(vm.type_error(format!("can't intern {}", string.class().display_name())));
        }
        Ok(vm.intern_str(string))
    }

    /// Whether the string is the one that interning gives.
    #[function(sig = "(string, /)")]
    fn _is_interned(string: &Py<PyStr>) -> bool {
        string.is_interned()
    }

    /// Whether the object lives as long as the interpreter, uncounted.
    #[function(sig = "(op, /)")]
    fn _is_immortal(op: PyObject<'_>) -> bool {
        op.header().is_none_or(|h| h.count() >= 1 << 31)
    }

    /// The exception being handled, as (type, value, traceback); all None if there is none.
    #[function(sig = "()")]
    fn exc_info(vm: &VirtualMachine) -> PyRef<PyTuple> {
        match vm.handled() {
            None => vm.new_tuple(vec![vm.none(), vm.none(), vm.none()]),
            Some(e) => {
                let tb = e.traceback.get().map_or_else(|| vm.none(), Into::into);
                vm.new_tuple(vec![e.class().to_ref().into(), e.into(), tb])
            }
        }
    }

    /// The exception being handled, or None.
    #[function(sig = "()")]
    fn exception(vm: &VirtualMachine) -> PyObjectRef {
        vm.handled().map_or_else(|| vm.none(), Into::into)
    }

    /// The frame of the caller, or of one further out by depth.
    ///
    /// ValueError if there is none so far out.
    #[function(sig = "(depth=0, /)")]
    fn _getframe(vm: &VirtualMachine, depth: i32) -> PyResult {
        let mut frame = vm.current_frame();
        for _ in 0..depth.max(0) {
            frame = frame.and_then(|f| f.caller());
        }
        let Some(frame) = frame else {
            return Err(vm.value_error("call stack is not deep enough"));
        };
        let frame = PyFrame::of(vm, frame);
        super::super::audit(vm, "sys._getframe", &[frame.as_object()])?;
        Ok(frame.into())
    }

    /// The name of the module that the caller runs in, or one further out by depth; or None.
    #[function(sig = "(depth=0)")]
    fn _getframemodulename(vm: &VirtualMachine, depth: i32) -> PyResult {
        super::super::audit(
            vm,
            "sys._getframemodulename",
            &[vm.new_int(i64::from(depth)).as_object()],
        )?;
        let mut frame = vm.current_frame();
        for _ in 0..depth.max(0) {
            frame = frame.and_then(|f| f.caller());
        }
        match frame.and_then(|f| f.function()) {
            Some(f) => vm.get_attr(f.as_object(), &vm.names().__module__),
            None => Ok(vm.none()),
        }
    }
}

fn size_of_object(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult {
    let name = &vm.names().__sizeof__;
    let Some(method) = vm.look_up_special(object, name)? else {
        return Err(vm.type_error(format!(
            "Type {} doesn't define __sizeof__",
            object.class(vm).display_name()
        )));
    };
    let size = vm.call_positional(method.as_object(), &[])?;
    if size.as_object().int_view().is_none() {
        return Err(vm.type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            size.class(vm).display_name()
        )));
    }
    let size = vm.to_isize(size.as_object())?;
    if size < 0 {
        return Err(vm.value_error("__sizeof__() should return >= 0"));
    }
    // As the reference, the collector's links count.
    let gc = if object.class(vm).has_flags(TypeFlags::HAVE_GC) { 16 } else { 0 };
    Ok(vm.new_int(size as i64 + gc))
}
