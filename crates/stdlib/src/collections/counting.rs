//! `_count_elements`: the loop inside `Counter.update`.

use bytecode::oparg::BinaryOp;
use vm::builtins::dict::hash_key;
use vm::prelude::*;

/// A dict whose `get` and `__setitem__` are the dict's own.
fn plain<'a>(vm: &VirtualMachine, mapping: PyObject<'a>) -> Option<&'a Py<PyDict>> {
    let d = mapping.downcast::<PyDict>()?;
    let (typ, dict) = (d.class(), &vm.types().dict);
    let same_slot = typ.slots.ass_subscript.get().map(|f| f as usize)
        == dict.slots.ass_subscript.get().map(|f| f as usize);
    let get = |t: &Py<PyType>| t.lookup(vm, &vm.names().get).map(|f| f.bits());
    (same_slot && get(typ) == get(dict)).then_some(d)
}

pub fn count_elements(
    vm: &VirtualMachine,
    mapping: PyObject<'_>,
    iterable: PyObject<'_>,
) -> PyResult<()> {
    let one = vm.new_int(1);
    if let Some(d) = plain(vm, mapping) {
        return vm.for_each(iterable, |key| {
            let h = hash_key(vm, key.as_object())?;
            let found = d.find(vm, key.as_object(), h)?;
            let Some(old) = found.and_then(|i| d.table().value_at(i)) else {
                d.table().insert_new(h, key, one.clone());
                return Ok(());
            };
            if let (Some(i), Some(n)) = (found, old.as_object().small_int()) {
                drop(d.table().replace_value(i, vm.new_int(n + 1)));
                return Ok(());
            }
            let new = vm.binary_op(BinaryOp::Add, old.as_object(), one.as_object())?;
            d.set_with_hash(vm, key.as_object(), h, new)
        });
    }
    let get = vm.get_attr(mapping, &vm.names().get)?;
    let zero = vm.new_int(0);
    vm.for_each(iterable, |key| {
        let old = vm.call_positional(get.as_object(), &[key.as_object(), zero.as_object()])?;
        let new = vm.binary_op(BinaryOp::Add, old.as_object(), one.as_object())?;
        vm.set_item(mapping, key.as_object(), new.as_object())
    })
}
