//! Special forms of subscripts and unpacking.

use super::drop_old;
use crate::builtins::function::PyFunction;
use crate::interp::cursor::Next;
use crate::interp::dispatch::slow;
use crate::interp::ops::{ok, op, units};
use crate::object::{StackRef, word};
use crate::prelude::*;

op!(
/// `list[int]`, `tuple[int]`, and `str[int]` of ASCII.
BinaryOpSubscript, |c| {
    let (container, key) = (c.peek(1), c.peek(0).bits());
    if word::is_int(key) {
        if let Some(v) = c.sequence_item(container, word::int_value(key)) {
            return c.give_subscript(v);
        }
        if let Some(v) = c.ascii_char(container, word::int_value(key)) {
            return c.give_subscript(v);
        }
    }
    slow!(crate::interp::ops::arith::SubscriptSlow)
});

/// Unpacks a container that others hold too, whose guard has held: `$item` gives item `i`, and
/// `$bits` its word uncounted.  Stores into locals right behind take their items without a detour over the stack.
macro_rules! unpack {
    ($c:ident, $v:ident, $n:ident, |$i:ident| $item:expr, |$j:ident| $bits:expr) => {{
        $c.forget(1);
        $c.advance(units::UNPACK_SEQUENCE);
        let mut $i = 0;
        while $i < $n {
            let unit = $c.peek_unit(0);
            let arg = unit.arg() as usize;
            if unit.op() == bytecode::Opcode::StoreFastStoreFast.byte() && $i + 1 < $n {
                let (a, b) = ($c.local(arg >> 4), $c.local(arg & 15));
                let $j = $i;
                let x: u64 = $bits;
                let $j = $i + 1;
                let y: u64 = $bits;
                // Numbers in place of numbers: nothing is counted.
                if !word::is_heap(x.min(y).min(a.bits()).min(b.bits())) {
                    $c.replace_local(arg >> 4, StackRef::from_immediate(x));
                    $c.replace_local(arg & 15, StackRef::from_immediate(y));
                    $i += 2;
                    $c.advance(1);
                    continue;
                }
                // Two counts of one object may be its last; one name twice is for the store.
                if !a.is_light()
                    || !b.is_light()
                    || a.bits() == b.bits() && a.is_counted_heap()
                    || arg >> 4 == arg & 15
                {
                    break;
                }
                let first = $item;
                $i += 1;
                let second = $item;
                $i += 1;
                $c.replace_local(arg >> 4, first);
                $c.replace_local(arg & 15, second);
                a.release_light();
                b.release_light();
                $c.advance(1);
            } else if unit.op() == bytecode::Opcode::StoreFast.byte() {
                let old = $c.local(arg);
                if !old.is_light() {
                    break;
                }
                $c.replace_local(arg, $item);
                $i += 1;
                old.release_light();
                $c.advance(1);
            } else {
                break;
            }
        }
        let stored = $i;
        $i = $n;
        while $i > stored {
            $i -= 1;
            $c.push($item);
        }
        // A store may have let go of the container.
        drop_old!($c, $v)
    }};
}

op!(UnpackSequenceTuple, |c| {
    let (v, n) = (c.peek(0), c.oparg() as usize);
    let Some(items) = c.tuple_items(v) else {
        return slow!(crate::interp::ops::build::UnpackSequence);
    };
    if items.len() != n {
        return slow!(crate::interp::ops::build::UnpackSequence);
    }
    if !c.is_light(v) {
        return slow!(UnpackSequenceTupleLast);
    }
    unpack!(c, v, n, |i| StackRef::from_owned(items[i].clone()), |j| items[j].bits())
});

op!(escapes
/// The tuple, which has as many items as are wanted, dies here.
UnpackSequenceTupleLast, |c| {
    let v = c.pop();
    if let Some(items) = c.tuple_items(v) {
        for item in items.iter().rev() {
            c.push_owned(item.clone());
        }
    }
    v.release();
    c.advance(units::UNPACK_SEQUENCE);
    c.check_periodic()
});

op!(UnpackSequenceList, |c| {
    let (v, n) = (c.peek(0), c.oparg() as usize);
    let Some(list) = c.exact_list(v) else {
        return slow!(crate::interp::ops::build::UnpackSequence);
    };
    if !c.is_light(v) || list.len() != n {
        return slow!(crate::interp::ops::build::UnpackSequence);
    }
    unpack!(c, v, n, |i| StackRef::from_option(list.items().get(i)), |j| list.items().bits(j))
});

op!(StoreSubscrListInt, |c| {
    let (value, container, key) = (c.peek(2), c.peek(1), c.peek(0).bits());
    if !word::is_int(key) {
        return slow!(crate::interp::ops::arith::StoreSubscr);
    }
    let Some(old) = c.replace_list_item(container, word::int_value(key), value) else {
        return slow!(crate::interp::ops::arith::StoreSubscr);
    };
    c.forget(3);
    container.release_light();
    c.advance(units::STORE_SUBSCR);
    drop_old!(c, old)
});

op!(escapes
/// `dict[key]`.
BinaryOpSubscrDict, |c| {
    let vm = c.vm();
    let (container, key) = (c.peek_object(1), c.peek_object(0));
    let Some(d) = container.exact::<PyDict>() else {
        return slow!(crate::interp::ops::arith::SubscriptSlow);
    };
    match ok!(c, d.get(vm, key)) {
        Some(v) => {
            c.replace_top(2, v);
            c.advance(units::BINARY_OP);
            c.check_periodic()
        }
        None => c.error(vm.key_error(key)),
    }
});

op!(escapes
/// `__getitem__` written in Python: its frame goes on top.
BinaryOpSubscrGetitem, |c| {
    let vm = c.vm();
    if !c.has_type_version(c.peek(1), c.cache32(1)) {
        return slow!(crate::interp::ops::arith::SubscriptSlow);
    }
    let typ = c.peek_object(1).class(vm);
    let found = typ.lookup(vm, &vm.names().__getitem__);
    match found.map(PyObjectRef::downcast::<PyFunction>) {
        Some(Ok(f)) => match c.push_call(&f, 2, None, units::BINARY_OP, 2) {
            Ok(()) => Next::Go,
            Err(e) => c.error(e),
        },
        _ => slow!(crate::interp::ops::arith::SubscriptSlow),
    }
});

op!(escapes
/// `dict[key] = value`.
StoreSubscrDict, |c| {
    let vm = c.vm();
    let (value, container, key) = (c.peek_object(2), c.peek_object(1), c.peek_object(0));
    let Some(d) = container.exact::<PyDict>() else {
        return slow!(crate::interp::ops::arith::StoreSubscr);
    };
    ok!(c, d.set(vm, key, value.to_owned()));
    c.drop_n(3);
    c.advance(units::STORE_SUBSCR);
    c.check_periodic()
});
