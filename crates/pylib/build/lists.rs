//! Which files of the package are left out, and which modules boot.

/// The folder of the library, relative to the prefix.
pub const ROOT: &str = "lib/python3.14";

/// Top-level names that are not part of the library: Tk's half, which needs a
/// `_tkinter`, stand-ins of another interpreter, and the package's own papers.
pub const LEFT_OUT: &[&str] = &[
    "PSF-LICENSE",
    "README.md",
    "_dummy_os.py",
    "_dummy_thread.py",
    "_pycodecs.py",
    "dummy_threading.py",
    "idlelib",
    "test",
    "tkinter",
    "turtledemo",
];

/// Imported on the way to any program's first line: their code is kept as it is
/// executed, uncompressed.
#[cfg(feature = "embed")]
pub const BOOT: &[&str] = &[
    "_collections_abc",
    "_py_abc",
    "_sitebuiltins",
    "_weakrefset",
    "abc",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.utf_8",
    "genericpath",
    "importlib",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.machinery",
    "importlib.util",
    "io",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "warnings",
    "_py_warnings",
    "zipimport",
];

/// The modules that CPython freezes: their code names `<frozen x>` as its file,
/// which programs see in tracebacks (`python -m` shows `<frozen runpy>`).
pub const FROZEN: &[&str] = &[
    "__hello__",
    "__phello__",
    "__phello__.ham",
    "__phello__.ham.eggs",
    "__phello__.spam",
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];
