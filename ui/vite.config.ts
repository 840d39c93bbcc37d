import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  server: {
    host: "127.0.0.1",
    port: 14273,
    strictPort: true,
    // The window's sentences live beside the other shells' in resources/i18n.
    fs: { allow: [".."] },
  },
  build: {
    target: "safari16",
    sourcemap: false,
    // Fonts and images stay files: the content security policy lists no data: fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    css: false,
    restoreMocks: true,
    // A machine busy compiling is slow, not wrong.
    testTimeout: 60_000,
  },
});
