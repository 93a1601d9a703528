//! One interpreter: what its threads share under its lock.

use crate::builtins::dict::PyDict;
use crate::builtins::str::PyStr;
use crate::builtins::str::intern::{CharCache, InternTable};
use crate::cell::PyCell;
use crate::exceptions::ExcTypes;
use crate::gc::Gc;
use crate::names::Names;
use crate::object::{Py, PyObjectRef, PyPayload, PyRef};
use crate::types::attr_cache::AttrCache;
use crate::types::lookup::MethodCache;
use crate::types::{PyType, TypeSpec};
use crate::vm::VirtualMachine;
use std::cell::{Cell, OnceCell};
use std::sync::atomic::{AtomicU32, Ordering};

/// Types of immediates and those that code compares with all the time.
macro_rules! core_types {
    ($($field:ident: $payload:path),* $(,)?) => {
        pub struct Types { $(pub $field: PyRef<PyType>,)* }

        impl Types {
            pub(crate) fn new(vm: &VirtualMachine) -> Types {
                Types { $($field: vm.type_of::<$payload>().to_ref(),)* }
            }
        }
    };
}

core_types! {
    object: crate::builtins::object::PyBaseObject,
    type_: PyType,
    int: crate::builtins::int::PyInt,
    bool_: crate::builtins::bool::PyBool,
    float: crate::builtins::float::PyFloat,
    none: crate::builtins::singletons::PyNone,
    ellipsis: crate::builtins::singletons::PyEllipsis,
    not_implemented: crate::builtins::singletons::PyNotImplemented,
    str: PyStr,
    tuple: crate::builtins::tuple::PyTuple,
    dict: PyDict,
    list: crate::builtins::list::PyList,
}

/// What the process was started with: the flags behind `sys.flags` and friends.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub bytes_warning: u8,
    pub debug: u8,
    pub dont_write_bytecode: bool,
    pub ignore_environment: bool,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    pub no_site: bool,
    pub no_user_site: bool,
    pub optimize: u8,
    pub quiet: bool,
    pub safe_path: bool,
    pub unbuffered: bool,
    pub verbose: u8,
    /// `-X importtime`: 1 reports imports, 2 those of modules that are there, too.
    pub import_time: u8,
    pub dev_mode: bool,
    /// `-X no_debug_ranges`: code objects keep lines but no columns.
    pub no_debug_ranges: bool,
    pub utf8_mode: bool,
    pub warn_default_encoding: bool,
    pub hash_seed: Option<u32>,
    /// `None`: the default limit; 0: no limit.
    pub int_max_str_digits: Option<usize>,
    pub warn_options: Vec<String>,
    pub x_options: Vec<(String, Option<String>)>,
    pub argv: Vec<Vec<u8>>,
    pub orig_argv: Vec<Vec<u8>>,
    pub executable: Vec<u8>,
    pub paths: Paths,
    /// `-X pycache_prefix`.
    pub pycache_prefix: Option<Vec<u8>>,
    /// `-X cpu_count`.
    pub cpu_count: Option<i32>,
    /// `--check-hash-based-pycs`; empty means "default".
    pub check_hash_pycs: Option<String>,
    /// `-X frozen_modules=off` switches them off.
    pub no_frozen_modules: bool,
    /// `PYTHONIOENCODING`: encoding and error handler.
    pub stdio: Option<(String, String)>,
    /// The locale is C and nothing replaces it: names of files are ASCII, other bytes escaped.
    pub ascii_names: bool,
    /// Standard input and output take bytes that are not in their encoding: the locale has
    /// none, or UTF-8 mode is on.
    pub lenient_stdio: bool,
    /// Switches of the stress build.
    pub stress: Stress,
}

/// Where things lie, as bytes of the system.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// `sys.path` before `site` and the script come.
    pub search: Vec<Vec<u8>>,
    pub prefix: Vec<u8>,
    pub base_prefix: Vec<u8>,
    pub stdlib: Vec<u8>,
    pub base_executable: Vec<u8>,
    /// `PYTHONHOME`.
    pub home: Option<Vec<u8>>,
    /// The library's modules are files on disk, not those in the binary.
    pub library_on_disk: bool,
}

/// Run-time switches that make rare events everyday (D25).
#[derive(Clone, Copy, Debug, Default)]
pub struct Stress {
    pub gc_always: bool,
    pub poison: bool,
    pub specialize_at_once: bool,
    pub specialize_never: bool,
    pub tiny_chunks: bool,
    pub match_dispatch: bool,
}

pub struct Interpreter {
    pub settings: Settings,
    /// `sys.getrecursionlimit()`.
    pub recursion_limit: Cell<isize>,
    /// `sys.get_int_max_str_digits()`; 0: no limit.
    pub int_max_str_digits: Cell<usize>,
    pub gc: Gc,
    pub(crate) method_cache: MethodCache,
    pub(crate) attr_cache: AttrCache,
    /// Type objects of static specs, by `TypeSpec::index`.
    static_types: PyCell<Vec<Option<PyRef<PyType>>>>,
    pub(crate) interned: InternTable,
    pub(crate) chars: OnceCell<CharCache>,
    pub(crate) codecs: OnceCell<crate::modules::codecs::CodecState>,
    names: OnceCell<Names>,
    types: OnceCell<Types>,
    exc: OnceCell<ExcTypes>,
    pub import: crate::import::state::ImportState,
    next_type_version: Cell<u32>,
    next_keys_version: Cell<u32>,
    /// `()`.
    pub(crate) empty_tuple: OnceCell<PyRef<crate::builtins::tuple::PyTuple>>,
    /// Changes when an abstract base class registers a class.
    pub(crate) abc_version: Cell<u64>,
    pub(crate) no_default: OnceCell<PyRef<crate::builtins::typing::PyNoDefault>>,
    pub(crate) stubs: OnceCell<crate::vm::state::Stubs>,
    pub(crate) warnings: OnceCell<crate::modules::warnings::WarningsState>,
    /// The context variable that holds the warning filters of the running context.
    pub(crate) warnings_context: OnceCell<PyObjectRef>,
    /// What the command line put first on `sys.path`, if it did.
    pub sys_path_0: PyCell<Option<String>>,
    /// The classes of `_ast`.
    pub(crate) ast: OnceCell<crate::modules::ast::AstState>,
    /// `sys.modules`.
    pub(crate) modules: OnceCell<PyRef<PyDict>>,
    /// The `sys` and `builtins` modules' dicts.
    pub(crate) sys_dict: OnceCell<PyRef<PyDict>>,
    pub(crate) builtins_dict: OnceCell<PyRef<PyDict>>,
    pub(crate) callables: Callables,
    callables_alive: OnceCell<[PyObjectRef; 4]>,
    /// `all` and `any` as they were made, for LOAD_COMMON_CONSTANT.
    pub(crate) all_and_any: OnceCell<[PyObjectRef; 2]>,
}

/// Words of the builtins that special forms of CALL look for; 0 until `builtins` is made.
/// The builtins themselves are held by `callables_alive`.
#[derive(Default)]
pub(crate) struct Callables {
    pub(crate) len: Cell<u64>,
    pub(crate) isinstance: Cell<u64>,
    pub(crate) list_append: Cell<u64>,
    pub(crate) super_type: Cell<u64>,
}

/// 0 is "not yet used"; indices start at 1 and name a spec for the life of the process.
static NEXT_SPEC: AtomicU32 = AtomicU32::new(1);

impl Interpreter {
    pub(crate) fn new(settings: Settings) -> Interpreter {
        Interpreter {
            recursion_limit: Cell::new(1000),
            int_max_str_digits: Cell::new(settings.int_max_str_digits.unwrap_or(4300)),
            gc: Gc::new(settings.stress.gc_always),
            settings,
            method_cache: MethodCache::new(),
            attr_cache: AttrCache::new(),
            static_types: PyCell::new(Vec::new()),
            interned: InternTable::default(),
            chars: OnceCell::new(),
            codecs: OnceCell::new(),
            names: OnceCell::new(),
            types: OnceCell::new(),
            exc: OnceCell::new(),
            import: crate::import::state::ImportState::new(),
            next_type_version: Cell::new(1),
            next_keys_version: Cell::new(1),
            empty_tuple: OnceCell::new(),
            abc_version: Cell::new(0),
            no_default: OnceCell::new(),
            stubs: OnceCell::new(),
            warnings: OnceCell::new(),
            warnings_context: OnceCell::new(),
            sys_path_0: PyCell::new(None),
            ast: OnceCell::new(),
            modules: OnceCell::new(),
            sys_dict: OnceCell::new(),
            builtins_dict: OnceCell::new(),
            callables: Callables::default(),
            callables_alive: OnceCell::new(),
            all_and_any: OnceCell::new(),
        }
    }

    /// The core types and names come first; everything else may rely on them.
    pub(crate) fn boot(&self, vm: &VirtualMachine) {
        crate::types::creation::boot_core(vm);
        let _ = self.chars.set(CharCache::new(vm));
        let names = Names::new(|s| vm.intern(s).immortal());
        let _ = self.names.set(names);
        let _ = self.types.set(Types::new(vm));
        let _ = self.exc.set(ExcTypes::new(vm));
        let _ = self.stubs.set(crate::vm::state::Stubs::new(vm));
    }

    /// Remembers the builtins that calls specialise for, once they have been made.
    pub(crate) fn remember_callables(&self, vm: &VirtualMachine, builtins: &Py<PyDict>) {
        let builtin = |name: &str| builtins.get_name(&vm.intern(name));
        let append = vm.types().list.dict(vm).get_name(&vm.intern("append"));
        let (Some(len), Some(isinstance), Some(append), Some(sup)) =
            (builtin("len"), builtin("isinstance"), append, builtin("super"))
        else {
            return;
        };
        self.callables.len.set(len.bits());
        self.callables.isinstance.set(isinstance.bits());
        self.callables.list_append.set(append.bits());
        self.callables.super_type.set(sup.bits());
        let _ = self.callables_alive.set([len, isinstance, append, sup]);
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        self.names.get().expect("names are made at start")
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        self.types.get().expect("core types are made at start")
    }

    #[inline(always)]
    pub fn exc(&self) -> &ExcTypes {
        self.exc.get().expect("exception types are made at start")
    }

    /// A fresh type version; 0 when they have run out, and specialisation stops.
    pub(crate) fn new_type_version(&self) -> u32 {
        next_version(&self.next_type_version)
    }

    /// A fresh dict keys version; 0 when they have run out.
    pub fn new_keys_version(&self) -> u32 {
        next_version(&self.next_keys_version)
    }

    pub(crate) fn static_type(&self, spec: &'static TypeSpec) -> Option<&Py<PyType>> {
        let i = spec.index.load(Ordering::Relaxed) as usize;
        crate::object::refs::immortal_entry(&self.static_types, i)
    }

    pub(crate) fn register_static_type(&self, spec: &'static TypeSpec, typ: PyRef<PyType>) {
        if spec.index.load(Ordering::Relaxed) == 0 {
            let fresh = NEXT_SPEC.fetch_add(1, Ordering::Relaxed);
            let _ = spec.index.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed);
        }
        let i = spec.index.load(Ordering::Relaxed) as usize;
        self.static_types.with_mut(|t| {
            if t.len() <= i {
                t.resize(i + 1, None);
            }
            t[i] = Some(typ.immortal());
        });
    }
}

fn next_version(cell: &Cell<u32>) -> u32 {
    let v = cell.get();
    if v != 0 {
        cell.set(v.wrapping_add(1));
    }
    v
}

impl VirtualMachine {
    /// The type object of a native payload, made on first use.
    #[inline]
    pub fn type_of<T: PyPayload>(&self) -> &Py<PyType> {
        self.type_for(T::SPEC)
    }

    #[inline]
    pub fn type_for(&self, spec: &'static TypeSpec) -> &Py<PyType> {
        if let Some(t) = self.interp.static_type(spec) {
            return t;
        }
        crate::types::creation::make_static_type(self, spec);
        self.interp.static_type(spec).expect("just registered")
    }
}
