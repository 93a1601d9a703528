//! What a slot does when a class body defines its dunder: look it up and call it.

use super::PyType;
use super::slots::SendResult;
use crate::prelude::*;
use crate::protocol::buffer::Buffer;

type Vm = VirtualMachine;

macro_rules! unary {
    ($($f:ident $dunder:ident;)*) => { $(
        pub fn $f(vm: &Vm, o: PyObject<'_>) -> PyResult {
            vm.call_special_required(&vm.names().$dunder, &[o])
        }
    )* };
}

unary! {
    repr __repr__; str __str__; negative __neg__; positive __pos__;
    absolute __abs__; invert __invert__; int __int__; float __float__; index __index__;
    await_ __await__; aiter __aiter__; anext __anext__;
}

pub fn iter(vm: &Vm, o: PyObject<'_>) -> PyResult {
    let name = &vm.names().__iter__;
    match o.class(vm).lookup(vm, name) {
        Some(f) if !f.is_none() => vm.call_special_required(name, &[o]),
        _ => Err(vm.not_iterable(o)),
    }
}

/// Binary operators: the slot serves both the operator and its reflection, as in CPython's
/// slot functions.
macro_rules! binary {
    ($($f:ident $dunder:ident $reflected:ident;)*) => { $(
        pub fn $f(vm: &Vm, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
            binary_operator(vm, a, b, $f, |t| t.slots.$f.get(), &vm.names().$dunder, &vm.names().$reflected)
        }
    )* };
}

binary! {
    add __add__ __radd__; subtract __sub__ __rsub__; multiply __mul__ __rmul__;
    remainder __mod__ __rmod__; divmod __divmod__ __rdivmod__; lshift __lshift__ __rlshift__;
    rshift __rshift__ __rrshift__; and __and__ __rand__; xor __xor__ __rxor__; or __or__ __ror__;
    floor_divide __floordiv__ __rfloordiv__; true_divide __truediv__ __rtruediv__;
    matmul __matmul__ __rmatmul__;
}

fn binary_operator(
    vm: &Vm,
    a: PyObject<'_>,
    b: PyObject<'_>,
    this: super::slots::BinaryFn,
    slot: fn(&PyType) -> Option<super::slots::BinaryFn>,
    name: &Py<PyStr>,
    reflected: &Py<PyStr>,
) -> PyResult {
    let is_this = |t: &Py<PyType>| slot(t).is_some_and(|f| f as usize == this as usize);
    let (ta, tb) = (a.class(vm), b.class(vm));
    let mut try_reflected = !std::ptr::eq(ta, tb) && is_this(tb);
    if is_this(ta) {
        if try_reflected && tb.is_subtype(ta) && overrides(vm, ta, tb, reflected) {
            if let Some(r) = vm.call_special(reflected, &[b, a])?
                && !r.is_not_implemented()
            {
                return Ok(r);
            }
            try_reflected = false;
        }
        if let Some(r) = vm.call_special(name, &[a, b])?
            && (!r.is_not_implemented() || std::ptr::eq(ta, tb))
        {
            return Ok(r);
        }
    }
    if try_reflected && let Some(r) = vm.call_special(reflected, &[b, a])? {
        return Ok(r);
    }
    Ok(PyObjectRef::not_implemented())
}

/// True when `right` has another definition of the reflected method than `left`.
fn overrides(vm: &Vm, left: &Py<PyType>, right: &Py<PyType>, name: &Py<PyStr>) -> bool {
    match (left.lookup(vm, name), right.lookup(vm, name)) {
        (Some(a), Some(b)) => !a.is(&b),
        (None, b) => b.is_some(),
        (Some(_), None) => false,
    }
}

macro_rules! inplace {
    ($($f:ident $dunder:ident;)*) => { $(
        pub fn $f(vm: &Vm, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
            match vm.call_special(&vm.names().$dunder, &[a, b])? {
                Some(r) => Ok(r),
                None => Ok(PyObjectRef::not_implemented()),
            }
        }
    )* };
}

inplace! {
    inplace_add __iadd__; inplace_subtract __isub__; inplace_multiply __imul__;
    inplace_remainder __imod__; inplace_lshift __ilshift__; inplace_rshift __irshift__;
    inplace_and __iand__; inplace_xor __ixor__; inplace_or __ior__;
    inplace_floor_divide __ifloordiv__; inplace_true_divide __itruediv__;
    inplace_matmul __imatmul__;
}

pub fn inplace_power(
    vm: &Vm,
    a: PyObject<'_>,
    b: PyObject<'_>,
    _modulus: PyObject<'_>,
) -> PyResult {
    match vm.call_special(&vm.names().__ipow__, &[a, b])? {
        Some(r) => Ok(r),
        None => Ok(PyObjectRef::not_implemented()),
    }
}

pub fn power(vm: &Vm, a: PyObject<'_>, b: PyObject<'_>, modulus: PyObject<'_>) -> PyResult {
    if modulus.is_none() {
        return power_two(vm, a, b);
    }
    // Three arguments: only the left operand's method can be this one's business.
    if a.class(vm)
        .slots
        .power
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, power as super::slots::TernaryFn))
        && let Some(r) = vm.call_special(&vm.names().__pow__, &[a, b, modulus])?
        && !r.is_not_implemented()
    {
        return Ok(r);
    }
    if b.class(vm)
        .slots
        .power
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, power as super::slots::TernaryFn))
        && let Some(r) = vm.call_special(&vm.names().__rpow__, &[b, a, modulus])?
    {
        return Ok(r);
    }
    Ok(PyObjectRef::not_implemented())
}

fn power_two(vm: &Vm, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let is_this = |t: &Py<PyType>| {
        t.slots
            .power
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, power as super::slots::TernaryFn))
    };
    let (ta, tb) = (a.class(vm), b.class(vm));
    let mut try_reflected = !std::ptr::eq(ta, tb) && is_this(tb);
    if is_this(ta) {
        if try_reflected && tb.is_subtype(ta) && overrides(vm, ta, tb, &vm.names().__rpow__) {
            if let Some(r) = vm.call_special(&vm.names().__rpow__, &[b, a])?
                && !r.is_not_implemented()
            {
                return Ok(r);
            }
            try_reflected = false;
        }
        if let Some(r) = vm.call_special(&vm.names().__pow__, &[a, b])?
            && (!r.is_not_implemented() || std::ptr::eq(ta, tb))
        {
            return Ok(r);
        }
    }
    if try_reflected && let Some(r) = vm.call_special(&vm.names().__rpow__, &[b, a])? {
        return Ok(r);
    }
    Ok(PyObjectRef::not_implemented())
}

pub fn hash(vm: &Vm, o: PyObject<'_>) -> PyResult<i64> {
    let typ = o.class(vm);
    match typ.lookup(vm, &vm.names().__hash__) {
        None => return Err(crate::protocol::hash::unhashable(vm, o)),
        Some(f) if f.is_none() => return Err(crate::protocol::hash::unhashable(vm, o)),
        Some(_) => {}
    }
    let r = vm.call_special_required(&vm.names().__hash__, &[o])?;
    match r.as_object().int_view() {
        Some(crate::builtins::int::IntView::Small(v)) => Ok(if v == -1 { -2 } else { v }),
        Some(crate::builtins::int::IntView::Big(b)) => Ok(b.python_hash()),
        None => Err(vm.type_error("__hash__ method should return an integer")),
    }
}

pub fn call(vm: &Vm, o: PyObject<'_>, args: Args<'_>) -> PyResult {
    let typ = o.class(vm);
    let Some(method) = typ.lookup(vm, &vm.names().__call__) else {
        return Err(vm.type_error(format!("'{}' object is not callable", typ.display_name())));
    };
    let mtype = method.class(vm);
    if mtype.has_flags(TypeFlags::METHOD_DESCRIPTOR) {
        return vm.call_prepended(method.as_object(), o, args);
    }
    let bound = match mtype.slots.descr_get.get() {
        Some(get) => get(vm, method.as_object(), Some(o), Some(typ.as_object()))?,
        None => method,
    };
    vm.call(bound.as_object(), args)
}

pub fn getattro(vm: &Vm, o: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
    let typ = o.class(vm);
    let generic = typ.lookup(vm, &vm.names().__getattribute__);
    let first = match &generic {
        Some(g) if !crate::builtins::object::is_object_getattribute(vm, g.as_object()) => {
            vm.call_special_required(&vm.names().__getattribute__, &[o, name.as_object()])
        }
        _ => match crate::protocol::attributes::generic_lookup(vm, o, name) {
            Ok(Some(v)) => return Ok(v),
            Ok(None) if typ.lookup(vm, &vm.names().__getattr__).is_some() => {
                return vm.call_special_required(&vm.names().__getattr__, &[o, name.as_object()]);
            }
            Ok(None) => Err(vm.no_attribute(o, name)),
            Err(e) => Err(e),
        },
    };
    match first {
        Err(e)
            if vm.is_error(&e, &vm.exc().attribute_error)
                && typ.lookup(vm, &vm.names().__getattr__).is_some() =>
        {
            vm.call_special_required(&vm.names().__getattr__, &[o, name.as_object()])
        }
        other => other,
    }
}

pub fn setattro(
    vm: &Vm,
    o: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    match value {
        Some(v) => vm.call_special_required(&vm.names().__setattr__, &[o, name.as_object(), v]),
        None => vm.call_special_required(&vm.names().__delattr__, &[o, name.as_object()]),
    }
    .map(drop)
}

pub fn richcompare(vm: &Vm, a: PyObject<'_>, b: PyObject<'_>, op: Comparison) -> PyResult {
    let n = vm.names();
    let name = match op {
        Comparison::Lt => &n.__lt__,
        Comparison::Le => &n.__le__,
        Comparison::Eq => &n.__eq__,
        Comparison::Ne => &n.__ne__,
        Comparison::Gt => &n.__gt__,
        Comparison::Ge => &n.__ge__,
    };
    Ok(vm.call_special(name, &[a, b])?.unwrap_or_else(PyObjectRef::not_implemented))
}

pub fn iternext(vm: &Vm, o: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
    match vm.call_special_required(&vm.names().__next__, &[o]) {
        Ok(v) => Ok(Some(v)),
        Err(e) if vm.is_error(&e, &vm.exc().stop_iteration) => {
            // The value matters to `yield from`, which resumes through `send`.
            Err(e)
        }
        Err(e) => Err(e),
    }
}

pub fn descr_get(
    vm: &Vm,
    d: PyObject<'_>,
    obj: Option<PyObject<'_>>,
    typ: Option<PyObject<'_>>,
) -> PyResult {
    let none = PyObject::none();
    let args = [d, obj.unwrap_or(none), typ.unwrap_or(none)];
    match vm.call_special(&vm.names().__get__, &args)? {
        Some(v) => Ok(v),
        None => Ok(d.to_owned()),
    }
}

pub fn descr_set(
    vm: &Vm,
    d: PyObject<'_>,
    obj: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    match value {
        Some(v) => vm.call_special_required(&vm.names().__set__, &[d, obj, v]),
        None => vm.call_special_required(&vm.names().__delete__, &[d, obj]),
    }
    .map(drop)
}

pub fn new(vm: &Vm, cls: &Py<PyType>, args: Args<'_>) -> PyResult {
    let f = vm.get_attr(cls.as_object(), &vm.names().__new__)?;
    vm.call_prepended(f.as_object(), cls.as_object(), args)
}

pub fn init(vm: &Vm, o: PyObject<'_>, args: Args<'_>) -> PyResult<()> {
    let typ = o.class(vm);
    let Some(method) = typ.lookup(vm, &vm.names().__init__) else {
        return Err(vm.no_attribute(o, &vm.names().__init__));
    };
    let mtype = method.class(vm);
    let r = if mtype.has_flags(TypeFlags::METHOD_DESCRIPTOR) {
        vm.call_prepended(method.as_object(), o, args)?
    } else {
        let bound = match mtype.slots.descr_get.get() {
            Some(get) => get(vm, method.as_object(), Some(o), Some(typ.as_object()))?,
            None => method,
        };
        vm.call(bound.as_object(), args)?
    };
    if r.is_none() {
        return Ok(());
    }
    let what = r.class(vm).display_name();
    Err(vm.type_error(format!("__init__() should return None, not '{what}'")))
}

pub fn del(vm: &Vm, o: PyObject<'_>) -> PyResult<()> {
    vm.call_special(&vm.names().__del__, &[o]).map(drop)
}

pub fn bool(vm: &Vm, o: PyObject<'_>) -> PyResult<bool> {
    let Some(r) = vm.call_special(&vm.names().__bool__, &[o])? else {
        return Ok(length(vm, o)? != 0);
    };
    r.as_object().as_bool().ok_or_else(|| {
        let what = r.class(vm).display_name();
        vm.type_error(format!("__bool__ should return bool, returned {what}"))
    })
}

pub fn length(vm: &Vm, o: PyObject<'_>) -> PyResult<usize> {
    let r = vm.call_special_required(&vm.names().__len__, &[o])?;
    vm.length_from(r.as_object())
}

pub fn subscript(vm: &Vm, o: PyObject<'_>, key: PyObject<'_>) -> PyResult {
    vm.call_special_required(&vm.names().__getitem__, &[o, key])
}

pub fn ass_subscript(
    vm: &Vm,
    o: PyObject<'_>,
    key: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    match value {
        Some(v) => vm.call_special_required(&vm.names().__setitem__, &[o, key, v]),
        None => vm.call_special_required(&vm.names().__delitem__, &[o, key]),
    }
    .map(drop)
}

pub fn item(vm: &Vm, o: PyObject<'_>, i: isize) -> PyResult {
    let key = vm.new_int(i as i64);
    vm.call_special_required(&vm.names().__getitem__, &[o, key.as_object()])
}

pub fn contains(vm: &Vm, o: PyObject<'_>, item: PyObject<'_>) -> PyResult<bool> {
    let typ = o.class(vm);
    if typ.lookup(vm, &vm.names().__contains__).is_some_and(|f| f.is_none()) {
        return Err(vm.type_error(format!("'{}' object is not a container", typ.display_name())));
    }
    match vm.call_special(&vm.names().__contains__, &[o, item])? {
        Some(r) => vm.is_true(r.as_object()),
        None => vm.contains_by_iteration(o, item),
    }
}

pub fn get_buffer(vm: &Vm, o: PyObject<'_>, flags: u32) -> PyResult<Buffer> {
    crate::protocol::buffer::from_python(vm, o, flags)
}

// Sequence slots that no class body fills: `+` and `*` in a class body fill the number
// slots.
pub fn no_concat(_vm: &Vm, _a: PyObject<'_>, _b: PyObject<'_>) -> PyResult {
    Ok(PyObjectRef::not_implemented())
}

pub fn no_item(_vm: &Vm, _a: PyObject<'_>, _i: isize) -> PyResult {
    Ok(PyObjectRef::not_implemented())
}

pub fn no_send(vm: &Vm, o: PyObject<'_>, value: PyObject<'_>) -> PyResult<SendResult> {
    let r = vm.call_method(o, &vm.names().send, &[value])?;
    Ok(SendResult::Yield(r))
}
