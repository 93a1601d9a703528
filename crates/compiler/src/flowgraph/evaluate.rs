//! What Python's operators make of constants.  `None` means "leave it to run
//! time": the operation raises, or its result is too big to be a constant.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use ahash::RandomState;
use bytecode::oparg::BinaryOp;
use bytecode::{Const, Opcode, RawStr};

use super::load_const::{bool_const, is_true};
use super::numbers::{Number, int_const};

/// Limits on results, in bits, items, bytes or characters.
pub(super) const MAX_INT_BITS: u64 = 128;
const MAX_COLLECTION_SIZE: usize = 256;
const MAX_STR_SIZE: usize = 4096;
/// Items including those of nested tuples.
const MAX_TOTAL_ITEMS: i64 = 1024;

pub(super) fn unary(opcode: Opcode, operand: &Const) -> Option<Const> {
    match opcode {
        Opcode::UnaryNot => Some(bool_const(!is_true(operand))),
        Opcode::UnaryNegative => Some(Number::of(operand)?.negate().into_const()),
        // `~True` warns when it runs.
        Opcode::UnaryInvert if matches!(operand, Const::True | Const::False) => None,
        Opcode::UnaryInvert => match Number::of(operand)? {
            Number::Int(value) => Some(int_const(&value.invert())),
            _ => None,
        },
        Opcode::CallIntrinsic1 => Some(Number::of(operand)?.into_const()),
        _ => None,
    }
}

pub(super) fn binary(op: BinaryOp, left: &Const, right: &Const) -> Option<Const> {
    if op == BinaryOp::Subscr {
        return subscript(left, right);
    }
    if let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) {
        let is_bool = |value: &Const| matches!(value, Const::True | Const::False);
        if is_bool(left)
            && is_bool(right)
            && matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor)
        {
            let (a, b) = (is_true(left), is_true(right));
            return Some(bool_const(match op {
                BinaryOp::And => a & b,
                BinaryOp::Or => a | b,
                _ => a ^ b,
            }));
        }
        return a.binary(op, b).map(Number::into_const);
    }
    match op {
        BinaryOp::Add => concat(left, right),
        BinaryOp::Multiply => repeat(left, right).or_else(|| repeat(right, left)),
        _ => None,
    }
}

fn concat(left: &Const, right: &Const) -> Option<Const> {
    match (left, right) {
        (Const::Str(a), Const::Str(b)) => {
            Some(Const::Str(RawStr::from([a.as_bytes(), b.as_bytes()].concat())))
        }
        (Const::Bytes(a), Const::Bytes(b)) => Some(Const::Bytes([&a[..], &b[..]].concat().into())),
        (Const::Tuple(a), Const::Tuple(b)) => Some(Const::Tuple([&a[..], &b[..]].concat().into())),
        _ => None,
    }
}

/// Code points of a string.
fn str_len(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

fn repeat(sequence: &Const, count: &Const) -> Option<Const> {
    let Number::Int(count) = Number::of(count)? else {
        return None;
    };
    // The empty sequence takes any count; the others only a small one.
    let times = |size: usize, limit: usize| -> Option<usize> {
        if size == 0 {
            // A count that no index can hold raises.
            return count.to_i64().map(|_| 0);
        }
        let times = usize::try_from(count.to_i64()?).ok()?;
        (times <= limit / size).then_some(times)
    };
    match sequence {
        Const::Str(text) => {
            let times = times(str_len(text), MAX_STR_SIZE)?;
            Some(Const::Str(RawStr::from(text.repeat(times))))
        }
        Const::Bytes(bytes) => {
            let times = times(bytes.len(), MAX_STR_SIZE)?;
            Some(Const::Bytes(bytes.repeat(times).into()))
        }
        Const::Tuple(items) => {
            let times = times(items.len(), MAX_COLLECTION_SIZE)?;
            if times > 0 && spend_items(sequence, MAX_TOTAL_ITEMS / times as i64) < 0 {
                return None;
            }
            let repeated: Vec<Const> =
                std::iter::repeat_n(&items[..], times).flatten().cloned().collect();
            Some(Const::Tuple(repeated.into()))
        }
        _ => None,
    }
}

/// What is left of `limit` after the items of nested tuples; negative if they
/// are too many.
fn spend_items(value: &Const, mut limit: i64) -> i64 {
    if let Const::Tuple(items) = value {
        limit -= items.len() as i64;
        for item in items.iter() {
            if limit < 0 {
                break;
            }
            limit = spend_items(item, limit);
        }
    }
    limit
}

fn subscript(container: &Const, key: &Const) -> Option<Const> {
    let len = match container {
        Const::Str(text) => str_len(text),
        Const::Bytes(bytes) => bytes.len(),
        Const::Tuple(items) => items.len(),
        _ => return None,
    };
    if let Const::Slice(parts) = key {
        let places = slice_places(parts, len)?;
        return Some(match container {
            Const::Str(text) => {
                let chars = code_points(text);
                let picked: Vec<&[u8]> = places.map(|at| chars[at]).collect();
                Const::Str(RawStr::from(picked.concat()))
            }
            Const::Bytes(bytes) => Const::Bytes(places.map(|at| bytes[at]).collect::<Arc<[u8]>>()),
            Const::Tuple(items) => {
                Const::Tuple(places.map(|at| items[at].clone()).collect::<Arc<[Const]>>())
            }
            _ => return None,
        });
    }
    let Number::Int(index) = Number::of(key)? else {
        return None;
    };
    let index = index.to_i64()?;
    let at = if index < 0 { index.checked_add(len as i64)? } else { index };
    let at = usize::try_from(at).ok().filter(|&at| at < len)?;
    match container {
        Const::Str(text) => Some(Const::Str(RawStr::from(code_points(text)[at]))),
        Const::Bytes(bytes) => Some(Const::Int(bytes[at].into())),
        Const::Tuple(items) => items.get(at).cloned(),
        _ => None,
    }
}

fn code_points(text: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<usize> = (0..text.len()).filter(|&at| text[at] & 0xC0 != 0x80).collect();
    starts.push(text.len());
    starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

/// The places that a slice picks from a sequence of `len`, as `slice.indices`.
fn slice_places(parts: &[Const; 3], len: usize) -> Option<impl Iterator<Item = usize>> {
    let len = len as i128;
    // Ints beyond any length act as the nearest that matters.
    let bound = |part: &Const| -> Option<Option<i128>> {
        match part {
            Const::None => Some(None),
            _ => match Number::of(part)? {
                Number::Int(value) => Some(Some(match value.to_i64() {
                    Some(value) => value.into(),
                    None if value.is_negative() => i64::MIN.into(),
                    None => i64::MAX.into(),
                })),
                _ => None,
            },
        }
    };
    let step = bound(&parts[2])?.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let place = |part: &Const, default: i128| -> Option<i128> {
        Some(match bound(part)? {
            None => default,
            Some(value) => (if value < 0 { value + len } else { value }).clamp(low, high),
        })
    };
    let (first, last) = if step < 0 { (high, low) } else { (low, high) };
    let start = place(&parts[0], first)?;
    let stop = place(&parts[1], last)?;
    let distance = if step < 0 { start - stop } else { stop - start };
    let count = if distance <= 0 { 0 } else { (distance - 1) / step.abs() + 1 };
    Some((0..count).map(move |n| (start + n * step) as usize))
}

/// The items without those that Python calls equal to an earlier one.
pub(super) fn distinct(items: Vec<Const>) -> Vec<Const> {
    let mut kept: Vec<Const> = Vec::with_capacity(items.len());
    let mut by_hash: HashMap<u64, Vec<u32>, RandomState> = HashMap::default();
    for item in items {
        let same_hash = by_hash.entry(equality_hash(&item)).or_default();
        if !same_hash.iter().any(|&at| equal(&kept[at as usize], &item)) {
            same_hash.push(kept.len() as u32);
            kept.push(item);
        }
    }
    kept
}

/// The same for what Python calls equal.
fn equality_hash(value: &Const) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Const::Str(text) => text.hash(&mut hasher),
        Const::Bytes(bytes) => bytes.hash(&mut hasher),
        Const::Tuple(items) => {
            items.iter().for_each(|item| equality_hash(item).hash(&mut hasher));
        }
        _ => match Number::of(value) {
            Some(number) => return number.equality_hash(),
            // Rare enough to share one place.
            None => return 1,
        },
    }
    hasher.finish()
}

/// Python's `==`.
fn equal(a: &Const, b: &Const) -> bool {
    if let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) {
        return a.equals(&b);
    }
    match (a, b) {
        (Const::Tuple(a), Const::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        (Const::Slice(a), Const::Slice(b)) => a.iter().zip(b.iter()).all(|(a, b)| equal(a, b)),
        (Const::FrozenSet(a), Const::FrozenSet(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| equal(a, b)))
        }
        _ => a == b,
    }
}
