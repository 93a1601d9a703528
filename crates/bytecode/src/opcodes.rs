//! The instruction set, once: one documented row per CPython 3.14 instruction.
//!
//! Everything else that knows instructions (the [`Opcode`](crate::Opcode) enum, its queries, the
//! emitter, the disassembler, the verifier, `_opcode`, the dispatchers, the opcode page of the
//! documentation) expands from [`for_each_op!`](crate::for_each_op), so a change here reaches them
//! all.
//!
//! Sections and their rows:
//!
//! ```text
//! real         Variant function NAME = number, Operand, popped => pushed, [cache: units, ..], [flags];
//! specialized  Variant function NAME = number, of Base;     CPython's, in the order of its families
//! executed     Variant function NAME = number, of Base;     ours, in the executed copy only
//! instrumented Variant function NAME = number, of Base;
//! pseudo       Variant function NAME = number, Operand, popped => pushed, [flags];
//! ```
//!
//! `Operand` is a variant of [`Operand`](crate::Operand), `popped` and `pushed` are variants of
//! [`Effect`](crate::Effect), flags are constants of [`OpFlags`](crate::OpFlags). A row "of" a base
//! shares the base's operand, stack effect, cache and flags. CPython leaves 121..=127 and 212..=233
//! free: `executed` rows take their numbers from there (or reuse a specialised number whose meaning
//! they keep); they never occur in `co_code`, and the verifier refuses them.

/// Expands `callback! { real { .. } specialized { .. } executed { .. } instrumented { .. } pseudo { .. } }`
/// over the instruction table; tokens after the callback's name are passed on in front of it.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident $($extra:tt)*) => {
        $callback! {
        $($extra)*
        real {
            /// A code unit that belongs to the instruction before it; never executed.
            Cache cache CACHE = 0, None, Fixed(0) => Fixed(0), [], [];
            /// `container[start:stop]`: container, start, stop -> value.
            BinarySlice binary_slice BINARY_SLICE = 1, None, Fixed(3) => Fixed(1), [], [ERROR | ESCAPES];
            /// Strings tuple, interpolations tuple -> template string object.
            BuildTemplate build_template BUILD_TEMPLATE = 2, None, Fixed(2) => Fixed(1), [], [ERROR | ESCAPES];
            /// `f(*args, **kwargs)`: callable, self or NULL, tuple, dict or NULL -> result.
            CallFunctionEx call_function_ex CALL_FUNCTION_EX = 4, None, Fixed(4) => Fixed(1), [], [ERROR | ESCAPES | EVAL_BREAK];
            /// `except*`: exception group, match type -> rest or None, match or None.
            CheckEgMatch check_eg_match CHECK_EG_MATCH = 5, None, Fixed(2) => Fixed(2), [], [ERROR | ESCAPES];
            /// `except`: exception, match type -> exception, bool.
            CheckExcMatch check_exc_match CHECK_EXC_MATCH = 6, None, Fixed(2) => Fixed(2), [], [ERROR | ESCAPES];
            /// After `throw()` into a delegating frame: sub-iterator, last value, exception ->
            /// None, value of StopIteration; re-raises anything else.
            CleanupThrow cleanup_throw CLEANUP_THROW = 7, None, Fixed(3) => Fixed(2), [], [ERROR | ESCAPES];
            /// `del container[key]`: container, key ->.
            DeleteSubscr delete_subscr DELETE_SUBSCR = 8, None, Fixed(2) => Fixed(0), [], [ERROR | ESCAPES];
            /// Drops the exhausted loop's value slot; FOR_ITER jumps past it.
            EndFor end_for END_FOR = 9, None, Fixed(1) => Fixed(0), [], [ESCAPES];
            /// Receiver, value -> value, when a `yield from` or `await` has finished.
            EndSend end_send END_SEND = 10, None, Fixed(2) => Fixed(1), [], [ESCAPES | PURE];
            /// Raises TypeError unless `__init__` returned None.
            ExitInitCheck exit_init_check EXIT_INIT_CHECK = 11, None, Fixed(1) => Fixed(0), [], [ERROR | ESCAPES];
            /// `f"{value}"`: value -> str, by `format(value)`.
            FormatSimple format_simple FORMAT_SIMPLE = 12, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// `f"{value:spec}"`: value, spec -> str.
            FormatWithSpec format_with_spec FORMAT_WITH_SPEC = 13, None, Fixed(2) => Fixed(1), [], [ERROR | ESCAPES];
            /// Object -> asynchronous iterator, by `__aiter__`.
            GetAiter get_aiter GET_AITER = 14, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Asynchronous iterator -> itself, awaitable of its `__anext__`.
            GetAnext get_anext GET_ANEXT = 15, None, Fixed(1) => Fixed(2), [], [ERROR | ESCAPES];
            /// Iterable -> iterator.
            GetIter get_iter GET_ITER = 16, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Kept free so that its number never means anything else.
            Reserved reserved RESERVED = 17, None, Fixed(0) => Fixed(0), [], [];
            /// Object -> object, its length.
            GetLen get_len GET_LEN = 18, None, Fixed(1) => Fixed(2), [], [ERROR | ESCAPES];
            /// Iterable -> iterator for `yield from`; generators and allowed coroutines pass.
            GetYieldFromIter get_yield_from_iter GET_YIELD_FROM_ITER = 19, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Leaves the eval loop with the value; stands only in the entry frame's own code.
            InterpreterExit interpreter_exit INTERPRETER_EXIT = 20, None, Fixed(1) => Fixed(0), [], [ESCAPES | SCOPE_EXIT];
            /// Pushes `builtins.__build_class__`.
            LoadBuildClass load_build_class LOAD_BUILD_CLASS = 21, None, Fixed(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// Pushes the frame's local namespace mapping.
            LoadLocals load_locals LOAD_LOCALS = 22, None, Fixed(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// Code object -> function.
            MakeFunction make_function MAKE_FUNCTION = 23, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Subject, keys tuple -> both, tuple of values or None.
            MatchKeys match_keys MATCH_KEYS = 24, None, Fixed(2) => Fixed(3), [], [ERROR | ESCAPES];
            /// Subject -> subject, is it a mapping.
            MatchMapping match_mapping MATCH_MAPPING = 25, None, Fixed(1) => Fixed(2), [], [];
            /// Subject -> subject, is it a sequence.
            MatchSequence match_sequence MATCH_SEQUENCE = 26, None, Fixed(1) => Fixed(2), [], [];
            /// Does nothing; keeps a line for tracing.
            Nop nop NOP = 27, None, Fixed(0) => Fixed(0), [], [PURE];
            /// Marks the fall-through of a conditional jump for branch events.
            NotTaken not_taken NOT_TAKEN = 28, None, Fixed(0) => Fixed(0), [], [];
            /// Previous exception -> becomes the handled one again.
            PopExcept pop_except POP_EXCEPT = 29, None, Fixed(1) => Fixed(0), [], [ESCAPES];
            /// Drops the iterator after a loop.
            PopIter pop_iter POP_ITER = 30, None, Fixed(1) => Fixed(0), [], [ESCAPES];
            /// Drops the top of the stack.
            PopTop pop_top POP_TOP = 31, None, Fixed(1) => Fixed(0), [], [ESCAPES | PURE];
            /// Exception -> previously handled exception, exception; it becomes the handled one.
            PushExcInfo push_exc_info PUSH_EXC_INFO = 32, None, Fixed(1) => Fixed(2), [], [];
            /// Pushes NULL: the empty `self` slot of a call.
            PushNull push_null PUSH_NULL = 33, None, Fixed(0) => Fixed(1), [], [PURE];
            /// Makes the generator or coroutine of this frame and returns it to the caller; pushes
            /// what the first `send` passes.
            ReturnGenerator return_generator RETURN_GENERATOR = 34, None, Fixed(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// Leaves the frame with the value.
            ReturnValue return_value RETURN_VALUE = 35, None, Fixed(1) => Fixed(1), [], [ESCAPES | SCOPE_EXIT];
            /// Makes sure that the local namespace has `__annotations__`.
            SetupAnnotations setup_annotations SETUP_ANNOTATIONS = 36, None, Fixed(0) => Fixed(0), [], [ERROR | ESCAPES];
            /// `container[start:stop] = value`: value, container, start, stop ->.
            StoreSlice store_slice STORE_SLICE = 37, None, Fixed(4) => Fixed(0), [], [ERROR | ESCAPES];
            /// `container[key] = value`: value, container, key ->.
            StoreSubscr store_subscr STORE_SUBSCR = 38, None, Fixed(3) => Fixed(0), [counter: 1], [ERROR | ESCAPES];
            /// Value -> its truth as a bool.
            ToBool to_bool TO_BOOL = 39, None, Fixed(1) => Fixed(1), [counter: 1, version: 2], [ERROR | ESCAPES];
            /// `~value`.
            UnaryInvert unary_invert UNARY_INVERT = 40, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// `-value`.
            UnaryNegative unary_negative UNARY_NEGATIVE = 41, None, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// `not value`, of a bool.
            UnaryNot unary_not UNARY_NOT = 42, None, Fixed(1) => Fixed(1), [], [PURE];
            /// Calls `__exit__` with the exception: exit, self or NULL, lasti, previous, exception
            /// -> the same, result.
            WithExceptStart with_except_start WITH_EXCEPT_START = 43, None, Fixed(5) => Fixed(6), [], [ERROR | ESCAPES];
            /// Left, right -> result of the operator that the operand names (subscript included).
            BinaryOp binary_op BINARY_OP = 44, BinaryOp, Fixed(2) => Fixed(1), [counter: 1, descr: 4], [ERROR | ESCAPES];
            /// Value, expression text, format spec if bit 0 -> interpolation; bits 2.. name the
            /// conversion.
            BuildInterpolation build_interpolation BUILD_INTERPOLATION = 45, Interpolation, LowBit(2) => Fixed(1), [], [ERROR | ESCAPES];
            /// The top `n` values -> list.
            BuildList build_list BUILD_LIST = 46, Count, Arg(0) => Fixed(1), [], [ERROR];
            /// `n` pairs of key and value -> dict.
            BuildMap build_map BUILD_MAP = 47, Count, TwiceArg(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// The top `n` values -> set.
            BuildSet build_set BUILD_SET = 48, Count, Arg(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// Start, stop, step if `n` is 3 -> slice.
            BuildSlice build_slice BUILD_SLICE = 49, Slice, Arg(0) => Fixed(1), [], [ERROR | ESCAPES];
            /// `n` strings -> their concatenation.
            BuildString build_string BUILD_STRING = 50, Count, Arg(0) => Fixed(1), [], [ERROR];
            /// The top `n` values -> tuple.
            BuildTuple build_tuple BUILD_TUPLE = 51, Count, Arg(0) => Fixed(1), [], [ERROR];
            /// Callable, self or NULL, `n` positional arguments -> result.
            Call call CALL = 52, Count, Arg(2) => Fixed(1), [counter: 1, func_version: 2], [ERROR | ESCAPES | EVAL_BREAK];
            /// Value -> result of the one-argument helper that the operand names.
            CallIntrinsic1 call_intrinsic_1 CALL_INTRINSIC_1 = 53, Intrinsic1, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Two values -> result of the two-argument helper that the operand names.
            CallIntrinsic2 call_intrinsic_2 CALL_INTRINSIC_2 = 54, Intrinsic2, Fixed(2) => Fixed(1), [], [ERROR | ESCAPES];
            /// Callable, self or NULL, `n` arguments, tuple of the last ones' names -> result.
            CallKw call_kw CALL_KW = 55, Count, Arg(3) => Fixed(1), [counter: 1, func_version: 2], [ERROR | ESCAPES | EVAL_BREAK];
            /// Left, right -> rich comparison; bit 4 asks for a bool.
            CompareOp compare_op COMPARE_OP = 56, CompareOp, Fixed(2) => Fixed(1), [counter: 1], [ERROR | ESCAPES];
            /// Value, container -> `in`, or `not in` when the operand is 1.
            ContainsOp contains_op CONTAINS_OP = 57, Invert, Fixed(2) => Fixed(1), [counter: 1], [ERROR | ESCAPES];
            /// Value -> `str`, `repr` or `ascii` of it.
            ConvertValue convert_value CONVERT_VALUE = 58, Conversion, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Pushes the `n`-th value from the top once more.
            Copy copy COPY = 59, Depth, Arg(0) => Arg(1), [], [PURE];
            /// Copies the function's `n` closure cells into the frame; first in its code.
            CopyFreeVars copy_free_vars COPY_FREE_VARS = 60, Count, Fixed(0) => Fixed(0), [], [];
            /// `del owner.name`: owner ->.
            DeleteAttr delete_attr DELETE_ATTR = 61, Name, Fixed(1) => Fixed(0), [], [NAME | ERROR | ESCAPES];
            /// Empties a cell; unbound raises.
            DeleteDeref delete_deref DELETE_DEREF = 62, Cell, Fixed(0) => Fixed(0), [], [FREE | ERROR | ESCAPES];
            /// Unbinds a local; unbound raises.
            DeleteFast delete_fast DELETE_FAST = 63, Local, Fixed(0) => Fixed(0), [], [LOCAL | ERROR | ESCAPES];
            /// Removes a global; missing raises NameError.
            DeleteGlobal delete_global DELETE_GLOBAL = 64, Name, Fixed(0) => Fixed(0), [], [NAME | ERROR | ESCAPES];
            /// Removes a name from the local namespace; missing raises NameError.
            DeleteName delete_name DELETE_NAME = 65, Name, Fixed(0) => Fixed(0), [], [NAME | ERROR | ESCAPES];
            /// Merges keyword arguments into the dict `n` below; a repeated key raises, naming the
            /// callable.
            DictMerge dict_merge DICT_MERGE = 66, Depth, Arg(4) => Arg(3), [], [ERROR | ESCAPES];
            /// Updates the dict `n` below with the mapping on top.
            DictUpdate dict_update DICT_UPDATE = 67, Depth, Arg(1) => Arg(0), [], [ERROR | ESCAPES];
            /// Ends `async for` on StopAsyncIteration, re-raises anything else; the operand leads
            /// back to the loop's SEND.
            EndAsyncFor end_async_for END_ASYNC_FOR = 68, JumpBackward, Fixed(2) => Fixed(0), [], [JUMP | ERROR | ESCAPES];
            /// Gives the next instruction's operand eight more high bits.
            ExtendedArg extended_arg EXTENDED_ARG = 69, Prefix, Fixed(0) => Fixed(0), [], [];
            /// Iterator -> iterator, next value; when exhausted jumps past the END_FOR at the
            /// target with the iterator alone.
            ForIter for_iter FOR_ITER = 70, JumpForward, Fixed(1) => Fixed(2), [counter: 1], [JUMP | ERROR | ESCAPES];
            /// Object -> its awaitable iterator; the operand words the error.
            GetAwaitable get_awaitable GET_AWAITABLE = 71, Awaitable, Fixed(1) => Fixed(1), [], [ERROR | ESCAPES];
            /// Module -> module, its attribute or submodule.
            ImportFrom import_from IMPORT_FROM = 72, Name, Fixed(1) => Fixed(2), [], [NAME | ERROR | ESCAPES];
            /// Level, from-list -> module.
            ImportName import_name IMPORT_NAME = 73, Name, Fixed(2) => Fixed(1), [], [NAME | ERROR | ESCAPES];
            /// Left, right -> `is`, or `is not` when the operand is 1.
            IsOp is_op IS_OP = 74, Invert, Fixed(2) => Fixed(1), [], [ESCAPES];
            /// Jumps back and looks at the eval breaker.
            JumpBackward jump_backward JUMP_BACKWARD = 75, JumpBackward, Fixed(0) => Fixed(0), [counter: 1], [JUMP | EVAL_BREAK | ESCAPES | ERROR | TERMINATOR];
            /// Jumps back without looking at the eval breaker.
            JumpBackwardNoInterrupt jump_backward_no_interrupt JUMP_BACKWARD_NO_INTERRUPT = 76, JumpBackward, Fixed(0) => Fixed(0), [], [JUMP | TERMINATOR];
            /// Jumps ahead.
            JumpForward jump_forward JUMP_FORWARD = 77, JumpForward, Fixed(0) => Fixed(0), [], [JUMP | TERMINATOR];
            /// Appends the top to the list `n` below.
            ListAppend list_append LIST_APPEND = 78, Depth, Arg(1) => Arg(0), [], [ERROR];
            /// Extends the list `n` below with the iterable on top.
            ListExtend list_extend LIST_EXTEND = 79, Depth, Arg(1) => Arg(0), [], [ERROR | ESCAPES];
            /// `owner.name`; with bit 0 a method load: owner -> function, self, or attribute, NULL.
            LoadAttr load_attr LOAD_ATTR = 80, Attr, Fixed(1) => LowBit(1), [counter: 1, version: 2, keys_version: 2, descr: 4], [NAME | ERROR | ESCAPES];
            /// Pushes one of the interpreter's well-known objects.
            LoadCommonConstant load_common_constant LOAD_COMMON_CONSTANT = 81, CommonConstant, Fixed(0) => Fixed(1), [], [];
            /// Pushes a constant.
            LoadConst load_const LOAD_CONST = 82, Const, Fixed(0) => Fixed(1), [], [CONST];
            /// Pushes a cell's contents; unbound raises.
            LoadDeref load_deref LOAD_DEREF = 83, Cell, Fixed(0) => Fixed(1), [], [LOCAL | ERROR | ESCAPES];
            /// Pushes a local that is surely bound.
            LoadFast load_fast LOAD_FAST = 84, Local, Fixed(0) => Fixed(1), [], [LOCAL | PURE];
            /// Moves a local, or NULL, to the stack; saves a comprehension's outer variable.
            LoadFastAndClear load_fast_and_clear LOAD_FAST_AND_CLEAR = 85, Local, Fixed(0) => Fixed(1), [], [LOCAL];
            /// Pushes a local without counting it; the local outlives the use.
            LoadFastBorrow load_fast_borrow LOAD_FAST_BORROW = 86, Local, Fixed(0) => Fixed(1), [], [LOCAL | PURE];
            /// Pushes two locals without counting them: bits 4.. first, bits 0..3 second.
            LoadFastBorrowLoadFastBorrow load_fast_borrow_load_fast_borrow LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, LocalPair, Fixed(0) => Fixed(2), [], [LOCAL];
            /// Pushes a local; unbound raises UnboundLocalError.
            LoadFastCheck load_fast_check LOAD_FAST_CHECK = 88, Local, Fixed(0) => Fixed(1), [], [LOCAL | ERROR | ESCAPES];
            /// Pushes two locals: bits 4.. first, bits 0..3 second.
            LoadFastLoadFast load_fast_load_fast LOAD_FAST_LOAD_FAST = 89, LocalPair, Fixed(0) => Fixed(2), [], [LOCAL];
            /// Class namespace -> the name in it, else the cell's contents.
            LoadFromDictOrDeref load_from_dict_or_deref LOAD_FROM_DICT_OR_DEREF = 90, Cell, Fixed(1) => Fixed(1), [], [FREE | ERROR | ESCAPES];
            /// Namespace -> the name in it, else the global or builtin.
            LoadFromDictOrGlobals load_from_dict_or_globals LOAD_FROM_DICT_OR_GLOBALS = 91, Name, Fixed(1) => Fixed(1), [], [NAME | ERROR | ESCAPES];
            /// Pushes a global or builtin; with bit 0 also NULL for a call.
            LoadGlobal load_global LOAD_GLOBAL = 92, Global, Fixed(0) => LowBit(1), [counter: 1, index: 1, module_keys_version: 1, builtin_keys_version: 1], [NAME | ERROR | ESCAPES];
            /// Pushes a name from locals, globals, builtins.
            LoadName load_name LOAD_NAME = 93, Name, Fixed(0) => Fixed(1), [], [NAME | ERROR | ESCAPES];
            /// Pushes the operand as an int.
            LoadSmallInt load_small_int LOAD_SMALL_INT = 94, SmallInt, Fixed(0) => Fixed(1), [], [];
            /// Object -> its special method as function, self, or as attribute, NULL.
            LoadSpecial load_special LOAD_SPECIAL = 95, SpecialMethod, Fixed(1) => Fixed(2), [], [ERROR | ESCAPES];
            /// `super().name`: super, class, self -> attribute; bit 0 a method load, bit 1 the two-
            /// argument form.
            LoadSuperAttr load_super_attr LOAD_SUPER_ATTR = 96, SuperAttr, Fixed(3) => LowBit(1), [counter: 1], [NAME | ERROR | ESCAPES];
            /// Puts a local, or nothing, into a new cell in its own slot.
            MakeCell make_cell MAKE_CELL = 97, Cell, Fixed(0) => Fixed(0), [], [FREE | ERROR];
            /// Key, value -> into the dict `n` below.
            MapAdd map_add MAP_ADD = 98, Depth, Arg(2) => Arg(0), [], [ERROR | ESCAPES];
            /// Subject, class, names tuple -> tuple of attributes or None; `n` positional patterns.
            MatchClass match_class MATCH_CLASS = 99, Count, Fixed(3) => Fixed(1), [], [ERROR | ESCAPES];
            /// Jumps ahead when the bool is False.
            PopJumpIfFalse pop_jump_if_false POP_JUMP_IF_FALSE = 100, JumpForward, Fixed(1) => Fixed(0), [counter: 1], [JUMP];
            /// Jumps ahead when the value is None.
            PopJumpIfNone pop_jump_if_none POP_JUMP_IF_NONE = 101, JumpForward, Fixed(1) => Fixed(0), [counter: 1], [JUMP | ESCAPES];
            /// Jumps ahead when the value is not None.
            PopJumpIfNotNone pop_jump_if_not_none POP_JUMP_IF_NOT_NONE = 102, JumpForward, Fixed(1) => Fixed(0), [counter: 1], [JUMP | ESCAPES];
            /// Jumps ahead when the bool is True.
            PopJumpIfTrue pop_jump_if_true POP_JUMP_IF_TRUE = 103, JumpForward, Fixed(1) => Fixed(0), [counter: 1], [JUMP];
            /// `raise`, `raise exc` or `raise exc from cause` by the operand.
            RaiseVarargs raise_varargs RAISE_VARARGS = 104, Raise, Arg(0) => Fixed(0), [], [ERROR | ESCAPES | SCOPE_EXIT];
            /// Raises the top again; with an operand, restores the instruction from the lasti `n`
            /// below.
            Reraise reraise RERAISE = 105, Reraise, Arg(1) => Arg(0), [], [ERROR | ESCAPES | SCOPE_EXIT];
            /// Receiver, value -> receiver, what it yields; when it returns jumps with receiver,
            /// result.
            Send send SEND = 106, JumpForward, Fixed(2) => Fixed(2), [counter: 1], [JUMP | ERROR | ESCAPES];
            /// Adds the top to the set `n` below.
            SetAdd set_add SET_ADD = 107, Depth, Arg(1) => Arg(0), [], [ERROR | ESCAPES];
            /// Attribute, function -> function with that attribute set.
            SetFunctionAttribute set_function_attribute SET_FUNCTION_ATTRIBUTE = 108, FunctionAttribute, Fixed(2) => Fixed(1), [], [];
            /// Updates the set `n` below with the iterable on top.
            SetUpdate set_update SET_UPDATE = 109, Depth, Arg(1) => Arg(0), [], [ERROR | ESCAPES];
            /// `owner.name = value`: value, owner ->.
            StoreAttr store_attr STORE_ATTR = 110, Name, Fixed(2) => Fixed(0), [counter: 1, version: 2, index: 1], [NAME | ERROR | ESCAPES];
            /// Stores the top into a cell.
            StoreDeref store_deref STORE_DEREF = 111, Cell, Fixed(1) => Fixed(0), [], [FREE | ESCAPES];
            /// Stores the top into a local.
            StoreFast store_fast STORE_FAST = 112, Local, Fixed(1) => Fixed(0), [], [LOCAL | ESCAPES];
            /// Stores into the local of bits 4.., then pushes the local of bits 0..3.
            StoreFastLoadFast store_fast_load_fast STORE_FAST_LOAD_FAST = 113, LocalPair, Fixed(1) => Fixed(1), [], [LOCAL | ESCAPES];
            /// Stores the top into the local of bits 4.., the next into that of bits 0..3.
            StoreFastStoreFast store_fast_store_fast STORE_FAST_STORE_FAST = 114, LocalPair, Fixed(2) => Fixed(0), [], [LOCAL | ESCAPES];
            /// Stores the top into a global.
            StoreGlobal store_global STORE_GLOBAL = 115, Name, Fixed(1) => Fixed(0), [], [NAME | ERROR | ESCAPES];
            /// Stores the top into the local namespace.
            StoreName store_name STORE_NAME = 116, Name, Fixed(1) => Fixed(0), [], [NAME | ERROR | ESCAPES];
            /// Exchanges the top with the `n`-th value from the top.
            Swap swap SWAP = 117, Depth, Arg(0) => Arg(0), [], [PURE];
            /// Iterable -> low byte values, list of the rest, high byte values, first on top.
            UnpackEx unpack_ex UNPACK_EX = 118, UnpackEx, Fixed(1) => UnpackEx, [], [ERROR | ESCAPES];
            /// Iterable of exactly `n` -> its values, first on top.
            UnpackSequence unpack_sequence UNPACK_SEQUENCE = 119, Count, Fixed(1) => Arg(0), [counter: 1], [ERROR | ESCAPES];
            /// Suspends the generator with the value; pushes what the next `send` passes.
            YieldValue yield_value YIELD_VALUE = 120, Yield, Fixed(1) => Fixed(1), [], [ESCAPES];
            /// Start of a function or point after a suspension; looks at the eval breaker and at
            /// tracing.
            Resume resume RESUME = 128, Resume, Fixed(0) => Fixed(0), [], [ERROR | ESCAPES | EVAL_BREAK];
        }
        specialized {
            /// RESUME that finds the eval breaker and the instrumentation unchanged.
            ResumeCheck resume_check RESUME_CHECK = 196, of Resume;
            /// Constant with a live reference count.
            LoadConstMortal load_const_mortal LOAD_CONST_MORTAL = 191, of LoadConst;
            /// Constant that is never counted.
            LoadConstImmortal load_const_immortal LOAD_CONST_IMMORTAL = 190, of LoadConst;
            /// Instance of a class without `__bool__` and `__len__`.
            ToBoolAlwaysTrue to_bool_always_true TO_BOOL_ALWAYS_TRUE = 203, of ToBool;
            /// A bool.
            ToBoolBool to_bool_bool TO_BOOL_BOOL = 204, of ToBool;
            /// An int.
            ToBoolInt to_bool_int TO_BOOL_INT = 205, of ToBool;
            /// A list.
            ToBoolList to_bool_list TO_BOOL_LIST = 206, of ToBool;
            /// None.
            ToBoolNone to_bool_none TO_BOOL_NONE = 207, of ToBool;
            /// A str.
            ToBoolStr to_bool_str TO_BOOL_STR = 208, of ToBool;
            /// int * int.
            BinaryOpMultiplyInt binary_op_multiply_int BINARY_OP_MULTIPLY_INT = 134, of BinaryOp;
            /// int + int.
            BinaryOpAddInt binary_op_add_int BINARY_OP_ADD_INT = 130, of BinaryOp;
            /// int - int.
            BinaryOpSubtractInt binary_op_subtract_int BINARY_OP_SUBTRACT_INT = 142, of BinaryOp;
            /// float * float.
            BinaryOpMultiplyFloat binary_op_multiply_float BINARY_OP_MULTIPLY_FLOAT = 133, of BinaryOp;
            /// float + float.
            BinaryOpAddFloat binary_op_add_float BINARY_OP_ADD_FLOAT = 129, of BinaryOp;
            /// float - float.
            BinaryOpSubtractFloat binary_op_subtract_float BINARY_OP_SUBTRACT_FLOAT = 141, of BinaryOp;
            /// str + str.
            BinaryOpAddUnicode binary_op_add_unicode BINARY_OP_ADD_UNICODE = 131, of BinaryOp;
            /// list[int].
            BinaryOpSubscrListInt binary_op_subscr_list_int BINARY_OP_SUBSCR_LIST_INT = 137, of BinaryOp;
            /// list[slice].
            BinaryOpSubscrListSlice binary_op_subscr_list_slice BINARY_OP_SUBSCR_LIST_SLICE = 138, of BinaryOp;
            /// tuple[int].
            BinaryOpSubscrTupleInt binary_op_subscr_tuple_int BINARY_OP_SUBSCR_TUPLE_INT = 140, of BinaryOp;
            /// str[int].
            BinaryOpSubscrStrInt binary_op_subscr_str_int BINARY_OP_SUBSCR_STR_INT = 139, of BinaryOp;
            /// dict[key].
            BinaryOpSubscrDict binary_op_subscr_dict BINARY_OP_SUBSCR_DICT = 135, of BinaryOp;
            /// `__getitem__` written in Python, as a frame push.
            BinaryOpSubscrGetitem binary_op_subscr_getitem BINARY_OP_SUBSCR_GETITEM = 136, of BinaryOp;
            /// A pair of types from the side table.
            BinaryOpExtend binary_op_extend BINARY_OP_EXTEND = 132, of BinaryOp;
            /// local = local + str, grown in place.
            BinaryOpInplaceAddUnicode binary_op_inplace_add_unicode BINARY_OP_INPLACE_ADD_UNICODE = 3, of BinaryOp;
            /// dict[key] = value.
            StoreSubscrDict store_subscr_dict STORE_SUBSCR_DICT = 201, of StoreSubscr;
            /// list[int] = value.
            StoreSubscrListInt store_subscr_list_int STORE_SUBSCR_LIST_INT = 202, of StoreSubscr;
            /// Generator or coroutine, as a frame push.
            SendGen send_gen SEND_GEN = 197, of Send;
            /// Tuple of two.
            UnpackSequenceTwoTuple unpack_sequence_two_tuple UNPACK_SEQUENCE_TWO_TUPLE = 211, of UnpackSequence;
            /// Tuple of n.
            UnpackSequenceTuple unpack_sequence_tuple UNPACK_SEQUENCE_TUPLE = 210, of UnpackSequence;
            /// List of n.
            UnpackSequenceList unpack_sequence_list UNPACK_SEQUENCE_LIST = 209, of UnpackSequence;
            /// Inline value of an instance.
            StoreAttrInstanceValue store_attr_instance_value STORE_ATTR_INSTANCE_VALUE = 198, of StoreAttr;
            /// `__slots__` member.
            StoreAttrSlot store_attr_slot STORE_ATTR_SLOT = 199, of StoreAttr;
            /// Entry of the instance's dict at a remembered place.
            StoreAttrWithHint store_attr_with_hint STORE_ATTR_WITH_HINT = 200, of StoreAttr;
            /// Entry of the globals.
            LoadGlobalModule load_global_module LOAD_GLOBAL_MODULE = 193, of LoadGlobal;
            /// Entry of the builtins, absent from the globals.
            LoadGlobalBuiltin load_global_builtin LOAD_GLOBAL_BUILTIN = 192, of LoadGlobal;
            /// Attribute of the real `super`.
            LoadSuperAttrAttr load_super_attr_attr LOAD_SUPER_ATTR_ATTR = 194, of LoadSuperAttr;
            /// Method of the real `super`.
            LoadSuperAttrMethod load_super_attr_method LOAD_SUPER_ATTR_METHOD = 195, of LoadSuperAttr;
            /// Inline value of an instance.
            LoadAttrInstanceValue load_attr_instance_value LOAD_ATTR_INSTANCE_VALUE = 180, of LoadAttr;
            /// Entry of a module's dict.
            LoadAttrModule load_attr_module LOAD_ATTR_MODULE = 184, of LoadAttr;
            /// Entry of the instance's dict at a remembered place.
            LoadAttrWithHint load_attr_with_hint LOAD_ATTR_WITH_HINT = 189, of LoadAttr;
            /// `__slots__` member.
            LoadAttrSlot load_attr_slot LOAD_ATTR_SLOT = 188, of LoadAttr;
            /// Attribute of a class.
            LoadAttrClass load_attr_class LOAD_ATTR_CLASS = 177, of LoadAttr;
            /// Attribute of a class whose metaclass has a version too.
            LoadAttrClassWithMetaclassCheck load_attr_class_with_metaclass_check LOAD_ATTR_CLASS_WITH_METACLASS_CHECK = 178, of LoadAttr;
            /// Property written in Python, as a frame push.
            LoadAttrProperty load_attr_property LOAD_ATTR_PROPERTY = 187, of LoadAttr;
            /// `__getattribute__` written in Python, as a frame push.
            LoadAttrGetattributeOverridden load_attr_getattribute_overridden LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN = 179, of LoadAttr;
            /// Method of an object with inline values.
            LoadAttrMethodWithValues load_attr_method_with_values LOAD_ATTR_METHOD_WITH_VALUES = 183, of LoadAttr;
            /// Method of an object without a dict.
            LoadAttrMethodNoDict load_attr_method_no_dict LOAD_ATTR_METHOD_NO_DICT = 182, of LoadAttr;
            /// Method of an object whose dict was never made.
            LoadAttrMethodLazyDict load_attr_method_lazy_dict LOAD_ATTR_METHOD_LAZY_DICT = 181, of LoadAttr;
            /// Plain class attribute of an object with inline values.
            LoadAttrNondescriptorWithValues load_attr_nondescriptor_with_values LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES = 186, of LoadAttr;
            /// Plain class attribute of an object without a dict.
            LoadAttrNondescriptorNoDict load_attr_nondescriptor_no_dict LOAD_ATTR_NONDESCRIPTOR_NO_DICT = 185, of LoadAttr;
            /// float against float.
            CompareOpFloat compare_op_float COMPARE_OP_FLOAT = 166, of CompareOp;
            /// Compact int against compact int.
            CompareOpInt compare_op_int COMPARE_OP_INT = 167, of CompareOp;
            /// str equality.
            CompareOpStr compare_op_str COMPARE_OP_STR = 168, of CompareOp;
            /// in a set or frozenset.
            ContainsOpSet contains_op_set CONTAINS_OP_SET = 170, of ContainsOp;
            /// in a dict.
            ContainsOpDict contains_op_dict CONTAINS_OP_DICT = 169, of ContainsOp;
            /// Backward jump without a warm-up counter.
            JumpBackwardNoJit jump_backward_no_jit JUMP_BACKWARD_NO_JIT = 176, of JumpBackward;
            /// Backward jump that counts towards compilation.
            JumpBackwardJit jump_backward_jit JUMP_BACKWARD_JIT = 175, of JumpBackward;
            /// List iterator.
            ForIterList for_iter_list FOR_ITER_LIST = 172, of ForIter;
            /// Tuple iterator.
            ForIterTuple for_iter_tuple FOR_ITER_TUPLE = 174, of ForIter;
            /// Range iterator.
            ForIterRange for_iter_range FOR_ITER_RANGE = 173, of ForIter;
            /// Generator, as a frame push.
            ForIterGen for_iter_gen FOR_ITER_GEN = 171, of ForIter;
            /// Bound method of a Python function, arguments matching exactly.
            CallBoundMethodExactArgs call_bound_method_exact_args CALL_BOUND_METHOD_EXACT_ARGS = 144, of Call;
            /// Python function, arguments matching exactly.
            CallPyExactArgs call_py_exact_args CALL_PY_EXACT_ARGS = 161, of Call;
            /// `type(x)`.
            CallType1 call_type_1 CALL_TYPE_1 = 165, of Call;
            /// `str(x)`.
            CallStr1 call_str_1 CALL_STR_1 = 163, of Call;
            /// `tuple(x)`.
            CallTuple1 call_tuple_1 CALL_TUPLE_1 = 164, of Call;
            /// Native class.
            CallBuiltinClass call_builtin_class CALL_BUILTIN_CLASS = 146, of Call;
            /// Native function of one argument.
            CallBuiltinO call_builtin_o CALL_BUILTIN_O = 149, of Call;
            /// Native function of positional arguments.
            CallBuiltinFast call_builtin_fast CALL_BUILTIN_FAST = 147, of Call;
            /// Native function that takes keywords, called without.
            CallBuiltinFastWithKeywords call_builtin_fast_with_keywords CALL_BUILTIN_FAST_WITH_KEYWORDS = 148, of Call;
            /// `len(x)`.
            CallLen call_len CALL_LEN = 154, of Call;
            /// `isinstance(x, c)`.
            CallIsinstance call_isinstance CALL_ISINSTANCE = 150, of Call;
            /// `list.append(x)`.
            CallListAppend call_list_append CALL_LIST_APPEND = 155, of Call;
            /// Native method of one argument.
            CallMethodDescriptorO call_method_descriptor_o CALL_METHOD_DESCRIPTOR_O = 159, of Call;
            /// Native method that takes keywords, called without.
            CallMethodDescriptorFastWithKeywords call_method_descriptor_fast_with_keywords CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 157, of Call;
            /// Native method without arguments.
            CallMethodDescriptorNoargs call_method_descriptor_noargs CALL_METHOD_DESCRIPTOR_NOARGS = 158, of Call;
            /// Native method of positional arguments.
            CallMethodDescriptorFast call_method_descriptor_fast CALL_METHOD_DESCRIPTOR_FAST = 156, of Call;
            /// Class with a Python `__init__`, as a frame push.
            CallAllocAndEnterInit call_alloc_and_enter_init CALL_ALLOC_AND_ENTER_INIT = 143, of Call;
            /// Python function, arguments bound the general way.
            CallPyGeneral call_py_general CALL_PY_GENERAL = 162, of Call;
            /// Bound method of a Python function, arguments bound the general way.
            CallBoundMethodGeneral call_bound_method_general CALL_BOUND_METHOD_GENERAL = 145, of Call;
            /// Any callable that is not a Python function.
            CallNonPyGeneral call_non_py_general CALL_NON_PY_GENERAL = 160, of Call;
            /// Bound method of a Python function.
            CallKwBoundMethod call_kw_bound_method CALL_KW_BOUND_METHOD = 151, of CallKw;
            /// Python function.
            CallKwPy call_kw_py CALL_KW_PY = 153, of CallKw;
            /// Any callable that is not a Python function.
            CallKwNonPy call_kw_non_py CALL_KW_NON_PY = 152, of CallKw;
        }
        executed {
            /// `+` and `+=`, ints and floats inline.
            BinaryOpAdd binary_op_add BINARY_OP_ADD = 121, of BinaryOp;
            /// `-` and `-=`, ints and floats inline.
            BinaryOpSubtract binary_op_subtract BINARY_OP_SUBTRACT = 122, of BinaryOp;
            /// `*` and `*=`, ints and floats inline.
            BinaryOpMultiply binary_op_multiply BINARY_OP_MULTIPLY = 123, of BinaryOp;
            /// `/` and `/=`, numbers inline.
            BinaryOpTrueDivide binary_op_true_divide BINARY_OP_TRUE_DIVIDE = 124, of BinaryOp;
            /// `container[key]`: lists and tuples by int inline.
            BinaryOpSubscript binary_op_subscript BINARY_OP_SUBSCRIPT = 125, of BinaryOp;
            /// The other operators, ints and floats inline.
            BinaryOpOther binary_op_other BINARY_OP_OTHER = 126, of BinaryOp;
            /// COMPARE_OP and the POP_JUMP_IF_FALSE behind it.
            CompareOpJumpIfFalse compare_op_jump_if_false COMPARE_OP_JUMP_IF_FALSE = 127, of CompareOp;
            /// COMPARE_OP and the POP_JUMP_IF_TRUE behind it.
            CompareOpJumpIfTrue compare_op_jump_if_true COMPARE_OP_JUMP_IF_TRUE = 212, of CompareOp;
            /// Class whose instances are made here and initialised by a frame of `__init__`.
            CallClass call_class CALL_CLASS = 213, of Call;
            /// Attribute on a site that sees many types.
            LoadAttrPolymorphic load_attr_polymorphic LOAD_ATTR_POLYMORPHIC = 214, of LoadAttr;
            /// LOAD_FAST_BORROW and the LOAD_SMALL_INT behind it.
            LoadFastSmallInt load_fast_small_int LOAD_FAST_SMALL_INT = 215, of LoadFastBorrow;
            /// LOAD_FAST_BORROW and the LOAD_ATTR behind it, while that reads an inline value.
            LoadFastAttr load_fast_attr LOAD_FAST_ATTR = 216, of LoadFastBorrow;
            /// Pairs, taken apart by the UNPACK_SEQUENCE behind.
            ForIterPair for_iter_pair FOR_ITER_PAIR = 217, of ForIter;
            /// Generator or coroutine function, arguments matching exactly.
            CallGenerator call_generator CALL_GENERATOR = 218, of Call;
            /// Iterator over an ASCII string.
            ForIterStr for_iter_str FOR_ITER_STR = 219, of ForIter;
        }
        instrumented {
            /// Reports the loop's end first.
            InstrumentedEndFor instrumented_end_for INSTRUMENTED_END_FOR = 234, of EndFor;
            /// Reports the branch first.
            InstrumentedPopIter instrumented_pop_iter INSTRUMENTED_POP_ITER = 235, of PopIter;
            /// Reports the delegation's end first.
            InstrumentedEndSend instrumented_end_send INSTRUMENTED_END_SEND = 236, of EndSend;
            /// Reports the branch.
            InstrumentedForIter instrumented_for_iter INSTRUMENTED_FOR_ITER = 237, of ForIter;
            /// Stands where INSTRUCTION events are on; the original opcode is kept beside the code.
            InstrumentedInstruction instrumented_instruction INSTRUMENTED_INSTRUCTION = 238, of Nop;
            /// Reports the jump.
            InstrumentedJumpForward instrumented_jump_forward INSTRUMENTED_JUMP_FORWARD = 239, of JumpForward;
            /// Reports the branch not taken.
            InstrumentedNotTaken instrumented_not_taken INSTRUMENTED_NOT_TAKEN = 240, of NotTaken;
            /// Reports the branch.
            InstrumentedPopJumpIfTrue instrumented_pop_jump_if_true INSTRUMENTED_POP_JUMP_IF_TRUE = 241, of PopJumpIfTrue;
            /// Reports the branch.
            InstrumentedPopJumpIfFalse instrumented_pop_jump_if_false INSTRUMENTED_POP_JUMP_IF_FALSE = 242, of PopJumpIfFalse;
            /// Reports the branch.
            InstrumentedPopJumpIfNone instrumented_pop_jump_if_none INSTRUMENTED_POP_JUMP_IF_NONE = 243, of PopJumpIfNone;
            /// Reports the branch.
            InstrumentedPopJumpIfNotNone instrumented_pop_jump_if_not_none INSTRUMENTED_POP_JUMP_IF_NOT_NONE = 244, of PopJumpIfNotNone;
            /// Reports the start or resumption.
            InstrumentedResume instrumented_resume INSTRUMENTED_RESUME = 245, of Resume;
            /// Reports the return.
            InstrumentedReturnValue instrumented_return_value INSTRUMENTED_RETURN_VALUE = 246, of ReturnValue;
            /// Reports the yield.
            InstrumentedYieldValue instrumented_yield_value INSTRUMENTED_YIELD_VALUE = 247, of YieldValue;
            /// Reports the branch.
            InstrumentedEndAsyncFor instrumented_end_async_for INSTRUMENTED_END_ASYNC_FOR = 248, of EndAsyncFor;
            /// Reports the call of `super`.
            InstrumentedLoadSuperAttr instrumented_load_super_attr INSTRUMENTED_LOAD_SUPER_ATTR = 249, of LoadSuperAttr;
            /// Reports the call and its return.
            InstrumentedCall instrumented_call INSTRUMENTED_CALL = 250, of Call;
            /// Reports the call and its return.
            InstrumentedCallKw instrumented_call_kw INSTRUMENTED_CALL_KW = 251, of CallKw;
            /// Reports the call and its return.
            InstrumentedCallFunctionEx instrumented_call_function_ex INSTRUMENTED_CALL_FUNCTION_EX = 252, of CallFunctionEx;
            /// Reports the jump.
            InstrumentedJumpBackward instrumented_jump_backward INSTRUMENTED_JUMP_BACKWARD = 253, of JumpBackward;
            /// Stands where LINE events are on; the original opcode is kept beside the code.
            InstrumentedLine instrumented_line INSTRUMENTED_LINE = 254, of Nop;
            /// Reserved by CPython for its own compiled traces; never valid here.
            EnterExecutor enter_executor ENTER_EXECUTOR = 255, of Nop;
        }
        pseudo {
            /// Where a module's deferred annotations get their setting-up instruction, or nothing.
            AnnotationsPlaceholder annotations_placeholder ANNOTATIONS_PLACEHOLDER = 256, None, Fixed(0) => Fixed(0), [];
            /// Becomes JUMP_FORWARD or JUMP_BACKWARD.
            Jump jump JUMP = 257, Target, Fixed(0) => Fixed(0), [JUMP | EVAL_BREAK | TERMINATOR];
            /// Becomes COPY 1, TO_BOOL, POP_JUMP_IF_FALSE.
            JumpIfFalse jump_if_false JUMP_IF_FALSE = 258, Target, Fixed(1) => Fixed(1), [JUMP];
            /// Becomes COPY 1, TO_BOOL, POP_JUMP_IF_TRUE.
            JumpIfTrue jump_if_true JUMP_IF_TRUE = 259, Target, Fixed(1) => Fixed(1), [JUMP];
            /// Becomes JUMP_FORWARD or JUMP_BACKWARD_NO_INTERRUPT.
            JumpNoInterrupt jump_no_interrupt JUMP_NO_INTERRUPT = 260, Target, Fixed(0) => Fixed(0), [JUMP | TERMINATOR];
            /// Becomes LOAD_FAST of the slot that holds the cell.
            LoadClosure load_closure LOAD_CLOSURE = 261, Cell, Fixed(0) => Fixed(1), [LOCAL | PURE];
            /// Ends the innermost handler's range; becomes NOP.
            PopBlock pop_block POP_BLOCK = 262, None, Fixed(0) => Fixed(0), [PURE];
            /// Starts a handler that gets lasti and the exception; becomes NOP.
            SetupCleanup setup_cleanup SETUP_CLEANUP = 263, Target, Fixed(0) => Fixed(2), [EXC];
            /// Starts a handler that gets the exception; becomes NOP.
            SetupFinally setup_finally SETUP_FINALLY = 264, Target, Fixed(0) => Fixed(1), [EXC];
            /// Starts a `with` body's handler, below whose exception the stack keeps one value
            /// less; becomes NOP.
            SetupWith setup_with SETUP_WITH = 265, Target, Fixed(0) => Fixed(1), [EXC];
            /// STORE_FAST of a value that may be NULL; becomes STORE_FAST.
            StoreFastMaybeNull store_fast_maybe_null STORE_FAST_MAYBE_NULL = 266, Local, Fixed(1) => Fixed(0), [LOCAL | ESCAPES];
        }
        }
    };
}
