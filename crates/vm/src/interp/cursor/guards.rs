//! The cursor's guards: what a word is, and short ways for what has been found out.

use super::special::{heap_type, is_exactly, payload};
use super::{Cursor, Next};
use crate::builtins::cell::PyCellObject;
use crate::builtins::dict::PyDict;
use crate::builtins::list::{LIST, PyList};
use crate::builtins::method::PyMethod;
use crate::builtins::str::PyStr;
use crate::builtins::tuple::{PyTuple, TUPLE};
use crate::object::{Py, PyObjectRef, PyPayload, StackRef};
use crate::types::attr_cache::CachedAttr;
use crate::types::{PyType, TypeFlags};

/// The word is a heap object whose payload begins with the exceptions' one.
#[inline(always)]
fn is_exception(v: StackRef) -> bool {
    match heap_type(v) {
        Some(t) => t.has_flags(TypeFlags::BASE_EXC_SUBCLASS),
        None => false,
    }
}

impl Cursor {
    /// Puts an immediate in place of a call's `words` words, whose release is light.
    #[inline(always)]
    pub fn give_call(&mut self, words: usize, w: u64) -> Next {
        let mut i = 0;
        while i < words - 1 {
            self.pop().release_light();
            i += 1;
        }
        let callee = self.peek(0);
        self.poke(0, StackRef::from_immediate(w));
        callee.release_light();
        self.advance(crate::interp::ops::units::CALL);
        Next::Go
    }

    /// CALL of `list.append`: descriptor, list and item are on top.  False, and nothing has
    /// changed, unless the list has room and the release of what is popped is light.
    #[inline(always)]
    pub fn append_to_list(&mut self, list: StackRef) -> bool {
        let callee = self.peek(2);
        if !is_exactly(list, &LIST) || !self.is_light(list) || !self.is_light(callee) {
            return false;
        }
        // SAFETY: checked.
        let items = unsafe { payload::<PyList>(list) }.items();
        if !items.has_room() {
            return false;
        }
        items.push_within_room(self.pop().into_owned());
        self.forget(1);
        self.poke(0, StackRef::from_immediate(crate::object::word::NONE));
        list.release_light();
        callee.release_light();
        true
    }

    /// The list `depth` below the top, as LIST_APPEND finds it, takes the top word if it
    /// has room.
    #[inline(always)]
    pub fn append_within_room(&mut self, depth: usize) -> bool {
        let list = self.peek(depth);
        if !is_exactly(list, &LIST) {
            return false;
        }
        // SAFETY: checked.
        let items = unsafe { payload::<PyList>(list) }.items();
        if !items.has_room() {
            return false;
        }
        items.push_within_room(self.pop().into_owned());
        true
    }

    /// `len` of an exact list, tuple or dict, or of an ASCII str.
    #[inline(always)]
    pub fn container_length(&self, v: StackRef) -> Option<usize> {
        // SAFETY: each type is checked before its payload is looked at.
        unsafe {
            if is_exactly(v, &LIST) {
                Some(payload::<PyList>(v).len())
            } else if is_exactly(v, &TUPLE) {
                Some(payload::<PyTuple>(v).len())
            } else if is_exactly(v, PyDict::SPEC) {
                Some(payload::<PyDict>(v).len())
            } else if is_exactly(v, PyStr::SPEC) && payload::<PyStr>(v).is_ascii() {
                Some(payload::<PyStr>(v).byte_len())
            } else {
                None
            }
        }
    }

    /// Whether an int's word is in an exact list; `None` when the list has something else before
    /// it, which would have to be asked.
    #[inline(always)]
    pub fn int_in_list(&self, item: u64, v: StackRef) -> Option<bool> {
        if !is_exactly(v, &LIST) {
            return None;
        }
        // SAFETY: checked.
        let items = unsafe { payload::<PyList>(v) }.items();
        let (n, mut i) = (items.len(), 0);
        while i < n {
            let w = items.bits(i);
            if w == item {
                return Some(true);
            }
            if !crate::object::word::is_int(w) {
                return None;
            }
            i += 1;
        }
        Some(false)
    }

    /// The class of a heap object.
    #[inline(always)]
    pub fn type_of_word<'s>(&self, v: StackRef) -> Option<&'s Py<PyType>> {
        heap_type(v)
    }

    /// The word is `type` itself.
    #[inline(always)]
    pub fn is_plain_type(&self, v: StackRef) -> bool {
        let p = self.vm().types().type_.as_ptr() as u64;
        v.bits() & !1 == p
    }

    /// The word is a class whose metaclass is `type`, and not `type` itself.
    #[inline(always)]
    pub fn is_plain_class(&self, v: StackRef) -> bool {
        is_exactly(v, &crate::types::TYPE) && !self.is_plain_type(v)
    }

    /// `cls` is an ordinary class in the MRO of the class of `x`.
    #[inline(always)]
    pub fn is_plain_instance(&self, x: StackRef, cls: StackRef) -> bool {
        let Some(t) = heap_type(x) else { return false };
        if std::ptr::from_ref(t) as u64 == cls.bits() & !1 {
            return true;
        }
        if !is_exactly(cls, &crate::types::TYPE) {
            return false;
        }
        // SAFETY: nothing changes the type's MRO while it is looked at.
        let Some(mro) = (unsafe { &*t.mro.as_ptr() }) else { return false };
        let (items, mut i) = (mro.as_slice(), 0);
        while i < items.len() {
            if items[i].bits() == cls.bits() & !1 {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Whether an exception is of a class whose metaclass is `type`, by the classes alone;
    /// `None` unless both are what they should be.
    #[inline(always)]
    pub fn matches_class(&self, exc: StackRef, cls: StackRef) -> Option<bool> {
        if !is_exactly(cls, &crate::types::TYPE) || !is_exception(exc) {
            return None;
        }
        // SAFETY: checked.
        if !unsafe { payload::<PyType>(cls) }.has_flags(TypeFlags::BASE_EXC_SUBCLASS) {
            return None;
        }
        Some(self.is_plain_instance(exc, cls))
    }

    /// Makes an exception the one being handled; the one before (or None) comes back as a word
    /// for the stack.  `None` unless it is an exception.
    #[inline(always)]
    pub fn handle_exception(&self, exc: StackRef) -> Option<StackRef> {
        if !is_exception(exc) {
            return None;
        }
        let handled = self.vm().handled_now.as_ptr() as *mut StackRef;
        // SAFETY: nobody has the cell borrowed between two instructions; it holds one counted
        // word, or 0, which change places with the stack's.
        let before = unsafe {
            let before = *handled;
            *handled = exc.counted_copy();
            before
        };
        let none = StackRef::from_immediate(crate::object::word::NONE);
        Some(if before.is_null() { none } else { before })
    }

    /// The exception handled before (or None) is handled again.  False, and nothing done, if
    /// that would be the end of the one handled now, or if `before` is no exception.
    #[inline(always)]
    pub fn handle_again(&self, before: StackRef) -> bool {
        let none = StackRef::from_immediate(crate::object::word::NONE);
        if before.bits() != none.bits() && !is_exception(before) {
            return false;
        }
        let handled = self.vm().handled_now.as_ptr() as *mut StackRef;
        // SAFETY: as in `handle_exception`.
        unsafe {
            let now = *handled;
            if !now.is_light() {
                return false;
            }
            *handled = if before.bits() == none.bits() { StackRef::NULL } else { before.counted() };
            now.release_light();
        }
        true
    }

    /// A bound method in the callable's slot, which somebody else keeps too, gives way to its
    /// function and receiver.
    #[inline(always)]
    pub fn expand_bound_method(&mut self, n: usize) -> bool {
        let callee = self.peek(n + 1);
        if !is_exactly(callee, PyMethod::SPEC) || !self.is_light(callee) {
            return false;
        }
        // SAFETY: checked.
        let m = unsafe { payload::<PyMethod>(callee) };
        self.poke(n + 1, StackRef::from_owned(m.function.clone()));
        self.poke(n, StackRef::from_owned(m.receiver.clone()));
        callee.release_light();
        true
    }

    /// Value `i` of the dict of a guarded instance, if that entry's key is `name` itself.
    #[inline(always)]
    pub fn ext_dict_entry(&self, v: StackRef, i: usize, name: &Py<PyStr>) -> Option<PyObjectRef> {
        let table = self.ext_dict(v)?.table();
        if table.key_is(i, name.as_object()) { table.value_at(i) } else { None }
    }

    /// As `ext_dict_entry`, replacing the value; the old one comes back.
    #[inline(always)]
    pub fn replace_ext_dict_entry(
        &self,
        v: StackRef,
        i: usize,
        name: &Py<PyStr>,
        value: StackRef,
    ) -> Option<StackRef> {
        let table = self.ext_dict(v)?.table();
        if !table.key_is(i, name.as_object()) {
            return None;
        }
        Some(StackRef::from_owned(table.replace_value(i, value.into_owned())))
    }

    /// The dict that a guarded instance keeps in its prefix.
    #[inline(always)]
    fn ext_dict<'s>(&self, v: StackRef) -> Option<&'s Py<PyDict>> {
        let p: *const usize = std::ptr::with_exposed_provenance((v.bits() as usize & !1) - 32);
        // SAFETY: the type's version was seen on an instance whose EXT prefix held a dict, and
        // so has the prefix; the word is 0 or an owned dict.
        unsafe {
            let dict = *p;
            if dict == 0 { None } else { Some(&*std::ptr::with_exposed_provenance(dict)) }
        }
    }

    /// The word is the builtin `super` itself.
    #[inline(always)]
    pub fn is_builtin_super(&self, v: StackRef) -> bool {
        v.bits() & !1 == self.vm().interp.callables.super_type.get()
    }

    /// What the attribute cache knows about the attribute of this site on the class of `v`.
    #[inline(always)]
    pub fn cached_attr(&self, v: StackRef) -> Option<&CachedAttr> {
        self.vm().interp.attr_cache.find(heap_type(v)?, self.cache64(5))
    }

    /// What the cell in slot `i` holds.
    #[inline(always)]
    pub fn cell_content(&self, i: usize) -> Option<PyObjectRef> {
        let cell = self.local(i);
        if !is_exactly(cell, PyCellObject::SPEC) {
            return None;
        }
        // SAFETY: checked; nothing changes the cell while it is read.
        unsafe { (*payload::<PyCellObject>(cell).content_ptr()).clone() }
    }

    /// Puts the cells of the frame's function into the last `n` slots of its variables, if they
    /// are as many and the slots are still empty.
    #[inline(always)]
    pub fn copy_free_vars(&self, n: usize) -> bool {
        // SAFETY: the frame holds its function, which nothing changes while it is read.
        let closure = unsafe {
            let Some(func) = &(*self.frame).func else { return false };
            let Some(closure) = &*func.closure.as_ptr() else { return false };
            closure.as_slice()
        };
        let first = self.code().nlocalsplus() - n;
        if closure.len() != n {
            return false;
        }
        let mut i = 0;
        while i < n {
            if !self.local(first + i).is_null() {
                return false;
            }
            i += 1;
        }
        i = 0;
        while i < n {
            self.replace_local(first + i, StackRef::from_owned(closure[i].clone()));
            i += 1;
        }
        true
    }
}
