//! Special forms: a guard on what an inline cache remembers, and the short way.
//!
//! The light ones call nothing: what is not short leaves by `slow!` to the general handler
//! before anything has changed.  Those that must call or push a frame another way are heavy
//! (`escapes`), and only skip the general handler's questions.

pub mod calls;
pub mod generators;
pub mod subscripts;

pub use calls::*;
pub use generators::*;
pub use subscripts::*;

use super::{op, units};
use crate::builtins::property::PyProperty;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};
use bytecode::oparg;

macro_rules! arith {
    ($name:ident, $int:expr, $float:expr) => {
        op!($name, |c| {
            let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
            if word::both_ints(a, b) {
                let int: fn(u64, u64) -> Option<i64> = $int;
                if let Some(r) = int(a, b) {
                    return c.give_immediate(2, word::from_int_shifted(r), units::BINARY_OP);
                }
                return slow!(super::arith::BinaryOpSlow);
            }
            let (fa, fb) = (word::is_float(a), word::is_float(b));
            let (x, y) = if fa && fb {
                (word::float_value(a), word::float_value(b))
            } else if fa && word::is_int(b) {
                (word::float_value(a), word::int_value(b) as f64)
            } else if fb && word::is_int(a) {
                (word::int_value(a) as f64, word::float_value(b))
            } else {
                return slow!(super::arith::BinaryOpSlow);
            };
            let float: fn(f64, f64) -> Option<f64> = $float;
            match float(x, y) {
                Some(r) => c.give_immediate(2, word::from_float_canonical(r), units::BINARY_OP),
                None => slow!(super::arith::BinaryOpSlow),
            }
        });
    };
}

arith!(BinaryOpAdd, |a, b| word::int_shifted(a).checked_add(word::int_shifted(b)), |x, y| Some(
    x + y
));
arith!(BinaryOpSubtract, |a, b| word::int_shifted(a).checked_sub(word::int_shifted(b)), |x, y| {
    Some(x - y)
});
arith!(BinaryOpMultiply, |a, b| word::int_shifted(a).checked_mul(word::int_value(b)), |x, y| Some(
    x * y
));
arith!(BinaryOpTrueDivide, |_, _| None, |x, y| if y != 0.0 { Some(x / y) } else { None });

macro_rules! compare_jump {
    ($name:ident, $jump_if:literal) => {
        op!($name, |c| {
            let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
            let outcome = if word::both_ints(a, b) {
                let (x, y) = (word::int_shifted(a), word::int_shifted(b));
                ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3
            } else if word::is_float(a) && word::is_float(b) {
                let (x, y) = (word::float_value(a), word::float_value(b));
                let known = ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3;
                if known == 0 { oparg::CompareOp::UNORDERED } else { known }
            } else {
                return slow!(super::arith::CompareOpSlow);
            };
            let truth = c.oparg() & outcome != 0;
            c.forget(2);
            let jump = c.peek_unit(units::COMPARE_OP).arg() as isize;
            let past = (units::COMPARE_OP + units::POP_JUMP) as isize;
            if truth == $jump_if {
                c.jump(past + jump);
            } else {
                c.jump(past);
                c.skip_not_taken();
            }
            Next::Go
        });
    };
}

compare_jump!(CompareOpJumpIfFalse, false);
compare_jump!(CompareOpJumpIfTrue, true);

op!(LoadGlobalModule, |c| {
    let t = c.globals().table();
    if t.keys_version() != c.cache32(2) {
        return slow!(super::names::LoadGlobal);
    }
    let Some(v) = t.value_at(c.cache(1) as usize) else {
        return slow!(super::names::LoadGlobal);
    };
    let push_null = c.oparg() & 1 != 0;
    c.push_owned(v);
    if push_null {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_GLOBAL);
    Next::Go
});

op!(LoadGlobalBuiltin, |c| {
    let e = c.side_entry(c.cache(1) as usize);
    let t = c.builtins().table();
    if c.globals().table().keys_version() != e.a || t.keys_version() != e.b {
        return slow!(super::names::LoadGlobal);
    }
    let Some(v) = t.value_at(e.c as usize) else {
        return slow!(super::names::LoadGlobal);
    };
    let push_null = c.oparg() & 1 != 0;
    c.push_owned(v);
    if push_null {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_GLOBAL);
    Next::Go
});

op!(LoadAttrInstanceValue, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = c.field(obj, c.cache(3) as usize);
    if v.is_null() || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = v.counted_copy();
    c.poke(0, v);
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(LoadAttrMethodWithValues, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) || c.has_ext_dict(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let f = c.cached_object(5).to_owned();
    c.poke(0, StackRef::from_owned(f));
    c.push(obj);
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(LoadAttrMethodNoDict, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) {
        return slow!(super::attrs::LoadAttr);
    }
    let f = c.cached_object(5).to_owned();
    c.poke(0, StackRef::from_owned(f));
    c.push(obj);
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(LoadAttrNondescriptorWithValues, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) || c.has_ext_dict(obj) || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = c.cached_object(5).to_owned();
    c.poke(0, StackRef::from_owned(v));
    obj.release_light();
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(LoadAttrNondescriptorNoDict, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = c.cached_object(5).to_owned();
    c.poke(0, StackRef::from_owned(v));
    obj.release_light();
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(LoadAttrClass, |c| {
    let obj = c.peek(0);
    if !c.is_class_of_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = c.cached_object(5).to_owned();
    c.poke(0, StackRef::from_owned(v));
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(StoreAttrInstanceValue, |c| {
    let (value, obj) = (c.peek(1), c.peek(0));
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::StoreAttr);
    }
    let Some(old) = c.replace_inline(obj, c.cache(3) as usize, value) else {
        return slow!(super::attrs::StoreAttr);
    };
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    if c.is_light(old) {
        old.release_light();
        return Next::Go;
    }
    c.push(old);
    slow!(DropAndGo)
});

op!(escapes
/// The top word dies, and nothing else happens.
DropAndGo, |c| {
    c.drop_top();
    c.after_drop()
});

op!(LoadAttrSlot, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = c.field(obj, c.cache(3) as usize);
    if v.is_null() || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let v = v.counted_copy();
    c.poke(0, v);
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(StoreAttrSlot, |c| {
    let (value, obj) = (c.peek(1), c.peek(0));
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::StoreAttr);
    }
    let old = c.replace_field(obj, c.cache(3) as usize, value);
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    if c.is_light(old) {
        old.release_light();
        return Next::Go;
    }
    c.push(old);
    slow!(DropAndGo)
});

op!(
/// A frame that holds nothing which dies with it returns to its caller.
ReturnValue, |c| {
    if c.frame_is_light() {
        c.return_light();
        return Next::Go;
    }
    slow!(super::call::ReturnValue)
});

op!(LoadAttrModule, |c| {
    let obj = c.peek(0);
    let Some(v) = c.module_entry(obj, c.cache32(1), c.cache(3) as usize) else {
        return slow!(super::attrs::LoadAttr);
    };
    c.poke(0, StackRef::from_owned(v));
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(ForIterList, |c| {
    match c.next_of_list(c.peek(0)) {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(super::iter::ForIter),
    }
});

op!(ForIterTuple, |c| {
    match c.next_of_tuple(c.peek(0)) {
        Some(v) => {
            c.push_owned(v);
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(super::iter::ForIter),
    }
});

op!(ForIterRange, |c| {
    match c.next_of_range(c.peek(0)) {
        Some(w) => {
            c.push(StackRef::from_immediate(w));
            c.advance(units::FOR_ITER);
            Next::Go
        }
        None => slow!(super::iter::ForIter),
    }
});

op!(LoadFastSmallInt, |c| {
    let v = c.local(c.oparg() as usize);
    c.push(v.borrow_of());
    let n = i64::from(c.peek_unit(1).arg());
    c.push(StackRef::from_immediate(word::from_int_unchecked(n)));
    c.advance(2);
    Next::Go
});

op!(LoadFastAttr, |c| {
    let obj = c.local(c.oparg() as usize);
    if c.peek_unit(1).op() == bytecode::Opcode::LoadAttrInstanceValue.byte()
        && let Some(v) = c.next_instance_value(obj)
    {
        c.push(v);
        c.advance(1 + units::LOAD_ATTR);
        return Next::Go;
    }
    c.push(obj.borrow_of());
    c.advance(1);
    Next::Go
});

op!(
/// An entry of the instance's own dict, where it was seen before.
LoadAttrWithHint, |c| {
    let obj = c.peek(0);
    let name = c.name((c.oparg() >> 1) as usize);
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    let Some(v) = c.ext_dict_entry(obj, c.cache(3) as usize, name) else {
        return slow!(super::attrs::LoadAttr);
    };
    c.poke(0, StackRef::from_owned(v));
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(
/// An entry that the instance's own dict has already.
StoreAttrWithHint, |c| {
    let (value, obj) = (c.peek(1), c.peek(0));
    let name = c.name(c.oparg() as usize);
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(super::attrs::StoreAttr);
    }
    let Some(old) = c.replace_ext_dict_entry(obj, c.cache(3) as usize, name, value) else {
        return slow!(super::attrs::StoreAttr);
    };
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    if c.is_light(old) {
        old.release_light();
        return Next::Go;
    }
    c.push(old);
    slow!(DropAndGo)
});

op!(
/// An attribute on a site that sees many types: the attribute cache knows the form.
LoadAttrPolymorphic, |c| {
    use bytecode::Opcode as O;
    let obj = c.peek(0);
    let Some(e) = c.cached_attr(obj) else { return slow!(LoadAttrUncached) };
    let field = matches!(e.form, O::LoadAttrInstanceValue | O::LoadAttrSlot);
    if matches!(e.form, O::LoadAttrMethodWithValues | O::LoadAttrNondescriptorWithValues)
        && c.has_ext_dict(obj)
    {
        return slow!(super::attrs::LoadAttr);
    }
    if matches!(e.form, O::LoadAttrMethodWithValues | O::LoadAttrMethodNoDict) {
        let f = c.object_of_bits(e.value).to_owned();
        c.poke(0, StackRef::from_owned(f));
        c.push(obj);
        c.advance(units::LOAD_ATTR);
        return Next::Go;
    }
    let v = if field {
        c.field(obj, e.at as usize)
    } else {
        StackRef::from_borrowed(c.object_of_bits(e.value))
    };
    if v.is_null() || !c.is_light(obj) {
        return slow!(super::attrs::LoadAttr);
    }
    c.poke(0, v.counted_copy());
    obj.release_light();
    if c.oparg() & 1 != 0 {
        c.push(StackRef::NULL);
    }
    c.advance(units::LOAD_ATTR);
    Next::Go
});

op!(escapes
/// A type that the attribute cache does not know yet, or cannot know.
LoadAttrUncached, |c| {
    let (i, method) = oparg::unpack_attr(c.oparg());
    if crate::interp::specialize::load_attr_polymorphic(c, c.peek_object(0), c.name(i), method) {
        return Next::Go;
    }
    slow!(super::attrs::LoadAttr)
});

op!(escapes
/// A property whose getter is written in Python: its frame goes on top.
LoadAttrProperty, |c| {
    if !c.has_type_version(c.peek(0), c.cache32(1)) {
        return slow!(super::attrs::LoadAttr);
    }
    let getter = c.cached_object(5).downcast::<PyProperty>().and_then(PyProperty::getter_function);
    match getter {
        Some(f) => match c.push_call(&f, 1, None, units::LOAD_ATTR, 1) {
            Ok(()) => Next::Go,
            Err(e) => c.error(e),
        },
        None => slow!(super::attrs::LoadAttr),
    }
});

op!(
/// A method that `super()` finds: what the search gave for this class is remembered.
LoadSuperAttrMethod, |c| {
    let (sup, cls, this) = (c.peek(2), c.peek(1), c.peek(0));
    let e = c.side_entry(c.cache(0) as usize);
    if !c.is_builtin_super(sup)
        || !c.has_type_version(this, e.a)
        || !c.is_class_of_version(cls, e.b)
        || !c.is_light(cls)
        || !c.is_light(sup)
    {
        return slow!(super::attrs::LoadSuperAttr);
    }
    let f = StackRef::from_owned(c.object_of_bits(e.c).to_owned());
    c.forget(1);
    c.poke(0, this);
    c.poke(1, f);
    cls.release_light();
    sup.release_light();
    c.advance(units::LOAD_SUPER_ATTR);
    Next::Go
});
