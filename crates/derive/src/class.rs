//! `#[pyclass]`: a struct becomes the payload of a native type with a static `TypeSpec`.

use crate::function::{doc_of, option_tokens, vm_crate};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::{Expr, Ident, Item, LitStr, Path};

#[derive(Default)]
struct ClassOptions {
    name: Option<LitStr>,
    module: Option<LitStr>,
    base: Option<Path>,
    base_spec: Option<Path>,
    metaclass: Option<Path>,
    flags: Vec<Ident>,
    static_name: Option<Ident>,
    with: Vec<Ident>,
    var_bytes: Option<Ident>,
    dies_silently: Option<Ident>,
    marker: Option<Ident>,
    doc: Option<Expr>,
    text: Option<LitStr>,
    no_refs: bool,
}

impl ClassOptions {
    fn item(&mut self, m: ParseNestedMeta<'_>) -> syn::Result<()> {
        let idents = |m: &ParseNestedMeta<'_>| {
            let mut out = Vec::new();
            m.parse_nested_meta(|f| {
                out.push(f.path.require_ident()?.clone());
                Ok(())
            })?;
            Ok::<_, syn::Error>(out)
        };
        if m.path.is_ident("name") {
            self.name = Some(m.value()?.parse()?);
        } else if m.path.is_ident("module") {
            self.module = Some(m.value()?.parse()?);
        } else if m.path.is_ident("base") {
            self.base = Some(m.value()?.parse()?);
        } else if m.path.is_ident("base_spec") {
            self.base_spec = Some(m.value()?.parse()?);
        } else if m.path.is_ident("metaclass") {
            self.metaclass = Some(m.value()?.parse()?);
        } else if m.path.is_ident("flags") {
            self.flags = idents(&m)?;
        } else if m.path.is_ident("with") {
            self.with = idents(&m)?;
        } else if m.path.is_ident("static") {
            self.static_name = Some(m.value()?.parse()?);
        } else if m.path.is_ident("var_bytes") {
            self.var_bytes = Some(m.value()?.parse()?);
        } else if m.path.is_ident("marker") {
            self.marker = Some(m.value()?.parse()?);
        } else if m.path.is_ident("dies_silently") {
            self.dies_silently = Some(m.value()?.parse()?);
        } else if m.path.is_ident("doc") {
            self.doc = Some(m.value()?.parse()?);
        } else if m.path.is_ident("text") {
            self.text = Some(m.value()?.parse()?);
        } else if m.path.is_ident("no_refs") {
            self.no_refs = true;
        } else {
            return Err(m.error(
                "expected name, module, base, base_spec, metaclass, flags, with, static, \
                 var_bytes, dies_silently, marker, doc, text or no_refs",
            ));
        }
        Ok(())
    }
}

/// Reads `static = X` too, whose name is a keyword.
fn parse_options(attr: TokenStream) -> syn::Result<ClassOptions> {
    let mut options = ClassOptions::default();
    let parser = syn::meta::parser(|m| options.item(m));
    syn::parse::Parser::parse2(parser, attr)?;
    Ok(options)
}

/// `PyListIterator` is `LIST_ITERATOR`.
fn default_static_name(ident: &Ident) -> Ident {
    let s = ident.to_string();
    let s = s.strip_prefix("Py").unwrap_or(&s);
    let mut out = String::new();
    for (i, c) in s.chars().enumerate() {
        if i > 0 && c.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_uppercase());
    }
    Ident::new(&out, ident.span())
}

pub fn expand(attr: TokenStream, item: Item) -> syn::Result<TokenStream> {
    let krate = vm_crate();
    let native = quote!(#krate::native);
    let options = parse_options(attr)?;
    let (ident, attrs) = match &item {
        Item::Struct(s) => (&s.ident, &s.attrs),
        Item::Enum(e) => (&e.ident, &e.attrs),
        other => return Err(syn::Error::new_spanned(other, "a payload is a struct or an enum")),
    };
    let name = options.name.map_or_else(|| ident.to_string(), |n| n.value());
    let module = options.module.map_or_else(|| "builtins".to_owned(), |m| m.value());
    let static_name = options.static_name.unwrap_or_else(|| default_static_name(ident));
    let doc = match &options.doc {
        Some(Expr::Path(p)) if p.path.is_ident("None") => quote!(::core::option::Option::None),
        Some(e) => quote!(::core::option::Option::Some(#e)),
        None => option_tokens(doc_of(attrs).as_deref()),
    };
    let base = match (&options.base, &options.base_spec) {
        (Some(p), None) => quote!(::core::option::Option::Some(<#p as #native::PyPayload>::SPEC)),
        (None, Some(p)) => quote!(::core::option::Option::Some(&#p)),
        (None, None) => quote!(::core::option::Option::None),
        (Some(p), Some(_)) => {
            return Err(syn::Error::new_spanned(p, "give `base` or `base_spec`"));
        }
    };
    let metaclass = match &options.metaclass {
        Some(p) => quote!(::core::option::Option::Some(<#p as #native::PyPayload>::SPEC)),
        None => quote!(::core::option::Option::None),
    };
    let flags = options.flags.iter().map(|f| quote!(.union(#native::TypeFlags::#f)));
    let blocks: Vec<TokenStream> = std::iter::once(quote!(<#ident>::PY_IMPL))
        .chain(options.with.iter().map(|w| {
            let c = format_ident!("PY_IMPL_{}", w.to_string().to_uppercase());
            quote!(<#ident>::#c)
        }))
        .collect();
    let text = match &options.text {
        Some(t) if t.value().is_empty() => quote!(::core::option::Option::None),
        Some(t) => quote!(::core::option::Option::Some(#t)),
        None => quote!(#native::first_signature(&[#(&#blocks),*])),
    };
    let var_bytes = options.var_bytes.map(|f| {
        quote! {
            fn var_bytes(&self) -> usize {
                self.#f()
            }
        }
    });
    let dies_silently = options.dies_silently.map(|f| {
        quote! {
            fn dies_silently(&self) -> bool {
                self.#f()
            }
        }
    });
    let marker = options
        .marker
        .map(|flag| quote!(const MARKER: #native::TypeFlags = #native::TypeFlags::#flag;));
    let traverse = options.no_refs.then(|| {
        quote! {
            impl #native::Traverse for #ident {
                fn traverse(&self, _visit: &mut #native::Visitor<'_>) {}
            }
        }
    });
    Ok(quote! {
        #item

        #traverse

        impl #native::PyPayload for #ident {
            const SPEC: &'static #native::TypeSpec = &#static_name;
            #marker
            #var_bytes
            #dies_silently
        }

        #[allow(unused_imports)]
        pub static #static_name: #native::TypeSpec = {
            use #native::WithoutMethods as _;
            #native::TypeSpec {
                doc: #doc,
                text_signature: #text,
                base: #base,
                metaclass: #metaclass,
                flags: #native::TypeFlags::empty()#(#flags)*,
                slots: #native::Slots::EMPTY #(.or(&#blocks.slots))*,
                methods: &[#(#blocks.methods),*],
                getset: &[#(#blocks.getset),*],
                consts: &[#(#blocks.consts),*],
                ..#native::TypeSpec::of::<#ident>(#module, #name)
            }
        };
    })
}
