//! `str.format`, `str.format_map` and `str.__format__`.

use crate::prelude::*;
use text::format::{AutoNumber, FieldName, Part, Spec, Template, format_text, template};

/// Replacement fields inside format specs may nest this deep.
const MAX_DEPTH: u32 = 2;

/// Where the values of replacement fields come from.
enum Values<'a> {
    Call(Rest<'a>, Keywords<'a>),
    Mapping(PyObject<'a>),
}

impl Values<'_> {
    fn first(&self, vm: &VirtualMachine, name: &FieldName<'_>, auto: &mut AutoNumber) -> PyResult {
        if name.is_positional() {
            let i = auto.resolve(name.first_number).map_err(|e| vm.format_error(e))?;
            let Values::Call(args, _) = self else {
                return Err(vm.value_error("Format string contains positional fields"));
            };
            return args.get(i).map(PyObject::to_owned).ok_or_else(|| {
                vm.index_error(format!(
                    "Replacement index {i} out of range for positional args tuple"
                ))
            });
        }
        match self {
            Values::Call(_, keywords) => {
                match keywords.iter().find(|(k, _)| k.as_bytes() == name.first) {
                    Some((_, v)) => Ok(v.to_owned()),
                    None => Err(vm.key_error(vm.new_str_bytes(name.first).as_object())),
                }
            }
            Values::Mapping(m) => vm.get_item(*m, vm.new_str_bytes(name.first).as_object()),
        }
    }

    /// The value of a field: the first object, then its attributes and items.
    fn get(&self, vm: &VirtualMachine, name: &[u8], auto: &mut AutoNumber) -> PyResult {
        let name = FieldName::parse(name).map_err(|e| vm.format_error(e))?;
        let mut value = self.first(vm, &name, auto)?;
        for part in name.rest {
            let part = part.map_err(|e| vm.format_error(e))?;
            value = match part {
                Part::Attribute(a) => {
                    let a = vm.new_str_bytes(a);
                    vm.get_attr(value.as_object(), &a)?
                }
                Part::Index(i) => vm.get_item(value.as_object(), vm.new_usize(i).as_object())?,
                Part::Key(k) => vm.get_item(value.as_object(), vm.new_str_bytes(k).as_object())?,
            };
        }
        Ok(value)
    }

    fn render(
        &self,
        vm: &VirtualMachine,
        text: &[u8],
        auto: &mut AutoNumber,
        depth: u32,
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        if depth == 0 {
            return Err(vm.value_error("Max string recursion exceeded"));
        }
        for markup in Template::new(text) {
            let markup = markup.map_err(|e| vm.format_error(e))?;
            out.extend_from_slice(markup.literal);
            let Some(field) = markup.field else { continue };
            let mut value = self.get(vm, field.name, auto)?;
            if let Some(conversion) = field.conversion {
                value = match char::from_u32(conversion) {
                    Some('r') => vm.repr(value.as_object())?,
                    Some('s') => vm.str(value.as_object())?,
                    Some('a') => vm.ascii(value.as_object())?,
                    _ => return Err(vm.format_error(template::unknown_conversion(conversion))),
                }
                .into();
            }
            let spec = if field.nested {
                let mut spec = Vec::new();
                self.render(vm, field.spec, auto, depth - 1, &mut spec)?;
                vm.new_str_bytes(&spec)
            } else {
                vm.new_str_bytes(field.spec)
            };
            let shown = vm.format(value.as_object(), spec.as_object())?;
            vm.check_room(out.len().saturating_add(shown.byte_len()))?;
            out.extend_from_slice(shown.as_bytes());
        }
        Ok(())
    }

    fn format(&self, vm: &VirtualMachine, s: &PyStr) -> PyResult<PyRef<PyStr>> {
        let mut out = Vec::with_capacity(s.byte_len() + 32);
        self.render(vm, s.as_bytes(), &mut AutoNumber::default(), MAX_DEPTH, &mut out)?;
        vm.try_new_str(&out)
    }
}

#[pymethods(name = format)]
impl PyStr {
    /// The text with its {replacement fields} filled from the arguments.
    #[method(sig = "(self, /, *args, **kwargs)")]
    fn format(
        &self,
        vm: &VirtualMachine,
        args: Rest<'_>,
        kwargs: Keywords<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        Values::Call(args, kwargs).format(vm, self)
    }

    /// The text with its {replacement fields} filled from the mapping.
    #[method(sig = "(self, mapping, /)")]
    fn format_map(&self, vm: &VirtualMachine, mapping: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        Values::Mapping(mapping).format(vm, self)
    }

    /// The text laid out as the format specification says.
    #[method(name = "__format__", sig = "(self, format_spec, /)")]
    fn dunder_format(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        format_spec: &Py<PyStr>,
    ) -> PyResult<PyRef<PyStr>> {
        if format_spec.byte_len() == 0 {
            return vm.str(zelf.as_object());
        }
        let type_name = zelf.class().display_name();
        let mut out = Vec::new();
        Spec::parse_for_text(format_spec.as_bytes(), &type_name)
            .and_then(|spec| {
                format_text(&mut out, &spec, zelf.as_bytes(), zelf.char_len(), &type_name)
            })
            .map_err(|e| vm.format_error(e))?;
        vm.try_new_str(&out)
    }
}
