//! Pickling support of plain objects: `__reduce__`, `__reduce_ex__`, `__getstate__`.

use crate::builtins::native_function::PyNativeFunction;
use crate::builtins::object::PyBaseObject;
use crate::prelude::*;

#[pymethods(name = pickling)]
impl PyBaseObject {
    /// The parts that rebuild the object, under pickle protocol 0.
    #[method(sig = "(self, /)")]
    fn __reduce__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        reduce(vm, zelf, 0)
    }

    /// The parts that rebuild the object, under the given pickle protocol.
    #[method(sig = "(self, protocol, /)")]
    fn __reduce_ex__(zelf: PyObject<'_>, vm: &VirtualMachine, protocol: i32) -> PyResult {
        let name = &vm.names().__reduce__;
        if let Some(method) = vm.get_attr_opt(zelf, name)? {
            let own = vm.types().object.dict(vm).get_name(name);
            let on_class = vm.get_attr(zelf.class(vm).as_object(), name)?;
            if !own.is_some_and(|o| o.is(&on_class)) {
                return vm.call_positional(method.as_object(), &[]);
            }
        }
        reduce(vm, zelf, protocol)
    }

    /// The state that pickle and copy keep.
    #[method(sig = "(self, /)")]
    fn __getstate__(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult {
        default_state(vm, zelf, false)
    }
}

fn copyreg(vm: &VirtualMachine) -> PyResult {
    crate::import::import_module(vm, &vm.intern("copyreg"))
}

fn reduce(vm: &VirtualMachine, o: PyObject<'_>, protocol: i32) -> PyResult {
    if protocol >= 2 {
        return reduce_new(vm, o);
    }
    let f = vm.get_attr(copyreg(vm)?.as_object(), &vm.intern("_reduce_ex"))?;
    let protocol = vm.new_int(i64::from(protocol));
    vm.call_positional(f.as_object(), &[o, protocol.as_object()])
}

/// Protocol 2 and above: `copyreg.__newobj__(cls, *args)` and the state.
fn reduce_new(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    let cls = o.class(vm);
    if cls.slots.new.get().is_none() || cls.has_flags(TypeFlags::DISALLOW_INSTANTIATION) {
        return Err(cannot_pickle(vm, o));
    }
    let (args, keywords) = new_arguments(vm, o)?;
    let copyreg = copyreg(vm)?;
    let has_args = args.is_some();
    let cls_obj: PyObjectRef = cls.to_ref().into();
    let (f, new_args) = match keywords.filter(|k| !k.is_empty()) {
        None => {
            let mut items = vec![cls_obj];
            items.extend(args.iter().flat_map(|a| a.as_slice().iter().cloned()));
            (vm.get_attr(copyreg.as_object(), &vm.intern("__newobj__"))?, vm.new_tuple(items))
        }
        Some(k) => {
            let args = args.unwrap_or_else(|| vm.new_tuple(Vec::new()));
            let items = vec![cls_obj, args.into(), k.into()];
            (vm.get_attr(copyreg.as_object(), &vm.intern("__newobj_ex__"))?, vm.new_tuple(items))
        }
    };
    let is_list = o.downcast::<PyList>().is_some();
    let is_dict = o.downcast::<PyDict>().is_some();
    let state = state(vm, o, !(has_args || is_list || is_dict))?;
    let list_items = if is_list { vm.get_iter(o)? } else { vm.none() };
    let dict_items = if is_dict {
        let items = vm.call_method(o, &vm.names().items, &[])?;
        vm.get_iter(items.as_object())?
    } else {
        vm.none()
    };
    Ok(vm.new_tuple(vec![f, new_args.into(), state, list_items, dict_items]).into())
}

/// What `__getnewargs_ex__` or `__getnewargs__` gives for `__new__`.
fn new_arguments(
    vm: &VirtualMachine,
    o: PyObject<'_>,
) -> PyResult<(Option<PyRef<PyTuple>>, Option<PyRef<PyDict>>)> {
    let wrong = |what: &str, r: &PyObjectRef| {
        vm.type_error(format!("{what}, not '{}'", r.class(vm).display_name()))
    };
    if let Some(r) = vm.call_special(&vm.names().__getnewargs_ex__, &[o])? {
        let pair = r
            .downcast::<PyTuple>()
            .map_err(|r| wrong("__getnewargs_ex__ should return a tuple", &r))?;
        let [args, keywords] = pair.as_slice() else {
            return Err(vm.value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            )));
        };
        let first = "first item of the tuple returned by __getnewargs_ex__ must be a tuple";
        let args = args.clone().downcast::<PyTuple>().map_err(|r| wrong(first, &r))?;
        let second = "second item of the tuple returned by __getnewargs_ex__ must be a dict";
        let keywords = keywords.clone().downcast::<PyDict>().map_err(|r| wrong(second, &r))?;
        return Ok((Some(args), Some(keywords)));
    }
    match vm.call_special(&vm.names().__getnewargs__, &[o])? {
        Some(r) => r
            .downcast::<PyTuple>()
            .map(|args| (Some(args), None))
            .map_err(|r| wrong("__getnewargs__ should return a tuple", &r)),
        None => Ok((None, None)),
    }
}

/// `o.__getstate__()`; for the default one, `required` asks that it holds everything.
fn state(vm: &VirtualMachine, o: PyObject<'_>, required: bool) -> PyResult {
    let name = &vm.names().__getstate__;
    let f = vm.get_attr(o, name)?;
    let is_default = f.as_object().downcast::<PyNativeFunction>().is_some_and(|f| {
        f.receiver().is_some_and(|r| r.is(o))
            && super::OBJECT
                .methods
                .iter()
                .flat_map(|b| b.iter())
                .any(|m| m.name == "__getstate__" && std::ptr::eq(m, f.def()))
    });
    if is_default { default_state(vm, o, required) } else { vm.call_positional(f.as_object(), &[]) }
}

fn default_state(vm: &VirtualMachine, o: PyObject<'_>, required: bool) -> PyResult {
    let cls = o.class(vm);
    if required && cls.has_items() {
        return Err(vm.type_error(format!("cannot pickle {} objects", cls.display_name())));
    }
    let has_dict = cls.has_flags(TypeFlags::HAS_DICT);
    let dict = crate::protocol::attributes::ensure_instance_dict(vm, o)
        .filter(|d| has_dict && !d.is_empty());
    let state = dict.map_or_else(|| vm.none(), Into::into);
    let names = slot_names(vm, cls)?;
    if required {
        let listed = names.as_ref().map_or(0, |n| n.len());
        let native = cls.spec().payload.size > 0;
        if native || usize::from(cls.member_slots) > listed {
            return Err(cannot_pickle(vm, o));
        }
    }
    let Some(names) = names.filter(|n| !n.is_empty()) else { return Ok(state) };
    let slots = vm.new_dict();
    for name in names.items.to_vec() {
        let Some(s) = name.as_object().downcast::<PyStr>() else { continue };
        if let Some(v) = vm.get_attr_opt(o, s)? {
            slots.set(vm, name.as_object(), v)?;
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(vm.new_tuple(vec![state, slots.into()]).into())
}

/// The class's `__slotnames__`, made by copyreg on first use.
fn slot_names(vm: &VirtualMachine, cls: &Py<PyType>) -> PyResult<Option<PyRef<PyList>>> {
    let check = |names: PyObjectRef, who: &str| {
        if names.is_none() {
            return Ok(None);
        }
        names.downcast::<PyList>().map(Some).map_err(|n| {
            vm.type_error(format!(
                "{who} should {} a list or None, not {}",
                if who == "copyreg._slotnames" { "return" } else { "be" },
                n.class(vm).display_name()
            ))
        })
    };
    if let Some(names) = cls.dict(vm).get_name(&vm.names().__slotnames__) {
        let who = format!("{}.__slotnames__", cls.display_name());
        return check(names, &who);
    }
    let f = vm.get_attr(copyreg(vm)?.as_object(), &vm.intern("_slotnames"))?;
    check(vm.call_positional(f.as_object(), &[cls.as_object()])?, "copyreg._slotnames")
}

#[cold]
fn cannot_pickle(vm: &VirtualMachine, o: PyObject<'_>) -> PyErr {
    vm.type_error(format!("cannot pickle '{}' object", o.class(vm).display_name()))
}
