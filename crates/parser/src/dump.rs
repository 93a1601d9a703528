//! `ast.dump(node, include_attributes=..)` as text, byte for byte as CPython writes it:
//! lists and options that are empty are left out, as are `Load` contexts nowhere.

use crate::ast::*;
use crate::node_name;

/// The text of a tree, in generalised UTF-8.
#[must_use]
pub fn dump(module: &Mod<'_>, include_attributes: bool) -> Vec<u8> {
    let mut dumper = Dumper { out: Vec::new(), include_attributes };
    module.dump(&mut dumper);
    dumper.out
}

struct Dumper {
    out: Vec<u8>,
    include_attributes: bool,
}

/// Something that stands in a field.
trait Dump {
    fn dump(&self, to: &mut Dumper);

    /// Whether `ast.dump` leaves a field with this value out: an omitted optional field,
    /// an empty list.
    fn is_omitted(&self) -> bool {
        false
    }
}

impl Dumper {
    fn field(&mut self, name: &str, value: &dyn Dump) {
        if value.is_omitted() {
            return;
        }
        self.separate();
        self.text(name);
        self.text("=");
        value.dump(self);
    }

    fn separate(&mut self) {
        if self.out.last() != Some(&b'(') {
            self.text(", ");
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn attributes(&mut self, range: &Range) {
        if self.include_attributes {
            self.separate();
            let Range { lineno, col_offset, end_lineno, end_col_offset } = range;
            self.text(&format!(
                "lineno={lineno}, col_offset={col_offset}, end_lineno={end_lineno}, \
                 end_col_offset={end_col_offset}"
            ));
        }
    }
}

impl<T: Dump + ?Sized> Dump for &T {
    fn dump(&self, to: &mut Dumper) {
        (**self).dump(to);
    }

    fn is_omitted(&self) -> bool {
        (**self).is_omitted()
    }
}

impl<T: Dump> Dump for Option<T> {
    fn dump(&self, to: &mut Dumper) {
        match self {
            Some(value) => value.dump(to),
            None => to.text("None"),
        }
    }

    fn is_omitted(&self) -> bool {
        self.is_none()
    }
}

impl<T: Dump> Dump for [T] {
    fn dump(&self, to: &mut Dumper) {
        to.text("[");
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                to.text(", ");
            }
            item.dump(to);
        }
        to.text("]");
    }

    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl Dump for str {
    fn dump(&self, to: &mut Dumper) {
        text::utf8::repr::push_repr(&mut to.out, self.as_bytes(), false);
    }
}

impl Dump for i32 {
    fn dump(&self, to: &mut Dumper) {
        to.text(&self.to_string());
    }
}

impl Dump for Constant<'_> {
    fn dump(&self, to: &mut Dumper) {
        match *self {
            Constant::None => to.text("None"),
            Constant::True => to.text("True"),
            Constant::False => to.text("False"),
            Constant::Ellipsis => to.text("Ellipsis"),
            Constant::Int(Int::Small(value)) => to.text(&value.to_string()),
            Constant::Int(Int::Big { negative, radix, digits }) => {
                to.text(if negative { "-" } else { "" });
                to.text(&decimal(radix, digits));
            }
            Constant::Float(value) => to.text(&float_repr(value)),
            Constant::Complex { real, imag } => {
                let imag = float_repr(imag);
                let imag = imag.strip_suffix(".0").unwrap_or(&imag);
                if real == 0.0 && real.is_sign_positive() {
                    to.text(&format!("{imag}j"));
                } else {
                    let real = float_repr(real);
                    let real = real.strip_suffix(".0").unwrap_or(&real);
                    let plus = if imag.starts_with('-') { "" } else { "+" };
                    to.text(&format!("({real}{plus}{imag}j)"));
                }
            }
            Constant::Str(value) => text::utf8::repr::push_repr(&mut to.out, value, false),
            Constant::Bytes(value) => {
                to.out.extend_from_slice(&text::utf8::repr::repr_bytes(value))
            }
            Constant::Tuple(items) => {
                to.text("(");
                for (index, item) in items.iter().enumerate() {
                    to.text(if index > 0 { ", " } else { "" });
                    item.dump(to);
                }
                to.text(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet(items) => {
                to.text("frozenset({");
                for (index, item) in items.iter().enumerate() {
                    to.text(if index > 0 { ", " } else { "" });
                    item.dump(to);
                }
                to.text("})");
            }
        }
    }
}

macro_rules! define_dump {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        $(impl Dump for $Node<'_> {
            fn dump(&self, to: &mut Dumper) {
                match &self.kind {
                    $($Kind::$Ctor $({ $($field),* })? => {
                        to.text(concat!(stringify!($Ctor), "("));
                        $($(to.field(node_name!($field), $field);)*)?
                    })*
                }
                to.attributes(&self.range);
                to.text(")");
            }
        })*
        $(impl Dump for $PNode<'_> {
            fn dump(&self, to: &mut Dumper) {
                match self {
                    $($PNode::$PCtor { $($pfield),* } => {
                        to.text(concat!(stringify!($PCtor), "("));
                        $(to.field(node_name!($pfield), $pfield);)*
                    })*
                }
                to.text(")");
            }
        })*
        $(impl Dump for $ENode {
            fn dump(&self, to: &mut Dumper) {
                to.text(self.name());
                to.text("()");
            }
        })*
        $(impl Dump for $LNode<'_> {
            fn dump(&self, to: &mut Dumper) {
                to.text(concat!(stringify!($lctor), "("));
                $(to.field(node_name!($lfield), &self.$lfield);)*
                to.attributes(&self.range);
                to.text(")");
            }
        })*
        $(impl Dump for $RNode<'_> {
            fn dump(&self, to: &mut Dumper) {
                to.text(concat!(stringify!($rctor), "("));
                $(to.field(node_name!($rfield), &self.$rfield);)*
                to.text(")");
            }
        })*
    };
}

crate::nodes!(define_dump);

/// `repr()` of a float: the shortest digits that read back as the same number, with an
/// exponent where the point would be too far away.
fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{value:?}")
}

/// The decimal digits of a number in another base.
fn decimal(radix: u8, digits: &str) -> String {
    if radix == 10 {
        return digits.to_owned();
    }
    // Billions, least first; each digit multiplies and adds.
    const BILLION: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.chars().filter_map(|digit| digit.to_digit(u32::from(radix))) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = *limb * u64::from(radix) + carry;
            *limb = value % BILLION;
            carry = value / BILLION;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.pop().unwrap_or(0).to_string();
    for limb in limbs.iter().rev() {
        text.push_str(&format!("{limb:09}"));
    }
    text
}
