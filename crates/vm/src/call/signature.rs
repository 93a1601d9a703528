//! The static form of a Python signature, as the derive macros write it, and the names and
//! positions that messages about arguments carry.

use crate::prelude::*;

/// Who a native function belongs to, for messages.
#[derive(Clone, Copy)]
pub enum Owner {
    Type(&'static TypeSpec),
    Module(&'static str),
    /// The function is the type's constructor or initialiser.
    Constructor(&'static TypeSpec),
}

/// How CPython would pass the arguments: it decides the wording of arity errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    NoArgs,
    /// Exactly one positional-only argument.
    OneArg,
    /// Positional-only arguments.
    Positional,
    /// Some arguments may be given by name.
    Keywords,
}

/// A signature without its receiver.
pub struct Signature {
    pub name: &'static str,
    pub owner: Owner,
    pub convention: Convention,
    /// Named parameters in order: positional ones, then keyword-only ones.
    pub params: &'static [&'static str],
    pub positional_only: usize,
    /// Parameters that may be given by position.
    pub positional: usize,
    /// Of these, the required ones.
    pub min_positional: usize,
    /// Bit `i`: parameter `i` has no default.
    pub required: u64,
    pub var_positional: bool,
    pub var_keyword: bool,
}

impl Signature {
    /// `append`; a constructor goes by its type's name.
    pub fn short_name(&self) -> &'static str {
        match self.owner {
            Owner::Constructor(spec) => spec.name,
            _ => self.name,
        }
    }

    /// `list.append`, `math.sqrt`, `len`.
    pub fn full_name(&self) -> String {
        match self.owner {
            Owner::Type(spec) => format!("{}.{}", spec.name, self.name),
            Owner::Constructor(spec) => spec.name.to_owned(),
            Owner::Module("builtins") => self.name.to_owned(),
            Owner::Module(module) => format!("{module}.{}", self.name),
        }
    }
}

/// The argument that is being converted: what a conversion's message may need.
#[derive(Clone, Copy)]
pub struct ArgContext {
    pub signature: &'static Signature,
    pub index: usize,
    /// `None` would do too.
    pub or_none: bool,
}

impl ArgContext {
    /// `TypeError: replace() argument 1 must be str, not int`.
    #[cold]
    pub fn wrong_type(self, vm: &VirtualMachine, expected: &str, got: PyObject<'_>) -> PyErr {
        let got_name = if got.is_none() { "None".to_owned() } else { got.class(vm).display_name() };
        let or_none = if self.or_none { " or None" } else { "" };
        vm.type_error(format!("{} must be {expected}{or_none}, not {got_name}", self.describe()))
    }

    /// `replace() argument 1`, `encode() argument 'encoding'`, `chr() argument`.
    pub fn describe(self) -> String {
        let s = self.signature;
        let function = s.short_name();
        if s.convention == Convention::OneArg && !matches!(s.owner, Owner::Constructor(_)) {
            format!("{function}() argument")
        } else if self.index < s.positional_only || self.index >= s.params.len() {
            format!("{function}() argument {}", self.index + 1)
        } else {
            format!("{function}() argument '{}'", s.params[self.index])
        }
    }
}
