//! `functools.partial`, and the `Placeholder` that keeps a positional argument open.

use vm::builtins::generic_alias::PyGenericAlias;
use vm::builtins::method::PyMethod;
use vm::prelude::*;
use vm::protocol::attributes::{ensure_instance_dict, instance_dict};
use vm::types::instance_dict::set_instance_dict;

/// The class of Placeholder, which keeps a positional argument of partial() open.
#[pyclass(name = "_PlaceholderType", module = "functools", no_refs)]
pub struct PyPlaceholder;

#[pymethods]
impl PyPlaceholder {
    #[slot(text = "")]
    fn new(_cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if !args.slots().is_empty() {
            return Err(vm.type_error("PlaceholderType takes no arguments"));
        }
        Ok(vm.singleton(|| PyPlaceholder).into())
    }

    #[slot]
    fn repr(&self) -> &'static str {
        "Placeholder"
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(&self) -> &'static str {
        "Placeholder"
    }
}

fn is_placeholder(o: PyObject<'_>) -> bool {
    o.downcast::<PyPlaceholder>().is_some()
}

/// A callable that calls func with these arguments in front of its own.
#[pyclass(
    name = "partial",
    module = "functools",
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT),
    text = "(func, /, *args, **keywords)"
)]
#[derive(Traverse)]
pub struct PyPartial {
    state: PyCell<State>,
}

/// All that `__setstate__` replaces.
#[derive(Clone)]
struct State {
    func: PyObjectRef,
    args: PyRef<PyTuple>,
    keywords: PyRef<PyDict>,
    /// Placeholders among `args`.
    open: usize,
}

impl Traverse for State {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.func.traverse(visit);
        self.args.traverse(visit);
        self.keywords.traverse(visit);
    }
}

fn has_attributes(vm: &VirtualMachine, p: &Py<PyPartial>) -> bool {
    let dict = if p.class().is(vm.type_of::<PyPartial>()) {
        instance_dict(vm, p.as_object())
    } else {
        // Instances of Python classes have their attributes inline.
        ensure_instance_dict(vm, p.as_object())
    };
    dict.is_some_and(|d| !d.is_empty())
}

fn count_open(args: &[PyObjectRef]) -> usize {
    args.iter().filter(|a| is_placeholder(a.as_object())).count()
}

/// `args` with their placeholders filled from the front of `more`, and the rest behind.
fn fill(args: &[PyObjectRef], more: &mut dyn Iterator<Item = PyObjectRef>) -> Vec<PyObjectRef> {
    let mut out = Vec::with_capacity(args.len());
    for a in args {
        if is_placeholder(a.as_object())
            && let Some(given) = more.next()
        {
            out.push(given);
        } else {
            out.push(a.clone());
        }
    }
    out.extend(more);
    out
}

#[pymethods]
impl PyPartial {
    #[slot(text = "")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyPartial>> {
        let Some(func) = args.get(0) else {
            return Err(vm.type_error("type 'partial' takes at least one argument"));
        };
        if func.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let args = args.skip(1);
        if args.len() > 0 && is_placeholder(args.at(args.len() - 1)) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        if args.keywords().any(|(_, v)| is_placeholder(v)) {
            return Err(vm.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        let keywords = vm.new_dict();
        let mut given = args.positional().map(PyObject::to_owned);
        // A partial of a partial is one partial, unless the inner one has attributes.
        let inner = func.downcast::<PyPartial>().filter(|p| !has_attributes(vm, p));
        let (func, all) = match inner {
            Some(p) => {
                let state = p.state.get();
                keywords.update_from(vm, state.keywords.as_object())?;
                (state.func, fill(state.args.as_slice(), &mut given))
            }
            None => (func.to_owned(), given.collect()),
        };
        for (k, v) in args.keywords() {
            keywords.set_str(vm, k, v.to_owned())?;
        }
        let open = count_open(&all);
        let state = State { func, args: vm.new_tuple(all), keywords, open };
        Ok(vm.alloc(cls, PyPartial { state: PyCell::new(state) }))
    }

    #[slot]
    fn call(zelf: &Py<PyPartial>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let State { func, args: own, keywords, open } = zelf.state.get();
        if args.len() < open {
            return Err(vm.type_error(format!(
                "missing positional arguments in 'partial' call; expected at least {open}, got {}",
                args.len()
            )));
        }
        let mut words: Vec<PyObject<'_>> =
            Vec::with_capacity(own.len() + args.slots().len() + keywords.len());
        let mut given = args.positional();
        for a in own.as_slice() {
            match is_placeholder(a.as_object()) {
                true => words.extend(given.next()),
                false => words.push(a.as_object()),
            }
        }
        words.extend(given);
        if keywords.is_empty() {
            words.extend(args.keywords().map(|(_, v)| v));
            return vm.call(func.as_object(), ArgList::of(&words, args.kwnames()).args());
        }
        let mut names: Vec<PyObjectRef> = Vec::new();
        let pairs = keywords.items();
        for (k, v) in &pairs {
            let new = args.keywords().find(|(n, _)| k.is(*n) || same_name(k, n));
            words.push(new.map_or(v.as_object(), |(_, v)| v));
            names.push(k.clone());
        }
        let own_names = names.len();
        for (n, v) in args.keywords() {
            if !names[..own_names].iter().any(|k| k.is(n) || same_name(k, n)) {
                names.push(n.to_ref().into());
                words.push(v);
            }
        }
        let names = vm.new_tuple(names);
        vm.call(func.as_object(), ArgList::of(&words, Some(&names)).args())
    }

    #[slot]
    fn repr(zelf: &Py<PyPartial>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let Some(_guard) = vm.repr_enter(zelf.as_object()) else {
            return Ok(vm.new_str("..."));
        };
        let State { func, args, keywords, .. } = zelf.state.get();
        let mut out = vm.qualified_type_name(zelf.class());
        out.push(b'(');
        out.extend_from_slice(vm.repr(func.as_object())?.as_bytes());
        for a in args.as_slice() {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.repr(a.as_object())?.as_bytes());
        }
        for (k, v) in keywords.items() {
            out.extend_from_slice(b", ");
            out.extend_from_slice(vm.str(k.as_object())?.as_bytes());
            out.push(b'=');
            out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
        }
        out.push(b')');
        Ok(vm.new_str_bytes(&out))
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyPartial>,
        vm: &VirtualMachine,
        obj: Option<PyObject<'_>>,
        _owner: Option<PyObject<'_>>,
    ) -> PyObjectRef {
        match obj {
            Some(o) if !o.is_none() => {
                PyMethod::create(vm, zelf.to_ref().into(), o.to_owned()).into()
            }
            _ => zelf.to_ref().into(),
        }
    }

    /// what is called
    #[member]
    fn func(&self) -> PyObjectRef {
        self.state.with(|s| s.func.clone())
    }

    /// the positional arguments that come first
    #[member]
    fn args(&self) -> PyRef<PyTuple> {
        self.state.with(|s| s.args.clone())
    }

    /// the keyword arguments that calls may override
    #[member]
    fn keywords(&self) -> PyRef<PyDict> {
        self.state.with(|s| s.keywords.clone())
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyPartial>, vm: &VirtualMachine) -> PyResult {
        let State { func, args, keywords, .. } = zelf.state.get();
        let dict = instance_dict(vm, zelf.as_object())
            .or_else(|| ensure_instance_dict(vm, zelf.as_object()).filter(|d| !d.is_empty()));
        (zelf.class(), (func.clone(),), (func, args, keywords, dict)).into_py_result(vm)
    }

    #[method(name = "__setstate__", sig = "(self, object, /)")]
    fn setstate(zelf: &Py<PyPartial>, vm: &VirtualMachine, state: PyObject<'_>) -> PyResult<()> {
        let invalid = || vm.type_error("invalid partial state");
        let Some(state) = state.downcast::<PyTuple>() else { return Err(invalid()) };
        let [func, args, keywords, dict] = state.as_slice() else { return Err(invalid()) };
        let (dict, keywords) = (dict.as_object(), keywords.as_object());
        let Some(args) = args.as_object().downcast::<PyTuple>() else { return Err(invalid()) };
        let callable = func.class(vm).slots.call.get().is_some();
        let given = keywords.downcast::<PyDict>();
        if !callable || (given.is_none() && !keywords.is_none()) {
            return Err(invalid());
        }
        if args.as_slice().last().is_some_and(|a| is_placeholder(a.as_object())) {
            return Err(vm.type_error("trailing Placeholders are not allowed"));
        }
        let keywords = match given {
            Some(k) if k.class().is(&vm.types().dict) => k.to_ref(),
            other => {
                let copy = vm.new_dict();
                if let Some(k) = other {
                    copy.update_from(vm, k.as_object())?;
                }
                copy
            }
        };
        if !dict.is_none() && dict.downcast::<PyDict>().is_none() {
            return Err(invalid());
        }
        // Copies share the attributes with what they were made from, as they do in CPython.
        set_instance_dict(vm, zelf.as_object(), Some(dict).filter(|d| !d.is_none()))?;
        let open = count_open(args.as_slice());
        let args = if args.class().is(&vm.types().tuple) {
            args.to_ref()
        } else {
            vm.new_tuple(args.as_slice().to_vec())
        };
        drop(zelf.state.replace(State { func: func.clone(), args, keywords, open }));
        Ok(())
    }

    /// partial takes the type of what func returns in brackets, for annotations.
    #[classmethod(name = "__class_getitem__", sig = "(cls, object, /)")]
    fn class_getitem(cls: &Py<PyType>, vm: &VirtualMachine, object: PyObject<'_>) -> PyObjectRef {
        PyGenericAlias::create(vm, cls.as_object(), object)
    }
}

fn same_name(a: &PyObjectRef, b: &Py<PyStr>) -> bool {
    a.as_object().downcast::<PyStr>().is_some_and(|a| a.as_bytes() == b.as_bytes())
}
