//! From Rust values to Python results.

use crate::prelude::*;

/// What a native function may return.
pub trait IntoPyResult {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult;
}

impl<T: IntoPyResult> IntoPyResult for PyResult<T> {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        self?.into_py_result(vm)
    }
}

impl IntoPyResult for PyObjectRef {
    #[inline]
    fn into_py_result(self, _vm: &VirtualMachine) -> PyResult {
        Ok(self)
    }
}

impl IntoPyResult for PyObject<'_> {
    #[inline]
    fn into_py_result(self, _vm: &VirtualMachine) -> PyResult {
        Ok(self.to_owned())
    }
}

impl<T> IntoPyResult for PyRef<T> {
    #[inline]
    fn into_py_result(self, _vm: &VirtualMachine) -> PyResult {
        Ok(self.into())
    }
}

impl<T> IntoPyResult for &Py<T> {
    #[inline]
    fn into_py_result(self, _vm: &VirtualMachine) -> PyResult {
        Ok(self.to_ref().into())
    }
}

impl IntoPyResult for () {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.none())
    }
}

impl IntoPyResult for bool {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_bool(self))
    }
}

macro_rules! ints {
    ($($t:ty),*) => { $(
        impl IntoPyResult for $t {
            #[inline]
            fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
                Ok(vm.new_int(i64::from(self)))
            }
        }
    )* };
}

ints!(i8, i16, i32, i64, u8, u16, u32);

impl IntoPyResult for isize {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_int(self as i64))
    }
}

impl IntoPyResult for usize {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_usize(self))
    }
}

impl IntoPyResult for u64 {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_bigint(num::BigInt::from_u64(self)))
    }
}

impl IntoPyResult for num::BigInt {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_bigint(self))
    }
}

impl IntoPyResult for f64 {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_float(self))
    }
}

impl IntoPyResult for String {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_str(self).into())
    }
}

impl IntoPyResult for &str {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        Ok(vm.new_str(self).into())
    }
}

impl<T: IntoPyResult> IntoPyResult for Option<T> {
    #[inline]
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        match self {
            Some(v) => v.into_py_result(vm),
            None => Ok(vm.none()),
        }
    }
}

/// A list.
impl<T: IntoPyResult> IntoPyResult for Vec<T> {
    fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
        let items: PyResult<Vec<_>> = self.into_iter().map(|v| v.into_py_result(vm)).collect();
        Ok(vm.new_list(items?).into())
    }
}

macro_rules! tuples {
    ($(($($t:ident $i:tt),*);)*) => { $(
        impl<$($t: IntoPyResult),*> IntoPyResult for ($($t,)*) {
            fn into_py_result(self, vm: &VirtualMachine) -> PyResult {
                Ok(vm.new_tuple(vec![$(self.$i.into_py_result(vm)?),*]).into())
            }
        }
    )* };
}

tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
}

/// A slot's own result, fallible or not.
pub trait IntoSlotResult<T> {
    fn into_slot_result(self) -> PyResult<T>;
}

impl<T> IntoSlotResult<T> for T {
    #[inline(always)]
    fn into_slot_result(self) -> PyResult<T> {
        Ok(self)
    }
}

impl<T> IntoSlotResult<T> for PyResult<T> {
    #[inline(always)]
    fn into_slot_result(self) -> PyResult<T> {
        self
    }
}

/// The result of `__next__`.
pub trait IntoNext {
    fn into_next(self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>>;
}

impl<T: IntoPyResult> IntoNext for Option<T> {
    #[inline]
    fn into_next(self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self.map(|v| v.into_py_result(vm)).transpose()
    }
}

impl<T: IntoPyResult> IntoNext for PyResult<Option<T>> {
    #[inline]
    fn into_next(self, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        self?.into_next(vm)
    }
}
