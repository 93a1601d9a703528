//! `#[pymethods]`: one `impl` block becomes one `ImplDef`.

use crate::function::*;
use crate::signature::{PySignature, Receiver};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Expr, Ident, ImplItem, ItemImpl, Meta, Type};

const ATTRIBUTES: [&str; 8] =
    ["method", "classmethod", "staticmethod", "getter", "setter", "member", "slot", "constant"];

/// Slots whose function may get its own instance on either side.
const BINARY_NUMBER: [&str; 13] = [
    "add",
    "subtract",
    "multiply",
    "remainder",
    "divmod",
    "lshift",
    "rshift",
    "and",
    "xor",
    "or",
    "floor_divide",
    "true_divide",
    "matmul",
];

#[derive(Default)]
struct GetSet {
    name: String,
    get: Option<Ident>,
    set: Option<Ident>,
    doc: Option<String>,
    member: bool,
}

struct Block {
    krate: TokenStream,
    home: Home,
    items: TokenStream,
    methods: Vec<TokenStream>,
    getset: Vec<GetSet>,
    slots: Vec<TokenStream>,
    consts: Vec<TokenStream>,
    text_signature: Option<String>,
}

pub fn expand(attr: TokenStream, mut block: ItemImpl) -> syn::Result<TokenStream> {
    let krate = vm_crate();
    let ty = (*block.self_ty).clone();
    let mut const_name = format_ident!("PY_IMPL");
    let mut spec = quote!(<#ty as #krate::native::PyPayload>::SPEC);
    let options = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    for meta in options.parse2(attr)? {
        let nv = meta.require_name_value()?;
        if nv.path.is_ident("name")
            && let Expr::Path(p) = &nv.value
            && let Some(id) = p.path.get_ident()
        {
            const_name = format_ident!("PY_IMPL_{}", id.to_string().to_uppercase());
        } else if nv.path.is_ident("spec") {
            let path = &nv.value;
            spec = quote!(&#path);
        } else {
            return Err(syn::Error::new(nv.span(), "expected `name = ident` or `spec = STATIC`"));
        }
    }
    let mut out = Block {
        krate: krate.clone(),
        home: Home::Type { ty, spec },
        items: TokenStream::new(),
        methods: Vec::new(),
        getset: Vec::new(),
        slots: Vec::new(),
        consts: Vec::new(),
        text_signature: None,
    };
    let mut errors: Option<syn::Error> = None;
    for item in &mut block.items {
        if let Err(e) = out.item(item) {
            match &mut errors {
                Some(all) => all.combine(e),
                None => errors = Some(e),
            }
        }
    }
    if let Some(e) = errors {
        // The block stays, so that other errors in it show too.
        let e = e.to_compile_error();
        return Ok(quote!(#block #e));
    }
    let Block { items, methods, getset, slots, consts, text_signature, .. } = out;
    let text = option_tokens(text_signature.as_deref());
    let getset = getset.iter().map(|g| {
        let name = &g.name;
        let side = |i: &Option<Ident>| match i {
            Some(i) => quote!(::core::option::Option::Some(#i)),
            None => quote!(::core::option::Option::None),
        };
        let (get, set, doc) = (side(&g.get), side(&g.set), option_tokens(g.doc.as_deref()));
        let member = g.member;
        quote!(#krate::native::GetSetDef {
            name: #name, get: #get, set: #set, doc: #doc, member: #member,
        })
    });
    let impl_def: ImplItem = syn::parse2(quote! {
        /// What this block shows to Python.
        pub const #const_name: #krate::native::ImplDef = {
            #items
            const METHODS: &[#krate::native::MethodDef] = &[#(#methods),*];
            const GETSET: &[#krate::native::GetSetDef] = &[#(#getset),*];
            const CONSTS: &[#krate::native::ConstDef] = &[#(#consts),*];
            #krate::native::ImplDef {
                slots: #krate::native::Slots { #(#slots,)* ..#krate::native::Slots::EMPTY },
                methods: METHODS,
                getset: GETSET,
                consts: CONSTS,
                text_signature: #text,
            }
        };
    })?;
    block.items.push(impl_def);
    Ok(quote!(#block))
}

impl Block {
    fn item(&mut self, item: &mut ImplItem) -> syn::Result<()> {
        match item {
            ImplItem::Fn(f) => {
                for attr in take_attributes(&mut f.attrs, &ATTRIBUTES) {
                    let options = Options::of(&attr)?;
                    let kind = attr.path().get_ident().map(Ident::to_string).unwrap_or_default();
                    match kind.as_str() {
                        "method" => self.method(Kind::Instance, f, &options)?,
                        "classmethod" => self.method(Kind::Class, f, &options)?,
                        "staticmethod" => self.method(Kind::Static, f, &options)?,
                        "getter" => self.getter(f, &options, false)?,
                        "member" => self.getter(f, &options, true)?,
                        "setter" => self.setter(f, &options)?,
                        "slot" => self.slot(f, &options)?,
                        _ => self.constant_fn(f, &options),
                    }
                }
            }
            ImplItem::Const(c) => {
                let Home::Type { ty, .. } = &self.home else { return Ok(()) };
                for attr in take_attributes(&mut c.attrs, &["constant"]) {
                    let options = Options::of(&attr)?;
                    let (krate, ident) = (&self.krate, &c.ident);
                    let name = options.name.unwrap_or_else(|| python_name(ident));
                    self.consts.push(quote!(#krate::native::ConstDef {
                        name: #name,
                        value: |vm| #krate::native::IntoPyResult::into_py_result(<#ty>::#ident, vm),
                    }));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn method(&mut self, kind: Kind, f: &syn::ImplItemFn, options: &Options) -> syn::Result<()> {
        let native = native(&self.home, kind, &f.attrs, &f.sig, options)?;
        self.items.extend(native.item);
        self.methods.push(native.def);
        Ok(())
    }

    fn constant_fn(&mut self, f: &syn::ImplItemFn, options: &Options) {
        let (krate, ident) = (&self.krate, &f.sig.ident);
        let name = options.name.clone().unwrap_or_else(|| python_name(ident));
        let path = call_path(&self.home, ident);
        let arg = if f.sig.inputs.is_empty() { quote!() } else { quote!(vm) };
        self.consts.push(quote!(#krate::native::ConstDef {
            name: #name,
            value: |vm| #krate::native::IntoPyResult::into_py_result(#path(#arg), vm),
        }));
    }

    fn getset_entry(&mut self, name: &str) -> &mut GetSet {
        let at = self.getset.iter().position(|g| g.name == name).unwrap_or_else(|| {
            self.getset.push(GetSet { name: name.to_owned(), ..GetSet::default() });
            self.getset.len() - 1
        });
        &mut self.getset[at]
    }

    /// The statements that turn `obj` into the receiver, and its expression.
    fn attribute_owner(
        &self,
        first: Option<&RustParam>,
        name: &str,
        f: &syn::ImplItemFn,
    ) -> syn::Result<TokenStream> {
        let krate = &self.krate;
        let Home::Type { ty, .. } = &self.home else { return Ok(quote!()) };
        match first {
            Some(RustParam::SelfRef) => {
                Ok(quote!(#krate::native::attribute_owner::<#ty>(vm, #name, obj)?.payload_ref()))
            }
            Some(RustParam::Typed(t)) => Ok(match payload_of(t) {
                Some(p) => quote!(#krate::native::attribute_owner::<#p>(vm, #name, obj)?),
                None => quote!(obj),
            }),
            _ => Err(syn::Error::new(f.sig.ident.span(), "the receiver comes first")),
        }
    }

    fn getter(&mut self, f: &syn::ImplItemFn, options: &Options, member: bool) -> syn::Result<()> {
        let krate = self.krate.clone();
        let ident = &f.sig.ident;
        let name = options.name.clone().unwrap_or_else(|| python_name(ident));
        let params = rust_params(&f.sig);
        let owner = self.attribute_owner(params.first(), &name, f)?;
        let vm = params.iter().skip(1).map(|_| quote!(vm));
        let path = call_path(&self.home, ident);
        let fn_ident = format_ident!("get_{}", python_name(ident));
        self.items.extend(quote_spanned! {here(ident.span())=>
            #[allow(unused_variables)]
            fn #fn_ident(
                vm: &#krate::native::VirtualMachine,
                obj: #krate::native::PyObject<'_>,
            ) -> #krate::native::PyResult {
                let zelf = #owner;
                #krate::native::IntoPyResult::into_py_result(#path(zelf, #(#vm),*), vm)
            }
        });
        let doc = doc_of(&f.attrs);
        let entry = self.getset_entry(&name);
        entry.get = Some(fn_ident);
        entry.member = member;
        entry.doc = doc;
        Ok(())
    }

    fn setter(&mut self, f: &syn::ImplItemFn, options: &Options) -> syn::Result<()> {
        let krate = self.krate.clone();
        let ident = &f.sig.ident;
        let own = python_name(ident);
        let own = own.strip_prefix("set_").unwrap_or(&own).to_owned();
        let name = options.name.clone().unwrap_or(own);
        let params = rust_params(&f.sig);
        let owner = self.attribute_owner(params.first(), &name, f)?;
        let mut needs_value = TokenStream::new();
        let args: Vec<TokenStream> = params
            .iter()
            .skip(1)
            .map(|p| match p {
                RustParam::Typed(t) if type_name(t).is_some_and(|n| n != "Option") => {
                    needs_value = quote! {
                        let ::core::option::Option::Some(value) = value else {
                            return ::core::result::Result::Err(
                                vm.type_error("cannot delete attribute"),
                            );
                        };
                    };
                    quote!(value)
                }
                RustParam::Typed(_) => quote!(value),
                _ => quote!(vm),
            })
            .collect();
        let path = call_path(&self.home, ident);
        let fn_ident = format_ident!("put_{}", python_name(ident));
        self.items.extend(quote_spanned! {here(ident.span())=>
            #[allow(unused_variables)]
            fn #fn_ident(
                vm: &#krate::native::VirtualMachine,
                obj: #krate::native::PyObject<'_>,
                value: ::core::option::Option<#krate::native::PyObject<'_>>,
            ) -> #krate::native::PyResult<()> {
                let zelf = #owner;
                #needs_value
                #krate::native::IntoSlotResult::into_slot_result(#path(zelf, #(#args),*))
            }
        });
        self.getset_entry(&name).set = Some(fn_ident);
        Ok(())
    }

    fn slot(&mut self, f: &syn::ImplItemFn, options: &Options) -> syn::Result<()> {
        let krate = self.krate.clone();
        let native = quote!(#krate::native);
        let ident = &f.sig.ident;
        let field = options.name.clone().unwrap_or_else(|| python_name(ident));
        let field_ident = syn::parse_str::<Ident>(&field)
            .unwrap_or_else(|_| Ident::new_raw(&field, ident.span()));
        let fn_ident = format_ident!("slot_{}", field);
        let path = call_path(&self.home, ident);
        let params = rust_params(&f.sig);
        let Some(shape) = shape_of(&field) else {
            return Err(syn::Error::new(ident.span(), format!("there is no slot `{field}`")));
        };
        let names: Vec<Ident> = (0..shape.params.len()).map(|i| format_ident!("p{i}")).collect();
        let types = shape.params.iter().map(|t| param_type(&native, t));
        let mut lets = TokenStream::new();
        let mut call_args = Vec::new();
        let mut given = 0;
        let binds_args = matches!(field.as_str(), "new" | "init" | "call");
        let number = BINARY_NUMBER.contains(&field.as_str())
            || field.starts_with("inplace_")
            || field == "power";
        let own: Vec<&RustParam> = params.iter().filter(|p| !matches!(p, RustParam::Vm)).collect();
        let raw = own.len() == 2
            && matches!(own[1], RustParam::Typed(t) if type_name(t).is_some_and(|n| n == "Args"));
        let mut bound = Vec::new();
        if binds_args && !raw {
            let Some(lit) = &options.sig else {
                return Err(syn::Error::new(
                    ident.span(),
                    "give `sig = \"(..)\"`, or take `args: Args<'_>`",
                ));
            };
            let sig = PySignature::parse(lit, Receiver::Constructor)?;
            let Home::Type { spec, .. } = &self.home else { return Ok(()) };
            let owner = if field == "call" {
                quote!(#native::Owner::Type(#spec))
            } else {
                quote!(#native::Owner::Constructor(#spec))
            };
            let py_name = format!("__{field}__");
            let types: Vec<Type> = own[1..]
                .iter()
                .filter_map(|p| match p {
                    RustParam::Typed(t) => Some(t.clone()),
                    _ => None,
                })
                .collect();
            let (binding, exprs) = bind(&krate, &sig, 0, &types, ident.span())?;
            let sig_static = signature_static(&krate, &py_name, &owner, &sig);
            let args = match field.as_str() {
                "new" => quote!(SIG.args_of_new(p0, p1)),
                "init" => quote!(SIG.args_of_init(vm, p0, p1)),
                _ => quote!(p1),
            };
            lets.extend(quote!(#sig_static let args = #args; #binding));
            bound = exprs;
        }
        if matches!(field.as_str(), "new" | "init") && self.text_signature.is_none() {
            let parsed = options.sig.as_ref().map(|l| PySignature::parse(l, Receiver::Constructor));
            self.text_signature = match (&options.text, parsed.transpose()?) {
                (Some(t), _) => Some(t.clone()).filter(|t| !t.is_empty()),
                (None, sig) => sig.map(|s| s.text()),
            };
        }
        let mut bound = bound.into_iter();
        for p in &params {
            let t = match p {
                RustParam::Vm => {
                    call_args.push(quote!(vm));
                    continue;
                }
                RustParam::SelfRef => None,
                RustParam::Typed(t) => Some(t),
            };
            if given > 0
                && binds_args
                && !raw
                && let Some(e) = bound.next()
            {
                call_args.push(e);
                given += 1;
                continue;
            }
            let Some(name) = names.get(given) else {
                return Err(syn::Error::new(
                    ident.span(),
                    format!("the slot `{field}` takes {} arguments", names.len()),
                ));
            };
            let from_object = shape.params[given] == "object";
            let first = given == 0;
            given += 1;
            let payload = match t {
                None => {
                    let Home::Type { ty, .. } = &self.home else { return Ok(()) };
                    Some(ty.clone())
                }
                Some(t) => payload_of(t).filter(|_| from_object),
            };
            match payload {
                Some(p) if number => lets.extend(quote! {
                    let ::core::option::Option::Some(#name) = #name.downcast::<#p>() else {
                        return ::core::result::Result::Ok(
                            #krate::object::PyObjectRef::not_implemented(),
                        );
                    };
                }),
                Some(p) if first => {
                    lets.extend(quote!(let #name = #name.expect_payload::<#p>();));
                }
                Some(_) => {
                    return Err(syn::Error::new(
                        ident.span(),
                        "only the receiver of this slot has a known payload",
                    ));
                }
                None => {}
            }
            call_args.push(match t {
                None => quote!(#name.payload_ref()),
                Some(_) => quote!(#name),
            });
        }
        let call = quote!(#path(#(#call_args),*));
        let (ret, body) = match shape.result {
            "object" => (
                quote!(#native::PyResult),
                quote!(#native::IntoPyResult::into_py_result(#call, vm)),
            ),
            "next" => (
                quote!(#native::PyResult<::core::option::Option<#native::PyObjectRef>>),
                quote!(#native::IntoNext::into_next(#call, vm)),
            ),
            other => {
                let t = result_type(&krate, other);
                (
                    quote!(#native::PyResult<#t>),
                    quote!(#native::IntoSlotResult::into_slot_result(#call)),
                )
            }
        };
        self.items.extend(quote_spanned! {here(ident.span())=>
            #[allow(unused_variables, clippy::let_unit_value)]
            fn #fn_ident(vm: &#native::VirtualMachine, #(#names: #types),*) -> #ret {
                #lets
                #body
            }
        });
        self.slots.push(quote!(#field_ident: ::core::option::Option::Some(#fn_ident)));
        Ok(())
    }
}

/// A slot function's parameters after `vm`, and its result.
struct Shape {
    params: &'static [&'static str],
    result: &'static str,
}

fn shape_of(field: &str) -> Option<Shape> {
    let (params, result): (&'static [&'static str], _) = match field {
        "repr" | "str" | "iter" | "negative" | "positive" | "absolute" | "invert" | "int"
        | "float" | "index" | "await_" | "aiter" | "anext" => (&["object"], "object"),
        "hash" => (&["object"], "i64"),
        "bool" => (&["object"], "bool"),
        "call" => (&["object", "args"], "object"),
        "getattro" => (&["object", "name"], "object"),
        "setattro" => (&["object", "name", "option"], "unit"),
        "richcompare" => (&["object", "object", "comparison"], "object"),
        "iternext" => (&["object"], "next"),
        "descr_get" => (&["object", "option", "option"], "object"),
        "descr_set" => (&["object", "object", "option"], "unit"),
        "new" => (&["class", "args"], "object"),
        "init" => (&["object", "args"], "unit"),
        "del" => (&["object"], "unit"),
        "power" | "inplace_power" => (&["object", "object", "object"], "object"),
        "mp_length" => (&["object"], "usize"),
        "subscript" | "concat" | "inplace_concat" => (&["object", "object"], "object"),
        "ass_subscript" => (&["object", "object", "option"], "unit"),
        "repeat" | "inplace_repeat" | "sq_item" => (&["object", "isize"], "object"),
        "contains" => (&["object", "object"], "bool"),
        "send" => (&["object", "object"], "send"),
        "get_buffer" => (&["object", "u32"], "buffer"),
        f if BINARY_NUMBER.contains(&f.strip_prefix("inplace_").unwrap_or(f)) => {
            (&["object", "object"], "object")
        }
        _ => return None,
    };
    Some(Shape { params, result })
}

fn param_type(native: &TokenStream, kind: &str) -> TokenStream {
    match kind {
        "object" => quote!(#native::PyObject<'_>),
        "args" => quote!(#native::Args<'_>),
        "name" => quote!(&#native::Py<#native::PyStr>),
        "option" => quote!(::core::option::Option<#native::PyObject<'_>>),
        "comparison" => quote!(#native::Comparison),
        "class" => quote!(&#native::Py<#native::PyType>),
        "isize" => quote!(isize),
        _ => quote!(u32),
    }
}

fn result_type(krate: &TokenStream, kind: &str) -> TokenStream {
    match kind {
        "i64" => quote!(i64),
        "bool" => quote!(bool),
        "usize" => quote!(usize),
        "send" => quote!(#krate::types::slots::SendResult),
        "buffer" => quote!(#krate::protocol::buffer::Buffer),
        _ => quote!(()),
    }
}
