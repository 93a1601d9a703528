//! `_operator`: Python's operators as functions, and the getters that `operator` exports.

mod getters;

pub use getters::{PyAttrGetter, PyItemGetter, PyMethodCaller};

use bytecode::oparg::BinaryOp;
pub use module::MODULE;

use vm::builtins::bytes::PyBytes;
use vm::builtins::sequences::equal;
use vm::prelude::*;
use vm::protocol::comparison::rich_compare;

/// Python's operators as functions: add(a, b) is a + b.
#[pymodule(name = "_operator", types(PyAttrGetter, PyItemGetter, PyMethodCaller))]
pub mod module {
    use super::*;

    /// Whether a is true, as a bool.
    #[function(sig = "(a, /)")]
    fn truth(a: bool) -> bool {
        a
    }

    /// b in a: the container comes first.
    #[function(sig = "(a, b, /)")]
    fn contains(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
        vm.contains(a, b)
    }

    /// The place of the first item of a that is b or equals it.
    #[function(name = "indexOf", sig = "(a, b, /)")]
    fn index_of(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<usize> {
        let it = super::iterate(vm, a)?;
        let mut i = 0;
        while let Some(x) = vm.iter_next(it.as_object())? {
            if equal(vm, x.as_object(), b)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(vm.value_error("sequence.index(x): x not in sequence"))
    }

    /// How many items of a are b or equal it.
    #[function(name = "countOf", sig = "(a, b, /)")]
    fn count_of(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<usize> {
        let it = super::iterate(vm, a)?;
        let mut n = 0;
        while let Some(x) = vm.iter_next(it.as_object())? {
            n += equal(vm, x.as_object(), b)? as usize;
        }
        Ok(n)
    }

    /// Same as a is b.
    #[function(sig = "(a, b, /)")]
    fn is_(a: PyObject<'_>, b: PyObject<'_>) -> bool {
        a.is(b)
    }

    /// a is not b.
    #[function(sig = "(a, b, /)")]
    fn is_not(a: PyObject<'_>, b: PyObject<'_>) -> bool {
        !a.is(b)
    }

    /// a is None.
    #[function(sig = "(a, /)")]
    fn is_none(a: PyObject<'_>) -> bool {
        a.is_none()
    }

    /// a is not None.
    #[function(sig = "(a, /)")]
    fn is_not_none(a: PyObject<'_>) -> bool {
        !a.is_none()
    }

    /// a as an exact int, by __index__.
    #[function(sig = "(a, /)")]
    fn index(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        let n = vm.index(a)?;
        vm.exact_int(n.as_object()).ok_or_else(|| vm.type_error("an integer is required"))
    }

    /// Same as a + b.
    #[function(sig = "(a, b, /)")]
    fn add(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Add, a, b)
    }

    /// Same as a - b.
    #[function(sig = "(a, b, /)")]
    fn sub(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Subtract, a, b)
    }

    /// Same as a * b.
    #[function(sig = "(a, b, /)")]
    fn mul(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Multiply, a, b)
    }

    /// Same as a @ b.
    #[function(sig = "(a, b, /)")]
    fn matmul(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::MatrixMultiply, a, b)
    }

    /// Same as a // b.
    #[function(sig = "(a, b, /)")]
    fn floordiv(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::FloorDivide, a, b)
    }

    /// Same as a / b.
    #[function(sig = "(a, b, /)")]
    fn truediv(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::TrueDivide, a, b)
    }

    /// Same as a % b.
    #[function(name = "mod", sig = "(a, b, /)")]
    fn mod_(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Remainder, a, b)
    }

    /// Same as a << b.
    #[function(sig = "(a, b, /)")]
    fn lshift(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Lshift, a, b)
    }

    /// Same as a >> b.
    #[function(sig = "(a, b, /)")]
    fn rshift(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Rshift, a, b)
    }

    /// Same as a & b.
    #[function(sig = "(a, b, /)")]
    fn and_(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::And, a, b)
    }

    /// Same as a ^ b.
    #[function(sig = "(a, b, /)")]
    fn xor(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Xor, a, b)
    }

    /// Same as a | b.
    #[function(sig = "(a, b, /)")]
    fn or_(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Or, a, b)
    }

    /// Same as a ** b.
    #[function(sig = "(a, b, /)")]
    fn pow(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::Power, a, b)
    }

    /// Same as a += b.
    #[function(sig = "(a, b, /)")]
    fn iadd(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceAdd, a, b)
    }

    /// Same as a -= b.
    #[function(sig = "(a, b, /)")]
    fn isub(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceSubtract, a, b)
    }

    /// Same as a *= b.
    #[function(sig = "(a, b, /)")]
    fn imul(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceMultiply, a, b)
    }

    /// Same as a @= b.
    #[function(sig = "(a, b, /)")]
    fn imatmul(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceMatrixMultiply, a, b)
    }

    /// Same as a //= b.
    #[function(sig = "(a, b, /)")]
    fn ifloordiv(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceFloorDivide, a, b)
    }

    /// Same as a /= b.
    #[function(sig = "(a, b, /)")]
    fn itruediv(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceTrueDivide, a, b)
    }

    /// Same as a %= b.
    #[function(sig = "(a, b, /)")]
    fn imod(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceRemainder, a, b)
    }

    /// Same as a <<= b.
    #[function(sig = "(a, b, /)")]
    fn ilshift(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceLshift, a, b)
    }

    /// Same as a >>= b.
    #[function(sig = "(a, b, /)")]
    fn irshift(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceRshift, a, b)
    }

    /// Same as a &= b.
    #[function(sig = "(a, b, /)")]
    fn iand(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceAnd, a, b)
    }

    /// Same as a ^= b.
    #[function(sig = "(a, b, /)")]
    fn ixor(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceXor, a, b)
    }

    /// Same as a |= b.
    #[function(sig = "(a, b, /)")]
    fn ior(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplaceOr, a, b)
    }

    /// Same as a **= b.
    #[function(sig = "(a, b, /)")]
    fn ipow(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.binary_op(BinaryOp::InplacePower, a, b)
    }

    /// Same as -a.
    #[function(sig = "(a, /)")]
    fn neg(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        vm.unary_negative(a)
    }

    /// Same as +a.
    #[function(sig = "(a, /)")]
    fn pos(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        vm.unary_positive(a)
    }

    /// Same as abs(a).
    #[function(sig = "(a, /)")]
    fn abs(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        vm.absolute(a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn inv(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        vm.unary_invert(a)
    }

    /// Same as ~a.
    #[function(sig = "(a, /)")]
    fn invert(vm: &VirtualMachine, a: PyObject<'_>) -> PyResult {
        vm.unary_invert(a)
    }

    /// Same as a == b.
    #[function(sig = "(a, b, /)")]
    fn eq(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Eq)
    }

    /// Same as a != b.
    #[function(sig = "(a, b, /)")]
    fn ne(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Ne)
    }

    /// Same as a < b.
    #[function(sig = "(a, b, /)")]
    fn lt(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Lt)
    }

    /// Same as a <= b.
    #[function(sig = "(a, b, /)")]
    fn le(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Le)
    }

    /// Same as a > b.
    #[function(sig = "(a, b, /)")]
    fn gt(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Gt)
    }

    /// Same as a >= b.
    #[function(sig = "(a, b, /)")]
    fn ge(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        rich_compare(vm, a, b, Comparison::Ge)
    }

    /// Same as not a.
    #[function(sig = "(a, /)")]
    fn not_(a: bool) -> bool {
        !a
    }

    /// a + b of two sequences.
    #[function(sig = "(a, b, /)")]
    fn concat(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        super::concatenate(vm, a, b, BinaryOp::Add)
    }

    /// a += b of two sequences.
    #[function(sig = "(a, b, /)")]
    fn iconcat(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        super::concatenate(vm, a, b, BinaryOp::InplaceAdd)
    }

    /// Same as a[b].
    #[function(sig = "(a, b, /)")]
    fn getitem(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        vm.get_item(a, b)
    }

    /// Same as a[b] = c.
    #[function(sig = "(a, b, c, /)")]
    fn setitem(
        vm: &VirtualMachine,
        a: PyObject<'_>,
        b: PyObject<'_>,
        c: PyObject<'_>,
    ) -> PyResult<()> {
        vm.set_item(a, b, c)
    }

    /// Same as del a[b].
    #[function(sig = "(a, b, /)")]
    fn delitem(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<()> {
        vm.del_item(a, b)
    }

    /// Whether a == b, in a time that tells nothing about where they differ.
    ///
    /// Both are ASCII str, or both are bytes-like.  Lengths and types are not hidden.
    #[function(sig = "(a, b, /)")]
    fn _compare_digest(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            if !x.is_ascii() || !y.is_ascii() {
                return Err(
                    vm.type_error("comparing strings with non-ASCII characters is not supported")
                );
            }
            return Ok(super::same_bytes(x.as_bytes(), y.as_bytes()));
        }
        let (Some(x), Some(y)) = (super::contents(vm, a)?, super::contents(vm, b)?) else {
            return Err(vm.type_error(format!(
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                a.class(vm).display_name(),
                b.class(vm).display_name()
            )));
        };
        Ok(super::same_bytes(x.as_bytes(), y.as_bytes()))
    }

    /// About how many items obj has: exact if it has a length, else what it says, else default.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(vm: &VirtualMachine, obj: PyObject<'_>, default: isize) -> PyResult {
        match vm.length_hint(obj, usize::MAX)? {
            // No object has that many items: it is the default coming back.
            usize::MAX => Ok(vm.new_int(default as i64)),
            n => Ok(vm.new_usize(n)),
        }
    }

    /// obj(*args, **kwargs).
    #[function(text = "($module, obj, /, *args, **kwargs)")]
    fn call(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        match args.get(0) {
            Some(f) => vm.call(f, args.skip(1)),
            None => Err(vm.type_error("call expected at least 1 argument, got 0")),
        }
    }
}

fn iterate(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult {
    vm.get_iter(o).map_err(|e| {
        if !vm.is_error(&e, &vm.exc().type_error) {
            return e;
        }
        vm.type_error(format!("argument of type '{}' is not iterable", o.class(vm).display_name()))
    })
}

/// `a + b` where `a` must be a sequence.
fn concatenate(vm: &VirtualMachine, a: PyObject<'_>, b: PyObject<'_>, op: BinaryOp) -> PyResult {
    let slots = &a.class(vm).slots;
    let sequence = |o: PyObject<'_>| {
        let typ = o.class(vm);
        typ.slots.sq_item.get().is_some() && !typ.has_flags(TypeFlags::DICT_SUBCLASS)
    };
    if slots.concat.get().is_some() || (sequence(a) && sequence(b)) {
        return vm.binary_op(op, a, b);
    }
    Err(vm.type_error(format!("'{}' object can't be concatenated", a.class(vm).display_name())))
}

fn contents(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<Option<PyRef<PyBytes>>> {
    crate::support::buffer_contents(vm, o)
}

/// Equality in a time that depends on the length of `b` alone.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let same_len = a.len() == b.len();
    let a = if same_len { a } else { b };
    let difference = a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y));
    std::hint::black_box(difference) == 0 && same_len
}
