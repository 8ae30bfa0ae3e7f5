/** Version of the program that writes journals and snapshots; recorded in both. */
export const ENGINE_VERSION = "0.1.0";
