//! Allocation and death of heap objects.
//!
//! Death never recurses over user data: past a fixed depth the object waits in a queue
//! that the outermost release empties.  Death never runs Python code (D11): an object with
//! a finaliser, or with weak references that have callbacks, is revived into the thread's
//! pending queue, where the interpreter finds it before the next instruction.

use super::foreign_layout;
use super::free_list;
use super::header::{Header, IMMORTAL, ObjFlags};
use super::inline_values;
use super::refs::{Py, PyObject, PyObjectRef, PyPayload, PyRef, Visitor};
use crate::gc;
use crate::types::{PyType, TypeFlags};
use crate::vm::VirtualMachine;
use std::alloc::Layout as MemLayout;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::ptr::NonNull;

pub const GC_PREFIX: usize = 16;
pub const EXT_PREFIX: usize = 16;
const HEADER: usize = size_of::<Header>();

/// How instances of a type lie in memory; all sizes in bytes, multiples of 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// In front of the header: 0, GC, or GC + EXT.
    pub prefix: u32,
    /// From the header to the first `__slots__` member: header and payload.
    pub members_at: u32,
    /// From the header to the inline values; the members lie before it.
    pub inline_at: u32,
    /// Inline attribute values an instance has room for.
    pub inline_capacity: u8,
    /// The whole object without its prefix, and without a variable part.
    pub size: u32,
}

/// The functions of a payload's Rust type, for code that sees only headers.
#[derive(Clone, Copy)]
pub struct PayloadFns {
    pub size: usize,
    /// `None` when dropping the payload does nothing.
    pub drop: Option<unsafe fn(*mut Header)>,
    pub traverse: unsafe fn(*mut Header, &mut Visitor<'_>),
    pub clear: unsafe fn(*mut Header, &mut Vec<PyObjectRef>),
    pub var_bytes: unsafe fn(*mut Header) -> usize,
}

impl PayloadFns {
    pub const fn of<T: PyPayload>() -> PayloadFns {
        assert!(align_of::<T>() <= 8);
        PayloadFns {
            size: size_of::<T>().next_multiple_of(8),
            drop: if std::mem::needs_drop::<T>() { Some(drop_payload::<T>) } else { None },
            traverse: traverse_payload::<T>,
            clear: clear_payload::<T>,
            var_bytes: var_bytes::<T>,
        }
    }
}

/// # Safety
/// `p` is an object whose payload is `T` and is dead: nobody looks at it afterwards.
unsafe fn drop_payload<T>(p: *mut Header) {
    // SAFETY: by the contract.
    unsafe { std::ptr::drop_in_place(&raw mut (*(p as *mut Py<T>)).payload) }
}

/// # Safety
/// `p` is an object whose payload is `T`.
unsafe fn traverse_payload<T: PyPayload>(p: *mut Header, visit: &mut Visitor<'_>) {
    // SAFETY: by the contract.
    unsafe { (*(p as *mut Py<T>)).payload.traverse(visit) }
}

/// # Safety
/// `p` is an object whose payload is `T`.
unsafe fn clear_payload<T: PyPayload>(p: *mut Header, out: &mut Vec<PyObjectRef>) {
    // SAFETY: by the contract.
    unsafe { (*(p as *mut Py<T>)).payload.clear(out) }
}

/// # Safety
/// `p` is an object whose payload is `T`.
unsafe fn var_bytes<T: PyPayload>(p: *mut Header) -> usize {
    // SAFETY: by the contract.
    unsafe { (*(p as *mut Py<T>)).payload.var_bytes() }
}

#[inline(always)]
fn mem_layout(bytes: usize) -> MemLayout {
    MemLayout::from_size_align(bytes, 16).expect("object sizes are checked before")
}

impl VirtualMachine {
    /// A new object of type `typ`, whose native payload is `T`.
    #[inline]
    pub fn alloc<T: PyPayload>(&self, typ: &Py<PyType>, payload: T) -> PyRef<T> {
        // Streams have empty payloads: what lies there is the same for all of them.
        debug_assert!(
            typ.spec().derives_from(T::SPEC) || size_of::<T>() == 0,
            "payload and type disagree"
        );
        debug_assert!(typ.spec().payload.size == T::SPEC.payload.size);
        let layout = typ.layout;
        // SAFETY: the memory is `layout.size` bytes, at least header and payload; the type
        // is counted by the new object.
        unsafe {
            let p = new_object(typ, layout.size as usize);
            (&raw mut (*(p.as_ptr() as *mut Py<T>)).payload).write(payload);
            if layout.size > layout.members_at {
                inline_values::init(p, &layout);
            }
            finish(self, p, layout.prefix);
            PyRef::from_raw(p)
        }
    }

    /// As `alloc`, with `extra` bytes behind the payload that `fill` initialises.
    /// The caller has checked that the size is sane (`MemoryError` otherwise).
    ///
    /// # Safety
    /// `fill` must leave the extra bytes valid for the payload's drop and traverse.
    #[inline]
    pub(crate) unsafe fn alloc_var<T: PyPayload>(
        &self,
        typ: &Py<PyType>,
        payload: T,
        extra: usize,
        fill: impl FnOnce(*mut u8),
    ) -> PyRef<T> {
        debug_assert!(typ.has_flags(TypeFlags::VAR_SIZED));
        let layout = typ.layout;
        // SAFETY: as in `alloc`; the extra bytes start where the payload ends.
        unsafe {
            let p = new_object(typ, layout.size as usize + extra);
            let body = &raw mut (*(p.as_ptr() as *mut Py<T>)).payload;
            body.write(payload);
            fill(body.add(1) as *mut u8);
            finish(self, p, layout.prefix);
            PyRef::from_raw(p)
        }
    }

    /// A new object of the static type of `T`.
    #[inline]
    pub fn new_object<T: PyPayload>(&self, payload: T) -> PyRef<T> {
        self.alloc(self.type_of::<T>(), payload)
    }
}

/// Gives the variable part of an object `new` bytes in place of `old`, perhaps elsewhere in
/// memory; the object comes back unchanged when there is no room.
///
/// # Safety
/// `r` is the only reference to the string, and `old` its capacity.
pub(crate) unsafe fn grow_var(
    r: PyRef<crate::builtins::str::PyStr>,
    old: usize,
    new: usize,
) -> Result<PyRef<crate::builtins::str::PyStr>, PyRef<crate::builtins::str::PyStr>> {
    let layout = r.class().layout;
    if layout.prefix != 0 || new > isize::MAX as usize / 2 {
        return Err(r);
    }
    // A block's size is a whole number of size classes.
    let fixed = layout.size as usize;
    let new = (fixed + new).next_multiple_of(free_list::GRAIN) - fixed;
    let p = PyObjectRef::from(r).into_ptr();
    // SAFETY: the block was allocated by `new_object` with this layout; objects can be
    // moved bit by bit, since nothing points into them but references, and there is one.
    unsafe {
        let block =
            std::alloc::realloc(p.as_ptr() as *mut u8, mem_layout(fixed + old), fixed + new);
        let Some(moved) = NonNull::new(block as *mut Header) else {
            return Err(PyRef::from_raw(p));
        };
        moved.as_ptr().expose_provenance();
        (*(moved.as_ptr() as *mut Py<crate::builtins::str::PyStr>)).payload.set_capacity(new);
        Ok(PyRef::from_raw(moved))
    }
}

impl VirtualMachine {
    /// One of the first type objects: its type, `type`, may not exist yet (`None`: it is
    /// this one).
    pub(crate) fn alloc_first_type(
        &self,
        meta: Option<&Py<PyType>>,
        payload: PyType,
    ) -> PyRef<PyType> {
        let prefix = (GC_PREFIX + EXT_PREFIX) as u32;
        let size = HEADER + size_of::<PyType>().next_multiple_of(8);
        // SAFETY: as `new_object` and `alloc`; the layout is that of `type`, and the object
        // is its own type until told otherwise.
        unsafe {
            let base = std::alloc::alloc_zeroed(mem_layout(prefix as usize + size));
            if base.is_null() {
                std::alloc::handle_alloc_error(mem_layout(size));
            }
            let p = base.add(prefix as usize) as *mut Header;
            p.expose_provenance();
            let own = NonNull::new_unchecked(p as *mut Py<PyType>);
            p.write(Header::new(meta.map_or(own, NonNull::from)));
            (&raw mut (*own.as_ptr()).payload).write(payload);
            let p = NonNull::new_unchecked(p);
            finish(self, p, prefix);
            PyRef::from_raw(p)
        }
    }
}

/// # Safety
/// The caller initialises the payload and what follows before anyone else sees it.
#[inline(always)]
unsafe fn new_object(typ: &Py<PyType>, size: usize) -> NonNull<Header> {
    let prefix = typ.layout.prefix as usize;
    // SAFETY: the size is never 0.
    unsafe {
        let base = free_list::take(prefix + size);
        let mut i = 0;
        while i < prefix {
            (base.add(i) as *mut u64).write(0);
            i += 8;
        }
        let p = base.add(prefix) as *mut Header;
        p.expose_provenance();
        if typ.has_flags(TypeFlags::HEAP) {
            typ.header.inc();
        }
        p.write(Header::new(NonNull::from(typ)));
        NonNull::new_unchecked(p)
    }
}

/// # Safety
/// `p` is a complete object.
#[inline(always)]
unsafe fn finish(vm: &VirtualMachine, p: NonNull<Header>, prefix: u32) {
    if prefix != 0 {
        // SAFETY: the prefix holds GC links.
        unsafe { gc::track_new(vm, p) };
    }
}

// --- death -----------------------------------------------------------------------------

/// Objects released inside the release of another, before the rest waits in the queue.
const DEPTH_LIMIT: u32 = 40;

/// As a count it is immortal, as a type pointer it is not canonical: a stale read faults.
const POISON_BYTE: u8 = 0xDB;

thread_local! {
    /// The running thread's state, read only by deaths that must be announced.
    static CURRENT: Cell<Option<NonNull<VirtualMachine>>> = const { Cell::new(None) };
    /// Freed objects are overwritten (`RPYTHON_STRESS=poison`), which debug builds can do.
    static POISON: Cell<bool> = const { Cell::new(false) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Length of `WAITING`, which the common death need not look at.
    static WAITERS: Cell<usize> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<NonNull<Header>>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, `vm` is where this thread's dying objects are announced.
pub struct Entered<'a> {
    before: Option<NonNull<VirtualMachine>>,
    vm: PhantomData<&'a VirtualMachine>,
}

/// Makes `vm` the current thread's.
pub fn enter(vm: &VirtualMachine) -> Entered<'_> {
    POISON.set(vm.interp.settings.stress.poison);
    Entered { before: CURRENT.replace(Some(NonNull::from(vm))), vm: PhantomData }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

/// The last reference to `p` is gone.
///
/// # Safety
/// The count of `p` has just reached zero.
#[inline(never)]
pub(crate) unsafe fn release(p: NonNull<Header>) {
    let depth = DEPTH.get();
    if depth >= DEPTH_LIMIT {
        wait(p);
        return;
    }
    DEPTH.set(depth + 1);
    // SAFETY: passed on.
    unsafe { destroy(p) };
    DEPTH.set(depth);
    if depth == 0 && WAITERS.get() != 0 {
        destroy_waiting();
    }
}

#[cold]
fn wait(p: NonNull<Header>) {
    WAITING.with_borrow_mut(|w| w.push(p));
    WAITERS.set(WAITERS.get() + 1);
}

#[cold]
fn destroy_waiting() {
    while let Some(q) = WAITING.with_borrow_mut(|w| w.pop()) {
        WAITERS.set(WAITERS.get() - 1);
        DEPTH.set(1);
        // SAFETY: its count was zero when it was queued, and nobody else knows it.
        unsafe { destroy(q) };
        DEPTH.set(0);
    }
}

/// # Safety
/// As `release`.
unsafe fn destroy(p: NonNull<Header>) {
    // SAFETY: the object is whole until its payload is dropped below.
    unsafe {
        let h = p.as_ref();
        let typ = h.type_ptr();
        let t = typ.as_ref();
        let flags = t.flags.get();
        let announced = flags.contains(TypeFlags::HAS_FINALIZER)
            || flags.contains(TypeFlags::EXT) && inline_values::has_weakrefs(p);
        if announced && needs_pending(p, flags) {
            return;
        }
        let layout = if h.has_flag(ObjFlags::FOREIGN) { foreign_layout::take(h) } else { t.layout };
        if h.has_flag(ObjFlags::TRACKED) {
            gc::untrack(p);
        }
        let payload = &t.spec().payload;
        let var =
            if flags.contains(TypeFlags::VAR_SIZED) { (payload.var_bytes)(p.as_ptr()) } else { 0 };
        if layout.size > layout.members_at {
            inline_values::release_all(p, &layout);
        }
        if let Some(drop_payload) = payload.drop {
            drop_payload(p.as_ptr());
        }
        if flags.contains(TypeFlags::EXT) {
            inline_values::release_ext(p);
        }
        let base = (p.as_ptr() as *mut u8).sub(layout.prefix as usize);
        let bytes = layout.prefix as usize + layout.size as usize + var;
        if cfg!(debug_assertions) && POISON.get() {
            base.write_bytes(POISON_BYTE, bytes);
        }
        free_list::give(base, bytes);
        if flags.contains(TypeFlags::HEAP) && t.header.dec() {
            release(typ.cast());
        }
    }
}

/// Revives a dying object that has a finaliser to run; true if it now waits in the queue.
/// Another one's weak references die here, and their callbacks are queued.
///
/// # Safety
/// As `release`.
#[cold]
unsafe fn needs_pending(p: NonNull<Header>, flags: TypeFlags) -> bool {
    // SAFETY: the object is whole.
    unsafe {
        let h = p.as_ref();
        let finalize = flags.contains(TypeFlags::HAS_FINALIZER)
            && !h.has_flag(ObjFlags::FINALIZED)
            && crate::builtins::generator::wants_finalizer(PyObject::from_raw(p, PhantomData));
        if !finalize {
            // Callbacks outlive the object, which dies now: they see it as dead already.
            if flags.contains(TypeFlags::EXT) {
                let mut callbacks = Vec::new();
                inline_values::take_weakrefs(p, &mut callbacks);
                if !callbacks.is_empty()
                    && let Some(vm) = CURRENT.get()
                {
                    vm.as_ref().queue_callbacks(callbacks);
                }
            }
            return false;
        }
        h.set_count(1);
        let o = PyObjectRef::from_raw(p);
        match CURRENT.get() {
            // Set only by `enter`, whose guard clears it before the vm goes away.
            Some(vm) => vm.as_ref().queue_pending(o),
            None => std::mem::forget(o),
        }
        true
    }
}

impl<T> PyRef<T> {
    /// Makes the object live as long as the process.
    pub(crate) fn immortal(self) -> PyRef<T> {
        self.header().make_immortal();
        self
    }
}

const _: () = assert!(IMMORTAL == 1 << 31 && HEADER == 16);
