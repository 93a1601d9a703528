//! The handlers by topic, and the list that ties each instruction to its handler.
//!
//! A handler reads its operands where they lie on the stack, and takes them off only once
//! it has succeeded: an error leaves them for the unwinder.

pub mod arith;
pub mod async_;
pub mod attrs;
pub mod build;
pub mod call;
pub mod exceptions;
pub mod fast;
pub mod import;
pub mod iter;
pub mod jumps;
pub mod matching;
pub mod names;
pub mod stack;

/// Declares handlers: `op!(Name, |c| body)`, or `op!(escapes Name, |c| body)` for a body
/// that may run other code, raise, or look at frames.
macro_rules! op {
    (escapes $(#[$doc:meta])* $name:ident, |$c:ident| $body:expr) => {
        op!(@ true, $(#[$doc])* $name, $c, $body);
    };
    ($(#[$doc:meta])* $name:ident, |$c:ident| $body:expr) => {
        op!(@ false, $(#[$doc])* $name, $c, $body);
    };
    (@ $escapes:literal, $(#[$doc:meta])* $name:ident, $c:ident, $body:expr) => {
        $(#[$doc])*
        pub struct $name;
        impl $crate::interp::dispatch::Op for $name {
            const ESCAPES: bool = $escapes;
            #[inline(always)]
            #[allow(unused_mut)]
            fn run($c: &mut $crate::interp::cursor::Cursor) -> $crate::interp::cursor::Next {
                $body
            }
        }
    };
}
pub(crate) use op;

/// Unwraps a native's result inside a handler; an error leaves the handler.
macro_rules! ok {
    ($c:ident, $e:expr) => {
        match $e {
            Ok(v) => v,
            Err(e) => return $c.error(e),
        }
    };
}
pub(crate) use ok;

/// Units of the instructions with inline caches, the instruction's own included; a test
/// compares them with the table.
pub mod units {
    pub const BINARY_OP: usize = 6;
    pub const STORE_SUBSCR: usize = 2;
    pub const TO_BOOL: usize = 4;
    pub const CALL: usize = 4;
    pub const CALL_KW: usize = 4;
    pub const COMPARE_OP: usize = 2;
    pub const CONTAINS_OP: usize = 2;
    pub const FOR_ITER: usize = 2;
    pub const JUMP_BACKWARD: usize = 2;
    pub const LOAD_ATTR: usize = 10;
    pub const LOAD_GLOBAL: usize = 5;
    pub const LOAD_SUPER_ATTR: usize = 2;
    pub const POP_JUMP: usize = 2;
    pub const SEND: usize = 2;
    pub const STORE_ATTR: usize = 5;
    pub const UNPACK_SEQUENCE: usize = 2;

    #[cfg(test)]
    #[test]
    fn agree_with_the_table() {
        use bytecode::Opcode;
        for (units, op) in [
            (BINARY_OP, Opcode::BinaryOp),
            (STORE_SUBSCR, Opcode::StoreSubscr),
            (TO_BOOL, Opcode::ToBool),
            (CALL, Opcode::Call),
            (CALL_KW, Opcode::CallKw),
            (COMPARE_OP, Opcode::CompareOp),
            (CONTAINS_OP, Opcode::ContainsOp),
            (FOR_ITER, Opcode::ForIter),
            (JUMP_BACKWARD, Opcode::JumpBackward),
            (LOAD_ATTR, Opcode::LoadAttr),
            (LOAD_GLOBAL, Opcode::LoadGlobal),
            (LOAD_SUPER_ATTR, Opcode::LoadSuperAttr),
            (POP_JUMP, Opcode::PopJumpIfFalse),
            (SEND, Opcode::Send),
            (STORE_ATTR, Opcode::StoreAttr),
            (UNPACK_SEQUENCE, Opcode::UnpackSequence),
        ] {
            assert_eq!(units, 1 + op.caches(), "{op:?}");
        }
    }
}

/// Calls `$m!(@kinds Opcode => handler; ...)` with every instruction we execute.
macro_rules! for_each_handler {
    ($m:ident) => {
        $m! { @kinds
            Nop => ops::stack::Nop;
            NotTaken => ops::stack::Nop;
            Cache => ops::stack::Nop;
            PopTop => ops::stack::PopTop;
            PopIter => ops::stack::PopTop;
            EndFor => ops::stack::PopTop;
            EndSend => ops::stack::EndSend;
            PushNull => ops::stack::PushNull;
            Copy => ops::stack::Copy;
            Swap => ops::stack::Swap;
            LoadConst => ops::stack::LoadConst;
            LoadSmallInt => ops::stack::LoadSmallInt;
            LoadCommonConstant => ops::stack::LoadCommonConstant;
            LoadFast => ops::stack::LoadFast;
            LoadFastBorrow => ops::stack::LoadFastBorrow;
            LoadFastLoadFast => ops::stack::LoadFastLoadFast;
            LoadFastBorrowLoadFastBorrow => ops::stack::LoadFastBorrowLoadFastBorrow;
            LoadFastCheck => ops::stack::LoadFastCheck;
            LoadFastAndClear => ops::stack::LoadFastAndClear;
            StoreFast => ops::stack::StoreFast;
            StoreFastLoadFast => ops::stack::StoreFastLoadFast;
            StoreFastStoreFast => ops::stack::StoreFastStoreFast;
            DeleteFast => ops::stack::DeleteFast;

            BinaryOp => ops::arith::BinaryOp;
            BinarySlice => ops::arith::BinarySlice;
            StoreSlice => ops::arith::StoreSlice;
            StoreSubscr => ops::arith::StoreSubscr;
            DeleteSubscr => ops::arith::DeleteSubscr;
            CompareOp => ops::arith::CompareOp;
            ContainsOp => ops::arith::ContainsOp;
            IsOp => ops::arith::IsOp;
            BinaryOpAdd => ops::fast::BinaryOpAdd;
            BinaryOpSubtract => ops::fast::BinaryOpSubtract;
            BinaryOpMultiply => ops::fast::BinaryOpMultiply;
            BinaryOpTrueDivide => ops::fast::BinaryOpTrueDivide;
            BinaryOpSubscript => ops::fast::BinaryOpSubscript;
            CompareOpJumpIfFalse => ops::fast::CompareOpJumpIfFalse;
            CompareOpJumpIfTrue => ops::fast::CompareOpJumpIfTrue;
            LoadGlobalModule => ops::fast::LoadGlobalModule;
            LoadGlobalBuiltin => ops::fast::LoadGlobalBuiltin;
            LoadAttrInstanceValue => ops::fast::LoadAttrInstanceValue;
            LoadAttrMethodWithValues => ops::fast::LoadAttrMethodWithValues;
            LoadAttrMethodNoDict => ops::fast::LoadAttrMethodNoDict;
            LoadAttrNondescriptorWithValues => ops::fast::LoadAttrNondescriptorWithValues;
            LoadAttrNondescriptorNoDict => ops::fast::LoadAttrNondescriptorNoDict;
            LoadAttrClass => ops::fast::LoadAttrClass;
            LoadAttrSlot => ops::fast::LoadAttrSlot;
            StoreAttrInstanceValue => ops::fast::StoreAttrInstanceValue;
            StoreAttrSlot => ops::fast::StoreAttrSlot;
            CallPyExactArgs => ops::fast::CallPyExactArgs;
            CallPyGeneral => ops::fast::CallPyGeneral;
            CallGenerator => ops::fast::CallGenerator;
            CallClass => ops::call::CallClass;
            CallBoundMethodExactArgs => ops::fast::CallBoundMethodExactArgs;
            CallListAppend => ops::fast::CallListAppend;
            CallLen => ops::fast::CallLen;
            CallIsinstance => ops::fast::CallIsinstance;
            CallType1 => ops::fast::CallType1;
            CallBuiltinClass => ops::fast::CallBuiltinClass;
            CallBuiltinFast => ops::fast::CallBuiltinFast;
            CallMethodDescriptorFast => ops::fast::CallMethodDescriptorFast;
            LoadAttrModule => ops::fast::LoadAttrModule;
            LoadAttrPolymorphic => ops::fast::LoadAttrPolymorphic;
            LoadAttrWithHint => ops::fast::LoadAttrWithHint;
            LoadAttrProperty => ops::fast::LoadAttrProperty;
            LoadSuperAttrMethod => ops::fast::LoadSuperAttrMethod;
            StoreAttrWithHint => ops::fast::StoreAttrWithHint;
            LoadFastSmallInt => ops::fast::LoadFastSmallInt;
            LoadFastAttr => ops::fast::LoadFastAttr;
            ForIterList => ops::fast::ForIterList;
            ForIterTuple => ops::fast::ForIterTuple;
            ForIterRange => ops::fast::ForIterRange;
            ForIterGen => ops::fast::ForIterGen;
            ForIterPair => ops::fast::ForIterPair;
            ForIterStr => ops::fast::ForIterStr;
            SendGen => ops::fast::SendGen;
            UnpackSequenceTuple => ops::fast::UnpackSequenceTuple;
            UnpackSequenceList => ops::fast::UnpackSequenceList;
            StoreSubscrListInt => ops::fast::StoreSubscrListInt;
            StoreSubscrDict => ops::fast::StoreSubscrDict;
            BinaryOpAddUnicode => ops::arith::BinaryOpAddUnicode;
            BinaryOpSubscrDict => ops::fast::BinaryOpSubscrDict;
            BinaryOpSubscrGetitem => ops::fast::BinaryOpSubscrGetitem;
            ToBool => ops::arith::ToBool;
            UnaryNot => ops::arith::UnaryNot;
            UnaryNegative => ops::arith::UnaryNegative;
            UnaryInvert => ops::arith::UnaryInvert;

            JumpForward => ops::jumps::JumpForward;
            JumpBackward => ops::jumps::JumpBackward;
            JumpBackwardNoInterrupt => ops::jumps::JumpBackwardNoInterrupt;
            PopJumpIfFalse => ops::jumps::PopJumpIfFalse;
            PopJumpIfTrue => ops::jumps::PopJumpIfTrue;
            PopJumpIfNone => ops::jumps::PopJumpIfNone;
            PopJumpIfNotNone => ops::jumps::PopJumpIfNotNone;
            Resume => ops::jumps::Resume;

            LoadName => ops::names::LoadName;
            StoreName => ops::names::StoreName;
            DeleteName => ops::names::DeleteName;
            LoadGlobal => ops::names::LoadGlobal;
            StoreGlobal => ops::names::StoreGlobal;
            DeleteGlobal => ops::names::DeleteGlobal;
            MakeCell => ops::names::MakeCell;
            CopyFreeVars => ops::names::CopyFreeVars;
            LoadDeref => ops::names::LoadDeref;
            StoreDeref => ops::names::StoreDeref;
            DeleteDeref => ops::names::DeleteDeref;
            LoadFromDictOrDeref => ops::names::LoadFromDictOrDeref;
            LoadFromDictOrGlobals => ops::names::LoadFromDictOrGlobals;
            LoadLocals => ops::names::LoadLocals;
            LoadBuildClass => ops::names::LoadBuildClass;
            SetupAnnotations => ops::names::SetupAnnotations;

            LoadAttr => ops::attrs::LoadAttr;
            StoreAttr => ops::attrs::StoreAttr;
            DeleteAttr => ops::attrs::DeleteAttr;
            LoadSuperAttr => ops::attrs::LoadSuperAttr;
            LoadSpecial => ops::attrs::LoadSpecial;

            BuildTuple => ops::build::BuildTuple;
            BuildList => ops::build::BuildList;
            BuildSet => ops::build::BuildSet;
            BuildMap => ops::build::BuildMap;
            BuildSlice => ops::build::BuildSlice;
            BuildString => ops::build::BuildString;
            BuildTemplate => ops::build::BuildTemplate;
            BuildInterpolation => ops::build::BuildInterpolation;
            ListAppend => ops::build::ListAppend;
            ListExtend => ops::build::ListExtend;
            SetAdd => ops::build::SetAdd;
            SetUpdate => ops::build::SetUpdate;
            MapAdd => ops::build::MapAdd;
            DictUpdate => ops::build::DictUpdate;
            DictMerge => ops::build::DictMerge;
            FormatSimple => ops::build::FormatSimple;
            FormatWithSpec => ops::build::FormatWithSpec;
            ConvertValue => ops::build::ConvertValue;
            UnpackSequence => ops::build::UnpackSequence;
            UnpackEx => ops::build::UnpackEx;
            CallIntrinsic1 => ops::build::CallIntrinsic1;
            CallIntrinsic2 => ops::build::CallIntrinsic2;

            Call => ops::call::Call;
            CallKw => ops::call::CallKw;
            CallFunctionEx => ops::call::CallFunctionEx;
            ReturnValue => ops::fast::ReturnValue;
            InterpreterExit => ops::call::InterpreterExit;
            ExitInitCheck => ops::call::ExitInitCheck;
            MakeFunction => ops::call::MakeFunction;
            SetFunctionAttribute => ops::call::SetFunctionAttribute;

            GetIter => ops::iter::GetIter;
            ForIter => ops::iter::ForIter;
            GetLen => ops::iter::GetLen;
            ReturnGenerator => ops::iter::ReturnGenerator;
            YieldValue => ops::iter::YieldValue;
            Send => ops::iter::Send;
            GetYieldFromIter => ops::iter::GetYieldFromIter;
            GetAwaitable => ops::async_::GetAwaitable;
            GetAiter => ops::async_::GetAiter;
            GetAnext => ops::async_::GetAnext;
            EndAsyncFor => ops::async_::EndAsyncFor;
            CleanupThrow => ops::async_::CleanupThrow;

            PushExcInfo => ops::exceptions::PushExcInfo;
            PopExcept => ops::exceptions::PopExcept;
            CheckExcMatch => ops::exceptions::CheckExcMatch;
            CheckEgMatch => ops::exceptions::CheckEgMatch;
            RaiseVarargs => ops::exceptions::RaiseVarargs;
            Reraise => ops::exceptions::Reraise;
            WithExceptStart => ops::exceptions::WithExceptStart;

            MatchClass => ops::matching::MatchClass;
            MatchKeys => ops::matching::MatchKeys;
            MatchMapping => ops::matching::MatchMapping;
            MatchSequence => ops::matching::MatchSequence;

            ImportName => ops::import::ImportName;
            ImportFrom => ops::import::ImportFrom;

            InstrumentedResume => monitor::ops::Resume;
            InstrumentedReturnValue => monitor::ops::ReturnValue;
            InstrumentedYieldValue => monitor::ops::YieldValue;
            InstrumentedCall => monitor::ops::Call;
            InstrumentedCallKw => monitor::ops::CallKw;
            InstrumentedCallFunctionEx => monitor::ops::CallFunctionEx;
            InstrumentedLoadSuperAttr => monitor::ops::LoadSuperAttr;
            InstrumentedJumpForward => monitor::ops::JumpForward;
            InstrumentedJumpBackward => monitor::ops::JumpBackward;
            InstrumentedPopJumpIfTrue => monitor::ops::PopJumpIfTrue;
            InstrumentedPopJumpIfFalse => monitor::ops::PopJumpIfFalse;
            InstrumentedPopJumpIfNone => monitor::ops::PopJumpIfNone;
            InstrumentedPopJumpIfNotNone => monitor::ops::PopJumpIfNotNone;
            InstrumentedNotTaken => monitor::ops::NotTaken;
            InstrumentedPopIter => monitor::ops::PopIter;
            InstrumentedForIter => monitor::ops::ForIter;
            InstrumentedEndFor => monitor::ops::EndFor;
            InstrumentedEndSend => monitor::ops::EndSend;
            InstrumentedEndAsyncFor => monitor::ops::EndAsyncFor;
            InstrumentedLine => monitor::ops::Line;
            InstrumentedInstruction => monitor::ops::Instruction;
        }
    };
}
pub(crate) use for_each_handler;
