//! Source to marshalled code, by the compiler that the interpreter has.

use bumpalo::Bump;
use bytecode::{Const, RawCode, marshal, verify};
use compiler::{CompileError, CompileOptions};
use parser::ParseOptions;
use parser::errors::SyntaxError;

use crate::{Result, lists};

/// The code of the module `name`, whose source is at `path` below the prefix.
///
/// The interpreter trusts embedded code, so it is verified here.
pub fn compile(name: &str, path: &str, source: &[u8]) -> Result<Vec<u8>> {
    let filename =
        if lists::FROZEN.contains(&name) { format!("<frozen {name}>") } else { path.to_owned() };
    let arena = Bump::new();
    let parsed = parser::parse(&arena, source, &ParseOptions::default()).map_err(at_line)?;
    let options = CompileOptions::default();
    let (code, _) =
        compiler::compile(&parsed.module, filename.as_bytes(), &options).map_err(in_tree)?;
    check(&code)?;
    Ok(marshal::raw::write_code(&code)?)
}

/// Verifies code and the code among its constants.
fn check(code: &RawCode) -> Result<()> {
    let place = || String::from_utf8_lossy(&code.qualname).into_owned();
    let verified = verify::verify(&code.into()).map_err(|e| format!("{}: {e:?}", place()))?;
    if verified.needs_counted_loads || verified.needs_checked_loads {
        return Err(format!("{}: {verified:?}", place()).into());
    }
    code.consts.iter().try_for_each(|constant| match constant {
        Const::Code(code) => check(code),
        _ => Ok(()),
    })
}

fn at_line(error: SyntaxError) -> String {
    format!("line {}: {}", error.lineno.unwrap_or(0), error.msg)
}

fn in_tree(error: CompileError) -> String {
    format!("{error:?}")
}
