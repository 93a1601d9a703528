//! Modules that are written at build time.

use crate::{Result, var};

/// Path and text of each.
pub fn modules() -> Result<Vec<(String, String)>> {
    let target = Target::from_cargo()?;
    Ok(vec![
        ("_opcode_metadata.py".to_owned(), bytecode::metadata::opcode_metadata_py()),
        (format!("{}.py", target.sysconfigdata_name()), target.sysconfigdata()),
    ])
}

/// The platform that the library is built for.
struct Target {
    /// `sys.platform`.
    platform: String,
    /// `sys.implementation._multiarch`, as in `x86_64-linux-gnu`.
    multiarch: String,
    pointer_width: u32,
}

impl Target {
    fn from_cargo() -> Result<Self> {
        let os = var("CARGO_CFG_TARGET_OS")?;
        let arch = var("CARGO_CFG_TARGET_ARCH")?;
        let env = var("CARGO_CFG_TARGET_ENV").unwrap_or_default();
        let (platform, multiarch) = match os.as_str() {
            "macos" => ("darwin".to_owned(), "darwin".to_owned()),
            "linux" => ("linux".to_owned(), format!("{arch}-linux-{env}")),
            _ => (os.clone(), format!("{arch}-{os}")),
        };
        let pointer_width = var("CARGO_CFG_TARGET_POINTER_WIDTH")?.parse()?;
        Ok(Target { platform, multiarch, pointer_width })
    }

    fn sysconfigdata_name(&self) -> String {
        format!("_sysconfigdata__{}_{}", self.platform, self.multiarch)
    }

    /// What `sysconfig` reads at run time.  Nothing was configured or installed
    /// by a makefile: values that name folders follow `sys.base_prefix`, and
    /// those that describe C describe the compiler that a user would have.
    fn sysconfigdata(&self) -> String {
        let multiarch = &self.multiarch;
        let soabi = format!("rpython-314-{multiarch}");
        let word = self.pointer_width / 8;
        let plain = [
            ("ABIFLAGS", ""),
            ("ABI_THREAD", ""),
            ("AR", "ar"),
            ("ARFLAGS", "rcs"),
            ("CC", "cc"),
            ("CCSHARED", "-fPIC"),
            ("CFLAGS", "-fno-strict-overflow -Wall -O3"),
            ("CONFIG_ARGS", ""),
            ("CXX", "c++"),
            ("EXE", ""),
            ("EXT_SUFFIX", &format!(".{soabi}.so")),
            ("HOST_GNU_TYPE", multiarch),
            ("BUILD_GNU_TYPE", multiarch),
            ("LDFLAGS", ""),
            ("LDLIBRARY", ""),
            ("LDSHARED", "cc -shared"),
            ("LDVERSION", "3.14"),
            ("LIBM", "-lm"),
            ("LIBRARY", "librpython3.14.a"),
            ("LIBS", "-ldl -lm"),
            ("MACHDEP", &self.platform),
            ("MULTIARCH", multiarch),
            ("OPT", "-O3"),
            ("PLATLIBDIR", "lib"),
            ("PYTHONFRAMEWORK", ""),
            ("PYTHONFRAMEWORKPREFIX", ""),
            ("SHLIB_SUFFIX", ".so"),
            ("SOABI", &soabi),
            (
                "TZPATH",
                "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo",
            ),
            ("VERSION", "3.14"),
            ("abs_builddir", ""),
            ("abs_srcdir", ""),
        ];
        let folders = [
            ("BINDIR", "/bin"),
            ("BINLIBDEST", "/lib/python3.14"),
            ("CONFINCLUDEPY", "/include/python3.14"),
            ("DESTSHARED", "/lib/python3.14/lib-dynload"),
            ("INCLUDEDIR", "/include"),
            ("INCLUDEPY", "/include/python3.14"),
            ("LIBDEST", "/lib/python3.14"),
            ("LIBDIR", "/lib"),
            ("LIBPL", &format!("/lib/python3.14/config-3.14-{multiarch}")),
            ("LIBPC", "/lib/pkgconfig"),
            ("SCRIPTDIR", "/lib"),
            ("datarootdir", "/share"),
            ("exec_prefix", ""),
            ("prefix", ""),
        ];
        let numbers = [
            ("HAVE_DYNAMIC_LOADING", 1),
            ("HAVE_FORK", 1),
            ("HAVE_GETRANDOM", 1),
            ("HAVE_GETRANDOM_SYSCALL", 1),
            ("Py_DEBUG", 0),
            ("Py_ENABLE_SHARED", 0),
            ("Py_GIL_DISABLED", 0),
            ("Py_REF_DEBUG", 0),
            ("Py_TRACE_REFS", 0),
            ("SIZEOF_DOUBLE", 8),
            ("SIZEOF_FLOAT", 4),
            ("SIZEOF_INT", 4),
            ("SIZEOF_LONG", word),
            ("SIZEOF_LONG_LONG", 8),
            ("SIZEOF_PID_T", 4),
            ("SIZEOF_SHORT", 2),
            ("SIZEOF_SIZE_T", word),
            ("SIZEOF_TIME_T", 8),
            ("SIZEOF_VOID_P", word),
            ("SIZEOF_WCHAR_T", 4),
            ("WITH_DOC_STRINGS", 1),
            ("WITH_FREELISTS", 1),
            ("WITH_MIMALLOC", 1),
            ("WITH_PYMALLOC", 1),
        ];
        let mut rows: Vec<(&str, String)> = Vec::new();
        rows.extend(plain.iter().map(|(name, value)| (*name, format!("{value:?}"))));
        rows.extend(folders.iter().map(|(name, tail)| match *tail {
            "" => (*name, "_prefix".to_owned()),
            tail => (*name, format!("_prefix + {tail:?}")),
        }));
        rows.extend(numbers.iter().map(|(name, value)| (*name, value.to_string())));
        rows.sort();
        let rows: String =
            rows.iter().map(|(name, value)| format!("    '{name}': {value},\n")).collect();
        format!(
            "# Generated when the interpreter was built; sysconfig reads it.\n\
             from sys import base_prefix as _prefix\n\
             build_time_vars = {{\n{rows}}}\n"
        )
    }
}
