//! `list`.

use crate::containers::list_items::ListItems;
use crate::prelude::*;

pub struct PyList {
    pub(crate) items: ListItems,
}

impl PyList {
    pub fn new(items: Vec<PyObjectRef>) -> PyList {
        PyList { items: ListItems::new(items) }
    }

    pub fn items(&self) -> &ListItems {
        &self.items
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }
}

impl Traverse for PyList {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.items.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.append(&mut self.items.take());
    }
}

impl PyPayload for PyList {
    const SPEC: &'static TypeSpec = &LIST;
}

pub static LIST: TypeSpec = TypeSpec {
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::LIST_SUBCLASS)
        .union(TypeFlags::SEQUENCE)
        .union(TypeFlags::MATCH_SELF),
    ..TypeSpec::of::<PyList>("builtins", "list")
};
