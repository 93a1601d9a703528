//! `gc`: the Python side of the cycle collector.

use crate::gc::{
    self, DEBUG_COLLECTABLE, DEBUG_LEAK, DEBUG_SAVEALL, DEBUG_STATS, DEBUG_UNCOLLECTABLE,
};
use crate::object::ObjFlags;
use crate::prelude::*;

pub use self::gc_module::MODULE;

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
/// set_debug() -- Set debugging flags.
/// get_debug() -- Get debugging flags.
/// set_threshold() -- Set the collection thresholds.
/// get_threshold() -- Return the current collection thresholds.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// is_tracked() -- Returns true if a given object is tracked.
/// is_finalized() -- Returns true if a given object has been already finalized.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// freeze() -- Freeze all tracked objects and ignore them for future collections.
/// unfreeze() -- Unfreeze all objects in the permanent generation.
/// get_freeze_count() -- Return the number of objects in the permanent generation.
#[pymodule(name = "gc")]
pub mod gc_module {
    use super::*;

    #[attr(name = "DEBUG_STATS")]
    const STATS: u32 = DEBUG_STATS;
    #[attr(name = "DEBUG_COLLECTABLE")]
    const COLLECTABLE: u32 = DEBUG_COLLECTABLE;
    #[attr(name = "DEBUG_UNCOLLECTABLE")]
    const UNCOLLECTABLE: u32 = DEBUG_UNCOLLECTABLE;
    #[attr(name = "DEBUG_SAVEALL")]
    const SAVEALL: u32 = DEBUG_SAVEALL;
    #[attr(name = "DEBUG_LEAK")]
    const LEAK: u32 = DEBUG_LEAK;

    #[attr]
    fn garbage(vm: &VirtualMachine) -> PyRef<PyList> {
        vm.gc().garbage(vm).clone()
    }

    #[attr]
    fn callbacks(vm: &VirtualMachine) -> PyRef<PyList> {
        vm.gc().callbacks(vm).clone()
    }

    /// Enable automatic garbage collection.
    #[function(sig = "()")]
    fn enable(vm: &VirtualMachine) {
        vm.gc().enabled.set(true);
    }

    /// Disable automatic garbage collection.
    #[function(sig = "()")]
    fn disable(vm: &VirtualMachine) {
        vm.gc().enabled.set(false);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function(sig = "()")]
    fn isenabled(vm: &VirtualMachine) -> bool {
        vm.gc().enabled.get()
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The number of unreachable objects is
    /// returned.
    #[function(sig = "(generation=2)")]
    fn collect(vm: &VirtualMachine, generation: i32) -> PyResult<usize> {
        match usize::try_from(generation) {
            Ok(g) if g < 3 => Ok(gc::collect(vm, g)),
            _ => Err(vm.value_error("invalid generation")),
        }
    }

    /// Set the garbage collection debugging flags.
    ///
    ///   flags
    ///     An integer that can have the following bits turned on:
    ///       DEBUG_STATS - Print statistics during collection.
    ///       DEBUG_COLLECTABLE - Print collectable objects found.
    ///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
    ///         found.
    ///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
    ///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
    ///
    /// Debugging information is written to sys.stderr.
    #[function(sig = "(flags, /)")]
    fn set_debug(vm: &VirtualMachine, flags: i32) {
        vm.gc().debug.set(flags as u32);
    }

    /// Get the garbage collection debugging flags.
    #[function(sig = "()")]
    fn get_debug(vm: &VirtualMachine) -> i32 {
        vm.gc().debug.get() as i32
    }

    /// set_threshold(threshold0[, threshold1[, threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[function]
    fn set_threshold(vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(vm, "gc.set_threshold")?;
        crate::call::check_arity(vm, "set_threshold", args.len(), 1, 3)?;
        let (_, b, c) = vm.gc().thresholds.get();
        let at = |i: usize, old: u32| match args.get(i) {
            Some(o) => vm.to_i32(o).map(|v| v.max(0) as u32),
            None => Ok(old),
        };
        vm.gc().set_thresholds((at(0, 0)?, at(1, b)?, at(2, c)?));
        Ok(())
    }

    /// Return the current collection thresholds.
    #[function(sig = "()")]
    fn get_threshold(vm: &VirtualMachine) -> (u32, u32, u32) {
        vm.gc().thresholds.get()
    }

    /// Return a three-tuple of the current collection counts.
    #[function(sig = "()")]
    fn get_count(vm: &VirtualMachine) -> (usize, usize, usize) {
        vm.gc().counts()
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function(sig = "()")]
    fn get_stats(vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let mut out = Vec::new();
        for s in vm.gc().stats.get() {
            let d = vm.new_dict();
            d.set_str(vm, &vm.intern("collections"), vm.new_usize(s.collections))?;
            d.set_str(vm, &vm.intern("collected"), vm.new_usize(s.collected))?;
            d.set_str(vm, &vm.intern("uncollectable"), vm.new_usize(s.uncollectable))?;
            out.push(d.into());
        }
        Ok(out)
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the collector
    /// that are in that generation.
    #[function(sig = "(generation=None)")]
    fn get_objects(vm: &VirtualMachine, generation: NoneOr<isize>) -> PyResult<Vec<PyObjectRef>> {
        let generation = match generation.0 {
            None => None,
            Some(g) if g < 0 => {
                return Err(vm.value_error("generation parameter cannot be negative"));
            }
            Some(g) if g >= 3 => {
                return Err(vm.value_error(
                    "generation parameter must be less than the number of available generations (3)",
                ));
            }
            Some(g) => Some(g as usize),
        };
        Ok(vm.gc().tracked(generation))
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[function(sig = "(obj, /)")]
    fn is_tracked(obj: PyObject<'_>) -> bool {
        gc::is_tracked(obj)
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function(sig = "(obj, /)")]
    fn is_finalized(obj: PyObject<'_>) -> bool {
        gc::is_tracked(obj) && obj.header().is_some_and(|h| h.has_flag(ObjFlags::FINALIZED))
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referrers(vm: &VirtualMachine, objs: Rest<'_>) -> Vec<PyObjectRef> {
        let mut out = Vec::new();
        for o in vm.gc().tracked(None) {
            let mut refers = false;
            gc::traverse_object(o.as_object(), &mut |r| {
                refers |= objs.iter().any(|x| x.is(r));
            });
            if refers {
                out.push(o);
            }
        }
        out
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function(sig = "(*objs)")]
    fn get_referents(objs: Rest<'_>) -> Vec<PyObjectRef> {
        let mut out = Vec::new();
        for o in objs.iter() {
            gc::traverse_object(o, &mut |r| out.push(r.to_owned()));
        }
        out
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write friendly.
    /// Note: collection before a POSIX fork() call may free pages for future allocation
    /// which can cause copy-on-write.
    #[function(sig = "()")]
    fn freeze(vm: &VirtualMachine) {
        vm.gc().freeze();
    }

    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[function(sig = "()")]
    fn unfreeze(vm: &VirtualMachine) {
        vm.gc().unfreeze();
    }

    /// Return the number of objects in the permanent generation.
    #[function(sig = "()")]
    fn get_freeze_count(vm: &VirtualMachine) -> usize {
        vm.gc().frozen_count()
    }
}
