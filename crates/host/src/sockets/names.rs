//! Names of hosts, services, protocols and interfaces, as the C library looks them up.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;

use super::address::{Address, Storage};
use crate::call::{call, check};
use crate::policy::{self, Operation};
use crate::{Errno, Result};

/// What `getaddrinfo` and `getnameinfo` fail with: an `EAI_*` number, or `errno`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    Lookup(i32),
    System(Errno),
}

fn failure(code: i32) -> Failure {
    if code == libc::EAI_SYSTEM { Failure::System(Errno::last()) } else { Failure::Lookup(code) }
}

/// What an `EAI_*` number means.
pub fn describe(code: i32) -> String {
    // SAFETY: the C library answers a static string for every number.
    unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned()
}

/// What to look for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub flags: i32,
}

/// One answer of [`look_up`].
pub struct Found {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical: Vec<u8>,
    pub address: Storage,
}

/// `getaddrinfo`.
pub fn look_up(
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Hints,
) -> Result<Vec<Found>, Failure> {
    policy::check(Operation::Socket { family: hints.family }).map_err(Failure::System)?;
    // SAFETY: a structure of integers and pointers, for which zeros are a value.
    let mut wanted: libc::addrinfo = unsafe { MaybeUninit::zeroed().assume_init() };
    wanted.ai_family = hints.family;
    wanted.ai_socktype = hints.kind;
    wanted.ai_protocol = hints.protocol;
    wanted.ai_flags = hints.flags;
    let text = |s: Option<&CStr>| s.map_or(core::ptr::null(), CStr::as_ptr);
    let mut list = core::ptr::null_mut();
    // SAFETY: C strings or nulls, hints that live here, and a place for the list.
    let code =
        unsafe { libc::getaddrinfo(text(host), text(service), &raw const wanted, &raw mut list) };
    if code != 0 {
        return Err(failure(code));
    }
    let mut found = Vec::new();
    let mut at = list;
    while !at.is_null() {
        // SAFETY: the list's nodes are whole until it is freed, below.
        let node = unsafe { &*at };
        let canonical = if node.ai_canonname.is_null() {
            Vec::new()
        } else {
            // SAFETY: a C string of the list.
            unsafe { CStr::from_ptr(node.ai_canonname) }.to_bytes().to_vec()
        };
        found.push(Found {
            family: node.ai_family,
            kind: node.ai_socktype,
            protocol: node.ai_protocol,
            canonical,
            // SAFETY: the node says how long its address is.
            address: unsafe { Storage::copied(node.ai_addr, node.ai_addrlen) },
        });
        at = node.ai_next;
    }
    // SAFETY: the list came from `getaddrinfo` and is freed once.
    unsafe { libc::freeaddrinfo(list) };
    Ok(found)
}

/// `getnameinfo`: the names of a host and a service.
pub fn name(address: &Storage, flags: i32) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    const ROOM: usize = 1025;
    let (mut host, mut service) = ([0 as c_char; ROOM], [0 as c_char; ROOM]);
    let room = ROOM as libc::socklen_t;
    let (h, s) = (host.as_mut_ptr(), service.as_mut_ptr());
    // SAFETY: an address as long as it says, and two buffers with their sizes.
    let code =
        unsafe { libc::getnameinfo(address.pointer(), address.len(), h, room, s, room, flags) };
    if code != 0 {
        return Err(failure(code));
    }
    let text = |buffer: &[c_char]| -> Vec<u8> {
        buffer.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect()
    };
    Ok((text(&host), text(&service)))
}

pub fn host_name() -> Result<Vec<u8>> {
    let mut buffer = [0u8; 1024];
    // SAFETY: the buffer is writable for its length, and the last byte stays zero.
    check(unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len() - 1) })?;
    let end = buffer.iter().position(|b| *b == 0).unwrap_or(buffer.len());
    Ok(buffer[..end].to_vec())
}

pub fn set_host_name(name: &[u8]) -> Result<()> {
    // SAFETY: the name is readable for its length.
    check(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) }).map(drop)
}

/// The IPv4 address that `inet_aton` reads, with its old spellings.
pub fn parse_v4(text: &CStr) -> Option<[u8; 4]> {
    let mut address = libc::in_addr { s_addr: 0 };
    // SAFETY: a C string, and a place for the address.
    let ok = unsafe { inet_aton(text.as_ptr(), &raw mut address) };
    (ok != 0).then(|| address.s_addr.to_ne_bytes())
}

// SAFETY: as in the C library's headers.
unsafe extern "C" {
    fn inet_aton(text: *const c_char, address: *mut libc::in_addr) -> i32;
}

/// The index of an interface; 0 is none's.
pub fn interface_index(name: &CStr) -> Result<u32> {
    // SAFETY: a C string.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(Errno::last()),
        index => Ok(index),
    }
}

pub fn interface_name(index: u32) -> Result<Vec<u8>> {
    let mut buffer = [0 as c_char; libc::IF_NAMESIZE];
    // SAFETY: a buffer of the size that the call expects.
    let name = unsafe { libc::if_indextoname(index, buffer.as_mut_ptr()) };
    if name.is_null() {
        return Err(Errno::last());
    }
    Ok(buffer.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect())
}

/// All interfaces with their indices.
pub fn interfaces() -> Result<Vec<(u32, Vec<u8>)>> {
    // SAFETY: no arguments.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return Err(Errno::last());
    }
    let mut out = Vec::new();
    let mut at = list;
    // SAFETY: an array that ends with a row of zeros.
    while let Some(row) = unsafe { at.as_ref() }.filter(|row| row.if_index != 0) {
        // SAFETY: each row has a C string.
        let name = unsafe { CStr::from_ptr(row.if_name) }.to_bytes().to_vec();
        out.push((row.if_index, name));
        at = at.wrapping_add(1);
    }
    // SAFETY: it came from `if_nameindex` and is freed once.
    unsafe { libc::if_freenameindex(list) };
    Ok(out)
}

/// The port of a service, by name.
pub fn service_port(name: &CStr, protocol: Option<&CStr>) -> Option<u16> {
    let _one_at_a_time = DATABASE.lock();
    let protocol = protocol.map_or(core::ptr::null(), CStr::as_ptr);
    // SAFETY: C strings; what the call answers is read before the next one, under the lock.
    let entry = unsafe { libc::getservbyname(name.as_ptr(), protocol).as_ref() }?;
    Some(u16::from_be(entry.s_port as u16))
}

/// The name of a service, by port.
pub fn service_name(port: u16, protocol: Option<&CStr>) -> Option<Vec<u8>> {
    let _one_at_a_time = DATABASE.lock();
    let protocol = protocol.map_or(core::ptr::null(), CStr::as_ptr);
    // SAFETY: as above.
    unsafe {
        let entry = libc::getservbyport(i32::from(port.to_be()), protocol).as_ref()?;
        Some(CStr::from_ptr(entry.s_name).to_bytes().to_vec())
    }
}

pub fn protocol_number(name: &CStr) -> Option<i32> {
    let _one_at_a_time = DATABASE.lock();
    // SAFETY: as above.
    unsafe { libc::getprotobyname(name.as_ptr()).as_ref() }.map(|entry| entry.p_proto)
}

/// The databases of services and protocols answer in memory that all threads share.
static DATABASE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// The address of a numeric or symbolic host name, if that is all there is.
pub fn first_address(host: &CStr, family: i32) -> Result<Address, Failure> {
    let hints = Hints { family, kind: libc::SOCK_DGRAM, ..Hints::default() };
    let found = look_up(Some(host), None, hints)?;
    found.first().map(|f| f.address.address()).ok_or(Failure::Lookup(libc::EAI_NONAME))
}

/// Duplicates a socket's descriptor.
pub fn duplicate(fd: i32) -> Result<i32> {
    call!(fcntl(fd, libc::F_DUPFD_CLOEXEC, 0i32))
}
