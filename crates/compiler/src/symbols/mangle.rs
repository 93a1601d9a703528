//! Private names: `__x` inside class `C` is `_C__x`.

use bumpalo::Bump;

/// The name as code inside the class `private` spells it.
pub fn mangle<'a>(private: Option<&str>, name: &'a str, arena: &'a Bump) -> &'a str {
    let Some(class) = private else { return name };
    // A dot occurs only in the module name of an import statement.
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mut mangled =
        bumpalo::collections::String::with_capacity_in(1 + class.len() + name.len(), arena);
    mangled.push('_');
    mangled.push_str(class);
    mangled.push_str(name);
    mangled.into_bump_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_names_are_mangled() {
        let arena = Bump::new();
        let check = |class, name, expect| {
            assert_eq!(mangle(class, name, &arena), expect, "{name} in {class:?}");
        };
        check(None, "__x", "__x");
        check(Some("C"), "__x", "_C__x");
        check(Some("__C"), "__x", "_C__x");
        check(Some("__"), "__x", "__x");
        check(Some("C"), "__x__", "__x__");
        check(Some("C"), "_x", "_x");
        check(Some("C"), "__a.b", "__a.b");
    }
}
