//! `errno`: the system's error numbers by name.

use crate::builtins::module::PyModule;
use crate::prelude::*;

/// The system's error numbers, under their names; errorcode maps them back.
///
/// os.strerror() gives the message.
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
