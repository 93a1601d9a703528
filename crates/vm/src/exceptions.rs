//! THE exception hierarchy: every builtin exception type with its base, its payload and its
//! docstring.
//!
//! `makes` and `like` take over the payload of the base; the first shows a `__new__` of its
//! own, as CPython's do.  `owns` has attributes and methods of its own.

pub mod display;
pub mod groups;
pub mod suggestions;
pub mod unraisable;

pub use suggestions::suggestion;
pub use unraisable::unraisable;

use crate::builtins::exception::{self as e, PyBaseException, families, group, os_error};
use crate::builtins::exception::{syntax_error, unicode_error};
use crate::object::{Py, PyPayload, PyRef};
use crate::types::{PyType, Slots, TypeSpec};
use crate::vm::VirtualMachine;

/// What all rows share.
const fn row<T: PyPayload>(
    name: &'static str,
    base: &'static TypeSpec,
    doc: Option<&'static str>,
) -> TypeSpec {
    TypeSpec { base: Some(base), doc, flags: e::FLAGS, ..TypeSpec::of::<T>("builtins", name) }
}

/// A constructor and nothing else.
const MAKES: Slots = Slots { new: Some(e::new_exception), ..Slots::EMPTY };

macro_rules! hierarchy {
    ($($field:ident $spec:ident = $name:literal ($base:ident) $kind:ident $payload:path, $doc:expr;)*) => {
        $(
            pub static $spec: TypeSpec =
                hierarchy!(@$kind $payload, row::<$payload>($name, &hierarchy!(@base $base), $doc));
        )*

        /// The exception types of one interpreter.
        pub struct ExcTypes {
            pub base_exception: PyRef<PyType>,
            $(pub $field: PyRef<PyType>,)*
        }

        impl ExcTypes {
            pub(crate) fn new(vm: &VirtualMachine) -> ExcTypes {
                let types = ExcTypes {
                    base_exception: vm.type_of::<PyBaseException>().to_ref(),
                    $($field: vm.type_for(&$spec).to_ref(),)*
                };
                types.give_group_its_bases(vm);
                types
            }

            /// All of them, for the builtins module.
            pub fn all(&self) -> Vec<PyRef<PyType>> {
                vec![self.base_exception.clone(), $(self.$field.clone()),*]
            }
        }
    };
    (@base BASE_EXCEPTION) => { e::BASE_EXCEPTION };
    (@base $base:ident) => { $base };
    (@like $payload:path, $row:expr) => { $row };
    (@makes $payload:path, $row:expr) => { TypeSpec { slots: MAKES, ..$row } };
    (@texts $payload:path, $row:expr) => {
        TypeSpec { slots: <$payload>::PY_IMPL_KEY_ERROR.slots, ..$row }
    };
    (@owns $payload:path, $row:expr) => {
        TypeSpec {
            slots: <$payload>::PY_IMPL.slots,
            methods: &[<$payload>::PY_IMPL.methods],
            getset: &[<$payload>::MEMBERS, <$payload>::PY_IMPL.getset],
            ..$row
        }
    };
    (@positions $payload:path, $row:expr) => {
        TypeSpec {
            slots: <$payload>::PY_IMPL.slots,
            methods: &[<$payload>::PY_IMPL.methods],
            getset: &[<$payload>::MEMBERS, <$payload>::POSITIONS],
            ..$row
        }
    };
}

hierarchy! {
    exception EXCEPTION = "Exception" (BASE_EXCEPTION) makes PyBaseException, Some("Base of all exceptions that do not ask the program to end.");
    base_exception_group BASE_EXCEPTION_GROUP = "BaseExceptionGroup" (BASE_EXCEPTION) owns group::PyBaseExceptionGroup, Some("Several unrelated exceptions, raised as one.");
    exception_group EXCEPTION_GROUP = "ExceptionGroup" (BASE_EXCEPTION_GROUP) like group::PyBaseExceptionGroup, None;
    generator_exit GENERATOR_EXIT = "GeneratorExit" (BASE_EXCEPTION) makes PyBaseException, Some("Raised inside a generator that is being closed.");
    keyboard_interrupt KEYBOARD_INTERRUPT = "KeyboardInterrupt" (BASE_EXCEPTION) makes PyBaseException, Some("The user asked the program to stop.");
    system_exit SYSTEM_EXIT = "SystemExit" (BASE_EXCEPTION) owns families::PySystemExit, Some("The program asks the interpreter to end.");
    arithmetic_error ARITHMETIC_ERROR = "ArithmeticError" (EXCEPTION) makes PyBaseException, Some("Base of the errors of arithmetic.");
    floating_point_error FLOATING_POINT_ERROR = "FloatingPointError" (ARITHMETIC_ERROR) makes PyBaseException, Some("A floating-point operation went wrong.");
    overflow_error OVERFLOW_ERROR = "OverflowError" (ARITHMETIC_ERROR) makes PyBaseException, Some("A result is too large for its type.");
    zero_division_error ZERO_DIVISION_ERROR = "ZeroDivisionError" (ARITHMETIC_ERROR) makes PyBaseException, Some("Division, or remainder of a division, by zero.");
    assertion_error ASSERTION_ERROR = "AssertionError" (EXCEPTION) makes PyBaseException, Some("An assert statement found its condition false.");
    attribute_error ATTRIBUTE_ERROR = "AttributeError" (EXCEPTION) owns families::PyAttributeError, Some("An object lacks an attribute.");
    buffer_error BUFFER_ERROR = "BufferError" (EXCEPTION) makes PyBaseException, Some("A buffer cannot do what was asked of it.");
    eof_error EOF_ERROR = "EOFError" (EXCEPTION) makes PyBaseException, Some("Input ended where more was needed.");
    import_error IMPORT_ERROR = "ImportError" (EXCEPTION) owns families::PyImportError, Some("A module, or a name in one, cannot be imported.");
    module_not_found_error MODULE_NOT_FOUND_ERROR = "ModuleNotFoundError" (IMPORT_ERROR) like families::PyImportError, Some("There is no such module.");
    lookup_error LOOKUP_ERROR = "LookupError" (EXCEPTION) makes PyBaseException, Some("Base of the errors of indexing and of keys.");
    index_error INDEX_ERROR = "IndexError" (LOOKUP_ERROR) makes PyBaseException, Some("An index lies outside the sequence.");
    key_error KEY_ERROR = "KeyError" (LOOKUP_ERROR) texts PyBaseException, Some("A mapping lacks a key.");
    memory_error MEMORY_ERROR = "MemoryError" (EXCEPTION) makes PyBaseException, Some("There is not enough memory.");
    name_error NAME_ERROR = "NameError" (EXCEPTION) owns families::PyNameError, Some("A name is bound neither locally nor globally.");
    unbound_local_error UNBOUND_LOCAL_ERROR = "UnboundLocalError" (NAME_ERROR) like families::PyNameError, Some("A local variable is read before it is bound.");
    os_error OS_ERROR = "OSError" (EXCEPTION) owns os_error::PyOSError, Some("A request to the operating system failed.");
    blocking_io_error BLOCKING_IO_ERROR = "BlockingIOError" (OS_ERROR) like os_error::PyOSError, Some("The operation would have to wait.");
    child_process_error CHILD_PROCESS_ERROR = "ChildProcessError" (OS_ERROR) like os_error::PyOSError, Some("An operation on a child process failed.");
    connection_error CONNECTION_ERROR = "ConnectionError" (OS_ERROR) like os_error::PyOSError, Some("Base of the errors of connections.");
    broken_pipe_error BROKEN_PIPE_ERROR = "BrokenPipeError" (CONNECTION_ERROR) like os_error::PyOSError, Some("The other end no longer reads.");
    connection_aborted_error CONNECTION_ABORTED_ERROR = "ConnectionAbortedError" (CONNECTION_ERROR) like os_error::PyOSError, Some("The connection was aborted.");
    connection_refused_error CONNECTION_REFUSED_ERROR = "ConnectionRefusedError" (CONNECTION_ERROR) like os_error::PyOSError, Some("The other end refused the connection.");
    connection_reset_error CONNECTION_RESET_ERROR = "ConnectionResetError" (CONNECTION_ERROR) like os_error::PyOSError, Some("The other end reset the connection.");
    file_exists_error FILE_EXISTS_ERROR = "FileExistsError" (OS_ERROR) like os_error::PyOSError, Some("The file exists already.");
    file_not_found_error FILE_NOT_FOUND_ERROR = "FileNotFoundError" (OS_ERROR) like os_error::PyOSError, Some("There is no such file or folder.");
    interrupted_error INTERRUPTED_ERROR = "InterruptedError" (OS_ERROR) like os_error::PyOSError, Some("A signal interrupted the operation.");
    is_a_directory_error IS_A_DIRECTORY_ERROR = "IsADirectoryError" (OS_ERROR) like os_error::PyOSError, Some("A file was expected, and this is a folder.");
    not_a_directory_error NOT_A_DIRECTORY_ERROR = "NotADirectoryError" (OS_ERROR) like os_error::PyOSError, Some("A folder was expected, and this is none.");
    permission_error PERMISSION_ERROR = "PermissionError" (OS_ERROR) like os_error::PyOSError, Some("The system does not permit this.");
    process_lookup_error PROCESS_LOOKUP_ERROR = "ProcessLookupError" (OS_ERROR) like os_error::PyOSError, Some("There is no such process.");
    timeout_error TIMEOUT_ERROR = "TimeoutError" (OS_ERROR) like os_error::PyOSError, Some("The operation took too long.");
    reference_error REFERENCE_ERROR = "ReferenceError" (EXCEPTION) makes PyBaseException, Some("A weak proxy was used after its object had died.");
    runtime_error RUNTIME_ERROR = "RuntimeError" (EXCEPTION) makes PyBaseException, Some("An error of no particular kind.");
    not_implemented_error NOT_IMPLEMENTED_ERROR = "NotImplementedError" (RUNTIME_ERROR) makes PyBaseException, Some("A method that subclasses are to provide is missing.");
    recursion_error RECURSION_ERROR = "RecursionError" (RUNTIME_ERROR) makes PyBaseException, Some("Calls are nested too deeply.");
    python_finalization_error PYTHON_FINALIZATION_ERROR = "PythonFinalizationError" (RUNTIME_ERROR) makes PyBaseException, Some("The interpreter is ending and cannot do this any more.");
    stop_async_iteration STOP_ASYNC_ITERATION = "StopAsyncIteration" (EXCEPTION) makes PyBaseException, Some("An asynchronous iterator has no more items.");
    stop_iteration STOP_ITERATION = "StopIteration" (EXCEPTION) owns families::PyStopIteration, Some("An iterator has no more items.");
    syntax_error SYNTAX_ERROR = "SyntaxError" (EXCEPTION) owns syntax_error::PySyntaxError, Some("Source text that is no Python.");
    incomplete_input_error INCOMPLETE_INPUT_ERROR = "_IncompleteInputError" (SYNTAX_ERROR) like syntax_error::PySyntaxError, Some("The input ends in the middle of a statement.");
    indentation_error INDENTATION_ERROR = "IndentationError" (SYNTAX_ERROR) like syntax_error::PySyntaxError, Some("Lines are indented wrongly.");
    tab_error TAB_ERROR = "TabError" (INDENTATION_ERROR) like syntax_error::PySyntaxError, Some("Tabs and spaces are mixed inconsistently.");
    system_error SYSTEM_ERROR = "SystemError" (EXCEPTION) makes PyBaseException, Some("The interpreter itself has gone wrong.\n\nPlease report what it says, with the traceback and the version in use.");
    type_error TYPE_ERROR = "TypeError" (EXCEPTION) makes PyBaseException, Some("An argument or operand is of the wrong type.");
    value_error VALUE_ERROR = "ValueError" (EXCEPTION) makes PyBaseException, Some("An argument is of the right type and has a wrong value.");
    unicode_error UNICODE_ERROR = "UnicodeError" (VALUE_ERROR) makes PyBaseException, Some("Base of the errors of encoding and decoding.");
    unicode_decode_error UNICODE_DECODE_ERROR = "UnicodeDecodeError" (UNICODE_ERROR) positions unicode_error::PyUnicodeDecodeError, Some("Bytes cannot be decoded.");
    unicode_encode_error UNICODE_ENCODE_ERROR = "UnicodeEncodeError" (UNICODE_ERROR) positions unicode_error::PyUnicodeEncodeError, Some("Text cannot be encoded.");
    unicode_translate_error UNICODE_TRANSLATE_ERROR = "UnicodeTranslateError" (UNICODE_ERROR) positions unicode_error::PyUnicodeTranslateError, Some("Text cannot be translated.");
    warning WARNING = "Warning" (EXCEPTION) makes PyBaseException, Some("Base of the categories of warnings.");
    bytes_warning BYTES_WARNING = "BytesWarning" (WARNING) makes PyBaseException, Some("Bytes are used like text, or compared with it.");
    deprecation_warning DEPRECATION_WARNING = "DeprecationWarning" (WARNING) makes PyBaseException, Some("A feature is going to be removed.");
    encoding_warning ENCODING_WARNING = "EncodingWarning" (WARNING) makes PyBaseException, Some("Text is read or written in an encoding left unsaid.");
    future_warning FUTURE_WARNING = "FutureWarning" (WARNING) makes PyBaseException, Some("A construct is going to mean something else.");
    import_warning IMPORT_WARNING = "ImportWarning" (WARNING) makes PyBaseException, Some("An import is probably wrong.");
    pending_deprecation_warning PENDING_DEPRECATION_WARNING = "PendingDeprecationWarning" (WARNING) makes PyBaseException, Some("A feature is going to be deprecated.");
    resource_warning RESOURCE_WARNING = "ResourceWarning" (WARNING) makes PyBaseException, Some("A resource is used carelessly.");
    runtime_warning RUNTIME_WARNING = "RuntimeWarning" (WARNING) makes PyBaseException, Some("What the program does is dubious.");
    syntax_warning SYNTAX_WARNING = "SyntaxWarning" (WARNING) makes PyBaseException, Some("A piece of syntax is dubious.");
    unicode_warning UNICODE_WARNING = "UnicodeWarning" (WARNING) makes PyBaseException, Some("Text is handled in a dubious way.");
    user_warning USER_WARNING = "UserWarning" (WARNING) makes PyBaseException, Some("A warning that the program itself gives.");
}

impl ExcTypes {
    /// `ExceptionGroup` is an `Exception` too: the one native type with two bases.
    fn give_group_its_bases(&self, vm: &VirtualMachine) {
        let group = &self.exception_group;
        let tuple = |types: &[&PyRef<PyType>]| {
            vm.new_tuple(types.iter().map(|t| (*t).clone().into()).collect())
        };
        group.bases.set(Some(tuple(&[&self.base_exception_group, &self.exception])));
        group.mro.set(Some(tuple(&[
            group,
            &self.base_exception_group,
            &self.exception,
            &self.base_exception,
            &vm.type_of::<crate::builtins::object::PyBaseObject>().to_ref(),
        ])));
        self.exception.subclasses.add(vm, group);
    }
}

/// True when an error of this class is one that a program may catch and go on.
pub fn is_ordinary(vm: &VirtualMachine, class: &Py<PyType>) -> bool {
    class.is_subtype(&vm.exc().exception)
}

/// `sys.excepthook`: shows an exception on `sys.stderr`; nowhere if that is None.
pub fn display(
    vm: &VirtualMachine,
    value: crate::object::PyObject<'_>,
    traceback: crate::object::PyObject<'_>,
) -> crate::vm::PyResult<()> {
    if vm.sys_attr(&vm.names().stderr)?.is_some_and(|s| s.is_none()) {
        return Ok(());
    }
    if let Some(e) = value.downcast::<PyBaseException>() {
        if e.traceback.with(Option::is_none) && !traceback.is_none() {
            e.traceback.set(Some(traceback.to_owned()));
        }
        display::print_exception(vm, &e.to_ref(), None);
        return Ok(());
    }
    // Nobody raises such things, but the hook can be called with them.
    let text = if value.is_none() {
        "NoneType: None\n".to_owned()
    } else {
        let class = value.class(vm).display_name();
        format!("TypeError: print_exception(): Exception expected for value, {class} found\n")
    };
    display::write_stderr(vm, text.as_bytes())
}

/// `sys.unraisablehook`.
pub fn display_unraisable(
    vm: &VirtualMachine,
    unraisable: crate::object::PyObject<'_>,
) -> crate::vm::PyResult<()> {
    unraisable::default_hook(vm, unraisable)
}
