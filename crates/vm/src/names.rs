//! THE table of static names: strings the interpreter itself looks up, interned once per
//! interpreter, immortal, with their hashes computed.

use crate::builtins::str::PyStr;
use crate::object::PyRef;

macro_rules! names {
    ($($id:ident $(= $text:literal)?),* $(,)?) => {
        /// `vm.names().__init__` is the interned string `"__init__"`.
        pub struct Names { $(pub $id: PyRef<PyStr>,)* }

        impl Names {
            pub(crate) fn new(mut intern: impl FnMut(&str) -> PyRef<PyStr>) -> Names {
                Names { $($id: intern(names!(@text $id $($text)?)),)* }
            }
        }
    };
    (@text $id:ident $text:literal) => { $text };
    (@text $id:ident) => { stringify!($id) };
}

names! {
    __abs__, __abstractmethods__, __add__, __aenter__, __aexit__, __aiter__, __all__, __and__,
    __anext__, __annotate__, __annotate_func__, __annotations__, __annotations_cache__, __args__,
    __await__, __bases__, __bool__, __buffer__, __build_class__, __builtins__, __bytes__,
    __cached__, __call__, __cause__, __ceil__, __class__, __class_getitem__, __classcell__,
    __classdict__, __classdictcell__, __code__, __complex__, __conditional_annotations__,
    __contains__, __context__, __ctypes_from_outparam__, __defaults__, __del__, __delattr__,
    __delete__, __delitem__, __dict__, __dir__, __divmod__, __doc__, __enter__, __eq__, __exit__,
    __file__, __firstlineno__, __float__, __floor__, __floordiv__, __format__, __fspath__,
    __func__, __ge__, __get__, __getattr__, __getattribute__, __getinitargs__, __getitem__,
    __getnewargs__, __getnewargs_ex__, __getstate__, __gt__, __hash__, __iadd__, __iand__,
    __ifloordiv__, __ilshift__, __imatmul__, __imod__, __import__, __imul__, __index__, __init__,
    __init_subclass__, __instancecheck__, __int__, __invert__, __ior__, __ipow__, __irshift__,
    __isabstractmethod__, __isub__, __iter__, __itruediv__, __ixor__, __kwdefaults__, __le__,
    __len__, __length_hint__, __loader__, __lshift__, __lt__, __main__, __match_args__, __matmul__,
    __missing__, __mod__, __module__, __mro_entries__, __mul__, __name__, __ne__, __neg__, __new__,
    __next__, __notes__, __or__, __orig_bases__, __origin__, __orig_class__, __package__,
    __parameters__, __path__, __pos__, __pow__, __prepare__, __qualname__, __radd__, __rand__,
    __rdivmod__, __reduce__, __reduce_ex__, __release_buffer__, __repr__, __reversed__,
    __rfloordiv__, __rlshift__, __rmatmul__, __rmod__, __rmul__, __ror__, __round__, __rpow__,
    __rrshift__, __rshift__, __rsub__, __rtruediv__, __rxor__, __self__, __set__, __set_name__,
    __setattr__, __setitem__, __setstate__, __signature__, __sizeof__, __slotnames__, __slots__,
    __spec__, __static_attributes__, __str__, __sub__, __subclasscheck__, __subclasses__,
    __subclasshook__, __text_signature__, __traceback__, __truediv__, __trunc__, __type_params__,
    __typing_subst__, __typing_prepare_subst__, __typing_unpacked_tuple_args__, __unpacked__,
    __warningregistry__, __weakref__, __wrapped__, __xor__, __replace__, __mro__, __debug__,
    _fields, _attributes, _initializing, _uninitialized_submodules, _is_text_encoding,
    _abc_impl, _find_and_load, _handle_fromlist, _showwarnmsg, _warn_unawaited_coroutine, _lock_unlock_module,
    append, args, ascii, backslashreplace, big, builtins, buffering, category, clear, close, closed,
    code, copy, decode, default, defaultaction, displayhook, doc, empty_str = "", encode, encoding,
    end, end_lineno, end_offset, errors, excepthook, extend, fileno, filename, files, filters,
    find_spec, flush, fget, fset, fdel, func, get, get_source, getstate, globals, ignore,
    importlib, inf, items, isatty, join, key, keys, kind, last_exc, last_traceback, last_type,
    last_value, latin_1 = "latin-1", lineno, linetable, little, locals, loads, lower, main, maxsplit,
    mode, module, modules, mro, msg, name, name_from, newline, newlines, obj, offset, onceregistry,
    open, origin, partial, path, peek, pop, print_file_and_line, raw, read, read1, readable,
    readall, readinto, readinto1, readline, readlines, release, replace, reset, reverse, seek,
    seekable, send, sep, setstate, site, sort, source, start, stderr, stdin, stdout, step, stop,
    store_name, strict, strict_mode, surrogateescape, surrogatepass, sys, tell, text, threading,
    throw, top, truncate, unraisablehook, utf_8 = "utf-8", value, values, warnings,
    warnoptions, writable, write, write_through, exceptions, angle_lambda = "<lambda>",
    angle_module = "<module>", angle_string = "<string>", angle_listcomp = "<listcomp>",
    underscore = "_", dot = ".", percent_s = "%s", space = " ", newline_str = "\n", comma_space = ", ", f_locals, f_globals,
    f_lineno, f_back, f_code, tb_frame, tb_next, gi_frame, cr_frame, ag_frame, argv, executable,
    prefix, exec_prefix, base_prefix, base_exec_prefix, platlibdir, meta_path, path_hooks,
    path_importer_cache, flags, implementation, cache_tag, version, hexversion, dont_write_bytecode,
    true_repr = "True", false_repr = "False",
}
