//! Macros that expose Rust to Python.
//!
//! Each expands to plain static tables that a person could have typed (`vm::native`), and
//! to one small function per definition, which binds the arguments.  The Python signature
//! is written once: the binder, the arity errors, `__text_signature__` and the docstring
//! (from `///`) all come from it.
//!
//! ```ignore
//! /// A point in the plane.
//! #[pyclass(name = "Point", module = "shapes", flags(BASETYPE))]
//! #[derive(Traverse)]
//! pub struct PyPoint {
//!     x: Cell<f64>,
//!     y: Cell<f64>,
//!     label: PyCell<Option<PyObjectRef>>,
//! }
//!
//! #[pymethods]
//! impl PyPoint {
//!     #[slot(sig = "(x=0.0, y=0.0)")]
//!     fn new(cls: &Py<PyType>, vm: &VirtualMachine, x: f64, y: f64) -> PyResult<PyRef<PyPoint>> {
//!         let label = PyCell::new(None);
//!         Ok(vm.alloc(cls, PyPoint { x: Cell::new(x), y: Cell::new(y), label }))
//!     }
//!
//!     #[slot]
//!     fn repr(&self) -> String {
//!         format!("Point({}, {})", self.x.get(), self.y.get())
//!     }
//!
//!     /// Moves the point.
//!     #[method(sig = "(self, dx, dy, /, *, scale=1.0)")]
//!     fn shift(&self, dx: f64, dy: f64, scale: f64) { .. }
//!
//!     #[getter]
//!     fn x(&self) -> f64 { self.x.get() }
//!
//!     #[setter]
//!     fn set_label(zelf: &Py<PyPoint>, vm: &VirtualMachine, value: Option<PyObject<'_>>) { .. }
//! }
//!
//! #[pymodule(name = "shapes", types(super::PyPoint))]
//! mod shapes {
//!     /// The distance between two points.
//!     #[function(sig = "(a, b, /)")]
//!     fn distance(vm: &VirtualMachine, a: &Py<PyPoint>, b: &Py<PyPoint>) -> f64 { .. }
//!
//!     #[attr]
//!     const ORIGIN_NAME: &str = "O";
//! }
//! ```
//!
//! The tests of `vm::native` are the worked example.
//!
//! **Receivers** come first: `&self` (the payload), `&Py<T>` (the object), `PyObject<'_>`
//! for types whose values may be immediates (int, float, str methods on any word), `&Py<PyType>` for class
//! methods and `new`.  `vm: &VirtualMachine` may stand anywhere after them, or be absent.
//!
//! **Parameters** implement `FromArg`; `Option<T>` is a parameter that may be left out (its
//! default is in the signature); `NoneOr<T>` takes `None`; a primitive with a literal default
//! (`n: isize` for `n=-1`) gets that default; `Rest<'_>` is `*args`, `Keywords<'_>` is
//! `**kwargs`; a single `Args<'_>` takes everything unbound, and then `sig` may be left out.
//!
//! **Results** implement `IntoPyResult`.
//!
//! **Slots** are named as in the slot table.  Binary number slots may get their own type on
//! either side: a `&Py<T>` parameter there answers `NotImplemented` for other objects.

mod class;
mod function;
mod methods;
mod module;
mod signature;
mod traverse;

use proc_macro::TokenStream;
use syn::parse_macro_input;

fn done(r: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    r.unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Makes a struct the payload of a native type: `name`, `module`, `base`, `base_spec`,
/// `metaclass`, `flags(..)`, `with(..)` (further method blocks), `static`, `var_bytes`,
/// `dies_silently`, `marker`, `doc`, `text`, `no_refs`.
#[proc_macro_attribute]
pub fn pyclass(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    done(class::expand(attr.into(), item))
}

/// Shows the items of an `impl` block that carry `method`, `classmethod`, `staticmethod`,
/// `getter`, `setter`, `member`, `slot` or `constant`.  A second block of a type is
/// `#[pymethods(name = more)]`, named in the class's `with(more)`.
#[proc_macro_attribute]
pub fn pymethods(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemImpl);
    done(methods::expand(attr.into(), item))
}

/// Makes `MODULE`, a native module, of an inline module's `function`, `attr` and `init`
/// items, and of `types(..)`, `specs(..)` and `parts(..)`.
#[proc_macro_attribute]
pub fn pymodule(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemMod);
    done(module::expand(attr.into(), item, true))
}

/// Makes `PART`, for a module that spreads over several files.
#[proc_macro_attribute]
pub fn pymodule_part(attr: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemMod);
    done(module::expand(attr.into(), item, false))
}

/// Shows the collector the references of a payload; `#[pytraverse(skip)]` on fields that
/// hold none.
#[proc_macro_derive(Traverse, attributes(pytraverse))]
pub fn traverse(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    done(traverse::expand(item))
}
