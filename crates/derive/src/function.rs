//! From one Rust function and its Python signature to the native function that binds the
//! arguments, and to its row in the table.

use crate::signature::{Param, PySignature, Receiver};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, ExprLit, FnArg, Ident, Lit, LitStr, Meta, Path, Signature, Type};

/// The crate the tables come from, as seen where the macro is used.
pub fn vm_crate() -> TokenStream {
    if std::env::var("CARGO_CRATE_NAME").is_ok_and(|n| n == "rpython_vm") {
        quote!(crate)
    } else {
        quote!(::vm)
    }
}

/// Errors point at `span`; names resolve as the rest of the expansion's do.
pub fn here(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// `name = "..", sig = ".."` and the like, of one definition.
#[derive(Default)]
pub struct Options {
    pub name: Option<String>,
    pub sig: Option<LitStr>,
    pub text: Option<String>,
}

impl Options {
    pub fn of(attr: &Attribute) -> syn::Result<Options> {
        let mut out = Options::default();
        if matches!(attr.meta, Meta::Path(_)) {
            return Ok(out);
        }
        attr.parse_nested_meta(|m| {
            let value: LitStr = m.value()?.parse()?;
            if m.path.is_ident("name") {
                out.name = Some(value.value());
            } else if m.path.is_ident("sig") {
                out.sig = Some(value);
            } else if m.path.is_ident("text") {
                out.text = Some(value.value());
            } else {
                return Err(m.error("expected `name`, `sig` or `text`"));
            }
            Ok(())
        })?;
        Ok(out)
    }
}

/// The docstring: the `///` lines, each without its first space.
pub fn doc_of(attrs: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for a in attrs {
        if let Meta::NameValue(nv) = &a.meta
            && nv.path.is_ident("doc")
            && let Expr::Lit(ExprLit { lit: Lit::Str(s), .. }) = &nv.value
        {
            let line = s.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
        }
    }
    let text = lines.join("\n").trim_end().to_owned();
    (!text.is_empty()).then_some(text)
}

pub fn option_tokens(text: Option<&str>) -> TokenStream {
    match text {
        Some(t) => quote!(::core::option::Option::Some(#t)),
        None => quote!(::core::option::Option::None),
    }
}

/// `r#type` is `type` in Python.
pub fn python_name(ident: &Ident) -> String {
    let s = ident.to_string();
    s.strip_prefix("r#").map_or(s.clone(), str::to_owned)
}

/// The last segment of a type's path, through references.
pub fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        Type::Reference(r) => type_name(&r.elem),
        Type::Paren(p) => type_name(&p.elem),
        Type::Group(g) => type_name(&g.elem),
        _ => None,
    }
}

/// `T` of `&Py<T>`.
pub fn payload_of(ty: &Type) -> Option<Type> {
    let Type::Reference(r) = ty else { return None };
    let Type::Path(p) = &*r.elem else { return None };
    let last = p.path.segments.last()?;
    if last.ident != "Py" {
        return None;
    }
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    args.args.iter().find_map(|a| match a {
        syn::GenericArgument::Type(t) => Some(t.clone()),
        _ => None,
    })
}

/// Where a function lives.
#[expect(clippy::large_enum_variant, reason = "there is one per block")]
#[derive(Clone)]
pub enum Home {
    /// The implementing type and the spec that messages name.
    Type {
        ty: Type,
        spec: TokenStream,
    },
    Module {
        name: String,
    },
}

/// One parameter of the Rust function.
#[expect(clippy::large_enum_variant, reason = "a handful at a time")]
pub enum RustParam {
    Vm,
    SelfRef,
    Typed(Type),
}

pub fn rust_params(sig: &Signature) -> Vec<RustParam> {
    sig.inputs
        .iter()
        .map(|a| match a {
            FnArg::Receiver(_) => RustParam::SelfRef,
            FnArg::Typed(t) if type_name(&t.ty).is_some_and(|n| n == "VirtualMachine") => {
                RustParam::Vm
            }
            FnArg::Typed(t) => RustParam::Typed((*t.ty).clone()),
        })
        .collect()
}

/// How to call the function: `PyList::append` or `sqrt`.
pub fn call_path(home: &Home, ident: &Ident) -> TokenStream {
    match home {
        Home::Type { ty, .. } => quote!(<#ty>::#ident),
        Home::Module { .. } => quote!(super::#ident),
    }
}

/// The static `Signature` named `SIG`.
pub fn signature_static(
    krate: &TokenStream,
    name: &str,
    owner: &TokenStream,
    sig: &PySignature,
) -> TokenStream {
    let convention = Ident::new(sig.convention(), Span::call_site());
    let names = sig.params.iter().map(|p| &p.name);
    let (posonly, pos) = (sig.positional_only, sig.positional);
    let (min, required) = (sig.min_positional(), sig.required_bits());
    let (var, kw) = (sig.var_positional, sig.var_keyword);
    quote! {
        static SIG: #krate::native::Signature = #krate::native::Signature {
            name: #name,
            owner: #owner,
            convention: #krate::native::Convention::#convention,
            params: &[#(#names),*],
            positional_only: #posonly,
            positional: #pos,
            min_positional: #min,
            required: #required,
            var_positional: #var,
            var_keyword: #kw,
        };
    }
}

/// Statements that bind `args` after `skip` values, and the expressions for the Rust
/// function's own parameters `types`.
pub fn bind(
    krate: &TokenStream,
    sig: &PySignature,
    skip: usize,
    types: &[Type],
    span: Span,
) -> syn::Result<(TokenStream, Vec<TokenStream>)> {
    let total = sig.params.len() + sig.var_positional as usize + sig.var_keyword as usize;
    if types.len() != total {
        return Err(syn::Error::new(
            span,
            format!(
                "the Python signature has {total} parameters, the function {} (without receiver and vm)",
                types.len()
            ),
        ));
    }
    let n = sig.params.len();
    let mut lets = quote!(let bound = SIG.bind::<#n>(vm, args, #skip)?;);
    let mut exprs = Vec::new();
    let mut named = sig.params.iter().enumerate();
    for (i, ty) in types.iter().enumerate() {
        let var = format_ident!("arg{i}");
        // `*args` stands after the positional parameters, `**kwargs` at the end.
        let is_rest = sig.var_positional && i == sig.positional;
        let is_keywords = sig.var_keyword && i == total - 1;
        let value = if is_rest {
            quote!(SIG.rest(args, #skip))
        } else if is_keywords {
            quote!(SIG.keywords(args))
        } else {
            let (index, param) = named.next().expect("counted above");
            conversion(krate, index, param, ty)?
        };
        lets.extend(quote_spanned!(here(ty.span())=> let #var = #value;));
        exprs.push(quote!(#var));
    }
    Ok((lets, exprs))
}

fn conversion(
    krate: &TokenStream,
    index: usize,
    param: &Param,
    ty: &Type,
) -> syn::Result<TokenStream> {
    let name = type_name(ty).unwrap_or_default();
    let native = quote!(#krate::native);
    if name == "Option" && !matches!(ty, Type::Reference(_)) {
        return Ok(quote!(#native::optional(vm, &SIG, #index, bound[#index])?));
    }
    let Some(default) = &param.default else {
        return Ok(quote!(#native::required(vm, &SIG, #index, bound[#index])?));
    };
    let word = match default.as_str() {
        "None" => Some(quote!(#krate::object::PyObject::none())),
        "True" | "False" if name != "bool" => {
            let b = default == "True";
            Some(quote!(#krate::object::PyObject::from_bool(#b)))
        }
        _ => None,
    };
    if let Some(word) = word {
        return Ok(quote!(#native::or_constant(vm, &SIG, #index, bound[#index], #word)?));
    }
    let literal = match (name.as_str(), default.as_str()) {
        ("bool", "True") => quote!(true),
        ("bool", "False") => quote!(false),
        ("f64", d) => {
            let v: f64 = d.parse().map_err(|_| bad_default(ty, d))?;
            quote!(#v)
        }
        ("i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize", d) => {
            let text: syn::Expr = syn::parse_str(d).map_err(|_| bad_default(ty, d))?;
            quote!(#text)
        }
        ("str", d) => {
            let d = d.trim_matches(['\'', '"']);
            quote!(#d)
        }
        (_, d) => return Err(bad_default(ty, d)),
    };
    Ok(quote!(#native::defaulted(vm, &SIG, #index, bound[#index], #literal)?))
}

fn bad_default(ty: &Type, default: &str) -> syn::Error {
    syn::Error::new(
        ty.span(),
        format!(
            "take this parameter as Option<..>: the default `{default}` is no value of its type"
        ),
    )
}

/// The kind of a method or function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Instance,
    Class,
    Static,
    Module,
}

impl Kind {
    pub fn receiver(self) -> Receiver {
        match self {
            Kind::Instance => Receiver::Instance,
            Kind::Class => Receiver::Class,
            Kind::Static => Receiver::None,
            Kind::Module => Receiver::Module,
        }
    }

    fn variant(self) -> Ident {
        let s = match self {
            Kind::Instance => "Instance",
            Kind::Class => "Class",
            Kind::Static => "Static",
            Kind::Module => "Module",
        };
        Ident::new(s, Span::call_site())
    }
}

/// The receiver's binding for a typed first parameter, by the way it is written.
pub fn receiver_tokens(
    krate: &TokenStream,
    home: &Home,
    kind: Kind,
    name: &str,
    first: &RustParam,
) -> syn::Result<(TokenStream, TokenStream)> {
    let Home::Type { ty: home_ty, spec } = home else { unreachable!("methods live in types") };
    let native = quote!(#krate::native);
    if kind == Kind::Class {
        return Ok((
            quote!(let zelf = #native::receiver_class(vm, #spec, #name, args)?;),
            quote!(zelf),
        ));
    }
    Ok(match first {
        RustParam::SelfRef => (
            quote!(let zelf = #native::receiver::<#home_ty>(vm, #name, args)?;),
            quote!(zelf.payload_ref()),
        ),
        RustParam::Typed(t) => match payload_of(t) {
            Some(p) => {
                (quote!(let zelf = #native::receiver::<#p>(vm, #name, args)?;), quote!(zelf))
            }
            None if type_name(t).is_some_and(|n| n == "PyObject") => (
                quote!(let zelf = #native::receiver_object(vm, #spec, #name, args)?;),
                quote!(zelf),
            ),
            None => {
                return Err(syn::Error::new(
                    t.span(),
                    "the receiver is `&self`, `&Py<T>` or `PyObject<'_>`",
                ));
            }
        },
        RustParam::Vm => {
            return Err(syn::Error::new(Span::call_site(), "the receiver comes before `vm`"));
        }
    })
}

/// A native function's item (named `ident` in the table's scope) and its `MethodDef`.
pub struct Native {
    pub item: TokenStream,
    pub def: TokenStream,
}

pub fn native(
    home: &Home,
    kind: Kind,
    attrs: &[Attribute],
    sig: &Signature,
    options: &Options,
) -> syn::Result<Native> {
    let krate = vm_crate();
    let ident = &sig.ident;
    let name = options.name.clone().unwrap_or_else(|| python_name(ident));
    let mut params = rust_params(sig);
    let mut setup = TokenStream::new();
    let mut call_args: Vec<TokenStream> = Vec::new();
    let mut skip = 0;
    if matches!(kind, Kind::Instance | Kind::Class) {
        if params.is_empty() {
            return Err(syn::Error::new(ident.span(), "a method takes its receiver first"));
        }
        let first = params.remove(0);
        let (lets, expr) = receiver_tokens(&krate, home, kind, &name, &first)?;
        setup.extend(lets);
        call_args.push(expr);
        skip = 1;
    }
    let types: Vec<Type> = params
        .iter()
        .filter_map(|p| match p {
            RustParam::Typed(t) => Some(t.clone()),
            _ => None,
        })
        .collect();
    let raw = types.len() == 1 && type_name(&types[0]).is_some_and(|n| n == "Args");
    let parsed =
        options.sig.as_ref().map(|s| PySignature::parse(s, kind.receiver())).transpose()?;
    let mut text = options.text.clone();
    let bound: Vec<TokenStream> = if raw {
        if text.is_none() {
            text = parsed.as_ref().map(PySignature::text);
        }
        vec![if skip == 1 { quote!(args.skip(1)) } else { quote!(args) }]
    } else {
        let Some(parsed) = &parsed else {
            return Err(syn::Error::new(
                ident.span(),
                "give `sig = \"(..)\"`, or take `args: Args<'_>`",
            ));
        };
        if text.is_none() {
            text = Some(parsed.text());
        }
        let owner = match home {
            Home::Type { spec, .. } => quote!(#krate::native::Owner::Type(#spec)),
            Home::Module { name } => quote!(#krate::native::Owner::Module(#name)),
        };
        let sig_static = signature_static(&krate, &name, &owner, parsed);
        let (lets, exprs) = bind(&krate, parsed, skip, &types, ident.span())?;
        setup = quote!(#sig_static #setup #lets);
        exprs
    };
    let mut bound = bound.into_iter();
    for p in &params {
        call_args.push(match p {
            RustParam::Vm => quote!(vm),
            RustParam::Typed(_) => bound.next().expect("one expression per parameter"),
            RustParam::SelfRef => unreachable!("only the first parameter is self"),
        });
    }
    let path = call_path(home, ident);
    let fn_ident = format_ident!("native_{}", python_name(ident));
    let text = text.filter(|t| !t.is_empty());
    let (text, doc) = (option_tokens(text.as_deref()), option_tokens(doc_of(attrs).as_deref()));
    let variant = kind.variant();
    Ok(Native {
        item: quote_spanned! {here(ident.span())=>
            #[allow(unused_variables, non_snake_case, clippy::let_unit_value)]
            fn #fn_ident(
                vm: &#krate::native::VirtualMachine,
                args: #krate::native::Args<'_>,
            ) -> #krate::native::PyResult {
                #setup
                #krate::native::IntoPyResult::into_py_result(#path(#(#call_args),*), vm)
            }
        },
        def: quote! {
            #krate::native::MethodDef {
                name: #name,
                func: #fn_ident,
                kind: #krate::native::MethodKind::#variant,
                text_signature: #text,
                doc: #doc,
            }
        },
    })
}

/// Takes the attributes named in `names` out; those that are left stay on the item.
pub fn take_attributes(attrs: &mut Vec<Attribute>, names: &[&str]) -> Vec<Attribute> {
    let is_ours = |p: &Path| names.iter().any(|n| p.is_ident(n));
    let (ours, rest) = std::mem::take(attrs).into_iter().partition(|a| is_ours(a.path()));
    *attrs = rest;
    ours
}
