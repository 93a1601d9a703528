//! Binding arguments to a [`Signature`], with CPython's errors.
//!
//! Positional calls within the arity are bound by copying words; everything else goes
//! through one cold path.

use super::signature::{ArgContext, Convention, Owner, Signature};
use super::{Args, FromArg};
use crate::object::StackRef;
use crate::prelude::*;

/// What binding gives: one word, or nothing, for each named parameter.
pub type Bound<'a, const N: usize> = [Option<PyObject<'a>>; N];

impl Signature {
    /// Binds what follows the receiver (`skip` is 1 when there is one, 0 otherwise).
    #[inline(always)]
    pub fn bind<'a, const N: usize>(
        &'static self,
        vm: &VirtualMachine,
        args: Args<'a>,
        skip: usize,
    ) -> PyResult<Bound<'a, N>> {
        let mut out = [None; N];
        if args.kwnames().is_none() {
            let slots = args.slots();
            let n = slots.len() - skip;
            if n >= self.min_positional
                && n <= self.positional
                && self.required >> self.positional == 0
            {
                for (o, s) in out.iter_mut().zip(&slots[skip..]) {
                    *o = Some(s.object());
                }
                return Ok(out);
            }
        }
        self.bind_slow(vm, args, skip, &mut out)?;
        Ok(out)
    }

    /// The `*args` of the call.
    #[inline]
    pub fn rest<'a>(&'static self, args: Args<'a>, skip: usize) -> Rest<'a> {
        let slots = &args.slots()[..args.len()];
        Rest(slots.get(skip + self.positional..).unwrap_or(&[]))
    }

    /// The `**kwargs` of the call.
    #[inline]
    pub fn keywords<'a>(&'static self, args: Args<'a>) -> Keywords<'a> {
        Keywords { args, taken: &self.params[self.positional_only..] }
    }

    #[cold]
    #[inline(never)]
    fn bind_slow<'a>(
        &'static self,
        vm: &VirtualMachine,
        args: Args<'a>,
        skip: usize,
        out: &mut [Option<PyObject<'a>>],
    ) -> PyResult<()> {
        let given = args.len() - skip;
        if args.keyword_count() > 0 && self.convention != Convention::Keywords {
            return Err(vm.type_error(self.no_keywords_message()));
        }
        match self.convention {
            Convention::NoArgs | Convention::OneArg if given != self.positional => {
                return Err(self.fixed_arity_error(vm, given));
            }
            Convention::Positional => self.check_positional(vm, given)?,
            Convention::Keywords => self.check_counts(vm, given, args.keyword_count())?,
            _ => {}
        }
        let by_position = given.min(self.positional);
        for (i, o) in out.iter_mut().enumerate().take(by_position) {
            *o = Some(args.at(skip + i));
        }
        if self.convention == Convention::Keywords {
            self.bind_keywords(vm, args, by_position, out)?;
        }
        Ok(())
    }

    /// What a constructor that takes no keywords sees of a call: a subclass with an initialiser
    /// of its own may have keywords for that.
    #[inline]
    pub fn args_of_new<'a>(&'static self, cls: &Py<PyType>, args: Args<'a>) -> Args<'a> {
        if args.kwnames().is_none() { args } else { self.without_others(args, cls, false) }
    }

    /// The same for an initialiser, where the subclass has a constructor of its own.
    #[inline]
    pub fn args_of_init<'a>(
        &'static self,
        vm: &VirtualMachine,
        obj: PyObject<'_>,
        args: Args<'a>,
    ) -> Args<'a> {
        if args.kwnames().is_none() { args } else { self.without_others(args, obj.class(vm), true) }
    }

    #[cold]
    fn without_others<'a>(&self, args: Args<'a>, cls: &Py<PyType>, init: bool) -> Args<'a> {
        let Owner::Constructor(spec) = self.owner else { return args };
        // These initialisers refuse keywords to subclasses as well.
        let strict = init && matches!(spec.name, "set" | "staticmethod" | "classmethod");
        if self.convention == Convention::Keywords || cls.own_spec().is_some() || strict {
            return args;
        }
        let (own, base) = (&cls.slots, (&spec.slots, &crate::builtins::object::OBJECT.slots));
        let same = if init {
            own.new.get().map(|f| f as usize) == base.0.new.or(base.1.new).map(|f| f as usize)
        } else {
            own.init.get().map(|f| f as usize) == base.0.init.or(base.1.init).map(|f| f as usize)
        };
        if same { args } else { args.without_keywords() }
    }

    fn no_keywords_message(&self) -> String {
        let name = match self.owner {
            Owner::Constructor(spec) => spec.name.to_owned(),
            _ => self.full_name(),
        };
        format!("{name}() takes no keyword arguments")
    }

    fn fixed_arity_error(&self, vm: &VirtualMachine, given: usize) -> PyErr {
        let constructor = matches!(self.owner, Owner::Constructor(_));
        let name = self.full_name();
        vm.type_error(match (self.convention, constructor) {
            (Convention::NoArgs, true) => format!("{name}() takes no arguments"),
            (_, true) => format!("{name} expected 1 argument, got {given}"),
            (Convention::NoArgs, false) => format!("{name}() takes no arguments ({given} given)"),
            (_, false) => format!("{name}() takes exactly one argument ({given} given)"),
        })
    }

    fn check_positional(&self, vm: &VirtualMachine, given: usize) -> PyResult<()> {
        let max = if self.var_positional { usize::MAX } else { self.positional };
        check_arity(vm, self.short_name(), given, self.min_positional, max)
    }

    /// The checks that come before any name is looked at.
    fn check_counts(&self, vm: &VirtualMachine, given: usize, keywords: usize) -> PyResult<()> {
        let name = self.short_name();
        let given = if self.var_positional { given.min(self.positional) } else { given };
        if given + keywords > self.params.len() && !self.var_keyword {
            // These two count by themselves when there are no keywords.
            if let Owner::Constructor(spec) = self.owner
                && keywords == 0
                && matches!(spec.name, "str" | "int")
            {
                return check_arity(vm, name, given, 0, self.params.len());
            }
            let what = if given == 0 { "keyword " } else { "" };
            let max = self.params.len();
            return Err(vm.type_error(format!(
                "{name}() takes at most {max} {what}argument{} ({} given)",
                plural(max),
                given + keywords
            )));
        }
        if given > self.positional {
            return Err(vm.type_error(if self.positional == 0 {
                format!("{name}() takes no positional arguments")
            } else {
                let bound =
                    if self.min_positional < self.positional { "at most" } else { "exactly" };
                format!(
                    "{name}() takes {bound} {} positional argument{} ({given} given)",
                    self.positional,
                    plural(self.positional)
                )
            }));
        }
        let min = self.positional_only.min(self.min_positional);
        if given < min {
            let bound = if min < self.positional { "at least" } else { "exactly" };
            return Err(vm.type_error(format!(
                "{name}() takes {bound} {min} positional argument{} ({given} given)",
                plural(min)
            )));
        }
        Ok(())
    }

    fn bind_keywords<'a>(
        &'static self,
        vm: &VirtualMachine,
        args: Args<'a>,
        by_position: usize,
        out: &mut [Option<PyObject<'a>>],
    ) -> PyResult<()> {
        let mut left = args.keyword_count();
        for (i, o) in out.iter_mut().enumerate().skip(by_position.max(self.positional_only)) {
            if left > 0
                && let Some(v) = args.keyword(self.params[i])
            {
                *o = Some(v);
                left -= 1;
            } else if self.required >> i & 1 == 1 {
                return Err(self.missing(vm, i));
            }
        }
        if left == 0 {
            return Ok(());
        }
        for i in self.positional_only..by_position {
            if args.keyword(self.params[i]).is_some() {
                return Err(vm.type_error(format!(
                    "argument for {}() given by name ('{}') and position ({})",
                    self.short_name(),
                    self.params[i],
                    i + 1
                )));
            }
        }
        if self.var_keyword {
            return Ok(());
        }
        let known = &self.params[self.positional_only..];
        match args.keywords().find(|(n, _)| !known.iter().any(|k| n.as_bytes() == k.as_bytes())) {
            Some((name, _)) => {
                let head = format!("{}() got an unexpected keyword argument '", self.short_name());
                Err(vm.type_error([head.as_bytes(), name.as_bytes(), b"'"].concat()))
            }
            None => Ok(()),
        }
    }

    /// `f() missing required argument 'x' (pos 1)`.
    #[cold]
    pub fn missing(&self, vm: &VirtualMachine, index: usize) -> PyErr {
        vm.type_error(format!(
            "{}() missing required argument '{}' (pos {})",
            self.short_name(),
            self.params[index],
            index + 1
        ))
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `TypeError: pop expected at most 1 argument, got 2` unless `min <= given <= max`.
#[inline]
pub fn check_arity(
    vm: &VirtualMachine,
    function: &str,
    given: usize,
    min: usize,
    max: usize,
) -> PyResult<()> {
    if given >= min && given <= max {
        return Ok(());
    }
    Err(arity_error(vm, function, given, min, max))
}

#[cold]
fn arity_error(vm: &VirtualMachine, function: &str, given: usize, min: usize, max: usize) -> PyErr {
    let (bound, n) = match given < min {
        _ if min == max => ("", min),
        true => ("at least ", min),
        false => ("at most ", max),
    };
    vm.type_error(format!("{function} expected {bound}{n} argument{}, got {given}", plural(n)))
}

/// Positional arguments beyond the named ones (`*args`).
#[derive(Clone, Copy)]
pub struct Rest<'a>(pub(crate) &'a [StackRef]);

impl<'a> Rest<'a> {
    pub fn len(self) -> usize {
        self.0.len()
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub fn get(self, i: usize) -> Option<PyObject<'a>> {
        self.0.get(i).map(|s| s.object())
    }

    pub fn iter(self) -> impl ExactSizeIterator<Item = PyObject<'a>> + DoubleEndedIterator {
        self.0.iter().map(|s| s.object())
    }

    /// Owned references to all of them.
    pub fn to_vec(self) -> Vec<PyObjectRef> {
        self.iter().map(PyObject::to_owned).collect()
    }

    /// The same arguments, to call something with.
    pub fn as_args(self) -> Args<'a> {
        Args::of_slots(self.0)
    }
}

/// Keyword arguments that no named parameter takes (`**kwargs`).
#[derive(Clone, Copy)]
pub struct Keywords<'a> {
    args: Args<'a>,
    taken: &'static [&'static str],
}

impl<'a> Keywords<'a> {
    pub fn iter(self) -> impl Iterator<Item = (&'a Py<PyStr>, PyObject<'a>)> {
        let taken = self.taken;
        self.args
            .keywords()
            .filter(move |(n, _)| !taken.iter().any(|t| t.as_bytes() == n.as_bytes()))
    }

    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

// What the expansions of the derive macros call, one per kind of parameter.

/// A parameter without a default.
#[inline(always)]
pub fn required<'a, T: FromArg<'a>>(
    vm: &VirtualMachine,
    signature: &'static Signature,
    index: usize,
    value: Option<PyObject<'a>>,
) -> PyResult<T> {
    match value {
        Some(o) => T::from_arg(vm, o, ArgContext { signature, index, or_none: false }),
        None => Err(signature.missing(vm, index)),
    }
}

/// A parameter whose absence the function wants to know.
#[inline(always)]
pub fn optional<'a, T: FromArg<'a>>(
    vm: &VirtualMachine,
    signature: &'static Signature,
    index: usize,
    value: Option<PyObject<'a>>,
) -> PyResult<Option<T>> {
    match value {
        Some(o) => T::from_arg(vm, o, ArgContext { signature, index, or_none: false }).map(Some),
        None => Ok(None),
    }
}

/// A parameter with a default written in the signature.
#[inline(always)]
pub fn defaulted<'a, T: FromArg<'a>>(
    vm: &VirtualMachine,
    signature: &'static Signature,
    index: usize,
    value: Option<PyObject<'a>>,
    default: T,
) -> PyResult<T> {
    match value {
        Some(o) => T::from_arg(vm, o, ArgContext { signature, index, or_none: false }),
        None => Ok(default),
    }
}

/// A parameter whose default is a Python constant that converts like an argument.
#[inline(always)]
pub fn or_constant<'a, T: FromArg<'a>>(
    vm: &VirtualMachine,
    signature: &'static Signature,
    index: usize,
    value: Option<PyObject<'a>>,
    constant: PyObject<'static>,
) -> PyResult<T> {
    T::from_arg(vm, value.unwrap_or(constant), ArgContext { signature, index, or_none: false })
}

/// The receiver of a method, whose payload the method names.
#[inline(always)]
pub fn receiver<'a, T: PyPayload>(
    vm: &VirtualMachine,
    name: &'static str,
    args: Args<'a>,
) -> PyResult<&'a Py<T>> {
    if args.len() > 0
        && let Some(zelf) = args.at(0).downcast::<T>()
    {
        return Ok(zelf);
    }
    Err(no_receiver(vm, T::SPEC, name, args))
}

/// The receiver of a method of a type whose instances need no payload.
#[inline(always)]
pub fn receiver_object<'a>(
    vm: &VirtualMachine,
    spec: &'static TypeSpec,
    name: &'static str,
    args: Args<'a>,
) -> PyResult<PyObject<'a>> {
    if args.len() > 0 {
        return Ok(args.at(0));
    }
    Err(no_receiver(vm, spec, name, args))
}

/// The receiver of a class method.
#[inline(always)]
pub fn receiver_class<'a>(
    vm: &VirtualMachine,
    spec: &'static TypeSpec,
    name: &'static str,
    args: Args<'a>,
) -> PyResult<&'a Py<PyType>> {
    if args.len() > 0
        && let Some(cls) = args.at(0).downcast::<PyType>()
    {
        return Ok(cls);
    }
    Err(no_receiver(vm, spec, name, args))
}

/// The object of a getter or setter.
#[inline(always)]
pub fn attribute_owner<'a, T: PyPayload>(
    vm: &VirtualMachine,
    name: &'static str,
    obj: PyObject<'a>,
) -> PyResult<&'a Py<T>> {
    match obj.downcast::<T>() {
        Some(o) => Ok(o),
        None => Err(wrong_receiver(vm, name, &T::SPEC.tp_name(), obj)),
    }
}

#[cold]
fn no_receiver(vm: &VirtualMachine, spec: &TypeSpec, name: &str, args: Args<'_>) -> PyErr {
    match args.get(0) {
        Some(o) => wrong_receiver(vm, name, &spec.tp_name(), o),
        None => vm.type_error(format!("unbound method {}.{name}() needs an argument", spec.name)),
    }
}

/// `descriptor 'append' for 'list' objects doesn't apply to a 'int' object`.
#[cold]
pub fn wrong_receiver(vm: &VirtualMachine, name: &str, typ: &str, got: PyObject<'_>) -> PyErr {
    vm.type_error(format!(
        "descriptor '{name}' for '{typ}' objects doesn't apply to a '{}' object",
        got.class(vm).display_name()
    ))
}
