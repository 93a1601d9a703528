//! `None`, `Ellipsis` and `NotImplemented`: immediates, so their payloads never exist.

use crate::prelude::*;

macro_rules! singleton {
    ($payload:ident, $spec:ident, $name:literal) => {
        pub enum $payload {}

        impl Traverse for $payload {
            fn traverse(&self, _visit: &mut Visitor<'_>) {}
        }

        impl PyPayload for $payload {
            const SPEC: &'static TypeSpec = &$spec;
        }

        pub static $spec: TypeSpec = TypeSpec { ..TypeSpec::of::<$payload>("builtins", $name) };
    };
}

singleton!(PyNone, NONE_TYPE, "NoneType");
singleton!(PyEllipsis, ELLIPSIS_TYPE, "ellipsis");
singleton!(PyNotImplemented, NOT_IMPLEMENTED_TYPE, "NotImplementedType");
