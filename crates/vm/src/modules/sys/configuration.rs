//! What the interpreter is and how it was started: versions, flags, paths, number facts.

use super::stdlib_names::NAMES as STDLIB_NAMES;
use crate::builtins::module::PyModule;
use crate::builtins::set::{PyFrozenSet, PySet};
use crate::builtins::structseq::{self, Fields, struct_sequence};
use crate::prelude::*;

/// The patch level of the library: major, minor, micro.
pub const VERSION: (i64, i64, i64) = (3, 14, 7);

struct_sequence!(
    FLAGS,
    FLAG_FIELDS = "sys",
    "flags",
    Some("What the command line and the environment have set."),
    18,
    [
        ("debug", "-d"),
        ("inspect", "-i"),
        ("interactive", "-i"),
        ("optimize", "-O or -OO"),
        ("dont_write_bytecode", "-B"),
        ("no_user_site", "-s"),
        ("no_site", "-S"),
        ("ignore_environment", "-E"),
        ("verbose", "-v"),
        ("bytes_warning", "-b"),
        ("quiet", "-q"),
        ("hash_randomization", "-R"),
        ("isolated", "-I"),
        ("dev_mode", "-X dev"),
        ("utf8_mode", "-X utf8"),
        ("warn_default_encoding", "open() without an encoding warns"),
        ("safe_path", "-P"),
        ("int_max_str_digits", "the longest text of an int; 0 for any"),
        ("gil", "-X gil"),
        ("thread_inherit_context", "new threads start with the caller's context"),
        ("context_aware_warnings", "warnings filters belong to contexts"),
    ],
    []
);

struct_sequence!(
    VERSION_INFO,
    VERSION_FIELDS = "sys",
    "version_info",
    Some("Which Python this is, in a tuple whose items have names."),
    5,
    [
        ("major", "the number of the language"),
        ("minor", "the number of the feature release"),
        ("micro", "the number of the patch"),
        ("releaselevel", "how finished it is: 'alpha', 'beta', 'candidate' or 'final'"),
        ("serial", "the number of that stage"),
    ],
    []
);

struct_sequence!(
    HASH_INFO,
    HASH_FIELDS = "sys",
    "hash_info",
    Some("How hashes are made."),
    9,
    [
        ("width", "how many bits a hash has"),
        ("modulus", "the prime that hashes of numbers are taken by"),
        ("inf", "the hash of infinity"),
        ("nan", "once the hash of a NaN; not used"),
        ("imag", "what the imaginary part counts for"),
        ("algorithm", "what hashes text and bytes"),
        ("hash_bits", "how many bits the algorithm makes"),
        ("seed_bits", "how many bits the seed has"),
        ("cutoff", "up to which length text is hashed another way"),
    ],
    []
);

struct_sequence!(
    INT_INFO,
    INT_FIELDS = "sys",
    "int_info",
    Some("How ints are kept."),
    4,
    [
        ("bits_per_digit", "bits that a digit holds"),
        ("sizeof_digit", "bytes that a digit takes"),
        ("default_max_str_digits", "the limit on the text of ints, unless set"),
        ("str_digits_check_threshold", "the lowest limit that can be set"),
    ],
    []
);

struct_sequence!(
    FLOAT_INFO,
    FLOAT_FIELDS = "sys",
    "float_info",
    Some("How floats work on this machine."),
    11,
    [
        ("max", "the greatest float"),
        ("max_exp", "the n of the greatest power of two, 2**(n-1), that is finite"),
        ("max_10_exp", "the greatest n for which 10**n is finite"),
        ("min", "the least positive float of full precision"),
        ("min_exp", "the n of the least power of two, 2**(n-1), of full precision"),
        ("min_10_exp", "the least n for which 10**n has full precision"),
        ("dig", "decimal digits that any float can keep"),
        ("mant_dig", "binary digits of a float"),
        ("epsilon", "how far the float after 1 is from it"),
        ("radix", "what exponents count in"),
        ("rounds", "how sums are rounded; 1 is to the nearest"),
    ],
    []
);

struct_sequence!(
    THREAD_INFO,
    THREAD_FIELDS = "sys",
    "thread_info",
    Some("How threads work."),
    3,
    [
        ("name", "what threads are made of"),
        ("lock", "what locks are made of"),
        ("version", "which release of it"),
    ],
    []
);

const COPYRIGHT: &str = "Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.\n\n\
    Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n\
    Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n\
    Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

fn hexversion() -> i64 {
    VERSION.0 << 24 | VERSION.1 << 16 | VERSION.2 << 8 | 0xF0
}

/// Values of several types, for the tables below.
fn int(vm: &VirtualMachine, v: impl Into<i64>) -> PyObjectRef {
    vm.new_int(v.into())
}

fn text(vm: &VirtualMachine, s: &str) -> PyObjectRef {
    vm.new_str(s).into()
}

fn single(
    vm: &VirtualMachine,
    spec: &'static TypeSpec,
    fields: &Fields,
    values: Vec<PyObjectRef>,
) -> PyObjectRef {
    let value = structseq::create(vm, spec, fields, values);
    // There is one value of each of these types.
    vm.type_for(spec).slots.new.set(None);
    value
}

pub(super) fn fill(vm: &VirtualMachine, m: &Py<PyModule>) -> PyResult<()> {
    let s = &vm.interp.settings;
    versions(vm, m)?;
    numbers(vm, m)?;
    m.set(vm, "flags", flags(vm))?;
    paths(vm, m)?;
    m.set(vm, "byteorder", text(vm, "little"))?;
    m.set(vm, "platform", text(vm, "linux"))?;
    m.set(vm, "platlibdir", text(vm, "lib"))?;
    m.set(vm, "maxsize", int(vm, i64::MAX))?;
    m.set(vm, "maxunicode", int(vm, 0x10FFFF))?;
    m.set(vm, "float_repr_style", text(vm, "short"))?;
    m.set(vm, "abiflags", text(vm, ""))?;
    m.set(vm, "api_version", int(vm, 1013))?;
    m.set(vm, "copyright", text(vm, COPYRIGHT))?;
    m.set(vm, "_framework", text(vm, ""))?;
    m.set(vm, "dont_write_bytecode", vm.new_bool(s.dont_write_bytecode))?;
    m.set(
        vm,
        "pycache_prefix",
        s.pycache_prefix.as_ref().map_or_else(|| vm.none(), |p| vm.fs_text(p).into()),
    )?;
    m.set(vm, "_git", vm.new_tuple(vec![text(vm, "rpython"), text(vm, ""), text(vm, "")]))?;
    let warn = s.warn_options.iter().map(|w| text(vm, w)).collect();
    m.set(vm, "warnoptions", vm.new_list(warn))?;
    let x = vm.new_dict();
    for (name, value) in &s.x_options {
        let value = value.as_ref().map_or_else(|| vm.new_bool(true), |v| text(vm, v));
        x.set_str(vm, &vm.new_str(name), value)?;
    }
    m.set(vm, "_xoptions", x)?;
    let names = STDLIB_NAMES.iter().map(|n| vm.intern(n).into()).collect::<Vec<PyObjectRef>>();
    let set = vm.new_object(PyFrozenSet { set: PySet::new() });
    for n in &names {
        set.set.add(vm, n.as_object())?;
    }
    m.set(vm, "stdlib_module_names", set)?;
    let native = vm.native_names().iter().map(|n| vm.intern(n).into()).collect::<Vec<_>>();
    m.set(vm, "builtin_module_names", vm.new_tuple(native))
}

/// `sys.version`.
pub fn version_text() -> String {
    let (major, minor, micro) = VERSION;
    format!("{major}.{minor}.{micro} (rpython {}) [Rust]", env!("CARGO_PKG_VERSION"))
}

fn versions(vm: &VirtualMachine, m: &Py<PyModule>) -> PyResult<()> {
    let (major, minor, micro) = VERSION;
    let info = single(
        vm,
        &VERSION_INFO,
        &VERSION_FIELDS,
        vec![int(vm, major), int(vm, minor), int(vm, micro), text(vm, "final"), int(vm, 0)],
    );
    m.set(vm, "version", text(vm, &version_text()))?;
    m.set(vm, "hexversion", int(vm, hexversion()))?;
    m.set(vm, "version_info", info.clone())?;
    let namespace = vm.type_of::<crate::builtins::namespace::PyNamespace>();
    let values = [
        text(vm, "rpython"),
        text(vm, "rpython-314"),
        info,
        int(vm, hexversion()),
        text(vm, "x86_64-linux-gnu"),
        vm.new_bool(false),
    ];
    let keys = [
        "name",
        "cache_tag",
        "version",
        "hexversion",
        "_multiarch",
        "supports_isolated_interpreters",
    ];
    let names = vm.new_tuple(keys.iter().map(|k| vm.intern(k).into()).collect());
    let words: Vec<PyObject<'_>> = values.iter().map(PyObjectRef::as_object).collect();
    let implementation =
        vm.call(namespace.as_object(), ArgList::of(&words, Some(&names)).args())?;
    m.set(vm, "implementation", implementation)
}

fn numbers(vm: &VirtualMachine, m: &Py<PyModule>) -> PyResult<()> {
    let hash = vec![
        int(vm, 64),
        int(vm, crate::protocol::hash::MODULUS),
        int(vm, 314159),
        int(vm, 0),
        int(vm, 1000003),
        text(vm, "siphash13"),
        int(vm, 64),
        int(vm, 128),
        int(vm, 0),
    ];
    m.set(vm, "hash_info", single(vm, &HASH_INFO, &HASH_FIELDS, hash))?;
    let ints = [30, 4, 4300, 640].map(|v: i64| int(vm, v)).to_vec();
    m.set(vm, "int_info", single(vm, &INT_INFO, &INT_FIELDS, ints))?;
    let floats = vec![
        vm.new_float(f64::MAX),
        int(vm, f64::MAX_EXP),
        int(vm, f64::MAX_10_EXP),
        vm.new_float(f64::MIN_POSITIVE),
        int(vm, f64::MIN_EXP),
        int(vm, f64::MIN_10_EXP),
        int(vm, f64::DIGITS),
        int(vm, f64::MANTISSA_DIGITS),
        vm.new_float(f64::EPSILON),
        int(vm, 2),
        int(vm, 1),
    ];
    m.set(vm, "float_info", single(vm, &FLOAT_INFO, &FLOAT_FIELDS, floats))?;
    // None: the locks are none of the kinds that have a name.
    let threads = vec![text(vm, "pthread"), vm.none(), vm.none()];
    m.set(vm, "thread_info", single(vm, &THREAD_INFO, &THREAD_FIELDS, threads))
}

fn flags(vm: &VirtualMachine) -> PyObjectRef {
    let s = &vm.interp.settings;
    let n = |v: u8| int(vm, v);
    let b = |v: bool| int(vm, i64::from(v));
    let values = vec![
        n(s.debug),
        b(s.inspect),
        b(s.interactive),
        n(s.optimize),
        b(s.dont_write_bytecode),
        b(s.no_user_site),
        b(s.no_site),
        b(s.ignore_environment),
        n(s.verbose),
        n(s.bytes_warning),
        b(s.quiet),
        b(s.hash_seed.is_none_or(|seed| seed != 0)),
        b(s.isolated),
        vm.new_bool(s.dev_mode),
        b(s.utf8_mode),
        b(s.warn_default_encoding),
        vm.new_bool(s.safe_path),
        vm.new_usize(vm.interp.int_max_str_digits.get()),
        int(vm, 1),
        int(vm, 0),
        int(vm, 0),
    ];
    single(vm, &FLAGS, &FLAG_FIELDS, values)
}

fn paths(vm: &VirtualMachine, m: &Py<PyModule>) -> PyResult<()> {
    let s = &vm.interp.settings;
    let path = |p: &[u8]| -> PyObjectRef { vm.fs_text(p).into() };
    let list = |l: &[Vec<u8>]| vm.new_list(l.iter().map(|p| path(p)).collect());
    m.set(vm, "argv", list(&s.argv))?;
    m.set(vm, "orig_argv", list(&s.orig_argv))?;
    m.set(vm, "path", list(&s.paths.search))?;
    m.set(vm, "executable", path(&s.executable))?;
    m.set(vm, "_base_executable", path(&s.paths.base_executable))?;
    for (name, value) in [
        ("prefix", &s.paths.prefix),
        ("exec_prefix", &s.paths.prefix),
        ("base_prefix", &s.paths.base_prefix),
        ("base_exec_prefix", &s.paths.base_prefix),
    ] {
        m.set(vm, name, path(value))?;
    }
    m.set(vm, "_stdlib_dir", path(&s.paths.stdlib))?;
    m.set(vm, "_home", s.paths.home.as_ref().map_or_else(|| vm.none(), |h| path(h)))?;
    m.set(vm, "meta_path", vm.new_list(Vec::new()))?;
    m.set(vm, "path_hooks", vm.new_list(Vec::new()))?;
    m.set(vm, "path_importer_cache", vm.new_dict())
}
