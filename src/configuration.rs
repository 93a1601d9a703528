//! From options and the environment to the interpreter's settings.

use crate::arguments::{Invocation, Target};
use crate::run::complain;
use std::ffi::{CStr, CString};
use vm::interpreter::{Paths, Settings, Stress};

/// Why the interpreter cannot be configured.
pub enum Unusable {
    /// A setting makes no sense.
    Setting(String),
    /// A setting that counts before all others makes no sense.
    Encoding(String),
    /// The command line is wrong.
    Usage(String),
}

struct Environment {
    ignored: bool,
}

impl Environment {
    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        if self.ignored {
            return None;
        }
        let name = CString::new(name).ok()?;
        host::process::get_variable(&name).filter(|v| !v.is_empty())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(|v| String::from_utf8_lossy(&v).into_owned())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A variable that stands for a flag given so many times; what is no such number is 1.
    fn level(&self, name: &str) -> u8 {
        match self.text(name).map(|v| v.trim_start().parse::<i32>()) {
            None => 0,
            Some(Ok(n @ 0..)) => n.try_into().unwrap_or(u8::MAX),
            Some(_) => 1,
        }
    }

    /// A variable that stands for a flag: 0 leaves it off.
    fn flag(&self, name: &str) -> bool {
        self.level(name) > 0
    }
}

pub fn settings(args: &[Vec<u8>], invocation: &Invocation) -> Result<Settings, Unusable> {
    let o = &invocation.options;
    let env = Environment { ignored: o.ignore_environment || o.isolated };
    let x: Vec<(String, Option<String>)> = o
        .x_options
        .iter()
        .map(|x| {
            let text = String::from_utf8_lossy(x).into_owned();
            match text.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (text, None),
            }
        })
        .collect();
    let x_value = |name: &str| x.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let dev_mode = x_value("dev").is_some() || env.is_set("PYTHONDEVMODE");
    let digits = match x_value("int_max_str_digits") {
        Some(v) => Some(digits(v.as_deref().unwrap_or(""), "-X int_max_str_digits")?),
        None => match env.text("PYTHONINTMAXSTRDIGITS") {
            Some(v) => Some(digits(&v, "PYTHONINTMAXSTRDIGITS")?),
            None => None,
        },
    };
    let mut warn_options: Vec<String> = Vec::new();
    if dev_mode {
        warn_options.push("default".to_owned());
    }
    if let Some(list) = env.text("PYTHONWARNINGS") {
        warn_options.extend(list.split(',').map(str::to_owned));
    }
    warn_options.extend(o.warn_options.iter().map(|w| String::from_utf8_lossy(w).into_owned()));
    match o.bytes_warning {
        0 => {}
        1 => warn_options.push("default::BytesWarning".to_owned()),
        _ => warn_options.push("error::BytesWarning".to_owned()),
    }
    let frozen = match x_value("frozen_modules") {
        None => match env.text("PYTHON_FROZEN_MODULES") {
            v if matches!(v.as_deref(), None | Some("on" | "off")) => v,
            _ => {
                return Err(Unusable::Setting(
                    "bad value for PYTHON_FROZEN_MODULES (expected \"on\" or \"off\")".to_owned(),
                ));
            }
        },
        Some(v) if matches!(v.as_deref(), None | Some("" | "on" | "off")) => v,
        Some(_) => {
            return Err(Unusable::Setting(
                "bad value for option -X frozen_modules (expected \"on\" or \"off\")".to_owned(),
            ));
        }
    };
    check_options(&x_value, &env)?;
    let locale = Locale::of_environment(&env);
    let utf8_mode = match utf8_mode(x_value("utf8"), &env)? {
        Some(on) => on,
        None => locale.is_c,
    };
    let check_hash_pycs = match o.check_hash_pycs.as_deref() {
        None => None,
        Some(v @ (b"always" | b"never" | b"default")) => {
            Some(String::from_utf8_lossy(v).into_owned())
        }
        Some(_) => {
            return Err(Unusable::Usage(
                "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".to_owned(),
            ));
        }
    };
    let interactive = o.inspect;
    Ok(Settings {
        bytes_warning: o.bytes_warning,
        debug: u8::from(o.debug > 0 || env.flag("PYTHONDEBUG")),
        no_debug_ranges: x_value("no_debug_ranges").is_some() || env.is_set("PYTHONNODEBUGRANGES"),
        dont_write_bytecode: o.dont_write_bytecode || env.flag("PYTHONDONTWRITEBYTECODE"),
        ignore_environment: env.ignored,
        inspect: (interactive && invocation.target != Target::Stdin) || env.is_set("PYTHONINSPECT"),
        interactive,
        isolated: o.isolated,
        no_site: o.no_site,
        no_user_site: o.no_user_site || o.isolated || env.flag("PYTHONNOUSERSITE"),
        optimize: o.optimize.max(env.level("PYTHONOPTIMIZE")),
        quiet: o.quiet,
        safe_path: o.safe_path || o.isolated || env.is_set("PYTHONSAFEPATH"),
        unbuffered: o.unbuffered || env.flag("PYTHONUNBUFFERED"),
        import_time: import_time(x_value("importtime"), &env)?,
        verbose: o.verbose.max(env.level("PYTHONVERBOSE")),
        dev_mode,
        utf8_mode,
        ascii_names: locale.is_c && !locale.is_coerced && !utf8_mode,
        lenient_stdio: utf8_mode || locale.is_plain,
        warn_default_encoding: x_value("warn_default_encoding").is_some()
            || env.is_set("PYTHONWARNDEFAULTENCODING"),
        hash_seed: if o.random_hashes { None } else { hash_seed(&env)? },
        int_max_str_digits: digits,
        warn_options,
        argv: argv(invocation),
        orig_argv: args.to_vec(),
        executable: executable(args),
        paths: paths(args, &env),
        pycache_prefix: x_value("pycache_prefix")
            .map(|v| v.unwrap_or_default().into_bytes())
            .or_else(|| env.get("PYTHONPYCACHEPREFIX"))
            .filter(|p| !p.is_empty()),
        cpu_count: cpu_count(
            x_value("cpu_count").flatten().or_else(|| env.text("PYTHON_CPU_COUNT")),
        )?,
        check_hash_pycs,
        no_frozen_modules: frozen.as_deref() == Some("off"),
        stdio: env.text("PYTHONIOENCODING").map(|v| match v.split_once(':') {
            Some((encoding, errors)) => (encoding.to_owned(), errors.to_owned()),
            None => (v, String::new()),
        }),
        x_options: x,
        stress: stress(&env)?,
    })
}

/// What the locale says about encodings.
struct Locale {
    /// It is C or POSIX, or has taken their place.
    is_plain: bool,
    /// It was C or POSIX at the start, so UTF-8 mode is on unless it is refused.
    is_c: bool,
    /// `C.UTF-8` has taken its place.
    is_coerced: bool,
}

impl Locale {
    /// As PEP 538 has it, a C locale that nobody insists on becomes `C.UTF-8`, for this
    /// process and those that it starts.
    fn of_environment(env: &Environment) -> Locale {
        let variable = |name: &CStr| host::process::get_variable(name).filter(|v| !v.is_empty());
        let all = variable(c"LC_ALL");
        let name = [all.clone(), variable(c"LC_CTYPE"), variable(c"LANG")];
        let name = name.into_iter().flatten().next().unwrap_or_else(|| b"C".to_vec());
        let is_c = matches!(name.as_slice(), b"C" | b"POSIX");
        let wish = env.get("PYTHONCOERCECLOCALE");
        let is_coerced = is_c && all.is_none() && wish.as_deref() != Some(b"0");
        let tell = is_c && wish.as_deref() == Some(b"warn");
        if is_coerced {
            if tell {
                complain(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale \
                     or PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).",
                );
            }
            // Without room for the variable the locale stays what it is.
            let _ = host::process::set_variable(c"LC_CTYPE", c"C.UTF-8");
        } else if tell {
            complain(
                "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII \
                 encoding), which may cause Unicode compatibility problems. Using C.UTF-8, \
                 C.utf8, or UTF-8 (if available) as alternative Unicode-compatible locales is \
                 recommended.",
            );
        }
        let is_plain = is_c || matches!(name.as_slice(), b"C.UTF-8" | b"C.utf8" | b"UTF-8");
        Locale { is_plain, is_c, is_coerced }
    }
}

/// `-X utf8` or `PYTHONUTF8`; `None` if neither is given.
fn utf8_mode(option: Option<Option<String>>, env: &Environment) -> Result<Option<bool>, Unusable> {
    if let Some(value) = option {
        return match value.as_deref() {
            None | Some("1") => Ok(Some(true)),
            Some("0") => Ok(Some(false)),
            Some(_) => Err(Unusable::Encoding(
                "preconfig_init_utf8_mode: invalid -X utf8 option value".to_owned(),
            )),
        };
    }
    match env.text("PYTHONUTF8").as_deref() {
        None => Ok(None),
        Some("1") => Ok(Some(true)),
        Some("0") => Ok(Some(false)),
        Some(_) => Err(Unusable::Encoding(
            "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value".to_owned(),
        )),
    }
}

/// Options whose value must be right although it changes nothing here.
fn check_options(
    x_value: &impl Fn(&str) -> Option<Option<String>>,
    env: &Environment,
) -> Result<(), Unusable> {
    let wrong = |text: &str| Err(Unusable::Setting(text.to_owned()));
    let frames = |text: &str| text.parse::<u32>().is_ok_and(|n| n < 1 << 16);
    if let Some(Some(text)) = x_value("tracemalloc")
        && !frames(&text)
    {
        return wrong("config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames");
    }
    if let Some(text) = env.text("PYTHONTRACEMALLOC")
        && !frames(&text)
    {
        return wrong("config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames");
    }
    let gil = match x_value("gil") {
        Some(value) => Some(value.unwrap_or_default()),
        None => env.text("PYTHON_GIL"),
    };
    match gil.as_deref() {
        None | Some("1") => {}
        Some("0") => {
            return wrong("config_read_gil: Disabling the GIL is not supported by this build");
        }
        Some(_) => {
            return wrong("config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"");
        }
    }
    for name in ["thread_inherit_context", "context_aware_warnings"] {
        if let Some(value) = x_value(name)
            && !matches!(value.as_deref(), Some("0" | "1"))
        {
            return Err(Unusable::Setting(format!(
                "config_init_{name}: -X {name}=n: n is missing or invalid"
            )));
        }
        let variable = format!("PYTHON_{}", name.to_uppercase());
        if let Some(value) = env.text(&variable)
            && !matches!(value.as_str(), "0" | "1")
        {
            return Err(Unusable::Setting(format!(
                "config_init_{name}: {variable}=N: N is missing or invalid"
            )));
        }
    }
    Ok(())
}

/// `RPYTHON_STRESS`: switches that make rare events everyday, separated by commas.
fn stress(env: &Environment) -> Result<Stress, Unusable> {
    let mut stress = Stress::default();
    for name in env.text("RPYTHON_STRESS").as_deref().unwrap_or("").split(',') {
        match name {
            "" => {}
            "gc_always" => stress.gc_always = true,
            "poison" => stress.poison = true,
            "specialize_at_once" => stress.specialize_at_once = true,
            "specialize_never" => stress.specialize_never = true,
            "tiny_chunks" => stress.tiny_chunks = true,
            "match_dispatch" => stress.match_dispatch = true,
            _ => return Err(Unusable::Setting(format!("RPYTHON_STRESS: unknown switch '{name}'"))),
        }
    }
    Ok(stress)
}

fn digits(text: &str, source: &str) -> Result<usize, Unusable> {
    match text.parse::<usize>() {
        Ok(n) if n == 0 || n >= 640 => Ok(n),
        _ => Err(Unusable::Setting(format!(
            "config_init_int_max_str_digits: {source}: invalid limit; must be >= 640 or 0 for \
             unlimited."
        ))),
    }
}

/// `-X importtime` or `PYTHONPROFILEIMPORTTIME`; what is no number counts as 1.
fn import_time(option: Option<Option<String>>, env: &Environment) -> Result<u8, Unusable> {
    let (text, source, numeric) = match option {
        Some(value) => (value.unwrap_or_default(), "-X importtime", ""),
        None => match env.text("PYTHONPROFILEIMPORTTIME") {
            Some(value) => (value, "PYTHONPROFILEIMPORTTIME", "numeric "),
            None => return Ok(0),
        },
    };
    match text.parse::<i32>().unwrap_or(1) {
        n @ 0..=2 => Ok(n as u8),
        _ => Err(Unusable::Setting(format!(
            "config_init_import_time: {source}: {numeric}values other than 1 and 2 are reserved \
             for future use."
        ))),
    }
}

fn cpu_count(text: Option<String>) -> Result<Option<i32>, Unusable> {
    match text.as_deref() {
        None | Some("default") => Ok(None),
        Some(t) => match t.parse::<i32>() {
            Ok(n) if n > 0 => Ok(Some(n)),
            _ => Err(Unusable::Setting(
                "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, \
                 n must be greater than 0"
                    .to_owned(),
            )),
        },
    }
}

/// `None` is a random seed.
fn hash_seed(env: &Environment) -> Result<Option<u32>, Unusable> {
    match env.text("PYTHONHASHSEED").as_deref() {
        None | Some("random") => Ok(None),
        Some(t) => t.parse().map(Some).map_err(|_| {
            Unusable::Setting(
                "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range \
                 [0; 4294967295]"
                    .to_owned(),
            )
        }),
    }
}

/// The hash secret of a seed, as CPython draws it.
pub fn hash_secret(seed: Option<u32>) -> (u64, u64) {
    let mut bytes = [0u8; 16];
    match seed {
        None => bytes = host::random::seed(),
        Some(0) => {}
        Some(seed) => {
            let mut x = seed;
            for b in &mut bytes {
                x = x.wrapping_mul(214013).wrapping_add(2531011);
                *b = (x >> 16) as u8;
            }
        }
    }
    let word = |b: &[u8]| b.iter().rev().fold(0u64, |w, x| w << 8 | u64::from(*x));
    (word(&bytes[..8]), word(&bytes[8..]))
}

fn argv(invocation: &Invocation) -> Vec<Vec<u8>> {
    let first = match &invocation.target {
        Target::Stdin => Vec::new(),
        Target::Command(_) => b"-c".to_vec(),
        Target::Module(_) => b"-m".to_vec(),
        Target::File(path) => path.clone(),
    };
    let mut argv = vec![first];
    argv.extend(invocation.rest.iter().cloned());
    if invocation.target == Target::Stdin && invocation.from_dash {
        argv[0] = b"-".to_vec();
    }
    argv
}

/// The absolute path of this program, links unresolved.
fn executable(args: &[Vec<u8>]) -> Vec<u8> {
    let Some(name) = args.first().filter(|n| !n.is_empty()) else { return Vec::new() };
    if name.contains(&b'/') {
        return absolute(&normalized(name));
    }
    let path = host::process::get_variable(c"PATH").unwrap_or_default();
    for folder in path.split(|b| *b == b':').filter(|f| !f.is_empty()) {
        let candidate = [folder, b"/", name].concat();
        if is_program(&candidate) {
            return absolute(&candidate);
        }
    }
    Vec::new()
}

/// The path without `.`, empty parts and what `..` takes back, by its text alone: a relative
/// one may still start with `..`.
fn normalized(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match (part, parts.last()) {
            (b"" | b".", _) => {}
            (b"..", None) if rooted => {}
            (b"..", Some(last)) if *last != b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let joined = parts.join(&b'/');
    if rooted { [b"/", &joined[..]].concat() } else { joined }
}

fn is_program(path: &[u8]) -> bool {
    let Ok(path) = host::c_string(path) else { return false };
    const EXECUTE: i32 = 1;
    host::files::access(host::CURRENT_DIRECTORY, &path, EXECUTE, false, true)
        && host::files::stat(host::CURRENT_DIRECTORY, &path, true).is_ok_and(|s| s.is_regular())
}

fn absolute(path: &[u8]) -> Vec<u8> {
    if path.starts_with(b"/") {
        return path.to_vec();
    }
    let here = host::files::current_directory().unwrap_or_default();
    [&here, &b"/"[..], path.strip_prefix(b"./").unwrap_or(path)].concat()
}

pub fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|b| *b == b'/') {
        Some(0) => b"/",
        Some(i) => &path[..i],
        None => b"",
    }
}

/// The path with links of its last part followed.
fn resolved(path: &[u8]) -> Vec<u8> {
    let mut path = path.to_vec();
    for _ in 0..40 {
        let Ok(name) = host::c_string(&path) else { return path };
        match host::files::read_link(host::CURRENT_DIRECTORY, &name) {
            Ok(link) if link.starts_with(b"/") => path = link,
            Ok(link) => path = [parent(&path), b"/", &link].concat(),
            Err(_) => return path,
        }
    }
    path
}

fn exists(path: &[u8]) -> bool {
    host::c_string(path).is_ok_and(|p| host::files::stat(host::CURRENT_DIRECTORY, &p, true).is_ok())
}

const LIBRARY: &[u8] = b"/lib/python3.14";

fn paths(args: &[Vec<u8>], env: &Environment) -> Paths {
    let executable = executable(args);
    let mut base_executable = executable.clone();
    // A virtual environment names the interpreter's own folder.
    let mut venv = None;
    let folder = parent(&executable);
    for place in [folder, parent(folder)] {
        let file = [place, b"/pyvenv.cfg"].concat();
        if let Ok(text) = vm::import::state::read_file(&file) {
            let home = text.split(|b| *b == b'\n').find_map(|line| {
                let (key, value) = std::str::from_utf8(line).ok()?.split_once('=')?;
                (key.trim().eq_ignore_ascii_case("home")).then(|| value.trim().as_bytes().to_vec())
            });
            if let Some(home) = home {
                let name = executable.rsplit(|b| *b == b'/').next().unwrap_or(b"");
                base_executable = [&home, &b"/"[..], name].concat();
                venv = Some((parent(folder).to_vec(), home));
            }
            break;
        }
    }
    let home = env.get("PYTHONHOME");
    let base_prefix = match (&home, &venv) {
        (Some(h), _) => h.split(|b| *b == b':').next().unwrap_or(h).to_vec(),
        (None, Some((_, home))) => parent(home).to_vec(),
        (None, None) => {
            let program = resolved(&executable);
            // `site` normalises the paths below it, and the embedded library is found there.
            normalized(parent(parent(&program)))
        }
    };
    let base_prefix = if base_prefix.is_empty() { b"/usr/local".to_vec() } else { base_prefix };
    let inside =
        |rest: &[u8]| [base_prefix.strip_suffix(b"/").unwrap_or(&base_prefix), rest].concat();
    let stdlib = inside(LIBRARY);
    let on_disk = home.is_some() || exists(&[&stdlib, &b"/os.py"[..]].concat());
    let mut search: Vec<Vec<u8>> = Vec::new();
    if let Some(path) = env.get("PYTHONPATH") {
        search.extend(path.split(|b| *b == b':').map(<[u8]>::to_vec));
    }
    if on_disk {
        search.push(inside(b"/lib/python314.zip"));
    }
    search.push(stdlib.clone());
    if on_disk {
        search.push([&stdlib, &b"/lib-dynload"[..]].concat());
    }
    Paths {
        search,
        prefix: venv.map_or_else(|| base_prefix.clone(), |(prefix, _)| prefix),
        base_prefix,
        stdlib,
        base_executable,
        home,
        library_on_disk: on_disk,
    }
}
