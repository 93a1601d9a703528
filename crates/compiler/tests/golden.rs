//! Small programs beside the code they become, in `golden/`. The texts were made by this
//! test and checked against CPython's own `compile()` by `xtask/compare_code.py`;
//! `UPDATE_GOLDEN=1` writes them anew.

use std::path::Path;

use bumpalo::Bump;
use bytecode::disassemble::disassemble;
use parser::{ParseOptions, parse};
use rpython_compiler::{CompileOptions, compile};

fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let source = std::fs::read(folder.join(name).with_extension("py")).expect("a program");
    let arena = Bump::new();
    let parsed = parse(&arena, &source, &ParseOptions::default()).expect("it is Python");
    let (code, warnings) =
        compile(&parsed.module, b"golden", &CompileOptions::default()).expect("it compiles");
    assert!(warnings.is_empty(), "{name}: {warnings:?}");
    let text = disassemble(&code);
    let golden = folder.join(name).with_extension("txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden, text).expect("the folder is writable");
        return;
    }
    let expected = std::fs::read_to_string(golden).expect("a golden text");
    assert!(text == expected, "{name} changed; ours:\n{text}");
}

#[test]
fn programs_become_the_code_they_became_before() {
    for name in [
        "annotations",
        "calls",
        "classes",
        "comprehensions",
        "fstrings",
        "generics",
        "loops",
        "match",
        "try",
        "with",
    ] {
        check(name);
    }
}
