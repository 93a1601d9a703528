//! `marshal`: values to bytes and back, over the format of the bytecode crate.
//!
//! Code that is read is verified, unless it comes from our own binary.

mod dump;
mod load;

pub use dump::dump;
pub use load::{Reading, load, load_trusted_code};

use crate::prelude::*;

/// This module contains functions that can read and write Python values in
/// a binary format. The format is specific to Python, but independent of
/// machine architecture issues.
///
/// Not all Python object types are supported; in general, only objects
/// whose value is independent from a particular invocation of Python can be
/// written and read.
#[pymodule(name = "marshal")]
mod module {
    use super::*;
    use bytecode::marshal::SliceSource;

    #[attr(name = "version")]
    const VERSION: i32 = bytecode::marshal::VERSION;

    /// Write the value on the open file.
    ///
    ///   value
    ///     Must be a supported type.
    ///   file
    ///     Must be a writeable binary file.
    ///   version
    ///     Indicates the data format that dump should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// If the value has (or contains an object that has) an unsupported type, a
    /// ValueError exception is raised - but garbage data will also be written
    /// to the file. The object will not be properly read back by load().
    #[function(sig = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        vm: &VirtualMachine,
        value: PyObject<'_>,
        file: PyObject<'_>,
        version: i32,
        allow_code: bool,
    ) -> PyResult {
        let data = super::dump(vm, value, version, allow_code)?;
        let data = vm.new_bytes(&data);
        vm.call_method(file, &vm.names().write, &[data.as_object()])
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that has) an
    /// unsupported type.
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &VirtualMachine, value: PyObject<'_>, version: i32, allow_code: bool) -> PyResult {
        Ok(vm.new_bytes(&super::dump(vm, value, version, allow_code)?).into())
    }

    /// Read one value from the open file and return it.
    ///
    ///   file
    ///     Must be readable binary file.
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is read (e.g. because the data has a different Python
    /// version's incompatible marshal format), raise EOFError, ValueError or
    /// TypeError.
    ///
    /// Note: If an object containing an unsupported type was marshalled with
    /// dump(), load() will substitute None for the unmarshallable type.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(vm: &VirtualMachine, file: PyObject<'_>, allow_code: bool) -> PyResult {
        let mut source = super::load::FileSource::new(vm, file)?;
        super::load(vm, &mut source, allow_code, Reading::Foreign)
    }

    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
    /// bytes in the input are ignored.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(vm: &VirtualMachine, bytes: PyObject<'_>, allow_code: bool) -> PyResult {
        let Some(data) = vm.bytes_like(bytes) else {
            return Err(vm.type_error(format!(
                "a bytes-like object is required, not '{}'",
                bytes.class(vm).display_name()
            )));
        };
        super::load(vm, &mut SliceSource::new(&data), allow_code, Reading::Foreign)
    }
}

pub use module::MODULE;
