//! Compiled replacements: literals and group numbers in turn.

use super::PyMatch;
use vm::builtins::bytes::PyBytes;
use vm::prelude::*;

#[pyclass(name = "SRE_Template", module = "_sre", doc = None, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[derive(Traverse)]
pub struct PyTemplate {
    /// The literal before the first group.
    pub literal: PyObjectRef,
    #[pytraverse(skip)]
    groups: Box<[usize]>,
    /// The literals behind the groups.
    literals: Vec<PyObjectRef>,
}

#[pymethods]
impl PyTemplate {}

/// The bytes of a literal; anything else stands for nothing.
pub fn literal_bytes(o: PyObject<'_>) -> Option<&[u8]> {
    if let Some(s) = o.downcast::<PyStr>() {
        return Some(s.payload_ref().as_bytes());
    }
    o.downcast::<PyBytes>().map(|b| b.payload_ref().as_bytes())
}

impl PyTemplate {
    pub fn create(vm: &VirtualMachine, template: &Py<PyList>) -> PyResult<PyRef<PyTemplate>> {
        let invalid = || vm.type_error("invalid template");
        let items = vm.collect(template.as_object())?;
        if items.len() % 2 == 0 {
            return Err(invalid());
        }
        let mut groups = Vec::with_capacity(items.len() / 2);
        let mut literals = Vec::with_capacity(items.len() / 2);
        for pair in items[1..].chunks_exact(2) {
            let index = vm.index_i64(pair[0].as_object())?;
            let index = index.and_then(|i| usize::try_from(i).ok()).ok_or_else(invalid)?;
            groups.push(index);
            literals.push(pair[1].clone());
        }
        let literal = items[0].clone();
        Ok(vm.new_object(PyTemplate { literal, groups: groups.into(), literals }))
    }

    /// Nothing but the first literal.
    pub fn is_literal(&self) -> bool {
        self.groups.is_empty()
    }

    /// Appends the replacement for a match.
    pub fn expand(
        &self,
        vm: &VirtualMachine,
        groups: usize,
        group: impl Fn(usize) -> Option<(usize, usize)>,
        subject: &[u8],
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        vm.extend_to(out, literal_bytes(self.literal.as_object()).unwrap_or_default())?;
        for (&index, literal) in self.groups.iter().zip(&self.literals) {
            if index > groups {
                return Err(vm.index_error("no such group"));
            }
            if let Some((start, end)) = group(index) {
                vm.extend_to(out, &subject[start..end])?;
            }
            vm.extend_to(out, literal_bytes(literal.as_object()).unwrap_or_default())?;
        }
        Ok(())
    }

    /// The replacement for a match object.
    pub fn expand_match(&self, vm: &VirtualMachine, m: &PyMatch) -> PyResult {
        if self.is_literal() {
            return Ok(self.literal.clone());
        }
        let mut out = Vec::new();
        let subject = m.subject();
        self.expand(vm, m.group_count(), |i| m.span_of(i), subject.bytes(), &mut out)?;
        Ok(subject.make(vm, &out))
    }
}
