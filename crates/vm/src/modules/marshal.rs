//! `marshal`: values to bytes and back, over the format of the bytecode crate.
//!
//! Code that is read is verified, unless it comes from our own binary.

mod dump;
mod load;

pub use dump::dump;
pub use load::{Reading, load, load_trusted_code};

use crate::prelude::*;
use crate::protocol::buffer::BytesLike;

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

    /// Writes a value to an open binary file.
    ///
    /// A value of a type that marshal does not know is a ValueError, after parts have
    /// been written.  version chooses the format; without allow_code, code objects are refused.
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

    /// The bytes that dump() would write.
    #[function(sig = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(vm: &VirtualMachine, value: PyObject<'_>, version: i32, allow_code: bool) -> PyResult {
        Ok(vm.new_bytes(&super::dump(vm, value, version, allow_code)?).into())
    }

    /// Reads one value from an open binary file.
    ///
    /// EOFError, ValueError or TypeError if there is none.  Without allow_code, code
    /// objects are refused.
    #[function(sig = "(file, /, *, allow_code=True)")]
    fn load(vm: &VirtualMachine, file: PyObject<'_>, allow_code: bool) -> PyResult {
        let mut source = super::load::FileSource::new(vm, file)?;
        super::load(vm, &mut source, allow_code, Reading::File)
    }

    /// The value that some bytes hold; what follows it is not looked at.
    ///
    /// EOFError, ValueError or TypeError if there is none.  Without allow_code, code
    /// objects are refused.
    #[function(sig = "(bytes, /, *, allow_code=True)")]
    fn loads(vm: &VirtualMachine, bytes: BytesLike<'_>, allow_code: bool) -> PyResult {
        let data = bytes.to_cow();
        super::load(vm, &mut SliceSource::new(&data), allow_code, Reading::Foreign)
    }
}

pub use module::MODULE;
