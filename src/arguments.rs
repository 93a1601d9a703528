//! The command line: CPython's options, declared to clap.
//!
//! The interpreter's own options end at the first argument that is none, and behind `-c CODE`
//! and `-m NAME`, however they are attached: clap has no words for that rule, so [`own_options`]
//! finds the place and clap reads what stands in front of it.  The rest is the program's.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

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

const FLAGS: [&str; 17] =
    ["b", "B", "d", "E", "i", "I", "O", "P", "q", "s", "S", "t", "R", "u", "v", "x", "V"];
/// Options with a value.  `-c` and `-m` name the program.
const VALUES: [&str; 4] = ["c", "m", "W", "X"];
/// Options that ask for a text, which end the interpreter's options as well.
const INFO: [(&str, Info); 4] = [
    ("help", Info::Help),
    ("help-env", Info::HelpEnvironment),
    ("help-xoptions", Info::HelpOptions),
    ("help-all", Info::HelpAll),
];
const CHECK_PYCS: &str = "check-hash-based-pycs";

fn command() -> Command {
    let flags = FLAGS.map(|name| Arg::new(name).short(letter(name)).action(ArgAction::Count));
    let with_value = |name: &'static str| {
        Arg::new(name)
            .action(ArgAction::Append)
            .allow_hyphen_values(true)
            .value_parser(value_parser!(OsString))
    };
    let values = VALUES.map(|name| with_value(name).short(letter(name)));
    let info = INFO.map(|(name, _)| Arg::new(name).long(name).action(ArgAction::Count));
    Command::new("rpython")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(flags)
        .args(values)
        .args(info)
        .mut_arg("V", |version| version.long("version"))
        .mut_arg("help", |help| help.short('h').short_alias('?'))
        .arg(with_value(CHECK_PYCS).long(CHECK_PYCS))
}

fn letter(name: &str) -> char {
    char::from(name.as_bytes()[0])
}

/// How many of `args` are the interpreter's: all before the program's name, which `-c` and
/// `-m` bring with them.  A `--` belongs to the interpreter and is the last that does.
///
/// # Errors
/// [`Misuse`] of `--name=value`, which CPython does not know.
fn own_options(args: &[Vec<u8>]) -> Result<usize, Misuse> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        if arg == b"-" || arg.first() != Some(&b'-') {
            break;
        }
        at += 1;
        if arg == b"--" {
            break;
        }
        if let Some(name) = arg.strip_prefix(b"--") {
            if name.contains(&b'=') {
                return Err(unknown(&String::from_utf8_lossy(arg)));
            }
            at += usize::from(name == CHECK_PYCS.as_bytes());
            if INFO.iter().any(|(info, _)| info.as_bytes() == name) {
                break;
            }
            continue;
        }
        if matches!(arg.as_slice(), b"-h" | b"-?") {
            break;
        }
        let takes_value = |&byte: &u8| VALUES.iter().any(|name| name.as_bytes()[0] == byte);
        let Some(place) = arg.iter().position(takes_value) else {
            continue;
        };
        at += usize::from(place + 1 == arg.len());
        if matches!(arg[place], b'c' | b'm') {
            break;
        }
    }
    Ok(at.min(args.len()))
}

fn unknown(option: &str) -> Misuse {
    Misuse(format!("Unknown option: {option}"))
}

/// CPython's words for what clap found wrong.
fn misuse(error: &clap::Error) -> Misuse {
    let option = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) => option.as_str(),
        _ => "",
    };
    // "-W <W>" is how clap names an option that lacks its value.
    let name = option.split(' ').next().unwrap_or(option);
    match error.kind() {
        ErrorKind::InvalidValue if name.starts_with("--") => {
            Misuse(format!("Argument expected for the {name} options"))
        }
        ErrorKind::InvalidValue => Misuse(format!("Argument expected for the {name} option")),
        _ => unknown(option),
    }
}

/// Reads `args`, the program's own name in front.
///
/// # Errors
/// [`Misuse`] of an unknown option, or of one without its value.
pub fn parse(args: &[Vec<u8>]) -> Result<Invocation, Misuse> {
    let args = args.get(1..).unwrap_or_default();
    let (own, program) = args.split_at(own_options(args)?);
    let matches = command()
        .try_get_matches_from(own.iter().map(|arg| OsStr::from_bytes(arg)))
        .map_err(|error| misuse(&error))?;
    let count = |id: &str| matches.get_count(id);
    let given = |id: &str| matches.get_count(id) > 0;

    let options = Options {
        bytes_warning: count("b"),
        dont_write_bytecode: given("B"),
        debug: count("d"),
        ignore_environment: given("E"),
        inspect: given("i"),
        isolated: given("I"),
        no_site: given("S"),
        no_user_site: given("s"),
        optimize: count("O"),
        random_hashes: given("R"),
        quiet: given("q"),
        safe_path: given("P"),
        unbuffered: given("u"),
        verbose: count("v"),
        skip_first_line: given("x"),
        warn_options: values(&matches, "W"),
        x_options: values(&matches, "X"),
        check_hash_pycs: values(&matches, CHECK_PYCS).pop(),
    };
    let help = INFO.iter().find(|(id, _)| given(id)).map(|&(_, info)| info);
    let info = help.or(match count("V") {
        0 => None,
        1 => Some(Info::Version),
        _ => Some(Info::LongVersion),
    });

    let mut rest = program;
    let mut from_dash = false;
    let target = if let Some(mut text) = values(&matches, "c").pop() {
        text.push(b'\n');
        Target::Command(text)
    } else if let Some(name) = values(&matches, "m").pop() {
        Target::Module(name)
    } else if let Some((file, arguments)) = program.split_first() {
        rest = arguments;
        from_dash = file == b"-";
        if from_dash { Target::Stdin } else { Target::File(file.clone()) }
    } else {
        Target::Stdin
    };
    Ok(Invocation { options, target, rest: rest.to_vec(), info, from_dash })
}

/// What was given for the option `id`, in the order given.
fn values(matches: &ArgMatches, id: &str) -> Vec<Vec<u8>> {
    matches.get_many::<OsString>(id).into_iter().flatten().map(|v| v.as_bytes().to_vec()).collect()
}
