//! What operands stand for: the numbered operators, helpers and well-known objects, and the packing
//! of operands that carry more than one thing.
//!
//! Each table is one macro call that makes the enum, its names and its decoder.

use bitflags::bitflags;

macro_rules! operand_enum {
    ($(#[$meta:meta])* $enum:ident { $($(#[doc = $doc:literal])* $variant:ident = $number:literal, $name:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $enum { $($(#[doc = $doc])* $variant = $number,)* }

        impl $enum {
            /// Every value in order.
            pub const ALL: &[$enum] = &[$($enum::$variant),*];

            /// The name that CPython's tables give it.
            pub const fn name(self) -> &'static str {
                match self { $($enum::$variant => $name,)* }
            }

            #[inline]
            pub const fn from_oparg(oparg: u32) -> Option<$enum> {
                match oparg { $($number => Some($enum::$variant),)* _ => None }
            }

            #[inline]
            pub const fn oparg(self) -> u32 {
                self as u32
            }
        }
    };
}

operand_enum! {
    /// The operator of BINARY_OP.
    BinaryOp {
        Add = 0, "NB_ADD";
        And = 1, "NB_AND";
        FloorDivide = 2, "NB_FLOOR_DIVIDE";
        Lshift = 3, "NB_LSHIFT";
        MatrixMultiply = 4, "NB_MATRIX_MULTIPLY";
        Multiply = 5, "NB_MULTIPLY";
        Remainder = 6, "NB_REMAINDER";
        Or = 7, "NB_OR";
        Power = 8, "NB_POWER";
        Rshift = 9, "NB_RSHIFT";
        Subtract = 10, "NB_SUBTRACT";
        TrueDivide = 11, "NB_TRUE_DIVIDE";
        Xor = 12, "NB_XOR";
        InplaceAdd = 13, "NB_INPLACE_ADD";
        InplaceAnd = 14, "NB_INPLACE_AND";
        InplaceFloorDivide = 15, "NB_INPLACE_FLOOR_DIVIDE";
        InplaceLshift = 16, "NB_INPLACE_LSHIFT";
        InplaceMatrixMultiply = 17, "NB_INPLACE_MATRIX_MULTIPLY";
        InplaceMultiply = 18, "NB_INPLACE_MULTIPLY";
        InplaceRemainder = 19, "NB_INPLACE_REMAINDER";
        InplaceOr = 20, "NB_INPLACE_OR";
        InplacePower = 21, "NB_INPLACE_POWER";
        InplaceRshift = 22, "NB_INPLACE_RSHIFT";
        InplaceSubtract = 23, "NB_INPLACE_SUBTRACT";
        InplaceTrueDivide = 24, "NB_INPLACE_TRUE_DIVIDE";
        InplaceXor = 25, "NB_INPLACE_XOR";
        /// `container[key]`; not an arithmetic operator, but dispatched with them.
        Subscr = 26, "NB_SUBSCR";
    }
}

impl BinaryOp {
    /// The operator as Python spells it.
    pub const fn symbol(self) -> &'static str {
        const SYMBOLS: [&str; 27] = [
            "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+=", "&=", "//=",
            "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=", "[]",
        ];
        SYMBOLS[self as usize]
    }

    /// The augmented-assignment form of a plain operator; others stay.
    pub fn inplace(self) -> BinaryOp {
        if (self as u8) < 13 { BinaryOp::ALL[self as usize + 13] } else { self }
    }

    /// The plain operator of an augmented-assignment form; others stay.
    pub fn plain(self) -> BinaryOp {
        if self.is_inplace() { BinaryOp::ALL[self as usize - 13] } else { self }
    }

    pub const fn is_inplace(self) -> bool {
        matches!(self as u8, 13..=25)
    }
}

operand_enum! {
    /// A rich comparison, numbered as `Py_LT` .. `Py_GE`.
    CompareOp {
        Lt = 0, "<";
        Le = 1, "<=";
        Eq = 2, "==";
        Ne = 3, "!=";
        Gt = 4, ">";
        Ge = 5, ">=";
    }
}

impl CompareOp {
    /// Bit of COMPARE_OP's operand: the result must be a bool.
    pub const TO_BOOL: u32 = 16;
    /// Outcome bits of COMPARE_OP's operand: unordered, less, greater, equal.
    pub const UNORDERED: u32 = 1;
    pub const LESS: u32 = 2;
    pub const GREATER: u32 = 4;
    pub const EQUAL: u32 = 8;

    /// The outcomes for which the comparison holds.
    pub const fn outcomes(self) -> u32 {
        match self {
            CompareOp::Lt => Self::LESS,
            CompareOp::Le => Self::LESS | Self::EQUAL,
            CompareOp::Eq => Self::EQUAL,
            CompareOp::Ne => Self::UNORDERED | Self::LESS | Self::GREATER,
            CompareOp::Gt => Self::GREATER,
            CompareOp::Ge => Self::GREATER | Self::EQUAL,
        }
    }

    /// COMPARE_OP's operand: operator << 5, bool conversion, outcome bits.
    pub const fn pack(self, to_bool: bool) -> u32 {
        (self as u32) << 5 | (to_bool as u32) << 4 | self.outcomes()
    }

    /// Operator and bool conversion of COMPARE_OP's operand.
    #[inline]
    pub const fn unpack(oparg: u32) -> Option<(CompareOp, bool)> {
        match Self::from_oparg(oparg >> 5) {
            Some(op) => Some((op, oparg & Self::TO_BOOL != 0)),
            None => None,
        }
    }

    /// The comparison with its sides exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }
}

operand_enum! {
    /// The helper of CALL_INTRINSIC_1.
    Intrinsic1 {
        Invalid = 0, "INTRINSIC_1_INVALID";
        /// Shows an interactive statement's value through `sys.displayhook`.
        Print = 1, "INTRINSIC_PRINT";
        /// `from module import *`.
        ImportStar = 2, "INTRINSIC_IMPORT_STAR";
        /// StopIteration that leaves a generator becomes RuntimeError.
        StopiterationError = 3, "INTRINSIC_STOPITERATION_ERROR";
        /// Marks a value that an asynchronous generator yields.
        AsyncGenWrap = 4, "INTRINSIC_ASYNC_GEN_WRAP";
        /// `+value`.
        UnaryPositive = 5, "INTRINSIC_UNARY_POSITIVE";
        ListToTuple = 6, "INTRINSIC_LIST_TO_TUPLE";
        Typevar = 7, "INTRINSIC_TYPEVAR";
        Paramspec = 8, "INTRINSIC_PARAMSPEC";
        Typevartuple = 9, "INTRINSIC_TYPEVARTUPLE";
        /// `Generic[type parameters]`.
        SubscriptGeneric = 10, "INTRINSIC_SUBSCRIPT_GENERIC";
        /// (name, type parameters, value function) -> type alias.
        Typealias = 11, "INTRINSIC_TYPEALIAS";
    }
}

operand_enum! {
    /// The helper of CALL_INTRINSIC_2.
    Intrinsic2 {
        Invalid = 0, "INTRINSIC_2_INVALID";
        /// What an `except*` statement raises in the end.
        PrepReraiseStar = 1, "INTRINSIC_PREP_RERAISE_STAR";
        TypevarWithBound = 2, "INTRINSIC_TYPEVAR_WITH_BOUND";
        TypevarWithConstraints = 3, "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS";
        SetFunctionTypeParams = 4, "INTRINSIC_SET_FUNCTION_TYPE_PARAMS";
        SetTypeparamDefault = 5, "INTRINSIC_SET_TYPEPARAM_DEFAULT";
    }
}

operand_enum! {
    /// What LOAD_COMMON_CONSTANT pushes.
    CommonConstant {
        AssertionError = 0, "AssertionError";
        NotImplementedError = 1, "NotImplementedError";
        BuiltinTuple = 2, "tuple";
        BuiltinAll = 3, "all";
        BuiltinAny = 4, "any";
    }
}

operand_enum! {
    /// What LOAD_SPECIAL looks up.
    SpecialMethod {
        Enter = 0, "__enter__";
        Exit = 1, "__exit__";
        Aenter = 2, "__aenter__";
        Aexit = 3, "__aexit__";
    }
}

operand_enum! {
    /// The conversion of CONVERT_VALUE and BUILD_INTERPOLATION (0 is "none" there only).
    Conversion {
        None = 0, "";
        Str = 1, "str";
        Repr = 2, "repr";
        Ascii = 3, "ascii";
    }
}

bitflags! {
    /// The attribute of SET_FUNCTION_ATTRIBUTE; exactly one bit in an operand.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct FunctionAttribute: u32 {
        /// Tuple of defaults.
        const DEFAULTS = 1;
        /// Dict of keyword-only defaults.
        const KWDEFAULTS = 2;
        /// Annotations already evaluated: dict, or tuple of names and values.
        const ANNOTATIONS = 4;
        /// Tuple of cells.
        const CLOSURE = 8;
        /// Function that evaluates the annotations when asked.
        const ANNOTATE = 16;
    }
}

impl FunctionAttribute {
    /// The attribute's name as `dis` prints it, when exactly one is meant.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::DEFAULTS => "defaults",
            Self::KWDEFAULTS => "kwdefaults",
            Self::ANNOTATIONS => "annotations",
            Self::CLOSURE => "closure",
            Self::ANNOTATE => "annotate",
            _ => return None,
        })
    }
}

operand_enum! {
    /// Where a RESUME stands, in the low two bits of its operand.
    Resume {
        AtFuncStart = 0, "start";
        AfterYield = 1, "yield";
        AfterYieldFrom = 2, "yield from";
        AfterAwait = 3, "await";
    }
}

impl Resume {
    pub const LOCATION_MASK: u32 = 3;
    /// Bit of RESUME's operand: no `try` is open around the suspension but the generator's own.
    pub const DEPTH1: u32 = 4;

    /// Location and whether the exception depth is one.
    pub fn unpack(oparg: u32) -> (Resume, bool) {
        (Resume::ALL[(oparg & Self::LOCATION_MASK) as usize], oparg & Self::DEPTH1 != 0)
    }
}

/// LOAD_GLOBAL's operand.
pub const fn pack_global(name: u32, push_null: bool) -> u32 {
    name << 1 | push_null as u32
}
/// Name and "push NULL" of LOAD_GLOBAL's operand.
#[inline]
pub const fn unpack_global(oparg: u32) -> (usize, bool) {
    (oparg as usize >> 1, oparg & 1 != 0)
}
/// LOAD_ATTR's operand.
pub const fn pack_attr(name: u32, method: bool) -> u32 {
    name << 1 | method as u32
}
/// Name and "for a method call" of LOAD_ATTR's operand.
#[inline]
pub const fn unpack_attr(oparg: u32) -> (usize, bool) {
    (oparg as usize >> 1, oparg & 1 != 0)
}
/// LOAD_SUPER_ATTR's operand.
pub const fn pack_super_attr(name: u32, method: bool, two_arguments: bool) -> u32 {
    name << 2 | (two_arguments as u32) << 1 | method as u32
}
/// Name, "for a method call", "`super` has two arguments" of LOAD_SUPER_ATTR's operand.
#[inline]
pub const fn unpack_super_attr(oparg: u32) -> (usize, bool, bool) {
    (oparg as usize >> 2, oparg & 1 != 0, oparg & 2 != 0)
}
/// The operand of the instructions on two locals; both must be below 16.
pub const fn pack_locals(first: u32, second: u32) -> Option<u32> {
    if first < 16 && second < 16 { Some(first << 4 | second) } else { None }
}
/// First and second local.
#[inline]
pub const fn unpack_locals(oparg: u32) -> (usize, usize) {
    (oparg as usize >> 4, oparg as usize & 15)
}
/// UNPACK_EX's operand: values before and after the starred one.
pub const fn pack_unpack_ex(before: u32, after: u32) -> u32 {
    before | after << 8
}
/// Values before and after the starred one.
#[inline]
pub const fn unpack_unpack_ex(oparg: u32) -> (usize, usize) {
    (oparg as usize & 0xFF, oparg as usize >> 8)
}
/// BUILD_INTERPOLATION's operand; bit 1 is always set.
pub const fn pack_interpolation(conversion: Conversion, has_spec: bool) -> u32 {
    (conversion as u32) << 2 | 2 | has_spec as u32
}
/// Conversion and "a format spec is on the stack" of BUILD_INTERPOLATION's operand.
pub const fn unpack_interpolation(oparg: u32) -> Option<(Conversion, bool)> {
    match Conversion::from_oparg(oparg >> 2) {
        Some(conversion) => Some((conversion, oparg & 1 != 0)),
        None => None,
    }
}
