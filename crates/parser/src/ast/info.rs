//! The node table as data: names, fields, attributes and doc signatures, from which
//! `_ast` makes its classes. Everything here expands from `nodes!`.

/// How often a field occurs: the ASDL marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    One,
    /// `?`
    Optional,
    /// `*`
    List,
    /// `?*`
    OptionalList,
}

#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    pub name: &'static str,
    /// The ASDL type without its mark.
    pub ty: &'static str,
    pub arity: Arity,
}

#[derive(Debug, Clone, Copy)]
pub struct NodeInfo {
    /// The class name that Python sees.
    pub name: &'static str,
    pub fields: &'static [FieldInfo],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumKind {
    /// A base class with one subclass per constructor.
    Sum,
    /// A base class whose subclasses have no fields.
    Enum,
    /// One class directly below `AST`; its only constructor has the same name.
    Product,
}

/// One ASDL definition.
#[derive(Debug, Clone, Copy)]
pub struct SumInfo {
    pub name: &'static str,
    pub kind: SumKind,
    /// Whether nodes carry `lineno`, `col_offset`, `end_lineno`, `end_col_offset`.
    pub located: bool,
    pub nodes: &'static [NodeInfo],
}

impl SumInfo {
    /// Whether the nodes of the definition `name` must say where they end.
    pub fn ends_are_required(name: &str) -> bool {
        matches!(name, "pattern" | "type_param")
    }
}

pub const ATTRIBUTES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

impl FieldInfo {
    fn mark(&self) -> &'static str {
        match self.arity {
            Arity::One => "",
            Arity::Optional => "?",
            Arity::List => "*",
            Arity::OptionalList => "?*",
        }
    }
}

impl NodeInfo {
    /// The ASDL text of the node, as in its docstring: `BinOp(expr left, operator op, expr right)`.
    #[must_use]
    pub fn signature(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|field| format!("{}{} {}", field.ty, field.mark(), field.name))
            .collect();
        format!("{}({})", self.name, fields.join(", "))
    }
}

impl SumInfo {
    /// The docstring of the base class: all constructors, as the ASDL lays them out.
    #[must_use]
    pub fn signature(&self) -> String {
        match self.kind {
            SumKind::Product => self.nodes[0].signature(),
            SumKind::Enum => {
                let names: Vec<&str> = self.nodes.iter().map(|node| node.name).collect();
                format!("{} = {}", self.name, names.join(" | "))
            }
            SumKind::Sum => {
                let nodes: Vec<String> = self.nodes.iter().map(NodeInfo::signature).collect();
                let separator = format!("\n{}| ", " ".repeat(self.name.len() + 1));
                format!("{} = {}", self.name, nodes.join(&separator))
            }
        }
    }
}

/// A name of the table as Python spells it, as a string literal.
#[macro_export]
macro_rules! node_name {
    (r#type) => {
        "type"
    };
    (r#mod) => {
        "mod"
    };
    ($name:ident) => {
        stringify!($name)
    };
}

macro_rules! field {
    ($field:ident $ty:ident) => {
        FieldInfo { name: node_name!($field), ty: stringify!($ty), arity: Arity::One }
    };
    ($field:ident $ty:ident ?) => {
        FieldInfo { name: node_name!($field), ty: stringify!($ty), arity: Arity::Optional }
    };
    ($field:ident $ty:ident *) => {
        FieldInfo { name: node_name!($field), ty: stringify!($ty), arity: Arity::List }
    };
    ($field:ident $ty:ident ? *) => {
        FieldInfo { name: node_name!($field), ty: stringify!($ty), arity: Arity::OptionalList }
    };
}

const fn product_kind(base: &str, ctor: &str) -> SumKind {
    // `excepthandler` and `type_ignore` are sums of one constructor; products repeat
    // their own name.
    if base.as_bytes()[0] == ctor.as_bytes()[0] { SumKind::Product } else { SumKind::Sum }
}

macro_rules! define_info {
    (
        located_sums { $($sum:ident $Node:ident $Kind:ident { $($Ctor:ident $({ $($field:ident: [$($ty:tt)+]),* })?)* })* }
        plain_sums { $($psum:ident $PNode:ident { $($PCtor:ident { $($pfield:ident: [$($pty:tt)+]),* })* })* }
        enums { $($esum:ident $ENode:ident { $($ECtor:ident)* })* }
        located_products { $($lbase:ident $lctor:ident $LNode:ident { $($lfield:ident: [$($lty:tt)+]),* })* }
        plain_products { $($rbase:ident $rctor:ident $RNode:ident { $($rfield:ident: [$($rty:tt)+]),* })* }
    ) => {
        /// Every ASDL definition.
        pub static SUMS: &[SumInfo] = &[
            $(SumInfo { name: node_name!($psum), kind: SumKind::Sum, located: false, nodes: &[
                $(NodeInfo { name: stringify!($PCtor), fields: &[$(field!($pfield $($pty)+)),*] },)*
            ] },)*
            $(SumInfo { name: node_name!($sum), kind: SumKind::Sum, located: true, nodes: &[
                $(NodeInfo { name: stringify!($Ctor), fields: &[$($(field!($field $($ty)+)),*)?] },)*
            ] },)*
            $(SumInfo { name: node_name!($esum), kind: SumKind::Enum, located: false, nodes: &[
                $(NodeInfo { name: stringify!($ECtor), fields: &[] },)*
            ] },)*
            $(SumInfo { name: node_name!($lbase), kind: product_kind(node_name!($lbase), node_name!($lctor)), located: true, nodes: &[
                NodeInfo { name: stringify!($lctor), fields: &[$(field!($lfield $($lty)+)),*] },
            ] },)*
            $(SumInfo { name: node_name!($rbase), kind: product_kind(node_name!($rbase), node_name!($rctor)), located: false, nodes: &[
                NodeInfo { name: stringify!($rctor), fields: &[$(field!($rfield $($rty)+)),*] },
            ] },)*
        ];
    };
}

crate::nodes!(define_info);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_read_like_the_asdl() {
        let find =
            |name: &str| SUMS.iter().find(|sum| sum.name == name).expect("a sum of the table");
        assert_eq!(find("boolop").signature(), "boolop = And | Or");
        assert_eq!(find("alias").signature(), "alias(identifier name, identifier? asname)");
        assert_eq!(
            find("excepthandler").signature(),
            "excepthandler = ExceptHandler(expr? type, identifier? name, stmt* body)"
        );
        assert!(find("mod").signature().starts_with(
            "mod = Module(stmt* body, type_ignore* type_ignores)\n    | Interactive(stmt* body)"
        ));
        let dict =
            find("expr").nodes.iter().find(|node| node.name == "Dict").expect("Dict is an expr");
        assert_eq!(dict.signature(), "Dict(expr?* keys, expr* values)");
    }
}
