//! A persistent map from context variables to values: a trie over their identities, whose
//! nodes are shared between all maps that have them in common.
//!
//! A node is an object of its own, since the collector must see each reference it holds once,
//! however many maps share the node.  Two keys never have the same hash: it is a
//! permutation of the address, and a map keeps its keys alive.

use vm::prelude::*;

const BITS: u32 = 5;
const MASK: u64 = (1 << BITS) - 1;

#[derive(Clone, Traverse)]
pub enum Entry {
    Leaf(PyObjectRef, PyObjectRef),
    Branch(PyRef<PyNode>),
}

/// One level: which of the 32 places are taken, and what is in those, in their order.
#[pyclass(
    name = "hamt_bitmap_node",
    static = HAMT_NODE,
    doc = None,
    flags(HAVE_GC, DISALLOW_INSTANTIATION)
)]
#[derive(Traverse)]
pub struct PyNode {
    taken: u32,
    entries: Vec<Entry>,
}

/// What is left of a node without one of its keys.
enum Rest {
    /// The key was not there.
    Same,
    Nothing,
    /// A lone leaf moves up into the parent.
    Leaf(Entry),
    Node(PyRef<PyNode>),
}

fn spread(key: PyObject<'_>) -> u64 {
    key.bits().wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32)
}

fn place(hash: u64, shift: u32) -> u32 {
    1 << (hash >> shift & MASK)
}

impl PyNode {
    fn index(&self, place: u32) -> usize {
        (self.taken & (place - 1)).count_ones() as usize
    }

    fn find(&self, key: PyObject<'_>) -> Option<&PyObjectRef> {
        let hash = spread(key);
        let (mut node, mut shift) = (self, 0);
        loop {
            let place = place(hash, shift);
            if node.taken & place == 0 {
                return None;
            }
            match &node.entries[node.index(place)] {
                Entry::Leaf(k, v) => return k.is(key).then_some(v),
                Entry::Branch(below) => node = below.payload_ref(),
            }
            shift += BITS;
        }
    }

    /// A node with two leaves whose keys agree below `shift`.
    fn pair(vm: &VirtualMachine, shift: u32, a: Entry, b: Entry) -> PyRef<PyNode> {
        let hash = |e: &Entry| match e {
            Entry::Leaf(k, _) => spread(k.as_object()),
            Entry::Branch(_) => 0,
        };
        let (x, y) = (place(hash(&a), shift), place(hash(&b), shift));
        if x == y {
            let below = PyNode::pair(vm, shift + BITS, a, b);
            return vm.new_object(PyNode { taken: x, entries: vec![Entry::Branch(below)] });
        }
        let entries = if x < y { vec![a, b] } else { vec![b, a] };
        vm.new_object(PyNode { taken: x | y, entries })
    }

    /// The node with the key in it, and whether that is new.
    fn with(
        &self,
        vm: &VirtualMachine,
        shift: u32,
        key: PyObject<'_>,
        value: PyObjectRef,
    ) -> (PyRef<PyNode>, bool) {
        let place = place(spread(key), shift);
        let i = self.index(place);
        let mut entries = self.entries.clone();
        let leaf = |value| Entry::Leaf(key.to_owned(), value);
        if self.taken & place == 0 {
            entries.insert(i, leaf(value));
            return (vm.new_object(PyNode { taken: self.taken | place, entries }), true);
        }
        let (entry, new) = match &self.entries[i] {
            Entry::Leaf(k, _) if k.is(key) => (leaf(value), false),
            old @ Entry::Leaf(..) => {
                let below = PyNode::pair(vm, shift + BITS, old.clone(), leaf(value));
                (Entry::Branch(below), true)
            }
            Entry::Branch(below) => {
                let (below, new) = below.with(vm, shift + BITS, key, value);
                (Entry::Branch(below), new)
            }
        };
        entries[i] = entry;
        (vm.new_object(PyNode { taken: self.taken, entries }), new)
    }

    fn without(&self, vm: &VirtualMachine, shift: u32, key: PyObject<'_>) -> Rest {
        let place = place(spread(key), shift);
        if self.taken & place == 0 {
            return Rest::Same;
        }
        let i = self.index(place);
        let rest = match &self.entries[i] {
            Entry::Leaf(k, _) if k.is(key) => Rest::Nothing,
            Entry::Leaf(..) => Rest::Same,
            Entry::Branch(below) => below.without(vm, shift + BITS, key),
        };
        let mut entries = self.entries.clone();
        let mut taken = self.taken;
        match rest {
            Rest::Same => return Rest::Same,
            Rest::Nothing => {
                entries.remove(i);
                taken &= !place;
            }
            Rest::Leaf(leaf) => entries[i] = leaf,
            Rest::Node(node) => entries[i] = Entry::Branch(node),
        }
        match &entries[..] {
            [] => Rest::Nothing,
            [leaf @ Entry::Leaf(..)] if shift > 0 => Rest::Leaf(leaf.clone()),
            _ => Rest::Node(vm.new_object(PyNode { taken, entries })),
        }
    }

    fn visit(&self, f: &mut dyn FnMut(&PyObjectRef, &PyObjectRef)) {
        for e in &self.entries {
            match e {
                Entry::Leaf(k, v) => f(k, v),
                Entry::Branch(below) => below.visit(f),
            }
        }
    }
}

/// The map itself: a root and a count.  Cloning shares everything.
#[derive(Clone, Default)]
pub struct Map {
    root: Option<PyRef<PyNode>>,
    len: usize,
}

impl Traverse for Map {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.root.traverse(visit);
    }
}

impl Map {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, key: PyObject<'_>) -> Option<PyObjectRef> {
        self.root.as_ref()?.find(key).cloned()
    }

    pub fn with(&self, vm: &VirtualMachine, key: PyObject<'_>, value: PyObjectRef) -> Map {
        let Some(root) = &self.root else {
            let taken = place(spread(key), 0);
            let entries = vec![Entry::Leaf(key.to_owned(), value)];
            return Map { root: Some(vm.new_object(PyNode { taken, entries })), len: 1 };
        };
        let (root, new) = root.with(vm, 0, key, value);
        Map { root: Some(root), len: self.len + usize::from(new) }
    }

    pub fn without(&self, vm: &VirtualMachine, key: PyObject<'_>) -> Map {
        match self.root.as_ref().map(|root| root.without(vm, 0, key)) {
            Some(Rest::Node(root)) => Map { root: Some(root), len: self.len - 1 },
            Some(Rest::Nothing) => Map::default(),
            // Only nodes below the root give a leaf.
            None | Some(Rest::Same | Rest::Leaf(_)) => self.clone(),
        }
    }

    pub fn entries(&self) -> Vec<(PyObjectRef, PyObjectRef)> {
        let mut out = Vec::with_capacity(self.len);
        if let Some(root) = &self.root {
            root.visit(&mut |k, v| out.push((k.clone(), v.clone())));
        }
        out
    }

    pub fn into_root(self) -> Option<PyObjectRef> {
        self.root.map(PyObjectRef::from)
    }
}
