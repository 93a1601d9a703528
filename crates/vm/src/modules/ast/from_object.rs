//! Objects to trees: what `compile()` does with a tree that a program made.

use super::classes::{AstState, NodeId};
use super::validate;
use crate::builtins::bytes::PyBytes;
use crate::builtins::complex::PyComplex;
use crate::builtins::int::IntView;
use crate::builtins::set::PyFrozenSet;
use crate::call::from_args::surrogate_error;
use crate::prelude::*;
use bumpalo::Bump;
use parser::ast::*;
use parser::node_name;

#[derive(Clone, Copy)]
struct Context<'v, 'a> {
    vm: &'v VirtualMachine,
    state: &'static AstState,
    arena: &'a Bump,
}

/// The tree that an object is, which must be a node of the mode's kind, and must be one
/// that the grammar could give.
pub fn from_object<'a>(
    vm: &VirtualMachine,
    object: PyObject<'_>,
    arena: &'a Bump,
    mode: parser::Mode,
) -> PyResult<Mod<'a>> {
    let cx = Context { vm, state: AstState::of(vm)?, arena };
    let (id, name) = match mode {
        parser::Mode::Exec => (NodeId::Module, "Module"),
        parser::Mode::Eval => (NodeId::Expression, "Expression"),
        parser::Mode::Single => (NodeId::Interactive, "Interactive"),
        parser::Mode::FuncType => (NodeId::FunctionType, "FunctionType"),
    };
    if !cx.is(object, id) {
        return Err(vm.type_error(format!(
            "expected {name} node, got {}",
            object.class(vm).name().to_string_lossy()
        )));
    }
    let module = Mod::single(cx, object, "mod")?;
    validate::module(vm, &module)?;
    Ok(module)
}

impl<'a> Context<'_, 'a> {
    fn is(self, object: PyObject<'_>, id: NodeId) -> bool {
        object.class(self.vm).is_subtype(&self.state.class(id).typ)
    }

    /// The field at `index` of a node of class `id`.
    fn field<T: Field<'a>>(
        self,
        object: PyObject<'_>,
        id: NodeId,
        index: usize,
        place: Place,
    ) -> PyResult<T> {
        let class = self.state.class(id);
        let value = self.vm.get_attr_opt(object, &class.fields[index])?;
        T::read(self, place, value.as_ref().map(|v| v.as_object()))
    }

    fn wrong_kind<T>(self, what: &str, object: PyObject<'_>) -> PyResult<T> {
        let shown = self.vm.repr(object)?;
        Err(self.vm.type_error(format!(
            "expected some sort of {what}, but got {}",
            shown.to_string_lossy()
        )))
    }

    /// An attribute of position; the end's may be left out of most nodes.
    fn position(self, object: PyObject<'_>, at: usize, node: &str) -> PyResult<Option<i32>> {
        let value = self.vm.get_attr_opt(object, &self.state.attributes[at])?;
        let optional = at >= 2 && !info::SumInfo::ends_are_required(node);
        match value {
            Some(v) if optional && v.is_none() => Ok(None),
            Some(v) => i32::single(self, v.as_object(), "int").map(Some),
            None if optional => Ok(None),
            None => Err(self.vm.type_error(format!(
                "required field \"{}\" missing from {node}",
                info::ATTRIBUTES[at]
            ))),
        }
    }

    fn range(self, object: PyObject<'_>, node: &str) -> PyResult<Range> {
        let lineno = self.position(object, 0, node)?.unwrap_or(0);
        let column = self.position(object, 1, node)?.unwrap_or(0);
        let end_lineno = self.position(object, 2, node)?.unwrap_or(lineno);
        let end_column = self.position(object, 3, node)?.unwrap_or(column);
        let invalid = |text: String| Err(self.vm.value_error(text));
        if lineno > end_lineno {
            return invalid(format!("AST node line range ({lineno}, {end_lineno}) is not valid"));
        }
        if lineno < 0 && end_lineno != lineno || column < 0 && column != end_column {
            return invalid(format!(
                "AST node column range ({column}, {end_column}) for line range ({lineno}, \
                 {end_lineno}) is not valid"
            ));
        }
        if lineno == end_lineno && column > end_column {
            return invalid(format!(
                "line {lineno}, column {column}-{end_column} is not a valid range"
            ));
        }
        let part = |v: i32| u32::try_from(v).unwrap_or(0);
        Ok(Range::new(part(lineno), part(column), part(end_lineno), part(end_column)))
    }
}

/// A field, for messages.
#[derive(Clone, Copy)]
struct Place {
    node: &'static str,
    field: &'static str,
    ty: &'static str,
}

/// What a field holds.
trait Field<'a>: Sized {
    /// `None`: the object has no such attribute.
    fn read(cx: Context<'_, 'a>, place: Place, value: Option<PyObject<'_>>) -> PyResult<Self>;
}

/// One value, not `None`.
trait Single<'a>: Sized {
    fn single(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<Self>;
}

impl<'a, T: Single<'a>> Field<'a> for T {
    fn read(cx: Context<'_, 'a>, place: Place, value: Option<PyObject<'_>>) -> PyResult<T> {
        let Place { node, field, ty } = place;
        match value {
            None => {
                Err(cx.vm.type_error(format!("required field \"{field}\" missing from {node}")))
            }
            Some(v) if v.is_none() && ty != "constant" && ty != "int" => {
                Err(cx.vm.value_error(format!("field '{field}' is required for {node}")))
            }
            Some(v) => T::single(cx, v, ty),
        }
    }
}

impl<'a, T: Single<'a>> Field<'a> for Option<T> {
    fn read(cx: Context<'_, 'a>, place: Place, value: Option<PyObject<'_>>) -> PyResult<Option<T>> {
        match value.filter(|v| !v.is_none()) {
            Some(v) => T::single(cx, v, place.ty).map(Some),
            None => Ok(None),
        }
    }
}

impl<'a, T: Item<'a>> Field<'a> for &'a [T] {
    fn read(cx: Context<'_, 'a>, place: Place, value: Option<PyObject<'_>>) -> PyResult<&'a [T]> {
        let Place { node, field, ty } = place;
        let Some(value) = value else { return Ok(&[]) };
        let Some(list) = value.downcast::<PyList>() else {
            return Err(cx.vm.type_error(format!(
                "{node} field \"{field}\" must be a list, not a {}",
                value.class(cx.vm).display_name()
            )));
        };
        let items = cx.vm.collect(list.as_object())?;
        let mut out = bumpalo::collections::Vec::with_capacity_in(items.len(), cx.arena);
        for item in &items {
            out.push(T::item(cx, item.as_object(), ty)?);
            if list.len() != items.len() {
                return Err(cx.vm.runtime_error(format!(
                    "{node} field \"{field}\" changed size during iteration"
                )));
            }
        }
        Ok(out.into_bump_slice())
    }
}

/// An element of a list.
trait Item<'a>: Sized {
    fn item(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<Self>;
}

impl<'a, T: Single<'a>> Item<'a> for T {
    fn item(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<T> {
        if value.is_none() {
            let what = match ty {
                "expr" => "expression",
                "stmt" => "statement",
                other => other,
            };
            return Err(cx.vm.value_error(format!("None disallowed in {what} list")));
        }
        T::single(cx, value, ty)
    }
}

impl<'a, T: Single<'a>> Item<'a> for Option<T> {
    fn item(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<Self> {
        if value.is_none() { Ok(None) } else { T::single(cx, value, ty).map(Some) }
    }
}

impl<'a, T: Single<'a>> Single<'a> for &'a T {
    fn single(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<&'a T> {
        Ok(cx.arena.alloc(T::single(cx, value, ty)?))
    }
}

impl<'a> Single<'a> for &'a str {
    fn single(cx: Context<'_, 'a>, value: PyObject<'_>, ty: &'static str) -> PyResult<&'a str> {
        match value.downcast::<PyStr>() {
            Some(s) if s.is_exact() => match s.to_str() {
                Some(text) => Ok(cx.arena.alloc_str(text)),
                None => Err(surrogate_error(cx.vm, s)),
            },
            _ => Err(cx.vm.type_error(format!("AST {ty} must be of type str"))),
        }
    }
}

impl<'a> Single<'a> for i32 {
    fn single(cx: Context<'_, 'a>, value: PyObject<'_>, _ty: &'static str) -> PyResult<i32> {
        if value.int_view().is_none() {
            let shown = cx.vm.repr(value)?;
            return Err(cx
                .vm
                .value_error(format!("invalid integer value: {}", shown.to_string_lossy())));
        }
        cx.vm.to_i32(value)
    }
}

impl<'a> Single<'a> for Constant<'a> {
    fn single(
        cx: Context<'_, 'a>,
        value: PyObject<'_>,
        _ty: &'static str,
    ) -> PyResult<Constant<'a>> {
        let vm = cx.vm;
        let _stack = vm.enter_native(" during compilation")?;
        let exact = |t: &Py<PyType>| std::ptr::eq(value.class(vm), t);
        let items = |all: Vec<PyObjectRef>| -> PyResult<&'a [Constant<'a>]> {
            let mut out = bumpalo::collections::Vec::with_capacity_in(all.len(), cx.arena);
            for item in &all {
                out.push(Constant::single(cx, item.as_object(), _ty)?);
            }
            Ok(out.into_bump_slice())
        };
        let types = vm.types();
        if value.is_none() {
            return Ok(Constant::None);
        }
        if let Some(b) = value.as_bool() {
            return Ok(if b { Constant::True } else { Constant::False });
        }
        if value.is(PyObjectRef::ellipsis().as_object()) {
            return Ok(Constant::Ellipsis);
        }
        if exact(&types.int) {
            return Ok(Constant::Int(match value.expect_int() {
                IntView::Small(v) => Int::Small(v),
                IntView::Big(b) => {
                    let text = vm.long_work(|poll| b.abs().to_string_radix(16, poll))?;
                    Int::Big {
                        negative: b.is_negative(),
                        radix: 16,
                        digits: cx.arena.alloc_str(&text),
                    }
                }
            }));
        }
        if exact(&types.float) {
            return Ok(Constant::Float(value.expect_float()));
        }
        if let Some(c) = value.downcast_exact::<PyComplex>(vm.type_of::<PyComplex>()) {
            let (real, imag) = c.parts();
            return Ok(Constant::Complex { real, imag });
        }
        if let Some(s) = value.downcast_exact::<PyStr>(&types.str) {
            return Ok(Constant::Str(cx.arena.alloc_slice_copy(s.as_bytes())));
        }
        if let Some(b) = value.downcast_exact::<PyBytes>(vm.type_of::<PyBytes>()) {
            return Ok(Constant::Bytes(cx.arena.alloc_slice_copy(b.as_bytes())));
        }
        if exact(&types.tuple) {
            return Ok(Constant::Tuple(items(vm.collect(value)?)?));
        }
        if exact(vm.type_of::<PyFrozenSet>()) {
            return Ok(Constant::FrozenSet(items(vm.collect(value)?)?));
        }
        Err(vm.type_error(format!(
            "got an invalid type in Constant: {}",
            value.class(vm).name().to_string_lossy()
        )))
    }
}

/// The place of a field whose type is these tokens.
macro_rules! place {
    ($node:expr, $field:ident, $ty:ident $($mark:tt)*) => {
        Place { node: $node, field: node_name!($field), ty: stringify!($ty) }
    };
}

macro_rules! define_from_object {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        $(impl<'a> Single<'a> for $Node<'a> {
            fn single(cx: Context<'_, 'a>, o: PyObject<'_>, _ty: &'static str) -> PyResult<Self> {
                let _stack = cx.vm.enter_native(
                    concat!(" while traversing '", node_name!($sum), "' node"),
                )?;
                let range = cx.range(o, node_name!($sum))?;
                $(if cx.is(o, NodeId::$Ctor) {
                    let mut _index = 0;
                    $($(
                        let $field = cx.field(
                            o, NodeId::$Ctor, _index, place!(stringify!($Ctor), $field, $($ty)+),
                        )?;
                        _index += 1;
                    )*)?
                    return Ok($Node { kind: $Kind::$Ctor $({ $($field),* })?, range });
                })*
                cx.wrong_kind(node_name!($sum), o)
            }
        })*
        $(impl<'a> Single<'a> for $PNode<'a> {
            fn single(cx: Context<'_, 'a>, o: PyObject<'_>, _ty: &'static str) -> PyResult<Self> {
                $(if cx.is(o, NodeId::$PCtor) {
                    let mut _index = 0;
                    $(
                        let $pfield = cx.field(
                            o, NodeId::$PCtor, _index, place!(stringify!($PCtor), $pfield, $($pty)+),
                        )?;
                        _index += 1;
                    )*
                    return Ok($PNode::$PCtor { $($pfield),* });
                })*
                cx.wrong_kind(node_name!($psum), o)
            }
        })*
        $(impl<'a> Single<'a> for $ENode {
            fn single(cx: Context<'_, 'a>, o: PyObject<'_>, _ty: &'static str) -> PyResult<Self> {
                $(if cx.is(o, NodeId::$ECtor) {
                    return Ok($ENode::$ECtor);
                })*
                cx.wrong_kind(node_name!($esum), o)
            }
        })*
        $(impl<'a> Single<'a> for $LNode<'a> {
            fn single(cx: Context<'_, 'a>, o: PyObject<'_>, _ty: &'static str) -> PyResult<Self> {
                let _stack = cx.vm.enter_native(
                    concat!(" while traversing '", node_name!($lbase), "' node"),
                )?;
                let range = cx.range(o, node_name!($lbase))?;
                if stringify!($lbase) != stringify!($lctor) && !cx.is(o, NodeId::$lctor) {
                    return cx.wrong_kind(node_name!($lbase), o);
                }
                let mut _index = 0;
                $(
                    let $lfield = cx.field(
                        o, NodeId::$lctor, _index, place!(stringify!($lctor), $lfield, $($lty)+),
                    )?;
                    _index += 1;
                )*
                Ok($LNode { $($lfield,)* range })
            }
        })*
        $(impl<'a> Single<'a> for $RNode<'a> {
            fn single(cx: Context<'_, 'a>, o: PyObject<'_>, _ty: &'static str) -> PyResult<Self> {
                let _stack = cx.vm.enter_native(
                    concat!(" while traversing '", node_name!($rbase), "' node"),
                )?;
                if stringify!($rbase) != stringify!($rctor) && !cx.is(o, NodeId::$rctor) {
                    return cx.wrong_kind(node_name!($rbase), o);
                }
                let mut _index = 0;
                $(
                    let $rfield = cx.field(
                        o, NodeId::$rctor, _index, place!(stringify!($rctor), $rfield, $($rty)+),
                    )?;
                    _index += 1;
                )*
                Ok($RNode { $($rfield),* })
            }
        })*
    };
}

parser::nodes!(define_from_object);
