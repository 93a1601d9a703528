//! The helpers behind CALL_INTRINSIC_1 and CALL_INTRINSIC_2.

use crate::builtins::exception::PyBaseException;
use crate::builtins::function::PyFunction;
use crate::builtins::list::PyList;
use crate::prelude::*;
use bytecode::oparg::{Intrinsic1, Intrinsic2};

pub fn call_1(vm: &VirtualMachine, which: Intrinsic1, v: PyObject<'_>) -> PyResult {
    match which {
        Intrinsic1::Print => {
            let hook = vm.sys_attr(&vm.names().displayhook)?;
            let Some(hook) = hook else { return Err(vm.runtime_error("lost sys.displayhook")) };
            vm.call_positional(hook.as_object(), &[v])
        }
        Intrinsic1::ImportStar => crate::import::import_star(vm, v).map(|()| PyObjectRef::none()),
        Intrinsic1::StopiterationError => stop_iteration_error(vm, v),
        Intrinsic1::AsyncGenWrap => Ok(crate::builtins::async_generator::wrap(vm, v)),
        Intrinsic1::UnaryPositive => vm.unary_positive(v),
        Intrinsic1::ListToTuple => {
            let items = match v.downcast::<PyList>() {
                Some(l) => l.items.to_vec(),
                None => vm.collect(v)?,
            };
            Ok(vm.new_tuple(items).into())
        }
        Intrinsic1::Typevar
        | Intrinsic1::Paramspec
        | Intrinsic1::Typevartuple
        | Intrinsic1::SubscriptGeneric
        | Intrinsic1::Typealias => crate::builtins::typing::intrinsic_1(vm, which, v),
        Intrinsic1::Invalid => Err(vm.system_error("invalid intrinsic")),
    }
}

pub fn call_2(
    vm: &VirtualMachine,
    which: Intrinsic2,
    a: PyObject<'_>,
    b: PyObject<'_>,
) -> PyResult {
    match which {
        Intrinsic2::PrepReraiseStar => crate::exceptions::groups::prepare_reraise(vm, a, b),
        Intrinsic2::SetFunctionTypeParams => {
            if let Some(f) = a.downcast::<PyFunction>() {
                f.type_params.set(b.to_owned().downcast().ok());
            }
            Ok(a.to_owned())
        }
        other => crate::builtins::typing::intrinsic_2(vm, other, a, b),
    }
}

/// A StopIteration must not leave a generator: it would end its caller's loop.
fn stop_iteration_error(vm: &VirtualMachine, v: PyObject<'_>) -> PyResult {
    let Some(exc) = v.downcast::<PyBaseException>() else { return Ok(v.to_owned()) };
    let flags = vm.current_frame().map(|f| f.code().flags());
    let (is_gen, is_async) = flags.map_or((false, false), |f| {
        use bytecode::CodeFlags;
        (f.contains(CodeFlags::GENERATOR), f.contains(CodeFlags::ASYNC_GENERATOR))
    });
    let what = if is_async {
        "async generator"
    } else if is_gen {
        "generator"
    } else {
        "coroutine"
    };
    let raised = if v.is_instance_of(vm, &vm.exc().stop_iteration) {
        "StopIteration"
    } else if is_async && v.is_instance_of(vm, &vm.exc().stop_async_iteration) {
        "StopAsyncIteration"
    } else {
        return Ok(v.to_owned());
    };
    let new = vm.runtime_error(format!("{what} raised {raised}"));
    new.set_cause(Some(exc.to_ref()));
    new.context.set(Some(exc.to_ref()));
    Ok(new.into())
}
