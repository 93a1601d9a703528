//! Slots follow dunders: which function a class's slot holds is found by looking its
//! dunders up along the MRO, when the class is made and whenever one is assigned later.
//!
//! A dunder that comes from a native type means that type's own function; anything else
//! means the function that looks the dunder up at run time.

use super::slots::{SLOT_ROWS, SlotId};
use super::{PyType, creation};
use crate::prelude::*;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The rows of the slot table that a dunder takes part in.
fn rows_of(name: &[u8]) -> &'static [usize] {
    static ROWS: OnceLock<HashMap<&'static [u8], Vec<usize>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut map: HashMap<&'static [u8], Vec<usize>> = HashMap::new();
        for (i, (_, _, defs)) in SLOT_ROWS.iter().enumerate() {
            for d in *defs {
                let rows = map.entry(d.name.as_bytes()).or_default();
                if !rows.contains(&i) {
                    rows.push(i);
                }
            }
        }
        map
    });
    rows.get(name).map_or(&[], Vec::as_slice)
}

fn is_dunder(name: &[u8]) -> bool {
    name.len() > 4 && name.starts_with(b"__") && name.ends_with(b"__")
}

/// Fills all slots of a new class, whose dict and MRO are complete.
pub fn fill_slots(vm: &VirtualMachine, typ: &Py<PyType>) {
    let bases = typ.bases();
    if let [_] = bases.as_slice()
        && let Some(base) = typ.base()
        && typ.mro().len() == base.mro().len() + 1
    {
        // All that differs from the base's slots is what the class itself defines.
        for (id, ..) in SLOT_ROWS {
            typ.slots.copy_from(&base.slots, *id);
        }
        for (key, _) in typ.raw_dict().items() {
            if let Some(s) = key.as_object().downcast::<PyStr>() {
                for &row in rows_of(s.as_bytes()) {
                    update_row(vm, typ, row);
                }
            }
        }
    } else {
        for row in 0..SLOT_ROWS.len() {
            update_row(vm, typ, row);
        }
    }
    creation::finish_flags(typ);
}

/// An attribute of `typ` has been set or deleted: its slots and its subclasses' follow.
pub fn attribute_changed(vm: &VirtualMachine, typ: &Py<PyType>, name: &Py<PyStr>) {
    if !is_dunder(name.as_bytes()) {
        return;
    }
    let rows = rows_of(name.as_bytes());
    if !rows.is_empty() {
        update_tree(vm, typ, rows);
    }
}

/// The bases have changed: all slots of `typ` and of its subclasses are found anew.
pub fn refill_tree(vm: &VirtualMachine, typ: &Py<PyType>) {
    let all: Vec<usize> = (0..SLOT_ROWS.len()).collect();
    update_tree(vm, typ, &all);
}

fn update_tree(vm: &VirtualMachine, typ: &Py<PyType>, rows: &[usize]) {
    let mut waiting = vec![typ.to_ref()];
    while let Some(t) = waiting.pop() {
        for &row in rows {
            update_row(vm, &t, row);
        }
        creation::finish_flags(&t);
        waiting.extend(t.subclasses.all());
    }
}

/// Slots behind which only native types stand: a class body fills the number slot of the
/// same dunder instead.
fn native_only(id: SlotId) -> bool {
    matches!(id, SlotId::concat | SlotId::repeat | SlotId::inplace_concat | SlotId::inplace_repeat)
}

fn update_row(vm: &VirtualMachine, typ: &Py<PyType>, row: usize) {
    let (id, _, defs) = &SLOT_ROWS[row];
    let mut native: Option<PyRef<PyType>> = None;
    let mut generic = false;
    for def in *defs {
        let name = vm.intern(def.name);
        let Some((value, owner)) = typ.lookup_mro(vm, &name) else { continue };
        if owner.own_spec().is_none() {
            if *id == SlotId::hash && value.is_none() {
                typ.slots.clear(*id);
                return;
            }
            generic = true;
        } else if owner.slots.is_set(*id) {
            match &native {
                Some(other) if !other.slots.same(&owner.slots, *id) => generic = true,
                _ => native = Some(owner),
            }
        } else if *id == SlotId::hash && value.is_none() {
            // A native type that is not hashable.
            typ.slots.clear(*id);
            return;
        } else if !rows_of(def.name.as_bytes()).iter().any(|r| owner.slots.is_set(SLOT_ROWS[*r].0))
        {
            // A plain method of a native type that has a dunder's name.
            generic = true;
        }
    }
    if generic {
        if native_only(*id) {
            typ.slots.clear(*id)
        } else {
            typ.slots.set_generic(*id)
        }
        return;
    }
    match native.or_else(|| typ.base()) {
        Some(from) => typ.slots.copy_from(&from.slots, *id),
        None => typ.slots.clear(*id),
    }
}
