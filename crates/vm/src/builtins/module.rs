//! `module`: a name space with the attributes that import fills in.

use crate::prelude::*;

/// A module; its dict lies in the payload.
#[pyclass(name = "module", module = "builtins", flags(BASETYPE, HAVE_GC, EXT, HAS_DICT))]
#[derive(Traverse)]
pub struct PyModule {
    pub(crate) dict: PyRef<PyDict>,
}
