//! THE slot table: every type slot with its function type and the dunder names it serves.
//!
//! Expanded into [`Slots`] (plain, for static specs), [`TypeSlots`] (cells, in a type
//! object), the inheritance of slots, and [`SLOT_DEFS`], which ties dunders to slots both
//! ways: native slots appear in a type's dict as wrappers, and a dunder in a class body
//! fills the slot with the function that looks it up.

use super::{PyType, slot_functions as f, wrappers as w};
use crate::builtins::str::PyStr;
use crate::call::Args;
use crate::object::{Py, PyObject, PyObjectRef};
use crate::protocol::buffer::Buffer;
use crate::vm::{PyResult, VirtualMachine};
use std::cell::Cell;

pub use bytecode::oparg::CompareOp as Comparison;

type Vm = VirtualMachine;
pub type UnaryFn = fn(&Vm, PyObject<'_>) -> PyResult;
pub type BinaryFn = fn(&Vm, PyObject<'_>, PyObject<'_>) -> PyResult;
pub type TernaryFn = fn(&Vm, PyObject<'_>, PyObject<'_>, PyObject<'_>) -> PyResult;
pub type LenFn = fn(&Vm, PyObject<'_>) -> PyResult<usize>;
pub type HashFn = fn(&Vm, PyObject<'_>) -> PyResult<i64>;
pub type BoolFn = fn(&Vm, PyObject<'_>) -> PyResult<bool>;
pub type CallFn = fn(&Vm, PyObject<'_>, Args<'_>) -> PyResult;
pub type GetAttrFn = fn(&Vm, PyObject<'_>, &Py<PyStr>) -> PyResult;
/// `None` deletes.
pub type SetAttrFn = fn(&Vm, PyObject<'_>, &Py<PyStr>, Option<PyObject<'_>>) -> PyResult<()>;
pub type CompareFn = fn(&Vm, PyObject<'_>, PyObject<'_>, Comparison) -> PyResult;
/// `Ok(None)`: exhausted.
pub type NextFn = fn(&Vm, PyObject<'_>) -> PyResult<Option<PyObjectRef>>;
pub type DescrGetFn = fn(&Vm, PyObject<'_>, Option<PyObject<'_>>, Option<PyObject<'_>>) -> PyResult;
pub type DescrSetFn = fn(&Vm, PyObject<'_>, PyObject<'_>, Option<PyObject<'_>>) -> PyResult<()>;
pub type NewFn = fn(&Vm, &Py<PyType>, Args<'_>) -> PyResult;
pub type InitFn = fn(&Vm, PyObject<'_>, Args<'_>) -> PyResult<()>;
pub type DelFn = fn(&Vm, PyObject<'_>) -> PyResult<()>;
pub type ItemFn = fn(&Vm, PyObject<'_>, isize) -> PyResult;
pub type ContainsFn = fn(&Vm, PyObject<'_>, PyObject<'_>) -> PyResult<bool>;
/// `None` deletes.
pub type AssSubscriptFn = fn(&Vm, PyObject<'_>, PyObject<'_>, Option<PyObject<'_>>) -> PyResult<()>;
pub type GetBufferFn = fn(&Vm, PyObject<'_>, u32) -> PyResult<Buffer>;
pub type SendFn = fn(&Vm, PyObject<'_>, PyObject<'_>) -> PyResult<SendResult>;

/// What resuming a coroutine-like object gave.
pub enum SendResult {
    Yield(PyObjectRef),
    Return(PyObjectRef),
}

/// How a slot takes part in inheritance: slots of one group come over together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    Alone,
    /// `tp_richcompare` with `tp_hash`.
    Compare,
    /// `__new__`, `__del__`: own rules.
    Special,
}

macro_rules! slot_table {
    ($m:ident) => {
        $m! {
            repr: UnaryFn, f::repr, Alone, [__repr__ (w::unary, "($self, /)", "The text of self for programmers: repr(self).")];
            str: UnaryFn, f::str, Alone, [__str__ (w::unary, "($self, /)", "The text of self for readers: str(self).")];
            hash: HashFn, f::hash, Compare, [__hash__ (w::hash, "($self, /)", "The hash of self: hash(self).")];
            call: CallFn, f::call, Alone, [__call__ (w::call, "($self, /, *args, **kwargs)", "Calls self like a function.")];
            getattro: GetAttrFn, f::getattro, Alone, [
                __getattribute__ (w::getattribute, "($self, name, /)", "The attribute that getattr(self, name) finds."),
                __getattr__ (w::none, "", "")];
            setattro: SetAttrFn, f::setattro, Alone, [
                __setattr__ (w::setattr, "($self, name, value, /)", "Sets an attribute, as setattr(self, name, value) does."),
                __delattr__ (w::delattr, "($self, name, /)", "Deletes an attribute, as delattr(self, name) does.")];
            richcompare: CompareFn, f::richcompare, Compare, [
                __lt__ (w::lt, "($self, value, /)", "Whether self < value."),
                __le__ (w::le, "($self, value, /)", "Whether self <= value."),
                __eq__ (w::eq, "($self, value, /)", "Whether self == value."),
                __ne__ (w::ne, "($self, value, /)", "Whether self != value."),
                __gt__ (w::gt, "($self, value, /)", "Whether self > value."),
                __ge__ (w::ge, "($self, value, /)", "Whether self >= value.")];
            iter: UnaryFn, f::iter, Alone, [__iter__ (w::unary, "($self, /)", "An iterator over self: iter(self).")];
            iternext: NextFn, f::iternext, Alone, [__next__ (w::next, "($self, /)", "The next item of self: next(self).")];
            descr_get: DescrGetFn, f::descr_get, Alone, [__get__ (w::descr_get, "($self, instance, owner=None, /)", "The attribute of instance, whose type is owner.")];
            descr_set: DescrSetFn, f::descr_set, Alone, [
                __set__ (w::descr_set, "($self, instance, value, /)", "Sets the attribute of instance to value."),
                __delete__ (w::descr_delete, "($self, instance, /)", "Deletes the attribute of instance.")];
            new: NewFn, f::new, Special, [__new__ (w::none, "", "")];
            init: InitFn, f::init, Alone, [__init__ (w::init, "($self, /, *args, **kwargs)", "Initializes self; help(type(self)) shows the signature that applies.")];
            del: DelFn, f::del, Alone, [__del__ (w::del, "($self, /)", "Runs when nothing refers to the instance any more.")];
            add: BinaryFn, f::add, Alone, [
                __add__ (w::binary, "($self, value, /)", "The value of self + value."),
                __radd__ (w::binary_reflected, "($self, value, /)", "The value of value + self.")];
            subtract: BinaryFn, f::subtract, Alone, [
                __sub__ (w::binary, "($self, value, /)", "The value of self - value."),
                __rsub__ (w::binary_reflected, "($self, value, /)", "The value of value - self.")];
            multiply: BinaryFn, f::multiply, Alone, [
                __mul__ (w::binary, "($self, value, /)", "The value of self * value."),
                __rmul__ (w::binary_reflected, "($self, value, /)", "The value of value * self.")];
            remainder: BinaryFn, f::remainder, Alone, [
                __mod__ (w::binary, "($self, value, /)", "The value of self % value."),
                __rmod__ (w::binary_reflected, "($self, value, /)", "The value of value % self.")];
            divmod: BinaryFn, f::divmod, Alone, [
                __divmod__ (w::binary, "($self, value, /)", "The pair divmod(self, value)."),
                __rdivmod__ (w::binary_reflected, "($self, value, /)", "The pair divmod(value, self).")];
            power: TernaryFn, f::power, Alone, [
                __pow__ (w::power, "($self, value, mod=None, /)", "The power pow(self, value, mod)."),
                __rpow__ (w::power_reflected, "($self, value, mod=None, /)", "The power pow(value, self, mod).")];
            negative: UnaryFn, f::negative, Alone, [__neg__ (w::unary, "($self, /)", "The value of -self.")];
            positive: UnaryFn, f::positive, Alone, [__pos__ (w::unary, "($self, /)", "The value of +self.")];
            absolute: UnaryFn, f::absolute, Alone, [__abs__ (w::unary, "($self, /)", "The absolute value of self: abs(self).")];
            bool: BoolFn, f::bool, Alone, [__bool__ (w::bool, "($self, /)", "The truth of self: bool(self).")];
            invert: UnaryFn, f::invert, Alone, [__invert__ (w::unary, "($self, /)", "The value of ~self.")];
            lshift: BinaryFn, f::lshift, Alone, [
                __lshift__ (w::binary, "($self, value, /)", "The value of self << value."),
                __rlshift__ (w::binary_reflected, "($self, value, /)", "The value of value << self.")];
            rshift: BinaryFn, f::rshift, Alone, [
                __rshift__ (w::binary, "($self, value, /)", "The value of self >> value."),
                __rrshift__ (w::binary_reflected, "($self, value, /)", "The value of value >> self.")];
            and: BinaryFn, f::and, Alone, [
                __and__ (w::binary, "($self, value, /)", "The value of self & value."),
                __rand__ (w::binary_reflected, "($self, value, /)", "The value of value & self.")];
            xor: BinaryFn, f::xor, Alone, [
                __xor__ (w::binary, "($self, value, /)", "The value of self ^ value."),
                __rxor__ (w::binary_reflected, "($self, value, /)", "The value of value ^ self.")];
            or: BinaryFn, f::or, Alone, [
                __or__ (w::binary, "($self, value, /)", "The value of self | value."),
                __ror__ (w::binary_reflected, "($self, value, /)", "The value of value | self.")];
            int: UnaryFn, f::int, Alone, [__int__ (w::unary, "($self, /)", "self as an int: int(self).")];
            float: UnaryFn, f::float, Alone, [__float__ (w::unary, "($self, /)", "self as a float: float(self).")];
            floor_divide: BinaryFn, f::floor_divide, Alone, [
                __floordiv__ (w::binary, "($self, value, /)", "The value of self // value."),
                __rfloordiv__ (w::binary_reflected, "($self, value, /)", "The value of value // self.")];
            true_divide: BinaryFn, f::true_divide, Alone, [
                __truediv__ (w::binary, "($self, value, /)", "The value of self / value."),
                __rtruediv__ (w::binary_reflected, "($self, value, /)", "The value of value / self.")];
            index: UnaryFn, f::index, Alone, [__index__ (w::unary, "($self, /)", "self as an int, for subscripts and the like.")];
            matmul: BinaryFn, f::matmul, Alone, [
                __matmul__ (w::binary, "($self, value, /)", "The value of self @ value."),
                __rmatmul__ (w::binary_reflected, "($self, value, /)", "The value of value @ self.")];
            inplace_add: BinaryFn, f::inplace_add, Alone, [__iadd__ (w::binary, "($self, value, /)", "Carries out self += value.")];
            inplace_subtract: BinaryFn, f::inplace_subtract, Alone, [__isub__ (w::binary, "($self, value, /)", "Carries out self -= value.")];
            inplace_multiply: BinaryFn, f::inplace_multiply, Alone, [__imul__ (w::binary, "($self, value, /)", "Carries out self *= value.")];
            inplace_remainder: BinaryFn, f::inplace_remainder, Alone, [__imod__ (w::binary, "($self, value, /)", "Carries out self %= value.")];
            inplace_power: TernaryFn, f::inplace_power, Alone, [__ipow__ (w::inplace_power, "($self, value, /)", "Carries out self **= value.")];
            inplace_lshift: BinaryFn, f::inplace_lshift, Alone, [__ilshift__ (w::binary, "($self, value, /)", "Carries out self <<= value.")];
            inplace_rshift: BinaryFn, f::inplace_rshift, Alone, [__irshift__ (w::binary, "($self, value, /)", "Carries out self >>= value.")];
            inplace_and: BinaryFn, f::inplace_and, Alone, [__iand__ (w::binary, "($self, value, /)", "Carries out self &= value.")];
            inplace_xor: BinaryFn, f::inplace_xor, Alone, [__ixor__ (w::binary, "($self, value, /)", "Carries out self ^= value.")];
            inplace_or: BinaryFn, f::inplace_or, Alone, [__ior__ (w::binary, "($self, value, /)", "Carries out self |= value.")];
            inplace_floor_divide: BinaryFn, f::inplace_floor_divide, Alone, [__ifloordiv__ (w::binary, "($self, value, /)", "Carries out self //= value.")];
            inplace_true_divide: BinaryFn, f::inplace_true_divide, Alone, [__itruediv__ (w::binary, "($self, value, /)", "Carries out self /= value.")];
            inplace_matmul: BinaryFn, f::inplace_matmul, Alone, [__imatmul__ (w::binary, "($self, value, /)", "Carries out self @= value.")];
            mp_length: LenFn, f::length, Alone, [__len__ (w::len, "($self, /)", "The number of items: len(self).")];
            subscript: BinaryFn, f::subscript, Alone, [__getitem__ (w::binary, "($self, key, /)", "The item self[key].")];
            ass_subscript: AssSubscriptFn, f::ass_subscript, Alone, [
                __setitem__ (w::setitem, "($self, key, value, /)", "Sets self[key] to value."),
                __delitem__ (w::delitem, "($self, key, /)", "Deletes self[key].")];
            // A sequence's own slots: concat and repeat stand behind + and *, and item
            // serves iteration by index.  A class body never fills them but `contains`.
            concat: BinaryFn, f::no_concat, Alone, [__add__ (w::binary, "($self, value, /)", "The value of self + value.")];
            repeat: ItemFn, f::no_item, Alone, [
                __mul__ (w::index_arg, "($self, value, /)", "The value of self * value."),
                __rmul__ (w::index_arg, "($self, value, /)", "The value of value * self.")];
            sq_item: ItemFn, f::item, Alone, [__getitem__ (w::sq_item, "($self, key, /)", "The item self[key].")];
            contains: ContainsFn, f::contains, Alone, [__contains__ (w::contains, "($self, key, /)", "Whether key is in self.")];
            inplace_concat: BinaryFn, f::no_concat, Alone, [__iadd__ (w::binary, "($self, value, /)", "Carries out self += value.")];
            inplace_repeat: ItemFn, f::no_item, Alone, [__imul__ (w::index_arg, "($self, value, /)", "Carries out self *= value.")];
            await_: UnaryFn, f::await_, Alone, [__await__ (w::unary, "($self, /)", "The iterator that an await expression runs.")];
            aiter: UnaryFn, f::aiter, Alone, [__aiter__ (w::unary, "($self, /)", "An asynchronous iterator over self: aiter(self).")];
            anext: UnaryFn, f::anext, Alone, [__anext__ (w::unary, "($self, /)", "An awaitable for the next item: anext(self).")];
            send: SendFn, f::no_send, Special, [];
            get_buffer: GetBufferFn, f::get_buffer, Alone, [
                __buffer__ (w::buffer, "($self, flags, /)", "A memoryview of the object's memory."),
                __release_buffer__ (w::release_buffer, "($self, buffer, /)", "Ends a memoryview that __buffer__ gave.")];
        }
    };
}

macro_rules! define_slots {
    ($($field:ident: $ty:ty, $generic:path, $group:ident,
        [$($dunder:ident ($wrap:path, $sig:literal, $doc:literal)),*];)*) => {
        /// The slots of a static spec; `..Slots::EMPTY` for the rest.
        #[derive(Clone, Copy)]
        pub struct Slots {
            $(pub $field: Option<$ty>,)*
        }

        impl Slots {
            pub const EMPTY: Slots = Slots { $($field: None,)* };

            /// These slots, with `other`'s where they are empty.
            pub const fn or(self, other: &Slots) -> Slots {
                Slots { $($field: match self.$field { None => other.$field, set => set },)* }
            }
        }

        /// The slots of a type object.
        pub struct TypeSlots {
            $(pub $field: Cell<Option<$ty>>,)*
        }

        impl From<&Slots> for TypeSlots {
            fn from(s: &Slots) -> TypeSlots {
                TypeSlots { $($field: Cell::new(s.$field),)* }
            }
        }

        /// A slot's identity, in table order.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum SlotId { $($field,)* }

        /// Calls `$visit(SlotId, &[SlotDef])` row by row: the definitions of each slot.
        pub const SLOT_ROWS: &[(SlotId, Group, &[SlotDef])] = &[
            $((SlotId::$field, Group::$group, &[$(SlotDef {
                name: stringify!($dunder), id: SlotId::$field, wrap: $wrap, signature: $sig, doc: $doc,
            }),*]),)*
        ];

        impl TypeSlots {
            pub fn is_set(&self, id: SlotId) -> bool {
                match id { $(SlotId::$field => self.$field.get().is_some(),)* }
            }

            /// Takes the slot over from `other`.
            pub fn copy_from(&self, other: &TypeSlots, id: SlotId) {
                match id { $(SlotId::$field => self.$field.set(other.$field.get()),)* }
            }

            pub fn clear(&self, id: SlotId) {
                match id { $(SlotId::$field => self.$field.set(None),)* }
            }

            /// Fills the slot with the function that looks the dunder up at run time.
            pub fn set_generic(&self, id: SlotId) {
                match id { $(SlotId::$field => self.$field.set(Some($generic)),)* }
            }

            /// True when both hold the same function.
            pub fn same(&self, other: &TypeSlots, id: SlotId) -> bool {
                match id { $(SlotId::$field =>
                    self.$field.get().map(|f| f as usize) == other.$field.get().map(|f| f as usize),)* }
            }
        }
    };
}

/// One dunder of one slot.
pub struct SlotDef {
    pub name: &'static str,
    pub id: SlotId,
    /// Calls the slot with Python arguments (the body of `slot wrapper` objects).
    pub wrap: w::WrapFn,
    pub signature: &'static str,
    pub doc: &'static str,
}

slot_table!(define_slots);
