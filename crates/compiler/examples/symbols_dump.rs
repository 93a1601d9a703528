//! Writes the symbol tables of files as text, for `xtask/compare_symbols.py` to set
//! beside `_symtable`'s: one line per block, `depth\tname\ttype\tline\tnested\tparameters\t
//! symbols`, after a line with the path.

use bumpalo::Bump;
use parser::{ParseOptions, parse};
use rpython_compiler::symbols::BlockId;
use rpython_compiler::{CompileOptions, SymbolTable, symbol_table};

fn print(table: &SymbolTable<'_>, id: BlockId, depth: usize) {
    let block = &table.blocks[id];
    let mut symbols: Vec<String> =
        block.symbols.iter().map(|(name, flags)| format!("{name}={flags}")).collect();
    symbols.sort();
    println!(
        "{depth}\t{}\t{}\t{}\t{}\t{}\t{}",
        block.name,
        block.kind as u8,
        block.range.lineno,
        u8::from(block.nested),
        block.varnames.join(" "),
        symbols.join(" ")
    );
    for &child in &block.children {
        print(table, child, depth + 1);
    }
}

fn main() -> std::io::Result<()> {
    let options = CompileOptions { stack_budget: 6 << 20, ..CompileOptions::default() };
    for path in std::env::args().skip(1) {
        let source = std::fs::read(&path)?;
        let arena = Bump::new();
        println!("{path}");
        match parse(&arena, &source, &ParseOptions::default()) {
            Ok(parsed) => match symbol_table(&parsed.module, &options, &arena) {
                Ok(table) => print(&table, SymbolTable::TOP, 0),
                Err(error) => println!("error\t{}", error.msg),
            },
            Err(error) => println!("error\t{}", error.msg),
        }
    }
    Ok(())
}
