//! `args` of an exception.  Most exceptions have one argument, and die before anyone asks for
//! the tuple of it: the tuple is made when it is looked at.

use crate::prelude::*;

/// The arguments an exception was made with, or has been given since.
pub(crate) struct ExceptionArgs(PyCell<Held>);

enum Held {
    /// The only argument.
    One(PyObjectRef),
    All(PyRef<PyTuple>),
}

impl ExceptionArgs {
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
            1 => ExceptionArgs::one(args.at(0).to_owned()),
            n => {
                let all = args.positional().map(PyObject::to_owned);
                ExceptionArgs::all(PyTuple::from_exact(vm, n, all))
            }
        }
    }

    /// The tuple: the same one each time.
    pub(crate) fn get(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        let only = match self.0.with(Held::shown) {
            Ok(all) => return all,
            Err(only) => only,
        };
        let all = PyTuple::of_one(vm, only);
        drop(self.0.replace(Held::All(all.clone())));
        all
    }

    pub(crate) fn set(&self, args: PyRef<PyTuple>) {
        drop(self.0.replace(Held::All(args)));
    }

    /// Whether these are the positional arguments of the call.
    pub(crate) fn are(&self, args: Args<'_>) -> bool {
        self.0.with(|held| match held {
            Held::One(only) => args.len() == 1 && args.at(0).is(only),
            Held::All(all) => {
                all.len() == args.len()
                    && args.positional().zip(all.as_slice()).all(|(a, b)| a.is(b))
            }
        })
    }
}

impl Held {
    fn shown(&self) -> Result<PyRef<PyTuple>, PyObjectRef> {
        match self {
            Held::All(all) => Ok(all.clone()),
            Held::One(only) => Err(only.clone()),
        }
    }
}

impl Traverse for ExceptionArgs {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.0.with(|held| match held {
            Held::One(only) => only.traverse(visit),
            Held::All(all) => all.traverse(visit),
        });
    }
}
