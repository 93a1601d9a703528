//! The syntax tree. `nodes!` is the one table of CPython 3.14's ASDL: every node
//! once, fields in ASDL order. The Rust types, the metadata in [`info`] and whatever
//! mirrors the tree (`dump`, `_ast`) expand from it.
//!
//! Nodes live in a `bumpalo` arena, are `Copy` and are never changed in place: a pass
//! that wants a different tree allocates new nodes and shares the rest.
//!
//! How a table row becomes Rust:
//!
//! ```text
//! located_sums     sum Node NodeKind { Ctor { field: [type mark] } }
//!                  struct Node { kind: NodeKind, range: Range }, enum NodeKind
//! plain_sums       sum Node { Ctor { .. } }               enum Node
//! enums            sum Node { Ctor .. }                   field-less enum, u8
//! located_products base ctor Node { field: [type mark] }  struct Node with `range`
//! plain_products   base ctor Node { .. }                  struct Node
//! ```
//!
//! `[expr]` is `&'a Expr`, `[expr ?]` an `Option`, `[expr *]` a slice, `[expr ? *]` a
//! slice of `Option`s; `identifier` and `string` are `&'a str`, `int` is `i32`.

pub mod info;

/// Calls `$callback!` with the table; tokens after the name are passed through first.
#[macro_export]
macro_rules! nodes {
    ($callback:ident $($pass:tt)*) => { $callback! { $($pass)*
        located_sums {
            stmt Stmt StmtKind {
                FunctionDef { name: [identifier], args: [arguments], body: [stmt *], decorator_list: [expr *], returns: [expr ?], type_comment: [string ?], type_params: [type_param *] }
                AsyncFunctionDef { name: [identifier], args: [arguments], body: [stmt *], decorator_list: [expr *], returns: [expr ?], type_comment: [string ?], type_params: [type_param *] }
                ClassDef { name: [identifier], bases: [expr *], keywords: [keyword *], body: [stmt *], decorator_list: [expr *], type_params: [type_param *] }
                Return { value: [expr ?] }
                Delete { targets: [expr *] }
                Assign { targets: [expr *], value: [expr], type_comment: [string ?] }
                TypeAlias { name: [expr], type_params: [type_param *], value: [expr] }
                AugAssign { target: [expr], op: [operator], value: [expr] }
                AnnAssign { target: [expr], annotation: [expr], value: [expr ?], simple: [int] }
                For { target: [expr], iter: [expr], body: [stmt *], orelse: [stmt *], type_comment: [string ?] }
                AsyncFor { target: [expr], iter: [expr], body: [stmt *], orelse: [stmt *], type_comment: [string ?] }
                While { test: [expr], body: [stmt *], orelse: [stmt *] }
                If { test: [expr], body: [stmt *], orelse: [stmt *] }
                With { items: [withitem *], body: [stmt *], type_comment: [string ?] }
                AsyncWith { items: [withitem *], body: [stmt *], type_comment: [string ?] }
                Match { subject: [expr], cases: [match_case *] }
                Raise { exc: [expr ?], cause: [expr ?] }
                Try { body: [stmt *], handlers: [excepthandler *], orelse: [stmt *], finalbody: [stmt *] }
                TryStar { body: [stmt *], handlers: [excepthandler *], orelse: [stmt *], finalbody: [stmt *] }
                Assert { test: [expr], msg: [expr ?] }
                Import { names: [alias *] }
                ImportFrom { module: [identifier ?], names: [alias *], level: [int ?] }
                Global { names: [identifier *] }
                Nonlocal { names: [identifier *] }
                Expr { value: [expr] }
                Pass
                Break
                Continue
            }
            expr Expr ExprKind {
                BoolOp { op: [boolop], values: [expr *] }
                NamedExpr { target: [expr], value: [expr] }
                BinOp { left: [expr], op: [operator], right: [expr] }
                UnaryOp { op: [unaryop], operand: [expr] }
                Lambda { args: [arguments], body: [expr] }
                IfExp { test: [expr], body: [expr], orelse: [expr] }
                Dict { keys: [expr ? *], values: [expr *] }
                Set { elts: [expr *] }
                ListComp { elt: [expr], generators: [comprehension *] }
                SetComp { elt: [expr], generators: [comprehension *] }
                DictComp { key: [expr], value: [expr], generators: [comprehension *] }
                GeneratorExp { elt: [expr], generators: [comprehension *] }
                Await { value: [expr] }
                Yield { value: [expr ?] }
                YieldFrom { value: [expr] }
                Compare { left: [expr], ops: [cmpop *], comparators: [expr *] }
                Call { func: [expr], args: [expr *], keywords: [keyword *] }
                FormattedValue { value: [expr], conversion: [int], format_spec: [expr ?] }
                Interpolation { value: [expr], str: [constant], conversion: [int], format_spec: [expr ?] }
                JoinedStr { values: [expr *] }
                TemplateStr { values: [expr *] }
                Constant { value: [constant], kind: [string ?] }
                Attribute { value: [expr], attr: [identifier], ctx: [expr_context] }
                Subscript { value: [expr], slice: [expr], ctx: [expr_context] }
                Starred { value: [expr], ctx: [expr_context] }
                Name { id: [identifier], ctx: [expr_context] }
                List { elts: [expr *], ctx: [expr_context] }
                Tuple { elts: [expr *], ctx: [expr_context] }
                Slice { lower: [expr ?], upper: [expr ?], step: [expr ?] }
            }
            pattern Pattern PatternKind {
                MatchValue { value: [expr] }
                MatchSingleton { value: [constant] }
                MatchSequence { patterns: [pattern *] }
                MatchMapping { keys: [expr *], patterns: [pattern *], rest: [identifier ?] }
                MatchClass { cls: [expr], patterns: [pattern *], kwd_attrs: [identifier *], kwd_patterns: [pattern *] }
                MatchStar { name: [identifier ?] }
                MatchAs { pattern: [pattern ?], name: [identifier ?] }
                MatchOr { patterns: [pattern *] }
            }
            type_param TypeParam TypeParamKind {
                TypeVar { name: [identifier], bound: [expr ?], default_value: [expr ?] }
                ParamSpec { name: [identifier], default_value: [expr ?] }
                TypeVarTuple { name: [identifier], default_value: [expr ?] }
            }
        }
        plain_sums {
            r#mod Mod {
                Module { body: [stmt *], type_ignores: [type_ignore *] }
                Interactive { body: [stmt *] }
                Expression { body: [expr] }
                FunctionType { argtypes: [expr *], returns: [expr] }
            }
        }
        enums {
            expr_context ExprContext { Load Store Del }
            boolop BoolOp { And Or }
            operator Operator { Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv }
            unaryop UnaryOp { Invert Not UAdd USub }
            cmpop CmpOp { Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn }
        }
        located_products {
            excepthandler ExceptHandler ExceptHandler { r#type: [expr ?], name: [identifier ?], body: [stmt *] }
            arg arg Arg { arg: [identifier], annotation: [expr ?], type_comment: [string ?] }
            keyword keyword Keyword { arg: [identifier ?], value: [expr] }
            alias alias Alias { name: [identifier], asname: [identifier ?] }
        }
        plain_products {
            comprehension comprehension Comprehension { target: [expr], iter: [expr], ifs: [expr *], is_async: [int] }
            arguments arguments Arguments { posonlyargs: [arg *], args: [arg *], vararg: [arg ?], kwonlyargs: [arg *], kw_defaults: [expr ? *], kwarg: [arg ?], defaults: [expr *] }
            withitem withitem WithItem { context_expr: [expr], optional_vars: [expr ?] }
            match_case match_case MatchCase { pattern: [pattern], guard: [expr ?], body: [stmt *] }
            type_ignore TypeIgnore TypeIgnore { lineno: [int], tag: [string] }
        }
    } };
}

/// The Rust type of an ASDL type in a field. What is stored by reference and what by
/// value is decided here and nowhere else.
macro_rules! field_type {
    ($a:lifetime identifier) => { &$a str };
    ($a:lifetime string) => { &$a str };
    ($a:lifetime int) => { i32 };
    ($a:lifetime constant) => { Constant<$a> };
    ($a:lifetime expr_context) => { ExprContext };
    ($a:lifetime boolop) => { BoolOp };
    ($a:lifetime operator) => { Operator };
    ($a:lifetime unaryop) => { UnaryOp };
    ($a:lifetime cmpop) => { CmpOp };
    ($a:lifetime expr) => { &$a Expr<$a> };
    ($a:lifetime stmt) => { &$a Stmt<$a> };
    ($a:lifetime pattern) => { &$a Pattern<$a> };
    ($a:lifetime type_param) => { &$a TypeParam<$a> };
    ($a:lifetime arguments) => { &$a Arguments<$a> };
    ($a:lifetime arg) => { &$a Arg<$a> };
    ($a:lifetime keyword) => { Keyword<$a> };
    ($a:lifetime alias) => { Alias<$a> };
    ($a:lifetime excepthandler) => { ExceptHandler<$a> };
    ($a:lifetime comprehension) => { Comprehension<$a> };
    ($a:lifetime withitem) => { WithItem<$a> };
    ($a:lifetime match_case) => { MatchCase<$a> };
    ($a:lifetime type_ignore) => { TypeIgnore<$a> };
    ($a:lifetime $ty:ident ? *) => { &$a [Option<field_type!($a $ty)>] };
    ($a:lifetime $ty:ident ?) => { Option<field_type!($a $ty)> };
    ($a:lifetime $ty:ident *) => { &$a [field_type!($a $ty)] };
}

macro_rules! define_types {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        $(
            #[derive(Debug, Clone, Copy)]
            pub struct $Node<'a> {
                pub kind: $Kind<'a>,
                pub range: Range,
            }

            #[derive(Debug, Clone, Copy)]
            pub enum $Kind<'a> {
                $($Ctor $({ $($field: field_type!('a $($ty)+)),* })?,)*
            }

            impl<'a> $Node<'a> {
                /// The same node with another kind, at the same place.
                #[must_use]
                pub fn with_kind(&self, kind: $Kind<'a>) -> $Node<'a> {
                    $Node { kind, range: self.range }
                }
            }
        )*
        $(
            #[derive(Debug, Clone, Copy)]
            pub enum $PNode<'a> {
                $($PCtor { $($pfield: field_type!('a $($pty)+)),* },)*
            }
        )*
        $(
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            #[repr(u8)]
            pub enum $ENode {
                $($ECtor,)*
            }

            impl $ENode {
                pub const ALL: &'static [$ENode] = &[$($ENode::$ECtor),*];

                /// The ASDL constructor's name.
                #[must_use]
                pub fn name(self) -> &'static str {
                    match self {
                        $($ENode::$ECtor => stringify!($ECtor),)*
                    }
                }
            }
        )*
        $(
            #[derive(Debug, Clone, Copy)]
            pub struct $LNode<'a> {
                $(pub $lfield: field_type!('a $($lty)+),)*
                pub range: Range,
            }
        )*
        $(
            #[derive(Debug, Clone, Copy)]
            pub struct $RNode<'a> {
                $(pub $rfield: field_type!('a $($rty)+),)*
            }
        )*
    };
}

nodes!(define_types);

/// Where a node stands: lines from 1, columns in UTF-8 bytes from 0, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Range {
    pub lineno: u32,
    pub col_offset: u32,
    pub end_lineno: u32,
    pub end_col_offset: u32,
}

impl Range {
    #[must_use]
    pub fn new(lineno: u32, col_offset: u32, end_lineno: u32, end_col_offset: u32) -> Range {
        Range { lineno, col_offset, end_lineno, end_col_offset }
    }

    /// From the start of `self` to the end of `end`.
    #[must_use]
    pub fn to(self, end: Range) -> Range {
        Range { end_lineno: end.end_lineno, end_col_offset: end.end_col_offset, ..self }
    }

    #[must_use]
    pub fn start(self) -> (u32, u32) {
        (self.lineno, self.col_offset)
    }

    #[must_use]
    pub fn end(self) -> (u32, u32) {
        (self.end_lineno, self.end_col_offset)
    }
}

/// The value of a `Constant` node. Source text yields neither `Tuple` nor `FrozenSet`
/// nor a complex real part nor a negative number; trees made by users and the
/// optimiser do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(Int<'a>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// Generalised UTF-8: lone surrogates are encoded on their own, in three bytes.
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
}

/// An integer. `Big` is used only for what `Small` cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Int<'a> {
    Small(i64),
    Big {
        negative: bool,
        /// 2, 8, 10 or 16.
        radix: u8,
        /// Digits of the magnitude: no prefix, no underscores, no leading zeros.
        digits: &'a str,
    },
}

impl<'a> Expr<'a> {
    /// The identifier of a `Name`.
    #[must_use]
    pub fn as_name(&self) -> Option<&'a str> {
        match self.kind {
            ExprKind::Name { id, .. } => Some(id),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_constant(&self) -> Option<Constant<'a>> {
        match self.kind {
            ExprKind::Constant { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl<'a> Stmt<'a> {
    /// The text of a docstring: an expression statement that is one `str` constant.
    #[must_use]
    pub fn as_docstring(&self) -> Option<&'a [u8]> {
        match self.kind {
            StmtKind::Expr {
                value: Expr { kind: ExprKind::Constant { value: Constant::Str(text), .. }, .. },
            } => Some(text),
            _ => None,
        }
    }
}

impl<'a> Arguments<'a> {
    pub const EMPTY: Arguments<'static> = Arguments {
        posonlyargs: &[],
        args: &[],
        vararg: None,
        kwonlyargs: &[],
        kw_defaults: &[],
        kwarg: None,
        defaults: &[],
    };
}
