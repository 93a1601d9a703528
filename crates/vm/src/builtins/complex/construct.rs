//! `complex(...)`: from text, from one number, from two.

use super::PyComplex;
use crate::builtins::float::methods::trim;
use crate::prelude::*;

impl VirtualMachine {
    fn complex_of_class(&self, cls: &Py<PyType>, re: f64, im: f64) -> PyObjectRef {
        self.alloc(cls, PyComplex { re, im }).into()
    }

    #[cold]
    fn not_real(&self, which: &str, o: PyObject<'_>) -> String {
        format!(
            "complex() argument '{which}' must be a real number, not {}",
            o.class(self).display_name()
        )
    }

    fn is_real(&self, o: PyObject<'_>) -> bool {
        let slots = &o.class(self).slots;
        slots.float.get().is_some() || slots.index.get().is_some()
    }
}

#[pymethods(name = construct)]
impl PyComplex {
    #[slot(sig = "(real=0, imag=0)")]
    fn new(cls: &Py<PyType>, vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let given = args.len() + args.keyword_count();
        if given > 2 {
            return Err(
                vm.type_error(format!("complex() takes at most 2 arguments ({given} given)"))
            );
        }
        if let (Some(x), 0, 1) = (args.get(0), args.keyword_count(), args.len()) {
            return from_one(vm, cls, x);
        }
        let mut parts = [args.get(0), args.get(1)];
        for (name, value) in args.keywords() {
            let at = match name.payload_ref().as_bytes() {
                b"real" => 0,
                b"imag" => 1,
                _ => {
                    return Err(vm.type_error(format!(
                        "complex() got an unexpected keyword argument '{}'",
                        name.to_string_lossy()
                    )));
                }
            };
            if parts[at].is_some() {
                return Err(vm.type_error(format!(
                    "argument for complex() given by name ('{}') and position ({})",
                    name.to_string_lossy(),
                    at + 1
                )));
            }
            parts[at] = Some(value);
        }
        from_two(vm, cls, parts[0], parts[1])
    }

    /// A complex number from a number: unlike complex(), no text is taken.
    #[classmethod(sig = "(cls, number, /)")]
    fn from_number(cls: &Py<PyType>, vm: &VirtualMachine, number: PyObject<'_>) -> PyResult {
        let exact = vm.type_of::<PyComplex>();
        if cls.is(exact) && number.is_type(exact) {
            return Ok(number.to_owned());
        }
        let (re, im) = vm.to_complex(number)?;
        if cls.is(exact) {
            return Ok(vm.new_complex(re, im));
        }
        vm.call_positional(cls.as_object(), &[vm.new_complex(re, im).as_object()])
    }
}

fn from_one(vm: &VirtualMachine, cls: &Py<PyType>, x: PyObject<'_>) -> PyResult {
    let exact = vm.type_of::<PyComplex>();
    if cls.is(exact) && x.is_type(exact) {
        return Ok(x.to_owned());
    }
    if let Some(s) = x.downcast::<PyStr>() {
        let text = text::float::to_ascii_numeral(s.payload_ref().as_bytes());
        let (re, im) =
            parse(&text).ok_or_else(|| vm.value_error("complex() arg is a malformed string"))?;
        return Ok(vm.complex_of_class(cls, re, im));
    }
    let (re, im) = if let Some(parts) = vm.complex_by_method(x)? {
        parts
    } else if let Some(c) = x.downcast::<PyComplex>() {
        c.parts()
    } else if vm.is_real(x) {
        (vm.to_f64(x)?, 0.0)
    } else {
        return Err(vm.type_error(format!(
            "complex() argument must be a string or a number, not {}",
            x.class(vm).display_name()
        )));
    };
    Ok(vm.complex_of_class(cls, re, im))
}

fn from_two(
    vm: &VirtualMachine,
    cls: &Py<PyType>,
    real: Option<PyObject<'_>>,
    imag: Option<PyObject<'_>>,
) -> PyResult {
    let is_text = |o: PyObject<'_>| o.downcast::<PyStr>().is_some();
    if let Some(r) = real.filter(|r| is_text(*r)) {
        return Err(vm.type_error(vm.not_real("real", r)));
    }
    if let Some(i) = imag.filter(|i| is_text(*i)) {
        return Err(vm.type_error(vm.not_real("imag", i)));
    }
    let warn = |which, o| vm.warn(&vm.exc().deprecation_warning, &vm.not_real(which, o), 1);

    // The parts of what is given as real; a complex one is taken apart, with a warning.
    let (mut re, real_im) = match real {
        None => (0.0, None),
        Some(r) => {
            let by_method = vm.complex_by_method(r)?;
            let parts = by_method.or_else(|| r.downcast::<PyComplex>().map(|c| c.parts()));
            if parts.is_none() && !vm.is_real(r) {
                return Err(vm.type_error(vm.not_real("real", r)));
            }
            if let Some(i) = imag
                && i.downcast::<PyComplex>().is_none()
                && !vm.is_real(i)
            {
                return Err(vm.type_error(vm.not_real("imag", i)));
            }
            match parts {
                Some((re, im)) => {
                    if !vm.is_real(r) {
                        warn("real", r)?;
                    }
                    (re, Some(im))
                }
                None => (vm.to_f64(r)?, None),
            }
        }
    };
    let im = match imag {
        None => real_im.unwrap_or(0.0),
        Some(i) => {
            let mut im = if let Some(c) = i.downcast::<PyComplex>() {
                warn("imag", i)?;
                re -= c.im;
                c.re
            } else if vm.is_real(i) {
                vm.to_f64(i)?
            } else {
                return Err(vm.type_error(vm.not_real("imag", i)));
            };
            if let Some(more) = real_im {
                im += more;
            }
            im
        }
    };
    Ok(vm.complex_of_class(cls, re, im))
}

/// `1`, `2j`, `1+2j`, `(1-j)`, with blanks around and inside the parentheses.
fn parse(text: &[u8]) -> Option<(f64, f64)> {
    let plain = text::float::parse::without_underscores(text)?;
    let mut body = trim(&plain);
    if let Some(inner) = body.strip_prefix(b"(") {
        body = trim(inner.strip_suffix(b")")?);
    }
    let is_j = |b: Option<&u8>| matches!(b, Some(b'j' | b'J'));
    let sign_alone = |text: &[u8]| match text {
        [b'+', j] if is_j(Some(j)) => Some(1.0),
        [b'-', j] if is_j(Some(j)) => Some(-1.0),
        [j] if is_j(Some(j)) => Some(1.0),
        _ => None,
    };
    let end = number_length(body);
    if end == 0 {
        return sign_alone(body).map(|im| (0.0, im));
    }
    let first = text::float::parse(&body[..end])?;
    let rest = &body[end..];
    match rest {
        [] => Some((first, 0.0)),
        [b'j' | b'J'] => Some((0.0, first)),
        [b'+' | b'-', ..] => {
            let end = number_length(rest);
            if end == 0 {
                return sign_alone(rest).map(|im| (first, im));
            }
            let second = text::float::parse(&rest[..end])?;
            matches!(&rest[end..], [b'j' | b'J']).then_some((first, second))
        }
        _ => None,
    }
}

/// How many bytes at the start make a float, as C's `strtod` sees it.
fn number_length(text: &[u8]) -> usize {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let body = &text[sign..];
    for word in [&b"infinity"[..], b"inf", b"nan"] {
        if body.len() >= word.len() && body[..word.len()].eq_ignore_ascii_case(word) {
            return sign + word.len();
        }
    }
    let digits = |from: usize| body[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut at = whole;
    let mut fraction = 0;
    if body.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(body.get(at), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(body.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits((at + 1 + signed).min(body.len()));
        if exponent > 0 {
            at += 1 + signed + exponent;
        }
    }
    sign + at
}
