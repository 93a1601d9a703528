//! Errors and warnings of symbol tables and code generation, worded and placed as
//! CPython does: each row was taken from it.

use bumpalo::Bump;
use parser::{ParseOptions, parse};
use rpython_compiler::{CompileOptions, ErrorKind, compile};

fn check(source: &str, expected: &str) {
    let arena = Bump::new();
    let parsed = parse(&arena, source.as_bytes(), &ParseOptions::default()).expect("it parses");
    let found = match compile(&parsed.module, b"test", &CompileOptions::default()) {
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Syntax, "{source:?}");
            let range = error.range.expect("syntax errors have a place");
            let (line, column) = range.start();
            let (end_line, end_column) = range.end();
            format!("{line}:{column}-{end_line}:{end_column} {}", error.msg)
        }
        Ok((_, warnings)) => {
            let warning = warnings.first().expect("an error or a warning");
            format!("{}:{} {}", warning.range.lineno, warning.range.col_offset, warning.msg)
        }
    };
    assert_eq!(found, expected, "{source:?}");
}

#[test]
fn symbol_tables_refuse() {
    check("def f(a, a): pass", "1:9-1:10 duplicate argument 'a' in function definition");
    check("def f(x):\n global x", "2:1-2:9 name 'x' is parameter and global");
    check("def f():\n x\n global x", "3:1-3:9 name 'x' is used prior to global declaration");
    check("nonlocal x", "1:0-1:10 nonlocal declaration not allowed at module level");
    check("def f():\n nonlocal x", "2:1-2:11 no binding for nonlocal 'x' found");
    check("def f():\n await x", "2:1-2:8 'await' outside async function");
    check("del __debug__", "1:4-1:13 cannot delete __debug__");
    check("class A[T, T]: pass", "1:11-1:12 duplicate type parameter 'T'");
    check(
        "[i for i in (a := b)]",
        "1:13-1:19 assignment expression cannot be used in a comprehension iterable expression",
    );
    check(
        "class A: [(x := 1) for y in z]",
        "1:11-1:12 assignment expression within a comprehension cannot be used in a class body",
    );
    check("x: (yield)", "1:4-1:9 yield expression cannot be used within an annotation");
    check(
        "def f(): return [x async for x in y]",
        "1:16-1:36 asynchronous comprehension outside of an asynchronous function",
    );
    check(
        "x = 1\nfrom __future__ import annotations",
        "2:0-2:34 from __future__ imports must occur at the beginning of the file",
    );
}

#[test]
fn codegen_refuses() {
    check("return", "1:0-1:6 'return' outside function");
    check("if x: break", "1:6-1:11 'break' outside loop");
    check("continue", "1:0-1:8 'continue' not properly in loop");
    check("f(a=1, a=2)", "1:7-1:10 keyword argument repeated: a");
    check("*a, *b = c", "1:0-1:6 multiple starred expressions in assignment");
    check(
        "match x:\n case a | [b]: pass",
        "2:6-2:7 name capture 'a' makes remaining patterns unreachable",
    );
    check("match x:\n case [a] | [b]: pass", "2:6-2:15 alternative patterns bind different names");
    check(
        "def f():\n try: pass\n except* E: return",
        "3:12-3:18 'break', 'continue' and 'return' cannot appear in an except* block",
    );
    let nested: String =
        (0..22).map(|depth| format!("{:depth$}for x in y:\n", "")).collect::<String>()
            + &" ".repeat(22)
            + "pass";
    check(&nested, "22:21-23:26 too many statically nested blocks");
}

#[test]
fn odd_code_is_warned_about() {
    check("x is 1", "1:0 \"is\" with 'int' literal. Did you mean \"==\"?");
    check("(1, 2)(3)", "1:0 'tuple' object is not callable; perhaps you missed a comma?");
    check("1[0]", "1:0 'int' object is not subscriptable; perhaps you missed a comma?");
    check(
        "'a'[1.0]",
        "1:0 str indices must be integers or slices, not float; perhaps you missed a comma?",
    );
    check("assert (x, 'y')", "1:0 assertion is always true, perhaps remove parentheses?");
    check("def f():\n try: pass\n finally: return 1", "3:10 'return' in a 'finally' block");
}
