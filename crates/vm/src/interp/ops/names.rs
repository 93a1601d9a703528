//! Names: globals, builtins, namespaces, cells.

use super::{ok, op, units};
use crate::builtins::cell::PyCellObject;
use crate::builtins::dict::PyDict;
use crate::builtins::str::PyStr;
use crate::interp::cursor::{Cursor, Next};
use crate::interp::dispatch::slow;
use crate::object::{Py, PyObject, PyObjectRef, StackRef};
use crate::vm::{PyErr, PyResult, VirtualMachine};
use bytecode::LocalKind;

/// A name in a namespace that may be any mapping; `None` when it is not there.
pub(crate) fn namespace_get(
    vm: &VirtualMachine,
    ns: PyObject<'_>,
    name: &Py<PyStr>,
) -> PyResult<Option<PyObjectRef>> {
    if let Some(d) = ns.downcast_exact::<PyDict>(&vm.types().dict) {
        return d.get_str(vm, name);
    }
    match vm.get_item(ns, name.as_object()) {
        Ok(v) => Ok(Some(v)),
        Err(e) if vm.is_error(&e, &vm.exc().key_error) => Ok(None),
        Err(e) => Err(e),
    }
}

/// A global or builtin name.  Globals of a class of their own are asked as a mapping: it
/// may have `__missing__`.
fn global_or_builtin(c: &Cursor, name: &Py<PyStr>) -> PyResult<Option<PyObjectRef>> {
    let vm = c.vm();
    match namespace_get(vm, c.globals().as_object(), name)? {
        Some(v) => Ok(Some(v)),
        None => namespace_get(vm, c.builtins().as_object(), name),
    }
}

fn is_plain(vm: &VirtualMachine, d: &Py<PyDict>) -> bool {
    d.as_object().is_type(&vm.types().dict)
}

#[cold]
fn name_error(vm: &VirtualMachine, name: &Py<PyStr>) -> PyErr {
    vm.name_error(name, &format!("name '{}' is not defined", name.to_string_lossy()))
}

op!(escapes LoadName, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    let Some(ns) = c.names() else {
        return c.error(vm.system_error(format!(
            "no locals when loading '{}'",
            name.to_string_lossy()
        )));
    };
    let v = match ok!(c, namespace_get(vm, ns, name)) {
        Some(v) => Some(v),
        // Here globals are taken for a plain dict, whatever their class.
        None => match ok!(c, c.globals().get_str(vm, name)) {
            Some(v) => Some(v),
            None => ok!(c, namespace_get(vm, c.builtins().as_object(), name)),
        },
    };
    let Some(v) = v else { return c.error(name_error(vm, name)) };
    c.push_owned(v);
    c.advance(1);
    c.check_periodic()
});

op!(escapes StoreName, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    let Some(ns) = c.names() else {
        return c.error(vm.system_error(format!(
            "no locals found when storing '{}'",
            name.to_string_lossy()
        )));
    };
    if let Some(d) = ns.downcast_exact::<PyDict>(&vm.types().dict) {
        ok!(c, d.set_str(vm, name, c.peek_object(0).to_owned()));
    } else {
        ok!(c, vm.set_item(ns, name.as_object(), c.peek_object(0)));
    }
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes DeleteName, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    let Some(ns) = c.names() else {
        return c.error(vm.system_error(format!(
            "no locals when deleting '{}'",
            name.to_string_lossy()
        )));
    };
    match vm.del_item(ns, name.as_object()) {
        Ok(()) => {}
        Err(e) if vm.is_error(&e, &vm.exc().key_error) => return c.error(name_error(vm, name)),
        Err(e) => return c.error(e),
    }
    c.advance(1);
    c.check_periodic()
});

op!(escapes LoadGlobal, |c| {
    let vm = c.vm();
    let (i, push_null) = bytecode::oparg::unpack_global(c.oparg());
    let name = c.name(i);
    if c.tick()
        && is_plain(vm, c.globals())
        && is_plain(vm, c.builtins())
        && crate::interp::specialize::load_global(c, name)
    {
        return Next::Go;
    }
    let found = ok!(c, global_or_builtin(c, name));
    let Some(v) = found else { return c.error(name_error(vm, name)) };
    c.push_owned(v);
    if push_null {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_GLOBAL);
    c.check_periodic()
});

op!(escapes StoreGlobal, |c| {
    let name = c.name(c.oparg() as usize);
    ok!(c, c.globals().set_str(c.vm(), name, c.peek_object(0).to_owned()));
    c.drop_top();
    c.advance(1);
    c.check_periodic()
});

op!(escapes DeleteGlobal, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    if ok!(c, c.globals().remove(vm, name.as_object())).is_none() {
        return c.error(name_error(vm, name));
    }
    c.advance(1);
    c.check_periodic()
});

op!(escapes MakeCell, |c| {
    let i = c.oparg() as usize;
    let content = c.local(i).into_owned_option();
    let cell = c.vm().new_object(PyCellObject::new(content));
    c.replace_local(i, StackRef::from_owned(cell.into()));
    c.advance(1);
    Next::Go
});

op!(CopyFreeVars, |c| {
    if !c.copy_free_vars(c.oparg() as usize) {
        return slow!(CopyFreeVarsSlow);
    }
    c.advance(1);
    Next::Go
});

op!(escapes
/// Hand-made code, whose free variables may have anything in their slots.
CopyFreeVarsSlow, |c| {
    let n = c.oparg() as usize;
    let code = c.code();
    let first = code.nlocalsplus() - n;
    let closure = match c.closure() {
        Some(closure) if closure.len() == n => closure,
        _ if n == 0 => {
            c.advance(1);
            return Next::Go;
        }
        _ => return c.error(c.vm().system_error("code with free variables needs their cells")),
    };
    for (k, cell) in closure.as_slice().iter().enumerate() {
        c.replace_local(first + k, StackRef::from_owned(cell.clone())).release();
    }
    c.advance(1);
    c.check_periodic()
});

/// The cell in a slot.  Only hand-made code can have put something else there.
fn cell_at<'f>(c: &Cursor, i: usize) -> PyResult<&'f Py<PyCellObject>> {
    let cell = c.local(i).option().and_then(|o| o.downcast::<PyCellObject>());
    cell.ok_or_else(|| c.vm().system_error("a variable's slot holds no cell"))
}

op!(LoadDeref, |c| {
    let Some(v) = c.cell_content(c.oparg() as usize) else { return slow!(UnboundCell) };
    c.push_owned(v);
    c.advance(1);
    Next::Go
});

op!(escapes UnboundCell, |c| {
    let i = c.oparg() as usize;
    ok!(c, cell_at(c, i));
    c.error(unbound_cell(c, i))
});

op!(escapes StoreDeref, |c| {
    let cell = ok!(c, cell_at(c, c.oparg() as usize));
    let v = c.pop().into_owned();
    drop(cell.replace(Some(v)));
    c.advance(1);
    c.check_periodic()
});

op!(escapes DeleteDeref, |c| {
    let i = c.oparg() as usize;
    if ok!(c, cell_at(c, i)).replace(None).is_none() {
        return c.error(unbound_cell(c, i));
    }
    c.advance(1);
    c.check_periodic()
});

#[cold]
fn unbound_cell(c: &Cursor, i: usize) -> PyErr {
    let (vm, code) = (c.vm(), c.code());
    let name = &code.localsplusnames()[i];
    let text = name.to_string_lossy();
    if code.localspluskinds()[i].contains(LocalKind::FREE) {
        vm.name_error(
            name,
            &format!(
                "cannot access free variable '{text}' where it is not associated with a value in enclosing scope"
            ),
        )
    } else {
        vm.unbound_local_error(format!(
            "cannot access local variable '{text}' where it is not associated with a value"
        ))
    }
}

op!(escapes LoadFromDictOrDeref, |c| {
    let vm = c.vm();
    let i = c.oparg() as usize;
    let name = c.code().localsplusnames()[i].clone();
    let v = match ok!(c, namespace_get(vm, c.peek_object(0), &name)) {
        Some(v) => v,
        None => match ok!(c, cell_at(c, i)).get() {
            Some(v) => v,
            None => return c.error(unbound_cell(c, i)),
        },
    };
    c.replace_top(1, v);
    c.advance(1);
    c.check_periodic()
});

op!(escapes LoadFromDictOrGlobals, |c| {
    let vm = c.vm();
    let name = c.name(c.oparg() as usize);
    let v = match ok!(c, namespace_get(vm, c.peek_object(0), name)) {
        Some(v) => Some(v),
        None => ok!(c, global_or_builtin(c, name)),
    };
    let Some(v) = v else { return c.error(name_error(vm, name)) };
    c.replace_top(1, v);
    c.advance(1);
    c.check_periodic()
});

op!(escapes LoadLocals, |c| {
    let vm = c.vm();
    let Some(ns) = c.names() else { return c.error(vm.system_error("no locals")) };
    c.push_owned(ns.to_owned());
    c.advance(1);
    Next::Go
});

op!(escapes LoadBuildClass, |c| {
    let vm = c.vm();
    let name = &vm.names().__build_class__;
    let Some(f) = ok!(c, namespace_get(vm, c.builtins().as_object(), name)) else {
        return c.error(vm.name_error(name, "__build_class__ not found"));
    };
    c.push_owned(f);
    c.advance(1);
    c.check_periodic()
});

op!(escapes SetupAnnotations, |c| {
    let vm = c.vm();
    let Some(ns) = c.names() else {
        return c.error(vm.system_error("no locals found when setting up annotations"));
    };
    let name = &vm.names().__annotations__;
    if ok!(c, namespace_get(vm, ns, name)).is_none() {
        let d = vm.new_dict();
        ok!(c, vm.set_item(ns, name.as_object(), d.as_object()));
    }
    c.advance(1);
    c.check_periodic()
});
