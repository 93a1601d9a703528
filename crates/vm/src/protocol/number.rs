//! Operators on any two objects: `a + b`, `a += b`, `-a`, `pow`, `divmod`, `int()`, `float()`.
//!
//! The dispatch rule of CPython's `binary_op1`: the left type's slot first, unless the right
//! type is a proper subtype with a slot of its own; a slot that both types share runs once.
//! Sequences join in after the number slots have declined.

use crate::builtins::float::PyFloat;
use crate::builtins::int::{IntView, PyInt};
use crate::prelude::*;
use crate::types::slots::{BinaryFn, ItemFn, TernaryFn, TypeSlots, UnaryFn};
use bytecode::oparg::BinaryOp;

/// The number slot of an operator; power and subscript have none of this shape.
fn number_slot(slots: &TypeSlots, op: BinaryOp) -> Option<BinaryFn> {
    use BinaryOp::*;
    match op {
        Add => slots.add.get(),
        And => slots.and.get(),
        FloorDivide => slots.floor_divide.get(),
        Lshift => slots.lshift.get(),
        MatrixMultiply => slots.matmul.get(),
        Multiply => slots.multiply.get(),
        Remainder => slots.remainder.get(),
        Or => slots.or.get(),
        Rshift => slots.rshift.get(),
        Subtract => slots.subtract.get(),
        TrueDivide => slots.true_divide.get(),
        Xor => slots.xor.get(),
        InplaceAdd => slots.inplace_add.get(),
        InplaceAnd => slots.inplace_and.get(),
        InplaceFloorDivide => slots.inplace_floor_divide.get(),
        InplaceLshift => slots.inplace_lshift.get(),
        InplaceMatrixMultiply => slots.inplace_matmul.get(),
        InplaceMultiply => slots.inplace_multiply.get(),
        InplaceRemainder => slots.inplace_remainder.get(),
        InplaceOr => slots.inplace_or.get(),
        InplaceRshift => slots.inplace_rshift.get(),
        InplaceSubtract => slots.inplace_subtract.get(),
        InplaceTrueDivide => slots.inplace_true_divide.get(),
        InplaceXor => slots.inplace_xor.get(),
        Power | InplacePower | Subscr => None,
    }
}

fn same_binary(a: Option<BinaryFn>, b: Option<BinaryFn>) -> bool {
    a.map(|f| f as usize) == b.map(|f| f as usize)
}

/// Both types' slots in the right order; `None` when all have declined.
fn try_slots(
    vm: &VirtualMachine,
    a: PyObject<'_>,
    b: PyObject<'_>,
    slot: impl Fn(&TypeSlots) -> Option<BinaryFn>,
) -> PyResult<Option<PyObjectRef>> {
    let (ta, tb) = (a.class(vm), b.class(vm));
    let left = slot(&ta.slots);
    let mut right = None;
    if !std::ptr::eq(ta, tb) {
        right = slot(&tb.slots).filter(|_| !same_binary(slot(&tb.slots), left));
    }
    if let Some(f) = left {
        if let Some(g) = right
            && tb.is_subtype(ta)
        {
            let r = g(vm, a, b)?;
            if !r.is_not_implemented() {
                return Ok(Some(r));
            }
            right = None;
        }
        let r = f(vm, a, b)?;
        if !r.is_not_implemented() {
            return Ok(Some(r));
        }
    }
    if let Some(g) = right {
        let r = g(vm, a, b)?;
        if !r.is_not_implemented() {
            return Ok(Some(r));
        }
    }
    Ok(None)
}

impl VirtualMachine {
    /// What BINARY_OP does with its operand `op`.
    pub fn binary_op(&self, op: BinaryOp, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        match op {
            BinaryOp::Subscr => return self.get_item(a, b),
            BinaryOp::Power => return self.power(a, b, PyObject::none()),
            BinaryOp::InplacePower => return self.inplace_power(a, b),
            _ => {}
        }
        if op.is_inplace()
            && let Some(f) = number_slot(&a.class(self).slots, op)
        {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if let Some(r) = try_slots(self, a, b, |s| number_slot(s, op.plain()))? {
            return Ok(r);
        }
        let sequence = match op {
            BinaryOp::Add => self.concat(a, b, None)?,
            BinaryOp::InplaceAdd => self.concat(a, b, a.class(self).slots.inplace_concat.get())?,
            BinaryOp::Multiply => self.repeat(a, b)?,
            BinaryOp::InplaceMultiply => self.repeat_in_place(a, b)?,
            _ => None,
        };
        match sequence {
            Some(r) => Ok(r),
            None => Err(self.unsupported_operands(a, b, op.symbol())),
        }
    }

    /// `a + b` of sequences, by the left one's slot.
    fn concat(
        &self,
        a: PyObject<'_>,
        b: PyObject<'_>,
        in_place: Option<BinaryFn>,
    ) -> PyResult<Option<PyObjectRef>> {
        match in_place.or_else(|| a.class(self).slots.concat.get()) {
            Some(f) => f(self, a, b).map(Some),
            None => Ok(None),
        }
    }

    fn repeat(&self, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        if let Some(f) = a.class(self).slots.repeat.get() {
            return self.repeat_with(f, a, b).map(Some);
        }
        if let Some(f) = b.class(self).slots.repeat.get() {
            return self.repeat_with(f, b, a).map(Some);
        }
        Ok(None)
    }

    /// The right operand is never changed; and it is asked only if the left one is nothing
    /// like a sequence, which for CPython every class made by `class` is.
    fn repeat_in_place(&self, a: PyObject<'_>, b: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        let ta = a.class(self);
        let s = &ta.slots;
        if let Some(f) = s.inplace_repeat.get().or_else(|| s.repeat.get()) {
            return self.repeat_with(f, a, b).map(Some);
        }
        let sequence_like = ta.has_flags(TypeFlags::HEAP)
            || s.contains.get().is_some()
            || s.mp_length.get().is_some();
        match b.class(self).slots.repeat.get() {
            Some(f) if !sequence_like => self.repeat_with(f, b, a).map(Some),
            _ => Ok(None),
        }
    }

    fn repeat_with(&self, f: ItemFn, sequence: PyObject<'_>, count: PyObject<'_>) -> PyResult {
        if !self.is_index(count) {
            return Err(self.type_error(format!(
                "can't multiply sequence by non-int of type '{}'",
                count.class(self).display_name()
            )));
        }
        f(self, sequence, self.to_count(count)?)
    }

    /// `pow(a, b, modulus)`; a modulus of `None` is none.
    pub fn power(&self, a: PyObject<'_>, b: PyObject<'_>, modulus: PyObject<'_>) -> PyResult {
        self.power_named(a, b, modulus, "** or pow()")
    }

    fn inplace_power(&self, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        if let Some(f) = a.class(self).slots.inplace_power.get() {
            let r = f(self, a, b, PyObject::none())?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        self.power_named(a, b, PyObject::none(), "**=")
    }

    fn power_named(
        &self,
        a: PyObject<'_>,
        b: PyObject<'_>,
        modulus: PyObject<'_>,
        operator: &str,
    ) -> PyResult {
        let same = |x: Option<TernaryFn>, y: Option<TernaryFn>| {
            x.map(|f| f as usize) == y.map(|f| f as usize)
        };
        let (ta, tb) = (a.class(self), b.class(self));
        let left = ta.slots.power.get();
        let mut right = None;
        if !std::ptr::eq(ta, tb) && !same(tb.slots.power.get(), left) {
            right = tb.slots.power.get();
        }
        let right_slot = right;
        let call = |f: Option<TernaryFn>| -> PyResult<Option<PyObjectRef>> {
            let Some(f) = f else { return Ok(None) };
            let r = f(self, a, b, modulus)?;
            Ok((!r.is_not_implemented()).then_some(r))
        };
        if left.is_some()
            && right.is_some()
            && tb.is_subtype(ta)
            && let Some(r) = call(right.take())?
        {
            return Ok(r);
        }
        if let Some(r) = call(left)? {
            return Ok(r);
        }
        if let Some(r) = call(right)? {
            return Ok(r);
        }
        let third = modulus.class(self).slots.power.get();
        if !same(third, left)
            && !same(third, right_slot)
            && let Some(r) = call(third)?
        {
            return Ok(r);
        }
        if modulus.is_none() {
            return Err(self.unsupported_operands(a, b, operator));
        }
        Err(self.type_error(format!(
            "unsupported operand type(s) for {operator}: '{}', '{}', '{}'",
            ta.display_name(),
            tb.display_name(),
            modulus.class(self).display_name()
        )))
    }

    /// `divmod(a, b)`.
    pub fn divmod(&self, a: PyObject<'_>, b: PyObject<'_>) -> PyResult {
        match try_slots(self, a, b, |s| s.divmod.get())? {
            Some(r) => Ok(r),
            None => Err(self.unsupported_operands(a, b, "divmod()")),
        }
    }

    #[cold]
    pub fn unsupported_operands(&self, a: PyObject<'_>, b: PyObject<'_>, operator: &str) -> PyErr {
        self.type_error(format!(
            "unsupported operand type(s) for {operator}: '{}' and '{}'",
            a.class(self).display_name(),
            b.class(self).display_name()
        ))
    }

    fn unary(&self, o: PyObject<'_>, f: Option<UnaryFn>, what: &str) -> PyResult {
        match f {
            Some(f) => f(self, o),
            None => Err(self.type_error(format!(
                "bad operand type for {what}: '{}'",
                o.class(self).display_name()
            ))),
        }
    }

    /// `-o`.
    pub fn unary_negative(&self, o: PyObject<'_>) -> PyResult {
        self.unary(o, o.class(self).slots.negative.get(), "unary -")
    }

    /// `+o`.
    pub fn unary_positive(&self, o: PyObject<'_>) -> PyResult {
        self.unary(o, o.class(self).slots.positive.get(), "unary +")
    }

    /// `~o`.
    pub fn unary_invert(&self, o: PyObject<'_>) -> PyResult {
        self.unary(o, o.class(self).slots.invert.get(), "unary ~")
    }

    /// `abs(o)`.
    pub fn absolute(&self, o: PyObject<'_>) -> PyResult {
        self.unary(o, o.class(self).slots.absolute.get(), "abs()")
    }
}

// --- conversions -----------------------------------------------------------------------

impl VirtualMachine {
    /// The value of an int, `bool` or int subclass instance as an exact `int`.
    pub fn exact_int(&self, o: PyObject<'_>) -> Option<PyObjectRef> {
        if o.small_int().is_some() || o.is_type(&self.types().int) {
            return Some(o.to_owned());
        }
        Some(match o.int_view()? {
            IntView::Small(v) => self.new_int(v),
            IntView::Big(b) => self.new_object(PyInt::new(b.clone())).into(),
        })
    }

    /// `int(o)` for what is a number; `None` for what is not (text is the caller's).
    pub fn number_try_int(&self, o: PyObject<'_>) -> PyResult<Option<PyObjectRef>> {
        if o.small_int().is_some() {
            return Ok(Some(o.to_owned()));
        }
        let slots = &o.class(self).slots;
        if let Some(f) = slots.int.get() {
            let r = f(self, o)?;
            if r.as_object().small_int().is_some() {
                return Ok(Some(r));
            }
            return match self.exact_int(r.as_object()) {
                Some(v) => {
                    if !r.as_object().is_type(&self.types().int) {
                        self.warn_subclass("__int__", r.as_object(), "int")?;
                    }
                    Ok(Some(v))
                }
                None => Err(self.type_error(format!(
                    "__int__ returned non-int (type {})",
                    r.class(self).display_name()
                ))),
            };
        }
        if slots.index.get().is_some() || o.int_view().is_some() {
            let n = self.index(o)?;
            return Ok(self.exact_int(n.as_object()));
        }
        Ok(None)
    }

    /// What the `__float__` of `o` gave.
    pub(crate) fn float_result(&self, o: PyObject<'_>, r: PyObject<'_>) -> PyResult<f64> {
        if let Some(v) = r.small_float() {
            return Ok(v);
        }
        let Some(v) = r.float_view() else {
            return Err(self.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                o.class(self).display_name(),
                r.class(self).display_name()
            )));
        };
        if !r.class(self).is(&self.types().float) {
            let method = format!("{}.__float__", o.class(self).display_name());
            self.warn_subclass(&method, r, "float")?;
        }
        Ok(v)
    }

    /// A conversion method gave an instance of a subclass.
    #[cold]
    pub(crate) fn warn_subclass(
        &self,
        method: &str,
        result: PyObject<'_>,
        wanted: &str,
    ) -> PyResult<()> {
        let message = format!(
            "{method} returned non-{wanted} (type {}).  The ability to return an instance of a strict subclass of {wanted} is deprecated, and may not be supported in a future version of Python.",
            result.class(self).display_name()
        );
        self.warn(&self.exc().deprecation_warning, &message, 1)
    }

    /// `int(o)` of a number.
    pub fn number_as_int(&self, o: PyObject<'_>) -> PyResult {
        match self.number_try_int(o)? {
            Some(v) => Ok(v),
            None => Err(self.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                o.class(self).display_name()
            ))),
        }
    }

    /// `float(o)` for what is a number; `None` for what is not (text is the caller's).
    pub fn number_try_float(&self, o: PyObject<'_>) -> PyResult<Option<f64>> {
        if let Some(v) = o.small_float() {
            return Ok(Some(v));
        }
        let slots = &o.class(self).slots;
        if let Some(f) = slots.float.get() {
            let r = f(self, o)?;
            return self.float_result(o, r.as_object()).map(Some);
        }
        if slots.index.get().is_some() || o.int_view().is_some() {
            let n = self.index(o)?;
            return self.int_as_f64(n.as_object()).map(Some);
        }
        Ok(o.downcast::<PyFloat>().map(|f| f.value()))
    }

    fn int_as_f64(&self, n: PyObject<'_>) -> PyResult<f64> {
        match n.int_view() {
            Some(IntView::Small(v)) => Ok(v as f64),
            Some(IntView::Big(b)) => {
                b.to_f64().map_err(|_| self.overflow_error("int too large to convert to float"))
            }
            None => Err(self.type_error("an integer is required")),
        }
    }

    /// `float(o)` of a number.
    pub fn number_as_float(&self, o: PyObject<'_>) -> PyResult {
        match self.number_try_float(o)? {
            Some(v) => Ok(self.new_float(v)),
            None => Err(self.type_error(format!(
                "float() argument must be a string or a real number, not '{}'",
                o.class(self).display_name()
            ))),
        }
    }
}
