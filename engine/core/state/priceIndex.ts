// A path from the root to a word of 32 prices has one node for each of these shifts: 2^31 prices are 5 bits at the word
// and 6 times 5 bits above it (the topmost ones are hardly used).
const TOP_SHIFT = 30;
const BITS = 5;
const NODE_INTS = 33;
const FIRST_CHILD = 1;
const INITIAL_NODES = 64;

/**
 * Which prices of a book side are occupied: a tree of 32-bit maps, so that the nearest occupied price below another is found in a
 * few steps however far the prices lie apart, and memory follows the number of prices in use, not their range.
 * A node is [map of its children in use, 32 children]; the children of the lowest nodes are themselves maps of 32 prices.
 * One index serves all books; a tree is named by the handle of its root.
 */
export class PriceIndex {
  private nodes = new Int32Array(NODE_INTS * INITIAL_NODES);
  private highest = 0;
  private freed = 0;
  /** The nodes passed on the way down, topmost first; kept here so that a walk allocates nothing. */
  private readonly path = new Int32Array(TOP_SHIFT / BITS);

  get bytes(): number {
    return this.nodes.byteLength;
  }

  /** A new, empty tree. */
  createRoot(): number {
    return this.allocate();
  }

  add(root: number, ticks: number): void {
    let node = root;
    for (let shift = TOP_SHIFT; shift > BITS; shift -= BITS) {
      const child = (ticks >>> shift) & 31;
      const at = node * NODE_INTS;
      let below = this.nodes[at + FIRST_CHILD + child]!;
      if (below === 0) {
        // Allocating may move the nodes, so they are addressed afresh.
        below = this.allocate();
        this.nodes[at + FIRST_CHILD + child] = below;
        this.nodes[at] = this.nodes[at]! | (1 << child);
      }
      node = below;
    }
    const word = (ticks >>> BITS) & 31;
    const at = node * NODE_INTS;
    this.nodes[at] = this.nodes[at]! | (1 << word);
    this.nodes[at + FIRST_CHILD + word] = this.nodes[at + FIRST_CHILD + word]! | (1 << (ticks & 31));
  }

  /** The price must be present. Nodes that become empty are freed. */
  remove(root: number, ticks: number): void {
    const nodes = this.nodes;
    const lowest = this.descend(root, ticks);
    const at = lowest * NODE_INTS;
    const word = (ticks >>> BITS) & 31;
    const left = nodes[at + FIRST_CHILD + word]! & ~(1 << (ticks & 31));
    nodes[at + FIRST_CHILD + word] = left;
    if (left !== 0) return;
    nodes[at] = nodes[at]! & ~(1 << word);
    for (
      let depth = this.path.length - 1, shift = BITS * 2;
      depth > 0 && nodes[this.path[depth]! * NODE_INTS] === 0;
      depth -= 1, shift += BITS
    ) {
      this.release(this.path[depth]!);
      const parent = this.path[depth - 1]! * NODE_INTS;
      const child = (ticks >>> shift) & 31;
      nodes[parent + FIRST_CHILD + child] = 0;
      nodes[parent] = nodes[parent]! & ~(1 << child);
    }
  }

  /** The highest occupied price below `ticks`; 0 if there is none. */
  below(root: number, ticks: number): number {
    const nodes = this.nodes;
    let node = root;
    // The lowest place on the path where a smaller child exists, and that child.
    let turnNode = 0;
    let turnShift = 0;
    let turnChild = 0;
    for (let shift = TOP_SHIFT; shift >= BITS; shift -= BITS) {
      const child = (ticks >>> shift) & 31;
      const map = nodes[node * NODE_INTS]!;
      const smaller = map & ((1 << child) - 1);
      if (smaller !== 0) {
        turnNode = node;
        turnShift = shift;
        turnChild = 31 - Math.clz32(smaller);
      }
      if ((map & (1 << child)) === 0) break;
      const below = nodes[node * NODE_INTS + FIRST_CHILD + child]!;
      if (shift === BITS) {
        const inWord = below & ((1 << (ticks & 31)) - 1);
        if (inWord !== 0) return ((ticks >>> BITS) << BITS) + 31 - Math.clz32(inWord);
      }
      node = below;
    }
    return turnNode === 0 ? 0 : this.highestUnder(turnNode, turnShift, turnChild, ticks);
  }

  private highestUnder(turnNode: number, turnShift: number, turnChild: number, ticks: number): number {
    const nodes = this.nodes;
    // Bits above the turn are those of the price asked about; 2^31 prices leave the shift by 35 out of reach.
    let price = turnShift === TOP_SHIFT ? 0 : (ticks >>> (turnShift + BITS)) << (turnShift + BITS);
    price += turnChild << turnShift;
    let below = nodes[turnNode * NODE_INTS + FIRST_CHILD + turnChild]!;
    for (let shift = turnShift - BITS; shift >= BITS; shift -= BITS) {
      const child = 31 - Math.clz32(nodes[below * NODE_INTS]!);
      price += child << shift;
      below = nodes[below * NODE_INTS + FIRST_CHILD + child]!;
    }
    return price + 31 - Math.clz32(below);
  }

  private descend(root: number, ticks: number): number {
    let node = root;
    let depth = 0;
    this.path[0] = root;
    for (let shift = TOP_SHIFT; shift > BITS; shift -= BITS) {
      node = this.nodes[node * NODE_INTS + FIRST_CHILD + ((ticks >>> shift) & 31)]!;
      depth += 1;
      this.path[depth] = node;
    }
    return node;
  }

  private allocate(): number {
    const recycled = this.freed;
    if (recycled !== 0) {
      this.freed = this.nodes[recycled * NODE_INTS]!;
      this.nodes[recycled * NODE_INTS] = 0;
      return recycled;
    }
    this.highest += 1;
    if ((this.highest + 1) * NODE_INTS > this.nodes.length) {
      const larger = new Int32Array(this.nodes.length * 2);
      larger.set(this.nodes);
      this.nodes = larger;
    }
    return this.highest;
  }

  /** An empty node; all its children are zero by then. */
  private release(node: number): void {
    this.nodes[node * NODE_INTS] = this.freed;
    this.freed = node;
  }
}
