//! `_signal`: handlers in Python for the system's signals.
//!
//! The system's handler only takes a note (`host::signals`) and sets a bit of the main
//! thread's eval breaker; [`run_handlers`] calls the Python functions at the next
//! instruction boundary, or when a system call was interrupted.

use crate::builtins::module::PyModule;
use crate::builtins::structseq;
use crate::prelude::*;
use host::constants::NSIG;
use host::signals::{self, Action, SignalSet};
use std::cell::{Cell, OnceCell};

/// Each signal's handler, as `getsignal` shows it.
#[derive(Default)]
pub struct Handlers {
    by_number: PyCell<Vec<Option<PyObjectRef>>>,
    itimer_error: OnceCell<PyRef<PyType>>,
    /// The module was made: Python handlers exist.
    ready: Cell<bool>,
    /// They are gone for good.
    finished: Cell<bool>,
}

fn handlers(vm: &VirtualMachine) -> &Handlers {
    &vm.shared.native.signals
}

impl Handlers {
    fn get(&self, signal: i32) -> Option<PyObjectRef> {
        self.by_number.with(|h| h.get(signal as usize).cloned().flatten())
    }

    fn replace(&self, signal: i32, handler: Option<PyObjectRef>) -> Option<PyObjectRef> {
        self.by_number.with_mut(|h| {
            if h.len() < NSIG as usize {
                h.resize(NSIG as usize, None);
            }
            std::mem::replace(&mut h[signal as usize], handler)
        })
    }
}

/// Calls the handlers of the signals that have arrived.  Other threads leave them alone.
#[cold]
pub fn run_handlers(vm: &VirtualMachine) -> PyResult<()> {
    if !vm.is_main_thread() {
        return Ok(());
    }
    while let Some(signal) = signals::take_pending() {
        report_wakeup_error(vm);
        let Some(handler) = handlers(vm).get(signal) else {
            // Before the module is there, an interrupt still interrupts.
            if !handlers(vm).ready.get() && signal == sigint() {
                return Err(vm.new_exception(&vm.exc().keyboard_interrupt, Vec::new()));
            }
            if handlers(vm).finished.get() {
                let text = format!("Signal {signal} ignored due to race condition");
                vm.unraisable(vm.os_error_message(text), None, PyObject::none());
            }
            continue;
        };
        if handler.is_none() || handler.as_object().int_view().is_some() {
            continue;
        }
        let frame = current_frame(vm);
        let number = vm.new_int(i64::from(signal));
        let called =
            vm.call_positional(handler.as_object(), &[number.as_object(), frame.as_object()]);
        if let Err(e) = called {
            // Those still noted are for the next look.
            if signals::any_pending() {
                vm.request(crate::vm::breaker::SIGNALS);
            }
            return Err(e);
        }
    }
    Ok(())
}

/// The frame a handler is told of.
fn current_frame(vm: &VirtualMachine) -> PyObjectRef {
    let getframe = vm.sys_attr(&vm.intern("_getframe")).ok().flatten();
    getframe.and_then(|f| vm.call_positional(f.as_object(), &[]).ok()).unwrap_or_else(|| vm.none())
}

/// True if a Python function handles the signal, or did before the end.
pub fn is_noted(vm: &VirtualMachine, signal: i32) -> bool {
    let handlers = handlers(vm);
    handlers.finished.get()
        || handlers.get(signal).is_some_and(|h| !h.is_none() && h.as_object().int_view().is_none())
}

/// The end, before modules go: signals do again what they did before the start.
pub fn finish(vm: &VirtualMachine) {
    let handlers = handlers(vm);
    for signal in 1..NSIG {
        let Some(old) = handlers.replace(signal, None) else { continue };
        if !old.is_none() && old.as_object().int_view().is_none() {
            // It has had an action before.
            let _ = signals::set_action(signal, Action::Default);
        }
        drop(old);
    }
    handlers.finished.set(true);
}

fn report_wakeup_error(vm: &VirtualMachine) {
    if let Some(error) = signals::take_wakeup_error() {
        let e = vm.errno_error(error);
        let text = "Exception ignored when trying to write to the signal wakeup fd";
        vm.unraisable(e, Some(text), PyObject::none());
    }
}

fn number_of(name: &str) -> i32 {
    host::constants::SIGNALS.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| *v)
}

fn sigint() -> i32 {
    number_of("SIGINT")
}

/// Installs what an interpreter starts with: an interrupt raises KeyboardInterrupt.
pub fn install(vm: &VirtualMachine) -> PyResult<()> {
    signals::ignore_at_start().map_err(|e| vm.errno_error(e))?;
    let module = crate::modules::support::import(vm, "_signal")?;
    let default = vm.get_attr(module.as_object(), &vm.intern("default_int_handler"))?;
    if signals::action(sigint()) == Ok(Action::Default) {
        signals::set_action(sigint(), Action::Note).map_err(|e| vm.errno_error(e))?;
        drop(handlers(vm).replace(sigint(), Some(default)));
    }
    Ok(())
}

fn check_number(vm: &VirtualMachine, signal: i32) -> PyResult<()> {
    if (1..NSIG).contains(&signal) {
        Ok(())
    } else {
        Err(vm.value_error("signal number out of range"))
    }
}

/// Signals as `sigset` arguments give them.
pub fn signal_set(vm: &VirtualMachine, signals: PyObject<'_>) -> PyResult<SignalSet> {
    let mut set = SignalSet::empty();
    vm.for_each(signals, |s| {
        let number = vm.index_i64(s.as_object())?.unwrap_or(-1);
        let valid = i32::try_from(number).ok().filter(|n| (1..NSIG).contains(n));
        let Some(number) = valid else {
            return Err(
                vm.value_error(format!("signal number {number} out of range [1; {}]", NSIG - 1))
            );
        };
        // Signals that the C library keeps for itself are passed over.
        let _ = set.insert(number);
        Ok(())
    })?;
    Ok(set)
}

fn set_object(vm: &VirtualMachine, set: &SignalSet) -> PyResult {
    let numbers = set.iter().map(|n| vm.new_int(i64::from(n))).collect();
    let numbers = vm.new_list(numbers);
    crate::modules::support::call_builtin(vm, "set", &[numbers.as_object()])
}

/// Seconds of a float or int argument as nanoseconds, rounded away from zero.
fn nanoseconds(vm: &VirtualMachine, seconds: PyObject<'_>) -> PyResult<i64> {
    crate::modules::time::duration(vm, seconds, crate::modules::time::Round::Ceiling)
}

fn timer_pair(vm: &VirtualMachine, pair: (i64, i64)) -> PyObjectRef {
    let f = |n: i64| vm.new_float(n as f64 / 1e9);
    vm.new_tuple(vec![f(pair.0), f(pair.1)]).into()
}

fn itimer_error(vm: &VirtualMachine, e: host::Errno) -> PyErr {
    let Some(t) = handlers(vm).itimer_error.get() else { return vm.errno_error(e) };
    let args = [vm.new_int(i64::from(e.0)), vm.new_str(e.message()).into()];
    vm.make_error(t.as_object(), &[args[0].as_object(), args[1].as_object()])
}

structseq::struct_sequence!(
    STRUCT_SIGINFO,
    SIGINFO_FIELDS = "signal",
    "struct_siginfo",
    Some(
        "What is known about a signal that sigwaitinfo() or sigtimedwait() took.\n\nA tuple whose items have names, too."
    ),
    7,
    [
        ("si_signo", "signal number"),
        ("si_code", "signal code"),
        ("si_errno", "an errno, if one came with the signal"),
        ("si_pid", "the process that sent the signal"),
        ("si_uid", "the user whose process sent the signal"),
        ("si_status", "an exit status or a signal's number"),
        ("si_band", "the event of a SIGPOLL")
    ],
    []
);

fn siginfo(vm: &VirtualMachine, i: &signals::SignalInfo) -> PyObjectRef {
    let int = |v: i64| vm.new_int(v);
    let values = vec![
        int(i64::from(i.signal)),
        int(i64::from(i.code)),
        int(i64::from(i.error)),
        int(i64::from(i.pid)),
        int(i64::from(i.uid)),
        int(i64::from(i.status)),
        int(i.band),
    ];
    structseq::create(vm, &STRUCT_SIGINFO, &SIGINFO_FIELDS, values)
}

/// This module provides mechanisms to use signal handlers in Python.
#[pymodule(name = "_signal", specs(super::STRUCT_SIGINFO))]
mod module {
    use super::*;

    #[init]
    fn exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        let dict = module.dict();
        for (name, value) in host::constants::SIGNALS {
            dict.set_str(vm, &vm.intern(name), vm.new_int(i64::from(*value)))?;
        }
        dict.set_str(vm, &vm.intern("NSIG"), vm.new_int(i64::from(NSIG)))?;
        let more = [
            ("SIG_DFL", 0),
            ("SIG_IGN", 1),
            ("SIG_BLOCK", 0),
            ("SIG_UNBLOCK", 1),
            ("SIG_SETMASK", 2),
            ("ITIMER_REAL", 0),
            ("ITIMER_VIRTUAL", 1),
            ("ITIMER_PROF", 2),
        ];
        for (name, value) in more {
            dict.set_str(vm, &vm.intern(name), vm.new_int(value))?;
        }
        let error =
            crate::modules::support::new_class(vm, "signal", "itimer_error", &vm.exc().os_error)?;
        let _ = handlers(vm).itimer_error.set(error.clone());
        dict.set_str(vm, &vm.intern("ItimerError"), error.into())?;
        for signal in 1..NSIG {
            let shown = match signals::action(signal) {
                Ok(Action::Default) => vm.new_int(0),
                Ok(Action::Ignore) => vm.new_int(1),
                _ => vm.none(),
            };
            if handlers(vm).get(signal).is_none() {
                drop(handlers(vm).replace(signal, Some(shown)));
            }
        }
        handlers(vm).ready.set(true);
        Ok(())
    }

    /// What SIGINT does at first: raises KeyboardInterrupt.
    #[function(sig = "(signalnum, frame, /)")]
    fn default_int_handler(vm: &VirtualMachine, _signalnum: i32, _frame: PyObject<'_>) -> PyResult {
        Err(vm.new_exception(&vm.exc().keyboard_interrupt, Vec::new()))
    }

    /// Sets what happens at a signal: SIG_DFL, SIG_IGN or a callable.
    ///
    /// Returns what happened before, as getsignal() has it.
    #[function(sig = "(signalnum, handler, /)")]
    fn signal(vm: &VirtualMachine, signalnum: i32, handler: PyObject<'_>) -> PyResult {
        if !vm.is_main_thread() {
            return Err(vm.value_error("signal only works in main thread of the main interpreter"));
        }
        check_number(vm, signalnum)?;
        let number = if handler.class(vm).slots.call.get().is_some() {
            None
        } else {
            vm.is_index(handler).then(|| vm.index_i64(handler)).transpose()?.flatten()
        };
        let callable = handler.class(vm).slots.call.get().is_some();
        let action = match number {
            _ if callable => Action::Note,
            Some(0) => Action::Default,
            Some(1) => Action::Ignore,
            _ => {
                return Err(vm.type_error(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                ));
            }
        };
        vm.check_signals()?;
        signals::set_action(signalnum, action).map_err(|e| vm.errno_error(e))?;
        let old = handlers(vm).replace(signalnum, Some(handler.to_owned()));
        Ok(old.unwrap_or_else(|| vm.none()))
    }

    /// What happens at a signal: SIG_IGN, SIG_DFL, a callable, or None if it was not set from
    /// Python.
    #[function(sig = "(signalnum, /)")]
    fn getsignal(vm: &VirtualMachine, signalnum: i32) -> PyResult {
        check_number(vm, signalnum)?;
        Ok(handlers(vm).get(signalnum).unwrap_or_else(|| vm.none()))
    }

    /// The system's words for a signal, such as 'Interrupt'; None if it has none.
    #[function(sig = "(signalnum, /)")]
    fn strsignal(vm: &VirtualMachine, signalnum: i32) -> PyResult<Option<String>> {
        check_number(vm, signalnum)?;
        Ok(signals::describe(signalnum))
    }

    /// Has SIGALRM sent after some seconds; 0 cancels.  Returns what was left of an earlier
    /// alarm.
    #[function(sig = "(seconds, /)")]
    fn alarm(seconds: i32) -> u32 {
        signals::alarm(seconds as u32)
    }

    /// Sleeps until a signal comes.
    #[function(sig = "(/)")]
    fn pause(vm: &VirtualMachine) -> PyResult<()> {
        let _ = vm.allow_threads(signals::pause);
        vm.check_signals()
    }

    /// Sends a signal to this process.
    #[function(sig = "(signalnum, /)")]
    fn raise_signal(vm: &VirtualMachine, signalnum: i32) -> PyResult<()> {
        signals::raise(signalnum).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Sends a signal to the process behind a descriptor.
    #[function(sig = "(pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(
        vm: &VirtualMachine,
        pidfd: i32,
        signalnum: i32,
        siginfo: Option<PyObject<'_>>,
        flags: i32,
    ) -> PyResult<()> {
        if siginfo.is_some_and(|s| !s.is_none()) {
            return Err(vm.type_error("siginfo must be None"));
        }
        signals::kill_by_pidfd(pidfd, signalnum, flags as u32).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }

    /// Whether system calls end (True) or start again (False) when the signal comes.
    #[function(sig = "(signalnum, flag, /)")]
    fn siginterrupt(vm: &VirtualMachine, signalnum: i32, flag: i32) -> PyResult<()> {
        check_number(vm, signalnum)?;
        signals::set_interrupts(signalnum, flag != 0).map_err(|e| vm.errno_error(e))
    }

    /// Has each signal's number written to fd as it comes, to wake a select().
    ///
    /// fd must not block; -1 ends it.  Returns the fd before.
    #[function(sig = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(
        vm: &VirtualMachine,
        fd: PyObject<'_>,
        warn_on_full_buffer: bool,
    ) -> PyResult<i32> {
        let fd = vm.to_i32(fd)?;
        if !vm.is_main_thread() {
            return Err(
                vm.value_error("set_wakeup_fd only works in main thread of the main interpreter")
            );
        }
        if fd != -1 {
            host::files::stat_file(fd).map_err(|e| vm.errno_error(e))?;
            if host::files::is_blocking(fd).map_err(|e| vm.errno_error(e))? {
                return Err(vm.value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
        }
        Ok(signals::set_wakeup_fd(fd, warn_on_full_buffer))
    }

    /// Starts a timer: first after some seconds, then every interval; 0 seconds stop it.
    ///
    /// Returns the time left and the interval from before.
    #[function(sig = "(which, seconds, interval=0.0, /)")]
    fn setitimer(
        vm: &VirtualMachine,
        which: i32,
        seconds: PyObject<'_>,
        interval: Option<PyObject<'_>>,
    ) -> PyResult {
        let delay = nanoseconds(vm, seconds)?;
        let interval = interval.map_or(Ok(0), |i| nanoseconds(vm, i))?;
        match signals::set_timer(which, delay, interval) {
            Ok(old) => Ok(timer_pair(vm, old)),
            Err(e) => Err(itimer_error(vm, e)),
        }
    }

    /// The time left and the interval of a timer.
    #[function(sig = "(which, /)")]
    fn getitimer(vm: &VirtualMachine, which: i32) -> PyResult {
        match signals::get_timer(which) {
            Ok(now) => Ok(timer_pair(vm, now)),
            Err(e) => Err(itimer_error(vm, e)),
        }
    }

    /// Blocks or unblocks signals for this thread; returns those blocked before.
    #[function(sig = "(how, mask, /)")]
    fn pthread_sigmask(vm: &VirtualMachine, how: i32, mask: PyObject<'_>) -> PyResult {
        let set = signal_set(vm, mask)?;
        let old = signals::change_mask(how, &set).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()?;
        set_object(vm, &old)
    }

    /// The signals that wait because they are blocked.
    #[function(sig = "(/)")]
    fn sigpending(vm: &VirtualMachine) -> PyResult {
        let set = signals::blocked_arrivals().map_err(|e| vm.errno_error(e))?;
        set_object(vm, &set)
    }

    /// The numbers of all signals there are.
    #[function(sig = "(/)")]
    fn valid_signals(vm: &VirtualMachine) -> PyResult {
        set_object(vm, &SignalSet::full())
    }

    /// Sleeps until one of the signals in sigset comes, takes it and returns its number.
    #[function(sig = "(sigset, /)")]
    fn sigwait(vm: &VirtualMachine, sigset: PyObject<'_>) -> PyResult<i32> {
        let set = signal_set(vm, sigset)?;
        vm.allow_threads(|| signals::wait(&set)).map_err(|e| vm.errno_error(e))
    }

    /// Sleeps until one of the signals in sigset comes, takes it and returns what is known
    /// about it.
    #[function(sig = "(sigset, /)")]
    fn sigwaitinfo(vm: &VirtualMachine, sigset: PyObject<'_>) -> PyResult {
        let set = signal_set(vm, sigset)?;
        let info = vm.retry_os(|| signals::wait_info(&set, None))?;
        Ok(siginfo(vm, &info))
    }

    /// As sigwaitinfo(), but gives up after timeout seconds and returns None.
    #[function(sig = "(sigset, timeout, /)")]
    fn sigtimedwait(vm: &VirtualMachine, sigset: PyObject<'_>, timeout: PyObject<'_>) -> PyResult {
        let set = signal_set(vm, sigset)?;
        let timeout = nanoseconds(vm, timeout)?;
        if timeout < 0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        let deadline = host::clock::monotonic().saturating_add(timeout);
        let wait = || {
            let left = deadline.saturating_sub(host::clock::monotonic()).max(0);
            signals::wait_info(&set, Some(left))
        };
        match vm.retry(wait)? {
            Ok(info) => Ok(siginfo(vm, &info)),
            Err(host::Errno::EAGAIN) => Ok(vm.none()),
            Err(e) => Err(vm.errno_error(e)),
        }
    }

    /// Sends a signal to a thread of this process.
    #[function(sig = "(thread_id, signalnum, /)")]
    fn pthread_kill(vm: &VirtualMachine, thread_id: u64, signalnum: i32) -> PyResult<()> {
        signals::kill_thread(thread_id.into(), signalnum).map_err(|e| vm.errno_error(e))?;
        vm.check_signals()
    }
}

pub use module::MODULE;
