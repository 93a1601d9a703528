//! `#[pymodule]` and `#[pymodule_part]`: the functions of a Rust module become those of a
//! Python module.

use crate::function::*;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Item, ItemMod, LitStr, Path};

#[derive(Default)]
struct ModuleOptions {
    name: Option<LitStr>,
    doc: Option<LitStr>,
    parts: Vec<Path>,
    types: Vec<Path>,
    specs: Vec<Path>,
}

fn parse_options(attr: TokenStream) -> syn::Result<ModuleOptions> {
    let mut o = ModuleOptions::default();
    let paths = |m: &syn::meta::ParseNestedMeta<'_>, out: &mut Vec<Path>| {
        m.parse_nested_meta(|f| {
            out.push(f.path);
            Ok(())
        })
    };
    let parser = syn::meta::parser(|m| {
        if m.path.is_ident("name") {
            o.name = Some(m.value()?.parse()?);
        } else if m.path.is_ident("doc") {
            o.doc = Some(m.value()?.parse()?);
        } else if m.path.is_ident("parts") {
            paths(&m, &mut o.parts)?;
        } else if m.path.is_ident("types") {
            paths(&m, &mut o.types)?;
        } else if m.path.is_ident("specs") {
            paths(&m, &mut o.specs)?;
        } else {
            return Err(m.error("expected name, doc, parts, types or specs"));
        }
        Ok(())
    });
    syn::parse::Parser::parse2(parser, attr)?;
    Ok(o)
}

pub fn expand(attr: TokenStream, mut module: ItemMod, whole: bool) -> syn::Result<TokenStream> {
    let krate = vm_crate();
    let native = quote!(#krate::native);
    let options = parse_options(attr)?;
    let name = options.name.as_ref().map_or_else(|| python_name(&module.ident), LitStr::value);
    let doc = match &options.doc {
        Some(d) => Some(d.value()),
        None => doc_of(&module.attrs),
    };
    let Some((_, items)) = &mut module.content else {
        return Err(syn::Error::new_spanned(&module, "write the module's items in braces"));
    };
    let home = Home::Module { name: name.clone() };
    let (mut natives, mut defs, mut attributes) = (TokenStream::new(), Vec::new(), Vec::new());
    let mut exec: Option<Ident> = None;
    for item in items.iter_mut() {
        match item {
            Item::Fn(f) => {
                for a in take_attributes(&mut f.attrs, &["function", "attr", "init"]) {
                    let ident = &f.sig.ident;
                    if a.path().is_ident("init") {
                        exec = Some(ident.clone());
                        continue;
                    }
                    let o = Options::of(&a)?;
                    if a.path().is_ident("function") {
                        let n = crate::function::native(&home, Kind::Module, &f.attrs, &f.sig, &o)?;
                        natives.extend(n.item);
                        defs.push(n.def);
                    } else {
                        let name = o.name.unwrap_or_else(|| python_name(ident));
                        let arg = if f.sig.inputs.is_empty() { quote!() } else { quote!(vm) };
                        attributes.push(quote!(#native::ConstDef {
                            name: #name,
                            value: |vm| #native::IntoPyResult::into_py_result(super::#ident(#arg), vm),
                        }));
                    }
                }
            }
            Item::Const(c) => {
                for a in take_attributes(&mut c.attrs, &["attr"]) {
                    let o = Options::of(&a)?;
                    let ident = &c.ident;
                    let name = o.name.unwrap_or_else(|| python_name(ident));
                    attributes.push(quote!(#native::ConstDef {
                        name: #name,
                        value: |vm| #native::IntoPyResult::into_py_result(super::#ident, vm),
                    }));
                }
            }
            _ => {}
        }
    }
    let (types, specs) = (&options.types, &options.specs);
    items.push(syn::parse2(quote! {
        mod natives {
            #[allow(unused_imports)]
            use super::*;
            #natives
            pub static PART: #native::ModulePart = #native::ModulePart {
                functions: &[#(#defs),*],
                attributes: &[#(#attributes),*],
                types: &[#(<#types as #native::PyPayload>::SPEC,)* #(&#specs),*],
            };
        }
    })?);
    if whole {
        let parts = &options.parts;
        let doc = option_tokens(doc.as_deref());
        let exec = match exec {
            Some(e) => quote!(::core::option::Option::Some(#e)),
            None => quote!(::core::option::Option::None),
        };
        items.push(syn::parse2(quote! {
            /// The Python module.
            pub static MODULE: #native::ModuleDef = #native::ModuleDef {
                name: #name,
                doc: #doc,
                parts: &[&natives::PART, #(&#parts),*],
                exec: #exec,
            };
        })?);
    } else {
        if let Some(e) = exec {
            return Err(syn::Error::new(e.span(), "only the module itself has an `#[init]`"));
        }
        items.push(syn::parse2(quote! {
            /// What this file adds to the module.
            pub use natives::PART;
        })?);
    }
    Ok(quote!(#module))
}
