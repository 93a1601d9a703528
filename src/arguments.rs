//! The command line: CPython's options, read the way CPython's `getopt` reads them.
//!
//! Options end at the first argument that is none, and at `-c` and `-m`, which take the
//! rest; that is why the command line is read by hand.

use std::os::unix::ffi::OsStringExt;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard input: interactively if it is a terminal.
    Stdin,
    Command(Vec<u8>),
    Module(Vec<u8>),
    /// A script, a folder or an archive.
    File(Vec<u8>),
}

/// What was asked for instead of running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    Help,
    HelpEnvironment,
    HelpOptions,
    HelpAll,
    Version,
    LongVersion,
}

#[derive(Clone, Debug, Default)]
pub struct Options {
    pub bytes_warning: u8,
    pub dont_write_bytecode: bool,
    pub debug: u8,
    pub ignore_environment: bool,
    pub inspect: bool,
    pub isolated: bool,
    pub no_site: bool,
    pub no_user_site: bool,
    pub optimize: u8,
    /// `-R`: hashes are random whatever the environment says.
    pub random_hashes: bool,
    pub quiet: bool,
    pub safe_path: bool,
    pub unbuffered: bool,
    pub verbose: u8,
    pub skip_first_line: bool,
    pub warn_options: Vec<Vec<u8>>,
    pub x_options: Vec<Vec<u8>>,
    pub check_hash_pycs: Option<Vec<u8>>,
}

pub struct Invocation {
    pub options: Options,
    pub target: Target,
    /// `sys.argv[1:]`.
    pub rest: Vec<Vec<u8>>,
    pub info: Option<Info>,
    /// The program is `-`, standard input by name.
    pub from_dash: bool,
}

/// The program's own name and its arguments, as bytes.
pub fn raw() -> Vec<Vec<u8>> {
    std::env::args_os().map(OsStringExt::into_vec).collect()
}

/// Why the command line makes no sense, as CPython words it.
pub struct Misuse(pub String);

pub fn parse(args: &[Vec<u8>]) -> Result<Invocation, Misuse> {
    let mut options = Options::default();
    let mut target = None;
    let mut info = None;
    let mut version = 0;
    let mut at = 1;
    while target.is_none() && at < args.len() {
        let arg = &args[at];
        if arg == b"-" || arg.first() != Some(&b'-') {
            break;
        }
        at += 1;
        if arg == b"--" {
            break;
        }
        if let Some(long) = arg.strip_prefix(b"--") {
            match long {
                b"help" => info = Some(Info::Help),
                b"version" => version += 1,
                b"help-env" => info = Some(Info::HelpEnvironment),
                b"help-xoptions" => info = Some(Info::HelpOptions),
                b"help-all" => info = Some(Info::HelpAll),
                b"check-hash-based-pycs" => {
                    let Some(value) = args.get(at) else {
                        return Err(Misuse(
                            "Argument expected for the --check-hash-based-pycs options".to_owned(),
                        ));
                    };
                    options.check_hash_pycs = Some(value.clone());
                    at += 1;
                }
                _ => {
                    let shown = String::from_utf8_lossy(arg);
                    return Err(Misuse(format!("Unknown option: {shown}")));
                }
            }
            continue;
        }
        let mut letters = &arg[1..];
        while let Some((&letter, rest)) = letters.split_first() {
            letters = rest;
            match letter {
                b'b' => options.bytes_warning = options.bytes_warning.saturating_add(1),
                b'B' => options.dont_write_bytecode = true,
                b'd' => options.debug = options.debug.saturating_add(1),
                b'E' => options.ignore_environment = true,
                b'i' => options.inspect = true,
                b'I' => options.isolated = true,
                b'O' => options.optimize = options.optimize.saturating_add(1),
                b'P' => options.safe_path = true,
                b'q' => options.quiet = true,
                b's' => options.no_user_site = true,
                b'S' => options.no_site = true,
                b't' => {}
                b'R' => options.random_hashes = true,
                b'u' => options.unbuffered = true,
                b'v' => options.verbose = options.verbose.saturating_add(1),
                b'x' => options.skip_first_line = true,
                b'h' | b'?' => info = Some(Info::Help),
                b'V' => version += 1,
                b'c' | b'm' | b'W' | b'X' => {
                    let value = if letters.is_empty() {
                        let Some(value) = args.get(at) else {
                            return Err(Misuse(format!(
                                "Argument expected for the -{} option",
                                letter as char
                            )));
                        };
                        at += 1;
                        value.clone()
                    } else {
                        letters.to_vec()
                    };
                    letters = &[];
                    match letter {
                        b'c' => {
                            let mut text = value;
                            text.push(b'\n');
                            target = Some(Target::Command(text));
                        }
                        b'm' => target = Some(Target::Module(value)),
                        b'W' => options.warn_options.push(value),
                        _ => options.x_options.push(value),
                    }
                }
                other => return Err(Misuse(format!("Unknown option: -{}", other as char))),
            }
        }
    }
    if version > 0 && info.is_none() {
        info = Some(if version > 1 { Info::LongVersion } else { Info::Version });
    }
    let from_dash = target.is_none() && args.get(at).is_some_and(|a| a == b"-");
    let target = match target {
        Some(t) => t,
        None => match args.get(at) {
            None => Target::Stdin,
            Some(arg) => {
                at += 1;
                if arg == b"-" { Target::Stdin } else { Target::File(arg.clone()) }
            }
        },
    };
    Ok(Invocation { options, target, rest: args[at.min(args.len())..].to_vec(), info, from_dash })
}
