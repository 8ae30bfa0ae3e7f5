import { configureGlobal } from "fast-check";

/** Properties of the file that imports this try the same cases on every run; a failure names the seed and the way to its case. */
configureGlobal({ seed: 20_261_128 });
