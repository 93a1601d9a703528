//! Struct sequences: tuples whose items have names as well (`os.stat_result`, `sys.flags`).
//! CPython's counterpart: `Objects/structseq.c`.
//!
//! A type is a static made by [`struct_sequence!`] from its list of fields; the first
//! `visible` ones are the tuple's items, the others are attributes only.

use crate::builtins::tuple::{PyTuple, TUPLE};
use crate::containers::structseq_items as items;
use crate::prelude::*;
use crate::types::spec::Getter;

/// The payload: a tuple, and one hidden word behind its items.
#[repr(C)]
pub struct PyStructSeq {
    tuple: PyTuple,
}

impl PyStructSeq {
    pub(crate) fn header(visible: usize) -> PyStructSeq {
        PyStructSeq { tuple: PyTuple::header(visible) }
    }
}

impl Drop for PyStructSeq {
    fn drop(&mut self) {
        items::drop_hidden(&mut self.tuple);
    }
}

impl Traverse for PyStructSeq {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.tuple.traverse(visit);
        items::hidden(&self.tuple).traverse(visit);
    }
}

impl PyPayload for PyStructSeq {
    /// Each struct sequence has a spec of its own; this one stands for none of them.
    const SPEC: &'static TypeSpec = &NO_STRUCT_SEQUENCE;

    fn var_bytes(&self) -> usize {
        (self.tuple.len() + 1) * size_of::<PyObjectRef>()
    }
}

static NO_STRUCT_SEQUENCE: TypeSpec =
    TypeSpec { base: Some(&TUPLE), ..TypeSpec::of::<PyStructSeq>("builtins", "structseq") };

pub const FLAGS: TypeFlags = TypeFlags::HAVE_GC
    .union(TypeFlags::TUPLE_SUBCLASS)
    .union(TypeFlags::SEQUENCE)
    .union(TypeFlags::MATCH_SELF)
    .union(TypeFlags::VAR_SIZED);

/// The fields of one struct sequence type.
pub struct Fields {
    /// Name and docstring; an item without a name has "".
    pub all: &'static [(&'static str, &'static str)],
    pub visible: usize,
    /// Fields that take another one's value when they are not given.
    pub defaults: &'static [(usize, usize)],
}

impl Fields {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|(name, _)| *name).filter(|n| !n.is_empty())
    }

    pub const fn named(fields: &[(&str, &str)]) -> usize {
        let (mut i, mut n) = (0, 0);
        while i < fields.len() {
            if !fields[i].0.is_empty() {
                n += 1;
            }
            i += 1;
        }
        n
    }

    pub fn unnamed(&self) -> usize {
        self.all.len() - Fields::named(self.all)
    }
}

fn field<const I: usize>(_vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    let t = o.expect_payload::<PyTuple>();
    if let Some(v) = t.as_slice().get(I) {
        return Ok(v.clone());
    }
    let hidden = items::hidden(t).as_object().expect_payload::<PyTuple>();
    Ok(hidden.as_slice().get(I - t.len()).cloned().unwrap_or_else(PyObjectRef::none))
}

macro_rules! getters {
    ($($i:literal)*) => { const GETTERS: &[Getter] = &[$(field::<$i>),*]; };
}

getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

/// The attributes of the named fields.
pub const fn attributes<const N: usize>(
    fields: &'static [(&'static str, &'static str)],
) -> [GetSetDef; N] {
    const NONE: GetSetDef = GetSetDef { name: "", get: None, set: None, doc: None, member: true };
    let mut out = [NONE; N];
    let (mut i, mut n) = (0, 0);
    while i < fields.len() {
        let (name, doc) = fields[i];
        if !name.is_empty() {
            let doc = if doc.is_empty() { None } else { Some(doc) };
            out[n] = GetSetDef { name, get: Some(GETTERS[i]), set: None, doc, member: true };
            n += 1;
        }
        i += 1;
    }
    out
}

/// Defines a struct sequence type:
/// `struct_sequence!(SPEC, FIELDS = "os", "terminal_size", "doc", 2, [("columns", "doc"), ..], []);`
/// `SPEC` is its `TypeSpec`, `FIELDS` its [`Fields`]; the last list is [`Fields::defaults`].
#[macro_export]
macro_rules! struct_sequence {
    ($spec:ident, $fields:ident = $module:literal, $name:literal, $doc:expr, $visible:literal,
     [$($field:tt),* $(,)?], [$($default:expr),*]) => {
        $crate::struct_sequence!(
            $spec, $fields = $module, $name, $doc, $visible, [$($field),*], [$($default),*],
            new = |vm, cls, args| $crate::builtins::structseq::construct(vm, cls, args, &$fields),
            reduce = |vm, args| $crate::builtins::structseq::reduce(vm, args, &$fields)
        );
    };
    // One with a constructor of its own.
    ($spec:ident, $fields:ident = $module:literal, $name:literal, $doc:expr, $visible:literal,
     [$($field:tt),* $(,)?], [$($default:expr),*], new = $new:expr, reduce = $reduce:expr) => {
        pub static $fields: $crate::builtins::structseq::Fields = $crate::builtins::structseq::Fields {
            all: &[$($field),*],
            visible: $visible,
            defaults: &[$($default),*],
        };
        pub static $spec: $crate::types::TypeSpec = {
            use $crate::builtins::structseq as seq;
            const ALL: &[(&str, &str)] = &[$($field),*];
            $crate::types::TypeSpec {
                doc: $doc,
                base: Some(&$crate::builtins::tuple::TUPLE),
                flags: seq::FLAGS,
                slots: $crate::types::Slots {
                    new: Some($new),
                    repr: Some(|vm, o| seq::repr(vm, o, &$fields)),
                    ..$crate::types::Slots::EMPTY
                },
                methods: &[&[
                    $crate::types::MethodDef {
                        name: "__reduce__",
                        func: $reduce,
                        kind: $crate::types::MethodKind::Instance,
                        text_signature: None,
                        doc: None,
                    },
                    $crate::types::MethodDef {
                        name: "__replace__",
                        func: |vm, args| seq::replace(vm, args, &$fields),
                        kind: $crate::types::MethodKind::Instance,
                        text_signature: None,
                        doc: Some("The same with other values in some fields."),
                    },
                ]],
                getset: &[&const { seq::attributes::<{ seq::Fields::named(ALL) }>(ALL) }],
                consts: &[&[
                    $crate::types::ConstDef {
                        name: "n_sequence_fields",
                        value: |vm| Ok(vm.new_usize($fields.visible)),
                    },
                    $crate::types::ConstDef {
                        name: "n_fields",
                        value: |vm| Ok(vm.new_usize($fields.all.len())),
                    },
                    $crate::types::ConstDef {
                        name: "n_unnamed_fields",
                        value: |vm| Ok(vm.new_usize($fields.unnamed())),
                    },
                    $crate::types::ConstDef {
                        name: "__match_args__",
                        value: |vm| Ok(seq::match_args(vm, &$fields)),
                    },
                ]],
                ..$crate::types::TypeSpec::of::<seq::PyStructSeq>($module, $name)
            }
        };
    };
}
pub use struct_sequence;

/// A new value from all fields in order.
pub fn create(
    vm: &VirtualMachine,
    spec: &'static TypeSpec,
    fields: &Fields,
    values: Vec<PyObjectRef>,
) -> PyObjectRef {
    debug_assert_eq!(values.len(), fields.all.len());
    make(vm, vm.type_for(spec), fields, values)
}

/// A new value of the type or a subclass, from all fields in order.
pub fn make(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    fields: &Fields,
    mut values: Vec<PyObjectRef>,
) -> PyObjectRef {
    let hidden = values.split_off(fields.visible.min(values.len()));
    let hidden = vm.new_tuple(hidden).into();
    items::create(vm, typ, values, hidden)
}

fn type_name(typ: &Py<PyType>) -> String {
    typ.own_spec().map_or_else(|| typ.display_name().to_string(), TypeSpec::tp_name)
}

/// `T(sequence, dict={})`.
pub fn construct(
    vm: &VirtualMachine,
    typ: &Py<PyType>,
    args: Args<'_>,
    fields: &'static Fields,
) -> PyResult {
    let mut given = [None, None];
    crate::call::check_arity(vm, &type_name(typ), args.len(), 0, 2)?;
    for (i, a) in args.positional().enumerate() {
        given[i] = Some(a);
    }
    for (name, v) in args.keywords() {
        match name.as_bytes() {
            b"sequence" => given[0] = Some(v),
            b"dict" => given[1] = Some(v),
            _ => {
                return Err(vm.type_error(format!(
                    "structseq() got an unexpected keyword argument '{}'",
                    name.to_string_lossy()
                )));
            }
        }
    }
    let Some(sequence) = given[0] else {
        return Err(vm.type_error("structseq() missing required argument 'sequence' (pos 1)"));
    };
    let name = type_name(typ);
    if sequence.class(vm).slots.iter.get().is_none()
        && sequence.class(vm).slots.sq_item.get().is_none()
    {
        return Err(vm.type_error("constructor requires a sequence"));
    }
    let mut values = vm.collect(sequence)?;
    let extra = match given[1] {
        None => None,
        Some(d) => Some(d.downcast::<PyDict>().ok_or_else(|| {
            vm.type_error(format!("{name}() takes a dict as second arg, if any"))
        })?),
    };
    let (len, least, most) = (values.len(), fields.visible, fields.all.len());
    if len < least || len > most {
        let want = match (least == most, len < least) {
            (true, _) => format!("a {least}"),
            (false, true) => format!("an at least {least}"),
            (false, false) => format!("an at most {most}"),
        };
        return Err(vm.type_error(format!("{name}() takes {want}-sequence ({len}-sequence given)")));
    }
    let mut used = 0;
    for i in len..most {
        let found = match extra {
            Some(d) => d.get_str(vm, &vm.intern(fields.all[i].0))?,
            None => None,
        };
        used += usize::from(found.is_some());
        values.push(found.unwrap_or_else(PyObjectRef::none));
    }
    if extra.is_some_and(|d| d.len() > used) {
        return Err(vm.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
    }
    for (to, from) in fields.defaults {
        if *to >= len && values[*to].is_none() {
            values[*to] = values[*from].clone();
        }
    }
    Ok(make(vm, typ, fields, values))
}

/// `os.terminal_size(columns=80, lines=24)`.
pub fn repr(vm: &VirtualMachine, o: PyObject<'_>, fields: &'static Fields) -> PyResult {
    let t = o.expect_payload::<PyTuple>();
    let mut out = type_name(o.class(vm)).into_bytes();
    out.push(b'(');
    for (i, (v, name)) in t.as_slice().iter().zip(fields.names()).enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(vm.repr(v.as_object())?.as_bytes());
    }
    out.push(b')');
    Ok(vm.new_str_bytes(&out).into())
}

/// All values, the hidden ones included.
fn all_values(t: &PyTuple) -> Vec<PyObjectRef> {
    let mut out = t.as_slice().to_vec();
    if let Some(h) = items::hidden(t).as_object().downcast::<PyTuple>() {
        out.extend_from_slice(h.as_slice());
    }
    out
}

fn receiver<'a>(vm: &VirtualMachine, args: Args<'a>, method: &str) -> PyResult<&'a Py<PyTuple>> {
    args.get(0)
        .and_then(|o| o.downcast::<PyTuple>())
        .ok_or_else(|| vm.type_error(format!("unbound method {method}() needs an argument")))
}

/// `__reduce__`.
pub fn reduce(vm: &VirtualMachine, args: Args<'_>, fields: &'static Fields) -> PyResult {
    args.no_keywords(vm, "__reduce__")?;
    crate::call::check_arity(vm, "__reduce__", args.len().saturating_sub(1), 0, 0)?;
    let t = receiver(vm, args, "__reduce__")?;
    let rest = vm.new_dict();
    let values = all_values(t);
    for (i, (name, _)) in fields.all.iter().enumerate().skip(fields.visible) {
        if !name.is_empty()
            && let Some(v) = values.get(i)
        {
            rest.set_str(vm, &vm.intern(name), v.clone())?;
        }
    }
    let visible = vm.new_tuple(t.as_slice().to_vec());
    let inner = vm.new_tuple(vec![visible.into(), rest.into()]);
    Ok(vm.new_tuple(vec![t.class().to_ref().into(), inner.into()]).into())
}

/// `__replace__(**changes)`.
pub fn replace(vm: &VirtualMachine, args: Args<'_>, fields: &'static Fields) -> PyResult {
    let t = receiver(vm, args, "__replace__")?;
    if args.len() > 1 {
        return Err(vm.type_error(format!(
            "__replace__() takes no positional arguments ({} given)",
            args.len() - 1
        )));
    }
    if fields.unnamed() > 0 {
        return Err(vm.type_error(format!(
            "__replace__() is not supported for {} because it has unnamed field(s)",
            type_name(t.class())
        )));
    }
    let mut values = all_values(t);
    let mut unknown = Vec::new();
    for (name, v) in args.keywords() {
        match fields.all.iter().position(|(n, _)| n.as_bytes() == name.as_bytes()) {
            Some(i) if i < values.len() => values[i] = v.to_owned(),
            _ => unknown.push(name.to_ref().into()),
        }
    }
    if !unknown.is_empty() {
        let names = vm.repr(vm.new_list(unknown).as_object())?;
        return Err(
            vm.type_error(format!("Got unexpected field name(s): {}", names.to_string_lossy()))
        );
    }
    Ok(make(vm, t.class(), fields, values))
}

/// `__match_args__`: the names of the items that have one.
pub fn match_args(vm: &VirtualMachine, fields: &'static Fields) -> PyObjectRef {
    let names = fields.all[..fields.visible].iter().filter(|(n, _)| !n.is_empty());
    vm.new_tuple(names.map(|(n, _)| vm.intern(n).into()).collect()).into()
}
