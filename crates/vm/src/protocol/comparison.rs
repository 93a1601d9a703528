//! Rich comparison: `==`, `<` and friends, and identity-first equality.

use crate::object::word;
use crate::prelude::*;

pub fn symbol(op: Comparison) -> &'static str {
    match op {
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

/// The operator with its operands exchanged.
pub fn swapped(op: Comparison) -> Comparison {
    match op {
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        other => other,
    }
}

/// `a op b`.
pub fn rich_compare(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    op: Comparison,
) -> PyResult {
    let _guard = vm.enter_native(" in comparison")?;
    let (ta, tb) = (a.class(vm), b.class(vm));
    let mut reflected_tried = false;
    if !std::ptr::eq(ta, tb)
        && tb.is_subtype(ta)
        && let Some(f) = tb.slots.richcompare.get()
    {
        reflected_tried = true;
        let r = f(vm, b, a, swapped(op))?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
    }
    if let Some(f) = ta.slots.richcompare.get() {
        let r = f(vm, a, b, op)?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
    }
    if !reflected_tried && let Some(f) = tb.slots.richcompare.get() {
        let r = f(vm, b, a, swapped(op))?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
    }
    match op {
        Comparison::Eq => Ok(vm.new_bool(a.is(b))),
        Comparison::Ne => Ok(vm.new_bool(!a.is(b))),
        _ => Err(vm.type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            symbol(op),
            ta.display_name(),
            tb.display_name()
        ))),
    }
}

/// The truth of `a op b`; the same object is equal to itself whatever its `__eq__` says,
/// as containers need.
pub fn rich_compare_bool(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    op: Comparison,
) -> PyResult<bool> {
    if a.is(b) {
        match op {
            Comparison::Eq => return Ok(true),
            Comparison::Ne => return Ok(false),
            _ => {}
        }
    }
    if word::both_ints(a.bits(), b.bits()) {
        let (x, y) = (word::int_shifted(a.bits()), word::int_shifted(b.bits()));
        return Ok(match op {
            Comparison::Lt => x < y,
            Comparison::Le => x <= y,
            Comparison::Eq => x == y,
            Comparison::Ne => x != y,
            Comparison::Gt => x > y,
            Comparison::Ge => x >= y,
        });
    }
    let r = rich_compare(vm, a, b, op)?;
    vm.is_true(r.as_object())
}

/// `a == b` as containers test it.
#[inline]
pub fn equal(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    rich_compare_bool(vm, a, b, Comparison::Eq)
}
