//! `code`: immutable parts as Python sees them, and the executed copy.
//!
//! The executed copy has the same offsets as `co_code`; the interpreter specialises
//! instructions and writes inline caches in it.  What does not fit a cache lives in the
//! side table.  Invariant: the executed copy was verified, and whatever rewrites it keeps
//! every instruction's operand and length.

#![allow(unsafe_code)]

mod attributes;
mod rebuild;

use crate::builtins::bytes::PyBytes;
use crate::frame::{CodeUnit, FRAME_WORDS};
use crate::interp::monitor::code::CodeMonitoring;
use crate::object::StackRef;
use crate::prelude::*;
use bytecode::{CodeFlags, Const, LocalKind, Opcode, RawCode};
use std::cell::{Cell, UnsafeCell};

/// A cached fact too large for an inline cache.
#[derive(Clone, Copy, Debug, Default)]
pub struct SideEntry {
    pub a: u32,
    pub b: u32,
    pub c: u64,
}

/// Create a code object.  Not for mere mortals.
#[pyclass(name = "code", static = CODE, flags(HAVE_GC, EXT))]
// In this order: what a call looks at shares a cache line.
#[repr(C)]
pub struct PyCode {
    const_refs: Box<[StackRef]>,
    executed: UnsafeCell<Box<[CodeUnit]>>,
    /// Positional arguments of a call that fills the parameters one to one; -1 when more
    /// than positions decides.
    exact_argc: i32,
    nlocalsplus: u32,
    frame_bytes: usize,
    stacksize: u32,
    pub(crate) flags: CodeFlags,
    pub(crate) argcount: u32,
    pub(crate) posonlyargcount: u32,
    pub(crate) kwonlyargcount: u32,
    pub(crate) consts: Box<[PyObjectRef]>,
    names: Box<[PyRef<PyStr>]>,
    localsplusnames: Box<[PyRef<PyStr>]>,
    localspluskinds: Box<[LocalKind]>,
    filename: PyCell<PyRef<PyStr>>,
    pub(crate) name: PyRef<PyStr>,
    pub(crate) qualname: PyRef<PyStr>,
    pub(crate) firstlineno: i32,
    pub(crate) linetable: Box<[u8]>,
    pub(crate) exceptiontable: Box<[u8]>,
    pub(crate) original: Box<[u8]>,
    side_table: UnsafeCell<Vec<SideEntry>>,
    /// Names functions made from this code; 0 when versions have run out.
    pub(crate) version: u32,
    /// Free variables.
    pub(crate) nfree: u32,
    /// The co_code object, once asked for.
    pub(crate) code_bytes: PyCell<Option<PyRef<PyBytes>>>,
    /// The code that the executed copy was made of, where that is not `original`.
    softened: Option<Box<[u8]>>,
    /// What monitoring tools want of this code, and when that was last looked at.
    pub(crate) monitoring: PyCell<Option<Box<CodeMonitoring>>>,
    pub(crate) monitoring_version: Cell<u64>,
}

/// The parts of a code object as Python has them.
pub struct CodeObjectParts {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: CodeFlags,
    pub code: Box<[u8]>,
    pub consts: Box<[PyObjectRef]>,
    pub names: Box<[PyRef<PyStr>]>,
    pub localsplusnames: Box<[PyRef<PyStr>]>,
    pub localspluskinds: Box<[LocalKind]>,
    pub filename: PyRef<PyStr>,
    pub name: PyRef<PyStr>,
    pub qualname: PyRef<PyStr>,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

impl CodeObjectParts {
    /// Code that is not known to be good: verified first (D12a).
    pub fn into_code(self, vm: &VirtualMachine) -> PyResult<PyRef<PyCode>> {
        use bytecode::verify::{Parts, verify};
        if self.localsplusnames.len() != self.localspluskinds.len() {
            return Err(
                vm.value_error("code: localsplusnames and localspluskinds differ in length")
            );
        }
        let verified = verify(&Parts {
            code: &self.code,
            consts: self.consts.len(),
            names: self.names.len(),
            localspluskinds: &self.localspluskinds,
            argcount: self.argcount,
            posonlyargcount: self.posonlyargcount,
            kwonlyargcount: self.kwonlyargcount,
            stacksize: self.stacksize,
            flags: self.flags,
            exceptiontable: &self.exceptiontable,
        })
        .map_err(|e| vm.value_error(format!("code: {e}")))?;
        if !verified.needs_checked_loads && !verified.needs_counted_loads {
            return Ok(self.into_trusted_code(vm));
        }
        let mut executed = self.code.clone();
        if !soften_loads(&mut executed, verified.needs_checked_loads) {
            return Err(vm.value_error("code: a local may be unbound where it is loaded"));
        }
        let copy = executable_copy(vm, &executed);
        Ok(self.build(vm, copy, Some(executed)))
    }

    /// Code that our own compiler made.
    pub fn into_trusted_code(self, vm: &VirtualMachine) -> PyRef<PyCode> {
        let copy = executable_copy(vm, &self.code);
        self.build(vm, copy, None)
    }

    fn build(
        self,
        vm: &VirtualMachine,
        executed: Box<[CodeUnit]>,
        softened: Option<Box<[u8]>>,
    ) -> PyRef<PyCode> {
        let consts = self.consts;
        let const_refs = consts.iter().map(|c| StackRef::from_borrowed(c.as_object())).collect();
        let intern = |names: Box<[PyRef<PyStr>]>| {
            names.iter().map(|n| vm.intern_str(n)).collect::<Box<[_]>>()
        };
        let nfree = self.localspluskinds.iter().filter(|k| k.contains(LocalKind::FREE)).count();
        vm.new_object(PyCode {
            argcount: self.argcount,
            posonlyargcount: self.posonlyargcount,
            kwonlyargcount: self.kwonlyargcount,
            stacksize: self.stacksize,
            frame_bytes: frame_bytes(self.localsplusnames.len(), self.stacksize),
            nlocalsplus: self.localsplusnames.len() as u32,
            flags: self.flags,
            consts,
            const_refs,
            names: intern(self.names),
            localsplusnames: intern(self.localsplusnames),
            localspluskinds: self.localspluskinds,
            filename: PyCell::new(self.filename),
            name: vm.intern_str(&self.name),
            qualname: vm.intern_str(&self.qualname),
            firstlineno: self.firstlineno,
            linetable: self.linetable,
            exceptiontable: self.exceptiontable,
            original: self.code,
            executed: UnsafeCell::new(executed),
            side_table: UnsafeCell::new(Vec::new()),
            version: vm.interp.new_keys_version(),
            exact_argc: exact_argc(self.argcount, self.kwonlyargcount, self.flags),
            nfree: nfree as u32,
            code_bytes: PyCell::new(None),
            softened,
            monitoring: PyCell::new(None),
            monitoring_version: Cell::new(0),
        })
    }
}

/// Turns uncounted loads into counted ones, and with `checked` single loads into checked
/// ones; false if a fused load stands in the way of that.
fn soften_loads(code: &mut [u8], checked: bool) -> bool {
    let mut at = 0;
    while at + 1 < code.len() {
        let Some(op) = Opcode::from_byte(code[at]) else { return false };
        let softer = match op {
            Opcode::LoadFast | Opcode::LoadFastBorrow if checked => Opcode::LoadFastCheck,
            Opcode::LoadFastBorrow => Opcode::LoadFast,
            Opcode::LoadFastLoadFast
            | Opcode::LoadFastBorrowLoadFastBorrow
            | Opcode::StoreFastLoadFast
                if checked =>
            {
                return false;
            }
            Opcode::LoadFastBorrowLoadFastBorrow => Opcode::LoadFastLoadFast,
            op => op,
        };
        code[at] = softer.byte();
        at += 2 * (1 + op.caches());
    }
    true
}

impl PyCode {
    /// `co_filename`.
    pub fn filename(&self) -> PyRef<PyStr> {
        self.filename.get()
    }

    /// Gives this code, and all below it of the same file, another file name
    /// (`_imp._fix_co_filename`).
    pub fn rename_file(&self, path: &Py<PyStr>) {
        let old = self.filename.get();
        if old.as_bytes() == path.as_bytes() {
            return;
        }
        let mut todo: Vec<PyRef<PyCode>> = Vec::new();
        let visit = |code: &PyCode, todo: &mut Vec<PyRef<PyCode>>| {
            if code.filename.get().as_bytes() != old.as_bytes() {
                return;
            }
            drop(code.filename.replace(path.to_ref()));
            todo.extend(
                code.consts
                    .iter()
                    .filter_map(|c| c.as_object().downcast::<PyCode>().map(Py::to_ref)),
            );
        };
        visit(self, &mut todo);
        while let Some(code) = todo.pop() {
            visit(&code, &mut todo);
        }
    }

    /// Free variables.
    pub fn nfree(&self) -> usize {
        self.nfree as usize
    }

    /// A code object from parts that the compiler made or the verifier accepted.
    pub fn from_raw(vm: &VirtualMachine, raw: &RawCode) -> PyRef<PyCode> {
        PyCode::from_raw_for(vm, raw, &|vm, c| constant(vm, c))
    }

    fn from_raw_for(
        vm: &VirtualMachine,
        raw: &RawCode,
        make: &dyn Fn(&VirtualMachine, &Const) -> PyObjectRef,
    ) -> PyRef<PyCode> {
        let consts: Box<[PyObjectRef]> = raw.consts.iter().map(|c| make(vm, c)).collect();
        PyCode::assemble(vm, raw, consts)
    }

    /// From raw parts whose constants are already objects.
    pub fn assemble(
        vm: &VirtualMachine,
        raw: &RawCode,
        consts: Box<[PyObjectRef]>,
    ) -> PyRef<PyCode> {
        let str_of = |s: &bytecode::RawStr| vm.interp.intern_bytes(vm, s.as_bytes());
        let const_refs = consts.iter().map(|c| StackRef::from_borrowed(c.as_object())).collect();
        let executed = executable_copy(vm, &raw.code);
        vm.new_object(PyCode {
            argcount: raw.argcount,
            posonlyargcount: raw.posonlyargcount,
            kwonlyargcount: raw.kwonlyargcount,
            stacksize: raw.stacksize,
            frame_bytes: frame_bytes(raw.localsplusnames.len(), raw.stacksize),
            nlocalsplus: raw.localsplusnames.len() as u32,
            flags: raw.flags,
            consts,
            const_refs,
            names: raw.names.iter().map(str_of).collect(),
            localsplusnames: raw.localsplusnames.iter().map(str_of).collect(),
            localspluskinds: raw.localspluskinds.clone().into(),
            filename: PyCell::new(str_of(&raw.filename)),
            name: str_of(&raw.name),
            qualname: str_of(&raw.qualname),
            firstlineno: raw.firstlineno,
            linetable: if vm.interp.settings.no_debug_ranges {
                bytecode::linetable::without_columns(&raw.linetable, raw.firstlineno)
            } else {
                raw.linetable.clone()
            },
            exceptiontable: raw.exceptiontable.clone(),
            original: raw.code.clone(),
            executed: UnsafeCell::new(executed),
            side_table: UnsafeCell::new(Vec::new()),
            version: vm.interp.new_keys_version(),
            exact_argc: exact_argc(raw.argcount, raw.kwonlyargcount, raw.flags),
            nfree: raw.localspluskinds.iter().filter(|k| k.contains(LocalKind::FREE)).count()
                as u32,
            code_bytes: PyCell::new(None),
            softened: None,
            monitoring: PyCell::new(None),
            monitoring_version: Cell::new(0),
        })
    }

    /// Words of a frame's window: localsplus and stack.
    #[inline(always)]
    pub fn window_words(&self) -> usize {
        (self.nlocalsplus + self.stacksize) as usize
    }

    /// Bytes of a frame: record and window.
    #[inline(always)]
    pub fn frame_bytes(&self) -> usize {
        self.frame_bytes
    }

    #[inline(always)]
    pub fn nlocalsplus(&self) -> usize {
        self.nlocalsplus as usize
    }

    #[inline(always)]
    pub fn stacksize(&self) -> usize {
        self.stacksize as usize
    }

    #[inline(always)]
    pub fn flags(&self) -> CodeFlags {
        self.flags
    }

    #[inline(always)]
    pub(crate) fn const_refs(&self) -> *const StackRef {
        self.const_refs.as_ptr()
    }

    pub fn consts(&self) -> &[PyObjectRef] {
        &self.consts
    }

    #[inline(always)]
    pub fn names(&self) -> &[PyRef<PyStr>] {
        &self.names
    }

    pub fn localsplusnames(&self) -> &[PyRef<PyStr>] {
        &self.localsplusnames
    }

    pub fn localspluskinds(&self) -> &[LocalKind] {
        &self.localspluskinds
    }

    #[inline(always)]
    pub(crate) fn first_instruction(&self) -> *const CodeUnit {
        // SAFETY: the box is never replaced; handlers write single units of it.
        unsafe { (*self.executed.get()).as_ptr() }
    }

    /// The code that is executed, before anything has specialised.
    pub(crate) fn base_code(&self) -> &[u8] {
        self.softened.as_deref().unwrap_or(&self.original)
    }

    /// The opcode that stands at a unit of the executed copy.
    pub(crate) fn executed_op(&self, unit: usize) -> Option<Opcode> {
        // SAFETY: single units are copied out.
        let u = unsafe { (&(*self.executed.get())).get(unit).copied() };
        Opcode::from_byte(u?.op())
    }

    /// Puts another form of an instruction into the executed copy (monitoring).
    pub(crate) fn set_executed_op(&self, unit: usize, op: Opcode) {
        // SAFETY: a single unit is written; handlers hold no reference to it.
        if let Some(u) = unsafe { (&mut (*self.executed.get())).get_mut(unit) } {
            u.0 = u.0 & 0xFF00 | u16::from(op.byte());
        }
    }

    /// Starts the count of an instruction anew.
    pub(crate) fn set_executed_cache(&self, unit: usize, cache: CodeUnit) {
        // SAFETY: as above.
        if let Some(u) = unsafe { (&mut (*self.executed.get())).get_mut(unit) } {
            *u = cache;
        }
    }

    /// Length in code units.
    pub fn unit_count(&self) -> usize {
        self.original.len() / 2
    }

    /// The instruction at a unit, as compiled.
    pub fn original_op(&self, unit: usize) -> Option<Opcode> {
        Opcode::from_byte(*self.original.get(unit * 2)?)
    }

    #[inline(always)]
    pub(crate) fn side_entry(&self, i: usize) -> SideEntry {
        // SAFETY: entries are copied in single steps; indices come from `add_side_entry`.
        unsafe { (&*self.side_table.get())[i] }
    }

    /// The new entry's index, if the table has room for it.
    pub(crate) fn add_side_entry(&self, e: SideEntry) -> Option<u16> {
        // SAFETY: as above.
        let t = unsafe { &mut *self.side_table.get() };
        let i = u16::try_from(t.len()).ok()?;
        t.push(e);
        Some(i)
    }

    /// Line number of a code unit; `None` for instructions without one.
    pub fn line_at(&self, unit: usize) -> Option<i32> {
        let e = bytecode::linetable::entries(&self.linetable, self.firstlineno)
            .find(|e| e.start <= unit && unit < e.end)?;
        (e.location.line >= 0).then_some(e.location.line)
    }

    /// A call with this many positional arguments fills the parameters one to one.
    #[inline(always)]
    pub fn takes_exactly(&self, argc: usize) -> bool {
        argc as i32 == self.exact_argc
    }

    /// How many parameters there are, if all can be given by position and nothing else can.
    #[inline(always)]
    pub fn plain_argcount(&self) -> Option<usize> {
        if self.exact_argc < 0 { None } else { Some(self.exact_argc as usize) }
    }

    pub fn has_code_flag(&self, f: CodeFlags) -> bool {
        self.flags.contains(f)
    }
}

fn frame_bytes(nlocalsplus: usize, stacksize: u32) -> usize {
    (FRAME_WORDS + nlocalsplus + stacksize as usize) * 8
}

fn exact_argc(argcount: u32, kwonlyargcount: u32, flags: CodeFlags) -> i32 {
    let simple =
        kwonlyargcount == 0 && !flags.intersects(CodeFlags::VARARGS.union(CodeFlags::VARKEYWORDS));
    if simple { argcount as i32 } else { -1 }
}

/// The bytes of code as units, with fresh inline caches.
fn executable_copy(vm: &VirtualMachine, code: &[u8]) -> Box<[CodeUnit]> {
    let mut units: Box<[CodeUnit]> =
        code.chunks_exact(2).map(|u| CodeUnit(u16::from_le_bytes([u[0], u[1]]))).collect();
    crate::interp::specialize::prepare(&mut units, &vm.interp.settings.stress);
    units
}

/// A constant as an object; strings that look like names are interned.
pub fn constant(vm: &VirtualMachine, c: &Const) -> PyObjectRef {
    match c {
        Const::None => PyObjectRef::none(),
        Const::True => PyObjectRef::from_bool(true),
        Const::False => PyObjectRef::from_bool(false),
        Const::Ellipsis => PyObjectRef::ellipsis(),
        Const::Int(v) => vm.new_int(*v),
        Const::BigInt { negative, magnitude } => {
            let mut words = Vec::with_capacity(magnitude.len() / 8 + 1);
            for chunk in magnitude.chunks(8) {
                let mut w = [0u8; 8];
                w[..chunk.len()].copy_from_slice(chunk);
                words.push(u64::from_le_bytes(w));
            }
            vm.new_bigint(num::BigInt::from_words(*negative, &words))
        }
        Const::Float(v) => vm.new_float(*v),
        Const::Complex(re, im) => vm.new_complex(*re, *im),
        Const::Str(s) => vm.constant_str(s.as_bytes()).into(),
        Const::Bytes(b) => vm.new_bytes(b).into(),
        Const::Tuple(items) => vm.new_tuple(items.iter().map(|c| constant(vm, c)).collect()).into(),
        Const::FrozenSet(items) => {
            let items: Vec<_> = items.iter().map(|c| constant(vm, c)).collect();
            crate::builtins::set::PySet::frozen_constant(vm, items).into()
        }
        Const::Slice(parts) => {
            let [a, b, c] = &**parts;
            let p = [constant(vm, a), constant(vm, b), constant(vm, c)];
            crate::builtins::slice::PySlice::create(vm, p).into()
        }
        Const::StopIteration => vm.exc().stop_iteration.clone().into(),
        Const::Code(raw) => PyCode::from_raw(vm, raw).into(),
    }
}

impl VirtualMachine {
    /// A string constant: interned when it could be a name, as CPython does.
    pub fn constant_str(&self, bytes: &[u8]) -> PyRef<PyStr> {
        if bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            self.interp.intern_bytes(self, bytes)
        } else {
            self.new_str_bytes(bytes)
        }
    }
}

impl Traverse for PyCode {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.consts.traverse(visit);
    }
}
