//! Trees to objects: what `ast.parse` gives.

use super::PyAst;
use super::classes::{AstState, NodeId};
use crate::builtins::set::PyFrozenSet;
use crate::prelude::*;
use num::BigInt;
use parser::ast::*;

struct Context<'v> {
    vm: &'v VirtualMachine,
    state: &'static AstState,
}

/// The tree as instances of the classes of `ast`.
pub fn to_object(vm: &VirtualMachine, module: &Mod<'_>) -> PyResult {
    module.to_object(&Context { vm, state: AstState::of(vm)? })
}

/// Something that stands in a field.
trait ToObject {
    fn to_object(&self, cx: &Context<'_>) -> PyResult;
}

impl Context<'_> {
    fn node(&self, id: NodeId, fields: &[&dyn ToObject], range: Option<Range>) -> PyResult {
        let vm = self.vm;
        let _stack = vm.enter_native(" during  ast construction")?;
        let class = self.state.class(id);
        let node = PyAst::create(vm, &class.typ);
        for (name, field) in class.fields.iter().zip(fields) {
            let value = field.to_object(self)?;
            vm.set_attr(node.as_object(), name, Some(value.as_object()))?;
        }
        if let Some(r) = range {
            let values = [r.lineno, r.col_offset, r.end_lineno, r.end_col_offset];
            for (name, value) in self.state.attributes.iter().zip(values) {
                let value = vm.new_int(value.into());
                vm.set_attr(node.as_object(), name, Some(value.as_object()))?;
            }
        }
        Ok(node)
    }
}

impl<T: ToObject + ?Sized> ToObject for &T {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        (**self).to_object(cx)
    }
}

impl<T: ToObject> ToObject for Option<T> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        self.as_ref().map_or_else(|| Ok(cx.vm.none()), |v| v.to_object(cx))
    }
}

impl<T: ToObject> ToObject for [T] {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        let items = self.iter().map(|item| item.to_object(cx)).collect::<PyResult<Vec<_>>>()?;
        Ok(cx.vm.new_list(items).into())
    }
}

impl ToObject for str {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        Ok(cx.vm.intern(self).into())
    }
}

impl ToObject for i32 {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        Ok(cx.vm.new_int((*self).into()))
    }
}

impl ToObject for Constant<'_> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult {
        let vm = cx.vm;
        let items = |items: &[Constant<'_>]| {
            items.iter().map(|c| c.to_object(cx)).collect::<PyResult<Vec<_>>>()
        };
        Ok(match *self {
            Constant::None => vm.none(),
            Constant::True => vm.new_bool(true),
            Constant::False => vm.new_bool(false),
            Constant::Ellipsis => PyObjectRef::ellipsis(),
            Constant::Int(Int::Small(v)) => vm.new_int(v),
            Constant::Int(Int::Big { negative, radix, digits }) => {
                let v = big_int(radix, digits).ok_or_else(|| vm.memory_error())?;
                vm.new_bigint(if negative { v.neg() } else { v })
            }
            Constant::Float(v) => vm.new_float(v),
            Constant::Complex { real, imag } => vm.new_complex(real, imag),
            Constant::Str(text) => vm.new_str_bytes(text).into(),
            Constant::Bytes(data) => vm.new_bytes(data).into(),
            Constant::Tuple(all) => vm.new_tuple(items(all)?).into(),
            Constant::FrozenSet(all) => {
                let list = vm.new_list(items(all)?);
                let set = vm.type_of::<PyFrozenSet>();
                vm.call_positional(set.as_object(), &[list.as_object()])?
            }
        })
    }
}

/// The number that digits of the parser's are.
fn big_int(radix: u8, digits: &str) -> Option<BigInt> {
    num::parse_int(digits.as_bytes(), radix.into(), 0, &mut num::never).ok()
}

macro_rules! define_to_object {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        $(impl ToObject for $Node<'_> {
            fn to_object(&self, cx: &Context<'_>) -> PyResult {
                match &self.kind {
                    $($Kind::$Ctor $({ $($field),* })? => {
                        cx.node(NodeId::$Ctor, &[$($($field),*)?], Some(self.range))
                    })*
                }
            }
        })*
        $(impl ToObject for $PNode<'_> {
            fn to_object(&self, cx: &Context<'_>) -> PyResult {
                match self {
                    $($PNode::$PCtor { $($pfield),* } => {
                        cx.node(NodeId::$PCtor, &[$($pfield),*], None)
                    })*
                }
            }
        })*
        $(impl ToObject for $ENode {
            fn to_object(&self, cx: &Context<'_>) -> PyResult {
                let id = match self {
                    $($ENode::$ECtor => NodeId::$ECtor,)*
                };
                Ok(cx.state.class(id).singleton.clone().unwrap_or_else(PyObjectRef::none))
            }
        })*
        $(impl ToObject for $LNode<'_> {
            fn to_object(&self, cx: &Context<'_>) -> PyResult {
                cx.node(NodeId::$lctor, &[$(&self.$lfield),*], Some(self.range))
            }
        })*
        $(impl ToObject for $RNode<'_> {
            fn to_object(&self, cx: &Context<'_>) -> PyResult {
                cx.node(NodeId::$rctor, &[$(&self.$rfield),*], None)
            }
        })*
    };
}

parser::nodes!(define_to_object);
