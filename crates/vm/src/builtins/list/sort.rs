//! `list.sort`: stable, and safe against comparisons that lie, fail or change the list.
//!
//! The items leave the list while they are sorted, so that Python code finds it empty.
//! Keys of one simple kind (ints, floats without NaN, strings) are sorted by the standard
//! library's stable sort, since comparing them is a total order that calls no one.  All
//! others go through a merge sort over *indices* of the keys: an error in the middle, or
//! answers that contradict each other, leave some permutation of the items.

use crate::builtins::int::IntView;
use crate::builtins::sequences::{quick_equal, vec_with_room};
use crate::prelude::*;
use crate::protocol::comparison::rich_compare;
use std::cmp::Ordering;

/// Sorts a list in place; `key` is applied once to each item.
pub fn sort_list(
    vm: &VirtualMachine,
    list: &Py<PyList>,
    key: Option<PyObject<'_>>,
    reverse: bool,
) -> PyResult<()> {
    let mut items = list.items.take();
    let result = sort_items(vm, &mut items, key, reverse);
    if key.is_some() {
        // Keys that die now are seen to while the list is still away.
        vm.run_pending_finalizers();
    }
    let untouched = list.items.capacity() == 0;
    drop(list.items.replace_all(items));
    result?;
    if untouched { Ok(()) } else { Err(vm.value_error("list modified during sort")) }
}

/// Sorts the items; after an error they are all still there, in some order.
pub fn sort_items(
    vm: &VirtualMachine,
    items: &mut Vec<PyObjectRef>,
    key: Option<PyObject<'_>>,
    reverse: bool,
) -> PyResult<()> {
    let Some(key) = key else {
        return match kind_of(vm, items) {
            Kind::General | Kind::Tuple => {
                let order = general_order(vm, items, reverse)?;
                permute(items, order.result, &order.indices)
            }
            Kind::Str => {
                sort_strings(items, reverse);
                Ok(())
            }
            kind => {
                sort_simple(items, kind, reverse);
                Ok(())
            }
        };
    };
    let mut keys = vec_with_room(vm, items.len())?;
    for item in items.iter() {
        vm.check_urgent()?;
        keys.push(vm.call_positional(key, &[item.as_object()])?);
    }
    match kind_of(vm, &keys) {
        Kind::General | Kind::Tuple => {
            let order = general_order(vm, &keys, reverse)?;
            permute(items, order.result, &order.indices)
        }
        kind => {
            let mut pairs: Vec<(PyObjectRef, PyObjectRef)> =
                keys.into_iter().zip(std::mem::take(items)).collect();
            sort_pairs(&mut pairs, kind, reverse);
            items.extend(pairs.into_iter().map(|(_, item)| item));
            Ok(())
        }
    }
}

/// Moves the items to the places that `indices` give them, then reports `result`.
fn permute(items: &mut Vec<PyObjectRef>, result: PyResult<()>, indices: &[u32]) -> PyResult<()> {
    let mut from: Vec<Option<PyObjectRef>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(indices.iter().filter_map(|i| from[*i as usize].take()));
    result
}

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SmallInt,
    Int,
    Float,
    Str,
    Tuple,
    General,
}

fn kind_of_one(vm: &VirtualMachine, o: PyObject<'_>) -> Kind {
    if o.small_int().is_some() {
        return Kind::SmallInt;
    }
    if let Some(v) = o.small_float() {
        return if v.is_nan() { Kind::General } else { Kind::Float };
    }
    let types = vm.types();
    if o.is_type(&types.str) {
        Kind::Str
    } else if o.is_type(&types.int) {
        Kind::Int
    } else if o.is_type(&types.tuple) {
        Kind::Tuple
    } else {
        Kind::General
    }
}

fn kind_of(vm: &VirtualMachine, keys: &[PyObjectRef]) -> Kind {
    let mut kind: Option<Kind> = None;
    for k in keys {
        let this = kind_of_one(vm, k.as_object());
        kind = Some(match (kind, this) {
            (_, Kind::General) => return Kind::General,
            (None, k) => k,
            (Some(a), b) if a == b => a,
            (Some(Kind::SmallInt | Kind::Int), Kind::SmallInt | Kind::Int) => Kind::Int,
            _ => return Kind::General,
        });
    }
    kind.unwrap_or(Kind::SmallInt)
}

fn small(o: &PyObjectRef) -> i64 {
    o.as_object().small_int().unwrap_or(0)
}

fn float(o: &PyObjectRef) -> f64 {
    o.as_object().small_float().unwrap_or(0.0)
}

fn bytes(o: &PyObjectRef) -> &[u8] {
    o.as_object().downcast::<PyStr>().map_or(&[], |s| s.payload_ref().as_bytes())
}

fn compare_ints(a: PyObject<'_>, b: PyObject<'_>) -> Ordering {
    match (a.int_view(), b.int_view()) {
        (Some(IntView::Small(x)), Some(IntView::Small(y))) => x.cmp(&y),
        (Some(IntView::Small(x)), Some(IntView::Big(y))) => y.cmp_i64(x).reverse(),
        (Some(IntView::Big(x)), Some(IntView::Small(y))) => x.cmp_i64(y),
        (Some(IntView::Big(x)), Some(IntView::Big(y))) => x.cmp(y),
        _ => Ordering::Equal,
    }
}

/// The total order of a simple kind.
#[inline(always)]
fn compare_simple(a: &PyObjectRef, b: &PyObjectRef, kind: Kind) -> Ordering {
    match kind {
        Kind::SmallInt => small(a).cmp(&small(b)),
        Kind::Float => float(a).partial_cmp(&float(b)).unwrap_or(Ordering::Equal),
        Kind::Str => bytes(a).cmp(bytes(b)),
        _ => compare_ints(a.as_object(), b.as_object()),
    }
}

fn sort_simple(items: &mut [PyObjectRef], kind: Kind, reverse: bool) {
    match (kind, reverse) {
        // Equal small ints are one and the same word: stability cannot be seen.
        (Kind::SmallInt, false) => items.sort_unstable_by_key(small),
        (Kind::SmallInt, true) => items.sort_unstable_by_key(|o| std::cmp::Reverse(small(o))),
        (Kind::Float, false) => items.sort_by(|a, b| compare_simple(a, b, Kind::Float)),
        (kind, false) => items.sort_by(|a, b| compare_simple(a, b, kind)),
        (kind, true) => items.sort_by(|a, b| compare_simple(b, a, kind)),
    }
}

/// Sorts strings beside their first bytes, which mostly tell which of two is the less.
fn sort_strings(items: &mut Vec<PyObjectRef>, reverse: bool) {
    let mut keyed: Vec<(u64, PyObjectRef)> = Vec::new();
    if keyed.try_reserve_exact(items.len()).is_err() {
        return sort_simple(items, Kind::Str, reverse);
    }
    keyed.extend(items.drain(..).map(|o| (first_bytes(bytes(&o)), o)));
    let compare = |a: &(u64, PyObjectRef), b: &(u64, PyObjectRef)| {
        a.0.cmp(&b.0).then_with(|| bytes(&a.1).cmp(bytes(&b.1)))
    };
    if reverse {
        keyed.sort_by(|a, b| compare(b, a));
    } else {
        keyed.sort_by(compare);
    }
    items.extend(keyed.into_iter().map(|(_, o)| o));
}

/// As a number that is in the order of the bytes; what is missing counts as 0.
fn first_bytes(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n = text.len().min(8);
    first[..n].copy_from_slice(&text[..n]);
    u64::from_be_bytes(first)
}

fn sort_pairs(pairs: &mut [(PyObjectRef, PyObjectRef)], kind: Kind, reverse: bool) {
    match (kind, reverse) {
        (Kind::SmallInt, false) => pairs.sort_by_key(|p| small(&p.0)),
        (Kind::SmallInt, true) => pairs.sort_by_key(|p| std::cmp::Reverse(small(&p.0))),
        (Kind::Str, false) => pairs.sort_by(|a, b| compare_simple(&a.0, &b.0, Kind::Str)),
        (kind, false) => pairs.sort_by(|a, b| compare_simple(&a.0, &b.0, kind)),
        (kind, true) => pairs.sort_by(|a, b| compare_simple(&b.0, &a.0, kind)),
    }
}

// --- the general case ------------------------------------------------------------------

struct Order {
    indices: Vec<u32>,
    result: PyResult<()>,
}

/// The order of the keys by their own `<`.
fn general_order(vm: &VirtualMachine, keys: &[PyObjectRef], reverse: bool) -> PyResult<Order> {
    let n = u32::try_from(keys.len()).map_err(|_| vm.memory_error())?;
    let mut indices: Vec<u32> = (0..n).collect();
    // Reversed before and after, equal items keep their order under a descending sort.
    if reverse {
        indices.reverse();
    }
    let tuples = kind_of(vm, keys) == Kind::Tuple;
    let result = merge_sort(&mut indices, &mut |a, b| {
        let (a, b) = (keys[a as usize].as_object(), keys[b as usize].as_object());
        if tuples { tuple_less(vm, a, b) } else { less(vm, a, b) }
    });
    if reverse {
        indices.reverse();
    }
    Ok(Order { indices, result })
}

/// `a < b`.
#[inline]
pub fn less(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    if let (Some(x), Some(y)) = (a.small_int(), b.small_int()) {
        return Ok(x < y);
    }
    if let (Some(x), Some(y)) = (a.small_float(), b.small_float()) {
        return Ok(x < y);
    }
    let r = rich_compare(vm, a, b, Comparison::Lt)?;
    vm.is_true(r.as_object())
}

/// `a < b` of exact tuples: the first items that differ decide.
fn tuple_less(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
    let (Some(s), Some(t)) = (a.downcast::<PyTuple>(), b.downcast::<PyTuple>()) else {
        return less(vm, a, b);
    };
    let _guard = vm.enter_native(" in comparison")?;
    for (x, y) in s.as_slice().iter().zip(t.as_slice()) {
        let (x, y) = (x.as_object(), y.as_object());
        let same = match quick_equal(x, y) {
            Some(same) => same,
            None => crate::protocol::comparison::equal(vm, x, y)?,
        };
        if same {
            continue;
        }
        if let (Some(p), Some(q)) = (x.downcast::<PyStr>(), y.downcast::<PyStr>())
            && p.is_exact()
            && q.is_exact()
        {
            return Ok(p.as_bytes() < q.as_bytes());
        }
        return less(vm, x, y);
    }
    Ok(s.len() < t.len())
}

/// Runs shorter than this are made longer by binary insertion.
const MIN_RUN: usize = 32;

type Less<'a> = &'a mut dyn FnMut(u32, u32) -> PyResult<bool>;

/// A stable merge sort that finds the runs which are there already.
fn merge_sort(v: &mut [u32], less: Less<'_>) -> PyResult<()> {
    let n = v.len();
    if n < 2 {
        return Ok(());
    }
    // Runs as (start, length), each at least as long as the two behind it together.
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut scratch = Vec::new();
    let min_run = min_run(n);
    let mut start = 0;
    while start < n {
        let mut len = count_run(&mut v[start..], less)?;
        let forced = min_run.min(n - start);
        if len < forced {
            insertion_sort(&mut v[start..start + forced], len, less)?;
            len = forced;
        }
        runs.push((start, len));
        start += len;
        while let Some(i) = out_of_balance(&runs) {
            merge_at(v, &mut runs, i, &mut scratch, less)?;
        }
    }
    while runs.len() > 1 {
        let k = runs.len();
        let i = if k >= 3 && runs[k - 3].1 < runs[k - 1].1 { k - 3 } else { k - 2 };
        merge_at(v, &mut runs, i, &mut scratch, less)?;
    }
    Ok(())
}

/// Between 32 and 64, so that `n / min_run` is close to a power of two.
fn min_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= 2 * MIN_RUN {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

/// The pair of runs to merge before more are added.
fn out_of_balance(runs: &[(usize, usize)]) -> Option<usize> {
    let k = runs.len();
    if k < 2 {
        return None;
    }
    let len = |i: usize| runs[k - i].1;
    if (k >= 3 && len(3) <= len(2) + len(1)) || (k >= 4 && len(4) <= len(3) + len(2)) {
        return Some(if len(3) < len(1) { k - 3 } else { k - 2 });
    }
    (len(2) <= len(1)).then_some(k - 2)
}

/// The length of the run that `v` starts with; a strictly descending one is reversed.
fn count_run(v: &mut [u32], less: Less<'_>) -> PyResult<usize> {
    if v.len() < 2 {
        return Ok(v.len());
    }
    let mut n = 2;
    if less(v[1], v[0])? {
        while n < v.len() && less(v[n], v[n - 1])? {
            n += 1;
        }
        v[..n].reverse();
    } else {
        while n < v.len() && !less(v[n], v[n - 1])? {
            n += 1;
        }
    }
    Ok(n)
}

/// Sorts `v`, of which the first `sorted` items are in order.
fn insertion_sort(v: &mut [u32], sorted: usize, less: Less<'_>) -> PyResult<()> {
    for i in sorted.max(1)..v.len() {
        let x = v[i];
        let (mut low, mut high) = (0, i);
        while low < high {
            let mid = low + (high - low) / 2;
            if less(x, v[mid])? {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        v[low..=i].rotate_right(1);
    }
    Ok(())
}

/// Merges run `i` with the next one.
fn merge_at(
    v: &mut [u32],
    runs: &mut Vec<(usize, usize)>,
    i: usize,
    scratch: &mut Vec<u32>,
    less: Less<'_>,
) -> PyResult<()> {
    let (start, a) = runs[i];
    let (_, b) = runs.remove(i + 1);
    runs[i].1 = a + b;
    let v = &mut v[start..start + a + b];
    // What is in place already at either end needs no merging.
    let first = v[a];
    let skip = gallop(a, &mut |k| Ok(!less(first, v[k])?))?;
    if skip == a {
        return Ok(());
    }
    let last = v[a - 1];
    let keep = gallop(b, &mut |k| less(v[a + k], last))?;
    merge(&mut v[skip..a + keep], a - skip, scratch, less)
}

/// How many of `n` positions, from the front, satisfy a condition that then stays false.
fn gallop(n: usize, holds: &mut dyn FnMut(usize) -> PyResult<bool>) -> PyResult<usize> {
    let (mut low, mut step) = (0, 1);
    let mut high = n;
    while low < n {
        let probe = (low + step - 1).min(n - 1);
        if !holds(probe)? {
            high = probe;
            break;
        }
        low = probe + 1;
        step *= 2;
    }
    while low < high {
        let mid = low + (high - low) / 2;
        if holds(mid)? {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    Ok(low)
}

/// Merges `v[..a]` and `v[a..]`.  On an error every index is still in `v` once.
fn merge(v: &mut [u32], a: usize, scratch: &mut Vec<u32>, less: Less<'_>) -> PyResult<()> {
    scratch.clear();
    let n = v.len();
    let mut outcome = Ok(());
    if a <= n - a {
        scratch.extend_from_slice(&v[..a]);
        let (mut left, mut right, mut out) = (0, a, 0);
        while left < scratch.len() && right < n {
            match less(v[right], scratch[left]) {
                Ok(true) => {
                    v[out] = v[right];
                    right += 1;
                }
                Ok(false) => {
                    v[out] = scratch[left];
                    left += 1;
                }
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            }
            out += 1;
        }
        v[out..out + scratch.len() - left].copy_from_slice(&scratch[left..]);
    } else {
        scratch.extend_from_slice(&v[a..]);
        let (mut left, mut right, mut out) = (a, scratch.len(), n);
        while left > 0 && right > 0 {
            match less(scratch[right - 1], v[left - 1]) {
                Ok(true) => {
                    v[out - 1] = v[left - 1];
                    left -= 1;
                }
                Ok(false) => {
                    v[out - 1] = scratch[right - 1];
                    right -= 1;
                }
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            }
            out -= 1;
        }
        v[out - right..out].copy_from_slice(&scratch[..right]);
    }
    outcome
}
