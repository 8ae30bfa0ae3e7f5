/** Bytes of all buffers that the object leads to: what an engine's state takes, whatever the collector of garbage is doing. */
export function bufferBytesOf(root: object): number {
  const seen = new Set<object>([root]);
  let bytes = 0;
  // A set that grows while it is walked is walked to its end.
  for (const part of seen) {
    if (part instanceof ArrayBuffer) bytes += part.byteLength;
    else if (ArrayBuffer.isView(part)) seen.add(part.buffer);
    else for (const value of Object.values(part)) if (typeof value === "object" && value !== null) seen.add(value as object);
  }
  return bytes;
}
