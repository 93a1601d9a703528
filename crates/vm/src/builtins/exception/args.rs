//! `args` of an exception.  Most exceptions have one argument, and die before anyone asks for
//! the tuple of it: the tuple is made when it is looked at.

use crate::prelude::*;

/// The arguments an exception was made with, or has been given since.
pub(crate) struct ExceptionArgs(PyCell<Held>);

enum Held {
    Nothing,
    /// The only argument.
    One(PyObjectRef),
    All(PyRef<PyTuple>),
}

impl ExceptionArgs {
    #[inline]
    pub(crate) fn none() -> ExceptionArgs {
        ExceptionArgs(PyCell::new(Held::Nothing))
    }

    #[inline]
    pub(crate) fn one(arg: PyObjectRef) -> ExceptionArgs {
        ExceptionArgs(PyCell::new(Held::One(arg)))
    }

    #[inline]
    pub(crate) fn all(args: PyRef<PyTuple>) -> ExceptionArgs {
        ExceptionArgs(PyCell::new(Held::All(args)))
    }

    /// What is positional of a call's arguments.
    #[inline]
    pub(crate) fn of(vm: &VirtualMachine, args: Args<'_>) -> ExceptionArgs {
        match args.len() {
            0 => ExceptionArgs::none(),
            1 => ExceptionArgs::one(args.at(0).to_owned()),
            n => {
                let all = args.positional().map(PyObject::to_owned);
                ExceptionArgs::all(PyTuple::from_exact(vm, n, all))
            }
        }
    }

    /// The tuple: the same one each time.
    pub(crate) fn get(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        let all = match self.0.with(Held::copy) {
            Held::All(all) => return all,
            Held::Nothing => return PyTuple::empty(vm),
            Held::One(only) => PyTuple::of_one(vm, only),
        };
        drop(self.0.replace(Held::All(all.clone())));
        all
    }

    pub(crate) fn set(&self, args: PyRef<PyTuple>) {
        drop(self.0.replace(Held::All(args)));
    }

    /// Whether these are the positional arguments of the call.
    pub(crate) fn are(&self, args: Args<'_>) -> bool {
        self.0.with(|held| match held {
            Held::Nothing => args.len() == 0,
            Held::One(only) => args.len() == 1 && args.at(0).is(only),
            Held::All(all) => {
                all.len() == args.len()
                    && args.positional().zip(all.as_slice()).all(|(a, b)| a.is(b))
            }
        })
    }
}

impl Held {
    fn copy(&self) -> Held {
        match self {
            Held::Nothing => Held::Nothing,
            Held::One(only) => Held::One(only.clone()),
            Held::All(all) => Held::All(all.clone()),
        }
    }
}

impl Traverse for ExceptionArgs {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.0.with(|held| match held {
            Held::Nothing => {}
            Held::One(only) => only.traverse(visit),
            Held::All(all) => all.traverse(visit),
        });
    }

    fn clear(&self, out: &mut Vec<PyObjectRef>) {
        match self.0.replace(Held::Nothing) {
            Held::Nothing => {}
            Held::One(only) => out.push(only),
            Held::All(all) => out.push(all.into()),
        }
    }
}
