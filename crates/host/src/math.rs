//! Functions of the C library's `libm` that Rust's library does not hand on.
//!
//! It computes some of them itself; Python's results are those of the C library.

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        mod c {
            // SAFETY: these are C's functions of one number, which touch no memory.
            unsafe extern "C" {
                $(pub safe fn $name(x: f64) -> f64;)*
            }
        }

        $($(#[$doc])*
        pub fn $name(x: f64) -> f64 {
            c::$name(x)
        })*
    };
}

functions! {
    acosh,
    asinh,
    atanh,
    erf,
    erfc,
}
