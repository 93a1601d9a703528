//! `cell`: the box a closure shares a variable through.

use crate::prelude::*;

pub struct PyCellObject {
    content: PyCell<Option<PyObjectRef>>,
}

impl PyCellObject {
    pub fn new(content: Option<PyObjectRef>) -> PyCellObject {
        PyCellObject { content: PyCell::new(content) }
    }

    #[inline(always)]
    pub fn get(&self) -> Option<PyObjectRef> {
        self.content.get()
    }

    #[inline(always)]
    pub fn replace(&self, value: Option<PyObjectRef>) -> Option<PyObjectRef> {
        self.content.replace(value)
    }
}

impl Traverse for PyCellObject {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.content.with(|c| c.traverse(visit));
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        out.extend(self.content.take());
    }
}

impl PyPayload for PyCellObject {
    const SPEC: &'static TypeSpec = &CELL;
}

pub static CELL: TypeSpec =
    TypeSpec { flags: TypeFlags::HAVE_GC, ..TypeSpec::of::<PyCellObject>("builtins", "cell") };
