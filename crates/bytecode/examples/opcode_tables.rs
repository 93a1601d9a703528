//! Prints what is generated from the instruction table: `metadata` (the module `_opcode_metadata`),
//! `page` (the documentation's page) or `facts` (what `_opcode` says of each number).

use rpython_bytecode::metadata::*;
use rpython_bytecode::opcode::OPCODE_LIMIT;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("metadata") => print!("{}", opcode_metadata_py()),
        Some("page") => print!("{}", opcode_page()),
        _ => {
            for n in (0..OPCODE_LIMIT as u32).filter(|&n| is_valid(n)) {
                let effects = [0, 1, 2, 3, 5, 700].map(|arg| {
                    [None, Some(false), Some(true)].map(|jump| stack_effect(n, arg, jump))
                });
                let facts = [has_arg(n), has_const(n), has_name(n), has_jump(n)];
                let more = [has_free(n), has_local(n), has_exc(n)];
                println!("{n} {facts:?} {more:?} {effects:?}");
            }
        }
    }
}
