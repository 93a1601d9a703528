//! The questions `str` answers about its characters, and pickling.

use crate::prelude::*;
use text::unicode as u;
use text::utf8::case;

#[pymethods(name = tests)]
impl PyStr {
    /// Whether there are characters and all of them are letters.
    #[method(sig = "(self, /)")]
    fn isalpha(&self) -> bool {
        case::all(self.as_bytes(), u::is_alpha)
    }

    /// Whether there are characters and all of them are letters or numbers.
    #[method(sig = "(self, /)")]
    fn isalnum(&self) -> bool {
        case::all(self.as_bytes(), u::is_alnum)
    }

    /// Whether all characters are ASCII.
    #[method(sig = "(self, /)")]
    fn isascii(&self) -> bool {
        self.is_ascii()
    }

    /// Whether there are characters and all of them are decimal digits.
    #[method(sig = "(self, /)")]
    fn isdecimal(&self) -> bool {
        case::all(self.as_bytes(), u::is_decimal)
    }

    /// Whether there are characters and all of them are digits.
    #[method(sig = "(self, /)")]
    fn isdigit(&self) -> bool {
        case::all(self.as_bytes(), u::is_digit)
    }

    /// Whether there are characters and all of them are numeric.
    #[method(sig = "(self, /)")]
    fn isnumeric(&self) -> bool {
        case::all(self.as_bytes(), u::is_numeric)
    }

    /// Whether the text could be a name in a program.
    #[method(sig = "(self, /)")]
    fn isidentifier(&self) -> bool {
        case::is_identifier(self.as_bytes())
    }

    /// Whether there are cased characters and all of them are lowercase.
    #[method(sig = "(self, /)")]
    fn islower(&self) -> bool {
        case::is_lower(self.as_bytes())
    }

    /// Whether there are cased characters and all of them are uppercase.
    #[method(sig = "(self, /)")]
    fn isupper(&self) -> bool {
        case::is_upper(self.as_bytes())
    }

    /// Whether words start in uppercase or titlecase and go on in lowercase.
    #[method(sig = "(self, /)")]
    fn istitle(&self) -> bool {
        case::is_title(self.as_bytes())
    }

    /// Whether all characters can be shown as they are.
    #[method(sig = "(self, /)")]
    fn isprintable(&self) -> bool {
        text::utf8::code_points(self.as_bytes()).all(u::is_printable)
    }

    /// Whether there are characters and all of them are whitespace.
    #[method(sig = "(self, /)")]
    fn isspace(&self) -> bool {
        case::all(self.as_bytes(), u::is_space)
    }

    #[method(name = "__getnewargs__", sig = "(self, /)")]
    fn getnewargs(&self, vm: &VirtualMachine) -> PyRef<PyTuple> {
        vm.new_tuple(vec![vm.new_str_bytes(self.as_bytes()).into()])
    }

    /// Bytes of memory that the string takes.
    #[method(name = "__sizeof__", sig = "(self, /)")]
    fn sizeof(zelf: &Py<PyStr>) -> usize {
        let table = zelf.chars.table().map_or(0, |t| t.size());
        zelf.class().layout.size as usize + zelf.capacity() + table
    }
}
