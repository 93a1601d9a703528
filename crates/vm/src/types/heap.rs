//! `type.__new__`: classes made by class statements and by `type(name, bases, dict)`.
//!
//! The order is CPython's `type_new`: metaclass, best base, `__slots__`, the special names
//! of the body, members, MRO, slots, `__set_name__`, `__init_subclass__`.

use super::creation::NewType;
use super::{PyType, TypeFlags, bases, slot_update};
use crate::builtins::cell::PyCellObject;
use crate::builtins::descriptors::{PyGetSetDescriptor, PyMemberDescriptor};
use crate::builtins::function::PyFunction;
use crate::object::inline_values::MAX_INLINE;
use crate::prelude::*;
use crate::types::instance_dict;
use text::utf8;

/// The arguments of `type(name, bases, dict, **keywords)`.
pub struct ClassParts<'a> {
    pub name: &'a Py<PyStr>,
    pub bases: &'a Py<PyTuple>,
    pub dict: &'a Py<PyDict>,
}

/// `type.__new__(metatype, name, bases, dict, **keywords)`.
pub fn type_new(vm: &VirtualMachine, metatype: &Py<PyType>, args: Args<'_>) -> PyResult {
    let parts = class_parts(vm, args)?;
    for b in parts.bases.as_slice() {
        if b.as_object().downcast::<PyType>().is_some() {
            continue;
        }
        if vm.get_attr_opt(b.as_object(), &vm.names().__mro_entries__)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    let winner = bases::calculate_metaclass(vm, metatype, parts.bases.as_slice())?;
    if !winner.is(metatype)
        && let Some(new) = winner.slots.new.get()
        && Some(new as usize) != vm.types().type_.slots.new.get().map(|f| f as usize)
    {
        return new(vm, &winner, args);
    }
    for b in parts.bases.as_slice() {
        if b.as_object().downcast::<PyType>().is_none() {
            return Err(vm.type_error("bases must be types"));
        }
    }
    make_class(vm, &winner, parts, args).map(Into::into)
}

fn class_parts<'a>(vm: &VirtualMachine, args: Args<'a>) -> PyResult<ClassParts<'a>> {
    if args.len() != 3 {
        return Err(vm.type_error(format!(
            "type.__new__() takes exactly 3 arguments ({} given)",
            args.len()
        )));
    }
    let wrong = |i: usize, want: &str| {
        vm.type_error(format!(
            "type.__new__() argument {} must be {want}, not {}",
            i + 1,
            args.at(i).class(vm).display_name()
        ))
    };
    Ok(ClassParts {
        name: args.at(0).downcast::<PyStr>().ok_or_else(|| wrong(0, "str"))?,
        bases: args.at(1).downcast::<PyTuple>().ok_or_else(|| wrong(1, "tuple"))?,
        dict: args.at(2).downcast::<PyDict>().ok_or_else(|| wrong(2, "dict"))?,
    })
}

/// `TypeError` or `ValueError` if a type cannot bear the name.
pub fn check_name(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult<()> {
    if name.as_bytes().contains(&0) {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    if let Some(at) = utf8::validate::find_surrogate(name.as_bytes(), 0) {
        let char_at = utf8::char_count(&name.as_bytes()[..at]);
        let reason = vm.new_str("surrogates not allowed").into();
        return Err(vm.new_exception(
            &vm.exc().unicode_encode_error,
            vec![
                vm.new_str("utf-8").into(),
                name.to_ref().into(),
                vm.new_usize(char_at),
                vm.new_usize(char_at + 1),
                reason,
            ],
        ));
    }
    Ok(())
}

/// What `__slots__` asks for.
#[derive(Default)]
struct SlotPlan {
    /// Mangled and sorted; `None` without `__slots__`.
    names: Option<Vec<PyRef<PyStr>>>,
    add_dict: bool,
    add_weakref: bool,
}

fn plan_slots(
    vm: &VirtualMachine,
    class_name: &Py<PyStr>,
    base: &Py<PyType>,
    all_bases: &[PyRef<PyType>],
    dict: &Py<PyDict>,
) -> PyResult<SlotPlan> {
    let may_add_dict = !base.has_flags(TypeFlags::HAS_DICT);
    let may_add_weakref = !base.supports_weakrefs() && !base.has_items();
    let Some(slots) = dict.get_str(vm, &vm.names().__slots__)? else {
        return Ok(SlotPlan { names: None, add_dict: may_add_dict, add_weakref: may_add_weakref });
    };
    let items = match slots.as_object().downcast::<PyStr>() {
        Some(s) => vec![s.to_ref().into()],
        None => vm.collect(slots.as_object())?,
    };
    if !items.is_empty() && base.has_items() {
        return Err(vm.type_error(format!(
            "nonempty __slots__ not supported for subtype of '{}'",
            base.display_name()
        )));
    }
    let mut plan = SlotPlan::default();
    let mut names: Vec<PyRef<PyStr>> = Vec::with_capacity(items.len());
    for item in &items {
        let Some(s) = item.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "__slots__ items must be strings, not '{}'",
                item.class(vm).display_name()
            )));
        };
        if !utf8::case::is_identifier(s.as_bytes()) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
    }
    for item in &items {
        let Some(s) = item.as_object().downcast::<PyStr>() else { continue };
        match s.as_bytes() {
            b"__dict__" => {
                if !may_add_dict || plan.add_dict {
                    return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
                }
                plan.add_dict = true;
            }
            b"__weakref__" => {
                if !may_add_weakref || plan.add_weakref {
                    return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
                }
                plan.add_weakref = true;
            }
            bytes => {
                let name = mangle(vm, class_name, s);
                let special =
                    matches!(bytes, b"__qualname__" | b"__classcell__" | b"__classdictcell__");
                if !special && dict.get_str(vm, &name)?.is_some() {
                    return Err(vm.value_error(format!(
                        "{} in __slots__ conflicts with class variable",
                        vm.repr(name.as_object())?.to_string_lossy()
                    )));
                }
                if !names.iter().any(|n| n.is(&name)) {
                    names.push(name);
                }
            }
        }
    }
    names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    for b in all_bases.iter().filter(|b| !b.is(base)) {
        plan.add_dict |= may_add_dict && b.has_flags(TypeFlags::HAS_DICT);
        plan.add_weakref |= may_add_weakref && b.supports_weakrefs();
    }
    plan.names = Some(names);
    Ok(plan)
}

/// `__x` in class `C` is `_C__x`.
fn mangle(vm: &VirtualMachine, class_name: &Py<PyStr>, name: &Py<PyStr>) -> PyRef<PyStr> {
    let bytes = name.as_bytes();
    let stripped = class_name.as_bytes().iter().position(|b| *b != b'_');
    match stripped {
        Some(at) if bytes.starts_with(b"__") && !bytes.ends_with(b"__") => {
            let class = &class_name.as_bytes()[at..];
            vm.interp.intern_bytes(vm, &[b"_", class, bytes].concat())
        }
        _ => vm.interp.intern_bytes(vm, bytes),
    }
}

/// Attributes that the class's and its bases' methods assign to `self`.
fn static_attributes(
    vm: &VirtualMachine,
    dict: &Py<PyDict>,
    all_bases: &[PyRef<PyType>],
) -> Vec<PyRef<PyStr>> {
    let key = &vm.names().__static_attributes__;
    let mut out: Vec<PyRef<PyStr>> = Vec::new();
    let mut add = |names: Option<PyObjectRef>| {
        let Some(names) = names.and_then(|n| n.downcast::<PyTuple>().ok()) else { return };
        for n in names.as_slice() {
            if let Some(s) = n.as_object().downcast::<PyStr>()
                && s.is_exact()
            {
                let s = vm.intern_str(s);
                if !out.iter().any(|o| o.is(&s)) {
                    out.push(s);
                }
            }
        }
    };
    for b in all_bases.iter().rev() {
        for t in bases::types_in(b.mro().as_slice()).iter().rev() {
            if t.has_flags(TypeFlags::HEAP) {
                add(t.raw_dict().get_name(key));
            }
        }
    }
    add(dict.get_name(key));
    out
}

/// Makes the class; the arguments have been checked.
fn make_class(
    vm: &VirtualMachine,
    metatype: &Py<PyType>,
    parts: ClassParts<'_>,
    args: Args<'_>,
) -> PyResult<PyRef<PyType>> {
    let mut all_bases = bases::types_in(parts.bases.as_slice());
    let mut bases_tuple = parts.bases.to_ref();
    if all_bases.is_empty() {
        all_bases.push(vm.types().object.clone());
        bases_tuple = vm.new_tuple(vec![vm.types().object.clone().into()]);
    }
    let base = bases::best_base(vm, &all_bases)?;
    check_name(vm, parts.name)?;
    let plan = plan_slots(vm, parts.name, &base, &all_bases, parts.dict)?;
    let dict = vm.new_object(PyDict::from_table(parts.dict.table().copy()));
    let typ = allocate(vm, metatype, &parts, &base, bases_tuple, &all_bases, dict.clone(), &plan)?;
    set_special_names(vm, &typ, parts.name, &dict)?;
    add_descriptors(vm, &typ, &base, &dict, &plan)?;
    let doc = dict.get_str(vm, &vm.names().__doc__)?;
    if let Some(text) = doc.as_ref().and_then(|d| d.as_object().downcast::<PyStr>())
        && text.to_str().is_none()
    {
        return Err(crate::call::from_args::surrogate_error(vm, text));
    }
    if doc.is_none() {
        dict.set_str(vm, &vm.names().__doc__, vm.none())?;
    }
    let order = bases::compute_mro(vm, &typ)?;
    typ.modified();
    typ.mro.set(Some(vm.new_tuple(order.into_iter().map(Into::into).collect())));
    if dict.get_str(vm, &vm.names().__hash__)?.is_none()
        && dict.get_str(vm, &vm.names().__eq__)?.is_some()
    {
        dict.set_str(vm, &vm.names().__hash__, vm.none())?;
    }
    slot_update::fill_slots(vm, &typ);
    for b in &all_bases {
        b.subclasses.add(vm, &typ);
    }
    if !dict.table().has_str_keys() {
        let name = typ.display_name();
        let text = format!("non-string key in the __dict__ of class {name}");
        vm.warn(&vm.exc().runtime_warning, &text, 1)?;
    }
    set_names(vm, &typ)?;
    init_subclass(vm, &typ, args.skip(args.len()))?;
    Ok(typ)
}

fn allocate(
    vm: &VirtualMachine,
    metatype: &Py<PyType>,
    parts: &ClassParts<'_>,
    base: &Py<PyType>,
    bases_tuple: PyRef<PyTuple>,
    all_bases: &[PyRef<PyType>],
    dict: PyRef<PyDict>,
    plan: &SlotPlan,
) -> PyResult<PyRef<PyType>> {
    // Whether the first base that is either is a sequence or a mapping counts, not the best base.
    let inherited = super::creation::INHERITED
        .difference(TypeFlags::METHOD_DESCRIPTOR)
        .difference(TypeFlags::SEQUENCE.union(TypeFlags::MAPPING));
    let mut flags = (base.flags.get() & inherited)
        | TypeFlags::HEAP
        | TypeFlags::BASETYPE
        | TypeFlags::READY
        | TypeFlags::DICT_FILLED;
    for b in all_bases {
        if !flags.intersects(TypeFlags::SEQUENCE.union(TypeFlags::MAPPING)) {
            flags |= b.flags.get() & (TypeFlags::SEQUENCE | TypeFlags::MAPPING);
        }
    }
    if plan.add_dict {
        flags |= TypeFlags::HAS_DICT | TypeFlags::MANAGED_DICT | TypeFlags::EXT;
    }
    if plan.add_weakref {
        flags |= TypeFlags::MANAGED_WEAKREF | TypeFlags::EXT;
    }
    let own_members = plan.names.as_ref().map_or(0, Vec::len);
    // Behind a payload of varying size there is no room for words at fixed places.
    let varying = flags.contains(TypeFlags::VAR_SIZED);
    let stored = if varying { 0 } else { own_members };
    let members = usize::from(base.member_slots) + stored;
    let Ok(members) = u16::try_from(members) else {
        return Err(vm.overflow_error("too many __slots__"));
    };
    if own_members > 0 {
        flags |= TypeFlags::HAVE_GC;
        if varying {
            flags |= TypeFlags::EXT;
        }
    }
    let mut learnt = Vec::new();
    let mut inline_capacity = 0;
    if flags.contains(TypeFlags::MANAGED_DICT) && !varying {
        learnt = static_attributes(vm, &dict, all_bases);
        learnt.truncate(usize::from(MAX_INLINE));
        inline_capacity = (learnt.len() + 2).clamp(4, usize::from(MAX_INLINE)) as u8;
    }
    let name = if parts.name.is_exact() {
        vm.intern_str(parts.name)
    } else {
        vm.interp.intern_bytes(vm, parts.name.as_bytes())
    };
    let new =
        NewType { spec: base.spec(), own_spec: None, flags, members, inline_capacity }.build();
    new.qualname.set(Some(name.clone()));
    new.name.set(Some(name));
    new.base.set(Some(base.to_ref()));
    new.bases.set(Some(bases_tuple));
    new.shared_keys.set(learnt);
    new.slot_names.set(plan.names.clone().unwrap_or_default());
    let _ = new.dict.set(dict);
    let typ = vm.alloc(metatype, new);
    // Nothing is found on the class before its order is known (a metaclass's `mro()` runs).
    typ.mro.set(Some(vm.new_tuple(Vec::new())));
    Ok(typ)
}

/// `__module__`, `__qualname__`, the implicit class and static methods, and the cells of
/// the class body.
fn set_special_names(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    name: &Py<PyStr>,
    dict: &Py<PyDict>,
) -> PyResult<()> {
    let n = vm.names();
    if dict.get_str(vm, &n.__module__)?.is_none()
        && let Some(frame) = vm.current_frame()
        && let Some(module) = frame.globals().get_str(vm, &n.__name__)?
    {
        dict.set_str(vm, &n.__module__, module)?;
    }
    match dict.remove(vm, n.__qualname__.as_object())? {
        None => typ.qualname.set(Some(name.to_ref())),
        Some(q) => match q.downcast::<PyStr>() {
            Ok(q) => typ.qualname.set(Some(q)),
            Err(q) => {
                return Err(vm.type_error(format!(
                    "type __qualname__ must be a str, not {}",
                    q.class(vm).display_name()
                )));
            }
        },
    }
    if let Some(f) = dict.get_str(vm, &n.__new__)?
        && f.as_object().downcast::<PyFunction>().is_some()
    {
        dict.set_str(vm, &n.__new__, crate::builtins::descriptors::new_staticmethod(vm, f))?;
    }
    for name in [&n.__init_subclass__, &n.__class_getitem__] {
        if let Some(f) = dict.get_str(vm, name)?
            && f.as_object().downcast::<PyFunction>().is_some()
        {
            dict.set_str(vm, name, crate::builtins::descriptors::new_classmethod(vm, f))?;
        }
    }
    let cells: [(_, PyObjectRef); 2] =
        [(&n.__classcell__, typ.to_ref().into()), (&n.__classdictcell__, dict.to_ref().into())];
    for (name, value) in cells {
        let Some(cell) = dict.remove(vm, name.as_object())? else { continue };
        let Some(cell) = cell.as_object().downcast::<PyCellObject>() else {
            return Err(vm.type_error(format!(
                "{} must be a nonlocal cell, not {}",
                name.to_string_lossy(),
                vm.repr(cell.class(vm).as_object())?.to_string_lossy()
            )));
        };
        drop(cell.replace(Some(value)));
    }
    Ok(())
}

/// The descriptors of `__slots__`, `__dict__` and `__weakref__`.
fn add_descriptors(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    base: &Py<PyType>,
    dict: &Py<PyDict>,
    plan: &SlotPlan,
) -> PyResult<()> {
    let varying = typ.has_flags(TypeFlags::VAR_SIZED);
    let mut at = typ.layout.members_at + 8 * u32::from(base.member_slots);
    for name in plan.names.iter().flatten() {
        let d = if varying {
            PyMemberDescriptor::hosted(typ.to_ref(), name.clone())
        } else {
            PyMemberDescriptor::slot(typ.to_ref(), name.clone(), at)
        };
        at += 8;
        dict.set_str(vm, name, vm.new_object(d).into())?;
    }
    let add = |name: &Py<PyStr>, def| -> PyResult<()> {
        if dict.get_str(vm, name)?.is_none() {
            let d = PyGetSetDescriptor { def, objclass: typ.to_ref() };
            dict.set_str(vm, name, vm.new_object(d).into())?;
        }
        Ok(())
    };
    if plan.add_dict {
        add(&vm.names().__dict__, &instance_dict::OF_CLASSES)?;
    }
    if plan.add_weakref {
        add(&vm.names().__weakref__, &instance_dict::WEAKREF)?;
    }
    Ok(())
}

/// Calls `__set_name__` of the values that have it.
fn set_names(vm: &VirtualMachine, typ: &Py<PyType>) -> PyResult<()> {
    let name = &vm.names().__set_name__;
    for (key, value) in typ.raw_dict().items() {
        if value.class(vm).lookup(vm, name).is_none() {
            continue;
        }
        let args = [value.as_object(), typ.as_object(), key.as_object()];
        if let Err(e) = vm.call_special(name, &args) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.class(vm).display_name(),
                vm.repr(key.as_object())?.to_string_lossy(),
                typ.display_name()
            );
            vm.call_method(e.as_object(), &vm.intern("add_note"), &[vm.new_str(note).as_object()])?;
            return Err(e);
        }
    }
    Ok(())
}

/// `super(typ, typ).__init_subclass__(**keywords)`.
fn init_subclass(vm: &VirtualMachine, typ: &Py<PyType>, keywords: Args<'_>) -> PyResult<()> {
    let name = &vm.names().__init_subclass__;
    if !typ.mro().as_slice().iter().any(|t| t.is(typ)) {
        // What `super` itself says of a class that its own `mro()` has left out.
        let name = typ.display_name();
        return Err(vm.type_error(format!(
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        )));
    }
    let found = crate::builtins::super_::lookup_after(vm, typ, typ, name);
    let Some((found, owner)) = found else {
        // An odd MRO without `object`: then it is that of the `super` object itself.
        if keywords.keyword_count() == 0 {
            return Ok(());
        }
        return Err(vm.type_error("super.__init_subclass__() takes no keyword arguments"));
    };
    if owner.is(&vm.types().object) && keywords.keyword_count() == 0 {
        return Ok(());
    }
    let bound = match found.class(vm).slots.descr_get.get() {
        Some(get) => get(vm, found.as_object(), None, Some(typ.as_object()))?,
        None => found,
    };
    vm.call(bound.as_object(), keywords).map(drop)
}

#[cfg(test)]
mod tests;
