//! Operators.

use super::{ok, op, units};
use crate::builtins::str::PyStr;
use crate::interp::cursor::{Cursor, Next};
use crate::interp::dispatch::slow;
use crate::object::{StackRef, word};
use bytecode::{Opcode, oparg};

/// Puts an immediate in place of the top two words, which hold nothing counted.
#[inline(always)]
fn immediate(c: &mut Cursor, w: u64, units: usize) -> Next {
    c.forget(1);
    c.poke(0, StackRef::from_immediate(w));
    c.advance(units);
    Next::Go
}

const ADD: u32 = oparg::BinaryOp::Add as u32;
const SUB: u32 = oparg::BinaryOp::Subtract as u32;
const MUL: u32 = oparg::BinaryOp::Multiply as u32;
const DIV: u32 = oparg::BinaryOp::TrueDivide as u32;
const IADD: u32 = oparg::BinaryOp::InplaceAdd as u32;
const ISUB: u32 = oparg::BinaryOp::InplaceSubtract as u32;
const IMUL: u32 = oparg::BinaryOp::InplaceMultiply as u32;
const IDIV: u32 = oparg::BinaryOp::InplaceTrueDivide as u32;
const AND: u32 = oparg::BinaryOp::And as u32;
const IAND: u32 = oparg::BinaryOp::InplaceAnd as u32;
const OR: u32 = oparg::BinaryOp::Or as u32;
const IOR: u32 = oparg::BinaryOp::InplaceOr as u32;
const XOR: u32 = oparg::BinaryOp::Xor as u32;
const IXOR: u32 = oparg::BinaryOp::InplaceXor as u32;
const SHL: u32 = oparg::BinaryOp::Lshift as u32;
const ISHL: u32 = oparg::BinaryOp::InplaceLshift as u32;
const SHR: u32 = oparg::BinaryOp::Rshift as u32;
const ISHR: u32 = oparg::BinaryOp::InplaceRshift as u32;
const FLOOR: u32 = oparg::BinaryOp::FloorDivide as u32;
const IFLOOR: u32 = oparg::BinaryOp::InplaceFloorDivide as u32;
const REM: u32 = oparg::BinaryOp::Remainder as u32;
const IREM: u32 = oparg::BinaryOp::InplaceRemainder as u32;

/// Quotient and remainder towards zero; `y` is neither 0 nor -1.  Half-width division is
/// several times as fast, and numbers are mostly small.
#[inline(always)]
fn divide(x: i64, y: i64) -> (i64, i64) {
    if let (Ok(a), Ok(b)) = (u32::try_from(x), u32::try_from(y)) {
        (i64::from(a / b), i64::from(a % b))
    } else {
        (x / y, x % y)
    }
}

op!(BinaryOp, |c| {
    let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
    if word::both_ints(a, b) {
        let r = match c.oparg() {
            ADD | IADD => word::int_shifted(a).checked_add(word::int_shifted(b)),
            SUB | ISUB => word::int_shifted(a).checked_sub(word::int_shifted(b)),
            MUL | IMUL => word::int_shifted(a).checked_mul(word::int_value(b)),
            AND | IAND => Some(word::int_shifted(a) & word::int_shifted(b)),
            OR | IOR => Some(word::int_shifted(a) | word::int_shifted(b)),
            XOR | IXOR => Some(word::int_shifted(a) ^ word::int_shifted(b)),
            SHR | ISHR if word::int_value(b) >= 0 => {
                let n = word::int_value(b).min(63);
                Some((word::int_value(a) >> n) << (64 - word::INT_BITS))
            }
            SHL | ISHL => {
                let (x, n) = (word::int_shifted(a), word::int_value(b));
                // What is shifted out must be copies of the sign.
                if (0..48).contains(&n) && (x << n) >> n == x { Some(x << n) } else { None }
            }
            FLOOR | IFLOOR => {
                let (x, y) = (word::int_value(a), word::int_value(b));
                if y == 0 || y == -1 {
                    None
                } else {
                    let (q, r) = divide(x, y);
                    let q = q - ((r != 0) & ((x < 0) != (y < 0))) as i64;
                    Some(q << (64 - word::INT_BITS))
                }
            }
            REM | IREM => {
                let (x, y) = (word::int_value(a), word::int_value(b));
                if y == 0 || y == -1 {
                    None
                } else {
                    let (_, r) = divide(x, y);
                    let r = if r != 0 && ((r < 0) != (y < 0)) { r + y } else { r };
                    Some(r << (64 - word::INT_BITS))
                }
            }
            _ => None,
        };
        if let Some(r) = r {
            return immediate(c, word::from_int_shifted(r), units::BINARY_OP);
        }
    } else if word::is_float(a) && word::is_float(b) {
        let (x, y) = (word::float_value(a), word::float_value(b));
        let r = match c.oparg() {
            ADD | IADD => x + y,
            SUB | ISUB => x - y,
            MUL | IMUL => x * y,
            DIV | IDIV if y != 0.0 => x / y,
            _ => return slow!(BinaryOpSlow),
        };
        return immediate(c, word::from_float_canonical(r), units::BINARY_OP);
    } else if word::is_float(a) && word::is_int(b) || word::is_int(a) && word::is_float(b) {
        let value =
            |w| if word::is_int(w) { word::int_value(w) as f64 } else { word::float_value(w) };
        let (x, y) = (value(a), value(b));
        let r = match c.oparg() {
            ADD | IADD => x + y,
            SUB | ISUB => x - y,
            MUL | IMUL => x * y,
            DIV | IDIV if y != 0.0 => x / y,
            _ => return slow!(BinaryOpSlow),
        };
        return immediate(c, word::from_float_canonical(r), units::BINARY_OP);
    }
    slow!(BinaryOpSlow)
});

op!(escapes BinaryOpSlow, |c| {
    let (a, b) = (c.peek_object(1), c.peek_object(0));
    if c.tick() && crate::interp::specialize::binary_op(c, a) {
        return Next::Go;
    }
    let op = oparg::BinaryOp::from_oparg(c.oparg()).expect("verified operand");
    let r = ok!(c, c.vm().binary_op(op, a, b));
    c.replace_top(2, r);
    c.advance(units::BINARY_OP);
    c.check_periodic()
});

op!(escapes
/// `str + str`.  Where the sum is stored to the local that is its left side, that local gives
/// up its reference first, so that the string grows in place.
BinaryOpAddUnicode, |c| {
    let (a, b) = (c.peek_object(1), c.peek_object(0));
    let (Some(left), Some(right)) = (a.exact::<PyStr>(), b.exact::<PyStr>()) else {
        return slow!(BinaryOpSlow);
    };
    let next = c.peek_unit(units::BINARY_OP);
    let target = match Opcode::from_byte(next.op()) {
        Some(Opcode::StoreFast) => Some(next.arg() as usize),
        Some(Opcode::StoreFastLoadFast) => Some(next.arg() as usize >> 4),
        _ => None,
    };
    let target = target.filter(|i| c.local(*i).bits() & !1 == left.as_object().bits());
    let sum = if let Some(target) = target {
        // The operand may have been lent by the local: it is counted before that lets go.
        let own = c.peek(1).counted();
        c.poke(1, StackRef::NULL);
        c.replace_local(target, StackRef::NULL).release();
        let own = own.into_owned().downcast::<PyStr>().expect("an exact str was seen");
        c.vm().str_concat_inplace(own, right)
    } else {
        c.vm().str_concat(left, right)
    };
    let sum = ok!(c, sum);
    c.replace_top(2, sum.into());
    c.advance(units::BINARY_OP);
    c.check_periodic()
});

op!(escapes
/// `container[key]` in general.
SubscriptSlow, |c| {
    let (a, b) = (c.peek_object(1), c.peek_object(0));
    if c.tick() && crate::interp::specialize::binary_op(c, a) {
        return Next::Go;
    }
    let r = ok!(c, c.vm().get_item(a, b));
    c.replace_top(2, r);
    c.advance(units::BINARY_OP);
    c.check_periodic()
});

op!(escapes BinarySlice, |c| {
    let (o, start, stop) = (c.peek_object(2), c.peek_object(1), c.peek_object(0));
    let r = ok!(c, c.vm().get_slice(o, start, stop));
    c.replace_top(3, r);
    c.advance(1);
    c.check_periodic()
});

op!(escapes StoreSlice, |c| {
    let (v, o) = (c.peek_object(3), c.peek_object(2));
    let (start, stop) = (c.peek_object(1), c.peek_object(0));
    // A list that nobody else has dies here: its items need no copies.
    let last = !c.peek(3).is_light();
    ok!(c, c.vm().set_slice(o, start, stop, v, last));
    c.drop_n(4);
    c.advance(1);
    c.check_periodic()
});

op!(escapes StoreSubscr, |c| {
    let (v, o, key) = (c.peek_object(2), c.peek_object(1), c.peek_object(0));
    if c.tick() && crate::interp::specialize::store_subscr(c, o, key) {
        return Next::Go;
    }
    ok!(c, c.vm().set_item(o, key, v));
    c.drop_n(3);
    c.advance(units::STORE_SUBSCR);
    c.check_periodic()
});

op!(escapes DeleteSubscr, |c| {
    let (o, key) = (c.peek_object(1), c.peek_object(0));
    ok!(c, c.vm().del_item(o, key));
    c.drop_n(2);
    c.advance(1);
    c.check_periodic()
});

op!(CompareOp, |c| {
    let (a, b) = (c.peek(1).bits(), c.peek(0).bits());
    let mask = c.oparg();
    let outcome = if word::both_ints(a, b) {
        // Both carry the same tag: the words' order is the values' order, shifted.
        let (x, y) = (word::int_shifted(a), word::int_shifted(b));
        ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3
    } else if word::is_float(a) && word::is_float(b) {
        let (x, y) = (word::float_value(a), word::float_value(b));
        let known = ((x < y) as u32) << 1 | ((x > y) as u32) << 2 | ((x == y) as u32) << 3;
        if known == 0 { 1 } else { known }
    } else {
        return slow!(CompareOpSlow);
    };
    immediate(c, word::from_bool(mask & outcome != 0), units::COMPARE_OP)
});

op!(escapes CompareOpSlow, |c| {
    let (a, b) = (c.peek_object(1), c.peek_object(0));
    let (op, to_bool) = oparg::CompareOp::unpack(c.oparg()).expect("verified operand");
    let vm = c.vm();
    let r = ok!(c, crate::protocol::comparison::rich_compare(vm, a, b, op));
    let r = if to_bool { vm.new_bool(ok!(c, vm.is_true(r.as_object()))) } else { r };
    c.replace_top(2, r);
    c.advance(units::COMPARE_OP);
    c.check_periodic()
});

op!(
/// An int among the ints of a list is found without a call.
ContainsOp, |c| {
    let (item, container) = (c.peek(1).bits(), c.peek(0));
    if !word::is_int(item) || !c.is_light(container) {
        return slow!(ContainsOpSlow);
    }
    let Some(found) = c.int_in_list(item, container) else { return slow!(ContainsOpSlow) };
    let negated = c.oparg() == 1;
    c.forget(1);
    c.poke(0, StackRef::from_immediate(if found != negated { word::TRUE } else { word::FALSE }));
    container.release_light();
    c.advance(units::CONTAINS_OP);
    Next::Go
});

op!(escapes ContainsOpSlow, |c| {
    let (item, container) = (c.peek_object(1), c.peek_object(0));
    let vm = c.vm();
    let found = ok!(c, vm.contains(container, item));
    c.replace_top(2, vm.new_bool(found != (c.oparg() == 1)));
    c.advance(units::CONTAINS_OP);
    c.check_periodic()
});

op!(IsOp, |c| {
    let (a, b) = (c.peek(1), c.peek(0));
    if !c.is_light(a) || !c.is_light(b) {
        return slow!(IsOpSlow);
    }
    let same = a.object().is(b.object());
    if same && a.is_counted_heap() && b.is_counted_heap() {
        // Two counts of one object may be its last.
        return slow!(IsOpSlow);
    }
    let answer = same != (c.oparg() == 1);
    c.forget(2);
    c.push(StackRef::from_immediate(word::from_bool(answer)));
    a.release_light();
    b.release_light();
    c.advance(1);
    Next::Go
});

op!(escapes IsOpSlow, |c| {
    let same = c.peek_object(1).is(c.peek_object(0)) != (c.oparg() == 1);
    c.replace_top(2, crate::object::PyObjectRef::from_bool(same));
    c.advance(1);
    c.check_periodic()
});

op!(ToBool, |c| {
    let w = c.peek(0).bits();
    let truth = if word::is_bool(w) {
        c.advance(units::TO_BOOL);
        return Next::Go;
    } else if w == word::NONE {
        false
    } else if word::is_int(w) {
        word::int_shifted(w) != 0
    } else {
        return slow!(ToBoolSlow);
    };
    c.poke(0, StackRef::from_immediate(word::from_bool(truth)));
    c.advance(units::TO_BOOL);
    Next::Go
});

op!(escapes ToBoolSlow, |c| {
    let vm = c.vm();
    let truth = ok!(c, vm.is_true(c.peek_object(0)));
    c.replace_top(1, vm.new_bool(truth));
    c.advance(units::TO_BOOL);
    c.check_periodic()
});

op!(UnaryNot, |c| {
    let w = c.peek(0).bits();
    // Behind TO_BOOL it is one, but who makes code by hand may leave that out.
    if !word::is_bool(w) {
        return slow!(NotABool);
    }
    c.poke(0, StackRef::from_immediate(w ^ 8));
    c.advance(1);
    Next::Go
});

op!(escapes NotABool, |c| c.error(c.vm().system_error("UNARY_NOT needs a bool")));

op!(UnaryNegative, |c| {
    let w = c.peek(0).bits();
    let r = if word::is_int(w) {
        match word::int_shifted(w).checked_neg() {
            Some(r) => word::from_int_shifted(r),
            None => return slow!(UnaryNegativeSlow),
        }
    } else if word::is_float(w) {
        word::from_float_canonical(-word::float_value(w))
    } else {
        return slow!(UnaryNegativeSlow);
    };
    c.poke(0, StackRef::from_immediate(r));
    c.advance(1);
    Next::Go
});

op!(escapes UnaryNegativeSlow, |c| {
    let r = ok!(c, c.vm().unary_negative(c.peek_object(0)));
    c.replace_top(1, r);
    c.advance(1);
    c.check_periodic()
});

op!(escapes UnaryInvert, |c| {
    let r = ok!(c, c.vm().unary_invert(c.peek_object(0)));
    c.replace_top(1, r);
    c.advance(1);
    c.check_periodic()
});
