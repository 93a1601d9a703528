//! What Python sees of a code object: its parts, where its instructions come from, and when
//! two of them are equal.

use super::PyCode;
use crate::builtins::bytes::PyBytes;
use crate::prelude::*;
use crate::protocol::{comparison, hash};
use bytecode::linetable::{self, Location};
use bytecode::{LocalKind, Opcode};

fn text_tuple<'a>(
    vm: &VirtualMachine,
    names: impl Iterator<Item = &'a PyRef<PyStr>>,
) -> PyRef<PyTuple> {
    vm.new_tuple(names.map(|n| n.clone().into()).collect())
}

/// Ends as an iterator over the items.
fn iterator(vm: &VirtualMachine, items: Vec<PyObjectRef>) -> PyResult {
    vm.get_iter(vm.new_list(items).as_object())
}

/// Equal as constants: of one type, and of one sign where that shows.
fn same_constant(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if !std::ptr::eq(a.class(vm), b.class(vm)) {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (a.downcast::<PyTuple>(), b.downcast::<PyTuple>()) {
        let _guard = vm.enter_native(" in comparison")?;
        return same_constants(vm, x.as_slice(), y.as_slice());
    }
    if let (Some(x), Some(y)) = (a.small_float(), b.small_float()) {
        return Ok(x.to_bits() == y.to_bits());
    }
    comparison::equal(vm, a, b)
}

fn same_constants(vm: &VirtualMachine, a: &[PyObjectRef], b: &[PyObjectRef]) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (x, y) in a.iter().zip(b) {
        if !same_constant(vm, x.as_object(), y.as_object())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_names(a: &[PyRef<PyStr>], b: &[PyRef<PyStr>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.as_bytes() == y.as_bytes())
}

impl PyCode {
    /// Names of the slots of a kind.
    pub(super) fn slots_of(&self, kind: LocalKind) -> impl Iterator<Item = &PyRef<PyStr>> {
        let kinds = self.localspluskinds().iter();
        self.localsplusnames()
            .iter()
            .zip(kinds)
            .filter(move |(_, k)| k.contains(kind))
            .map(|(n, _)| n)
    }

    /// File name and qualified name do not count.
    fn equals(&self, vm: &VirtualMachine, other: &PyCode) -> PyResult<bool> {
        Ok(self.name.as_bytes() == other.name.as_bytes()
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags() == other.flags()
            && self.firstlineno == other.firstlineno
            && self.original == other.original
            && same_names(self.names(), other.names())
            && same_names(self.localsplusnames(), other.localsplusnames())
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
            && same_constants(vm, self.consts(), other.consts())?)
    }

    /// Source, way on and target of each branch, in bytes.
    fn branches(&self) -> Vec<(usize, usize, usize)> {
        let code = &self.original;
        let (mut at, mut prefix) = (0, 0usize);
        let mut out = Vec::new();
        while let Some(&[op, arg]) = code.get(at * 2..at * 2 + 2) {
            let arg = prefix << 8 | usize::from(arg);
            prefix = 0;
            let Some(op) = Opcode::from_byte(op) else { break };
            let next = at + 1 + op.caches();
            let mut resume = next;
            match op {
                Opcode::ExtendedArg => prefix = arg,
                // Past END_FOR and POP_ITER.
                Opcode::ForIter => out.push((at, next, next + arg + 2)),
                Opcode::PopJumpIfFalse
                | Opcode::PopJumpIfTrue
                | Opcode::PopJumpIfNone
                | Opcode::PopJumpIfNotNone => {
                    // Past NOT_TAKEN.
                    resume = next + 1;
                    out.push((at, resume, next + arg));
                }
                Opcode::EndAsyncFor => {
                    if let Some(source) = next.checked_sub(arg) {
                        out.push((source, source + 2, next));
                    }
                }
                _ => {}
            }
            at = resume;
        }
        out.into_iter().map(|(a, b, c)| (a * 2, b * 2, c * 2)).collect()
    }
}

fn position(vm: &VirtualMachine, l: Location) -> PyObjectRef {
    let part = |v: i32| if v < 0 { vm.none() } else { vm.new_int(v.into()) };
    vm.new_tuple(vec![part(l.line), part(l.end_line), part(l.column), part(l.end_column)]).into()
}

#[pymethods]
impl PyCode {
    #[slot]
    fn repr(zelf: &Py<PyCode>, vm: &VirtualMachine) -> PyRef<PyStr> {
        let at = format!(" at {:#x}, file \"", zelf.as_object().bits());
        let line = format!("\", line {}>", zelf.firstlineno);
        let filename = zelf.filename();
        let parts: [&[u8]; 5] = [
            b"<code object ",
            zelf.name.as_bytes(),
            at.as_bytes(),
            filename.as_bytes(),
            line.as_bytes(),
        ];
        PyStr::from_parts(vm, &parts)
    }

    #[slot]
    fn richcompare(
        zelf: &Py<PyCode>,
        vm: &VirtualMachine,
        other: PyObject<'_>,
        op: Comparison,
    ) -> PyResult {
        let wanted = match op {
            Comparison::Eq => true,
            Comparison::Ne => false,
            _ => return Ok(PyObjectRef::not_implemented()),
        };
        let Some(other) = other.downcast::<PyCode>() else {
            return Ok(PyObjectRef::not_implemented());
        };
        let _guard = vm.enter_native(" in comparison")?;
        Ok(PyObjectRef::from_bool(zelf.equals(vm, other)? == wanted))
    }

    #[slot]
    fn hash(zelf: &Py<PyCode>, vm: &VirtualMachine) -> PyResult<i64> {
        let _guard = vm.enter_native(" while hashing")?;
        let mut h = 20_221_211i64;
        let mut add = |x: i64| h = (h ^ x).wrapping_mul(1_000_003);
        add(zelf.name.hash());
        for c in zelf.consts() {
            add(hash::hash(vm, c.as_object())?);
        }
        for n in zelf.names().iter().chain(zelf.localsplusnames()) {
            add(n.hash());
        }
        for n in [
            zelf.argcount.into(),
            zelf.posonlyargcount.into(),
            zelf.kwonlyargcount.into(),
            zelf.flags().bits().into(),
            zelf.firstlineno.into(),
            hash::bytes_hash(&zelf.original),
            hash::bytes_hash(&zelf.linetable),
            hash::bytes_hash(&zelf.exceptiontable),
        ] {
            add(n);
        }
        Ok(if h == -1 { -2 } else { h })
    }

    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(&self) -> usize {
        size_of::<Py<PyCode>>() + self.original.len() * 2 + self.consts().len() * 16
    }

    #[method(sig = "(self, /)")]
    fn co_lines(&self, vm: &VirtualMachine) -> PyResult {
        let lines = linetable::lines(&self.linetable, self.firstlineno);
        let items = lines.map(|(start, end, line)| {
            let line = line.map_or_else(|| vm.none(), |l| vm.new_int(l.into()));
            vm.new_tuple(vec![vm.new_usize(start * 2), vm.new_usize(end * 2), line]).into()
        });
        iterator(vm, items.collect())
    }

    #[method(sig = "(self, /)")]
    fn co_branches(&self, vm: &VirtualMachine) -> PyResult {
        let items = self.branches().into_iter().map(|(a, b, c)| {
            vm.new_tuple(vec![vm.new_usize(a), vm.new_usize(b), vm.new_usize(c)]).into()
        });
        iterator(vm, items.collect())
    }

    #[method(sig = "(self, /)")]
    fn co_positions(&self, vm: &VirtualMachine) -> PyResult {
        let mut items = Vec::with_capacity(self.unit_count());
        for entry in linetable::entries(&self.linetable, self.firstlineno) {
            let shown = position(vm, entry.location);
            items.extend(std::iter::repeat_n(shown, entry.end - entry.start));
        }
        iterator(vm, items)
    }

    /// The name of the local variable that an operand means; for dis.
    #[method(name = "_varname_from_oparg", sig = "(self, /, oparg)")]
    fn varname_from_oparg(&self, vm: &VirtualMachine, oparg: i32) -> PyResult<PyRef<PyStr>> {
        let found = usize::try_from(oparg).ok().and_then(|i| self.localsplusnames().get(i));
        found.cloned().ok_or_else(|| vm.index_error("tuple index out of range"))
    }

    #[member]
    fn co_argcount(&self) -> u32 {
        self.argcount
    }

    #[member]
    fn co_posonlyargcount(&self) -> u32 {
        self.posonlyargcount
    }

    #[member]
    fn co_kwonlyargcount(&self) -> u32 {
        self.kwonlyargcount
    }

    #[member]
    fn co_stacksize(&self) -> usize {
        self.stacksize()
    }

    #[member]
    fn co_flags(&self) -> u32 {
        self.flags().bits()
    }

    #[member]
    fn co_nlocals(&self) -> usize {
        self.slots_of(LocalKind::LOCAL).count()
    }

    #[member]
    fn co_consts(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(self.consts().to_vec())
    }

    #[member]
    fn co_names(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        text_tuple(vm, self.names().iter())
    }

    #[member]
    fn co_filename(&self) -> PyRef<PyStr> {
        self.filename()
    }

    #[member]
    fn co_name(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[member]
    fn co_qualname(&self) -> PyRef<PyStr> {
        self.qualname.clone()
    }

    #[member]
    fn co_firstlineno(&self) -> i32 {
        self.firstlineno
    }

    #[member]
    fn co_linetable(&self, vm: &VirtualMachine) -> PyRef<PyBytes> {
        vm.new_bytes(&self.linetable)
    }

    #[member]
    fn co_exceptiontable(&self, vm: &VirtualMachine) -> PyRef<PyBytes> {
        vm.new_bytes(&self.exceptiontable)
    }

    #[getter]
    fn co_lnotab(&self, vm: &VirtualMachine) -> PyResult<PyRef<PyBytes>> {
        vm.deprecation_warning("co_lnotab is deprecated, use co_lines instead.")?;
        Ok(vm.new_bytes(&linetable::lnotab(&self.linetable, self.firstlineno)))
    }

    #[getter]
    fn _co_code_adaptive(&self, vm: &VirtualMachine) -> PyRef<PyBytes> {
        vm.new_bytes(&self.original)
    }

    #[getter]
    fn co_code(&self, vm: &VirtualMachine) -> PyRef<PyBytes> {
        if let Some(made) = self.code_bytes.get() {
            return made;
        }
        let made = vm.new_bytes(&self.original);
        self.code_bytes.set(Some(made.clone()));
        made
    }

    #[getter]
    fn co_varnames(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        text_tuple(vm, self.slots_of(LocalKind::LOCAL))
    }

    #[getter]
    fn co_cellvars(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        text_tuple(vm, self.slots_of(LocalKind::CELL))
    }

    #[getter]
    fn co_freevars(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        text_tuple(vm, self.slots_of(LocalKind::FREE))
    }

    #[slot(
        sig = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)"
    )]
    fn new(
        _cls: &Py<PyType>,
        vm: &VirtualMachine,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &Py<PyBytes>,
        constants: &Py<PyTuple>,
        names: &Py<PyTuple>,
        varnames: &Py<PyTuple>,
        filename: &Py<PyStr>,
        name: &Py<PyStr>,
        qualname: &Py<PyStr>,
        firstlineno: i32,
        linetable: &Py<PyBytes>,
        exceptiontable: &Py<PyBytes>,
        freevars: Option<&Py<PyTuple>>,
        cellvars: Option<&Py<PyTuple>>,
    ) -> PyResult<PyRef<PyCode>> {
        let empty = vm.new_tuple(Vec::new());
        super::rebuild::Fields {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code: codestring.to_ref(),
            consts: constants.to_ref(),
            names: names.to_ref(),
            varnames: varnames.to_ref(),
            filename: filename.to_ref(),
            name: name.to_ref(),
            qualname: qualname.to_ref(),
            firstlineno,
            linetable: linetable.to_ref(),
            exceptiontable: exceptiontable.to_ref(),
            freevars: freevars.map_or_else(|| empty.clone(), Py::to_ref),
            cellvars: cellvars.map_or_else(|| empty.clone(), Py::to_ref),
        }
        .build(vm)
    }

    /// The same code with other values in some fields.
    #[method(text = "($self, /, **changes)")]
    fn replace(zelf: &Py<PyCode>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyCode>> {
        super::rebuild::replace(vm, zelf, "replace", args)
    }

    /// The same as replace().
    #[method(name = "__replace__", text = "($self, /, **changes)")]
    fn dunder_replace(
        zelf: &Py<PyCode>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<PyRef<PyCode>> {
        super::rebuild::replace(vm, zelf, "__replace__", args)
    }
}
