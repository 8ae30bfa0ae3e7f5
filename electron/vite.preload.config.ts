import { builtinModules } from "node:module";
import { defineConfig } from "vite";

/** A sandboxed preload script cannot load modules: it is bundled into one CommonJS file beside the compiled shell. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "../out/build/electron",
    emptyOutDir: false,
    sourcemap: true,
    minify: false,
    target: "chrome142",
    lib: { entry: "preload.ts", formats: ["cjs"], fileName: () => "preload.cjs" },
    rolldownOptions: {
      external: ["electron", ...builtinModules],
      // The channel names live beside the schemas, which the preload script does not need.
      treeshake: { manualPureFunctions: ["z"] },
    },
  },
});
