//! `str.translate` and `str.maketrans`.

use crate::builtins::int::IntView;
use crate::prelude::*;
use text::utf8;

/// What a table says about one character.
enum Mapped {
    Same,
    Text(Vec<u8>),
}

/// Asks a table: an int, a string, None for deletion, LookupError for "as it is".
fn look_up(vm: &VirtualMachine, table: PyObject<'_>, cp: u32) -> PyResult<Mapped> {
    let key = vm.new_int(i64::from(cp));
    let found = match vm.get_item(table, key.as_object()) {
        Ok(v) => v,
        Err(e) if vm.is_error(&e, &vm.exc().lookup_error) => return Ok(Mapped::Same),
        Err(e) => return Err(e),
    };
    let o = found.as_object();
    if o.is_none() {
        return Ok(Mapped::Text(Vec::new()));
    }
    if let Some(s) = o.downcast::<PyStr>() {
        return Ok(Mapped::Text(s.as_bytes().to_vec()));
    }
    match o.int_view() {
        Some(IntView::Small(v)) if (0..=0x10ffff).contains(&v) => {
            let mut out = Vec::new();
            utf8::push(&mut out, v as u32);
            Ok(Mapped::Text(out))
        }
        Some(_) => Err(vm.value_error("character mapping must be in range(0x110000)")),
        None => Err(vm.type_error("character mapping must return integer, None or str")),
    }
}

impl VirtualMachine {
    /// `s.translate(table)`: each character is asked for once while the text is ASCII.
    pub fn str_translate(&self, s: &Py<PyStr>, table: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let mut known: [Option<Mapped>; 128] = [const { None }; 128];
        let mut out = Vec::new();
        out.try_reserve(s.byte_len()).map_err(|_| self.memory_error())?;
        for cp in utf8::code_points(s.as_bytes()) {
            let fresh;
            let mapped = match known.get_mut(cp as usize) {
                Some(slot) => {
                    if slot.is_none() {
                        *slot = Some(look_up(self, table, cp)?);
                    }
                    slot.as_ref().unwrap_or(&Mapped::Same)
                }
                None => {
                    fresh = look_up(self, table, cp)?;
                    &fresh
                }
            };
            match mapped {
                Mapped::Same => {
                    let (bytes, len) = utf8::encode(cp);
                    self.extend_to(&mut out, &bytes[..len])?;
                }
                Mapped::Text(text) => self.extend_to(&mut out, text)?,
            }
        }
        self.try_new_str(&out)
    }
}

#[pymethods(name = translate)]
impl PyStr {
    /// Replaces each character by what the table maps its code point to.
    #[method(sig = "(self, table, /)")]
    fn translate(
        zelf: &Py<PyStr>,
        vm: &VirtualMachine,
        table: PyObject<'_>,
    ) -> PyResult<PyRef<PyStr>> {
        vm.str_translate(zelf, table)
    }

    /// A table for translate: from a dict, or from two or three strings.
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)", text = "")]
    fn maketrans(
        vm: &VirtualMachine,
        x: PyObject<'_>,
        y: Option<&Py<PyStr>>,
        z: Option<&Py<PyStr>>,
    ) -> PyResult<PyRef<PyDict>> {
        let out = vm.new_dict();
        let key = |cp: u32| vm.new_int(i64::from(cp));
        if let Some(y) = y {
            let Some(x) = x.downcast::<PyStr>() else {
                return Err(vm.type_error(
                    "first maketrans argument must be a string if there is a second argument",
                ));
            };
            if x.char_len() != y.char_len() {
                return Err(
                    vm.value_error("the first two maketrans arguments must have equal length")
                );
            }
            let pairs = utf8::code_points(x.as_bytes()).zip(utf8::code_points(y.as_bytes()));
            for (from, to) in pairs {
                out.set(vm, key(from).as_object(), key(to))?;
            }
            for cp in z.into_iter().flat_map(|z| utf8::code_points(z.as_bytes())) {
                out.set(vm, key(cp).as_object(), vm.none())?;
            }
            return Ok(out);
        }
        let Some(d) = x.downcast_exact::<PyDict>(&vm.types().dict) else {
            return Err(
                vm.type_error("if you give only one argument to maketrans it must be a dict")
            );
        };
        for (k, v) in d.items() {
            if let Some(s) = k.as_object().downcast::<PyStr>() {
                let Some(cp) = s.single() else {
                    return Err(vm.value_error("string keys in translatetable must be of length 1"));
                };
                out.set(vm, key(cp).as_object(), v)?;
            } else if k.as_object().int_view().is_some() {
                out.set(vm, k.as_object(), v)?;
            } else {
                return Err(vm.type_error("keys in translate table must be strings or integers"));
            }
        }
        Ok(out)
    }
}
