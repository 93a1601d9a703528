//! Functions that look names up, and that read and write addresses.

use super::address::{self, failed, host_name, v6_text};
use super::{H_ERROR, Unsigned, lookup_error};
use host::sockets::address::{Address, Storage};
use host::sockets::names::{self, Hints};
use std::ffi::CString;
use std::net::{Ipv4Addr, Ipv6Addr};
use vm::builtins::bytes::PyBytes;
use vm::modules::path::{fs_decode, fs_name};
use vm::prelude::*;
use vm::protocol::buffer::BytesLike;

const NAME_REQUIRED: i32 = 8;
const CANONICAL_NAME: i32 = 2;
const NUMERIC_HOST: i32 = 4;
const DATAGRAM: i32 = 2;
const STREAM: i32 = 1;

/// The service of `getaddrinfo`: a number, a name, or none.
fn service(vm: &VirtualMachine, port: PyObject<'_>) -> PyResult<Option<CString>> {
    if port.is_none() {
        return Ok(None);
    }
    let text = if port.int_view().is_some() {
        vm.to_i64(port)?.to_string().into_bytes()
    } else if let Some(s) = port.downcast::<PyStr>() {
        match s.to_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => return Err(vm::call::from_args::surrogate_error(vm, s)),
        }
    } else if let Some(b) = port.downcast::<PyBytes>() {
        b.as_bytes().to_vec()
    } else {
        return Err(vm.os_error_message("Int or String expected"));
    };
    host::c_string(&text).map(Some).map_err(|_| vm.value_error("embedded null character"))
}

fn c_text(vm: &VirtualMachine, text: &str) -> PyResult<CString> {
    host::c_string(text.as_bytes()).map_err(|_| vm.value_error("embedded null character"))
}

/// A host's name and all its addresses of a family.
fn host_entry(
    vm: &VirtualMachine,
    name: &CString,
    family: i32,
) -> PyResult<(Vec<u8>, Vec<Address>)> {
    let hints = Hints { family, kind: STREAM, flags: CANONICAL_NAME, protocol: 0 };
    let found =
        vm.allow_threads(|| names::look_up(Some(name), None, hints)).map_err(|e| failed(vm, e))?;
    let canonical = found.first().map(|f| f.canonical.clone()).unwrap_or_default();
    let name = if canonical.is_empty() { name.as_bytes().to_vec() } else { canonical };
    Ok((name, found.iter().map(|f| f.address.address()).collect()))
}

fn host_text(address: &Address) -> Option<String> {
    match address {
        Address::V4 { host, .. } => Some(Ipv4Addr::from(*host).to_string()),
        Address::V6 { host, .. } => Some(v6_text(*host)),
        _ => None,
    }
}

#[pymodule_part(name = "_socket")]
pub mod part {
    use super::*;

    /// Turns a host and a port into addresses to which a socket can connect.
    ///
    /// The answer is a list of tuples (family, type, proto, canonname, address).
    #[function(sig = "(host, port, family=0, type=0, proto=0, flags=0)", text = "")]
    fn getaddrinfo(
        vm: &VirtualMachine,
        host: PyObject<'_>,
        port: PyObject<'_>,
        family: i32,
        r#type: i32,
        proto: i32,
        flags: i32,
    ) -> PyResult {
        let name = if host.is_none() {
            None
        } else if host.downcast::<PyStr>().is_some() || host.downcast::<PyBytes>().is_some() {
            Some(host_name(vm, host)?)
        } else {
            return Err(vm.type_error("getaddrinfo() argument 1 must be string or None"));
        };
        let service = service(vm, port)?;
        let hints = Hints { family, kind: r#type, protocol: proto, flags };
        let found = vm
            .allow_threads(|| names::look_up(name.as_deref(), service.as_deref(), hints))
            .map_err(|e| failed(vm, e))?;
        let mut out = Vec::with_capacity(found.len());
        for f in found {
            let canonical: PyObjectRef = vm.new_str_bytes(&f.canonical).into();
            let place = address::shown(vm, f.address.address())?;
            out.push((f.family, f.kind, f.protocol, canonical, place));
        }
        out.into_py_result(vm)
    }

    /// The names of the host and the service at an address.
    #[function(sig = "(sockaddr, flags, /)", text = "")]
    fn getnameinfo(vm: &VirtualMachine, sockaddr: PyObject<'_>, flags: i32) -> PyResult {
        let Some(tuple) = sockaddr.downcast::<PyTuple>() else {
            return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let (host, port, rest) = match tuple.payload_ref().as_slice() {
            [host, port, rest @ ..] if rest.len() <= 2 => (host, port, rest),
            _ => return Err(vm.type_error("getnameinfo(): illegal sockaddr argument")),
        };
        let Some(host) = host.as_object().downcast::<PyStr>() else {
            return Err(vm.type_error("getnameinfo(): illegal sockaddr argument"));
        };
        let port = vm.to_i32(port.as_object())?;
        let number = |o: Option<&PyObjectRef>| match o {
            Some(o) => vm.to_i64(o.as_object()),
            None => Ok(0),
        };
        let (flow, scope) = (number(rest.first())?, number(rest.get(1))?);
        if !(0..=0xfffff).contains(&flow) {
            return Err(vm.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
        }
        let name = host_name(vm, host.as_object())?;
        let service = c_text(vm, &port.to_string())?;
        let hints = Hints { family: 0, kind: DATAGRAM, protocol: 0, flags: NUMERIC_HOST };
        let found =
            names::look_up(Some(&name), Some(&service), hints).map_err(|e| failed(vm, e))?;
        let [one] = &found[..] else {
            return Err(vm.os_error_message("sockaddr resolved to multiple addresses"));
        };
        let place = match one.address.address() {
            Address::V4 { host, port } => {
                if !rest.is_empty() {
                    return Err(vm.os_error_message("IPv4 sockaddr must be 2 tuple"));
                }
                Storage::v4(host, port)
            }
            Address::V6 { host, port, .. } => Storage::v6(host, port, flow as u32, scope as u32),
            _ => one.address,
        };
        let (host, service) =
            vm.allow_threads(|| names::name(&place, flags)).map_err(|e| failed(vm, e))?;
        let text = |b: &[u8]| -> PyObjectRef { vm.new_str_bytes(b).into() };
        (text(&host), text(&service)).into_py_result(vm)
    }

    /// The IPv4 address of a host, as text.
    #[function(sig = "(host, /)", text = "")]
    fn gethostbyname(vm: &VirtualMachine, host: PyObject<'_>) -> PyResult<Option<String>> {
        let name = host_name(vm, host)?;
        Ok(host_text(&address::resolve(vm, &name, address::INET)?))
    }

    /// The name of a host, its aliases, and its IPv4 addresses.
    #[function(sig = "(host, /)", text = "")]
    fn gethostbyname_ex(vm: &VirtualMachine, host: PyObject<'_>) -> PyResult {
        let name = host_name(vm, host)?;
        let (name, all) = host_entry(vm, &name, address::INET)?;
        let all: Vec<String> = all.iter().filter_map(host_text).collect();
        let name: PyObjectRef = vm.new_str_bytes(&name).into();
        (name, Vec::<PyObjectRef>::new(), all).into_py_result(vm)
    }

    /// The name of a host, its aliases, and its addresses, by one of its addresses.
    #[function(sig = "(host, /)", text = "")]
    fn gethostbyaddr(vm: &VirtualMachine, host: PyObject<'_>) -> PyResult {
        let name = host_name(vm, host)?;
        let found = address::resolve(vm, &name, 0)?;
        let place = match found {
            Address::V4 { host, .. } => Storage::v4(host, 0),
            Address::V6 { host, scope, .. } => Storage::v6(host, 0, 0, scope),
            _ => return Err(vm.os_error_message("unsupported address family")),
        };
        let named = vm.allow_threads(|| names::name(&place, NAME_REQUIRED));
        let Ok((name, _)) = named else {
            return Err(lookup_error(vm, &H_ERROR, 1, "Unknown host"));
        };
        let name: PyObjectRef = vm.new_str_bytes(&name).into();
        let all: Vec<String> = host_text(&found).into_iter().collect();
        (name, Vec::<PyObjectRef>::new(), all).into_py_result(vm)
    }

    /// The name of this host.
    #[function(sig = "($module, /)", text = "($self, /)")]
    fn gethostname(vm: &VirtualMachine) -> PyResult<PyRef<PyStr>> {
        let name = names::host_name().map_err(|e| vm.errno_error(e))?;
        Ok(fs_decode(vm, &name))
    }

    /// Gives this host a name.
    #[function(sig = "(name, /)", text = "")]
    fn sethostname(vm: &VirtualMachine, name: PyObject<'_>) -> PyResult<()> {
        let name = match name.downcast::<PyBytes>() {
            Some(b) => b.as_bytes().to_vec(),
            None => fs_name(vm, name)?.into_bytes(),
        };
        names::set_host_name(&name).map_err(|e| vm.errno_error(e))
    }

    /// The port of a service, by its name and perhaps its protocol's.
    #[function(sig = "(servicename, protocolname=None, /)", text = "")]
    fn getservbyname(
        vm: &VirtualMachine,
        servicename: &str,
        protocolname: NoneOr<&str>,
    ) -> PyResult<u16> {
        let name = c_text(vm, servicename)?;
        let protocol = protocolname.0.map(|p| c_text(vm, p)).transpose()?;
        names::service_port(&name, protocol.as_deref())
            .ok_or_else(|| vm.os_error_message("service/proto not found"))
    }

    /// The name of a service, by its port and perhaps its protocol's name.
    #[function(sig = "(port, protocolname=None, /)", text = "")]
    fn getservbyport(
        vm: &VirtualMachine,
        port: i32,
        protocolname: NoneOr<&str>,
    ) -> PyResult<PyRef<PyStr>> {
        let Ok(port) = u16::try_from(port) else {
            return Err(vm.overflow_error("getservbyport: port must be 0-65535."));
        };
        let protocol = protocolname.0.map(|p| c_text(vm, p)).transpose()?;
        match names::service_name(port, protocol.as_deref()) {
            Some(name) => Ok(vm.new_str_bytes(&name)),
            None => Err(vm.os_error_message("port/proto not found")),
        }
    }

    /// The number of a protocol, by its name.
    #[function(sig = "(name, /)", text = "")]
    fn getprotobyname(vm: &VirtualMachine, name: &str) -> PyResult<i32> {
        names::protocol_number(&c_text(vm, name)?)
            .ok_or_else(|| vm.os_error_message("protocol not found"))
    }

    /// The four bytes of an IPv4 address.
    #[function(sig = "(ip_addr, /)")]
    fn inet_aton(vm: &VirtualMachine, ip_addr: &str) -> PyResult {
        match names::parse_v4(&c_text(vm, ip_addr)?) {
            Some(bytes) => Ok(vm.new_bytes(&bytes).into()),
            None => Err(vm.os_error_message("illegal IP address string passed to inet_aton")),
        }
    }

    /// An IPv4 address as text, from its four bytes.
    #[function(sig = "(packed_ip, /)")]
    fn inet_ntoa(vm: &VirtualMachine, packed_ip: BytesLike<'_>) -> PyResult<String> {
        match <[u8; 4]>::try_from(packed_ip.to_vec()) {
            Ok(bytes) => Ok(Ipv4Addr::from(bytes).to_string()),
            Err(_) => Err(vm.os_error_message("packed IP wrong length for inet_ntoa")),
        }
    }

    /// The bytes of an address of a family.
    #[function(sig = "(af, ip, /)", text = "")]
    fn inet_pton(vm: &VirtualMachine, af: i32, ip: &str) -> PyResult {
        let bytes = match af {
            address::INET => ip.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
            address::INET6 => ip.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
            _ => return Err(vm.errno_error(host::Errno::EAFNOSUPPORT)),
        };
        match bytes {
            Some(bytes) => Ok(vm.new_bytes(&bytes).into()),
            None => Err(vm.os_error_message("illegal IP address string passed to inet_pton")),
        }
    }

    /// An address of a family as text, from its bytes.
    #[function(sig = "(af, packed_ip, /)", text = "")]
    fn inet_ntop(vm: &VirtualMachine, af: i32, packed_ip: BytesLike<'_>) -> PyResult<String> {
        let bytes = packed_ip.to_vec();
        let text = match af {
            address::INET => <[u8; 4]>::try_from(bytes).ok().map(|b| Ipv4Addr::from(b).to_string()),
            address::INET6 => <[u8; 16]>::try_from(bytes).ok().map(v6_text),
            _ => return Err(vm.value_error(format!("unknown address family {af}"))),
        };
        text.ok_or_else(|| vm.value_error("invalid length of packed IP address string"))
    }

    /// The network interfaces: pairs of index and name.
    #[function(sig = "($module, /)", text = "($self, /)")]
    fn if_nameindex(vm: &VirtualMachine) -> PyResult {
        let all = names::interfaces().map_err(|e| vm.errno_error(e))?;
        let rows: Vec<(u32, PyRef<PyStr>)> =
            all.iter().map(|(index, name)| (*index, fs_decode(vm, name))).collect();
        rows.into_py_result(vm)
    }

    /// The index of an interface, by its name.
    #[function(sig = "(oname, /)")]
    fn if_nametoindex(vm: &VirtualMachine, oname: PyObject<'_>) -> PyResult<u32> {
        names::interface_index(&fs_name(vm, oname)?)
            .map_err(|_| vm.os_error_message("no interface with this name"))
    }

    /// The name of an interface, by its index.
    #[function(sig = "(if_index, /)")]
    fn if_indextoname(vm: &VirtualMachine, if_index: Unsigned<32>) -> PyResult<PyRef<PyStr>> {
        let name = names::interface_name(if_index.0).map_err(|e| vm.errno_error(e))?;
        Ok(fs_decode(vm, &name))
    }
}
