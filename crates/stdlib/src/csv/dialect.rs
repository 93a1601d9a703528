//! `Dialect`: how a table is written down.

use super::{Quoting, named_dialect};
use vm::prelude::*;

/// A character, as a code point.
pub type Char = u32;

/// How a table is written as text.
#[pyclass(name = "Dialect", module = "_csv", flags(BASETYPE, HAVE_GC), text = "")]
#[derive(Traverse)]
pub struct PyDialect {
    #[pytraverse(skip)]
    pub delimiter: Char,
    pub doublequote: bool,
    #[pytraverse(skip)]
    pub escapechar: Option<Char>,
    pub lineterminator: PyRef<PyStr>,
    #[pytraverse(skip)]
    pub quotechar: Option<Char>,
    #[pytraverse(skip)]
    pub quoting: Quoting,
    pub skipinitialspace: bool,
    pub strict: bool,
}

const PARAMETERS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// `csv.Dialect(dialect, **fmtparams)` with what `args` have after the first.
pub fn from_call(vm: &VirtualMachine, args: Args<'_>) -> PyResult<PyRef<PyDialect>> {
    let class = vm.type_of::<PyDialect>();
    let made = vm.call(class.as_object(), args.skip(1))?;
    made.downcast().map_err(|_| vm.system_error("Dialect() gave something else"))
}

fn character(
    vm: &VirtualMachine,
    name: &str,
    value: PyObject<'_>,
    or_none: bool,
) -> PyResult<Option<Char>> {
    if or_none && value.is_none() {
        return Ok(None);
    }
    let wanted = if or_none { "a unicode character or None" } else { "a unicode character" };
    let Some(s) = value.downcast::<PyStr>() else {
        return Err(vm.type_error(format!(
            "\"{name}\" must be {wanted}, not {}",
            value.class(vm).display_name()
        )));
    };
    match s.single() {
        Some(c) => Ok(Some(c)),
        None => Err(vm.type_error(format!(
            "\"{name}\" must be {wanted}, not a string of length {}",
            s.char_len()
        ))),
    }
}

fn quoting_of(vm: &VirtualMachine, value: PyObject<'_>) -> PyResult<Quoting> {
    if !value.is_type(&vm.types().int) && value.small_int().is_none() {
        return Err(vm.type_error(format!(
            "\"quoting\" must be an integer, not {}",
            value.class(vm).display_name()
        )));
    }
    let number = vm.to_i32(value)?;
    Quoting::of(i64::from(number)).ok_or_else(|| vm.type_error("bad \"quoting\" value"))
}

impl PyDialect {
    /// Characters with a part in the format may not be the same, nor break lines.
    fn check(&self, vm: &VirtualMachine) -> PyResult<()> {
        let all = [
            ("delimiter", Some(self.delimiter), true),
            ("escapechar", self.escapechar, !self.skipinitialspace),
            ("quotechar", self.quotechar, !self.skipinitialspace),
        ];
        let bad = |what: String| Err(vm.value_error(format!("bad {what} value")));
        let is = |c: Char, what: char| c == what as Char;
        for (name, c, space) in all {
            if c.is_some_and(|c| is(c, '\r') || is(c, '\n') || (is(c, ' ') && !space)) {
                return bad(name.to_owned());
            }
            let in_end =
                |c| text::utf8::code_points(self.lineterminator.as_bytes()).any(|e| e == c);
            if c.is_some_and(in_end) {
                return bad(format!("{name} or lineterminator"));
            }
        }
        for (i, (name, c, _)) in all.iter().enumerate() {
            for (other, d, _) in &all[i + 1..] {
                if c.is_some() && c == d {
                    return bad(format!("{name} or {other}"));
                }
            }
        }
        Ok(())
    }
}

#[pymethods]
impl PyDialect {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        if args.len() + args.keyword_count() > 9 {
            return Err(vm.type_error(format!(
                "function takes at most 9 arguments ({} given)",
                args.len() + args.keyword_count()
            )));
        }
        let mut dialect = args.get(0).map(PyObject::to_owned);
        let mut given: [Option<PyObjectRef>; 8] = Default::default();
        for (i, value) in args.positional().skip(1).enumerate() {
            given[i] = Some(value.to_owned());
        }
        for (name, value) in args.keywords() {
            let shown = name.to_string_lossy();
            if shown == "dialect" && dialect.is_none() {
                dialect = Some(value.to_owned());
                continue;
            }
            match PARAMETERS.iter().position(|p| *p == shown) {
                Some(i) => given[i] = Some(value.to_owned()),
                None => {
                    return Err(vm.type_error(format!(
                        "this function got an unexpected keyword argument '{shown}'"
                    )));
                }
            }
        }
        if let Some(d) = &dialect
            && d.as_object().downcast::<PyStr>().is_some()
        {
            dialect = Some(named_dialect(vm, d.as_object())?);
        }
        if let Some(d) = &dialect {
            // A dialect without changes is used as it is.
            if d.as_object().downcast::<PyDialect>().is_some() && given.iter().all(Option::is_none)
            {
                return Ok(d.clone());
            }
            for (i, name) in PARAMETERS.iter().enumerate() {
                if given[i].is_none() {
                    given[i] = vm.get_attr_opt(d.as_object(), &vm.intern(name))?;
                }
            }
        }
        let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skip, strict] =
            &given;
        let truth = |o: &Option<PyObjectRef>, default| match o {
            Some(o) => vm.is_true(o.as_object()),
            None => Ok(default),
        };
        let delimiter = match delimiter {
            Some(d) => character(vm, "delimiter", d.as_object(), false)?,
            None => Some(u32::from(b',')),
        };
        let doublequote = truth(doublequote, true)?;
        let escapechar = match escapechar {
            Some(c) => character(vm, "escapechar", c.as_object(), true)?,
            None => None,
        };
        let lineterminator = match lineterminator {
            Some(end) => match end.as_object().downcast::<PyStr>() {
                Some(end) => end.to_ref(),
                None => {
                    return Err(vm.type_error(format!(
                        "\"lineterminator\" must be a string, not {}",
                        end.class(vm).display_name()
                    )));
                }
            },
            None => vm.new_str("\r\n"),
        };
        let no_quotes = quotechar.as_ref().is_some_and(|q| q.is_none());
        let quotechar = match quotechar {
            Some(c) => character(vm, "quotechar", c.as_object(), true)?,
            None => Some(u32::from(b'"')),
        };
        let quoting = match quoting {
            Some(q) => quoting_of(vm, q.as_object())?,
            None if no_quotes => Quoting::None,
            None => Quoting::Minimal,
        };
        let skipinitialspace = truth(skip, false)?;
        let strict = truth(strict, false)?;
        let Some(delimiter) = delimiter else {
            return Err(vm.type_error("delimiter must be set"));
        };
        if quotechar.is_none() && quoting != Quoting::None {
            return Err(vm.type_error("quotechar must be set if quoting enabled"));
        }
        let made = PyDialect {
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        };
        made.check(vm)?;
        Ok(vm.alloc(cls, made).into())
    }

    /// Dialects cannot be pickled.
    #[method(text = "")]
    fn __reduce__(zelf: &Py<PyDialect>, vm: &VirtualMachine, _args: Args<'_>) -> PyResult<()> {
        let name = zelf.class().name();
        Err(vm.type_error(format!("cannot pickle '{}' instances", name.to_string_lossy())))
    }

    /// Dialects cannot be pickled.
    #[method(text = "")]
    fn __reduce_ex__(zelf: &Py<PyDialect>, vm: &VirtualMachine, args: Args<'_>) -> PyResult<()> {
        Self::__reduce__(zelf, vm, args)
    }

    #[member]
    fn skipinitialspace(&self) -> bool {
        self.skipinitialspace
    }

    #[member]
    fn doublequote(&self) -> bool {
        self.doublequote
    }

    #[member]
    fn strict(&self) -> bool {
        self.strict
    }

    #[getter]
    fn delimiter(&self, vm: &VirtualMachine) -> PyRef<PyStr> {
        vm.new_char(self.delimiter)
    }

    #[getter]
    fn escapechar(&self, vm: &VirtualMachine) -> Option<PyRef<PyStr>> {
        self.escapechar.map(|c| vm.new_char(c))
    }

    #[getter]
    fn lineterminator(&self) -> PyRef<PyStr> {
        self.lineterminator.clone()
    }

    #[getter]
    fn quotechar(&self, vm: &VirtualMachine) -> Option<PyRef<PyStr>> {
        self.quotechar.map(|c| vm.new_char(c))
    }

    #[getter]
    fn quoting(&self) -> i32 {
        self.quoting as i32
    }
}
