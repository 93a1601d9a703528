//! Reading a Python signature: `(self, object, /, *args, key=None, **kwargs)`.

use syn::LitStr;

/// One named parameter.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    /// Python text, as written.
    pub default: Option<String>,
}

/// A signature without its receiver.
#[derive(Clone, Debug, Default)]
pub struct PySignature {
    /// Positional parameters, then keyword-only ones.
    pub params: Vec<Param>,
    pub positional_only: usize,
    pub positional: usize,
    pub var_positional: bool,
    pub var_keyword: bool,
    /// The text after the receiver, for `__text_signature__`.
    rest: String,
    receiver: Option<String>,
}

/// What a signature's first parameter is, and how `__text_signature__` shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// `self` is written and shown as `$self`.
    Instance,
    /// `cls` is written and shown as `$type`.
    Class,
    /// Nothing is written or shown.
    None,
    /// Nothing is written; `$module` is shown.
    Module,
    /// `self` or `cls` may be written; nothing is shown.
    Constructor,
}

impl PySignature {
    pub fn parse(lit: &LitStr, receiver: Receiver) -> syn::Result<PySignature> {
        let fail = |m: &str| syn::Error::new(lit.span(), m);
        let text = lit.value();
        let inner = text
            .trim()
            .strip_prefix('(')
            .and_then(|t| t.strip_suffix(')'))
            .ok_or_else(|| fail("a signature is written in parentheses"))?;
        let mut items = split_commas(inner);
        let mut out = PySignature::default();
        let written = items.first().cloned().unwrap_or_default();
        let first = written.strip_prefix('$').unwrap_or(&written);
        let takes = match receiver {
            Receiver::Instance => {
                if first != "self" {
                    return Err(fail("the first parameter is `self`"));
                }
                true
            }
            Receiver::Class => {
                if !matches!(first, "cls" | "type") {
                    return Err(fail("the first parameter is `cls`"));
                }
                true
            }
            Receiver::None => false,
            // Without the mark, `module` and `type` are parameters of those names.
            Receiver::Module => written == "$module",
            Receiver::Constructor => {
                matches!(written.as_str(), "self" | "cls" | "$self" | "$cls" | "$type")
            }
        };
        if takes {
            items.remove(0);
        }
        let shown = match receiver {
            Receiver::Instance => Some("$self"),
            Receiver::Class => Some("$type"),
            Receiver::Module => Some("$module"),
            Receiver::None | Receiver::Constructor => None,
        };
        out.receiver = shown.map(str::to_owned);
        out.rest = items.join(", ");
        // A lone `/` right after the receiver belongs to it.
        let mut keyword_only = false;
        for item in &items {
            if item == "/" {
                if out.positional_only > 0 || keyword_only {
                    return Err(fail("`/` comes once, before `*`"));
                }
                out.positional_only = out.params.len();
            } else if item == "*" {
                keyword_only = true;
            } else if let Some(name) = item.strip_prefix("**") {
                check_name(name).map_err(|m| fail(&m))?;
                out.var_keyword = true;
            } else if let Some(name) = item.strip_prefix('*') {
                check_name(name).map_err(|m| fail(&m))?;
                out.var_positional = true;
                keyword_only = true;
            } else {
                let (name, default) = match item.split_once('=') {
                    Some((n, d)) => (n.trim(), Some(d.trim().to_owned())),
                    None => (item.as_str(), None),
                };
                check_name(name).map_err(|m| fail(&m))?;
                if !keyword_only {
                    let after_default = out.params.last().is_some_and(|p| p.default.is_some());
                    if after_default && default.is_none() {
                        return Err(fail("a parameter without a default follows one with"));
                    }
                    out.positional += 1;
                }
                out.params.push(Param { name: name.to_owned(), default });
            }
        }
        if out.params.len() > 60 {
            return Err(fail("too many parameters"));
        }
        if out.var_positional && out.positional_only < out.positional && !keyword_only {
            return Err(fail("parameters before `*args` are positional-only: write `/`"));
        }
        Ok(out)
    }

    pub fn min_positional(&self) -> usize {
        self.params[..self.positional].iter().filter(|p| p.default.is_none()).count()
    }

    pub fn required_bits(&self) -> u64 {
        let bits = self.params.iter().enumerate().filter(|(_, p)| p.default.is_none());
        bits.map(|(i, _)| 1 << i).sum()
    }

    /// The name of the variant of `Convention`.
    pub fn convention(&self) -> &'static str {
        let named = self.positional_only < self.params.len() || self.var_keyword;
        if named {
            "Keywords"
        } else if self.params.is_empty() && !self.var_positional {
            "NoArgs"
        } else if self.params.len() == 1 && self.params[0].default.is_none() && !self.var_positional
        {
            "OneArg"
        } else {
            "Positional"
        }
    }

    /// `($self, object, /)`.
    pub fn text(&self) -> String {
        match &self.receiver {
            Some(r) if self.rest.is_empty() => format!("({r})"),
            Some(r) => format!("({r}, {})", self.rest),
            None => format!("({})", self.rest),
        }
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let ok = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_numeric());
    if ok { Ok(()) } else { Err(format!("`{name}` is no parameter name")) }
}

/// At commas outside quotes and brackets.
fn split_commas(text: &str) -> Vec<String> {
    let (mut out, mut current) = (Vec::new(), String::new());
    let (mut depth, mut quote) = (0usize, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, ')' | ']' | '}' | '>') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.push(std::mem::take(&mut current).trim().to_owned());
                continue;
            }
            _ => {}
        }
        current.push(c);
    }
    if !current.trim().is_empty() {
        out.push(current.trim().to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_signatures() {
        let parse =
            |s: &str, r| PySignature::parse(&LitStr::new(s, proc_macro2::Span::call_site()), r);
        let s = parse("(self, object, /)", Receiver::Instance).expect("valid");
        assert_eq!((s.convention(), s.text().as_str()), ("OneArg", "($self, object, /)"));
        let s = parse("(self, /)", Receiver::Instance).expect("valid");
        assert_eq!((s.convention(), s.text().as_str()), ("NoArgs", "($self, /)"));
        let s = parse("(a, b, *, sep=', ', end)", Receiver::Module).expect("valid");
        assert_eq!((s.positional, s.params.len(), s.required_bits()), (2, 4, 0b1011));
        assert_eq!(s.text(), "($module, a, b, *, sep=', ', end)");
        let s = parse("(*args)", Receiver::None).expect("valid");
        assert_eq!((s.convention(), s.var_positional), ("Positional", true));
        assert!(parse("(a=1, b)", Receiver::None).is_err());
        assert!(parse("(a)", Receiver::Instance).is_err());
    }
}
