//! `time`: clocks, sleeping and the calendar.  CPython's counterpart: `timemodule.c`.

use crate::builtins::int::IntView;
use crate::builtins::module::PyModule;
use crate::builtins::structseq;
use crate::prelude::*;
use host::clock::calendar::Date;
use host::clock::{self, calendar};

/// How a time is rounded to nanoseconds or seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Round {
    Floor,
    Ceiling,
    HalfEven,
    /// Away from zero: time-outs.
    Up,
}

impl Round {
    fn apply(self, v: f64) -> f64 {
        match self {
            Round::Floor => v.floor(),
            Round::Ceiling => v.ceil(),
            Round::HalfEven => v.round_ties_even(),
            Round::Up if v >= 0.0 => v.ceil(),
            Round::Up => v.floor(),
        }
    }
}

const SECOND: i64 = 1_000_000_000;

/// Seconds (an int or a float) as nanoseconds.
pub fn duration(vm: &VirtualMachine, seconds: PyObject<'_>, round: Round) -> PyResult<i64> {
    let too_large = || vm.overflow_error("timestamp out of range for C PyTime_t");
    if let Some(f) = seconds.float_view() {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let n = round.apply(f * 1e9);
        if !(-9.223372036854776e18..9.223372036854776e18).contains(&n) {
            return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
        }
        return Ok(n as i64);
    }
    match seconds.int_view() {
        Some(IntView::Small(v)) => v.checked_mul(SECOND).ok_or_else(too_large),
        Some(IntView::Big(_)) => Err(too_large()),
        None if vm.is_index(seconds) => {
            let n = vm.index_i64(seconds)?;
            n.and_then(|v| v.checked_mul(SECOND)).ok_or_else(too_large)
        }
        None => Err(vm.type_error(format!(
            "'{}' object cannot be interpreted as an integer or float",
            seconds.class(vm).display_name()
        ))),
    }
}

/// Nanoseconds of `os.utime(ns=..)`-like pairs aside: whole seconds of a timestamp.
pub fn whole_seconds(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<i64> {
    if let Some(f) = o.float_view() {
        if f.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        let f = f.floor();
        if !(-9.223372036854776e18..9.223372036854776e18).contains(&f) {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(f as i64);
    }
    vm.index_i64(o)?.ok_or_else(|| vm.overflow_error("timestamp out of range for platform time_t"))
}

structseq::struct_sequence!(
    STRUCT_TIME,
    TIME_FIELDS = "time",
    "struct_time",
    Some(
        "A time in its parts: what gmtime() and localtime() give, mktime() and strftime() take.\n\nA tuple of nine whose items have names.  Years, months and weekdays count as\npeople do, but Monday is 0."
    ),
    9,
    [
        ("tm_year", "such as 1993"),
        ("tm_mon", "1 to 12"),
        ("tm_mday", "1 to 31"),
        ("tm_hour", "0 to 23"),
        ("tm_min", "0 to 59"),
        ("tm_sec", "0 to 61"),
        ("tm_wday", "0, Monday, to 6"),
        ("tm_yday", "1 to 366"),
        ("tm_isdst", "1 in summer time, 0 out of it, -1 if nobody knows"),
        ("tm_zone", "what the time zone is called"),
        ("tm_gmtoff", "how far local time is ahead of UTC, in seconds")
    ],
    []
);

fn struct_time(vm: &VirtualMachine, d: &Date) -> PyObjectRef {
    let int = |v: i64| vm.new_int(v);
    let zone = d.zone.as_deref().map_or(&b""[..], |z| z.to_bytes());
    let values = vec![
        int(d.year),
        int(i64::from(d.month) + 1),
        int(i64::from(d.day)),
        int(i64::from(d.hour)),
        int(i64::from(d.minute)),
        int(i64::from(d.second)),
        int(i64::from((d.weekday + 6) % 7)),
        int(i64::from(d.yearday) + 1),
        int(i64::from(d.summer)),
        crate::modules::path::fs_decode(vm, zone).into(),
        int(d.offset),
    ];
    structseq::create(vm, &STRUCT_TIME, &TIME_FIELDS, values)
}

/// The fields of a time tuple, as C counts them.
fn date_of(vm: &VirtualMachine, o: PyObject<'_>, what: &str) -> PyResult<Date> {
    let Some(t) = o.downcast::<PyTuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(vm.type_error(format!("{what}: illegal time tuple argument")));
    }
    let mut n = [0i32; 9];
    for (n, v) in n.iter_mut().zip(t.as_slice()) {
        *n = part(vm, v.as_object())?;
    }
    // C counts years from 1900.
    if n[0].checked_sub(1900).is_none() {
        return Err(vm.overflow_error("year out of range"));
    }
    let is_struct = t.class().own_spec().is_some_and(|s| std::ptr::eq(s, &STRUCT_TIME));
    let (mut zone, mut offset) = (None, 0);
    if is_struct {
        let z = vm.get_attr(o, &vm.intern("tm_zone"))?;
        if let Some(s) = z.as_object().downcast::<PyStr>() {
            zone = host::c_string(s.payload_ref().as_bytes()).ok();
        }
        let g = vm.get_attr(o, &vm.intern("tm_gmtoff"))?;
        if !g.is_none() {
            offset = vm.to_i64(g.as_object())?;
        }
    }
    Ok(Date {
        year: i64::from(n[0]),
        month: n[1].wrapping_sub(1),
        day: n[2],
        hour: n[3],
        minute: n[4],
        second: n[5],
        weekday: n[6].wrapping_add(1).wrapping_rem(7),
        yearday: n[7].wrapping_sub(1),
        summer: n[8],
        offset,
        zone,
    })
}

/// One part of a time, a C int.
fn part(vm: &VirtualMachine, o: PyObject<'_>) -> PyResult<i32> {
    let Some(v) = vm.index_i64(o)? else {
        return Err(vm.overflow_error("Python int too large to convert to C long"));
    };
    i32::try_from(v).map_err(|_| {
        vm.overflow_error(if v > 0 {
            "signed integer is greater than maximum"
        } else {
            "signed integer is less than minimum"
        })
    })
}

/// Checks the ranges, so that C's functions stay within their tables.
fn check_date(vm: &VirtualMachine, d: &mut Date) -> PyResult<()> {
    if d.month == -1 {
        d.month = 0;
    } else if !(0..=11).contains(&d.month) {
        return Err(vm.value_error("month out of range"));
    }
    if d.day == 0 {
        d.day = 1;
    } else if !(0..=31).contains(&d.day) {
        return Err(vm.value_error("day of month out of range"));
    }
    if !(0..=23).contains(&d.hour) {
        return Err(vm.value_error("hour out of range"));
    }
    if !(0..=59).contains(&d.minute) {
        return Err(vm.value_error("minute out of range"));
    }
    if !(0..=61).contains(&d.second) {
        return Err(vm.value_error("seconds out of range"));
    }
    if d.weekday < 0 {
        return Err(vm.value_error("day of week out of range"));
    }
    if d.yearday == -1 {
        d.yearday = 0;
    } else if !(0..=365).contains(&d.yearday) {
        return Err(vm.value_error("day of year out of range"));
    }
    Ok(())
}

fn now_or(vm: &VirtualMachine, seconds: Option<PyObject<'_>>) -> PyResult<i64> {
    match seconds.filter(|s| !s.is_none()) {
        None => Ok(clock::realtime().div_euclid(SECOND)),
        Some(s) => whole_seconds(vm, s),
    }
}

fn local_now(vm: &VirtualMachine) -> PyResult<Date> {
    calendar::local(clock::realtime().div_euclid(SECOND)).map_err(|e| vm.errno_error(e))
}

fn ascii_time(d: &Date) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:>3} {:02}:{:02}:{:02} {}",
        DAYS[d.weekday.rem_euclid(7) as usize],
        MONTHS[d.month.rem_euclid(12) as usize],
        d.day,
        d.hour,
        d.minute,
        d.second,
        d.year
    )
}

fn clock_of(vm: &VirtualMachine, id: i32) -> PyResult<i64> {
    clock::get(id).map_err(|e| vm.errno_error(e))
}

fn seconds(n: i64) -> f64 {
    if n % SECOND == 0 { (n / SECOND) as f64 } else { n as f64 / 1e9 }
}

fn set_zone(vm: &VirtualMachine, dict: &Py<PyDict>) -> PyResult<()> {
    let zone = calendar::zone().map_err(|e| vm.errno_error(e))?;
    let names: Vec<PyObjectRef> =
        zone.names.iter().map(|n| crate::modules::path::fs_decode(vm, n).into()).collect();
    dict.set_str(vm, &vm.intern("timezone"), vm.new_int(zone.timezone))?;
    dict.set_str(vm, &vm.intern("altzone"), vm.new_int(zone.altzone))?;
    dict.set_str(vm, &vm.intern("daylight"), vm.new_int(i64::from(zone.daylight)))?;
    dict.set_str(vm, &vm.intern("tzname"), vm.new_tuple(names).into())
}

/// The C library's `strftime`, piece by piece: it cannot pass NUL or surrogates.
fn format_date(vm: &VirtualMachine, format: &Py<PyStr>, d: &Date) -> PyResult {
    let text = format.payload_ref().as_bytes();
    let mut out: Vec<u8> = Vec::new();
    let mut rest = text;
    let special = |b: &[u8]| b.iter().position(|c| *c == 0 || *c == 0xED).unwrap_or(b.len());
    loop {
        let n = special(rest);
        let (plain, tail) = rest.split_at(n);
        if !plain.is_empty() {
            let c = host::c_string(plain).map_err(|_| vm.value_error("embedded null character"))?;
            let piece = calendar::format(&c, d).map_err(|e| match e {
                host::Errno::ENOMEM => vm.memory_error(),
                e => vm.errno_error(e),
            })?;
            vm.extend_to(&mut out, crate::modules::path::fs_decode(vm, &piece).as_bytes())?;
        }
        match tail.first() {
            None => break,
            Some(0) => {
                out.push(0);
                rest = &tail[1..];
            }
            Some(_) => {
                let n = tail.len().min(3);
                out.extend_from_slice(&tail[..n]);
                rest = &tail[n..];
            }
        }
    }
    Ok(vm.new_str_bytes(&out).into())
}

/// Clocks, and times in their parts.
///
/// A time is a number of seconds since the epoch, the start of 1970 in UTC, or a
/// struct_time of year, month, day, hour, minute, second, weekday, day of the year
/// and summer time.
#[pymodule(name = "time", specs(super::STRUCT_TIME))]
mod module {
    use super::*;

    #[attr(name = "_STRUCT_TM_ITEMS")]
    const STRUCT_TM_ITEMS: i32 = 11;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        for (name, value) in clock::CLOCKS {
            module.dict().set_str(vm, &vm.intern(name), vm.new_int(i64::from(*value)))?;
        }
        set_zone(vm, module.dict())
    }

    /// Seconds since the epoch, as a float.
    #[function(sig = "(/)")]
    fn time() -> f64 {
        seconds(clock::realtime())
    }

    /// Nanoseconds since the epoch.
    #[function(sig = "(/)")]
    fn time_ns() -> i64 {
        clock::realtime()
    }

    /// A clock that never goes back, in seconds.
    #[function(sig = "(/)")]
    fn monotonic() -> f64 {
        seconds(clock::monotonic())
    }

    /// A clock that never goes back, in nanoseconds.
    #[function(sig = "(/)")]
    fn monotonic_ns() -> i64 {
        clock::monotonic()
    }

    /// The finest clock there is, in seconds.
    #[function(sig = "(/)")]
    fn perf_counter() -> f64 {
        seconds(clock::monotonic())
    }

    /// The finest clock there is, in nanoseconds.
    #[function(sig = "(/)")]
    fn perf_counter_ns() -> i64 {
        clock::monotonic()
    }

    /// CPU time of this process, in seconds.
    #[function(sig = "(/)")]
    fn process_time(vm: &VirtualMachine) -> PyResult<f64> {
        clock_of(vm, clock::PROCESS_CPU).map(seconds)
    }

    /// CPU time of this process, in nanoseconds.
    #[function(sig = "(/)")]
    fn process_time_ns(vm: &VirtualMachine) -> PyResult<i64> {
        clock_of(vm, clock::PROCESS_CPU)
    }

    /// CPU time of this thread, in seconds.
    #[function(sig = "(/)")]
    fn thread_time(vm: &VirtualMachine) -> PyResult<f64> {
        clock_of(vm, clock::THREAD_CPU).map(seconds)
    }

    /// CPU time of this thread, in nanoseconds.
    #[function(sig = "(/)")]
    fn thread_time_ns(vm: &VirtualMachine) -> PyResult<i64> {
        clock_of(vm, clock::THREAD_CPU)
    }

    /// What a clock says, in seconds.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime(vm: &VirtualMachine, clk_id: i32) -> PyResult<f64> {
        clock_of(vm, clk_id).map(seconds)
    }

    /// What a clock says, in nanoseconds.
    #[function(sig = "(clk_id, /)")]
    fn clock_gettime_ns(vm: &VirtualMachine, clk_id: i32) -> PyResult<i64> {
        clock_of(vm, clk_id)
    }

    /// Sets a clock, in seconds.
    #[function(sig = "(clk_id, time, /)")]
    fn clock_settime(vm: &VirtualMachine, clk_id: i32, time: PyObject<'_>) -> PyResult<()> {
        let t = duration(vm, time, Round::Floor)?;
        clock::set(clk_id, t).map_err(|e| vm.errno_error(e))
    }

    /// Sets a clock, in nanoseconds.
    #[function(sig = "(clk_id, time, /)")]
    fn clock_settime_ns(vm: &VirtualMachine, clk_id: i32, time: i64) -> PyResult<()> {
        clock::set(clk_id, time).map_err(|e| vm.errno_error(e))
    }

    /// The smallest step of a clock.
    #[function(sig = "(clk_id, /)")]
    fn clock_getres(vm: &VirtualMachine, clk_id: i32) -> PyResult<f64> {
        clock::resolution(clk_id).map(seconds).map_err(|e| vm.errno_error(e))
    }

    /// The clock that counts a thread's CPU time.
    #[function(sig = "(thread_id, /)")]
    fn pthread_getcpuclockid(vm: &VirtualMachine, thread_id: u64) -> PyResult<i32> {
        clock::thread_cpu_clock(thread_id.into()).map_err(|e| vm.errno_error(e))
    }

    /// Waits for some seconds, which may be a fraction.
    #[function(sig = "(object, /)")]
    fn sleep(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let time = duration(vm, object, Round::Up)?;
        if time < 0 {
            return Err(vm.value_error("sleep length must be non-negative"));
        }
        let deadline = clock::monotonic().saturating_add(time);
        vm.retry_os(|| clock::sleep_until(deadline))
    }

    /// The time in UTC, by default now, in its parts.
    ///
    /// seconds counts from the epoch.
    #[function(sig = "(seconds=None, /)")]
    fn gmtime(vm: &VirtualMachine, seconds: Option<PyObject<'_>>) -> PyResult {
        let t = now_or(vm, seconds)?;
        let mut d = calendar::utc(t).map_err(|e| date_error(vm, e))?;
        d.zone = Some(c"UTC".into());
        Ok(struct_time(vm, &d))
    }

    /// The local time, by default now, in its parts.
    ///
    /// seconds counts from the epoch.
    #[function(sig = "(seconds=None, /)")]
    fn localtime(vm: &VirtualMachine, seconds: Option<PyObject<'_>>) -> PyResult {
        let t = now_or(vm, seconds)?;
        let d = calendar::local(t).map_err(|e| date_error(vm, e))?;
        Ok(struct_time(vm, &d))
    }

    /// A time as text, such as 'Sat Jun  6 16:26:11 1998'; by default now.
    #[function(sig = "(tuple=None, /)")]
    fn asctime(vm: &VirtualMachine, tuple: Option<PyObject<'_>>) -> PyResult<String> {
        let d = match tuple {
            None => local_now(vm)?,
            Some(t) => {
                let mut d = date_of(vm, t, "asctime()")?;
                check_date(vm, &mut d)?;
                d
            }
        };
        Ok(ascii_time(&d))
    }

    /// A number of seconds since the epoch, by default now, as local time in text.
    #[function(sig = "(seconds=None, /)")]
    fn ctime(vm: &VirtualMachine, seconds: Option<PyObject<'_>>) -> PyResult<String> {
        let t = now_or(vm, seconds)?;
        let d = calendar::local(t).map_err(|e| date_error(vm, e))?;
        Ok(ascii_time(&d))
    }

    /// Seconds since the epoch, from the parts of a local time.
    #[function(sig = "(object, /)")]
    fn mktime(vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<f64> {
        let d = date_of(vm, object, "mktime()")?;
        match calendar::to_seconds(&d) {
            Ok(t) => Ok(t as f64),
            Err(_) => Err(vm.overflow_error("mktime argument out of range")),
        }
    }

    /// Convert a time tuple to a string according to a format specification.
    ///
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    #[function(sig = "(format, tuple=None, /)")]
    fn strftime(vm: &VirtualMachine, format: &Py<PyStr>, tuple: Option<PyObject<'_>>) -> PyResult {
        let mut d = match tuple {
            None => local_now(vm)?,
            Some(t) => date_of(vm, t, "strftime()")?,
        };
        check_date(vm, &mut d)?;
        d.summer = d.summer.clamp(-1, 1);
        format_date(vm, format, &d)
    }

    /// Parse a string to a time tuple according to a format specification.
    ///
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    #[function]
    fn strptime(vm: &VirtualMachine, args: Args<'_>) -> PyResult {
        let module = crate::modules::support::import(vm, "_strptime")?;
        let f = vm.get_attr(module.as_object(), &vm.intern("_strptime_time"))?;
        vm.call(f.as_object(), args)
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ'].
    #[function(sig = "(/)")]
    fn tzset(vm: &VirtualMachine) -> PyResult<()> {
        calendar::reset_zone();
        let module = crate::modules::support::import(vm, "time")?;
        match module.as_object().downcast::<PyModule>() {
            Some(m) => set_zone(vm, m.dict()),
            None => Ok(()),
        }
    }

    /// What is known about a clock, by its name here.
    #[function(sig = "(name, /)")]
    fn get_clock_info(vm: &VirtualMachine, name: &str) -> PyResult {
        let (id, function, adjustable, monotonic) = match name {
            "time" => (clock::REALTIME, "clock_gettime(CLOCK_REALTIME)", true, false),
            "monotonic" | "perf_counter" => {
                (clock::MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", false, true)
            }
            "process_time" => {
                (clock::PROCESS_CPU, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", false, true)
            }
            "thread_time" => {
                (clock::THREAD_CPU, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", false, true)
            }
            _ => return Err(vm.value_error("unknown clock")),
        };
        let resolution = clock::resolution(id).map_err(|e| vm.errno_error(e))?;
        let types = crate::modules::support::import(vm, "types")?;
        let class = vm.get_attr(types.as_object(), &vm.intern("SimpleNamespace"))?;
        let namespace = vm.call_positional(class.as_object(), &[])?;
        let values = [
            ("implementation", vm.new_str(function).into()),
            ("monotonic", vm.new_bool(monotonic)),
            ("adjustable", vm.new_bool(adjustable)),
            ("resolution", vm.new_float(seconds(resolution))),
        ];
        for (name, v) in values {
            vm.set_attr(namespace.as_object(), &vm.intern(name), Some(v.as_object()))?;
        }
        Ok(namespace)
    }
}

pub use module::MODULE;

fn date_error(vm: &VirtualMachine, e: host::Errno) -> PyErr {
    if e == host::Errno::EOVERFLOW {
        return vm.overflow_error("timestamp out of range for platform time_t");
    }
    vm.errno_error(e)
}
