//! Method resolution order: the C3 linearisation.

use super::PyType;
use crate::object::{Py, PyRef};
use crate::vm::{PyResult, VirtualMachine};

/// C3 over the bases; `TypeError` when no order is consistent.
pub fn linearize(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    bases: &[PyRef<PyType>],
) -> PyResult<Vec<PyRef<PyType>>> {
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|o| o.is(b)) {
            return Err(
                vm.type_error(format!("duplicate base class {}", b.name().to_string_lossy()))
            );
        }
        if b.mro().is_empty() {
            let name = b.name();
            let text = format!("Cannot extend an incomplete type '{}'", name.to_string_lossy());
            return Err(vm.type_error(text));
        }
    }
    let mut out = vec![typ.to_ref()];
    if let [base] = bases {
        out.extend(types_of(base));
        return Ok(out);
    }
    let mut lists: Vec<Vec<PyRef<PyType>>> = bases.iter().map(|b| types_of(b)).collect();
    lists.push(bases.to_vec());
    lists.iter_mut().for_each(|l| l.reverse());
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(out);
        }
        // Each list is reversed: its head is its last item.
        let good = lists.iter().find_map(|l| {
            let head = l.last()?;
            let in_tail = |o: &Vec<PyRef<PyType>>| o[..o.len() - 1].iter().any(|t| t.is(head));
            (!lists.iter().any(in_tail)).then(|| head.clone())
        });
        let Some(head) = good else {
            let names: Vec<String> = lists[..]
                .iter()
                .filter_map(|l| l.last())
                .fold(Vec::<PyRef<PyType>>::new(), |mut seen, t| {
                    if !seen.iter().any(|s| s.is(t)) {
                        seen.push(t.clone());
                    }
                    seen
                })
                .iter()
                .map(|t| t.name().to_string_lossy().into_owned())
                .collect();
            return Err(vm.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        for l in &mut lists {
            if l.last().is_some_and(|t| t.is(&head)) {
                l.pop();
            }
        }
        out.push(head);
    }
}

/// A type's MRO as types.
pub fn types_of(typ: &Py<PyType>) -> Vec<PyRef<PyType>> {
    typ.mro()
        .as_slice()
        .iter()
        .map(|o| o.clone().downcast::<PyType>().expect("an MRO holds types"))
        .collect()
}
