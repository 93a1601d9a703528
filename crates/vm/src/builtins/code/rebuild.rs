//! Code objects from Python: `types.CodeType(...)` and `code.replace(...)`.  Whatever comes
//! this way is verified before it can run.

use super::{CodeObjectParts, PyCode};
use crate::builtins::bytes::PyBytes;
use crate::exceptions::suggestion;
use crate::prelude::*;
use bytecode::{CodeFlags, LocalKind};

/// The parts as Python has them.
pub(super) struct Fields {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub nlocals: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: PyRef<PyBytes>,
    pub consts: PyRef<PyTuple>,
    pub names: PyRef<PyTuple>,
    pub varnames: PyRef<PyTuple>,
    pub filename: PyRef<PyStr>,
    pub name: PyRef<PyStr>,
    pub qualname: PyRef<PyStr>,
    pub firstlineno: i32,
    pub linetable: PyRef<PyBytes>,
    pub exceptiontable: PyRef<PyBytes>,
    pub freevars: PyRef<PyTuple>,
    pub cellvars: PyRef<PyTuple>,
}

/// A tuple of names.
fn strings(vm: &VirtualMachine, tuple: &PyTuple) -> PyResult<Vec<PyRef<PyStr>>> {
    let name = |o: &PyObjectRef| match o.as_object().downcast::<PyStr>() {
        Some(s) if s.is_exact() => Ok(s.to_ref()),
        Some(s) => Ok(vm.new_str_bytes(s.as_bytes())),
        None => Err(vm.type_error(format!(
            "name tuples must contain only strings, not '{}'",
            o.class(vm).display_name()
        ))),
    };
    tuple.as_slice().iter().map(name).collect()
}

impl Fields {
    /// What kind of parameter, if any, local `i` is.
    fn parameter_kind(&self, i: usize) -> LocalKind {
        let count = |n: i32| usize::try_from(n).unwrap_or(0);
        let flags = CodeFlags::from_bits_retain(self.flags as u32);
        let (positional_only, positional) = (count(self.posonlyargcount), count(self.argcount));
        let named = positional + count(self.kwonlyargcount);
        let varargs = usize::from(flags.contains(CodeFlags::VARARGS));
        let varkeywords = usize::from(flags.contains(CodeFlags::VARKEYWORDS));
        if i < positional_only {
            LocalKind::ARG_POS
        } else if i < positional {
            LocalKind::ARG_POS.union(LocalKind::ARG_KW)
        } else if i < named {
            LocalKind::ARG_KW
        } else if i < named + varargs {
            LocalKind::ARG_POS.union(LocalKind::ARG_VAR)
        } else if i < named + varargs + varkeywords {
            LocalKind::ARG_KW.union(LocalKind::ARG_VAR)
        } else {
            LocalKind::empty()
        }
    }

    fn check(&self, vm: &VirtualMachine) -> PyResult<()> {
        let counts = [
            (self.argcount, "argcount"),
            (self.posonlyargcount, "posonlyargcount"),
            (self.kwonlyargcount, "kwonlyargcount"),
            (self.nlocals, "nlocals"),
        ];
        for (n, what) in counts {
            if n < 0 {
                return Err(vm.value_error(format!("code: {what} must not be negative")));
            }
        }
        if self.nlocals as usize != self.varnames.len() {
            return Err(vm.value_error("code: co_nlocals != len(co_varnames)"));
        }
        if self.argcount < self.posonlyargcount || self.stacksize < 0 || self.flags < 0 {
            return Err(vm.system_error("bad argument to internal function"));
        }
        if !self.code.len().is_multiple_of(2) {
            return Err(vm.value_error("code: co_code is malformed"));
        }
        let flags = CodeFlags::from_bits_retain(self.flags as u32);
        let all = self.argcount as usize
            + self.kwonlyargcount as usize
            + usize::from(flags.contains(CodeFlags::VARARGS))
            + usize::from(flags.contains(CodeFlags::VARKEYWORDS));
        if all > self.varnames.len() {
            return Err(vm.value_error("code: varnames is too small"));
        }
        Ok(())
    }

    pub fn build(self, vm: &VirtualMachine) -> PyResult<PyRef<PyCode>> {
        self.check(vm)?;
        let mut names = strings(vm, &self.varnames)?;
        let mut kinds: Vec<LocalKind> =
            (0..names.len()).map(|i| LocalKind::LOCAL.union(self.parameter_kind(i))).collect();
        let locals = names.len();
        for cell in strings(vm, &self.cellvars)? {
            // A cell that is a local has the local's slot.
            match names[..locals].iter().position(|n| n.as_bytes() == cell.as_bytes()) {
                Some(i) => kinds[i] |= LocalKind::CELL,
                None => {
                    names.push(cell);
                    kinds.push(LocalKind::CELL);
                }
            }
        }
        for free in strings(vm, &self.freevars)? {
            names.push(free);
            kinds.push(LocalKind::FREE);
        }
        CodeObjectParts {
            argcount: self.argcount as u32,
            posonlyargcount: self.posonlyargcount as u32,
            kwonlyargcount: self.kwonlyargcount as u32,
            stacksize: self.stacksize as u32,
            flags: CodeFlags::from_bits_retain(self.flags as u32),
            code: self.code.as_bytes().into(),
            consts: self.consts.as_slice().into(),
            names: strings(vm, &self.names)?.into(),
            localsplusnames: names.into(),
            localspluskinds: kinds.into(),
            filename: self.filename,
            name: self.name,
            qualname: self.qualname,
            firstlineno: self.firstlineno,
            linetable: self.linetable.as_bytes().into(),
            exceptiontable: self.exceptiontable.as_bytes().into(),
        }
        .into_code(vm)
    }
}

const NAMES: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_firstlineno",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_linetable",
    "co_exceptiontable",
];

/// `code.replace`: the same parts with some changed.
pub(super) fn replace(
    vm: &VirtualMachine,
    code: &Py<PyCode>,
    function: &str,
    args: Args<'_>,
) -> PyResult<PyRef<PyCode>> {
    if args.len() > 0 {
        return Err(vm.type_error(format!("{function}() takes no positional arguments")));
    }
    let tuple = |kind| -> PyRef<PyTuple> {
        vm.new_tuple(code.slots_of(kind).map(|n| n.clone().into()).collect())
    };
    let names = code.names().iter().map(|n| n.clone().into()).collect();
    let varnames = tuple(LocalKind::LOCAL);
    let mut f = Fields {
        argcount: code.argcount as i32,
        posonlyargcount: code.posonlyargcount as i32,
        kwonlyargcount: code.kwonlyargcount as i32,
        nlocals: varnames.len() as i32,
        stacksize: code.stacksize() as i32,
        flags: code.flags().bits() as i32,
        code: vm.new_bytes(&code.original),
        consts: vm.new_tuple(code.consts().to_vec()),
        names: vm.new_tuple(names),
        varnames,
        filename: code.filename(),
        name: code.name.clone(),
        qualname: code.qualname.clone(),
        firstlineno: code.firstlineno,
        linetable: vm.new_bytes(&code.linetable),
        exceptiontable: vm.new_bytes(&code.exceptiontable),
        freevars: tuple(LocalKind::FREE),
        cellvars: tuple(LocalKind::CELL),
    };
    for (key, value) in args.keywords() {
        let key = key.to_string_lossy();
        let wrong = |expected: &str| {
            vm.type_error(format!(
                "{function}() argument '{key}' must be {expected}, not {}",
                if value.is_none() { "None".to_owned() } else { value.class(vm).display_name() }
            ))
        };
        let int = || vm.to_i32(value);
        let bytes = || value.downcast::<PyBytes>().map(Py::to_ref).ok_or_else(|| wrong("bytes"));
        let tuple = || value.downcast::<PyTuple>().map(Py::to_ref).ok_or_else(|| wrong("tuple"));
        let text = || value.downcast::<PyStr>().map(Py::to_ref).ok_or_else(|| wrong("str"));
        match &*key {
            "co_argcount" => f.argcount = int()?,
            "co_posonlyargcount" => f.posonlyargcount = int()?,
            "co_kwonlyargcount" => f.kwonlyargcount = int()?,
            "co_nlocals" => {
                f.nlocals = int()?;
            }
            "co_stacksize" => f.stacksize = int()?,
            "co_flags" => f.flags = int()?,
            "co_firstlineno" => f.firstlineno = int()?,
            "co_code" => f.code = bytes()?,
            "co_consts" => f.consts = tuple()?,
            "co_names" => f.names = tuple()?,
            "co_varnames" => f.varnames = tuple()?,
            "co_freevars" => f.freevars = tuple()?,
            "co_cellvars" => f.cellvars = tuple()?,
            "co_filename" => f.filename = text()?,
            "co_name" => f.name = text()?,
            "co_qualname" => f.qualname = text()?,
            "co_linetable" => f.linetable = bytes()?,
            "co_exceptiontable" => f.exceptiontable = bytes()?,
            _ => {
                let near = suggestion(&key, NAMES.into_iter())
                    .map_or_else(String::new, |n| format!(". Did you mean '{n}'?"));
                return Err(vm.type_error(format!(
                    "{function}() got an unexpected keyword argument '{key}'{near}"
                )));
            }
        }
    }
    f.build(vm)
}
