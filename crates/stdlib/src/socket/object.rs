//! `socket` objects.
//!
//! A socket with a time-out does not block in the kernel: each operation waits until the
//! socket is ready, or the time has passed, and then tries.

use super::{address, default_timeout, shown_timeout, timeout_of};
use host::Errno;
use host::files::{self, PollFd};
use host::sockets::{self, address::Address};
use std::cell::Cell;
use vm::prelude::*;
use vm::protocol::buffer::{BytesLike, BytesLikeMut};

const NONBLOCK: i32 = 0o4000;
const CLOEXEC: i32 = 0o2000000;
const POLL_IN: i16 = 1;
const POLL_OUT: i16 = 4;
const SOL_SOCKET: i32 = 1;
const SO_TYPE: i32 = 3;
const SO_ERROR: i32 = 4;
const SO_PROTOCOL: i32 = 38;

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// One end of a connection, or what waits for connections. With a fileno, an open
/// descriptor is taken over, and what is not given is found out from it.
#[pyclass(
    name = "socket",
    module = "_socket",
    flags(BASETYPE),
    text = "",
    with(data, options),
    no_refs
)]
pub struct PySocket {
    fd: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Nanoseconds; negative: none.
    timeout: Cell<i64>,
}

impl PySocket {
    fn empty() -> PySocket {
        PySocket {
            fd: Cell::new(-1),
            family: Cell::new(-1),
            kind: Cell::new(-1),
            protocol: Cell::new(0),
            timeout: Cell::new(-1),
        }
    }

    fn set_up(
        &self,
        vm: &VirtualMachine,
        fd: i32,
        family: i32,
        kind: i32,
        protocol: i32,
    ) -> PyResult<()> {
        self.fd.set(fd);
        self.family.set(family);
        self.kind.set(kind & !(NONBLOCK | CLOEXEC));
        self.protocol.set(protocol);
        if kind & NONBLOCK != 0 {
            self.timeout.set(0);
            return Ok(());
        }
        self.timeout.set(default_timeout(vm)?.nanoseconds.get());
        if self.timeout.get() >= 0 {
            files::set_blocking(fd, false).map_err(|e| vm.errno_error(e))?;
        }
        Ok(())
    }

    /// A socket object for an open descriptor.
    pub fn over(
        vm: &VirtualMachine,
        fd: i32,
        family: i32,
        kind: i32,
        protocol: i32,
    ) -> PyResult<PyRef<PySocket>> {
        let socket = vm.new_object(PySocket::empty());
        socket.set_up(vm, fd, family, kind, protocol)?;
        Ok(socket)
    }

    fn end(&self) -> Option<i64> {
        let timeout = self.timeout.get();
        (timeout > 0).then(|| host::clock::monotonic().saturating_add(timeout))
    }

    /// Waits until the socket is ready; `end` is when that is given up.
    fn wait(&self, vm: &VirtualMachine, events: i16, end: i64) -> PyResult<()> {
        let fd = self.fd.get();
        let ready = vm.retry_os(move || {
            let left = (end - host::clock::monotonic()).max(0);
            files::poll(&mut [PollFd::new(fd, events)], Some(left))
        })?;
        if ready > 0 {
            return Ok(());
        }
        let text = vm.new_str("timed out");
        Err(vm.make_error(vm.exc().timeout_error.as_object(), &[text.as_object()]))
    }

    /// An operation on the descriptor, within the time-out.
    fn perform<R: Send>(
        &self,
        vm: &VirtualMachine,
        events: i16,
        end: Option<i64>,
        mut operation: impl FnMut(i32) -> host::Result<R> + Send,
    ) -> PyResult<R> {
        let fd = self.fd.get();
        loop {
            if let Some(end) = end {
                self.wait(vm, events, end)?;
            }
            match vm.retry(|| operation(fd))? {
                Err(Errno::EAGAIN) if end.is_some() => {}
                Err(e) => return Err(vm.errno_error(e)),
                Ok(r) => return Ok(r),
            }
        }
    }

    fn receive(&self, vm: &VirtualMachine, size: usize, flags: i32) -> PyResult<Vec<u8>> {
        let mut buffer = room(vm, size)?;
        let n =
            self.perform(vm, POLL_IN, self.end(), |fd| sockets::receive(fd, &mut buffer, flags))?;
        buffer.truncate(n);
        Ok(buffer)
    }

    fn receive_from(
        &self,
        vm: &VirtualMachine,
        size: usize,
        flags: i32,
    ) -> PyResult<(Vec<u8>, Address)> {
        let mut buffer = room(vm, size)?;
        let (n, from) = self
            .perform(vm, POLL_IN, self.end(), |fd| sockets::receive_from(fd, &mut buffer, flags))?;
        buffer.truncate(n);
        Ok((buffer, from))
    }

    /// Connects; the number of the error, 0 if there was none.
    fn connect_to(&self, vm: &VirtualMachine, caller: &str, to: PyObject<'_>) -> PyResult<i32> {
        let to = address::parse(vm, caller, self.family.get(), to)?;
        let fd = self.fd.get();
        let end = self.end();
        let error = match vm.allow_threads(|| sockets::connect(fd, &to)) {
            Ok(()) => return Ok(0),
            // The connection goes on being made.
            Err(Errno::EINTR) if self.timeout.get() != 0 => {
                vm.check_signals()?;
                None
            }
            Err(Errno::EINPROGRESS) if end.is_some() => None,
            Err(e) => Some(e.0),
        };
        if let Some(error) = error {
            return Ok(error);
        }
        match end {
            Some(end) => self.wait(vm, POLL_OUT, end)?,
            None => {
                vm.retry_os(move || files::poll(&mut [PollFd::new(fd, POLL_OUT)], None))?;
            }
        }
        sockets::option(fd, SOL_SOCKET, SO_ERROR).map_err(|e| vm.errno_error(e))
    }
}

fn room(vm: &VirtualMachine, size: usize) -> PyResult<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| vm.memory_error())?;
    buffer.resize(size, 0);
    Ok(buffer)
}

fn checked_size(vm: &VirtualMachine, size: isize, caller: &str) -> PyResult<usize> {
    usize::try_from(size).map_err(|_| vm.value_error(format!("negative buffersize in {caller}")))
}

/// The descriptor that a socket is to take over.
fn given_descriptor(vm: &VirtualMachine, fileno: PyObject<'_>) -> PyResult<i32> {
    let fd = vm.to_i32(fileno)?;
    if fd < 0 {
        return Err(vm.value_error("negative file descriptor"));
    }
    Ok(fd)
}

#[pymethods]
impl PySocket {
    #[slot(name = "new", text = "")]
    fn py_new(cls: &Py<PyType>, vm: &VirtualMachine, _args: Args<'_>) -> PyRef<PySocket> {
        vm.alloc(cls, PySocket::empty())
    }

    #[slot(sig = "(family=-1, type=-1, proto=-1, fileno=None)", text = "")]
    fn init(
        &self,
        vm: &VirtualMachine,
        family: i32,
        r#type: i32,
        proto: i32,
        fileno: PyObject<'_>,
    ) -> PyResult<()> {
        if fileno.is_none() {
            let family = if family == -1 { address::INET } else { family };
            let kind = if r#type == -1 { 1 } else { r#type };
            let protocol = proto.max(0);
            let fd = sockets::socket(family, kind, protocol).map_err(|e| vm.errno_error(e))?;
            return self.set_up(vm, fd, family, kind, protocol);
        }
        let fd = given_descriptor(vm, fileno)?;
        let found = sockets::own_name(fd).map_err(|e| vm.errno_error(e))?;
        let option = |name| sockets::option(fd, SOL_SOCKET, name).map_err(|e| vm.errno_error(e));
        let family = match (family, found) {
            (-1, Address::V4 { .. }) => address::INET,
            (-1, Address::V6 { .. }) => address::INET6,
            (-1, Address::Unix(_)) => address::UNIX,
            (-1, Address::Other { family, .. }) => i32::from(family),
            (-1, Address::None) => 0,
            (family, _) => family,
        };
        let kind = if r#type == -1 { option(SO_TYPE)? } else { r#type };
        let protocol = if proto == -1 { option(SO_PROTOCOL)? } else { proto };
        self.set_up(vm, fd, family, kind, protocol)
    }

    #[slot]
    fn repr(&self) -> String {
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            self.fd.get(),
            self.family.get(),
            self.kind.get(),
            self.protocol.get()
        )
    }

    #[slot]
    fn del(zelf: &Py<PySocket>, vm: &VirtualMachine) -> PyResult<()> {
        if zelf.fd.get() < 0 {
            return Ok(());
        }
        let text = vm.repr(zelf.as_object())?;
        let text = PyStr::from_parts(vm, &[b"unclosed ", text.as_bytes()]);
        let category = vm.exc().resource_warning.as_object();
        let warned = vm::modules::support::warn_about(vm, category, &text, zelf.as_object());
        if let Err(e) = warned
            && vm.is_error(&e, &vm.exc().warning)
        {
            vm.unraisable_while(e, "while finalizing socket", zelf.as_object());
        }
        // There is nobody to tell of a failure.
        let _ = files::close(zelf.fd.replace(-1));
        Ok(())
    }

    #[method(sig = "(self, /)", text = "")]
    fn _accept(&self, vm: &VirtualMachine) -> PyResult {
        let (fd, from) = self.perform(vm, POLL_IN, self.end(), sockets::accept)?;
        (fd, address::shown(vm, from)?).into_py_result(vm)
    }

    /// Gives the socket a local address.
    #[method(sig = "(self, object, /)", text = "")]
    fn bind(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let to = address::parse(vm, "bind", self.family.get(), object)?;
        sockets::bind(self.fd.get(), &to).map_err(|e| vm.errno_error(e))
    }

    /// Closes the socket, which is of no use then.
    #[method(sig = "(self, /)", text = "")]
    fn close(&self, vm: &VirtualMachine) -> PyResult<()> {
        match self.fd.replace(-1) {
            fd if fd >= 0 => match vm.allow_threads(|| files::close(fd)) {
                // The peer may well be gone.
                Ok(()) | Err(Errno::ECONNRESET) => Ok(()),
                Err(e) => Err(vm.errno_error(e)),
            },
            _ => Ok(()),
        }
    }

    /// Connects the socket to an address.
    #[method(sig = "(self, object, /)", text = "")]
    fn connect(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        match self.connect_to(vm, "connect", object)? {
            0 => Ok(()),
            e => Err(vm.errno_error(Errno(e))),
        }
    }

    /// As connect(), but the error's number is the answer; 0 if there was none.
    #[method(sig = "(self, object, /)", text = "")]
    fn connect_ex(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<i32> {
        match self.connect_to(vm, "connect_ex", object) {
            Err(e) if vm.is_error(&e, &vm.exc().timeout_error) => Ok(Errno::EAGAIN.0),
            r => r,
        }
    }

    /// Takes the descriptor away from the socket, without closing it.
    #[method(sig = "(self, /)", text = "")]
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    /// The descriptor of the socket.
    #[method(sig = "(self, /)", text = "")]
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    /// The address of the other end.
    #[method(sig = "(self, /)", text = "")]
    fn getpeername(&self, vm: &VirtualMachine) -> PyResult {
        let name = sockets::peer_name(self.fd.get()).map_err(|e| vm.errno_error(e))?;
        address::shown(vm, name)
    }

    /// The socket's own address.
    #[method(sig = "(self, /)", text = "")]
    fn getsockname(&self, vm: &VirtualMachine) -> PyResult {
        let name = sockets::own_name(self.fd.get()).map_err(|e| vm.errno_error(e))?;
        address::shown(vm, name)
    }

    /// Makes the socket one that accepts connections.
    ///
    /// The backlog says how many may wait to be accepted.
    #[method(sig = "(self, backlog=128, /)", text = "")]
    fn listen(&self, vm: &VirtualMachine, backlog: i32) -> PyResult<()> {
        sockets::listen(self.fd.get(), backlog.max(0)).map_err(|e| vm.errno_error(e))
    }

    /// Ends the reading side, the writing side, or both.
    #[method(sig = "(self, object, /)", text = "")]
    fn shutdown(&self, vm: &VirtualMachine, object: i32) -> PyResult<()> {
        sockets::shutdown(self.fd.get(), object).map_err(|e| vm.errno_error(e))
    }

    #[member]
    fn family(&self) -> i32 {
        self.family.get()
    }

    #[member]
    fn r#type(&self) -> i32 {
        self.kind.get()
    }

    #[member]
    fn proto(&self) -> i32 {
        self.protocol.get()
    }

    /// the socket timeout
    #[getter]
    fn timeout(&self, vm: &VirtualMachine) -> PyObjectRef {
        shown_timeout(vm, self.timeout.get())
    }
}

#[pymethods(name = data)]
impl PySocket {
    /// Receives at most that many bytes; none at the end of the stream.
    #[method(sig = "(self, bufsize, flags=0, /)", text = "")]
    fn recv(&self, vm: &VirtualMachine, bufsize: isize, flags: i32) -> PyResult {
        let size = checked_size(vm, bufsize, "recv")?;
        Ok(vm.new_bytes(&self.receive(vm, size, flags)?).into())
    }

    /// Receives into a buffer; the answer is how many bytes came.
    #[method(sig = "(self, buffer, nbytes=0, flags=0)", text = "")]
    fn recv_into(
        &self,
        vm: &VirtualMachine,
        buffer: BytesLikeMut,
        nbytes: isize,
        flags: i32,
    ) -> PyResult<usize> {
        let size = into_size(vm, &buffer, nbytes, "recv_into")?;
        let data = self.receive(vm, size, flags)?;
        buffer.with_mut(|b| b[..data.len()].copy_from_slice(&data));
        Ok(data.len())
    }

    /// As recv(), with the address that the data came from.
    #[method(sig = "(self, bufsize, flags=0, /)", text = "")]
    fn recvfrom(&self, vm: &VirtualMachine, bufsize: isize, flags: i32) -> PyResult {
        let size = checked_size(vm, bufsize, "recvfrom")?;
        let (data, from) = self.receive_from(vm, size, flags)?;
        let data: PyObjectRef = vm.new_bytes(&data).into();
        (data, address::shown(vm, from)?).into_py_result(vm)
    }

    /// As recv_into(), with the address that the data came from.
    #[method(sig = "(self, buffer, nbytes=0, flags=0)", text = "")]
    fn recvfrom_into(
        &self,
        vm: &VirtualMachine,
        buffer: BytesLikeMut,
        nbytes: isize,
        flags: i32,
    ) -> PyResult {
        let size = into_size(vm, &buffer, nbytes, "recvfrom_into")?;
        let (data, from) = self.receive_from(vm, size, flags)?;
        buffer.with_mut(|b| b[..data.len()].copy_from_slice(&data));
        (data.len(), address::shown(vm, from)?).into_py_result(vm)
    }

    /// Sends data; the answer is how many bytes of it went.
    #[method(sig = "(self, data, flags=0, /)", text = "")]
    fn send(&self, vm: &VirtualMachine, data: BytesLike<'_>, flags: i32) -> PyResult<usize> {
        let data = data.to_vec();
        self.perform(vm, POLL_OUT, self.end(), |fd| sockets::send(fd, &data, flags))
    }

    /// Sends all of the data, in as many steps as that takes.
    #[method(sig = "(self, data, flags=0, /)", text = "")]
    fn sendall(&self, vm: &VirtualMachine, data: BytesLike<'_>, flags: i32) -> PyResult<()> {
        let data = data.to_vec();
        let end = self.end();
        let mut sent = 0;
        while sent < data.len() {
            let rest = &data[sent..];
            sent += self.perform(vm, POLL_OUT, end, |fd| sockets::send(fd, rest, flags))?;
            vm.check_signals()?;
        }
        Ok(())
    }

    /// Sends data to an address: sendto(data, [flags,] address).
    #[method(text = "")]
    fn sendto(&self, vm: &VirtualMachine, args: Args<'_>) -> PyResult<usize> {
        args.no_keywords(vm, "socket.sendto")?;
        let (flags, to) = match args.len() {
            2 => (0, args.at(1)),
            3 => (vm.to_i32(args.at(1))?, args.at(2)),
            n => {
                return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({n} given)")));
            }
        };
        let data = BytesLike::get(vm, args.at(0))?.to_vec();
        let to = address::parse(vm, "sendto", self.family.get(), to)?;
        self.perform(vm, POLL_OUT, self.end(), |fd| sockets::send_to(fd, &data, flags, &to))
    }
}

fn into_size(
    vm: &VirtualMachine,
    buffer: &BytesLikeMut,
    nbytes: isize,
    caller: &str,
) -> PyResult<usize> {
    match checked_size(vm, nbytes, caller)? {
        0 => Ok(buffer.len()),
        n if n > buffer.len() => Err(vm.value_error("buffer too small for requested bytes")),
        n => Ok(n),
    }
}

#[pymethods(name = options)]
impl PySocket {
    /// An option: an int, or bytes if the size of a buffer is given.
    #[method(sig = "(self, level, option, buflen=0, /)", text = "")]
    fn getsockopt(&self, vm: &VirtualMachine, level: i32, option: i32, buflen: i32) -> PyResult {
        let fd = self.fd.get();
        if buflen == 0 {
            let value = sockets::option(fd, level, option).map_err(|e| vm.errno_error(e))?;
            return value.into_py_result(vm);
        }
        if !(0..=1024).contains(&buflen) {
            return Err(vm.os_error_message("getsockopt buflen out of range"));
        }
        let value = sockets::option_bytes(fd, level, option, buflen as usize)
            .map_err(|e| vm.errno_error(e))?;
        Ok(vm.new_bytes(&value).into())
    }

    /// Sets an option to an int, to bytes, or to nothing of a certain length.
    #[method(sig = "(self, level, option, value, optlen=0, /)", text = "")]
    fn setsockopt(
        &self,
        vm: &VirtualMachine,
        level: i32,
        option: i32,
        value: PyObject<'_>,
        optlen: Option<u32>,
    ) -> PyResult<()> {
        let fd = self.fd.get();
        let done = if let (true, Some(len)) = (value.is_none(), optlen) {
            sockets::set_option_length(fd, level, option, len)
        } else if vm.is_index(value) {
            let value = vm.to_i32(value)?;
            sockets::set_option(fd, level, option, &value.to_ne_bytes())
        } else {
            let value = BytesLike::get(vm, value)?.to_vec();
            sockets::set_option(fd, level, option, &value)
        };
        done.map_err(|e| vm.errno_error(e))
    }

    /// The timeout in seconds (a float); None for none.
    #[method(sig = "(self, /)", text = "")]
    fn gettimeout(&self, vm: &VirtualMachine) -> PyObjectRef {
        shown_timeout(vm, self.timeout.get())
    }

    /// Sets the timeout in seconds; None for none, 0 for operations that never wait.
    #[method(sig = "(self, object, /)", text = "")]
    fn settimeout(&self, vm: &VirtualMachine, object: PyObject<'_>) -> PyResult<()> {
        let timeout = timeout_of(vm, object)?;
        self.timeout.set(timeout);
        files::set_blocking(self.fd.get(), timeout < 0).map_err(|e| vm.errno_error(e))
    }

    /// setblocking(True) is settimeout(None), setblocking(False) is settimeout(0).
    #[method(sig = "(self, object, /)", text = "")]
    fn setblocking(&self, vm: &VirtualMachine, object: bool) -> PyResult<()> {
        self.timeout.set(if object { -1 } else { 0 });
        files::set_blocking(self.fd.get(), object).map_err(|e| vm.errno_error(e))
    }

    /// Whether operations may wait.
    #[method(sig = "(self, /)", text = "")]
    fn getblocking(&self) -> bool {
        self.timeout.get() != 0
    }
}
