//! The cycle collector: which objects it watches, and how it finds unreachable cycles.
//!
//! Reference counts free almost everything; this finds the rest.  Objects whose type has
//! GC are linked, through two words in front of their header, into the young or the old
//! list.  A collection copies the counts of a list's objects, subtracts the references
//! that come from within, keeps what is reachable from objects with a remainder, and
//! finalises and clears the others (PEP 442).  It runs only from the eval breaker or
//! `gc.collect()`, never inside an allocation.
//!
//! Invariant: every tracked object is in exactly one list of its interpreter.

#![allow(unsafe_code)]

use crate::builtins::list::PyList;
use crate::builtins::weakref::WeakList;
use crate::object::PyRef;
use crate::object::header::{Header, ObjFlags};
use crate::object::{PyObject, PyObjectRef, Visitor};
use crate::types::TypeFlags;
use crate::vm::{PyResult, VirtualMachine, breaker};
use std::cell::{Cell, OnceCell, UnsafeCell};
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

#[repr(C)]
struct Links {
    next: *mut Links,
    prev: *mut Links,
}

/// A list head: an empty ring points to itself.
struct Ring(Box<UnsafeCell<Links>>);

impl Ring {
    fn new() -> Ring {
        let ring =
            Ring(Box::new(UnsafeCell::new(Links { next: ptr::null_mut(), prev: ptr::null_mut() })));
        // SAFETY: the head is ours alone.
        unsafe { *ring.0.get() = Links { next: ring.0.get(), prev: ring.0.get() } };
        ring
    }

    /// # Safety
    /// `node` is in no list.
    #[inline(always)]
    unsafe fn push(&self, node: *mut Links) {
        // SAFETY: the ring's nodes are live.
        unsafe {
            let head = self.0.get();
            let last = (*head).prev;
            (*node).next = head;
            (*node).prev = last;
            (*last).next = node;
            (*head).prev = node;
        }
    }

    /// Everything in the ring, in order.
    fn for_each(&self, mut f: impl FnMut(NonNull<Header>)) {
        // SAFETY: the ring's nodes are live objects' prefixes.
        unsafe {
            let head = self.0.get();
            let mut n = (*head).next;
            while n != head {
                f(NonNull::new_unchecked(n.add(1) as *mut Header));
                n = (*n).next;
            }
        }
    }

    fn objects(&self) -> Vec<NonNull<Header>> {
        let mut out = Vec::new();
        self.for_each(|p| out.push(p));
        out
    }

    /// As `objects`; `None` if there is no room for the list.  About `expected` are expected.
    // One walk: each step waits for the memory of the object before.
    fn try_objects(&self, expected: usize) -> Option<Vec<NonNull<Header>>> {
        let mut out = with_room(expected)?;
        let mut fits = true;
        self.for_each(|p| {
            if out.len() == out.capacity() {
                fits = fits && out.try_reserve(1).is_ok();
            }
            if fits {
                out.push(p);
            }
        });
        fits.then_some(out)
    }

    /// Moves all of `other` to the end of `self`.
    fn absorb(&self, other: &Ring) {
        // SAFETY: the nodes of both rings are live, and no ring shares one with another.
        unsafe {
            let (own, others) = (self.0.get(), other.0.get());
            let (first, last) = ((*others).next, (*others).prev);
            if first == others {
                return;
            }
            let before = (*own).prev;
            (*before).next = first;
            (*first).prev = before;
            (*last).next = own;
            (*own).prev = last;
            *others = Links { next: others, prev: others };
        }
    }
}

#[inline(always)]
fn links(p: NonNull<Header>) -> *mut Links {
    (p.as_ptr() as *mut Links).wrapping_sub(1)
}

/// # Safety
/// `n` is in a list.
#[inline(always)]
unsafe fn unlink(n: *mut Links) {
    // SAFETY: neighbours are live.
    unsafe {
        (*(*n).prev).next = (*n).next;
        (*(*n).next).prev = (*n).prev;
    }
}

/// Numbers of one generation, for `gc.get_stats()`.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    pub collections: usize,
    pub collected: usize,
    pub uncollectable: usize,
}

/// One interpreter's collector.
pub struct Gc {
    young: Ring,
    old: Ring,
    /// `gc.freeze()`d objects, which no collection looks at.
    frozen: Ring,
    /// Objects made since the young list was last counted.
    young_allocs: Cell<u32>,
    pub enabled: Cell<bool>,
    /// (young, old, unused), as `gc.get_threshold()` shows them.
    pub thresholds: Cell<(u32, u32, u32)>,
    /// Objects that survived into the old list since the last full collection.
    pending_old: Cell<usize>,
    old_size: Cell<usize>,
    collecting: Cell<bool>,
    pub debug: Cell<u32>,
    pub stats: Cell<[Stats; 3]>,
    /// Stress switch: collect whenever the breaker is polled.
    pub always: Cell<bool>,
    /// Young objects that ask for a collection; `u32::MAX`: never.
    trigger: Cell<u32>,
    /// `gc.garbage` and `gc.callbacks`.
    garbage: OnceCell<PyRef<PyList>>,
    callbacks: OnceCell<PyRef<PyList>>,
}

pub const DEBUG_STATS: u32 = 1;
pub const DEBUG_COLLECTABLE: u32 = 2;
pub const DEBUG_UNCOLLECTABLE: u32 = 4;
pub const DEBUG_SAVEALL: u32 = 32;
pub const DEBUG_LEAK: u32 = DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL;

impl Gc {
    pub fn new(always: bool) -> Gc {
        Gc {
            young: Ring::new(),
            old: Ring::new(),
            frozen: Ring::new(),
            young_allocs: Cell::new(0),
            enabled: Cell::new(true),
            thresholds: Cell::new((2000, 10, 0)),
            pending_old: Cell::new(0),
            old_size: Cell::new(0),
            collecting: Cell::new(false),
            debug: Cell::new(0),
            stats: Cell::new([Stats::default(); 3]),
            always: Cell::new(always),
            trigger: Cell::new(if always { 1 } else { 2000 }),
            garbage: OnceCell::new(),
            callbacks: OnceCell::new(),
        }
    }

    pub fn set_thresholds(&self, t: (u32, u32, u32)) {
        self.thresholds.set(t);
        let trigger = if t.0 == 0 { u32::MAX } else { t.0 };
        self.trigger.set(if self.always.get() { 1 } else { trigger });
    }

    /// `gc.garbage`.
    pub fn garbage(&self, vm: &VirtualMachine) -> &PyRef<PyList> {
        self.garbage.get_or_init(|| vm.new_list(Vec::new()))
    }

    /// `gc.callbacks`.
    pub fn callbacks(&self, vm: &VirtualMachine) -> &PyRef<PyList> {
        self.callbacks.get_or_init(|| vm.new_list(Vec::new()))
    }

    pub fn counts(&self) -> (usize, usize, usize) {
        (self.young_allocs.get() as usize, 0, 0)
    }

    pub fn is_collecting(&self) -> bool {
        self.collecting.get()
    }

    pub fn freeze(&self) {
        self.frozen.absorb(&self.young);
        self.frozen.absorb(&self.old);
    }

    pub fn unfreeze(&self) {
        self.old.absorb(&self.frozen);
    }

    pub fn frozen_count(&self) -> usize {
        self.frozen.objects().len()
    }

    /// Every tracked object of the generation (`None`: of all).
    pub fn tracked(&self, generation: Option<usize>) -> Vec<PyObjectRef> {
        let mut ptrs = Vec::new();
        if generation.is_none_or(|g| g == 0) {
            ptrs.extend(self.young.objects());
        }
        if generation.is_none_or(|g| g >= 1) {
            ptrs.extend(self.old.objects());
        }
        ptrs.into_iter().map(|p| as_object(p).to_owned()).collect()
    }
}

fn as_object<'a>(p: NonNull<Header>) -> PyObject<'a> {
    // SAFETY: callers hold lists of live objects, and use the result before they change.
    unsafe { PyObject::from_raw(p, PhantomData) }
}

/// # Safety
/// `p` is a complete new object with a GC prefix.
#[inline(always)]
pub(crate) unsafe fn track_new(vm: &VirtualMachine, p: NonNull<Header>) {
    let gc = vm.gc();
    // SAFETY: by the contract.
    unsafe {
        gc.young.push(links(p));
        p.as_ref().set_flag(ObjFlags::TRACKED, true);
    }
    let n = gc.young_allocs.get() + 1;
    gc.young_allocs.set(n);
    if n >= gc.trigger.get() {
        vm.request(breaker::GC);
    }
}

/// # Safety
/// `p` is tracked.
pub(crate) unsafe fn untrack(p: NonNull<Header>) {
    // SAFETY: by the contract.
    unsafe {
        unlink(links(p));
        p.as_ref().set_flag(ObjFlags::TRACKED, false);
    }
}

/// Takes an object out of the collector's sight: it can be in no cycle.
pub fn untrack_object(o: PyObject<'_>) {
    if let Some(h) = o.header()
        && h.has_flag(ObjFlags::TRACKED)
    {
        // SAFETY: tracked.
        unsafe { untrack(NonNull::from(h)) };
    }
}

pub fn is_tracked(o: PyObject<'_>) -> bool {
    o.header().is_some_and(|h| h.has_flag(ObjFlags::TRACKED))
}

/// Shows every reference that `o` holds.
pub fn traverse_object(o: PyObject<'_>, visit: &mut dyn FnMut(PyObject<'_>)) {
    let Some(h) = o.header() else { return };
    let mut visitor = Visitor { visit };
    // SAFETY: an object keeps its type alive; the payload is what the spec says.
    unsafe {
        let t = h.type_ptr().as_ref();
        (t.spec().payload.traverse)(o.as_ptr(), &mut visitor);
        if let Some(i) = o.instance() {
            i.traverse(&mut visitor);
        }
        if t.has_flags(TypeFlags::HEAP) {
            visitor.object(t.as_object());
        }
    }
}

/// Called by the eval breaker: collects if a threshold has really been passed.
pub fn run_pending(vm: &VirtualMachine) -> PyResult<()> {
    let gc = vm.gc();
    let threshold = gc.thresholds.get().0;
    gc.young_allocs.set(0);
    if !gc.enabled.get() || threshold == 0 || gc.collecting.get() {
        return Ok(());
    }
    if gc.pending_old.get() > gc.old_size.get() / 4 + 10_000 {
        collect(vm, 2);
        return Ok(());
    }
    let young = gc.young.try_objects(threshold as usize);
    // Most of what was made since may have died by count: then there is nothing to do.
    if gc.always.get() || young.as_ref().is_some_and(|y| y.len() > threshold as usize / 2) {
        collect_from(vm, 0, young);
    }
    Ok(())
}

/// Collects a generation (0: young; 1 and 2: everything) and returns how many
/// unreachable objects were found.  Errors of finalisers go to `sys.unraisablehook`.
pub fn collect(vm: &VirtualMachine, generation: usize) -> usize {
    collect_from(vm, generation, None)
}

/// As `collect`; `young` are the objects of the young list if they are known.
fn collect_from(
    vm: &VirtualMachine,
    generation: usize,
    mut young: Option<Vec<NonNull<Header>>>,
) -> usize {
    let gc = vm.gc();
    if gc.collecting.replace(true) {
        return 0;
    }
    if gc.callbacks.get().is_some_and(|callbacks| !callbacks.is_empty()) {
        call_callbacks(vm, "start", generation, 0);
        // They may have made objects, or let some go.
        young = None;
    }
    let full = generation > 0;
    if full {
        gc.old.absorb(&gc.young);
    }
    let candidates = match young {
        None if full => gc.old.try_objects(gc.old_size.get()),
        None => gc.young.try_objects(0),
        young => young,
    };
    // Without room for its lists there is no collection: what needs memory then fails.
    let garbage = candidates.and_then(|candidates| {
        let unreachable = find_unreachable(&candidates)?;
        let owned = with_room(unreachable.len())?;
        Some((candidates.len(), unreachable, owned))
    });
    let Some((candidates, mut unreachable, mut owned)) = garbage else {
        // The next attempt comes as late as after a collection.
        gc.pending_old.set(0);
        gc.collecting.set(false);
        return 0;
    };
    let mut found = unreachable.len();
    if !full {
        gc.old.absorb(&gc.young);
        gc.pending_old.set(gc.pending_old.get() + (candidates - found));
    } else {
        gc.pending_old.set(0);
        gc.old_size.set(candidates - found);
    }
    if found > 0 {
        // From here on the garbage is held by `owned`, so nothing dies under our hands.
        owned.extend(unreachable.iter().map(|p| as_object(*p).to_owned()));
        clear_weakrefs(vm, &owned);
        finalize(vm, &owned);
        unreachable = still_unreachable(&owned);
        found = unreachable.len();
        if gc.debug.get() & DEBUG_SAVEALL != 0 {
            let garbage = gc.garbage(vm);
            unreachable.drain(..).for_each(|p| garbage.items().push(as_object(p).to_owned()));
        }
        let mut out = Vec::new();
        for p in &unreachable {
            clear_object(*p, &mut out);
        }
        drop(out);
        drop(owned);
        vm.run_pending_finalizers();
    }
    let mut stats = gc.stats.get();
    let s = &mut stats[generation.min(2)];
    s.collections += 1;
    s.collected += found;
    gc.stats.set(stats);
    if gc.debug.get() & DEBUG_STATS != 0 {
        report(vm, generation, found);
    }
    call_callbacks(vm, "stop", generation, found);
    // Only now: what the callbacks make must not collect again, and call them again.
    gc.collecting.set(false);
    found
}

/// The statistics line of `DEBUG_STATS`, on the interpreter's `sys.stderr`.
#[cold]
fn report(vm: &VirtualMachine, generation: usize, found: usize) {
    let text = format!("gc: done, generation {generation}, {found} unreachable, 0 uncollectable\n");
    let text = vm.new_str(text);
    let names = vm.names();
    if let Ok(Some(stderr)) = vm.sys_attr(&names.stderr)
        && let Err(e) = vm.call_method(stderr.as_object(), &names.write, &[text.as_object()])
    {
        vm.unraisable(e, None, stderr.as_object());
    }
}

/// Tells `gc.callbacks` that a collection begins or has ended.
fn call_callbacks(vm: &VirtualMachine, phase: &str, generation: usize, collected: usize) {
    let Some(callbacks) = vm.gc().callbacks.get() else { return };
    if callbacks.is_empty() {
        return;
    }
    let info = vm.new_dict();
    for (k, v) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
        // String keys in a new dict: nothing can fail.
        if let Err(e) = info.set_str(vm, &vm.intern(k), vm.new_usize(v)) {
            vm.unraisable(e, None, info.as_object());
        }
    }
    let phase = vm.intern(phase);
    for cb in callbacks.items().to_vec() {
        let args = [phase.as_object(), info.as_object()];
        if let Err(e) = vm.call_positional(cb.as_object(), &args) {
            vm.unraisable_while(e, "while calling GC callback", cb.as_object());
        }
    }
}

/// The candidates not reachable from outside the set.  Uses the `prev` link as the count's
/// copy meanwhile, and puts the links right again before it returns.
fn find_unreachable(candidates: &[NonNull<Header>]) -> Option<Vec<NonNull<Header>>> {
    find_unreachable_with(candidates, 0)
}

/// As above; `held` references of each candidate are the collector's own.
fn find_unreachable_with(
    candidates: &[NonNull<Header>],
    held: usize,
) -> Option<Vec<NonNull<Header>>> {
    let mut saved: Vec<*mut Links> = with_room(candidates.len())?;
    let mut work: Vec<NonNull<Header>> = with_room(candidates.len())?;
    // SAFETY: candidates are tracked objects with links.
    saved.extend(candidates.iter().map(|p| unsafe { (*links(*p)).prev }));
    // SAFETY: as above; prev is restored below, and nothing else runs meanwhile.
    unsafe {
        for p in candidates {
            let h = p.as_ref();
            let n = if h.is_immortal() { usize::MAX / 2 } else { h.count() as usize - held };
            (*links(*p)).prev = ptr::without_provenance_mut(n);
            h.set_flag(ObjFlags::COLLECTING, true);
        }
        for p in candidates {
            traverse_object(as_object(*p), &mut |o| {
                let h = o.header().expect("visitors see heap objects only");
                if h.has_flag(ObjFlags::COLLECTING) {
                    let l = links(NonNull::from(h));
                    (*l).prev = ptr::without_provenance_mut((*l).prev.addr().saturating_sub(1));
                }
            });
        }
        // Reachable ones lose the COLLECTING flag.
        work.extend(candidates.iter().copied().filter(|p| (*links(*p)).prev.addr() > 0));
        work.iter().for_each(|p| p.as_ref().set_flag(ObjFlags::COLLECTING, false));
        while let Some(p) = work.pop() {
            traverse_object(as_object(p), &mut |o| {
                let h = o.header().expect("visitors see heap objects only");
                if h.has_flag(ObjFlags::COLLECTING) {
                    h.set_flag(ObjFlags::COLLECTING, false);
                    work.push(NonNull::from(h));
                }
            });
        }
        // All reachable ones have been through it: its room serves the others.
        let mut unreachable = work;
        for (p, prev) in candidates.iter().zip(saved) {
            (*links(*p)).prev = prev;
            let h = p.as_ref();
            if h.has_flag(ObjFlags::COLLECTING) {
                h.set_flag(ObjFlags::COLLECTING, false);
                unreachable.push(*p);
            }
        }
        Some(unreachable)
    }
}

/// An empty list with room for `n`, if there is any.
fn with_room<T>(n: usize) -> Option<Vec<T>> {
    let mut out = Vec::new();
    out.try_reserve_exact(n).ok()?;
    Some(out)
}

/// Clears all weak references into the garbage, then runs the callbacks of those weak
/// reference objects that are not garbage themselves.
fn clear_weakrefs(vm: &VirtualMachine, owned: &[PyObjectRef]) {
    let mark = |on| {
        for o in owned {
            o.as_object().header().expect("tracked").set_flag(ObjFlags::UNREACHABLE, on);
        }
    };
    mark(true);
    let mut callbacks = Vec::new();
    for o in owned {
        if let Some(list) = o.as_object().instance().and_then(|i| i.weakrefs()) {
            WeakList::take_all(list, &mut callbacks);
        }
    }
    callbacks
        .retain(|c| !c.as_object().header().is_some_and(|h| h.has_flag(ObjFlags::UNREACHABLE)));
    mark(false);
    for c in callbacks {
        c.run_callback(vm);
    }
}

fn finalize(vm: &VirtualMachine, owned: &[PyObjectRef]) {
    for o in owned {
        vm.finalize_once(o.as_object());
    }
}

/// After the finalisers: what is still unreachable.  If any object came back to life, only
/// what nothing living refers to stays in the set.
fn still_unreachable(owned: &[PyObjectRef]) -> Vec<NonNull<Header>> {
    let candidates: Vec<_> = owned
        .iter()
        .map(|o| NonNull::from(o.as_object().header().expect("tracked")))
        .filter(|p| {
            // SAFETY: held by `owned`.
            unsafe { p.as_ref() }.has_flag(ObjFlags::TRACKED)
        })
        .collect();
    // Without room nothing is cleared, and the next collection finds it again.
    find_unreachable_with(&candidates, 1).unwrap_or_default()
}

fn clear_object(p: NonNull<Header>, out: &mut Vec<PyObjectRef>) {
    let o = as_object(p);
    // SAFETY: the payload is what the spec says.
    unsafe {
        let t = p.as_ref().type_ptr().as_ref();
        (t.spec().payload.clear)(o.as_ptr(), out);
    }
    if let Some(i) = o.instance() {
        i.clear(out);
    }
}
