//! Addresses of sockets, as the kernel has them and as numbers and bytes.

use core::mem::MaybeUninit;

use crate::{Errno, Result};

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A socket without one.
    None,
    V4 {
        host: [u8; 4],
        port: u16,
    },
    V6 {
        host: [u8; 16],
        port: u16,
        flow: u32,
        scope: u32,
    },
    /// A path; one that begins with a zero byte is no file's.
    Unix(Vec<u8>),
    /// Of another family, as the kernel has it.
    Other {
        family: u16,
        data: Vec<u8>,
    },
}

/// An address as system calls take it.
#[derive(Clone, Copy)]
pub struct Storage {
    bytes: libc::sockaddr_storage,
    len: libc::socklen_t,
}

const UNIX_PATH: usize = core::mem::offset_of!(libc::sockaddr_un, sun_path);
/// The longest path of a Unix socket.
pub const UNIX_LIMIT: usize = size_of::<libc::sockaddr_un>() - UNIX_PATH;

impl Storage {
    /// Room for any address.
    pub(super) fn empty() -> Storage {
        // SAFETY: a structure of integers, for which zeros are a value.
        let bytes = unsafe { MaybeUninit::zeroed().assume_init() };
        Storage { bytes, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    fn of<T: Copy>(value: T) -> Storage {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        let mut storage = Storage::empty();
        // SAFETY: the storage is larger than the structure and aligned for any address.
        unsafe { (&raw mut storage.bytes).cast::<T>().write(value) };
        storage.len = size_of::<T>() as libc::socklen_t;
        storage
    }

    pub fn v4(host: [u8; 4], port: u16) -> Storage {
        Storage::of(libc::sockaddr_in {
            sin_family: libc::AF_INET as libc::sa_family_t,
            sin_port: port.to_be(),
            sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(host) },
            sin_zero: [0; 8],
        })
    }

    pub fn v6(host: [u8; 16], port: u16, flow: u32, scope: u32) -> Storage {
        Storage::of(libc::sockaddr_in6 {
            sin6_family: libc::AF_INET6 as libc::sa_family_t,
            sin6_port: port.to_be(),
            sin6_flowinfo: flow.to_be(),
            sin6_addr: libc::in6_addr { s6_addr: host },
            sin6_scope_id: scope,
        })
    }

    /// A path, which must leave room for a zero behind it unless it begins with one.
    pub fn unix(path: &[u8]) -> Result<Storage> {
        let is_file = path.first().is_some_and(|b| *b != 0);
        if path.len() + usize::from(is_file) > UNIX_LIMIT {
            return Err(Errno(libc::ENAMETOOLONG));
        }
        let mut sun_path = [0; UNIX_LIMIT];
        for (to, from) in sun_path.iter_mut().zip(path) {
            *to = *from as libc::c_char;
        }
        let sun_family = libc::AF_UNIX as libc::sa_family_t;
        let mut storage = Storage::of(libc::sockaddr_un { sun_family, sun_path });
        storage.len = (UNIX_PATH + path.len() + usize::from(is_file)) as libc::socklen_t;
        Ok(storage)
    }

    pub(super) fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.bytes).cast()
    }

    pub(super) fn len(&self) -> libc::socklen_t {
        self.len
    }

    /// Has a call fill the storage.
    pub(super) fn filled<R>(
        &mut self,
        call: impl FnOnce(*mut libc::sockaddr, *mut libc::socklen_t) -> Result<R>,
    ) -> Result<R> {
        let result = call((&raw mut self.bytes).cast(), &raw mut self.len)?;
        // Longer addresses than there is room for are cut off.
        self.len = self.len.min(size_of::<libc::sockaddr_storage>() as libc::socklen_t);
        Ok(result)
    }

    /// A copy of an address that the C library made.
    ///
    /// # Safety
    /// `len` bytes can be read at `pointer`.
    pub(super) unsafe fn copied(pointer: *const libc::sockaddr, len: libc::socklen_t) -> Storage {
        let mut storage = Storage::empty();
        storage.len = storage.len.min(len);
        let (from, to) = (pointer.cast::<u8>(), (&raw mut storage.bytes).cast::<u8>());
        // SAFETY: at most as much as either has.
        unsafe { core::ptr::copy_nonoverlapping(from, to, storage.len as usize) };
        storage
    }

    fn raw(&self) -> &[u8] {
        // SAFETY: the storage is initialised as a whole, and `len` is within it.
        unsafe {
            core::slice::from_raw_parts((&raw const self.bytes).cast::<u8>(), self.len as usize)
        }
    }

    pub fn address(&self) -> Address {
        let bytes = self.raw();
        if bytes.len() < size_of::<libc::sa_family_t>() {
            return Address::None;
        }
        let array = |at: usize| -> [u8; 4] {
            let mut out = [0; 4];
            out.copy_from_slice(&bytes[at..at + 4]);
            out
        };
        let port = || u16::from_be_bytes([bytes[2], bytes[3]]);
        match i32::from(self.bytes.ss_family) {
            libc::AF_INET if bytes.len() >= 8 => Address::V4 { host: array(4), port: port() },
            libc::AF_INET6 if bytes.len() >= 28 => {
                let mut host = [0; 16];
                host.copy_from_slice(&bytes[8..24]);
                Address::V6 {
                    host,
                    port: port(),
                    flow: u32::from_be_bytes(array(4)),
                    scope: u32::from_ne_bytes(array(24)),
                }
            }
            libc::AF_UNIX => {
                let path = bytes.get(UNIX_PATH..).unwrap_or_default();
                let path = match path.first() {
                    Some(0) | None => path,
                    Some(_) => &path[..path.iter().position(|b| *b == 0).unwrap_or(path.len())],
                };
                Address::Unix(path.to_vec())
            }
            family => Address::Other { family: family as u16, data: bytes[2..].to_vec() },
        }
    }
}
