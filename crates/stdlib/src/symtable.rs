//! `_symtable`: the compiler's symbol tables, for the `symtable` module.

use compiler::symbols::{self, BlockId, BlockType, Scope, SymbolTable};
use parser::Mode;
use vm::compile::Compile;
use vm::modules::builtins::source_bytes;
use vm::prelude::*;

/// One block: what its names are and what blocks lie in it.
#[pyclass(
    name = "symtable entry",
    static = SYMTABLE_ENTRY,
    doc = None,
    flags(HAVE_GC, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PySymtableEntry {
    name: PyRef<PyStr>,
    symbols: PyRef<PyDict>,
    varnames: PyRef<PyList>,
    children: PyRef<PyList>,
    nested: bool,
    kind: i32,
    line: u32,
}

fn entry(vm: &VirtualMachine, table: &SymbolTable<'_>, id: BlockId) -> PyResult<PyObjectRef> {
    let _guard = vm.enter_native(" while building symbol tables")?;
    let block = &table.blocks[id];
    let symbols = vm.new_dict();
    for (name, flags) in &block.symbols {
        symbols.set_str(vm, &vm.intern(name), vm.new_int(i64::from(*flags)))?;
    }
    let varnames = block.varnames.iter().map(|n| vm.intern(n).into()).collect();
    let mut children = Vec::with_capacity(block.children.len());
    for child in &block.children {
        children.push(entry(vm, table, *child)?);
    }
    let is_module = block.kind == BlockType::Module;
    let made = PySymtableEntry {
        name: vm.intern(block.name),
        symbols,
        varnames: vm.new_list(varnames),
        children: vm.new_list(children),
        nested: block.nested,
        kind: block.kind as i32,
        line: if is_module { 0 } else { block.range.lineno },
    };
    Ok(vm.new_object(made).into())
}

#[pymethods]
impl PySymtableEntry {
    #[slot]
    fn repr(zelf: &Py<PySymtableEntry>, vm: &VirtualMachine) -> PyRef<PyStr> {
        let end = format!("({}), line {}>", zelf.as_object().bits(), zelf.line);
        PyStr::from_parts(vm, &[b"<symtable entry ", zelf.name.as_bytes(), end.as_bytes()])
    }

    #[member]
    fn id(zelf: &Py<PySymtableEntry>) -> u64 {
        zelf.as_object().bits()
    }

    #[member]
    fn name(&self) -> PyRef<PyStr> {
        self.name.clone()
    }

    #[member]
    fn symbols(&self) -> PyRef<PyDict> {
        self.symbols.clone()
    }

    #[member]
    fn varnames(&self) -> PyRef<PyList> {
        self.varnames.clone()
    }

    #[member]
    fn children(&self) -> PyRef<PyList> {
        self.children.clone()
    }

    #[member]
    fn nested(&self) -> i32 {
        i32::from(self.nested)
    }

    #[member]
    fn r#type(&self) -> i32 {
        self.kind
    }

    #[member]
    fn lineno(&self) -> u32 {
        self.line
    }
}

#[pymodule(name = "_symtable")]
pub mod module {
    use super::*;
    use vm::builtins::module::PyModule;

    /// The symbol table of a source, as the compiler makes it.
    #[function(sig = "(source, filename, startstr, /)")]
    fn symtable(
        vm: &VirtualMachine,
        source: PyObject<'_>,
        filename: PyObject<'_>,
        startstr: &str,
    ) -> PyResult {
        let filename = vm::import::fs_decode(vm, filename)?;
        let (text, origin) = source_bytes(vm, source, "symtable", "string or bytes")?;
        let mode = match startstr {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => {
                return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
            }
        };
        Compile::new(filename, mode)
            .symbol_table(vm, &text, origin, |table| entry(vm, table, SymbolTable::TOP))
    }

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let constants = [
            ("USE", symbols::USE),
            ("DEF_GLOBAL", symbols::DEF_GLOBAL),
            ("DEF_NONLOCAL", symbols::DEF_NONLOCAL),
            ("DEF_LOCAL", symbols::DEF_LOCAL),
            ("DEF_PARAM", symbols::DEF_PARAM),
            ("DEF_TYPE_PARAM", symbols::DEF_TYPE_PARAM),
            ("DEF_FREE_CLASS", symbols::DEF_FREE_CLASS),
            ("DEF_IMPORT", symbols::DEF_IMPORT),
            ("DEF_BOUND", symbols::DEF_BOUND),
            ("DEF_ANNOT", symbols::DEF_ANNOT),
            ("DEF_COMP_ITER", symbols::DEF_COMP_ITER),
            ("DEF_COMP_CELL", symbols::DEF_COMP_CELL),
            ("TYPE_FUNCTION", BlockType::Function as u32),
            ("TYPE_CLASS", BlockType::Class as u32),
            ("TYPE_MODULE", BlockType::Module as u32),
            ("TYPE_ANNOTATION", BlockType::Annotation as u32),
            ("TYPE_TYPE_ALIAS", BlockType::TypeAlias as u32),
            ("TYPE_TYPE_PARAMETERS", BlockType::TypeParameters as u32),
            ("TYPE_TYPE_VARIABLE", BlockType::TypeVariable as u32),
            ("LOCAL", Scope::Local as u32),
            ("GLOBAL_EXPLICIT", Scope::GlobalExplicit as u32),
            ("GLOBAL_IMPLICIT", Scope::GlobalImplicit as u32),
            ("FREE", Scope::Free as u32),
            ("CELL", Scope::Cell as u32),
            ("SCOPE_OFF", symbols::SCOPE_OFFSET),
            ("SCOPE_MASK", symbols::SCOPE_MASK),
        ];
        for (name, value) in constants {
            module.set(vm, name, vm.new_int(i64::from(value)))?;
        }
        Ok(())
    }
}

pub use module::MODULE;
