//! The `SyntaxWarning`s about expressions that cannot work, found by looking at the
//! kinds of literals.

use parser::ast::{CmpOp, Constant, Expr, ExprKind, Range};

use super::Compiler;

/// The name of an expression's type, where its kind tells it.
fn infer_type(e: &Expr<'_>) -> Option<&'static str> {
    Some(match e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::TemplateStr { .. } => "string.templatelib.Template",
        ExprKind::Interpolation { .. } => "string.templatelib.Interpolation",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        _ => return None,
    })
}

/// False for literals whose identity means nothing.
fn has_identity(e: &Expr<'_>) -> bool {
    match e.kind {
        ExprKind::Tuple { elts, .. } => {
            !elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. }))
        }
        ExprKind::Constant { value, .. } => {
            matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        }
        _ => true,
    }
}

impl Compiler<'_> {
    pub(super) fn check_compare(
        &mut self,
        range: Range,
        left: &Expr<'_>,
        ops: &[CmpOp],
        comparators: &[&Expr<'_>],
    ) {
        let mut left = left;
        for (op, &right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let (left_ok, right_ok) = (has_identity(left), has_identity(right));
                if !left_ok || !right_ok {
                    let literal = infer_type(if left_ok { right } else { left });
                    let literal = literal.unwrap_or("object");
                    let (is, equals) =
                        if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                    let msg =
                        format!("\"{is}\" with '{literal}' literal. Did you mean \"{equals}\"?");
                    return self.warn(range, msg);
                }
            }
            left = right;
        }
    }

    pub(super) fn check_caller(&mut self, e: &Expr<'_>) {
        if matches!(e.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = infer_type(e) {
            let msg = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(e.range, msg);
        }
    }

    pub(super) fn check_subscripter(&mut self, e: &Expr<'_>) {
        let hopeless = match e.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::True
                    | Constant::False
                    | Constant::Ellipsis
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        if hopeless && let Some(name) = infer_type(e) {
            let msg = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(e.range, msg);
        }
    }

    pub(super) fn check_index(&mut self, e: &Expr<'_>, index: &Expr<'_>) {
        let Some(index_type) = infer_type(index) else { return };
        // bool is an int.
        if matches!(index_type, "int" | "bool") {
            return;
        }
        let sequence = match e.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        if sequence && let Some(name) = infer_type(e) {
            let msg = format!(
                "{name} indices must be integers or slices, not {index_type}; \
                 perhaps you missed a comma?"
            );
            self.warn(e.range, msg);
        }
    }
}
