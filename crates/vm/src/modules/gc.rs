//! `gc`: the Python side of the cycle collector.

use crate::gc::{
    self, DEBUG_COLLECTABLE, DEBUG_LEAK, DEBUG_SAVEALL, DEBUG_STATS, DEBUG_UNCOLLECTABLE,
};
use crate::object::ObjFlags;
use crate::prelude::*;

pub use self::gc_module::MODULE;

/// The collector that finds what reference counts cannot: garbage in cycles.
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

    /// Collects from time to time from now on.
    #[function(sig = "()")]
    fn enable(vm: &VirtualMachine) {
        vm.gc().enabled.set(true);
    }

    /// Collects only when asked from now on.
    #[function(sig = "()")]
    fn disable(vm: &VirtualMachine) {
        vm.gc().enabled.set(false);
    }

    /// Whether collections happen without being asked for.
    #[function(sig = "()")]
    fn isenabled(vm: &VirtualMachine) -> bool {
        vm.gc().enabled.get()
    }

    /// Collects garbage, of all generations or of one and those younger.
    ///
    /// Returns how many objects were unreachable.
    #[function(sig = "(generation=2)")]
    fn collect(vm: &VirtualMachine, generation: i32) -> PyResult<usize> {
        match usize::try_from(generation) {
            Ok(g) if g < 3 => Ok(gc::collect(vm, g)),
            _ => Err(vm.value_error("invalid generation")),
        }
    }

    /// Sets what a collection reports: the sum of DEBUG_STATS (counts), DEBUG_COLLECTABLE,
    /// DEBUG_UNCOLLECTABLE (objects) and DEBUG_SAVEALL (keep garbage in gc.garbage).
    ///
    /// DEBUG_LEAK is what shows a leak.
    #[function(sig = "(flags, /)")]
    fn set_debug(vm: &VirtualMachine, flags: i32) {
        vm.gc().debug.set(flags as u32);
    }

    /// The debugging flags.
    #[function(sig = "()")]
    fn get_debug(vm: &VirtualMachine) -> i32 {
        vm.gc().debug.get() as i32
    }

    /// Sets the counts at which the generations are collected; 0 for the first ends that.
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

    /// The counts at which the generations are collected.
    #[function(sig = "()")]
    fn get_threshold(vm: &VirtualMachine) -> (u32, u32, u32) {
        vm.gc().thresholds.get()
    }

    /// How much has happened in each generation since it was collected.
    #[function(sig = "()")]
    fn get_count(vm: &VirtualMachine) -> (usize, usize, usize) {
        vm.gc().counts()
    }

    /// A dict of counts for each generation.
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

    /// The objects that the collector tracks, in all generations or in one.
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

    /// Whether the collector watches the object; those that can refer to nothing are not watched.
    #[function(sig = "(obj, /)")]
    fn is_tracked(obj: PyObject<'_>) -> bool {
        gc::is_tracked(obj)
    }

    /// Whether the collector has finalised the object.
    #[function(sig = "(obj, /)")]
    fn is_finalized(obj: PyObject<'_>) -> bool {
        gc::is_tracked(obj) && obj.header().is_some_and(|h| h.has_flag(ObjFlags::FINALIZED))
    }

    /// The objects that refer to one of the given ones.
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

    /// What the given objects refer to.
    #[function(sig = "(*objs)")]
    fn get_referents(objs: Rest<'_>) -> Vec<PyObjectRef> {
        let mut out = Vec::new();
        for o in objs.iter() {
            gc::traverse_object(o, &mut |r| out.push(r.to_owned()));
        }
        out
    }

    /// Sets all tracked objects aside, where collections do not look.
    ///
    /// Done before fork(), this keeps pages shared with the child.
    #[function(sig = "()")]
    fn freeze(vm: &VirtualMachine) {
        vm.gc().freeze();
    }

    /// Puts the objects that were set aside into the oldest generation.
    #[function(sig = "()")]
    fn unfreeze(vm: &VirtualMachine) {
        vm.gc().unfreeze();
    }

    /// How many objects are set aside.
    #[function(sig = "()")]
    fn get_freeze_count(vm: &VirtualMachine) -> usize {
        vm.gc().frozen_count()
    }
}
