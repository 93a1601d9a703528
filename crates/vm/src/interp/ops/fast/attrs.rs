//! Special forms of attribute access: the class has a version, which the cache remembers.

use super::drop_old;
use crate::builtins::property::PyProperty;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::interp::ops::{attrs, op, units};
use crate::object::StackRef;
use bytecode::oparg;

op!(LoadAttrInstanceValue, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) {
        return slow!(attrs::LoadAttr);
    }
    let v = c.field(obj, c.cache(3) as usize);
    if v.is_null() || !c.is_light(obj) {
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::StoreAttr);
    }
    let Some(old) = c.replace_inline(obj, c.cache(3) as usize, value) else {
        return slow!(attrs::StoreAttr);
    };
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    drop_old!(c, old)
});

op!(LoadAttrSlot, |c| {
    let obj = c.peek(0);
    if !c.has_type_version(obj, c.cache32(1)) {
        return slow!(attrs::LoadAttr);
    }
    let v = c.field(obj, c.cache(3) as usize);
    if v.is_null() || !c.is_light(obj) {
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::StoreAttr);
    }
    let old = c.replace_field(obj, c.cache(3) as usize, value);
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    drop_old!(c, old)
});

op!(LoadAttrModule, |c| {
    let obj = c.peek(0);
    let Some(v) = c.module_entry(obj, c.cache32(1), c.cache(3) as usize) else {
        return slow!(attrs::LoadAttr);
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
/// An entry of the instance's own dict, where it was seen before.
LoadAttrWithHint, |c| {
    let obj = c.peek(0);
    let name = c.name((c.oparg() >> 1) as usize);
    if !c.has_type_version(obj, c.cache32(1)) || !c.is_light(obj) {
        return slow!(attrs::LoadAttr);
    }
    let Some(v) = c.ext_dict_entry(obj, c.cache(3) as usize, name) else {
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::StoreAttr);
    }
    let Some(old) = c.replace_ext_dict_entry(obj, c.cache(3) as usize, name, value) else {
        return slow!(attrs::StoreAttr);
    };
    c.forget(2);
    obj.release_light();
    c.advance(units::STORE_ATTR);
    drop_old!(c, old)
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
        return slow!(attrs::LoadAttr);
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
        return slow!(attrs::LoadAttr);
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
    slow!(attrs::LoadAttr)
});

op!(escapes
/// A property whose getter is written in Python: its frame goes on top.
LoadAttrProperty, |c| {
    if !c.has_type_version(c.peek(0), c.cache32(1)) {
        return slow!(attrs::LoadAttr);
    }
    let getter = c.cached_object(5).downcast::<PyProperty>().and_then(PyProperty::getter_function);
    match getter {
        Some(f) => match c.push_call(&f, 1, None, units::LOAD_ATTR, 1) {
            Ok(()) => Next::Go,
            Err(e) => c.error(e),
        },
        None => slow!(attrs::LoadAttr),
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
        return slow!(attrs::LoadSuperAttr);
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
