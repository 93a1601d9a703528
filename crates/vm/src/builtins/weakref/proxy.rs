//! `weakref.ProxyType` and `weakref.CallableProxyType`: objects that stand for the one they
//! refer to weakly, in every operation.

use super::{PyWeak, describe, list_of};
use crate::prelude::*;
use bytecode::oparg::BinaryOp;

/// A proxy of an object that cannot be called.
#[repr(transparent)]
pub struct PyWeakProxy(pub(crate) PyWeak);

/// A proxy of a callable object.
#[repr(transparent)]
pub struct PyWeakCallableProxy(pub(crate) PyWeak);

impl<'a> PyObject<'a> {
    /// The weak reference inside a proxy.
    fn proxied(self) -> Option<&'a PyWeak> {
        if let Some(p) = self.downcast::<PyWeakProxy>() {
            return Some(&p.payload_ref().0);
        }
        Some(&self.downcast::<PyWeakCallableProxy>()?.payload_ref().0)
    }
}

/// The object behind a proxy, which must be alive; any other object is itself.
fn live(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    match o.proxied() {
        None => Ok(o.to_owned()),
        Some(w) => w
            .upgrade()
            .ok_or_else(|| vm.reference_error("weakly-referenced object no longer exists")),
    }
}

/// `weakref.proxy(object, callback)`.
pub(crate) fn new_proxy(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    callback: Option<PyObject<'_>>,
) -> PyResult {
    let callable = o.class(vm).slots.call.get().is_some();
    let typ =
        if callable { vm.type_of::<PyWeakCallableProxy>() } else { vm.type_of::<PyWeakProxy>() };
    let list = list_of(vm, o)?;
    if callback.is_none()
        && let Some(old) = list.plain(typ)
    {
        return Ok(old.into());
    }
    let payload = PyWeak::unregistered(callback.map(PyObject::to_owned));
    Ok(if callable {
        list.attach(vm.alloc(typ, PyWeakCallableProxy(payload)), o, |p| &p.0)
    } else {
        list.attach(vm.alloc(typ, PyWeakProxy(payload)), o, |p| &p.0)
    })
}

macro_rules! forward {
    (unary: $($name:ident => |$vm:ident, $o:ident| $e:expr;)*) => { $(
        fn $name($vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
            let o = live($vm, o)?;
            let $o = o.as_object();
            $e
        }
    )* };
    (binary: $($name:ident => $op:ident;)*) => { $(
        fn $name(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
            let (a, b) = (live(vm, a)?, live(vm, b)?);
            vm.binary_op(BinaryOp::$op, a.as_object(), b.as_object())
        }
    )* };
}

forward! { unary:
    str => |vm, o| vm.str(o).map(Into::into);
    iter => |vm, o| vm.get_iter(o);
    negative => |vm, o| vm.unary_negative(o);
    positive => |vm, o| vm.unary_positive(o);
    absolute => |vm, o| vm.absolute(o);
    invert => |vm, o| vm.unary_invert(o);
    int => |vm, o| vm.number_as_int(o);
    float => |vm, o| vm.number_as_float(o);
    index => |vm, o| vm.index(o);
}

forward! { binary:
    add => Add; subtract => Subtract; multiply => Multiply; remainder => Remainder;
    lshift => Lshift; rshift => Rshift; and => And; xor => Xor; or => Or;
    floor_divide => FloorDivide; true_divide => TrueDivide; matmul => MatrixMultiply;
    inplace_add => InplaceAdd; inplace_subtract => InplaceSubtract;
    inplace_multiply => InplaceMultiply; inplace_remainder => InplaceRemainder;
    inplace_lshift => InplaceLshift; inplace_rshift => InplaceRshift;
    inplace_and => InplaceAnd; inplace_xor => InplaceXor; inplace_or => InplaceOr;
    inplace_floor_divide => InplaceFloorDivide; inplace_true_divide => InplaceTrueDivide;
    inplace_matmul => InplaceMatrixMultiply;
}

fn repr(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    // Both kinds have the payload of a reference.
    let text = match o.proxied() {
        Some(w) => describe(vm, w.as_py(), "weakproxy")?,
        None => String::new(),
    };
    Ok(vm.new_str(text).into())
}

fn divmod(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
    let (a, b) = (live(vm, a)?, live(vm, b)?);
    vm.divmod(a.as_object(), b.as_object())
}

fn power(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>, m: PyObject<'_>) -> PyResult {
    let (a, b, m) = (live(vm, a)?, live(vm, b)?, live(vm, m)?);
    vm.power(a.as_object(), b.as_object(), m.as_object())
}

fn inplace_power(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    _m: PyObject<'_>,
) -> PyResult {
    let (a, b) = (live(vm, a)?, live(vm, b)?);
    vm.binary_op(BinaryOp::InplacePower, a.as_object(), b.as_object())
}

fn bool(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<bool> {
    vm.is_true(live(vm, o)?.as_object())
}

fn getattro(vm: &VirtualMachine, o: PyObject<'_>, name: &Py<PyStr>) -> PyResult {
    vm.get_attr(live(vm, o)?.as_object(), name)
}

fn setattro(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    name: &Py<PyStr>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    vm.set_attr(live(vm, o)?.as_object(), name, value)
}

fn richcompare(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>, op: Comparison) -> PyResult {
    let (a, b) = (live(vm, a)?, live(vm, b)?);
    crate::protocol::comparison::rich_compare(vm, a.as_object(), b.as_object(), op)
}

fn iternext(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
    let o = live(vm, o)?;
    match o.class(vm).slots.iternext.get() {
        Some(next) => next(vm, o.as_object()),
        None => Err(vm.type_error(format!(
            "Weakref proxy referenced a non-iterator '{}' object",
            o.class(vm).display_name()
        ))),
    }
}

fn length(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<usize> {
    vm.length(live(vm, o)?.as_object())
}

fn subscript(vm: &VirtualMachine, o: PyObject<'_>, key: PyObject<'_>) -> PyResult {
    vm.get_item(live(vm, o)?.as_object(), key)
}

fn ass_subscript(
    vm: &VirtualMachine,
    o: PyObject<'_>,
    key: PyObject<'_>,
    value: Option<PyObject<'_>>,
) -> PyResult<()> {
    let o = live(vm, o)?;
    match value {
        Some(v) => vm.set_item(o.as_object(), key, v),
        None => vm.del_item(o.as_object(), key),
    }
}

fn contains(vm: &VirtualMachine, o: PyObject<'_>, item: PyObject<'_>) -> PyResult<bool> {
    let (o, item) = (live(vm, o)?, live(vm, item)?);
    vm.contains(o.as_object(), item.as_object())
}

fn call(vm: &VirtualMachine, o: PyObject<'_>, args: Args<'_>) -> PyResult {
    vm.call(live(vm, o)?.as_object(), args)
}

fn bytes_method(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    let o = live(vm, args.at(0))?;
    vm.call_method(o.as_object(), &vm.names().__bytes__, &[])
}

fn reversed_method(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
    let o = live(vm, args.at(0))?;
    vm.call_method(o.as_object(), &vm.names().__reversed__, &[])
}

const SLOTS: Slots = Slots {
    repr: Some(repr),
    str: Some(str),
    getattro: Some(getattro),
    setattro: Some(setattro),
    richcompare: Some(richcompare),
    iter: Some(iter),
    iternext: Some(iternext),
    add: Some(add),
    subtract: Some(subtract),
    multiply: Some(multiply),
    remainder: Some(remainder),
    divmod: Some(divmod),
    power: Some(power),
    negative: Some(negative),
    positive: Some(positive),
    absolute: Some(absolute),
    bool: Some(bool),
    invert: Some(invert),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(and),
    xor: Some(xor),
    or: Some(or),
    int: Some(int),
    float: Some(float),
    inplace_add: Some(inplace_add),
    inplace_subtract: Some(inplace_subtract),
    inplace_multiply: Some(inplace_multiply),
    inplace_remainder: Some(inplace_remainder),
    inplace_power: Some(inplace_power),
    inplace_lshift: Some(inplace_lshift),
    inplace_rshift: Some(inplace_rshift),
    inplace_and: Some(inplace_and),
    inplace_xor: Some(inplace_xor),
    inplace_or: Some(inplace_or),
    floor_divide: Some(floor_divide),
    true_divide: Some(true_divide),
    inplace_floor_divide: Some(inplace_floor_divide),
    inplace_true_divide: Some(inplace_true_divide),
    index: Some(index),
    matmul: Some(matmul),
    inplace_matmul: Some(inplace_matmul),
    mp_length: Some(length),
    subscript: Some(subscript),
    ass_subscript: Some(ass_subscript),
    contains: Some(contains),
    ..Slots::EMPTY
};

const fn method(name: &'static str, func: crate::call::NativeFn) -> MethodDef {
    MethodDef { name, func, kind: MethodKind::Instance, text_signature: None, doc: None }
}

static METHODS: &[&[MethodDef]] =
    &[&[method("__bytes__", bytes_method), method("__reversed__", reversed_method)]];

macro_rules! proxy_types {
    ($($t:ident $spec:ident $name:literal $call:expr;)*) => { $(
        impl Traverse for $t {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.0.traverse(visit);
            }

            fn clear(&self, out: &mut Vec<PyObjectRef>) {
                self.0.clear(out);
            }
        }

        impl PyPayload for $t {
            const SPEC: &'static TypeSpec = &$spec;
        }

        static $spec: TypeSpec = TypeSpec {
            flags: TypeFlags::HAVE_GC,
            slots: Slots { call: $call, ..SLOTS },
            methods: METHODS,
            ..TypeSpec::of::<$t>("weakref", $name)
        };
    )* };
}

proxy_types! {
    PyWeakProxy WEAK_PROXY "ProxyType" None;
    PyWeakCallableProxy WEAK_CALLABLE_PROXY "CallableProxyType" Some(call);
}
