/** Ids that wait for their turn, each once; the smallest comes first, however many there are. */
export class IdHeap {
  private readonly heap: number[] = [];
  private readonly members = new Set<number>();

  add(id: number): void {
    if (this.members.has(id)) return;
    this.members.add(id);
    let place = this.heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.heap[parent]! < id) break;
      this.heap[place] = this.heap[parent]!;
      place = parent;
    }
    this.heap[place] = id;
  }

  /** Takes the smallest id out; 0 if there is none. */
  take(): number {
    const first = this.heap[0] ?? 0;
    const last = this.heap.pop();
    this.members.delete(first);
    if (last !== undefined && this.heap.length > 0) this.sink(last);
    return first;
  }

  clear(): void {
    this.heap.length = 0;
    this.members.clear();
  }

  /** Finds the place from the top for an id that had another one. */
  private sink(id: number): void {
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && this.heap[child + 1]! < this.heap[child]!) child += 1;
      if (this.heap[child]! > id) break;
      this.heap[place] = this.heap[child]!;
      place = child;
    }
    this.heap[place] = id;
  }
}
