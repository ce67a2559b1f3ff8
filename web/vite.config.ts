import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const vendor = (name: string, test: RegExp, priority: number) => ({ name, test, priority });

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  build: {
    outDir: "../src/kezhi/serve/static",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            vendor("react", /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/, 30),
            vendor("echarts", /node_modules[\\/](echarts|zrender)[\\/]/, 20),
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.tsx"],
    setupFiles: ["tests/setup.ts"],
    restoreMocks: true,
    server: { deps: { inline: [/antd/, /@ant-design/, /@rc-component/] } }, // antd/es has imports without extensions
  },
});
