//! Addresses of sockets between Python's tuples and strings, and the system's.

use super::{GAI_ERROR, lookup_error};
use host::sockets::address::{Address, Storage};
use host::sockets::names::{self, Failure};
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};
use vm::builtins::bytearray::PyByteArray;
use vm::builtins::bytes::PyBytes;
use vm::modules::path::{fs_decode, fs_encode};
use vm::prelude::*;
use vm::protocol::buffer::BytesLike;

pub const UNIX: i32 = 1;
pub const INET: i32 = 2;
pub const INET6: i32 = 10;

#[cold]
pub fn failed(vm: &VirtualMachine, failure: Failure) -> PyErr {
    match failure {
        Failure::System(e) => vm.errno_error(e),
        Failure::Lookup(code) => lookup_error(vm, &GAI_ERROR, code, &names::describe(code)),
    }
}

/// The text of an IPv6 address as the C library writes it.
pub fn v6_text(host: [u8; 16]) -> String {
    let address = Ipv6Addr::from(host);
    let words = address.segments();
    // Addresses that hold an IPv4 one show it.
    if words[..6] == [0; 6] && words[6] != 0 {
        return format!("::{}", Ipv4Addr::new(host[12], host[13], host[14], host[15]));
    }
    address.to_string()
}

/// An address as Python shows it.
pub fn shown(vm: &VirtualMachine, address: Address) -> PyResult {
    match address {
        Address::None => Ok(vm.none()),
        Address::V4 { host, port } => (Ipv4Addr::from(host).to_string(), port).into_py_result(vm),
        Address::V6 { host, port, flow, scope } => {
            (v6_text(host), port, flow, scope).into_py_result(vm)
        }
        // Only names that are no files' may hold anything.
        Address::Unix(path) if path.first() == Some(&0) => Ok(vm.new_bytes(&path).into()),
        Address::Unix(path) => Ok(fs_decode(vm, &path).into()),
        Address::Other { family, data } => {
            let data: PyObjectRef = vm.new_bytes(&data).into();
            (family, data).into_py_result(vm)
        }
    }
}

/// The name of a host: text goes through IDNA.
pub fn host_name(vm: &VirtualMachine, host: PyObject<'_>) -> PyResult<CString> {
    let bytes = if let Some(s) = host.downcast::<PyStr>() {
        if s.as_bytes().is_ascii() {
            s.as_bytes().to_vec()
        } else {
            let encoding = vm.new_str("idna");
            let encoded = vm.call_method(host, &vm.intern("encode"), &[encoding.as_object()])?;
            BytesLike::get(vm, encoded.as_object())?.to_vec()
        }
    } else if host.downcast::<PyBytes>().is_some() || host.downcast::<PyByteArray>().is_some() {
        BytesLike::get(vm, host)?.to_vec()
    } else {
        return Err(vm.type_error(format!(
            "str, bytes or bytearray expected, not {}",
            host.class(vm).display_name()
        )));
    };
    host::c_string(&bytes).map_err(|_| vm.type_error("host name must not contain null character"))
}

/// The address of a host by any name, of one family or (0) of any.
pub fn resolve(vm: &VirtualMachine, name: &CString, family: i32) -> PyResult<Address> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Ok(match family {
            INET6 => Address::V6 { host: [0; 16], port: 0, flow: 0, scope: 0 },
            _ => Address::V4 { host: [0; 4], port: 0 },
        });
    }
    if bytes == b"<broadcast>" || bytes == b"255.255.255.255" {
        if family != INET && family != 0 {
            return Err(vm.os_error_message("address family mismatched"));
        }
        return Ok(Address::V4 { host: [255; 4], port: 0 });
    }
    if let Some(host) = std::str::from_utf8(bytes).ok().and_then(|t| t.parse::<Ipv4Addr>().ok())
        && (family == INET || family == 0)
    {
        return Ok(Address::V4 { host: host.octets(), port: 0 });
    }
    vm.allow_threads(|| names::first_address(name, family)).map_err(|e| failed(vm, e))
}

fn port_of(vm: &VirtualMachine, caller: &str, port: PyObject<'_>) -> PyResult<u16> {
    let port = vm.to_i32(port)?;
    u16::try_from(port).map_err(|_| vm.overflow_error(format!("{caller}(): port must be 0-65535.")))
}

fn tuple_of<'a>(
    vm: &VirtualMachine,
    caller: &str,
    family: &str,
    address: PyObject<'a>,
) -> PyResult<&'a [PyObjectRef]> {
    match address.downcast::<PyTuple>() {
        Some(t) => Ok(t.payload_ref().as_slice()),
        None => Err(vm.type_error(format!(
            "{caller}(): {family} address must be tuple, not {}",
            address.class(vm).display_name()
        ))),
    }
}

/// An address that `caller` was given for a socket of a family.
pub fn parse(
    vm: &VirtualMachine,
    caller: &str,
    family: i32,
    address: PyObject<'_>,
) -> PyResult<Storage> {
    match family {
        UNIX => {
            let path = match address.downcast::<PyStr>() {
                Some(s) => fs_encode(vm, s)?.into_owned(),
                None => BytesLike::get(vm, address)?.to_vec(),
            };
            Storage::unix(&path).map_err(|_| vm.os_error_message("AF_UNIX path too long"))
        }
        INET => {
            let [host, port] = tuple_of(vm, caller, "AF_INET", address)? else {
                return Err(vm.type_error("AF_INET address must be a pair (host, port)"));
            };
            let name = host_name(vm, host.as_object())?;
            let port = port_of(vm, caller, port.as_object())?;
            match resolve(vm, &name, INET)? {
                Address::V4 { host, .. } => Ok(Storage::v4(host, port)),
                _ => Err(vm.os_error_message("address family mismatched")),
            }
        }
        INET6 => {
            let items = tuple_of(vm, caller, "AF_INET6", address)?;
            let (host, port, rest) = match items {
                [host, port, rest @ ..] if rest.len() <= 2 => (host, port, rest),
                _ => {
                    return Err(vm.type_error(
                        "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])",
                    ));
                }
            };
            let name = host_name(vm, host.as_object())?;
            let port = vm.to_i32(port.as_object())?;
            let number = |o: Option<&PyObjectRef>| match o {
                Some(o) => vm.to_i64(o.as_object()),
                None => Ok(0),
            };
            let (flow, scope) = (number(rest.first())?, number(rest.get(1))?);
            let port = port_of(vm, caller, vm.new_int(i64::from(port)).as_object())?;
            if !(0..=0xfffff).contains(&flow) {
                return Err(vm.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
            }
            match resolve(vm, &name, INET6)? {
                Address::V6 { host, scope: found, .. } => {
                    let scope = if scope == 0 { found } else { scope as u32 };
                    Ok(Storage::v6(host, port, flow as u32, scope))
                }
                _ => Err(vm.os_error_message("address family mismatched")),
            }
        }
        _ => Err(vm.os_error_message(format!("{caller}(): unsupported address family"))),
    }
}
