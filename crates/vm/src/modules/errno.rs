//! `errno`: the system's error numbers by name.

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// This module makes available standard errno system symbols.
///
/// The value of each symbol is the corresponding integer value,
/// e.g., on most systems, errno.ENOENT equals the integer 2.
///
/// The dictionary errno.errorcode maps numeric codes to symbol names,
/// e.g., errno.errorcode[2] could be the string 'ENOENT'.
///
/// Symbols that are not relevant to the underlying system are not defined.
///
/// To map error codes to error messages, use the function os.strerror(),
/// e.g. os.strerror(2) could return 'No such file or directory'.
#[pymodule(name = "errno")]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let names = vm.new_dict();
        for (name, number) in host::errno::NAMES {
            // Not one of Linux's.
            if *name == "EFTYPE" {
                continue;
            }
            let (name, number) = (vm.intern(name), vm.new_int(i64::from(*number)));
            module.dict().set_str(vm, &name, number.clone())?;
            names.set(vm, number.as_object(), name.into())?;
        }
        module.dict().set_str(vm, &vm.intern("errorcode"), names.into())
    }
}

pub use module::MODULE;
