//! Allocation and death of heap objects.
//!
//! Death never recurses over user data: past a fixed depth the object waits in a queue
//! that the outermost release empties.  Death never runs Python code (D11): an object with
//! a finaliser, or with weak references that have callbacks, is revived into the thread's
//! pending queue, where the interpreter finds it before the next instruction.

use super::foreign_layout;
use super::header::{Header, IMMORTAL, ObjFlags};
use super::inline_values;
use super::refs::{Py, PyObject, PyObjectRef, PyPayload, PyRef, Visitor};
use crate::gc;
use crate::types::{PyType, TypeFlags};
use crate::vm::VirtualMachine;
use host::blocks;
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
    /// Ends a dead object of the payload's own static type: without prefix, with the
    /// collector's links, with both prefixes.
    dealloc: [Dealloc; 3],
}

/// # Safety
/// The object is dead: its count has just reached zero.
pub type Dealloc = unsafe fn(NonNull<Header>);

impl PayloadFns {
    pub const fn of<T: PyPayload>() -> PayloadFns {
        assert!(align_of::<T>() <= 8);
        PayloadFns {
            size: size_of::<T>().next_multiple_of(8),
            drop: if std::mem::needs_drop::<T>() { Some(drop_payload::<T>) } else { None },
            traverse: traverse_payload::<T>,
            clear: clear_payload::<T>,
            var_bytes: var_bytes::<T>,
            dealloc: [
                dealloc_own::<T, 0>,
                dealloc_own::<T, GC_PREFIX>,
                dealloc_own::<T, { GC_PREFIX + EXT_PREFIX }>,
            ],
        }
    }

    /// How objects of a type die; `own`: the static type of this payload.
    pub fn dealloc(&self, own: bool, flags: TypeFlags) -> Dealloc {
        match (own && !flags.contains(TypeFlags::HEAP), flags) {
            (false, _) => dealloc_any,
            (true, f) if f.contains(TypeFlags::EXT) => self.dealloc[2],
            (true, f) if f.contains(TypeFlags::HAVE_GC) => self.dealloc[1],
            _ => self.dealloc[0],
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

impl VirtualMachine {
    /// A new object of type `typ`, whose native payload is `T`.
    #[inline(always)]
    pub fn alloc<T: PyPayload>(&self, typ: &Py<PyType>, payload: T) -> PyRef<T> {
        self.alloc_with(typ, || payload)
    }

    /// As `alloc`; the payload is made once there is a place for it, and in that place: one of
    /// many words would otherwise be written twice, and read in pieces in between.  `make` has
    /// no vm, and so runs no Python code.
    // Inlined up to the memory for the same reason.
    #[inline(always)]
    pub fn alloc_with<T: PyPayload>(&self, typ: &Py<PyType>, make: impl FnOnce() -> T) -> PyRef<T> {
        // Streams have empty payloads: what lies there is the same for all of them.
        debug_assert!(
            typ.spec().derives_from(T::SPEC) || size_of::<T>() == 0,
            "payload and type disagree"
        );
        debug_assert!(typ.spec().payload.size == T::SPEC.payload.size);
        // SAFETY: the memory has room for header and payload, which is written before anyone
        // can look.
        unsafe {
            let p = tracked_object(self, typ);
            (&raw mut (*(p.as_ptr() as *mut Py<T>)).payload).write(make());
            PyRef::from_raw(p)
        }
    }

    /// As `alloc_with`, with `extra` bytes behind the payload that `fill` initialises; it says
    /// whether the collector must know of the object, if objects of its type can be in cycles.
    /// The caller has checked that the size is sane (`MemoryError` otherwise).
    ///
    /// # Safety
    /// `fill` must leave the extra bytes valid for the payload's drop and traverse.
    #[inline(always)]
    pub(crate) unsafe fn alloc_var<T: PyPayload>(
        &self,
        typ: &Py<PyType>,
        make: impl FnOnce() -> T,
        extra: usize,
        fill: impl FnOnce(*mut u8) -> bool,
    ) -> PyRef<T> {
        debug_assert!(typ.has_flags(TypeFlags::VAR_SIZED));
        // SAFETY: as in `alloc`; the extra bytes start where the payload ends.  The collector
        // must not see the object before it is whole.
        unsafe {
            // Static types are not counted and have no members: most strings and tuples.
            let p = if typ.has_flags(TypeFlags::HEAP) {
                any_object(typ, extra)
            } else {
                new_object(typ, typ.layout.prefix as usize, typ.layout.size as usize + extra)
            };
            let body = &raw mut (*(p.as_ptr() as *mut Py<T>)).payload;
            body.write(make());
            let watch = fill(body.add(1) as *mut u8);
            if watch && typ.layout.prefix != 0 {
                gc::track_new(self, p);
            }
            PyRef::from_raw(p)
        }
    }

    /// A new object of the static type of `T`.
    #[inline(always)]
    pub fn new_object<T: PyPayload>(&self, payload: T) -> PyRef<T> {
        self.alloc_own(self.type_of::<T>(), payload)
    }

    /// A new object of the static type of `T`, which is `typ`: it has no attributes of its own
    /// behind the payload, and static types are not counted.
    #[inline(always)]
    pub fn alloc_own<T: PyPayload>(&self, typ: &Py<PyType>, payload: T) -> PyRef<T> {
        debug_assert!(typ.own_spec().is_some_and(|s| std::ptr::eq(s, T::SPEC)));
        let size = HEADER + size_of::<T>().next_multiple_of(8);
        debug_assert!(typ.layout.size as usize == size);
        // SAFETY: as in `alloc`.
        unsafe {
            let p = own_object(self, typ, size);
            (&raw mut (*(p.as_ptr() as *mut Py<T>)).payload).write(payload);
            PyRef::from_raw(p)
        }
    }
}

/// An object of a static type but for its payload, of `size` bytes without the prefix.
///
/// # Safety
/// The caller writes the payload before anyone else can look.
#[inline(never)]
unsafe fn own_object(vm: &VirtualMachine, typ: &Py<PyType>, size: usize) -> NonNull<Header> {
    let prefix = typ.layout.prefix as usize;
    // SAFETY: by the contract.
    unsafe {
        let p = new_object(typ, prefix, size);
        if prefix != 0 {
            gc::track_new(vm, p);
        }
        p
    }
}

/// An object but for its payload.
///
/// # Safety
/// As `own_object`.
#[inline(never)]
unsafe fn tracked_object(vm: &VirtualMachine, typ: &Py<PyType>) -> NonNull<Header> {
    // SAFETY: by the contract.
    unsafe {
        let p = any_object(typ, 0);
        if typ.layout.prefix != 0 {
            gc::track_new(vm, p);
        }
        p
    }
}

/// An object but for its payload and the `extra` bytes behind it, not tracked yet.
///
/// # Safety
/// As `own_object`.
#[inline]
unsafe fn any_object(typ: &Py<PyType>, extra: usize) -> NonNull<Header> {
    let layout = &typ.layout;
    // SAFETY: the memory is `layout.size` bytes, at least header and payload, and the extra
    // ones; the type is counted by the new object.
    unsafe {
        let p = new_object(typ, layout.prefix as usize, layout.size as usize + extra);
        if typ.has_flags(TypeFlags::HEAP) {
            typ.header.inc();
        }
        if layout.size > layout.members_at {
            inline_values::init(p, layout);
        }
        p
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
    let new = (fixed + new).next_multiple_of(blocks::GRAIN) - fixed;
    let p = PyObjectRef::from(r).into_ptr();
    // SAFETY: the block was allocated by `new_object` with this layout; objects can be
    // moved bit by bit, since nothing points into them but references, and there is one.
    unsafe {
        let block = blocks::regrow(p.as_ptr() as *mut u8, fixed + old, fixed + new);
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
        let prefix = GC_PREFIX + EXT_PREFIX;
        let size = HEADER + size_of::<PyType>().next_multiple_of(8);
        // SAFETY: as `new_object` and `alloc`; the layout is that of `type`, and the object
        // is its own type until told otherwise.
        unsafe {
            let base = blocks::take(prefix + size);
            base.write_bytes(0, prefix);
            let p = base.add(prefix) as *mut Header;
            p.expose_provenance();
            let own = NonNull::new_unchecked(p as *mut Py<PyType>);
            p.write(Header::new(meta.map_or(own, NonNull::from)));
            (&raw mut (*own.as_ptr()).payload).write(payload);
            let p = NonNull::new_unchecked(p);
            gc::track_new(self, p);
            PyRef::from_raw(p)
        }
    }
}

/// Memory with a header; the dict and weak reference words are empty, the collector's links
/// not yet written.
///
/// # Safety
/// The caller initialises the payload and what follows, and tracks the object if it has links,
/// before anyone else sees it.
#[inline(always)]
unsafe fn new_object(typ: &Py<PyType>, prefix: usize, size: usize) -> NonNull<Header> {
    // SAFETY: the size is never 0.
    unsafe {
        let base = blocks::take(prefix + size);
        if prefix == GC_PREFIX + EXT_PREFIX {
            base.cast::<[u64; EXT_PREFIX / 8]>().write([0; EXT_PREFIX / 8]);
        }
        let p = base.add(prefix) as *mut Header;
        p.expose_provenance();
        p.write(Header::new(NonNull::from(typ)));
        NonNull::new_unchecked(p)
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

/// Memory has run out where an error cannot be returned: the running thread gets a
/// `MemoryError` at the next boundary.  Allocates nothing.
pub(crate) fn note_exhaustion() {
    if let Some(vm) = CURRENT.get() {
        // SAFETY: the state of a thread outlives what it has entered.
        unsafe { vm.as_ref() }.request(crate::vm::breaker::MEMORY);
    }
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
    unsafe { dealloc(p) };
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
        unsafe { dealloc(q) };
        DEPTH.set(0);
    }
}

/// # Safety
/// As `release`.
#[inline(always)]
unsafe fn dealloc(p: NonNull<Header>) {
    // SAFETY: an object keeps its type alive; the type knows how its objects die.
    unsafe { (p.as_ref().type_ptr().as_ref().dealloc)(p) }
}

/// An object of the static type of `T`, whose prefix has `PREFIX` bytes.
///
/// # Safety
/// As `release`.
unsafe fn dealloc_own<T: PyPayload, const PREFIX: usize>(p: NonNull<Header>) {
    // SAFETY: the object is whole until its payload is dropped below.
    unsafe {
        let h = p.as_ref();
        let object = p.as_ptr() as *mut Py<T>;
        let ext = PREFIX == GC_PREFIX + EXT_PREFIX;
        let flags = h.type_ptr().as_ref().flags.get();
        if h.has_flag(ObjFlags::FOREIGN)
            || ext && inline_values::has_weakrefs(p)
            || flags.contains(TypeFlags::HAS_FINALIZER) && !(*object).payload.dies_silently()
        {
            return dealloc_any(p);
        }
        if PREFIX != 0 && h.has_flag(ObjFlags::TRACKED) {
            gc::untrack(p);
        }
        let var = T::var_bytes(&(*object).payload);
        std::ptr::drop_in_place(&raw mut (*object).payload);
        if ext {
            inline_values::release_ext(p);
        }
        let size = PREFIX + HEADER + size_of::<T>().next_multiple_of(8);
        free((p.as_ptr() as *mut u8).sub(PREFIX), size + var);
    }
}

/// Gives an object's memory back.
///
/// # Safety
/// Nobody looks at it any more.
#[inline(always)]
unsafe fn free(base: *mut u8, bytes: usize) {
    // SAFETY: by the contract.
    unsafe {
        if cfg!(debug_assertions) && POISON.get() {
            base.write_bytes(POISON_BYTE, bytes);
        }
        blocks::give(base, bytes);
    }
}

/// # Safety
/// As `release`.
unsafe fn dealloc_any(p: NonNull<Header>) {
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
        free(base, layout.prefix as usize + layout.size as usize + var);
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
