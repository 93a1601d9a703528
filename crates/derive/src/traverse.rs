//! `#[derive(Traverse)]`: shows the collector every field that may hold references.

use crate::function::{type_name, vm_crate};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Field, Fields, GenericArgument, PathArguments, Type};

/// Types that hold no references.
const PLAIN: [&str; 24] = [
    "bool",
    "char",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "String",
    "str",
    "Cell",
    "BigInt",
    "TypeSpec",
    "MethodDef",
    "GetSetDef",
    "ModuleDef",
];

fn skipped(f: &Field) -> syn::Result<bool> {
    let mut skip = match &f.ty {
        Type::BareFn(_) => true,
        ty => type_name(ty).is_some_and(|n| PLAIN.contains(&n.as_str())),
    };
    for a in f.attrs.iter().filter(|a| a.path().is_ident("pytraverse")) {
        a.parse_nested_meta(|m| {
            if m.path.is_ident("skip") {
                skip = true;
                Ok(())
            } else {
                Err(m.error("expected `skip`"))
            }
        })?;
    }
    Ok(skip)
}

/// The argument of `Outer<T>`.
fn inner<'a>(ty: &'a Type, outer: &str) -> Option<&'a Type> {
    let Type::Path(p) = ty else { return None };
    let last = p.path.segments.last().filter(|s| s.ident == outer)?;
    let PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    args.args.iter().find_map(|a| match a {
        GenericArgument::Type(t) => Some(t),
        _ => None,
    })
}

fn is_reference(ty: &Type) -> bool {
    type_name(ty).is_some_and(|n| matches!(n.as_str(), "PyObjectRef" | "PyRef" | "PyErr"))
}

pub fn expand(input: DeriveInput) -> syn::Result<TokenStream> {
    let krate = vm_crate();
    let native = quote!(#krate::native);
    let ident = &input.ident;
    let (mut traverse, mut clear) = (TokenStream::new(), TokenStream::new());
    match &input.data {
        Data::Struct(s) => {
            for (i, f) in s.fields.iter().enumerate() {
                if skipped(f)? {
                    continue;
                }
                let member = match &f.ident {
                    Some(id) => quote!(#id),
                    None => {
                        let i = syn::Index::from(i);
                        quote!(#i)
                    }
                };
                traverse.extend(quote!(#native::Traverse::traverse(&self.#member, visit);));
                let Some(content) = inner(&f.ty, "PyCell") else { continue };
                let into = quote!(#native::PyObjectRef::from);
                if inner(content, "Option").is_some_and(is_reference) {
                    clear.extend(quote!(out.extend(self.#member.take().map(#into));));
                } else if inner(content, "Vec").is_some_and(is_reference) {
                    clear.extend(quote!(out.extend(self.#member.take().into_iter().map(#into));));
                }
            }
        }
        Data::Enum(e) => {
            let mut arms = TokenStream::new();
            for v in &e.variants {
                let name = &v.ident;
                let mut visits = TokenStream::new();
                let mut bindings = Vec::new();
                for (i, f) in v.fields.iter().enumerate() {
                    let b = format_ident!("f{i}");
                    if skipped(f)? {
                        bindings.push(quote!(_));
                    } else {
                        visits.extend(quote!(#native::Traverse::traverse(#b, visit);));
                        bindings.push(quote!(#b));
                    }
                }
                let pattern = match &v.fields {
                    Fields::Unit => quote!(#ident::#name),
                    Fields::Unnamed(_) => quote!(#ident::#name(#(#bindings),*)),
                    Fields::Named(n) => {
                        let names = n.named.iter().map(|f| &f.ident);
                        quote!(#ident::#name { #(#names: #bindings),* })
                    }
                };
                arms.extend(quote!(#pattern => { #visits }));
            }
            traverse = quote!(match self { #arms });
        }
        Data::Union(_) => {
            return Err(syn::Error::new(ident.span(), "a payload is a struct or an enum"));
        }
    }
    let (generics, ty_generics, wheres) = input.generics.split_for_impl();
    Ok(quote! {
        #[allow(unused_variables)]
        impl #generics #native::Traverse for #ident #ty_generics #wheres {
            fn traverse(&self, visit: &mut #native::Visitor<'_>) {
                #traverse
            }

            fn clear(&self, out: &mut ::std::vec::Vec<#native::PyObjectRef>) {
                #clear
            }
        }
    })
}
