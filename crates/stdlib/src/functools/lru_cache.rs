//! `functools._lru_cache_wrapper`: a dict that keeps the order of use in its own order.

use std::cell::Cell;
use vm::builtins::method::PyMethod;
use vm::prelude::*;
use vm::protocol::hash::hash;

/// A callable that remembers the results of user_function.
///
/// maxsize bounds how many it keeps: None is no bound, 0 keeps nothing.  With typed,
/// arguments that are equal but of different types are told apart.  cache_info_type
/// is called with (hits, misses, maxsize, currsize) to make the statistics.
#[pyclass(
    name = "_lru_cache_wrapper",
    module = "functools",
    static = LRU_CACHE_WRAPPER,
    flags(BASETYPE, HAVE_GC, EXT, HAS_DICT, MANAGED_DICT, METHOD_DESCRIPTOR),
    text = ""
)]
pub struct PyLruCacheWrapper {
    function: PyObjectRef,
    typed: bool,
    /// None: unlimited.
    max_size: Option<usize>,
    cache: PyDict,
    hits: Cell<usize>,
    misses: Cell<usize>,
    cache_info_type: PyObjectRef,
    /// Stands between positional and keyword arguments in a key.
    keyword_mark: PyObjectRef,
}

impl Traverse for PyLruCacheWrapper {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.function.traverse(visit);
        self.cache.traverse(visit);
        self.cache_info_type.traverse(visit);
        self.keyword_mark.traverse(visit);
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        self.cache.clear(out);
    }
}

impl PyLruCacheWrapper {
    /// The key of a call: a lone int or string is its own.
    fn key(&self, vm: &VirtualMachine, args: Args<'_>) -> PyObjectRef {
        if !self.typed && args.keyword_count() == 0 {
            if args.len() == 1 {
                let only = args.at(0);
                if only.small_int().is_some() || only.is_type(&vm.types().str) {
                    return only.to_owned();
                }
            }
            let items = args.positional().map(PyObject::to_owned);
            return PyTuple::from_exact(vm, args.len(), items).into();
        }
        let mut key: Vec<PyObjectRef> = args.positional().map(PyObject::to_owned).collect();
        if args.keyword_count() > 0 {
            key.push(self.keyword_mark.clone());
            for (k, v) in args.keywords() {
                key.push(k.to_ref().into());
                key.push(v.to_owned());
            }
        }
        if self.typed {
            let values = args.positional().chain(args.keywords().map(|(_, v)| v));
            key.extend(values.map(|v| PyObjectRef::from(v.class(vm).to_ref())));
        }
        vm.new_tuple(key).into()
    }

    fn count(cell: &Cell<usize>) {
        cell.set(cell.get().wrapping_add(1));
    }
}

#[pymethods]
impl PyLruCacheWrapper {
    #[slot(sig = "(user_function, maxsize, typed, cache_info_type)")]
    fn new(
        cls: &Py<PyType>,
        vm: &VirtualMachine,
        function: PyObjectRef,
        max_size: PyObject<'_>,
        typed: bool,
        cache_info_type: PyObjectRef,
    ) -> PyResult<PyRef<PyLruCacheWrapper>> {
        if function.class(vm).slots.call.get().is_none() {
            return Err(vm.type_error("the first argument must be callable"));
        }
        let max_size = if max_size.is_none() {
            None
        } else if vm.is_index(max_size) {
            Some(vm.to_isize(max_size)?.max(0) as usize)
        } else {
            return Err(vm.type_error("maxsize should be integer or None"));
        };
        let keyword_mark = vm.call_positional(vm.types().object.as_object(), &[])?;
        Ok(vm.alloc(
            cls,
            PyLruCacheWrapper {
                function,
                typed,
                max_size,
                cache: PyDict::new(),
                hits: Cell::new(0),
                misses: Cell::new(0),
                cache_info_type,
                keyword_mark,
            },
        ))
    }

    #[slot]
    fn call(zelf: &Py<PyLruCacheWrapper>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let function = zelf.function.as_object();
        if zelf.max_size == Some(0) {
            Self::count(&zelf.misses);
            return vm.call(function, args);
        }
        let key = zelf.key(vm, args);
        let key = key.as_object();
        let h = hash(vm, key)?;
        let cache = &zelf.cache;
        if let Some(i) = cache.find(vm, key, h)?
            && let Some(v) = cache.table().value_at(i)
        {
            if zelf.max_size.is_some() {
                cache.table().move_to_end(i);
            }
            Self::count(&zelf.hits);
            return Ok(v);
        }
        Self::count(&zelf.misses);
        let result = vm.call(function, args)?;
        let Some(limit) = zelf.max_size else {
            cache.set_with_hash(vm, key, h, result.clone())?;
            return Ok(result);
        };
        // The call itself may have cached this key, through recursion.
        if cache.find(vm, key, h)?.is_some() {
            return Ok(result);
        }
        if cache.len() >= limit {
            let mut oldest = 0;
            if cache.table().next_key(&mut oldest).is_some() {
                drop(cache.table().remove_at(oldest - 1));
            }
        }
        cache.table().insert_new(h, key.to_owned(), result.clone());
        Ok(result)
    }

    #[slot]
    fn descr_get(
        zelf: &Py<PyLruCacheWrapper>,
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

    /// Hits, misses, bound and size of the cache.
    #[method(sig = "(self, /)")]
    fn cache_info(&self, vm: &VirtualMachine) -> PyResult {
        let max_size = self.max_size.map_or_else(PyObjectRef::none, |n| vm.new_usize(n));
        let (hits, misses) = (vm.new_usize(self.hits.get()), vm.new_usize(self.misses.get()));
        let size = vm.new_usize(self.cache.len());
        let args = [&hits, &misses, &max_size, &size].map(|o| o.as_object());
        vm.call_positional(self.cache_info_type.as_object(), &args)
    }

    /// Forgets all results, and the counts of hits and misses.
    #[method(sig = "(self, /)")]
    fn cache_clear(&self) {
        self.hits.set(0);
        self.misses.set(0);
        drop(self.cache.table().take_all());
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyLruCacheWrapper>, vm: &VirtualMachine) -> PyResult {
        vm.get_attr(zelf.as_object(), &vm.names().__qualname__)
    }

    #[method(name = "__copy__", text = "")]
    fn copy(zelf: &Py<PyLruCacheWrapper>, _args: Args<'_>) -> PyObjectRef {
        zelf.to_ref().into()
    }

    #[method(name = "__deepcopy__", text = "")]
    fn deepcopy(zelf: &Py<PyLruCacheWrapper>, _args: Args<'_>) -> PyObjectRef {
        zelf.to_ref().into()
    }
}
