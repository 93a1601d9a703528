//! `_csv`: reading and writing of tables as comma-separated values.

mod dialect;
mod reader;
mod writer;

pub use dialect::PyDialect;
pub use reader::PyReader;
pub use writer::PyWriter;

use std::cell::Cell;
use vm::builtins::exception::PyBaseException;
use vm::exceptions::EXCEPTION;
use vm::prelude::*;

/// When fields are put in quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

impl Quoting {
    const ALL: [(&'static str, Quoting); 6] = [
        ("QUOTE_MINIMAL", Quoting::Minimal),
        ("QUOTE_ALL", Quoting::All),
        ("QUOTE_NONNUMERIC", Quoting::NonNumeric),
        ("QUOTE_NONE", Quoting::None),
        ("QUOTE_STRINGS", Quoting::Strings),
        ("QUOTE_NOTNULL", Quoting::NotNull),
    ];

    fn of(number: i64) -> Option<Quoting> {
        Quoting::ALL.get(usize::try_from(number).ok()?).map(|(_, q)| *q)
    }
}

/// `csv.Error`.
pub static ERROR: TypeSpec = TypeSpec {
    base: Some(&EXCEPTION),
    flags: TypeFlags::BASETYPE
        .union(TypeFlags::HAVE_GC)
        .union(TypeFlags::EXT)
        .union(TypeFlags::HAS_DICT)
        .union(TypeFlags::BASE_EXC_SUBCLASS),
    ..TypeSpec::of::<PyBaseException>("_csv", "Error")
};

#[cold]
fn error(vm: &VirtualMachine, message: impl AsRef<str>) -> PyErr {
    vm.new_exception_msg(vm.type_for(&ERROR), message.as_ref())
}

/// What the module keeps for its interpreter, in an attribute of its own.
#[pyclass(name = "_field_limit", module = "_csv", doc = None, flags(DISALLOW_INSTANTIATION), no_refs)]
pub struct PyFieldLimit {
    limit: Cell<i64>,
}

fn from_module(vm: &VirtualMachine, name: &str) -> PyResult {
    let module = vm::import::import_module(vm, &vm.intern("_csv"))?;
    vm.get_attr(module.as_object(), &vm.intern(name))
}

/// The largest size of a field.
fn field_limit(vm: &VirtualMachine) -> PyResult<PyRef<PyFieldLimit>> {
    from_module(vm, "_field_limit")?
        .downcast()
        .map_err(|_| vm.system_error("_csv._field_limit is not what it was"))
}

/// The dialects by name.
fn dialects(vm: &VirtualMachine) -> PyResult<PyRef<PyDict>> {
    from_module(vm, "_dialects")?
        .downcast()
        .map_err(|_| vm.system_error("_csv._dialects is not a dict"))
}

fn named_dialect(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult {
    match dialects(vm)?.get(vm, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(error(vm, "unknown dialect")),
    }
}

/// CSV parsing and writing.
#[pymodule(name = "_csv", types(PyDialect), specs(ERROR))]
pub mod module {
    use super::*;
    use vm::builtins::module::PyModule;

    #[attr(name = "Reader")]
    fn reader_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PyReader>().to_ref()
    }

    #[attr(name = "Writer")]
    fn writer_type(vm: &VirtualMachine) -> PyRef<PyType> {
        vm.type_of::<PyWriter>().to_ref()
    }

    #[attr]
    fn _dialects(vm: &VirtualMachine) -> PyRef<PyDict> {
        vm.new_dict()
    }

    #[attr]
    fn _field_limit(vm: &VirtualMachine) -> PyRef<PyFieldLimit> {
        vm.new_object(PyFieldLimit { limit: Cell::new(128 * 1024) })
    }

    /// A list of the names of all known dialects.
    #[function(sig = "($module, /)")]
    fn list_dialects(vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        Ok(dialects(vm)?.keys())
    }

    /// Gives a dialect a name: a dialect or a class with its attributes, or parameters.
    #[function(text = "($module, name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        if args.len() == 0 || args.len() > 2 {
            let (bound, n) = if args.len() == 0 { ("least", 1) } else { ("most", 2) };
            return Err(vm.type_error(format!(
                "register_dialect expected at {bound} {n} argument{}, got {}",
                if n == 1 { "" } else { "s" },
                args.len()
            )));
        }
        if args.at(0).downcast::<PyStr>().is_none() {
            return Err(vm.type_error("dialect name must be a string"));
        }
        let dialect = dialect::from_call(vm, args)?;
        dialects(vm)?.set(vm, args.at(0), dialect.into())
    }

    /// Forgets a name that register_dialect() gave.
    #[function(sig = "(name)")]
    fn unregister_dialect(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult<()> {
        match dialects(vm)?.remove(vm, name) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(error(vm, "unknown dialect")),
            Err(e) if vm.is_error(&e, &vm.exc().type_error) => Err(error(vm, "unknown dialect")),
            Err(e) => Err(e),
        }
    }

    /// The dialect of that name.
    #[function(sig = "(name)")]
    fn get_dialect(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult {
        named_dialect(vm, name)
    }

    /// A reader, which iterates over the rows of a table.
    ///
    /// The iterable gives lines, and an open file is one; each row is a list of strings.
    #[function(text = "($module, iterable, /, dialect='excel', **fmtparams)")]
    fn reader(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyReader>> {
        reader::create(vm, args)
    }

    /// A writer, which writes rows to an object with a write() method.
    #[function(text = "($module, fileobj, /, dialect='excel', **fmtparams)")]
    fn writer(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyWriter>> {
        writer::create(vm, args)
    }

    /// Sets the largest size of a field that is read; the answer is the old limit.
    ///
    /// Without an argument, nothing is changed.
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &VirtualMachine, new_limit: Option<PyObject<'_>>) -> PyResult<i64> {
        let cell = field_limit(vm)?;
        let old = cell.limit.get();
        if let Some(new) = new_limit {
            if new.int_view().is_none() || new.as_bool().is_some() {
                return Err(vm.type_error("limit must be an integer"));
            }
            cell.limit.set(vm.to_isize(new)? as i64);
        }
        Ok(old)
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for (i, (name, _)) in Quoting::ALL.iter().enumerate() {
            module.set(vm, name, vm.new_usize(i))?;
        }
        Ok(())
    }
}

pub use module::MODULE;
