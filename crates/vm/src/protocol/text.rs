//! Objects as text: `str`, `repr`, `ascii`, `format`, and the guard that ends the repr of
//! a container that holds itself.

use crate::prelude::*;
use text::utf8;

/// While it lives, the repr of one object is in progress.
pub struct ReprGuard<'a> {
    vm: &'a VirtualMachine,
    word: u64,
}

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        let mut running = self.vm.repr_guard.borrow_mut();
        if let Some(i) = running.iter().rposition(|w| *w == self.word) {
            running.remove(i);
        }
    }
}

impl VirtualMachine {
    /// Marks the repr of a container as running; `None` if it already is, and the caller
    /// writes `...` in place of the contents.
    pub fn repr_enter(&self, o: PyObject<'_>) -> Option<ReprGuard<'_>> {
        let word = o.bits();
        let mut running = self.repr_guard.borrow_mut();
        if running.contains(&word) {
            return None;
        }
        running.push(word);
        Some(ReprGuard { vm: self, word })
    }

    /// `str(o)`.
    pub fn str(&self, o: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        if let Some(s) = o.downcast_exact::<PyStr>(&self.types().str) {
            return Ok(s.to_ref());
        }
        let Some(f) = o.class(self).slots.str.get() else { return self.repr(o) };
        let _guard = self.enter_native(" while getting the str of an object")?;
        self.text_result(f(self, o)?, "__str__")
    }

    /// `repr(o)`.
    pub fn repr(&self, o: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let Some(f) = o.class(self).slots.repr.get() else {
            return Ok(self.default_repr(o));
        };
        let _guard = self.enter_native(" while getting the repr of an object")?;
        self.text_result(f(self, o)?, "__repr__")
    }

    fn text_result(&self, r: PyObjectRef, method: &str) -> PyResult<PyRef<PyStr>> {
        r.downcast::<PyStr>().map_err(|r| {
            self.type_error(format!(
                "{method} returned non-string (type {})",
                r.class(self).display_name()
            ))
        })
    }

    /// `<module.Qual object at 0x...>`.
    pub fn default_repr(&self, o: PyObject<'_>) -> PyRef<PyStr> {
        let name = self.qualified_type_name(o.class(self));
        PyStr::from_parts(self, &[b"<", &name, format!(" object at {:#x}>", o.bits()).as_bytes()])
    }

    /// `module.Qual` of a type; without the module if that is `builtins` or no string.
    pub fn qualified_type_name(&self, typ: &Py<PyType>) -> Vec<u8> {
        let qualname = typ.qualname();
        let module: Option<Vec<u8>> = match typ.own_spec() {
            Some(spec) => Some(spec.module.as_bytes().to_vec()),
            None => typ
                .raw_dict()
                .get_name(&self.names().__module__)
                .and_then(|m| m.as_object().downcast::<PyStr>().map(|s| s.as_bytes().to_vec())),
        };
        let mut out = Vec::new();
        if let Some(m) = module.filter(|m| m != b"builtins") {
            out.extend_from_slice(&m);
            out.push(b'.');
        }
        out.extend_from_slice(qualname.as_bytes());
        out
    }

    /// `ascii(o)`.
    pub fn ascii(&self, o: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let r = self.repr(o)?;
        if r.as_bytes().is_ascii() {
            return Ok(r);
        }
        let mut out = Vec::with_capacity(r.byte_len() * 2);
        for cp in utf8::code_points(r.as_bytes()) {
            match u8::try_from(cp) {
                Ok(b) if b.is_ascii() => out.push(b),
                _ => utf8::repr::push_numeric_escape(&mut out, cp),
            }
        }
        Ok(self.new_str_bytes(&out))
    }

    /// `format(o, spec)`.
    pub fn format(&self, o: PyObject<'_>, spec: PyObject<'_>) -> PyResult<PyRef<PyStr>> {
        let Some(spec_str) = spec.downcast::<PyStr>() else {
            return Err(self.type_error(format!(
                "Format specifier must be a string, not {}",
                spec.class(self).display_name()
            )));
        };
        if spec_str.byte_len() == 0 {
            if let Some(s) = o.downcast_exact::<PyStr>(&self.types().str) {
                return Ok(s.to_ref());
            }
            if o.small_int().is_some() || o.is_type(&self.types().int) {
                return self.str(o);
            }
        }
        let Some(r) = self.call_special(&self.names().__format__, &[o, spec])? else {
            return Err(self.type_error(format!(
                "Type {} doesn't define __format__",
                o.class(self).display_name()
            )));
        };
        r.downcast::<PyStr>().map_err(|r| {
            self.type_error(format!(
                "__format__ must return a str, not {}",
                r.class(self).display_name()
            ))
        })
    }
}
