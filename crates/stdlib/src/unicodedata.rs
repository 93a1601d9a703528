//! `unicodedata`: the Unicode Character Database, now and as it was in version 3.2.0.

use text::unicode::{self as now, Form, Named, ucd_3_2_0 as old};
use text::utf8;
use vm::prelude::*;

/// The database of another version; `ucd_3_2_0` is the only one.
#[pyclass(
    name = "UCD",
    module = "unicodedata",
    flags(DISALLOW_INSTANTIATION),
    doc = None,
    no_refs
)]
pub struct PyUcd {}

/// A parameter that takes one character.
struct Char(u32);

impl<'a> FromArg<'a> for Char {
    fn from_arg(vm: &VirtualMachine, obj: PyObject<'a>, context: ArgContext) -> PyResult<Self> {
        let what = context.describe();
        let Some(s) = obj.downcast::<PyStr>() else {
            return Err(vm.type_error(format!(
                "{what} must be a unicode character, not {}",
                obj.class(vm).display_name()
            )));
        };
        s.single().map(Char).ok_or_else(|| {
            // CPython has a colon in this message and not in the other.
            let what = what.replacen("() ", "(): ", 1);
            vm.type_error(format!(
                "{what} must be a unicode character, not a string of length {}",
                s.char_len()
            ))
        })
    }
}

fn or_default(
    vm: &VirtualMachine,
    found: Option<PyObjectRef>,
    default: Option<PyObject<'_>>,
    message: &str,
) -> PyResult {
    match (found, default) {
        (Some(v), _) => Ok(v),
        (None, Some(d)) => Ok(d.to_owned()),
        (None, None) => Err(vm.value_error(message)),
    }
}

fn decimal(vm: &VirtualMachine, cp: u32, is_old: bool, d: Option<PyObject<'_>>) -> PyResult {
    let v = if is_old { old::decimal_value(cp) } else { now::decimal_value(cp) };
    or_default(vm, v.map(|v| vm.new_int(i64::from(v))), d, "not a decimal")
}

fn digit(vm: &VirtualMachine, cp: u32, d: Option<PyObject<'_>>) -> PyResult {
    let v = now::digit_value(cp).map(|v| vm.new_int(i64::from(v)));
    or_default(vm, v, d, "not a digit")
}

fn numeric(vm: &VirtualMachine, cp: u32, is_old: bool, d: Option<PyObject<'_>>) -> PyResult {
    let v = if is_old { old::numeric_value(cp) } else { now::numeric_value(cp) };
    or_default(vm, v.map(|v| vm.new_float(v)), d, "not a numeric character")
}

fn name(vm: &VirtualMachine, cp: u32, is_old: bool, d: Option<PyObject<'_>>) -> PyResult {
    let v = if is_old && !old::is_assigned(cp) { None } else { now::name(cp) };
    or_default(vm, v.map(|v| vm.new_str(v).into()), d, "no such name")
}

fn lookup(vm: &VirtualMachine, name: &Py<PyStr>, is_old: bool) -> PyResult<PyRef<PyStr>> {
    let shown = name.to_string_lossy();
    let unknown = || {
        let message = vm.new_str(format!("undefined character name '{shown}'"));
        vm.new_exception(&vm.exc().key_error, vec![message.into()])
    };
    if name.byte_len() > 256 {
        return Err(vm.new_exception(&vm.exc().key_error, vec![vm.new_str("name too long").into()]));
    }
    match now::lookup_name(&shown) {
        Some(Named::Char(cp)) if !is_old || old::is_assigned(cp) => Ok(vm.new_char(cp)),
        Some(Named::Sequence(points)) if !is_old => {
            let mut out = Vec::new();
            points.iter().for_each(|cp| utf8::push(&mut out, *cp));
            Ok(vm.new_str_bytes(&out))
        }
        _ => Err(unknown()),
    }
}

fn form_of(vm: &VirtualMachine, form: &Py<PyStr>) -> PyResult<Form> {
    Form::from_name(&form.to_string_lossy())
        .ok_or_else(|| vm.value_error("invalid normalization form"))
}

fn normalize(
    vm: &VirtualMachine,
    form: &Py<PyStr>,
    s: &Py<PyStr>,
    is_old: bool,
) -> PyResult<PyRef<PyStr>> {
    if s.byte_len() == 0 {
        return Ok(s.to_ref());
    }
    let form = form_of(vm, form)?;
    if s.is_ascii() {
        return Ok(s.to_exact(vm));
    }
    if is_old {
        return vm.try_new_str(&old::normalize(form, s.as_bytes()));
    }
    match now::normalize(form, s.as_bytes()) {
        std::borrow::Cow::Borrowed(_) => Ok(s.to_exact(vm)),
        std::borrow::Cow::Owned(out) => vm.try_new_str(&out),
    }
}

fn is_normalized(
    vm: &VirtualMachine,
    form: &Py<PyStr>,
    s: &Py<PyStr>,
    is_old: bool,
) -> PyResult<bool> {
    let form = form_of(vm, form)?;
    if is_old {
        return Ok(old::normalize(form, s.as_bytes()) == s.as_bytes());
    }
    Ok(now::is_normalized(form, s.as_bytes()))
}

#[pymethods]
impl PyUcd {
    /// The version of the database.
    #[member]
    fn unidata_version(&self) -> &'static str {
        "3.2.0"
    }

    /// The decimal value of a character.
    #[method(sig = "(self, chr, default=<unrepresentable>, /)")]
    fn decimal(&self, vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        decimal(vm, chr.0, true, default)
    }

    /// The value of a digit.
    #[method(sig = "(self, chr, default=<unrepresentable>, /)")]
    fn digit(&self, vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        digit(vm, chr.0, default)
    }

    /// The numeric value of a character.
    #[method(sig = "(self, chr, default=<unrepresentable>, /)")]
    fn numeric(&self, vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        numeric(vm, chr.0, true, default)
    }

    /// The general category of a character.
    #[method(sig = "(self, chr, /)")]
    fn category(&self, chr: Char) -> &'static str {
        old::category(chr.0)
    }

    /// The bidirectional class of a character.
    #[method(sig = "(self, chr, /)")]
    fn bidirectional(&self, chr: Char) -> &'static str {
        old::bidirectional(chr.0)
    }

    /// The canonical combining class of a character.
    #[method(sig = "(self, chr, /)")]
    fn combining(&self, chr: Char) -> u8 {
        old::combining(chr.0)
    }

    /// 1 for characters that are mirrored in right-to-left text.
    #[method(sig = "(self, chr, /)")]
    fn mirrored(&self, chr: Char) -> u8 {
        u8::from(old::mirrored(chr.0))
    }

    /// The east Asian width of a character.
    #[method(sig = "(self, chr, /)")]
    fn east_asian_width(&self, chr: Char) -> &'static str {
        old::east_asian_width(chr.0)
    }

    /// The decomposition of a character.
    #[method(sig = "(self, chr, /)")]
    fn decomposition(&self, chr: Char) -> String {
        old::decomposition(chr.0)
    }

    /// Whether a text is in a normal form.
    #[method(sig = "(self, form, unistr, /)")]
    fn is_normalized(
        &self,
        vm: &VirtualMachine,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<bool> {
        is_normalized(vm, form, unistr, true)
    }

    /// A text in a normal form.
    #[method(sig = "(self, form, unistr, /)")]
    fn normalize(
        &self,
        vm: &VirtualMachine,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        normalize(vm, form, unistr, true)
    }

    /// The name of a character.
    #[method(sig = "(self, chr, default=<unrepresentable>, /)")]
    fn name(&self, vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        name(vm, chr.0, true, default)
    }

    /// The character of a name.
    #[method(sig = "(self, name, /)")]
    fn lookup(&self, vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        lookup(vm, name, true)
    }
}

/// The Unicode Character Database: properties, names and normal forms of characters.
#[pymodule(name = "unicodedata", types(PyUcd))]
pub mod module {
    use super::*;

    #[attr(name = "unidata_version")]
    const VERSION: &str = now::UNICODE_VERSION;

    #[attr]
    fn ucd_3_2_0(vm: &VirtualMachine) -> PyRef<PyUcd> {
        vm.new_object(PyUcd {})
    }

    /// The decimal value of a character.
    #[function(
        name = "decimal",
        sig = "(chr, default=<unrepresentable>, /)",
        text = "($self, chr, default=<unrepresentable>, /)"
    )]
    fn now_decimal(vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        decimal(vm, chr.0, false, default)
    }

    /// The value of a digit.
    #[function(
        name = "digit",
        sig = "(chr, default=<unrepresentable>, /)",
        text = "($self, chr, default=<unrepresentable>, /)"
    )]
    fn now_digit(vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        digit(vm, chr.0, default)
    }

    /// The numeric value of a character.
    #[function(
        name = "numeric",
        sig = "(chr, default=<unrepresentable>, /)",
        text = "($self, chr, default=<unrepresentable>, /)"
    )]
    fn now_numeric(vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        numeric(vm, chr.0, false, default)
    }

    /// The general category of a character.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn category(chr: Char) -> &'static str {
        now::category(chr.0)
    }

    /// The bidirectional class of a character.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn bidirectional(chr: Char) -> &'static str {
        now::bidirectional(chr.0)
    }

    /// The canonical combining class of a character.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn combining(chr: Char) -> u8 {
        now::combining(chr.0)
    }

    /// 1 for characters that are mirrored in right-to-left text.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn mirrored(chr: Char) -> u8 {
        u8::from(now::mirrored(chr.0))
    }

    /// The east Asian width of a character.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn east_asian_width(chr: Char) -> &'static str {
        now::east_asian_width(chr.0)
    }

    /// The decomposition of a character.
    #[function(sig = "(chr, /)", text = "($self, chr, /)")]
    fn decomposition(chr: Char) -> String {
        now::decomposition(chr.0)
    }

    /// Whether a text is in a normal form.
    #[function(
        name = "is_normalized",
        sig = "(form, unistr, /)",
        text = "($self, form, unistr, /)"
    )]
    fn now_is_normalized(
        vm: &VirtualMachine,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<bool> {
        is_normalized(vm, form, unistr, false)
    }

    /// A text in a normal form.
    #[function(name = "normalize", sig = "(form, unistr, /)", text = "($self, form, unistr, /)")]
    fn now_normalize(
        vm: &VirtualMachine,
        form: &Py<PyStr>,
        unistr: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        normalize(vm, form, unistr, false)
    }

    /// The name of a character.
    #[function(
        name = "name",
        sig = "(chr, default=<unrepresentable>, /)",
        text = "($self, chr, default=<unrepresentable>, /)"
    )]
    fn now_name(vm: &VirtualMachine, chr: Char, default: Option<PyObject<'_>>) -> PyResult {
        name(vm, chr.0, false, default)
    }

    /// The character or characters of a name.
    #[function(name = "lookup", sig = "(name, /)", text = "($self, name, /)")]
    fn now_lookup(vm: &VirtualMachine, name: &Py<PyStr>) -> PyResult<PyRef<PyStr>> {
        lookup(vm, name, false)
    }
}

pub use module::MODULE;
