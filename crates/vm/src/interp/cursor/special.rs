//! The cursor's steps for special forms: guards on cached facts, and what they allow.

use super::generators::exchange_handled;
use super::{Cursor, Next};
use crate::builtins::function::PyFunction;
use crate::builtins::generator::{self, GenState};
use crate::builtins::list::iter::PyListIter;
use crate::builtins::list::{LIST, PyList};
use crate::builtins::module::PyModule;
use crate::builtins::object::PyBaseObject;
use crate::builtins::range::iter::PyRangeIter;
use crate::builtins::str::PyStr;
use crate::builtins::str::iter::PyStrAsciiIterator;
use crate::builtins::tuple::iter::PyTupleIter;
use crate::builtins::tuple::{PyTuple, TUPLE};
use crate::frame::{CodePtr, InterpreterFrame, Owner};
use crate::object::header::Header;
use crate::object::inline_values;
use crate::object::{Py, PyObject, PyObjectRef, PyPayload, PyRef, StackRef, word};
use crate::types::{PyType, TypeSpec};
use crate::vm::PyResult;
use bytecode::CodeFlags;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// Functions whose calls give an object and run later.
const GENERATORS: CodeFlags =
    CodeFlags::GENERATOR.union(CodeFlags::COROUTINE).union(CodeFlags::ASYNC_GENERATOR);

/// The type of a heap word; `None` for immediates and NULL.
#[inline(always)]
pub(super) fn heap_type<'s>(v: StackRef) -> Option<&'s Py<PyType>> {
    let w = v.bits() & !1;
    // Neither NULL, which wraps, nor an immediate.
    if w.wrapping_sub(1) >= (1 << 48) - 1 {
        return None;
    }
    let h: *const Header = std::ptr::with_exposed_provenance(w as usize);
    // SAFETY: a window's heap word names a live object, which keeps its type alive.
    Some(unsafe { &*(*h).type_ptr().as_ptr() })
}

#[inline(always)]
pub(super) fn is_exactly(v: StackRef, spec: &'static TypeSpec) -> bool {
    // No closures here or below: at low optimisation levels what they capture would get an
    // address, and the handler could not end in a jump.
    match heap_type(v) {
        Some(t) => match t.own_spec() {
            Some(s) => std::ptr::eq(s, spec),
            None => false,
        },
        None => false,
    }
}

/// # Safety
/// The word's object is of the static type of `T`.
#[inline(always)]
pub(super) unsafe fn payload<'s, T: PyPayload>(v: StackRef) -> &'s Py<T> {
    let p: *const Py<T> = std::ptr::with_exposed_provenance(v.bits() as usize & !1);
    // SAFETY: by the contract; the window keeps the object.
    unsafe { &*p }
}

impl Cursor {
    /// Replaces the top `n` words, which hold nothing counted, by an immediate.
    #[inline(always)]
    pub fn give_immediate(&mut self, n: usize, w: u64, units: usize) -> Next {
        self.forget(n - 1);
        self.poke(0, StackRef::from_immediate(w));
        self.advance(units);
        Next::Go
    }

    /// True when releasing the word is a decrement at most.
    #[inline(always)]
    pub fn is_light(&self, v: StackRef) -> bool {
        v.is_light()
    }

    /// Passes over the NOT_TAKEN that stands behind most conditional jumps.
    #[inline(always)]
    pub fn skip_not_taken(&mut self) {
        let skip = self.peek_unit(0).op() == bytecode::Opcode::NotTaken.byte();
        self.advance(skip as usize);
    }

    /// The inline value that the LOAD_ATTR behind this instruction reads from `v`, counted.
    #[inline(always)]
    pub fn next_instance_value(&self, v: StackRef) -> Option<StackRef> {
        // The caches of the next instruction lie one unit further than our own would.
        if !self.has_type_version(v, self.cache32(2)) {
            return None;
        }
        let w = self.field(v, self.cache(4) as usize);
        if w.is_null() { None } else { Some(w.counted_copy()) }
    }

    /// Item `i` (negative: from the end) of an exact list or tuple that survives its use.
    #[inline(always)]
    pub fn sequence_item(&self, v: StackRef, i: i64) -> Option<PyObjectRef> {
        if !self.is_light(v) {
            return None;
        }
        // SAFETY: the exact types were checked.
        unsafe {
            if is_exactly(v, &LIST) {
                let l = payload::<PyList>(v);
                let at = if i < 0 { i + l.len() as i64 } else { i };
                return l.items().get(usize::try_from(at).ok()?);
            }
            if is_exactly(v, &TUPLE) {
                let t = payload::<PyTuple>(v);
                let at = if i < 0 { i + t.len() as i64 } else { i };
                return t.as_slice().get(usize::try_from(at).ok()?).cloned();
            }
        }
        None
    }

    /// Character `i` (negative: from the end) of an exact ASCII str that survives its use.
    #[inline(always)]
    pub fn ascii_char(&self, v: StackRef, i: i64) -> Option<PyObjectRef> {
        if !is_exactly(v, PyStr::SPEC) || !self.is_light(v) {
            return None;
        }
        // SAFETY: checked.
        let s = unsafe { payload::<PyStr>(v) };
        if !s.is_ascii() {
            return None;
        }
        let bytes = s.as_bytes();
        let at = if i < 0 { i + bytes.len() as i64 } else { i };
        let b = *bytes.get(usize::try_from(at).ok()?)?;
        Some(self.vm().interp.chars.get()?.latin1.get(b as usize)?.clone().into())
    }

    /// Gives a subscript's result in place of container and (immediate) key.
    #[inline(always)]
    pub fn give_subscript(&mut self, v: PyObjectRef) -> Next {
        self.forget(1);
        let container = self.peek(0);
        self.poke(0, StackRef::from_owned(v));
        container.release_light();
        self.advance(crate::interp::ops::units::BINARY_OP);
        Next::Go
    }

    /// Stores into item `i` of an exact list; the old item comes back.
    #[inline(always)]
    pub fn replace_list_item(&self, v: StackRef, i: i64, value: StackRef) -> Option<StackRef> {
        if !self.is_light(v) || !is_exactly(v, &LIST) {
            return None;
        }
        // SAFETY: checked.
        let l = unsafe { payload::<PyList>(v) };
        let at = if i < 0 { i + l.len() as i64 } else { i };
        let at = usize::try_from(at).ok()?;
        if at >= l.len() {
            return None;
        }
        l.items().replace(at, value.into_owned()).map(StackRef::from_owned)
    }

    /// The guard of attribute caches: a heap object whose type has this version.
    #[inline(always)]
    pub fn has_type_version(&self, v: StackRef, version: u32) -> bool {
        match heap_type(v) {
            Some(t) => t.version.get() == version,
            None => false,
        }
    }

    /// The guard of class attributes: a type object that itself has this version.
    #[inline(always)]
    pub fn is_class_of_version(&self, v: StackRef, version: u32) -> bool {
        // Only type objects have specs that derive from `type`'s; the plain metaclass is
        // the only one that is cached for.
        is_exactly(v, &crate::types::TYPE) && {
            // SAFETY: checked.
            unsafe { payload::<PyType>(v) }.version.get() == version
        }
    }

    #[inline(always)]
    pub fn class_of_word<'s>(&self, v: StackRef) -> &'s Py<PyType> {
        debug_assert!(is_exactly(v, &crate::types::TYPE));
        // SAFETY: guarded by `is_class_of_version`.
        unsafe { payload::<PyType>(v) }
    }

    #[inline(always)]
    pub fn has_ext_dict(&self, v: StackRef) -> bool {
        // The EXT prefix's dict word; only types with a managed dict are asked.
        let p: *const u64 = std::ptr::with_exposed_provenance((v.bits() as usize & !1) - 32);
        // SAFETY: the guarded type has MANAGED_DICT, and so the EXT prefix.
        unsafe { *p != 0 }
    }

    /// The word at a byte offset of a guarded instance: a member or inline value.
    #[inline(always)]
    pub fn field(&self, v: StackRef, at: usize) -> StackRef {
        let p: *const StackRef = std::ptr::with_exposed_provenance((v.bits() as usize & !1) + at);
        // SAFETY: the type's version proves that the cached offset is a word of its
        // instances.
        unsafe { *p }
    }

    /// Stores into a member of a guarded instance; the old word comes back.
    #[inline(always)]
    pub fn replace_field(&self, v: StackRef, at: usize, value: StackRef) -> StackRef {
        let p: *mut StackRef = std::ptr::with_exposed_provenance_mut((v.bits() as usize & !1) + at);
        // SAFETY: as in `field`.
        unsafe {
            let old = *p;
            *p = StackRef::from_owned(value.into_owned());
            old
        }
    }

    /// Stores into inline value `i` of a guarded instance; `None` when the values have
    /// moved to a dict.
    #[inline(always)]
    pub fn replace_inline(&self, v: StackRef, i: usize, value: StackRef) -> Option<StackRef> {
        let base = v.bits() as usize & !1;
        let typ = heap_type(v)?;
        let head: *const u8 =
            std::ptr::with_exposed_provenance(base + typ.layout.inline_at as usize);
        let slot = head.wrapping_add(8 + i * 8) as *mut StackRef;
        // SAFETY: the type's version proves that `i` is one of its inline values.  A set
        // value is replaced in place; an unset one must also enter the insertion order.
        unsafe {
            if !(*slot).is_null() {
                let old = *slot;
                *slot = StackRef::from_owned(value.into_owned());
                return Some(old);
            }
        }
        let layout = &typ.layout;
        // SAFETY: as above.
        let used = unsafe { inline_values::values_set(base, layout) }?;
        // SAFETY: the values are in use, and `i` was not among them.
        unsafe {
            inline_values::note_set(base, layout, used, i as u8);
            *slot = StackRef::from_owned(value.into_owned());
        }
        Some(StackRef::NULL)
    }

    /// The object a cache remembers; its guard has just held.
    #[inline(always)]
    pub fn cached_object<'s>(&self, i: usize) -> PyObject<'s> {
        let p = std::ptr::with_exposed_provenance_mut(self.cache64(i) as usize);
        // SAFETY: the version that was checked belongs to a type whose dict holds the
        // object; words are not 0.
        unsafe { PyObject::from_raw(NonNull::new_unchecked(p), PhantomData) }
    }

    /// The object a side entry remembers; its guard has just held.
    #[inline(always)]
    pub fn object_of_bits<'s>(&self, bits: u64) -> PyObject<'s> {
        let p = std::ptr::with_exposed_provenance_mut(bits as usize);
        // SAFETY: as in `cached_object`.
        unsafe { PyObject::from_raw(NonNull::new_unchecked(p), PhantomData) }
    }

    /// The Python function in a callable's slot.
    #[inline(always)]
    pub fn python_function<'s>(&self, v: StackRef) -> Option<&'s Py<PyFunction>> {
        if !is_exactly(v, PyFunction::SPEC) {
            return None;
        }
        // SAFETY: checked.
        Some(unsafe { payload::<PyFunction>(v) })
    }

    /// Puts the generator that a call of a Python function gives in place of callable, self or
    /// NULL, and `n` arguments.  False, and nothing has changed, when the call needs a frame of
    /// its own first.
    pub fn make_generator(&mut self, argc: usize, n: usize) -> bool {
        let callee = self.peek(n + 1);
        let Some(func) = self.python_function(callee) else { return false };
        if !func.code_ref().takes_exactly(argc) {
            return false;
        }
        // SAFETY: the arguments are on top, and are forgotten when they have moved.
        let made = unsafe { generator::at_call(self.vm(), func, self.top_slice(argc)) };
        let Some(g) = made else { return false };
        self.forget(n + 1);
        self.poke(0, StackRef::from_owned(g));
        callee.release();
        true
    }

    /// The defaults that complete a call with `argc` positional arguments; `None` unless that
    /// is all it needs.
    #[inline(always)]
    pub fn defaults_behind<'s>(
        &self,
        func: &'s Py<PyFunction>,
        argc: usize,
    ) -> Option<&'s [PyObjectRef]> {
        let parameters = func.code_ref().plain_argcount()?;
        // SAFETY: nothing changes the function while it is looked at.
        let defaults = unsafe { &*func.defaults.as_ptr() }.as_ref()?.as_slice();
        let missing = parameters.checked_sub(argc)?;
        defaults.get(defaults.len().checked_sub(missing)?..)
    }

    /// Pushes the frame of a call whose `argc` arguments and `defaults` fill the parameters one
    /// to one: callable, self or NULL, `n` arguments are on top.  False (and nothing has
    /// changed) when there is no room.
    #[inline(always)]
    pub fn push_python_call(
        &mut self,
        func: &Py<PyFunction>,
        argc: usize,
        defaults: &[PyObjectRef],
        n: usize,
    ) -> bool {
        let vm = self.vm();
        let left = vm.py_depth_left.get();
        let code = func.code_ref();
        if left <= 0 {
            return false;
        }
        let Some(at) = vm.datastack.push(code.frame_bytes()) else { return false };
        vm.py_depth_left.set(left - 1);
        let f = at as *mut InterpreterFrame;
        // SAFETY: fresh memory of the code's size; the argument words and the callable move.
        unsafe {
            let args = self.sp.sub(argc);
            let callee = *self.sp.sub(n + 2);
            // Volatile, to stay a short loop: there are few, and nothing to unroll.
            for i in 0..argc {
                InterpreterFrame::slot(f, i).write_volatile(*args.add(i));
            }
            for (i, value) in defaults.iter().enumerate() {
                InterpreterFrame::slot(f, argc + i).write(StackRef::from_owned(value.clone()));
            }
            InterpreterFrame::empty_slots(f, argc + defaults.len(), code.nlocalsplus());
            self.sp = self.sp.sub(n + 2);
            let owned: PyRef<PyFunction> = PyRef::from_raw(callee.into_owned().into_ptr());
            self.write_record(f, code, owned);
        }
        self.save();
        self.enter_frame(f, crate::interp::ops::units::CALL);
        self.skip_idle_resume();
        true
    }

    /// # Safety
    /// `f` has room for the code's record; the function's code is `code`.
    #[inline(always)]
    unsafe fn write_record(
        &self,
        f: *mut InterpreterFrame,
        code: &Py<crate::builtins::code::PyCode>,
        func: PyRef<PyFunction>,
    ) {
        // SAFETY: by the contract.
        unsafe {
            f.write(InterpreterFrame {
                code: CodePtr::new(code),
                consts: code.const_refs(),
                globals: func.globals_ptr(),
                builtins: func.builtins_ptr(),
                func: Some(func),
                names: None,
                previous: std::ptr::null_mut(),
                ip: code.first_instruction(),
                sp: InterpreterFrame::slot(f, code.nlocalsplus()),
                frame_obj: None,
                return_offset: 0,
                owner: Owner::Thread,
                trace_state: 0,
                retired: None,
            });
        }
    }

    /// Entry `i` of a module's dict, if its keys have this version.
    #[inline(always)]
    pub fn module_entry(&self, v: StackRef, version: u32, i: usize) -> Option<PyObjectRef> {
        if !is_exactly(v, PyModule::SPEC) || !self.is_light(v) {
            return None;
        }
        // SAFETY: checked.
        let t = unsafe { payload::<PyModule>(v) }.dict().table();
        if t.keys_version() == version { t.value_at(i) } else { None }
    }

    /// The next item of a list iterator that is not at its end.
    #[inline(always)]
    pub fn next_of_list(&self, v: StackRef) -> Option<PyObjectRef> {
        if !is_exactly(v, PyListIter::SPEC) {
            return None;
        }
        // SAFETY: checked; nothing changes the iterator's list meanwhile.
        unsafe {
            let it = payload::<PyListIter>(v);
            let Some(list) = &*it.list.as_ptr() else { return None };
            let i = it.index.get();
            let item = list.items().get(i)?;
            it.index.set(i + 1);
            Some(item)
        }
    }

    /// The next item of a tuple iterator that is not at its end.
    #[inline(always)]
    pub fn next_of_tuple(&self, v: StackRef) -> Option<PyObjectRef> {
        if !is_exactly(v, PyTupleIter::SPEC) {
            return None;
        }
        // SAFETY: as above.
        unsafe {
            let it = payload::<PyTupleIter>(v);
            let Some(tuple) = &*it.tuple.as_ptr() else { return None };
            let i = it.index.get();
            let items = tuple.as_slice();
            if i >= items.len() {
                return None;
            }
            it.index.set(i + 1);
            Some(items[i].clone())
        }
    }

    /// The next character of an iterator over an ASCII string that is not at its end.
    #[inline(always)]
    pub fn next_of_str(&self, v: StackRef) -> Option<PyObjectRef> {
        if !is_exactly(v, PyStrAsciiIterator::SPEC) {
            return None;
        }
        // SAFETY: checked; nothing changes the iterator meanwhile.
        unsafe {
            let it = payload::<PyStrAsciiIterator>(v);
            let Some(text) = &*it.text.as_ptr() else { return None };
            let i = it.at.get();
            let byte = *text.as_bytes().get(i)?;
            let c = self.vm().interp.chars.get()?.latin1.get(usize::from(byte))?;
            it.at.set(i + 1);
            Some(c.clone().into())
        }
    }

    /// The next number of a range iterator that is not at its end, as a word.
    #[inline(always)]
    pub fn next_of_range(&self, v: StackRef) -> Option<u64> {
        if !is_exactly(v, PyRangeIter::SPEC) {
            return None;
        }
        // SAFETY: checked.
        let it = unsafe { payload::<PyRangeIter>(v) };
        let left = it.remaining.get();
        if left == 0 {
            return None;
        }
        let n = it.next.get();
        let w = word::try_from_int(n)?;
        it.remaining.set(left - 1);
        it.next.set(n.wrapping_add(it.step));
        Some(w)
    }

    /// The items of an exact tuple.
    #[inline(always)]
    pub fn tuple_items<'s>(&self, v: StackRef) -> Option<&'s [PyObjectRef]> {
        if !is_exactly(v, &TUPLE) {
            return None;
        }
        // SAFETY: checked.
        Some(unsafe { payload::<PyTuple>(v) }.as_slice())
    }

    #[inline(always)]
    pub fn exact_list<'s>(&self, v: StackRef) -> Option<&'s Py<PyList>> {
        if !is_exactly(v, &LIST) {
            return None;
        }
        // SAFETY: checked.
        Some(unsafe { payload::<PyList>(v) })
    }

    /// Makes an instance of the guarded class in the place of callable, NULL and `n` arguments,
    /// and pushes the frame of its `__init__`.  False, and nothing has changed, when the
    /// arguments do not fit.
    #[inline(always)]
    pub fn push_init(&mut self, n: usize) -> PyResult<bool> {
        let vm = self.vm();
        let callee = self.peek(n + 1);
        let cls = self.class_of_word(callee);
        let init: *const Py<PyFunction> = std::ptr::with_exposed_provenance(cls.cached_init.get());
        // SAFETY: the class's version proves that its `__init__` is still the cached one.
        let init = unsafe { &*init };
        let code = init.code_ref();
        if !code.takes_exactly(n + 1) || code.flags().intersects(GENERATORS) {
            return Ok(false);
        }
        let f = vm.push_frame(init.to_ref(), None)?;
        let instance = StackRef::from_owned(vm.alloc(cls, PyBaseObject).into());
        // SAFETY: the parameters are the new frame's first slots; the caller's stack keeps the
        // instance, so `self` is borrowed; the argument words move.
        unsafe {
            (*f).owner = Owner::Init;
            InterpreterFrame::slot(f, 0).write(instance.borrow_of());
            for (i, a) in self.top_slice(n).iter().enumerate() {
                InterpreterFrame::slot(f, i + 1).write_volatile(*a);
            }
        }
        self.forget(n + 1);
        self.poke(0, instance);
        callee.release();
        self.enter_frame(f, crate::interp::ops::units::CALL);
        self.skip_idle_resume();
        Ok(true)
    }

    /// Readies the running frame for a return of its top word that touches nothing but counts:
    /// the word becomes an owned one, and the locals that others hold too are let go of.  False
    /// when something is left for the general way, which finds the frame whole.
    #[inline(always)]
    pub fn frame_is_light(&mut self) -> bool {
        let top = self.peek(0);
        self.poke(0, top.counted());
        let f = self.frame;
        // SAFETY: the running frame is complete.
        unsafe {
            if !matches!((*f).owner, Owner::Thread | Owner::Init | Owner::Generator)
                || (*f).owner == Owner::Init && top.bits() != word::NONE
                || (*f).frame_obj.is_some()
                || (*f).names.is_some()
                || (*f).retired.is_some()
            {
                return false;
            }
            if let Some(func) = &(*f).func
                && func.header().count() == 1
            {
                return false;
            }
            let n = (*f).code.nlocalsplus();
            if self.sp != InterpreterFrame::slot(f, n + 1) {
                return false;
            }
            let mut light = true;
            let mut slot = InterpreterFrame::slot(f, 0);
            let end = InterpreterFrame::slot(f, n);
            while slot != end {
                let w = *slot;
                if w.is_counted_heap() {
                    if w.is_light() {
                        w.release_light();
                        *slot = StackRef::NULL;
                    } else {
                        light = false;
                    }
                }
                slot = slot.add(1);
            }
            light
        }
    }

    /// Ends the running frame, which `frame_is_light` has readied, and gives its top word to
    /// the caller.
    #[inline(always)]
    pub fn return_light(&mut self) {
        let vm = self.vm();
        let f = self.frame;
        let v = self.pop();
        // SAFETY: the running frame is the topmost of the data stack; its caller is alive.
        unsafe {
            if let Some(func) = &(*f).func {
                StackRef::given_up(func).release_light();
            }
            let (previous, owner) = ((*f).previous, (*f).owner);
            vm.py_depth_left.set(vm.py_depth_left.get() + 1);
            if owner == Owner::Generator {
                let g = generator::of_frame(f);
                g.state.set(GenState::Finished);
                exchange_handled(vm, g);
            } else {
                vm.datastack.pop(f as *mut u8);
            }
            vm.frame.set(previous);
            self.frame = previous;
            self.sp = (*previous).sp;
            self.ip = (*previous).ip.add((*previous).return_offset as usize);
            if owner == Owner::Init {
                // The instance is there already.
                return;
            }
        }
        self.push(v);
    }
}
