//! Walks over a directed graph, linear in nodes and links, without recursion.

/// Links between nodes `0..n`, kept as one list with the place where each node's part starts.
pub(super) struct Links {
    starts: Vec<usize>,
    targets: Vec<usize>,
}

impl Links {
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { starts: Vec::with_capacity(nodes + 1), targets: Vec::with_capacity(2 * nodes) }
    }

    /// Begins the next node.
    pub(super) fn next_node(&mut self) {
        self.starts.push(self.targets.len());
    }

    /// Adds a link from the node begun last.
    pub(super) fn to(&mut self, target: usize) {
        self.targets.push(target);
    }

    fn len(&self) -> usize {
        self.starts.len()
    }

    fn of(&self, node: usize) -> &[usize] {
        let end = self.starts.get(node + 1).copied().unwrap_or(self.targets.len());
        &self.targets[self.starts[node]..end]
    }

    /// The same links the other way round.
    pub(super) fn reversed(&self) -> Self {
        let mut counts = vec![0; self.len()];
        for &target in &self.targets {
            counts[target] += 1;
        }
        let mut starts = Vec::with_capacity(self.len());
        let mut start = 0;
        for count in counts {
            starts.push(start);
            start += count;
        }
        let mut free = starts.clone();
        let mut targets = vec![0; self.targets.len()];
        for node in 0..self.len() {
            for &target in self.of(node) {
                targets[free[target]] = node;
                free[target] += 1;
            }
        }
        Self { starts, targets }
    }

    /// For each node the fewest links to it from any of `from`; `None` = no way.
    pub(super) fn depths(&self, from: impl IntoIterator<Item = usize>) -> Vec<Option<usize>> {
        let mut depths = vec![None; self.len()];
        let mut queue: Vec<usize> = Vec::with_capacity(self.len());
        for node in from {
            depths[node] = Some(0);
            queue.push(node);
        }
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            for &target in self.of(node) {
                if depths[target].is_none() {
                    depths[target] = depths[node].map(|depth: usize| depth + 1);
                    queue.push(target);
                }
            }
        }
        depths
    }

    /// The cycles among the nodes of `within`: strongly connected components of more than one node, or of one
    /// that links to itself. Each sorted, and the cycles by their first node.
    ///
    /// Tarjan's algorithm with its call stack made explicit.
    pub(super) fn cycles(&self, within: &[bool]) -> Vec<Vec<usize>> {
        let mut search = Search {
            links: self,
            within,
            order: vec![None; self.len()],
            lowest: vec![0; self.len()],
            open: vec![false; self.len()],
            met: 0,
            stack: Vec::new(),
            cycles: Vec::new(),
        };
        for (node, &inside) in within.iter().enumerate() {
            if inside && search.order[node].is_none() {
                search.from(node);
            }
        }
        search.cycles.sort_unstable();
        search.cycles
    }
}

struct Search<'a> {
    links: &'a Links,
    within: &'a [bool],
    /// When a node was met.
    order: Vec<Option<usize>>,
    /// The earliest node still open that can be reached from it.
    lowest: Vec<usize>,
    open: Vec<bool>,
    met: usize,
    /// The open nodes.
    stack: Vec<usize>,
    cycles: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn from(&mut self, start: usize) {
        // The calls of the recursive form: a node, and which of its links comes next.
        let mut calls = vec![(start, 0)];
        self.meet(start);
        while let Some((node, link)) = calls.last_mut() {
            let node = *node;
            let Some(&target) = self.links.of(node).get(*link) else {
                calls.pop();
                if let Some(&(caller, _)) = calls.last() {
                    self.lowest[caller] = self.lowest[caller].min(self.lowest[node]);
                }
                self.close(node);
                continue;
            };
            *link += 1;
            match self.order[target] {
                _ if !self.within[target] => {}
                None => {
                    self.meet(target);
                    calls.push((target, 0));
                }
                Some(order) if self.open[target] => self.lowest[node] = self.lowest[node].min(order),
                Some(_) => {}
            }
        }
    }

    fn meet(&mut self, node: usize) {
        self.order[node] = Some(self.met);
        self.lowest[node] = self.met;
        self.met += 1;
        self.open[node] = true;
        self.stack.push(node);
    }

    /// Ends a node; if nothing earlier can be reached from it, the nodes opened since form a component with it.
    fn close(&mut self, node: usize) {
        if self.order[node] != Some(self.lowest[node]) {
            return;
        }
        let from = self.stack.iter().rposition(|&open| open == node).unwrap_or(0);
        let mut component = self.stack.split_off(from);
        for &member in &component {
            self.open[member] = false;
        }
        if component.len() > 1 || self.links.of(node).contains(&node) {
            component.sort_unstable();
            self.cycles.push(component);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(of: &[Vec<usize>]) -> Links {
        let mut links = Links::with_capacity(of.len());
        for targets in of {
            links.next_node();
            targets.iter().for_each(|&target| links.to(target));
        }
        links
    }

    #[test]
    fn depths_are_the_shortest_ways() {
        let links = links(&[vec![1, 2], vec![3], vec![3], vec![], vec![0]]);
        assert_eq!(links.depths([0]), [Some(0), Some(1), Some(1), Some(2), None]);
        assert_eq!(links.reversed().depths([3]), [Some(2), Some(1), Some(1), Some(0), Some(3)]);
    }

    #[test]
    fn cycles_are_named_once_each() {
        let links = links(&[vec![1], vec![2], vec![1, 3], vec![3], vec![]]);
        assert_eq!(links.cycles(&[true; 5]), [vec![1, 2], vec![3]]);
        assert_eq!(links.cycles(&[true, false, true, true, true]), [vec![3]]);
    }

    proptest! {
        /// Two nodes share a cycle exactly when each can be reached from the other.
        #[test]
        fn cycles_are_mutual_reachability(
            of in prop::collection::vec(prop::collection::vec(0..12_usize, 0..4), 12),
        ) {
            let links = links(&of);
            let cycles = links.cycles(&[true; 12]);
            let reach: Vec<_> = (0..12).map(|node| links.depths(of[node].iter().copied())).collect();
            for (a, from_a) in reach.iter().enumerate() {
                for (b, from_b) in reach.iter().enumerate() {
                    let together = cycles.iter().any(|cycle| cycle.contains(&a) && cycle.contains(&b));
                    prop_assert_eq!(together, from_a[b].is_some() && from_b[a].is_some());
                }
            }
        }
    }
}
