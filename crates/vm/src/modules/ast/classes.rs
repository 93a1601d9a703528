//! The classes below `AST`, one interpreter's worth of them.

use super::PyAst;
use crate::builtins::generic_alias::PyGenericAlias;
use crate::prelude::*;
use bytecode::oparg::BinaryOp;
use parser::ast::info::{ATTRIBUTES, Arity, FieldInfo, SUMS, SumInfo, SumKind};

macro_rules! define_ids {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        /// A class with fields or without, that nodes are instances of; in the order of
        /// [`SUMS`].
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum NodeId {
            $($($PCtor,)*)* $($($Ctor,)*)* $($($ECtor,)*)* $($lctor,)* $($rctor,)*
        }
    };
}

parser::nodes!(define_ids);

/// A class and the interned names of its fields.
pub struct NodeClass {
    pub typ: PyRef<PyType>,
    pub fields: Vec<PyRef<PyStr>>,
    /// The only instance that trees use, of a class without fields.
    pub singleton: Option<PyObjectRef>,
}

pub struct AstState {
    /// By [`NodeId`].
    nodes: Vec<NodeClass>,
    bases: Vec<PyRef<PyType>>,
    pub attributes: [PyRef<PyStr>; 4],
}

impl AstState {
    /// The interpreter's classes, made on first use.
    pub fn of(vm: &VirtualMachine) -> PyResult<&'static AstState> {
        let interp = vm.interp;
        if let Some(state) = interp.ast.get() {
            return Ok(state);
        }
        let state = AstState::new(vm)?;
        Ok(interp.ast.get_or_init(|| state))
    }

    pub fn class(&self, id: NodeId) -> &NodeClass {
        &self.nodes[id as usize]
    }

    /// Every class of the module but `AST`.
    pub fn all_types(&self) -> impl Iterator<Item = &PyRef<PyType>> {
        self.bases.iter().chain(self.nodes.iter().map(|n| &n.typ))
    }

    fn new(vm: &VirtualMachine) -> PyResult<AstState> {
        let root = vm.type_of::<PyAst>().to_ref();
        let mut state = AstState {
            nodes: Vec::new(),
            bases: Vec::new(),
            attributes: ATTRIBUTES.map(|a| vm.intern(a)),
        };
        let mut defaults = Vec::new();
        for sum in SUMS {
            let base = if sum.kind == SumKind::Product {
                root.clone()
            } else {
                let base = make_class(vm, sum.name, &root, &[], sum.signature(), Some(sum))?;
                state.bases.push(base.clone());
                base
            };
            for node in sum.nodes {
                let own = (sum.kind == SumKind::Product).then_some(sum);
                let typ = make_class(vm, node.name, &base, node.fields, node.signature(), own)?;
                let singleton = (sum.kind == SumKind::Enum).then(|| PyAst::create(vm, &typ));
                let fields = node.fields.iter().map(|f| vm.intern(f.name)).collect();
                state.nodes.push(NodeClass { typ: typ.clone(), fields, singleton });
                defaults.push((typ, node.fields));
            }
        }
        for (typ, fields) in defaults {
            state.set_field_types(vm, &typ, fields)?;
        }
        Ok(state)
    }

    fn find(&self, name: &str) -> Option<&PyRef<PyType>> {
        self.all_types().find(|t| t.name().as_bytes() == name.as_bytes())
    }

    /// `_field_types` and `__annotations__`, which name classes of the whole module.
    fn set_field_types(
        &self,
        vm: &VirtualMachine,
        typ: &Py<PyType>,
        fields: &[FieldInfo],
    ) -> PyResult<()> {
        let types = vm.new_dict();
        for field in fields {
            let plain: PyObjectRef = match field.ty {
                "identifier" | "string" => vm.types().str.clone().into(),
                "int" => vm.types().int.clone().into(),
                "constant" => vm.types().object.clone().into(),
                name => match self.find(name) {
                    Some(t) => t.clone().into(),
                    None => vm.types().object.clone().into(),
                },
            };
            let whole = match field.arity {
                Arity::One => plain,
                Arity::Optional => {
                    vm.binary_op(BinaryOp::Or, plain.as_object(), PyObject::none())?
                }
                Arity::List | Arity::OptionalList => {
                    PyGenericAlias::create(vm, vm.types().list.as_object(), plain.as_object())
                }
            };
            types.set_str(vm, &vm.intern(field.name), whole)?;
        }
        for name in ["_field_types", "__annotations_cache__"] {
            vm.set_attr(typ.as_object(), &vm.intern(name), Some(types.as_object()))?;
        }
        Ok(())
    }
}

/// A class with its fields; with the attributes of `located` if it has its own.
fn make_class(
    vm: &VirtualMachine,
    name: &str,
    base: &Py<PyType>,
    fields: &[FieldInfo],
    doc: String,
    attributes_of: Option<&SumInfo>,
) -> PyResult<PyRef<PyType>> {
    let names = vm.new_tuple(fields.iter().map(|f| vm.intern(f.name).into()).collect());
    let dict = vm.new_dict();
    let set = |key: &str, value: PyObjectRef| dict.set_str(vm, &vm.intern(key), value);
    set("_fields", names.clone().into())?;
    set("__match_args__", names.into())?;
    set("__module__", vm.intern("ast").into())?;
    set("__doc__", vm.new_str(doc).into())?;
    for field in fields.iter().filter(|f| f.arity == Arity::Optional) {
        set(field.name, vm.none())?;
    }
    if let Some(sum) = attributes_of {
        let located: &[&str] = if sum.located { &ATTRIBUTES } else { &[] };
        let located = located.iter().map(|a| vm.intern(a).into()).collect();
        set("_attributes", vm.new_tuple(located).into())?;
        if sum.located && !SumInfo::ends_are_required(sum.name) {
            set("end_lineno", vm.none())?;
            set("end_col_offset", vm.none())?;
        }
    }
    let bases = vm.new_tuple(vec![base.to_ref().into()]);
    let name = vm.intern(name);
    let args = [name.as_object(), bases.as_object(), dict.as_object()];
    let made = vm.call_positional(vm.types().type_.as_object(), &args)?;
    made.downcast::<PyType>().map_err(|_| vm.type_error("type() made no type"))
}
