//! No tree, however deep, overflows the stack: it compiles or is refused.

use bumpalo::Bump;
use parser::ast::{Expr, ExprContext, ExprKind, Mod, Operator, Range, UnaryOp};
use rpython_compiler::{CompileOptions, ErrorKind, compile};

/// Deep trees, built directly: the parser would refuse their source.
fn check(
    depth: usize,
    fits: bool,
    nest: impl Fn(&'static Expr<'static>) -> ExprKind<'static> + Send + 'static,
) {
    // The smallest stack that a thread of ours gets.
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let arena: &'static Bump = Box::leak(Box::new(Bump::new()));
        let range = Range::new(1, 0, 1, 1);
        let name = ExprKind::Name { id: "x", ctx: ExprContext::Load };
        let mut body: &Expr<'_> = arena.alloc(Expr { kind: name, range });
        for _ in 0..depth {
            body = arena.alloc(Expr { kind: nest(body), range });
        }
        let options = CompileOptions::default();
        compile(&Mod::Expression { body }, b"deep", &options).map(drop).map_err(|error| error.kind)
    });
    let result = thread.expect("a thread").join().expect("no overflow");
    assert_eq!(result, if fits { Ok(()) } else { Err(ErrorKind::Recursion) });
}

#[test]
fn depth_is_bounded() {
    const DEEP: usize = 100_000;
    let unary = |operand| ExprKind::UnaryOp { op: UnaryOp::Not, operand };
    check(100, true, unary);
    check(DEEP, false, unary);
    check(DEEP, false, |value| ExprKind::Await { value });
    check(DEEP, false, |value| ExprKind::Attribute { value, attr: "a", ctx: ExprContext::Load });
    check(DEEP, false, |body| ExprKind::Lambda { args: &parser::ast::Arguments::EMPTY, body });
    check(DEEP, false, |func| ExprKind::Call { func, args: &[], keywords: &[] });
}

/// Sums are walked in a loop.
#[test]
fn long_sums_fit() {
    check(100_000, true, |left| {
        const ONE: &Expr<'static> = &Expr {
            kind: ExprKind::Name { id: "y", ctx: ExprContext::Load },
            range: Range { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 1 },
        };
        ExprKind::BinOp { left, op: Operator::Add, right: ONE }
    });
}
