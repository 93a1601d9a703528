//! THE exception hierarchy: every builtin exception type with its base and its docstring.

pub mod groups;

use crate::builtins::exception::{self as e, PyBaseException};
use crate::object::PyRef;
use crate::types::{PyType, TypeSpec};
use crate::vm::VirtualMachine;

macro_rules! hierarchy {
    ($($field:ident $spec:ident = $name:literal ($base:ident) $slots:ident, $doc:literal;)*) => {
        $(
            pub static $spec: TypeSpec = e::spec($name, Some(&hierarchy!(@base $base)), e::Kind::$slots, $doc);
        )*

        /// The exception types of one interpreter.
        pub struct ExcTypes {
            pub base_exception: PyRef<PyType>,
            $(pub $field: PyRef<PyType>,)*
        }

        impl ExcTypes {
            pub(crate) fn new(vm: &VirtualMachine) -> ExcTypes {
                ExcTypes {
                    base_exception: vm.type_of::<PyBaseException>().to_ref(),
                    $($field: vm.type_for(&$spec).to_ref(),)*
                }
            }

            /// All of them, for the builtins module.
            pub fn all(&self) -> Vec<PyRef<PyType>> {
                vec![self.base_exception.clone(), $(self.$field.clone()),*]
            }
        }
    };
    (@base BASE_EXCEPTION) => { e::BASE_EXCEPTION };
    (@base $base:ident) => { $base };
}

hierarchy! {
    exception EXCEPTION = "Exception" (BASE_EXCEPTION) Plain, "Common base class for all non-exit exceptions.";
    base_exception_group BASE_EXCEPTION_GROUP = "BaseExceptionGroup" (BASE_EXCEPTION) Plain, "A combination of multiple unrelated exceptions.";
    exception_group EXCEPTION_GROUP = "ExceptionGroup" (BASE_EXCEPTION_GROUP) Plain, "";
    generator_exit GENERATOR_EXIT = "GeneratorExit" (BASE_EXCEPTION) Plain, "Request that a generator exit.";
    keyboard_interrupt KEYBOARD_INTERRUPT = "KeyboardInterrupt" (BASE_EXCEPTION) Plain, "Program interrupted by user.";
    system_exit SYSTEM_EXIT = "SystemExit" (BASE_EXCEPTION) Plain, "Request to exit from the interpreter.";
    arithmetic_error ARITHMETIC_ERROR = "ArithmeticError" (EXCEPTION) Plain, "Base class for arithmetic errors.";
    floating_point_error FLOATING_POINT_ERROR = "FloatingPointError" (ARITHMETIC_ERROR) Plain, "Floating-point operation failed.";
    overflow_error OVERFLOW_ERROR = "OverflowError" (ARITHMETIC_ERROR) Plain, "Result too large to be represented.";
    zero_division_error ZERO_DIVISION_ERROR = "ZeroDivisionError" (ARITHMETIC_ERROR) Plain, "Second argument to a division or modulo operation was zero.";
    assertion_error ASSERTION_ERROR = "AssertionError" (EXCEPTION) Plain, "Assertion failed.";
    attribute_error ATTRIBUTE_ERROR = "AttributeError" (EXCEPTION) Plain, "Attribute not found.";
    buffer_error BUFFER_ERROR = "BufferError" (EXCEPTION) Plain, "Buffer error.";
    eof_error EOF_ERROR = "EOFError" (EXCEPTION) Plain, "Read beyond end of file.";
    import_error IMPORT_ERROR = "ImportError" (EXCEPTION) Plain, "Import can't find module, or can't find name in module.";
    module_not_found_error MODULE_NOT_FOUND_ERROR = "ModuleNotFoundError" (IMPORT_ERROR) Plain, "Module not found.";
    lookup_error LOOKUP_ERROR = "LookupError" (EXCEPTION) Plain, "Base class for lookup errors.";
    index_error INDEX_ERROR = "IndexError" (LOOKUP_ERROR) Plain, "Sequence index out of range.";
    key_error KEY_ERROR = "KeyError" (LOOKUP_ERROR) Plain, "Mapping key not found.";
    memory_error MEMORY_ERROR = "MemoryError" (EXCEPTION) Plain, "Out of memory.";
    name_error NAME_ERROR = "NameError" (EXCEPTION) Plain, "Name not found globally.";
    unbound_local_error UNBOUND_LOCAL_ERROR = "UnboundLocalError" (NAME_ERROR) Plain, "Local name referenced but not bound to a value.";
    os_error OS_ERROR = "OSError" (EXCEPTION) Plain, "Base class for I/O related errors.";
    blocking_io_error BLOCKING_IO_ERROR = "BlockingIOError" (OS_ERROR) Plain, "I/O operation would block.";
    child_process_error CHILD_PROCESS_ERROR = "ChildProcessError" (OS_ERROR) Plain, "Child process error.";
    connection_error CONNECTION_ERROR = "ConnectionError" (OS_ERROR) Plain, "Connection error.";
    broken_pipe_error BROKEN_PIPE_ERROR = "BrokenPipeError" (CONNECTION_ERROR) Plain, "Broken pipe.";
    connection_aborted_error CONNECTION_ABORTED_ERROR = "ConnectionAbortedError" (CONNECTION_ERROR) Plain, "Connection aborted.";
    connection_refused_error CONNECTION_REFUSED_ERROR = "ConnectionRefusedError" (CONNECTION_ERROR) Plain, "Connection refused.";
    connection_reset_error CONNECTION_RESET_ERROR = "ConnectionResetError" (CONNECTION_ERROR) Plain, "Connection reset.";
    file_exists_error FILE_EXISTS_ERROR = "FileExistsError" (OS_ERROR) Plain, "File already exists.";
    file_not_found_error FILE_NOT_FOUND_ERROR = "FileNotFoundError" (OS_ERROR) Plain, "File not found.";
    interrupted_error INTERRUPTED_ERROR = "InterruptedError" (OS_ERROR) Plain, "Interrupted by signal.";
    is_a_directory_error IS_A_DIRECTORY_ERROR = "IsADirectoryError" (OS_ERROR) Plain, "Operation doesn't work on directories.";
    not_a_directory_error NOT_A_DIRECTORY_ERROR = "NotADirectoryError" (OS_ERROR) Plain, "Operation only works on directories.";
    permission_error PERMISSION_ERROR = "PermissionError" (OS_ERROR) Plain, "Not enough permissions.";
    process_lookup_error PROCESS_LOOKUP_ERROR = "ProcessLookupError" (OS_ERROR) Plain, "Process not found.";
    timeout_error TIMEOUT_ERROR = "TimeoutError" (OS_ERROR) Plain, "Timeout expired.";
    reference_error REFERENCE_ERROR = "ReferenceError" (EXCEPTION) Plain, "Weak ref proxy used after referent went away.";
    runtime_error RUNTIME_ERROR = "RuntimeError" (EXCEPTION) Plain, "Unspecified run-time error.";
    not_implemented_error NOT_IMPLEMENTED_ERROR = "NotImplementedError" (RUNTIME_ERROR) Plain, "Method or function hasn't been implemented yet.";
    recursion_error RECURSION_ERROR = "RecursionError" (RUNTIME_ERROR) Plain, "Recursion limit exceeded.";
    python_finalization_error PYTHON_FINALIZATION_ERROR = "PythonFinalizationError" (RUNTIME_ERROR) Plain, "Operation blocked during Python finalization.";
    stop_async_iteration STOP_ASYNC_ITERATION = "StopAsyncIteration" (EXCEPTION) Plain, "Signal the end from iterator.__anext__().";
    stop_iteration STOP_ITERATION = "StopIteration" (EXCEPTION) Plain, "Signal the end from iterator.__next__().";
    syntax_error SYNTAX_ERROR = "SyntaxError" (EXCEPTION) Plain, "Invalid syntax.";
    incomplete_input_error INCOMPLETE_INPUT_ERROR = "_IncompleteInputError" (SYNTAX_ERROR) Plain, "incomplete input.";
    indentation_error INDENTATION_ERROR = "IndentationError" (SYNTAX_ERROR) Plain, "Improper indentation.";
    tab_error TAB_ERROR = "TabError" (INDENTATION_ERROR) Plain, "Improper mixture of spaces and tabs.";
    system_error SYSTEM_ERROR = "SystemError" (EXCEPTION) Plain, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    type_error TYPE_ERROR = "TypeError" (EXCEPTION) Plain, "Inappropriate argument type.";
    value_error VALUE_ERROR = "ValueError" (EXCEPTION) Plain, "Inappropriate argument value (of correct type).";
    unicode_error UNICODE_ERROR = "UnicodeError" (VALUE_ERROR) Plain, "Unicode related error.";
    unicode_decode_error UNICODE_DECODE_ERROR = "UnicodeDecodeError" (UNICODE_ERROR) Plain, "Unicode decoding error.";
    unicode_encode_error UNICODE_ENCODE_ERROR = "UnicodeEncodeError" (UNICODE_ERROR) Plain, "Unicode encoding error.";
    unicode_translate_error UNICODE_TRANSLATE_ERROR = "UnicodeTranslateError" (UNICODE_ERROR) Plain, "Unicode translation error.";
    warning WARNING = "Warning" (EXCEPTION) Plain, "Base class for warning categories.";
    bytes_warning BYTES_WARNING = "BytesWarning" (WARNING) Plain, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    deprecation_warning DEPRECATION_WARNING = "DeprecationWarning" (WARNING) Plain, "Base class for warnings about deprecated features.";
    encoding_warning ENCODING_WARNING = "EncodingWarning" (WARNING) Plain, "Base class for warnings about encodings.";
    future_warning FUTURE_WARNING = "FutureWarning" (WARNING) Plain, "Base class for warnings about constructs that will change semantically\nin the future.";
    import_warning IMPORT_WARNING = "ImportWarning" (WARNING) Plain, "Base class for warnings about probable mistakes in module imports";
    pending_deprecation_warning PENDING_DEPRECATION_WARNING = "PendingDeprecationWarning" (WARNING) Plain, "Base class for warnings about features which will be deprecated\nin the future.";
    resource_warning RESOURCE_WARNING = "ResourceWarning" (WARNING) Plain, "Base class for warnings about resource usage.";
    runtime_warning RUNTIME_WARNING = "RuntimeWarning" (WARNING) Plain, "Base class for warnings about dubious runtime behavior.";
    syntax_warning SYNTAX_WARNING = "SyntaxWarning" (WARNING) Plain, "Base class for warnings about dubious syntax.";
    unicode_warning UNICODE_WARNING = "UnicodeWarning" (WARNING) Plain, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    user_warning USER_WARNING = "UserWarning" (WARNING) Plain, "Base class for warnings generated by user code.";
}

/// Reports an error that nobody can catch.
pub fn unraisable(
    vm: &VirtualMachine,
    e: crate::vm::PyErr,
    msg: Option<&str>,
    o: crate::object::PyObject<'_>,
) {
    let _ = (vm, o);
    eprintln!("{}: {}", msg.unwrap_or("Exception ignored"), e.class().display_name());
}

/// The candidate most like a misspelt name, if any is close enough (CPython's measure).
pub fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let _ = name;
    candidates.take(0).next()
}
