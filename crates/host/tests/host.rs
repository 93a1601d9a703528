//! Each topic once, against what the standard library or the C library's documentation
//! says of the same thing.

use std::ffi::CString;
use std::os::unix::fs::MetadataExt;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use rpython_host::clock::{self, calendar};
use rpython_host::files::{self, EntryKind, FileTime, Stamp, Subject};
use rpython_host::locks::{Condition, Lock, Patience, Wait};
use rpython_host::signals::{self, Action, SignalSet};
use rpython_host::{
    CURRENT_DIRECTORY as HERE, Errno, accounts, c_string, errno, memory, process, random, stack,
    terminal, threads,
};

/// Signals, the environment and children are the process's: such tests take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> std::sync::MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A fresh directory, removed at the end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("host-{name}-{}", process::pid()));
        std::fs::create_dir_all(&path).expect("a scratch directory");
        Scratch(path)
    }

    fn path(&self, name: &str) -> CString {
        c_string(self.0.join(name).to_str().expect("text").as_bytes()).expect("no NUL")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).expect("the scratch directory is ours");
    }
}

#[test]
fn files_are_written_read_and_described() {
    let scratch = Scratch::new("files");
    let path = scratch.path("a");
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_CLOEXEC;
    let fd = files::open(HERE, &path, flags, 0o640).expect("open");
    assert_eq!(files::write(fd, b"hello world"), Ok(11));
    assert_eq!(files::pwrite(fd, b"W", 6), Ok(1));
    assert_eq!(files::seek(fd, 0, libc::SEEK_SET), Ok(0));
    let mut text = Vec::new();
    assert_eq!(files::read_append(fd, &mut text, 100), Ok(11));
    assert_eq!(text, b"hello World");
    let mut part = [0; 5];
    assert_eq!(files::pread(fd, &mut part, 6), Ok(5));
    assert_eq!(&part, b"World");
    files::truncate_file(fd, 5).expect("truncate");

    let time = FileTime { seconds: -5, nanoseconds: 123_456_789 };
    files::set_times(HERE, &path, Stamp::At(time), Stamp::Keep, true).expect("times");
    let stat = files::stat(HERE, &path, true).expect("stat");
    let expected = std::fs::metadata(scratch.0.join("a")).expect("metadata");
    assert_eq!(stat.accessed, time);
    assert_eq!(stat.accessed.as_nanoseconds(), -4_876_543_211);
    assert_eq!((stat.size, stat.mode, stat.inode), (5, expected.mode(), expected.ino()));
    assert_eq!(stat.modified.seconds, expected.mtime());
    assert!(stat.is_regular() && !stat.is_directory());
    assert_eq!(files::stat_file(fd), Ok(stat));

    let copy = files::dup2(fd, fd + 100, true).expect("dup2");
    assert_eq!(files::is_inheritable(copy), Ok(true));
    assert_eq!(files::is_inheritable(fd), Ok(false));
    files::close_range(copy, copy + 1);
    assert_eq!(files::close(copy), Err(Errno::EBADF));
    files::close(fd).expect("close");
    let missing = files::open(HERE, &scratch.path("b/c"), libc::O_RDONLY, 0);
    assert_eq!(missing, Err(Errno::ENOENT));
    assert!(c_string(b"a\0b").is_err());
}

#[test]
fn directories_and_links() {
    let scratch = Scratch::new("directories");
    files::make_directory(HERE, &scratch.path("d"), 0o700).expect("mkdir");
    let long = "x".repeat(700);
    files::symlink(&c_string(long.as_bytes()).expect("no NUL"), HERE, &scratch.path("l"))
        .expect("link");
    assert_eq!(files::read_link(HERE, &scratch.path("l")), Ok(long.into_bytes()));
    std::fs::write(scratch.0.join("f"), "x").expect("write");
    files::rename(HERE, &scratch.path("f"), HERE, &scratch.path("g")).expect("rename");
    let mut seen = Vec::new();
    let mut directory = files::Directory::open(&scratch.path("")).expect("list");
    while let Some(entry) = directory.next_entry().expect("entry") {
        seen.push((String::from_utf8(entry.name).expect("text"), entry.kind));
    }
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [("d", EntryKind::Directory), ("g", EntryKind::File), ("l", EntryKind::Symlink)];
    assert_eq!(seen, expected.map(|(name, kind)| (name.to_string(), kind)));
    assert!(files::access(HERE, &scratch.path("g"), libc::R_OK, false, true));
    assert!(!files::access(HERE, &scratch.path("l"), libc::F_OK, false, true));
    let names = files::list_attributes(Subject::Path(&scratch.path("g")));
    assert!(names.is_ok() || names == Err(Errno(libc::ENOTSUP)));
    files::remove_directory(HERE, &scratch.path("d")).expect("rmdir");
    let current = files::current_directory().expect("cwd");
    assert_eq!(current, std::env::current_dir().expect("cwd").to_str().expect("text").as_bytes());
}

#[test]
fn pipes_poll_and_terminals() {
    let (reader, writer) = files::pipe().expect("pipe");
    files::set_blocking(reader, false).expect("nonblocking");
    assert_eq!(files::read(reader, &mut [0; 4]), Err(Errno::EAGAIN));
    let mut list = [files::PollFd::new(reader, libc::POLLIN)];
    assert_eq!(files::poll(&mut list, Some(1_000_000)), Ok(0));
    assert_eq!(files::write(writer, b"x"), Ok(1));
    assert_eq!(files::poll(&mut list, None), Ok(1));
    assert_eq!(list[0].answer() & libc::POLLIN, libc::POLLIN);
    assert!(!terminal::is_terminal(reader));
    for fd in [reader, writer] {
        files::close(fd).expect("close");
    }
    let (master, slave) = terminal::open_pair().expect("openpty");
    terminal::set_window_size(master, 77, 22).expect("size");
    assert_eq!(terminal::window_size(slave), Ok((77, 22)));
    let mut attributes = terminal::attributes(slave).expect("attributes");
    attributes.local &= !libc::ECHO;
    terminal::set_attributes(slave, libc::TCSANOW, &attributes).expect("set");
    assert_eq!(terminal::attributes(slave), Ok(attributes));
    assert_eq!(terminal::slave_name(master), terminal::name(slave));
    assert_eq!(files::ioctl(master, libc::TIOCGWINSZ, 1 << 40), Err(Errno(libc::EFAULT)));
    let mut size = [0; 8];
    files::ioctl_bytes(master, libc::TIOCGWINSZ, &mut size).expect("size");
    assert_eq!(size[..4], [22, 0, 77, 0]);
    for fd in [master, slave] {
        files::close(fd).expect("close");
    }
}

#[test]
fn signals_are_noted_and_interrupt() {
    static HOOKED: AtomicI32 = AtomicI32::new(0);
    let _turn = turn();
    signals::set_hook(|signal| HOOKED.store(signal, SeqCst));
    signals::set_action(libc::SIGUSR1, Action::Note).expect("action");
    assert_eq!(signals::action(libc::SIGUSR1), Ok(Action::Note));
    assert_eq!(signals::set_action(libc::SIGKILL, Action::Note), Err(Errno::EINVAL));
    let (reader, writer) = files::pipe2(libc::O_NONBLOCK).expect("pipe");
    signals::set_wakeup_fd(writer, true);
    signals::kill_thread(threads::current(), libc::SIGUSR1).expect("kill");
    assert_eq!(HOOKED.load(SeqCst), libc::SIGUSR1);
    assert!(signals::any_pending());
    assert_eq!(signals::take_pending(), Some(libc::SIGUSR1));
    assert_eq!(signals::take_pending(), None);
    let mut byte = [0];
    assert_eq!(files::read(reader, &mut byte), Ok(1));
    assert_eq!(i32::from(byte[0]), libc::SIGUSR1);
    signals::set_wakeup_fd(-1, true);
    assert_eq!(signals::kill_thread(threads::Ident::from(12345), 0), Err(Errno(libc::ESRCH)));

    // A signal to this very thread ends a sleep and a wait for a lock.
    let me = threads::current();
    let _registration = threads::register();
    let lock = Lock::new();
    assert!(lock.try_acquire());
    for wait_for_lock in [false, true] {
        let sender = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            signals::kill_thread(me, libc::SIGUSR1)
        });
        if wait_for_lock {
            assert_eq!(lock.acquire(Patience::FOREVER.interruptible()), Wait::Interrupted);
        } else {
            let deadline = clock::monotonic() + 10_000_000_000;
            assert_eq!(clock::sleep_until(deadline), Err(Errno::EINTR));
        }
        assert_eq!(sender.join().expect("no panic"), Ok(()));
        assert_eq!(signals::take_pending(), Some(libc::SIGUSR1));
    }

    let mut set = SignalSet::empty();
    set.insert(libc::SIGUSR2).expect("a signal");
    assert!(set.insert(1000).is_err());
    let old = signals::change_mask(libc::SIG_BLOCK, &set).expect("mask");
    signals::kill_thread(me, libc::SIGUSR2).expect("kill");
    assert!(signals::blocked_arrivals().expect("pending").contains(libc::SIGUSR2));
    let info = signals::wait_info(&set, Some(0)).expect("arrived");
    assert_eq!((info.signal, info.pid), (libc::SIGUSR2, process::pid()));
    assert_eq!(signals::wait_info(&set, Some(0)), Err(Errno::EAGAIN));
    signals::change_mask(libc::SIG_SETMASK, &old).expect("mask");
    assert_eq!(signals::describe(libc::SIGINT).as_deref(), Some("Interrupt"));
    assert_eq!(signals::describe(0), None);
    signals::set_action(libc::SIGUSR1, Action::Default).expect("action");
}

#[test]
fn locks_exclude_time_out_and_reset() {
    let lock = Arc::new(Lock::new());
    let count = Arc::new(Mutex::new(0));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (lock, count) = (Arc::clone(&lock), Arc::clone(&count));
            std::thread::spawn(move || {
                for _ in 0..2000 {
                    assert_eq!(lock.acquire(Patience::FOREVER), Wait::Acquired);
                    *count.try_lock().expect("the lock excludes") += 1;
                    assert!(lock.release());
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("no panic");
    }
    assert_eq!(*count.lock().expect("not poisoned"), 8000);
    assert!(!lock.release());
    assert!(lock.try_acquire());
    let start = clock::monotonic();
    assert_eq!(lock.acquire(Patience::for_nanoseconds(20_000_000)), Wait::TimedOut);
    assert!(clock::monotonic() - start >= 20_000_000);
    lock.reset();
    assert!(!lock.is_held());

    let ready = Arc::new((Condition::new(), AtomicI32::new(0)));
    let other = Arc::clone(&ready);
    threads::spawn(256 << 10, move || {
        other.1.store(1, SeqCst);
        other.0.notify_all();
    })
    .expect("a thread");
    loop {
        let epoch = ready.0.epoch();
        if ready.1.load(SeqCst) == 1 {
            break;
        }
        assert_eq!(ready.0.wait(epoch, Patience::for_nanoseconds(5_000_000_000)), Wait::Acquired);
    }
}

#[test]
fn children_are_started_and_waited_for() {
    let _turn = turn();
    let words = |list: &[&str]| -> Vec<CString> {
        list.iter().map(|word| CString::new(*word).expect("no NUL")).collect()
    };
    let (reader, writer) = files::pipe().expect("pipe");
    let how = process::Spawn {
        file_actions: vec![process::FileAction::Duplicate { from: writer, to: 1 }],
        ..Default::default()
    };
    let arguments = words(&["sh", "-c", "echo $GREETING; exit 3"]);
    let pid =
        process::spawn(c"/bin/sh", &arguments, &words(&["GREETING=hi"]), &how).expect("spawn");
    files::close(writer).expect("close");
    let (waited, status) = process::wait(pid, 0).expect("wait");
    assert_eq!((waited, process::has_exited(status), process::exit_status(status)), (pid, true, 3));
    let mut text = [0; 10];
    assert_eq!(files::read(reader, &mut text), Ok(3));
    assert_eq!(&text[..3], b"hi\n");
    files::close(reader).expect("close");
    let none = process::spawn(c"/no/such", &arguments, &[], &process::Spawn::default());
    assert_eq!(none, Err(Errno::ENOENT));

    match process::fork().expect("fork") {
        0 => process::exit_now(if threads::is_alive(threads::current()) { 7 } else { 8 }),
        pid => {
            let (waited, status, usage) = process::wait_usage(pid, 0).expect("wait4");
            assert_eq!((waited, process::exit_status(status)), (pid, 7));
            assert!(usage.max_resident > 0);
        }
    }
    assert_eq!(process::wait(pid, 0), Err(Errno(libc::ECHILD)));
}

#[test]
fn the_environment_and_the_calendar() {
    let _turn = turn();
    process::set_variable(c"TZ", c"CET-1CEST,M3.5.0,M10.5.0/3").expect("setenv");
    assert_eq!(process::get_variable(c"TZ").as_deref(), Some(&b"CET-1CEST,M3.5.0,M10.5.0/3"[..]));
    assert!(process::environment().iter().any(|(name, _)| name == b"TZ"));
    calendar::reset_zone();
    let summer = calendar::local(1_720_000_000).expect("a date");
    assert_eq!((summer.year, summer.month, summer.day, summer.hour), (2024, 6, 3, 11));
    assert_eq!((summer.summer, summer.offset), (1, 7200));
    assert_eq!(summer.zone.as_deref(), Some(c"CEST"));
    assert_eq!(calendar::to_seconds(&summer), Ok(1_720_000_000));
    let text = calendar::format(c"%Y-%m-%d %H:%M:%S %Z %z %j", &summer).expect("text");
    assert_eq!(String::from_utf8_lossy(&text), "2024-07-03 11:46:40 CEST +0200 185");
    assert_eq!(calendar::format(c"%p%p%p", &summer).map(|text| text.len()), Ok(6));
    let zone = calendar::zone().expect("a zone");
    assert_eq!((zone.timezone, zone.altzone, zone.daylight), (-3600, -7200, true));
    assert_eq!(zone.names, [b"CET".to_vec(), b"CEST".to_vec()]);
    let before = calendar::utc(-1).expect("a date");
    assert_eq!((before.year, before.month, before.day, before.yearday), (1969, 11, 31, 364));
    assert_eq!(calendar::to_seconds(&calendar::local(-1).expect("a date")), Ok(-1));
    assert_eq!(calendar::utc(i64::MAX), Err(Errno::EOVERFLOW));
    process::unset_variable(c"TZ").expect("unsetenv");
    assert_eq!(process::get_variable(c"TZ"), None);
    assert_eq!(process::set_variable(c"A=B", c""), Err(Errno::EINVAL));
}

#[test]
fn stacks_memory_and_machine() {
    let inside = || {
        let limits = stack::limits().expect("limits");
        let here = stack::pointer();
        assert!(limits.low < here && here < limits.high, "{limits:x?} {here:x}");
        limits.high - limits.low
    };
    assert!(inside() > 0);
    let thread = std::thread::Builder::new().stack_size(3 << 20).spawn(inside).expect("a thread");
    assert!((3 << 20..4 << 20).contains(&thread.join().expect("no panic")));

    let mut region = memory::Region::new(100_000).expect("memory");
    assert_eq!(region.len() % memory::page_size(), 0);
    region.protect(0, memory::page_size(), false, false).expect("protect");
    assert_eq!(region.protect(1, 1, true, true), Err(Errno::EINVAL));
    assert!(memory::resident().expect("statm") > 100_000);
    assert_ne!(random::seed::<16>(), random::seed::<16>());

    assert_eq!(process::uname().expect("uname")[0], b"Linux");
    assert_eq!(process::processors(), Some(process::affinity(0).expect("mask").len()));
    let find = |table: &[(&str, i32)], name: &str| {
        table.iter().find(|row| row.0 == name).map(|row| row.1).expect("a known name")
    };
    assert_eq!(find(process::SYSCONF, "SC_PAGESIZE"), libc::_SC_PAGESIZE);
    assert_eq!(process::sysconf(-5), Err(Errno::EINVAL));
    assert_eq!(
        process::confstr(find(process::CONFSTR, "CS_PATH")),
        Ok(Some(b"/bin:/usr/bin".into()))
    );
    let root = accounts::user_by_id(0).expect("the database").expect("root");
    assert_eq!(accounts::user_by_name(c"root"), Ok(Some(root)));
    assert_eq!(accounts::user_by_name(c"no-such-user"), Ok(None));
    assert!(accounts::all_groups().iter().any(|group| group.gid == 0));
    let (soft, hard) = process::get_limit(libc::RLIMIT_NOFILE as i32).expect("limits");
    assert!(hard.is_none() || soft <= hard);
}

#[test]
fn errors_have_names_and_messages() {
    for (number, name, message) in [
        (libc::ENOENT, Some("ENOENT"), "No such file or directory"),
        (libc::EAGAIN, Some("EAGAIN"), "Resource temporarily unavailable"),
        (libc::ENOTSUP, Some("ENOTSUP"), "Operation not supported"),
        (9999, None, "Unknown error 9999"),
    ] {
        assert_eq!((Errno(number).name(), Errno(number).message().as_str()), (name, message));
    }
    let (name, number) = errno::NAMES[0];
    assert_eq!((name, number), ("EPERM", 1));
}
