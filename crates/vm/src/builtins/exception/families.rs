//! The smaller families: exceptions that carry a few plain attributes.
//!
//! [`exception_payload!`] writes a payload of attributes that Python may set and delete at
//! will; a missing one reads as None.

use super::args::ExceptionArgs;
use super::attributes::{base_str, copied_dict, own_dict, reduce_with};
use super::{Family, PyBaseException, init_args};
use crate::exceptions::suggestion;
use crate::prelude::*;

macro_rules! exception_payload {
    ($(#[$meta:meta])* $rust:ident = $spec:path { $($field:ident $(as $shown:literal)?: $doc:literal),* $(,)? }
     $(and { $($extra:ident: $extra_type:ty = $extra_value:expr),* $(,)? })?) => {
        $(#[$meta])*
        #[repr(C)]
        pub struct $rust {
            pub(crate) base: PyBaseException,
            $(pub(crate) $field: PyCell<Option<PyObjectRef>>,)*
            $($(pub(crate) $extra: $extra_type,)*)?
        }

        impl $rust {
            /// Its plain attributes.
            pub(crate) const MEMBERS: &'static [GetSetDef] = &[$({
                const NAME: &str = exception_payload!(@name $field $($shown)?);
                GetSetDef {
                    name: NAME,
                    get: Some(|vm, o| {
                        let e = crate::native::attribute_owner::<$rust>(vm, NAME, o)?;
                        Ok(e.$field.get().unwrap_or_else(PyObjectRef::none))
                    }),
                    set: Some(|vm, o, value| {
                        let e = crate::native::attribute_owner::<$rust>(vm, NAME, o)?;
                        drop(e.$field.replace(value.map(PyObject::to_owned)));
                        Ok(())
                    }),
                    doc: Some($doc),
                    member: true,
                }
            }),*];
        }

        impl crate::builtins::exception::Family for $rust {
            fn fresh(base: PyBaseException) -> $rust {
                $rust {
                    base,
                    $($field: PyCell::new(None),)*
                    $($($extra: $extra_value,)*)?
                }
            }
        }

        impl Traverse for $rust {
            fn traverse(&self, visit: &mut Visitor<'_>) {
                self.base.traverse(visit);
                $(self.$field.with(|x| x.traverse(visit));)*
            }

            fn clear(&self, out: &mut Vec<PyObjectRef>) {
                self.base.clear(out);
                $(out.extend(self.$field.take());)*
            }
        }

        impl PyPayload for $rust {
            const SPEC: &'static TypeSpec = &$spec;
        }
    };
    (@name $field:ident $shown:literal) => { $shown };
    (@name $field:ident) => { stringify!($field) };
}

pub(crate) use exception_payload;

exception_payload! {
    /// `StopIteration`.
    PyStopIteration = crate::exceptions::STOP_ITERATION { value: "what the generator returned" }
}

impl PyStopIteration {
    /// `StopIteration(value)`, or `StopIteration()`.
    pub(crate) fn create(vm: &VirtualMachine, value: Option<PyObjectRef>) -> PyErr {
        let args = match &value {
            Some(v) => ExceptionArgs::one(v.clone()),
            None => ExceptionArgs::none(),
        };
        let made = vm.alloc_with(&vm.exc().stop_iteration, || PyStopIteration {
            base: PyBaseException::with_args(args),
            value: PyCell::new(value),
        });
        base_of(&made).to_ref()
    }
}

#[pymethods]
impl PyStopIteration {
    #[slot(name = "init")]
    fn initialize(zelf: &Py<PyStopIteration>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_class_keywords(vm, zelf.class())?;
        init_args(vm, base_of(zelf), args);
        drop(zelf.value.replace(args.get(0).map(PyObject::to_owned)));
        Ok(())
    }
}

exception_payload! {
    /// `SystemExit`.
    PySystemExit = crate::exceptions::SYSTEM_EXIT { code: "exit status or message" }
}

#[pymethods]
impl PySystemExit {
    #[slot(name = "init")]
    fn initialize(zelf: &Py<PySystemExit>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        args.no_class_keywords(vm, zelf.class())?;
        let base = base_of(zelf);
        init_args(vm, base, args);
        let code = match args.len() {
            0 => return Ok(()),
            1 => args.at(0).to_owned(),
            _ => base.args.get(vm).into(),
        };
        drop(zelf.code.replace(Some(code)));
        Ok(())
    }
}

exception_payload! {
    /// `NameError`.
    PyNameError = crate::exceptions::NAME_ERROR { name: "the name that was not found" }
}

#[pymethods]
impl PyNameError {
    #[slot(name = "init")]
    fn initialize(zelf: &Py<PyNameError>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let [name] = keyword_only(vm, "NameError", args, ["name"])?;
        init_args(vm, base_of(zelf), args);
        drop(zelf.name.replace(name));
        Ok(())
    }
}

exception_payload! {
    /// `AttributeError`.
    PyAttributeError = crate::exceptions::ATTRIBUTE_ERROR {
        name: "the attribute that was not found",
        obj: "the object it was looked for on",
    }
}

#[pymethods]
impl PyAttributeError {
    #[slot(name = "init")]
    fn initialize(
        zelf: &Py<PyAttributeError>,
        vm: &VirtualMachine,
        args: Args<'_>,
    ) -> PyResult<()> {
        let [name, obj] = keyword_only(vm, "AttributeError", args, ["name", "obj"])?;
        init_args(vm, base_of(zelf), args);
        drop((zelf.name.replace(name), zelf.obj.replace(obj)));
        Ok(())
    }

    #[method(name = "__getstate__", sig = "(self, /)")]
    fn getstate(zelf: &Py<PyAttributeError>, vm: &VirtualMachine) -> PyResult {
        let name = zelf.name.get();
        if name.is_none() && zelf.obj.with(Option::is_none) {
            return own_dict(vm, zelf.as_object()).into_py_result(vm);
        }
        // `obj` stays behind: it may be anything, and mostly cannot be pickled.
        let state = copied_dict(vm, zelf.as_object())?;
        if let Some(name) = name {
            state.set_str(vm, &vm.names().name, name)?;
        }
        state.set_str(vm, &vm.names().args, zelf.base.args.get(vm).into())?;
        Ok(state.into())
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyAttributeError>, vm: &VirtualMachine) -> PyResult {
        let state = PyAttributeError::getstate(zelf, vm)?;
        reduce_with(vm, zelf.as_object(), zelf.base.args.get(vm).into(), Some(state))
    }
}

exception_payload! {
    /// `ImportError`.
    PyImportError = crate::exceptions::IMPORT_ERROR {
        msg: "what went wrong",
        name: "the module to import",
        path: "the file that failed to import",
        name_from: "the name that the module lacks",
    }
}

#[pymethods]
impl PyImportError {
    #[slot(name = "init")]
    fn initialize(zelf: &Py<PyImportError>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let [name, path, name_from] =
            keyword_only(vm, "ImportError", args, ["name", "path", "name_from"])?;
        init_args(vm, base_of(zelf), args);
        drop((zelf.name.replace(name), zelf.path.replace(path)));
        drop(zelf.name_from.replace(name_from));
        let msg = (args.len() == 1).then(|| args.at(0).to_owned());
        drop(zelf.msg.replace(msg));
        Ok(())
    }

    #[slot(name = "str")]
    fn text(zelf: &Py<PyImportError>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        match zelf.msg.get() {
            Some(msg) if msg.as_object().is_type(&vm.types().str) => vm.str(msg.as_object()),
            _ => base_str(vm, &zelf.base),
        }
    }

    #[method(name = "__reduce__", sig = "(self, /)")]
    fn reduce(zelf: &Py<PyImportError>, vm: &VirtualMachine) -> PyResult {
        let n = vm.names();
        let own = [(&n.name, &zelf.name), (&n.path, &zelf.path), (&n.name_from, &zelf.name_from)];
        let state = if own.iter().all(|(_, cell)| cell.with(Option::is_none)) {
            own_dict(vm, zelf.as_object())
        } else {
            let state = copied_dict(vm, zelf.as_object())?;
            for (name, cell) in own {
                if let Some(value) = cell.get() {
                    state.set_str(vm, name, value)?;
                }
            }
            Some(state)
        };
        reduce_with(vm, zelf.as_object(), zelf.base.args.get(vm).into(), state.map(Into::into))
    }
}

/// The exception without its family.
pub(crate) fn base_of<T: Family>(e: &Py<T>) -> &Py<PyBaseException> {
    e.as_object().expect_payload()
}

/// The keywords of a call, all of which `names` lists.
fn keyword_only<const N: usize>(
    vm: &VirtualMachine,
    function: &str,
    args: Args<'_>,
    names: [&str; N],
) -> PyResult<[Option<PyObjectRef>; N]> {
    let mut out = [const { None }; N];
    for (name, value) in args.keywords() {
        match names.iter().position(|n| n.as_bytes() == name.as_bytes()) {
            Some(i) => out[i] = Some(value.to_owned()),
            None => {
                let name = name.to_string_lossy();
                let near = suggestion(&name, names.iter().copied())
                    .map_or_else(String::new, |n| format!(". Did you mean '{n}'?"));
                return Err(vm.type_error(format!(
                    "{function}() got an unexpected keyword argument '{name}'{near}"
                )));
            }
        }
    }
    Ok(out)
}
