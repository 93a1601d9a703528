//! Inline caches: how the executed copy begins, and how instructions specialise.
//!
//! The first cache unit of an instruction counts down: at 0 its general handler looks for a
//! special form, rewrites the opcode in the executed copy, and fills the caches.  A special
//! form whose guard fails goes to the general handler, whose count then decides when to look
//! again.  Cached pointers are not counted; a version guards each (D12).
//!
//! CPython's layouts are kept where they fit:
//!
//! ```text
//!   LOAD_GLOBAL  counter | index | keys version (2)           from the globals
//!                counter | side entry {both versions, index}  from the builtins
//!   LOAD_ATTR    counter | type version (2) | byte offset, or dict index (1)
//!                        | dict keys version (1..2) | value, uncounted (4)
//!   STORE_ATTR   counter | type version (2) | byte offset, or shared index
//!                polymorphic: counter | ... | key of the attribute cache (5..8)
//!   BINARY_OP    counter | type version (2)                   of `__getitem__` in Python
//!   CALL         counter | type version (2)
//!   LOAD_SUPER_ATTR  counter, or in the special form a side entry {both versions, value}
//! ```

use super::cursor::Cursor;
use crate::builtins::code::SideEntry;
use crate::builtins::descriptors::PyMethodDescriptor;
use crate::builtins::descriptors::attribute::{Member, PyMemberDescriptor};
use crate::builtins::dict::iter::PyDictItemIter;
use crate::builtins::enumerate::PyEnumerate;
use crate::builtins::function::PyFunction;
use crate::builtins::generator::{PyCoroutine, PyGenerator};
use crate::builtins::list::iter::PyListIter;
use crate::builtins::method::PyMethod;
use crate::builtins::module::PyModule;
use crate::builtins::native_function::PyNativeFunction;
use crate::builtins::property::PyProperty;
use crate::builtins::range::iter::PyRangeIter;
use crate::builtins::str::iter::PyStrAsciiIterator;
use crate::builtins::super_;
use crate::builtins::tuple::iter::PyTupleIter;
use crate::builtins::zip::PyZip;
use crate::frame::CodeUnit;
use crate::interpreter::Stress;
use crate::object::inline_values::Instance;
use crate::prelude::*;
use crate::types::attr_cache::attr_key;
use bytecode::{CodeFlags, Opcode, oparg};

/// Executions before an instruction first looks for a special form.
const WARM_UP: u16 = 1;
/// General executions after a failed attempt, and misses a special form may have.
const BACK_OFF: u16 = 127;
const MISSES: u16 = 31;

/// Readies a fresh copy of verified code for execution: counters start, operators take
/// their own handlers, comparisons join the jump behind them.
pub fn prepare(units: &mut [CodeUnit], stress: &Stress) {
    let warm_up = if stress.specialize_at_once { 0 } else { WARM_UP };
    let mut i = 0;
    let mut extended = false;
    while i < units.len() {
        let Some(op) = Opcode::from_byte(units[i].op()) else { return };
        let caches = op.caches();
        let arg = units[i].arg();
        if caches > 0 && i + caches < units.len() {
            units[i + 1] = CodeUnit(warm_up);
        }
        if !extended {
            let better = match op {
                Opcode::BinaryOp => binary_form(arg),
                Opcode::CompareOp if arg & oparg::CompareOp::TO_BOOL != 0 => {
                    match units.get(i + 1 + caches).and_then(|u| Opcode::from_byte(u.op())) {
                        Some(Opcode::PopJumpIfFalse) => Opcode::CompareOpJumpIfFalse,
                        Some(Opcode::PopJumpIfTrue) => Opcode::CompareOpJumpIfTrue,
                        _ => op,
                    }
                }
                Opcode::LoadFastBorrow => match units.get(i + 1).map(|u| (u.op(), u.arg())) {
                    Some((next, _)) if next == Opcode::LoadSmallInt.byte() => {
                        Opcode::LoadFastSmallInt
                    }
                    Some((next, arg)) if next == Opcode::LoadAttr.byte() && arg & 1 == 0 => {
                        Opcode::LoadFastAttr
                    }
                    _ => op,
                },
                op => op,
            };
            units[i] = CodeUnit((units[i].0 & 0xFF00) | u16::from(better.byte()));
        }
        extended = op == Opcode::ExtendedArg;
        i += 1 + caches;
    }
}

fn binary_form(arg: u32) -> Opcode {
    match oparg::BinaryOp::from_oparg(arg).map(|op| op.plain()) {
        Some(oparg::BinaryOp::Add) => Opcode::BinaryOpAdd,
        Some(oparg::BinaryOp::Subtract) => Opcode::BinaryOpSubtract,
        Some(oparg::BinaryOp::Multiply) => Opcode::BinaryOpMultiply,
        Some(oparg::BinaryOp::TrueDivide) => Opcode::BinaryOpTrueDivide,
        Some(oparg::BinaryOp::Subscr) => Opcode::BinaryOpSubscript,
        _ => Opcode::BinaryOp,
    }
}

impl Cursor {
    /// Counts a general execution; true when it is time to look for a special form.
    #[inline(always)]
    pub fn tick(&self) -> bool {
        let n = self.cache(0);
        self.set_cache(0, n.wrapping_sub(1));
        n == 0
    }

    /// Rewrites the opcode if a form was found, and sets the counter for the next look.
    fn settle(&self, form: Option<Opcode>) -> bool {
        let stress = &self.vm().interp.settings.stress;
        let form = form.filter(|_| !stress.specialize_never);
        self.set_cache(0, if form.is_some() { MISSES } else { BACK_OFF });
        if self.is_instrumented() {
            return false;
        }
        // Without a new form the old one must go too: its caches may have been written.
        let op = form.or_else(|| Opcode::from_byte(self.peek_unit(0).op()).map(Opcode::deopt));
        if let Some(op) = op {
            self.set_op(op);
        }
        form.is_some()
    }
}

/// LOAD_GLOBAL; true when the opcode has changed.
#[cold]
pub fn load_global(c: &Cursor, name: &Py<PyStr>) -> bool {
    c.settle(load_global_form(c, name))
}

fn keys_version(vm: &VirtualMachine, d: &PyDict) -> Option<u32> {
    let t = d.table();
    if t.keys_version() == 0 {
        t.set_keys_version(vm.interp.new_keys_version());
    }
    Some(t.keys_version()).filter(|v| *v != 0)
}

fn load_global_form(c: &Cursor, name: &Py<PyStr>) -> Option<Opcode> {
    let vm = c.vm();
    let globals = c.globals();
    if !globals.table().has_str_keys() {
        return None;
    }
    if let Some(i) = globals.table().find_str(name.hash(), name) {
        c.set_cache(1, u16::try_from(i).ok()?);
        c.set_cache32(2, keys_version(vm, globals)?);
        return Some(Opcode::LoadGlobalModule);
    }
    let builtins = c.builtins();
    if !builtins.table().has_str_keys() {
        return None;
    }
    let i = builtins.table().find_str(name.hash(), name)?;
    let entry =
        SideEntry { a: keys_version(vm, globals)?, b: keys_version(vm, builtins)?, c: i as u64 };
    let at = c.code().add_side_entry(entry)?;
    c.set_cache(1, at);
    Some(Opcode::LoadGlobalBuiltin)
}

/// LOAD_ATTR; true when the opcode has changed.
#[cold]
pub fn load_attr(c: &Cursor, obj: PyObject<'_>, name: &Py<PyStr>, method: bool) -> bool {
    let before = c.peek_unit(0).op();
    let known = c.cache32(1);
    let form = load_attr_form(c, obj, name, method);
    // A second special form on one site: it sees many types, unless the one it saw has changed.
    let many = before != Opcode::LoadAttr.byte()
        && form.is_some_and(is_kept_by_attr_cache)
        && obj.class(c.vm()).former_version.get() != known;
    if many {
        c.set_cache64(5, attr_key(name, method));
    }
    c.settle(if many { Some(Opcode::LoadAttrPolymorphic) } else { form })
}

/// Forms that depend on the type's version alone.
fn is_kept_by_attr_cache(form: Opcode) -> bool {
    matches!(
        form,
        Opcode::LoadAttrInstanceValue
            | Opcode::LoadAttrSlot
            | Opcode::LoadAttrMethodWithValues
            | Opcode::LoadAttrMethodNoDict
            | Opcode::LoadAttrNondescriptorWithValues
            | Opcode::LoadAttrNondescriptorNoDict
    )
}

/// Teaches the attribute cache what a site that sees many types has met; true if there was
/// something to learn.
#[cold]
pub fn load_attr_polymorphic(
    c: &Cursor,
    obj: PyObject<'_>,
    name: &Py<PyStr>,
    method: bool,
) -> bool {
    // The form's parts pass through the site's inline caches, which keep only the key.
    let form = load_attr_form(c, obj, name, method).filter(|f| is_kept_by_attr_cache(*f));
    let key = attr_key(name, method);
    if let Some(form) = form {
        let field = matches!(form, Opcode::LoadAttrInstanceValue | Opcode::LoadAttrSlot);
        let value = if field { 0 } else { c.cache64(5) };
        c.vm().interp.attr_cache.put(obj.class(c.vm()), key, form, c.cache(3), value);
    }
    c.set_cache64(5, key);
    form.is_some()
}

fn load_attr_form(c: &Cursor, obj: PyObject<'_>, name: &Py<PyStr>, method: bool) -> Option<Opcode> {
    let vm = c.vm();
    // Guards look at headers, which immediates do not have.
    if !name.is_interned() || !obj.is_heap() {
        return None;
    }
    if let Some(m) = obj.downcast::<PyModule>() {
        return load_module_attr_form(c, m, name);
    }
    if let Some(cls) = obj.downcast::<PyType>() {
        return load_class_attr_form(c, cls, name);
    }
    let typ = obj.class(vm);
    if !typ.has_flags(TypeFlags::GENERIC_GETATTR) {
        return None;
    }
    let found = typ.lookup(vm, name);
    let version = typ.assign_version(vm);
    if version == 0 {
        return None;
    }
    c.set_cache32(1, version);
    let inst = obj.instance();
    let inline = inst.filter(|i| i.inline_valid());
    let has_dict = typ.has_flags(TypeFlags::HAS_DICT);
    match found {
        None if inst.is_some_and(|i| i.has_ext_dict()) => {
            c.set_cache(3, ext_dict_index(inst?, name)?);
            Some(Opcode::LoadAttrWithHint)
        }
        None => {
            let i = inline.and_then(|_| typ.shared_key_index(name))?;
            let at = typ.layout.inline_at as usize + 8 + i * 8;
            c.set_cache(3, u16::try_from(at).ok()?);
            Some(Opcode::LoadAttrInstanceValue)
        }
        Some(d) => {
            let dtype = d.class(vm);
            if let Some(at) = member_offset(d.as_object(), typ) {
                c.set_cache(3, u16::try_from(at).ok()?);
                return Some(Opcode::LoadAttrSlot);
            }
            if let Some(p) = d.as_object().downcast_exact::<PyProperty>(vm.type_of::<PyProperty>())
            {
                let getter = PyProperty::getter_function(p)?;
                if method || !getter.code_ref().takes_exactly(1) {
                    return None;
                }
                c.set_cache64(5, d.bits());
                return Some(Opcode::LoadAttrProperty);
            }
            if dtype.slots.descr_set.get().is_some() {
                return None;
            }
            let is_method = dtype.has_flags(TypeFlags::METHOD_DESCRIPTOR);
            if is_method != method || (!is_method && dtype.slots.descr_get.get().is_some()) {
                return None;
            }
            // The instance itself must not have the name: either it cannot, or its class
            // has not learnt it and its dict has not been made.
            let lazy =
                typ.has_flags(TypeFlags::MANAGED_DICT) && inst.is_some_and(|i| !i.has_ext_dict());
            if has_dict && (!lazy || typ.shared_key_index(name).is_some()) {
                return None;
            }
            c.set_cache64(5, d.bits());
            Some(match (method, has_dict) {
                (true, true) => Opcode::LoadAttrMethodWithValues,
                (true, false) => Opcode::LoadAttrMethodNoDict,
                (false, true) => Opcode::LoadAttrNondescriptorWithValues,
                (false, false) => Opcode::LoadAttrNondescriptorNoDict,
            })
        }
    }
}

/// Where the instance's own dict has the name.
fn ext_dict_index(inst: Instance<'_>, name: &Py<PyStr>) -> Option<u16> {
    let dict = inst.ext_dict()?;
    if !dict.table().has_str_keys() {
        return None;
    }
    u16::try_from(dict.table().find_str(name.hash(), name)?).ok()
}

/// The byte offset of a `__slots__` member, if `d` is its descriptor for `typ`.
fn member_offset(d: PyObject<'_>, typ: &Py<PyType>) -> Option<u32> {
    let d = d.downcast::<PyMemberDescriptor>()?;
    match d.member {
        Member::Slot(at) if typ.is_subtype(&d.objclass) => Some(at),
        _ => None,
    }
}

/// An entry of a module's dict that nothing on the module type hides.
fn load_module_attr_form(c: &Cursor, m: &Py<PyModule>, name: &Py<PyStr>) -> Option<Opcode> {
    let vm = c.vm();
    if !std::ptr::eq(m.class(), vm.type_of::<PyModule>()) || m.class().lookup(vm, name).is_some() {
        return None;
    }
    let table = m.dict().table();
    if !table.has_str_keys() {
        return None;
    }
    let i = table.find_str(name.hash(), name)?;
    c.set_cache32(1, keys_version(vm, m.dict())?);
    c.set_cache(3, u16::try_from(i).ok()?);
    Some(Opcode::LoadAttrModule)
}

/// An attribute of a class, found along its MRO and left as it is by `__get__(None, cls)`.
fn load_class_attr_form(c: &Cursor, cls: &Py<PyType>, name: &Py<PyStr>) -> Option<Opcode> {
    let vm = c.vm();
    let meta = cls.class();
    // Only plain classes: a metaclass could have its own attribute or lookup.
    if !std::ptr::eq(meta, vm.types().type_.as_ptr()) || meta.lookup(vm, name).is_some() {
        return None;
    }
    let d = cls.lookup(vm, name)?;
    let dtype = d.class(vm);
    let function = d.as_object().downcast::<PyFunction>().is_some();
    if !function && dtype.slots.descr_get.get().is_some() {
        return None;
    }
    let version = cls.assign_version(vm);
    if version == 0 {
        return None;
    }
    c.set_cache32(1, version);
    c.set_cache64(5, d.bits());
    Some(Opcode::LoadAttrClass)
}

/// STORE_ATTR; true when the opcode has changed.
#[cold]
pub fn store_attr(c: &Cursor, obj: PyObject<'_>, name: &Py<PyStr>) -> bool {
    c.settle(store_attr_form(c, obj, name))
}

fn store_attr_form(c: &Cursor, obj: PyObject<'_>, name: &Py<PyStr>) -> Option<Opcode> {
    let vm = c.vm();
    let typ = obj.class(vm);
    if !name.is_interned() || !typ.has_flags(TypeFlags::GENERIC_SETATTR) {
        return None;
    }
    let found = typ.lookup(vm, name);
    if let Some(d) = &found {
        let at = member_offset(d.as_object(), typ)?;
        let version = typ.assign_version(vm);
        c.set_cache32(1, version);
        c.set_cache(3, u16::try_from(at).ok()?);
        return (version != 0).then_some(Opcode::StoreAttrSlot);
    }
    let inst = obj.instance()?;
    if inst.has_ext_dict() {
        c.set_cache(3, ext_dict_index(inst, name)?);
        let version = typ.assign_version(vm);
        c.set_cache32(1, version);
        return (version != 0).then_some(Opcode::StoreAttrWithHint);
    }
    if !inst.inline_valid() {
        return None;
    }
    let i = typ.learn_shared_key(vm, name)?;
    let version = typ.assign_version(vm);
    c.set_cache32(1, version);
    c.set_cache(3, i as u16);
    (version != 0).then_some(Opcode::StoreAttrInstanceValue)
}

/// LOAD_SUPER_ATTR of a method; true when the opcode has changed.  Its one cache unit counts
/// in the general form, and names a side entry in the special one.
#[cold]
pub fn load_super_attr(
    c: &Cursor,
    sup: PyObject<'_>,
    cls: PyObject<'_>,
    this: PyObject<'_>,
    name: &Py<PyStr>,
) -> bool {
    let entry = super_entry(c, sup, cls, this, name).and_then(|e| c.code().add_side_entry(e));
    let free = !c.is_instrumented() && !c.vm().interp.settings.stress.specialize_never;
    match entry.filter(|_| free) {
        Some(at) => {
            c.set_op(Opcode::LoadSuperAttrMethod);
            c.set_cache(0, at);
            true
        }
        None => {
            c.set_cache(0, BACK_OFF);
            false
        }
    }
}

fn super_entry(
    c: &Cursor,
    sup: PyObject<'_>,
    cls: PyObject<'_>,
    this: PyObject<'_>,
    name: &Py<PyStr>,
) -> Option<SideEntry> {
    let vm = c.vm();
    let cls = cls.downcast_exact::<PyType>(&vm.types().type_)?;
    let typ = this.class(vm);
    if !super_::is_super_type(vm, sup)
        || typ.has_flags(TypeFlags::TYPE_SUBCLASS)
        || !typ.is_subtype(cls)
        || name.is(&vm.names().__class__)
    {
        return None;
    }
    let (found, _) = super_::lookup_after(vm, typ, cls, name)?;
    if !found.class(vm).has_flags(TypeFlags::METHOD_DESCRIPTOR) {
        return None;
    }
    let (a, b) = (typ.assign_version(vm), cls.assign_version(vm));
    (a != 0 && b != 0).then_some(SideEntry { a, b, c: found.bits() })
}

impl Cursor {
    /// A special form of LOAD_SUPER_ATTR whose guard has failed is given up.
    pub fn give_up_super_form(&self) {
        if self.peek_unit(0).op() == Opcode::LoadSuperAttrMethod.byte() {
            self.set_op(Opcode::LoadSuperAttr);
            self.set_cache(0, BACK_OFF);
        }
    }
}

/// CALL with `argc` arguments, self included; true when the opcode has changed.
#[cold]
pub fn call(c: &Cursor, callee: PyObject<'_>, argc: usize) -> bool {
    c.settle(call_form(c, callee, argc))
}

fn call_form(c: &Cursor, callee: PyObject<'_>, argc: usize) -> Option<Opcode> {
    let vm = c.vm();
    if let Some(f) = callee.downcast::<PyFunction>() {
        if f.code_ref().takes_exactly(argc) {
            let generator = CodeFlags::GENERATOR | CodeFlags::COROUTINE;
            return Some(if f.code_ref().flags().intersects(generator) {
                Opcode::CallGenerator
            } else {
                Opcode::CallPyExactArgs
            });
        }
        return c.defaults_behind(f, argc).map(|_| Opcode::CallPyGeneral);
    }
    if let Some(cls) = callee.downcast::<PyType>() {
        return call_class_form(c, cls, argc);
    }
    let callables = &vm.interp.callables;
    if callee.downcast_exact::<PyMethodDescriptor>(vm.type_of::<PyMethodDescriptor>()).is_some() {
        let append = callables.list_append.get() == callee.bits() && argc == 2;
        return Some(if append {
            Opcode::CallListAppend
        } else {
            Opcode::CallMethodDescriptorFast
        });
    }
    if callee.downcast_exact::<PyNativeFunction>(vm.type_of::<PyNativeFunction>()).is_some() {
        return Some(match (callee.bits(), argc) {
            (f, 1) if f == callables.len.get() => Opcode::CallLen,
            (f, 2) if f == callables.isinstance.get() => Opcode::CallIsinstance,
            _ => Opcode::CallBuiltinFast,
        });
    }
    None
}

/// `type(x)`, or `C(...)`: with `object.__new__` and an `__init__` written in Python, or any.
fn call_class_form(c: &Cursor, cls: &Py<PyType>, argc: usize) -> Option<Opcode> {
    let vm = c.vm();
    if cls.is(&vm.types().type_) && argc == 1 {
        return Some(Opcode::CallType1);
    }
    if !std::ptr::eq(cls.class(), vm.types().type_.as_ptr()) {
        return None;
    }
    let Some(init) = python_init(vm, cls, argc) else { return Some(Opcode::CallBuiltinClass) };
    let version = cls.assign_version(vm);
    if version == 0 {
        return Some(Opcode::CallBuiltinClass);
    }
    cls.cached_init.set(init.as_ptr() as usize);
    c.set_cache32(1, version);
    Some(Opcode::CallClass)
}

/// The `__init__` of a class with `object.__new__`, if it is a function that takes so many
/// arguments.
fn python_init(vm: &VirtualMachine, cls: &Py<PyType>, argc: usize) -> Option<PyRef<PyFunction>> {
    if !crate::types::makes_plain_instances(vm, cls) {
        return None;
    }
    let init = cls.lookup(vm, &vm.names().__init__)?.downcast::<PyFunction>().ok()?;
    init.code_ref().takes_exactly(argc + 1).then_some(init)
}

/// CALL of a bound method; true when the opcode has changed.
#[cold]
pub fn call_bound_method(c: &Cursor, m: &PyMethod, argc: usize) -> bool {
    let form = match m.function.as_object().downcast::<PyFunction>() {
        Some(f) if f.code_ref().takes_exactly(argc + 1) => Some(Opcode::CallBoundMethodExactArgs),
        _ => None,
    };
    c.settle(form)
}

/// BINARY_OP; true when the opcode has changed.
#[cold]
pub fn binary_op(c: &Cursor, a: PyObject<'_>) -> bool {
    let plain = binary_form(c.oparg());
    let now = c.peek_unit(0).op();
    c.settle(Some(binary_op_form(c, a).unwrap_or(plain)));
    c.peek_unit(0).op() != now
}

fn binary_op_form(c: &Cursor, a: PyObject<'_>) -> Option<Opcode> {
    let vm = c.vm();
    match binary_form(c.oparg()) {
        Opcode::BinaryOpSubscript => {}
        Opcode::BinaryOpAdd if a.exact::<PyStr>().is_some() => {
            return Some(Opcode::BinaryOpAddUnicode);
        }
        _ => return None,
    }
    if a.is_type(&vm.types().dict) {
        return Some(Opcode::BinaryOpSubscrDict);
    }
    let typ = a.class(vm);
    if !typ.has_flags(TypeFlags::HEAP) {
        return None;
    }
    let getitem = typ.lookup(vm, &vm.names().__getitem__)?;
    let getitem = getitem.as_object().downcast::<PyFunction>()?;
    let version = typ.assign_version(vm);
    if version == 0 || !getitem.code_ref().takes_exactly(2) {
        return None;
    }
    c.set_cache32(1, version);
    Some(Opcode::BinaryOpSubscrGetitem)
}

/// SEND; true when the opcode has changed.
#[cold]
pub fn send(c: &Cursor, receiver: PyObject<'_>) -> bool {
    let vm = c.vm();
    let generator = receiver.is_type(vm.type_of::<PyGenerator>())
        || receiver.is_type(vm.type_of::<PyCoroutine>());
    c.settle(generator.then_some(Opcode::SendGen))
}

/// FOR_ITER; true when the opcode has changed.
#[cold]
pub fn for_iter(c: &Cursor, it: PyObject<'_>) -> bool {
    let form = if it.downcast::<PyListIter>().is_some() {
        Some(Opcode::ForIterList)
    } else if it.downcast::<PyTupleIter>().is_some() {
        Some(Opcode::ForIterTuple)
    } else if it.downcast::<PyRangeIter>().is_some() {
        Some(Opcode::ForIterRange)
    } else if it.downcast::<PyStrAsciiIterator>().is_some() {
        Some(Opcode::ForIterStr)
    } else if it.exact::<PyGenerator>().is_some() {
        Some(Opcode::ForIterGen)
    } else if it.exact::<PyEnumerate>().is_some()
        || it.exact::<PyDictItemIter>().is_some()
        || it.exact::<PyZip>().is_some_and(|z| z.gives_pairs())
    {
        Some(Opcode::ForIterPair)
    } else {
        None
    };
    c.settle(form)
}

/// UNPACK_SEQUENCE; true when the opcode has changed.
#[cold]
pub fn unpack_sequence(c: &Cursor, v: PyObject<'_>) -> bool {
    let types = c.vm().types();
    let form = if v.is_type(&types.tuple) {
        Some(Opcode::UnpackSequenceTuple)
    } else if v.is_type(&types.list) {
        Some(Opcode::UnpackSequenceList)
    } else {
        None
    };
    c.settle(form)
}

/// STORE_SUBSCR; true when the opcode has changed.
#[cold]
pub fn store_subscr(c: &Cursor, container: PyObject<'_>, key: PyObject<'_>) -> bool {
    let types = c.vm().types();
    let form = if container.is_type(&types.list) && key.small_int().is_some() {
        Some(Opcode::StoreSubscrListInt)
    } else if container.is_type(&types.dict) {
        Some(Opcode::StoreSubscrDict)
    } else {
        None
    };
    c.settle(form)
}
