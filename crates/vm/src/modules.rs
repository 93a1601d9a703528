//! The native modules the interpreter boots with, and how a native module comes to be.
//!
//! [`BOOT`] is the one table of this crate's modules, sorted by name; the binary adds the
//! standard library's with [`VirtualMachine::add_native_modules`].

pub mod abc;
pub mod ast;
pub mod atexit;
pub mod buffers;
pub mod builtins;
pub mod codecs;
pub mod errno;
pub mod gc;
pub mod imp;
pub mod io;
pub mod marshal;
pub mod path;
pub mod posix;
pub mod rpython_library;
pub mod signal;
pub mod stat;
pub mod state;
pub mod string;
pub mod support;
pub mod sys;
pub mod thread;
pub mod time;
pub mod typing;
pub mod warnings;
pub mod weakref;

use crate::builtins::code::PyCode;
use crate::builtins::function::PyFunction;
use crate::builtins::module::PyModule;
use crate::native::ModuleDef;
use crate::prelude::*;

/// This crate's modules, sorted by name.
pub static BOOT: &[&ModuleDef] = &[
    &abc::MODULE,
    &ast::MODULE,
    &codecs::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &rpython_library::MODULE,
    &signal::MODULE,
    &stat::MODULE,
    &string::MODULE,
    &thread::MODULE,
    &typing::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
    &atexit::MODULE,
    &builtins::MODULE,
    &errno::MODULE,
    &gc::MODULE,
    &marshal::MODULE,
    &posix::MODULE,
    &sys::MODULE,
    &time::MODULE,
];

impl VirtualMachine {
    /// Makes more native modules importable; the table is sorted by name.
    pub fn add_native_modules(&self, table: &'static [&'static ModuleDef]) {
        debug_assert!(table.is_sorted_by_key(|d| d.name));
        self.interp.import.native.set(table);
    }

    /// The definition of a native module.
    pub fn find_native(&self, name: &str) -> Option<&'static ModuleDef> {
        let find = |table: &[&'static ModuleDef]| {
            table.binary_search_by(|d| d.name.cmp(name)).ok().map(|i| table[i])
        };
        find(BOOT).or_else(|| find(self.interp.import.native.get()))
    }

    /// Names of all native modules, sorted (`sys.builtin_module_names`).
    pub fn native_names(&self) -> Vec<&'static str> {
        let more = self.interp.import.native.get();
        let mut names: Vec<_> = BOOT.iter().chain(more).map(|d| d.name).collect();
        names.sort_unstable();
        names
    }

    /// A native module that the interpreter itself needs: from `sys.modules`, or made and
    /// put there.  `None` if there is no such module.
    pub fn import_native(&self, name: &str) -> PyResult<Option<PyObjectRef>> {
        let key = self.intern(name);
        if let Some(found) = self.sys_modules().get_str(self, &key)? {
            return Ok(Some(found));
        }
        let Some(def) = self.find_native(name) else { return Ok(None) };
        let module = self.new_native_module(def)?;
        self.sys_modules().set_str(self, &key, module.clone().into())?;
        self.exec_native_module(&module)?;
        Ok(Some(module.into()))
    }

    /// Makes `builtins` and `sys`; everything else is imported.
    pub(crate) fn boot_modules(&self) -> PyResult<()> {
        let modules = self.sys_modules().clone();
        let builtins = self.new_native_module(&builtins::MODULE)?;
        let _ = self.interp.builtins_dict.set(builtins.dict().clone());
        self.exec_native_module(&builtins)?;
        if let (Some(all), Some(any)) = (builtins.get(self, "all")?, builtins.get(self, "any")?) {
            let _ = self.interp.all_and_any.set([all, any]);
        }
        self.interp.import.core.with_mut(|c| c.push(builtins.clone()));
        modules.set_str(self, &self.names().builtins, builtins.into())?;
        let sys = self.new_native_module(&sys::MODULE)?;
        let _ = self.interp.sys_dict.set(sys.dict().clone());
        self.interp.import.core.with_mut(|c| c.push(sys.clone()));
        modules.set_str(self, &self.names().sys, sys.clone().into())?;
        self.exec_native_module(&sys)
    }

    /// Runs code in a module's namespace.
    pub fn run_code(&self, code: PyRef<PyCode>, globals: &PyRef<PyDict>) -> PyResult {
        let f = PyFunction::create(self, code, globals.clone(), None)?;
        crate::interp::calls::run_body(self, f, globals.clone().into())
    }

    /// Bounds native recursion: the lowest address of the stack that it may reach.
    pub fn set_stack_limit(&self, lowest: usize) {
        self.stack_limit.set(lowest);
        self.stack_top.set(host::stack::pointer());
    }

    /// The module of this name in `sys.modules`.
    pub fn loaded_module(&self, name: &str) -> PyResult<Option<PyObjectRef>> {
        self.sys_modules().get_str(self, &self.intern(name))
    }

    /// The module `__main__`, made when it is first asked for.
    pub fn main_module(&self) -> PyResult<PyRef<PyModule>> {
        let key = &self.names().__main__;
        if let Some(m) = self.sys_modules().get_str(self, key)?
            && let Ok(m) = m.downcast::<PyModule>()
        {
            return Ok(m);
        }
        let m = PyModule::create(self, key.clone().into(), self.none());
        m.set(self, "__builtins__", self.sys_modules_builtins()?)?;
        // A program that comes from no file passes for a built-in module.
        if let Some(importlib) = self.interp.import.importlib.get() {
            let loader = self.get_attr(importlib.as_object(), &self.intern("BuiltinImporter"))?;
            m.set(self, "__loader__", loader)?;
        }
        self.sys_modules().set_str(self, key, m.clone().into())?;
        Ok(m)
    }

    fn sys_modules_builtins(&self) -> PyResult {
        let found = self.sys_modules().get_str(self, &self.names().builtins)?;
        found.ok_or_else(|| self.runtime_error("lost builtins module"))
    }
}
