//! `ast.AST`: construction by fields, copying, `repr`.

use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;
use crate::protocol::attributes::ensure_instance_dict;

/// How deep `repr` shows nodes.
const REPR_DEPTH: u32 = 3;

#[pyclass(name = "AST", module = "ast", doc = None, text = "", flags(BASETYPE, HAVE_GC, EXT, HAS_DICT), no_refs)]
pub struct PyAst {}

impl PyAst {
    pub fn create(vm: &VirtualMachine, cls: &Py<PyType>) -> PyObjectRef {
        vm.alloc(cls, PyAst {}).into()
    }
}

/// A sequence of names in a class attribute; empty if there is none.
fn names_of(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    attribute: &Py<PyStr>,
) -> PyResult<Vec<PyObjectRef>> {
    match vm.get_attr_opt(typ.as_object(), attribute)? {
        Some(names) => vm.collect(names.as_object()),
        None => Ok(Vec::new()),
    }
}

fn position(
    vm: &VirtualMachine,
    names: &[PyObjectRef],
    name: PyObject<'_>,
) -> PyResult<Option<usize>> {
    for (i, n) in names.iter().enumerate() {
        if crate::protocol::comparison::equal(vm, n.as_object(), name)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn as_name<'a>(vm: &VirtualMachine, name: PyObject<'a>) -> PyResult<&'a Py<PyStr>> {
    name.downcast::<PyStr>().ok_or_else(|| {
        vm.type_error(format!(
            "attribute name must be string, not '{}'",
            name.class(vm).display_name()
        ))
    })
}

fn shown(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<String> {
    Ok(vm.repr(o)?.to_string_lossy().into_owned())
}

fn is_optional(vm: &VirtualMachine, field_type: PyObject<'_>) -> bool {
    field_type.class(vm).name().as_bytes() == b"Union"
}

/// Gives fields that were left out their defaults, or warns.
fn fill_defaults(vm: &VirtualMachine, zelf: PyObject<'_>, missing: &[PyObjectRef]) -> PyResult<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let typ = zelf.class(vm);
    let type_name = typ.name();
    let type_name = type_name.to_string_lossy();
    let types = vm.get_attr_opt(typ.as_object(), &vm.intern("_field_types"))?;
    let types = types.as_ref().and_then(|t| t.as_object().downcast::<PyDict>());
    let warning = &vm.exc().deprecation_warning;
    for name in missing {
        let field_type = match types {
            Some(t) => t.get(vm, name.as_object())?,
            None => None,
        };
        let Some(field_type) = field_type else {
            let name = vm.str(name.as_object())?;
            let name = name.to_string_lossy();
            vm.warn(
                warning,
                &format!(
                    "Field '{name}' is missing from {type_name}._field_types. This will \
                     become an error in Python 3.15."
                ),
                1,
            )?;
            continue;
        };
        let field_type = field_type.as_object();
        let attribute = as_name(vm, name.as_object())?;
        if is_optional(vm, field_type) {
            // The class has None.
        } else if field_type.downcast::<PyGenericAlias>().is_some() {
            let empty = vm.new_list(Vec::new());
            vm.set_attr(zelf, attribute, Some(empty.as_object()))?;
        } else if field_type
            .downcast::<PyType>()
            .is_some_and(|t| t.name().as_bytes() == b"expr_context")
        {
            let state = super::AstState::of(vm)?;
            let load = &state.class(super::classes::NodeId::Load).singleton;
            vm.set_attr(zelf, attribute, load.as_ref().map(|l| l.as_object()))?;
        } else {
            vm.warn(
                warning,
                &format!(
                    "{type_name}.__init__ missing 1 required positional argument: {}. This \
                     will become an error in Python 3.15.",
                    shown(vm, name.as_object())?
                ),
                1,
            )?;
        }
    }
    Ok(())
}

fn repr_node(vm: &VirtualMachine, o: PyObject<'_>, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    let _stack = vm.enter_native(" while getting the repr of an object")?;
    let typ = o.class(vm);
    out.extend_from_slice(typ.display_name().as_bytes());
    let guard = if depth == 0 { None } else { vm.repr_enter(o) };
    if guard.is_none() {
        out.extend_from_slice(b"(...)");
        return Ok(());
    }
    out.push(b'(');
    for (i, field) in names_of(vm, typ, &vm.names()._fields)?.iter().enumerate() {
        let name = as_name(vm, field.as_object())?;
        let value = vm.get_attr(o, name)?;
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        repr_value(vm, value.as_object(), depth - 1, out)?;
    }
    out.push(b')');
    Ok(())
}

fn repr_value(
    vm: &VirtualMachine,
    value: PyObject<'_>,
    depth: u32,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    let is_list = value.downcast::<PyList>().is_some();
    if is_list || value.downcast::<PyTuple>().is_some() {
        let items = vm.collect(value)?;
        out.push(if is_list { b'[' } else { b'(' });
        if let Some(first) = items.first() {
            repr_item(vm, first.as_object(), depth, out)?;
        }
        if items.len() > 2 {
            out.extend_from_slice(b", ...");
        }
        if let Some(last) = items.get(1..).and_then(<[_]>::last) {
            out.extend_from_slice(b", ");
            repr_item(vm, last.as_object(), depth, out)?;
        }
        out.push(if is_list { b']' } else { b')' });
        return Ok(());
    }
    repr_item(vm, value, depth, out)
}

fn repr_item(
    vm: &VirtualMachine,
    item: PyObject<'_>,
    depth: u32,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    if super::is_ast(vm, item) {
        return repr_node(vm, item, depth, out);
    }
    out.extend_from_slice(vm.repr(item)?.as_bytes());
    Ok(())
}

#[pymethods]
impl PyAst {
    #[slot]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyObjectRef {
        let _ = args;
        PyAst::create(vm, cls)
    }

    #[slot]
    fn init(zelf: &Py<PyAst>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        let zelf = zelf.as_object();
        let typ = zelf.class(vm);
        let fields = names_of(vm, typ, &vm.names()._fields)?;
        let type_name = typ.name();
        let type_name = type_name.to_string_lossy();
        if fields.len() < args.len() {
            let s = if fields.len() == 1 { "" } else { "s" };
            return Err(vm.type_error(format!(
                "{type_name} constructor takes at most {} positional argument{s}",
                fields.len()
            )));
        }
        let mut missing: Vec<Option<PyObjectRef>> = fields.iter().cloned().map(Some).collect();
        for (i, value) in args.positional().enumerate() {
            vm.set_attr(zelf, as_name(vm, fields[i].as_object())?, Some(value))?;
            missing[i] = None;
        }
        let mut attributes = None;
        for (name, value) in args.keywords() {
            match position(vm, &fields, name.as_object())? {
                Some(i) if missing[i].take().is_none() => {
                    return Err(vm.type_error(format!(
                        "{type_name} got multiple values for argument {}",
                        shown(vm, name.as_object())?
                    )));
                }
                Some(_) => {}
                None => {
                    if attributes.is_none() {
                        attributes = Some(names_of(vm, typ, &vm.names()._attributes)?);
                    }
                    let known = attributes.as_deref().unwrap_or_default();
                    if position(vm, known, name.as_object())?.is_none() {
                        vm.warn(
                            &vm.exc().deprecation_warning,
                            &format!(
                                "{type_name}.__init__ got an unexpected keyword argument {}. \
                                 Support for arbitrary keyword arguments is deprecated and \
                                 will be removed in Python 3.15.",
                                shown(vm, name.as_object())?
                            ),
                            1,
                        )?;
                    }
                }
            }
            vm.set_attr(zelf, name, Some(value))?;
        }
        let missing: Vec<PyObjectRef> = missing.into_iter().flatten().collect();
        fill_defaults(vm, zelf, &missing)
    }

    #[slot]
    fn repr(zelf: &Py<PyAst>, vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let mut out = Vec::new();
        repr_node(vm, zelf.as_object(), REPR_DEPTH, &mut out)?;
        Ok(vm.new_str_bytes(&out))
    }

    #[method(name = "__reduce__", sig = "(self, /)", text = "")]
    fn reduce(zelf: PyObject<'_>, vm: &VirtualMachine) -> PyResult<PyRef<PyTuple>> {
        let typ = zelf.class(vm);
        let Some(dict) = ensure_instance_dict(vm, zelf) else {
            return Ok(vm.new_tuple(vec![typ.to_ref().into(), vm.new_tuple(vec![]).into()]));
        };
        // A positional None stands for each leading field that is set, so that making the
        // copy warns of none; the dict then sets the values.
        let mut placeholders = Vec::new();
        for field in names_of(vm, typ, &vm.names()._fields)? {
            if dict.get(vm, field.as_object())?.is_none() {
                break;
            }
            placeholders.push(vm.none());
        }
        let state = vm.new_dict();
        state.update_from(vm, dict.as_object())?;
        let placeholders = vm.new_tuple(placeholders).into();
        Ok(vm.new_tuple(vec![typ.to_ref().into(), placeholders, state.into()]))
    }

    /// A copy of the node with some fields or attributes replaced.
    #[method(name = "__replace__", sig = "(self, /, **fields)", text = "($self, /, **fields)")]
    fn replace(zelf: PyObject<'_>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if args.len() > 0 {
            return Err(vm.type_error("__replace__() takes no positional arguments"));
        }
        let typ = zelf.class(vm);
        let type_name = typ.name();
        let type_name = type_name.to_string_lossy();
        let fields = names_of(vm, typ, &vm.names()._fields)?;
        let attributes = names_of(vm, typ, &vm.names()._attributes)?;
        let payload = vm.new_dict();
        let dict = ensure_instance_dict(vm, zelf);
        for name in fields.iter().chain(&attributes) {
            if let Some(value) = match &dict {
                Some(d) => d.get(vm, name.as_object())?,
                None => None,
            } {
                payload.set(vm, name.as_object(), value)?;
            }
        }
        for (name, value) in args.keywords() {
            if position(vm, &fields, name.as_object())?.is_none()
                && position(vm, &attributes, name.as_object())?.is_none()
            {
                return Err(vm.type_error(format!(
                    "{type_name}.__replace__ got an unexpected keyword argument {}.",
                    shown(vm, name.as_object())?
                )));
            }
            payload.set(vm, name.as_object(), value.to_owned())?;
        }
        let types = vm.get_attr_opt(typ.as_object(), &vm.intern("_field_types"))?;
        let types = types.as_ref().and_then(|t| t.as_object().downcast::<PyDict>());
        let mut missing = Vec::new();
        for name in &fields {
            if payload.get(vm, name.as_object())?.is_some() {
                continue;
            }
            let field_type = match types {
                Some(t) => t.get(vm, name.as_object())?,
                None => None,
            };
            if !field_type.is_some_and(|t| is_optional(vm, t.as_object())) {
                missing.push(shown(vm, name.as_object())?);
            }
        }
        if !missing.is_empty() {
            missing.sort();
            let s = if missing.len() == 1 { "" } else { "s" };
            return Err(vm.type_error(format!(
                "{type_name}.__replace__ missing {} keyword argument{s}: {}.",
                missing.len(),
                missing.join(", ")
            )));
        }
        let items = payload.items();
        let names = vm.new_tuple(items.iter().map(|(k, _)| k.clone()).collect());
        let values: Vec<PyObject<'_>> = items.iter().map(|(_, v)| v.as_object()).collect();
        vm.call(typ.as_object(), ArgList::of(&values, Some(&*names)).args())
    }

    #[constant]
    fn _fields(vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(vec![])
    }

    #[constant(name = "__match_args__")]
    fn match_args(vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(vec![])
    }

    #[constant]
    fn _attributes(vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(vec![])
    }
}
