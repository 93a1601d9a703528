//! The four ways to hold a value (D2): [`PyObjectRef`] owns a word, [`PyObject`] borrows
//! one and is passed by value, [`PyRef`] and [`Py`] are their forms with a known payload.
//!
//! None of them is `Send`: they are raw pointers, and belong to the thread that holds its
//! interpreter's lock.

use super::alloc;
use super::header::{Header, ObjFlags};
use super::word;
use crate::types::{PyType, TypeFlags, TypeSpec};
use crate::vm::VirtualMachine;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// What the cycle collector asks of a payload: show every owned reference once.
pub trait Traverse {
    fn traverse(&self, visit: &mut Visitor<'_>);
    /// Drops the references that can be part of a cycle, leaving the payload valid.
    /// What is taken out goes to `out`, so that nothing is released half-way; containers, which
    /// may hold more than there is room for, drop it once it is out.
    fn clear(&self, _out: &mut Vec<PyObjectRef>) {}
}

/// Receives the references of one object during a traversal.
pub struct Visitor<'a> {
    pub(crate) visit: &'a mut dyn FnMut(PyObject<'_>),
}

impl Visitor<'_> {
    #[inline]
    pub fn object(&mut self, o: PyObject<'_>) {
        if o.is_heap() {
            (self.visit)(o);
        }
    }
}

impl Traverse for PyObjectRef {
    #[inline]
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.object(self.as_object());
    }
}

impl<T> Traverse for PyRef<T> {
    #[inline]
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.object(self.as_object());
    }
}

impl<T: Traverse> Traverse for Option<T> {
    #[inline]
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(x) = self {
            x.traverse(visit);
        }
    }
}

impl<T: Traverse> Traverse for [T] {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|x| x.traverse(visit));
    }
}

impl<T: Traverse> Traverse for Vec<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.as_slice().traverse(visit);
    }
}

impl<T: Traverse> Traverse for Box<[T]> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.as_ref().traverse(visit);
    }
}

impl<T: Traverse> Traverse for std::collections::VecDeque<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.iter().for_each(|x| x.traverse(visit));
    }
}

impl<A: Traverse, B: Traverse> Traverse for (A, B) {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.0.traverse(visit);
        self.1.traverse(visit);
    }
}

/// A Rust type that heap objects carry.  `SPEC` must be a static of this type alone: casts
/// compare its address.
pub trait PyPayload: Traverse + Sized + 'static {
    const SPEC: &'static TypeSpec;
    /// The flag that types have exactly if their instances' payload is or begins with this
    /// one; empty when no flag tells.
    const MARKER: TypeFlags = TypeFlags::empty();
    /// Bytes behind the payload, for types with `VAR_SIZED`.
    fn var_bytes(&self) -> usize {
        0
    }
    /// For types with a finaliser: this object has nothing to finalise.
    fn dies_silently(&self) -> bool {
        false
    }
}

// ---------------------------------------------------------------------------------------

/// An owned word.  Clone counts, Drop releases; immediates touch no memory.
#[repr(transparent)]
pub struct PyObjectRef {
    ptr: NonNull<Header>,
}

/// A borrowed word, valid while `'a` lasts.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct PyObject<'a> {
    ptr: NonNull<Header>,
    owner: PhantomData<&'a Header>,
}

/// A heap object whose payload is `T`, behind a reference.
#[repr(C)]
pub struct Py<T> {
    pub(crate) header: Header,
    pub(crate) payload: T,
}

/// An owned reference to a heap object whose payload is `T`.
#[repr(transparent)]
pub struct PyRef<T> {
    obj: PyObjectRef,
    payload: PhantomData<T>,
}

const _: () = assert!(size_of::<Option<PyObjectRef>>() == 8);
const _: () = assert!(size_of::<crate::vm::PyResult>() == 16);

#[inline(always)]
fn immediate(w: u64) -> NonNull<Header> {
    debug_assert!(!word::is_heap(w));
    // SAFETY: immediates are never zero.
    unsafe { NonNull::new_unchecked(std::ptr::without_provenance_mut(w as usize)) }
}

impl Clone for PyObjectRef {
    #[inline(always)]
    fn clone(&self) -> Self {
        self.as_object().to_owned()
    }
}

impl Drop for PyObjectRef {
    #[inline(always)]
    fn drop(&mut self) {
        if word::is_heap(self.bits()) {
            // SAFETY: an owned heap word keeps its header alive; it is released once, here.
            unsafe {
                if self.ptr.as_ref().dec() {
                    alloc::release(self.ptr);
                }
            }
        }
    }
}

impl PyObjectRef {
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.ptr.as_ptr().addr() as u64
    }

    /// # Safety
    /// `ptr` is a word whose reference the caller owns and gives up.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(ptr: NonNull<Header>) -> PyObjectRef {
        PyObjectRef { ptr }
    }

    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *mut Header {
        self.ptr.as_ptr()
    }

    #[inline(always)]
    pub(crate) fn into_ptr(self) -> NonNull<Header> {
        ManuallyDrop::new(self).ptr
    }

    #[inline(always)]
    pub fn from_immediate(w: u64) -> PyObjectRef {
        PyObjectRef { ptr: immediate(w) }
    }

    #[inline(always)]
    pub fn none() -> PyObjectRef {
        PyObjectRef::from_immediate(word::NONE)
    }

    #[inline(always)]
    pub fn not_implemented() -> PyObjectRef {
        PyObjectRef::from_immediate(word::NOT_IMPLEMENTED)
    }

    #[inline(always)]
    pub fn ellipsis() -> PyObjectRef {
        PyObjectRef::from_immediate(word::ELLIPSIS)
    }

    #[inline(always)]
    pub fn from_bool(b: bool) -> PyObjectRef {
        PyObjectRef::from_immediate(word::from_bool(b))
    }

    /// A small int; `None` when it needs the heap (see `vm.new_int`).
    #[inline(always)]
    pub fn try_from_i64(v: i64) -> Option<PyObjectRef> {
        word::try_from_int(v).map(PyObjectRef::from_immediate)
    }

    #[inline(always)]
    pub fn as_object(&self) -> PyObject<'_> {
        PyObject { ptr: self.ptr, owner: PhantomData }
    }

    /// The same reference with its payload known, or itself back.
    #[inline]
    pub fn downcast<T: PyPayload>(self) -> Result<PyRef<T>, PyObjectRef> {
        if self.as_object().downcast::<T>().is_some() {
            Ok(PyRef { obj: self, payload: PhantomData })
        } else {
            Err(self)
        }
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == word::NONE
    }

    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == word::NOT_IMPLEMENTED
    }

    #[inline(always)]
    pub fn is<'b>(&self, other: impl Into<PyObject<'b>>) -> bool {
        self.bits() == other.into().bits()
    }

    #[inline(always)]
    pub fn class<'v>(&self, vm: &'v VirtualMachine) -> &Py<PyType>
    where
        'v: 'v,
    {
        self.as_object().class(vm)
    }

    /// True when this is the only reference to a heap object.
    #[inline(always)]
    pub fn is_unique(&self) -> bool {
        self.as_object().header().is_some_and(|h| h.count() == 1)
    }
}

impl<'a> PyObject<'a> {
    #[inline(always)]
    pub fn bits(self) -> u64 {
        self.ptr.as_ptr().addr() as u64
    }

    /// # Safety
    /// The word must stay valid for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(ptr: NonNull<Header>, owner: PhantomData<&'a Header>) -> Self {
        PyObject { ptr, owner }
    }

    #[inline(always)]
    pub(crate) fn as_ptr(self) -> *mut Header {
        self.ptr.as_ptr()
    }

    #[inline(always)]
    pub fn from_immediate(w: u64) -> PyObject<'static> {
        PyObject { ptr: immediate(w), owner: PhantomData }
    }

    #[inline(always)]
    pub fn none() -> PyObject<'static> {
        PyObject::from_immediate(word::NONE)
    }

    #[inline(always)]
    pub fn from_bool(b: bool) -> PyObject<'static> {
        PyObject::from_immediate(word::from_bool(b))
    }

    #[inline(always)]
    pub fn to_owned(self) -> PyObjectRef {
        if let Some(h) = self.header() {
            h.inc();
        }
        PyObjectRef { ptr: self.ptr }
    }

    #[inline(always)]
    pub fn is_heap(self) -> bool {
        word::is_heap(self.bits())
    }

    #[inline(always)]
    pub fn header(self) -> Option<&'a Header> {
        if self.is_heap() {
            // SAFETY: a heap word is the address of a header that lives for 'a.
            Some(unsafe { &*self.ptr.as_ptr() })
        } else {
            None
        }
    }

    #[inline(always)]
    pub fn is<'b>(self, other: impl Into<PyObject<'b>>) -> bool {
        self.bits() == other.into().bits()
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.bits() == word::NONE
    }

    #[inline(always)]
    pub fn is_not_implemented(self) -> bool {
        self.bits() == word::NOT_IMPLEMENTED
    }

    /// A small int's value (exact `int` only; `bool` is another immediate).
    #[inline(always)]
    pub fn small_int(self) -> Option<i64> {
        if word::is_int(self.bits()) { Some(word::int_value(self.bits())) } else { None }
    }

    /// An immediate float's value (exact `float` only).
    #[inline(always)]
    pub fn small_float(self) -> Option<f64> {
        if word::is_float(self.bits()) { Some(word::float_value(self.bits())) } else { None }
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn as_bool(self) -> Option<bool> {
        if word::is_bool(self.bits()) { Some(self.bits() == word::TRUE) } else { None }
    }

    /// The object's type.  Types of immediates live as long as the interpreter; a heap
    /// object keeps its type alive.
    #[inline(always)]
    pub fn class(self, vm: &VirtualMachine) -> &'a Py<PyType> {
        match self.header() {
            // SAFETY: an object holds a counted reference to its type.
            Some(h) => unsafe { &*h.type_ptr().as_ptr() },
            None => self.immediate_class(vm),
        }
    }

    #[inline]
    fn immediate_class(self, vm: &VirtualMachine) -> &'a Py<PyType> {
        let types = vm.types();
        let w = self.bits();
        let t = if word::is_int(w) {
            &types.int
        } else if word::is_float(w) {
            &types.float
        } else if word::is_bool(w) {
            &types.bool_
        } else if w == word::NONE {
            &types.none
        } else if w == word::ELLIPSIS {
            &types.ellipsis
        } else {
            &types.not_implemented
        };
        // SAFETY: these types are immortal.
        unsafe { &*t.as_ptr() }
    }

    /// The heap object with payload `T`, if its type is `T`'s or derives from it.
    #[inline(always)]
    pub fn downcast<T: PyPayload>(self) -> Option<&'a Py<T>> {
        let h = self.header()?;
        // SAFETY: an object holds a counted reference to its type.
        let typ = unsafe { h.type_ptr().as_ref() };
        let derives = || std::ptr::eq(typ.spec(), T::SPEC) || typ.spec().derives_from(T::SPEC);
        let is = if T::MARKER.is_empty() { derives() } else { typ.has_flags(T::MARKER) };
        debug_assert!(is == derives());
        if is {
            // SAFETY: the type's spec names the payload's Rust type (object.rs).
            Some(unsafe { &*(self.ptr.as_ptr() as *const Py<T>) })
        } else {
            None
        }
    }

    /// The heap object with payload `T`, if its type is the static type of `T` itself.
    #[inline(always)]
    pub fn exact<T: PyPayload>(self) -> Option<&'a Py<T>> {
        let h = self.header()?;
        // SAFETY: an object holds a counted reference to its type.
        let own = unsafe { h.type_ptr().as_ref() }.own_spec();
        if own.is_some_and(|s| std::ptr::eq(s, T::SPEC)) {
            // SAFETY: as in `downcast`.
            Some(unsafe { &*(self.ptr.as_ptr() as *const Py<T>) })
        } else {
            None
        }
    }

    /// The heap object with payload `T`, if its type is exactly `typ`.
    #[inline(always)]
    pub fn downcast_exact<T: PyPayload>(self, typ: &Py<PyType>) -> Option<&'a Py<T>> {
        debug_assert!(typ.spec().derives_from(T::SPEC));
        let h = self.header()?;
        if std::ptr::eq(h.type_ptr().as_ptr(), typ) {
            // SAFETY: as above, checked in debug builds; types passed here are the static
            // type of T, whose spec is T::SPEC.
            Some(unsafe { &*(self.ptr.as_ptr() as *const Py<T>) })
        } else {
            None
        }
    }

    /// `self` in a slot function of `T`'s type: the caller found the slot on the type.
    #[inline(always)]
    pub fn expect_payload<T: PyPayload>(self) -> &'a Py<T> {
        self.downcast::<T>().expect("a slot is called with an instance of its type")
    }

    #[inline(always)]
    pub fn is_type(self, typ: &Py<PyType>) -> bool {
        self.header().is_some_and(|h| std::ptr::eq(h.type_ptr().as_ptr(), typ))
    }
}

impl<T> Py<T> {
    #[inline(always)]
    pub fn as_object(&self) -> PyObject<'_> {
        PyObject { ptr: NonNull::from(&self.header), owner: PhantomData }.exposed()
    }

    #[inline(always)]
    pub fn payload_ref(&self) -> &T {
        &self.payload
    }

    /// Another owned reference.
    #[inline(always)]
    pub fn to_ref(&self) -> PyRef<T> {
        PyRef { obj: self.as_object().to_owned(), payload: PhantomData }
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        &self.header
    }

    #[inline(always)]
    pub fn class(&self) -> &Py<PyType> {
        // SAFETY: an object holds a counted reference to its type.
        unsafe { &*self.header.type_ptr().as_ptr() }
    }

    #[inline(always)]
    pub fn has_flag(&self, f: ObjFlags) -> bool {
        self.header.has_flag(f)
    }

    #[inline(always)]
    pub fn is<'b>(&self, other: impl Into<PyObject<'b>>) -> bool {
        self.as_object().bits() == other.into().bits()
    }

    #[inline(always)]
    pub fn as_ptr(&self) -> *const Py<T> {
        self
    }
}

impl<'a> PyObject<'a> {
    /// A pointer that may reach the prefix words in front of the header: references to a
    /// `Py<T>` cover only the object, so the allocation's exposed provenance is taken.
    #[inline(always)]
    fn exposed(self) -> PyObject<'a> {
        let p: *mut Header = std::ptr::with_exposed_provenance_mut(self.ptr.as_ptr().addr());
        // SAFETY: the address is unchanged and not null.
        PyObject { ptr: unsafe { NonNull::new_unchecked(p) }, owner: PhantomData }
    }
}

impl<T> Deref for Py<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.payload
    }
}

impl<T> Deref for PyRef<T> {
    type Target = Py<T>;
    #[inline(always)]
    fn deref(&self) -> &Py<T> {
        // SAFETY: a PyRef<T> is an owned heap word whose payload is T.
        unsafe { &*(self.obj.as_ptr() as *const Py<T>) }
    }
}

impl<T> Clone for PyRef<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        PyRef { obj: self.obj.clone(), payload: PhantomData }
    }
}

impl<T> PyRef<T> {
    /// # Safety
    /// `ptr` is an owned heap word whose payload is `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_raw(ptr: NonNull<Header>) -> PyRef<T> {
        // SAFETY: passed on.
        PyRef { obj: unsafe { PyObjectRef::from_raw(ptr) }, payload: PhantomData }
    }

    #[inline(always)]
    pub fn into_object(self) -> PyObjectRef {
        self.obj
    }
}

impl<T> From<PyRef<T>> for PyObjectRef {
    #[inline(always)]
    fn from(r: PyRef<T>) -> Self {
        r.obj
    }
}

impl<'a, T> From<&'a PyRef<T>> for PyObject<'a> {
    #[inline(always)]
    fn from(r: &'a PyRef<T>) -> Self {
        r.obj.as_object()
    }
}

impl<'a> From<&'a PyObjectRef> for PyObject<'a> {
    #[inline(always)]
    fn from(r: &'a PyObjectRef) -> Self {
        r.as_object()
    }
}

impl<'a, T> From<&'a Py<T>> for PyObject<'a> {
    #[inline(always)]
    fn from(r: &'a Py<T>) -> Self {
        r.as_object()
    }
}

impl std::fmt::Debug for PyObject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<word {:#x}>", self.bits())
    }
}

impl std::fmt::Debug for PyObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_object().fmt(f)
    }
}

impl<T> std::fmt::Debug for PyRef<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.obj.fmt(f)
    }
}

/// Entry `i` of a table of immortal objects that only grows.
#[inline(always)]
pub(crate) fn immortal_entry<T>(
    table: &crate::cell::PyCell<Vec<Option<PyRef<T>>>>,
    i: usize,
) -> Option<&Py<T>> {
    // SAFETY: looked at in one step, when nobody has the cell borrowed for writing; entries
    // are immortal, so they outlive the table's reallocation.
    unsafe { (&*table.as_ptr()).get(i)?.as_ref().map(|r| &*r.as_ptr()) }
}

/// The object in a cell, borrowed for as long as its holder is: only for cells whose old
/// content the holder's users keep alive across a change (a running function's code).
#[inline(always)]
pub(crate) fn borrow_cell<T>(cell: &crate::cell::PyCell<PyRef<T>>) -> &Py<T> {
    // SAFETY: looked at in one step, when nobody has the cell borrowed for writing; the
    // content outlives the use as said above.
    unsafe { &*(*cell.as_ptr()).as_ptr() }
}
