//! `None`, `Ellipsis` and `NotImplemented`: immediates, so their payloads never exist.

use crate::prelude::*;

macro_rules! singleton {
    ($payload:ident, $spec:ident, $name:literal, $text:literal, $truth:expr, $methods:expr) => {
        pub enum $payload {}

        impl Traverse for $payload {
            fn traverse(&self, _visit: &mut Visitor<'_>) {}
        }

        impl PyPayload for $payload {
            const SPEC: &'static TypeSpec = &$spec;
        }

        pub static $spec: TypeSpec = TypeSpec {
            slots: Slots {
                repr: Some(|vm, _| Ok(vm.intern($text).into())),
                hash: Some(|_, o| Ok(crate::protocol::hash::identity_hash(o))),
                bool: $truth,
                new: Some(|vm, cls, args| {
                    if args.len() + args.keyword_count() > 0 {
                        return Err(vm.type_error(format!("{} takes no arguments", $name)));
                    }
                    debug_assert!(std::ptr::eq(cls.spec(), &$spec));
                    Ok(single(stringify!($payload)))
                }),
                ..Slots::EMPTY
            },
            methods: $methods,
            ..TypeSpec::of::<$payload>("builtins", $name)
        };
    };
}

/// The one object of a singleton's type.
fn single(payload: &str) -> PyObjectRef {
    match payload {
        "PyNone" => PyObjectRef::none(),
        "PyEllipsis" => PyObjectRef::ellipsis(),
        _ => PyObjectRef::not_implemented(),
    }
}

singleton!(PyNone, NONE_TYPE, "NoneType", "None", Some(|_, _| Ok(false)), &[]);
singleton!(PyEllipsis, ELLIPSIS_TYPE, "ellipsis", "Ellipsis", None, &[PyEllipsis::PY_IMPL.methods]);
singleton!(
    PyNotImplemented,
    NOT_IMPLEMENTED_TYPE,
    "NotImplementedType",
    "NotImplemented",
    Some(|vm, _| Err(vm.type_error("NotImplemented should not be used in a boolean context"))),
    &[PyNotImplemented::PY_IMPL.methods]
);

#[pymethods]
impl PyEllipsis {
    /// The name that pickle finds the object by.
    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(_zelf: PyObject<'_>) -> &'static str {
        "Ellipsis"
    }
}

#[pymethods]
impl PyNotImplemented {
    /// The name that pickle finds the object by.
    #[method(sig = "(self, /)", text = "")]
    fn __reduce__(_zelf: PyObject<'_>) -> &'static str {
        "NotImplemented"
    }
}
