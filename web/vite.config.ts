import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const vendor = (name: string, test: RegExp, priority: number) => ({ name, test, priority });

// English that antd writes for screen readers whatever its locale: an icon is read as the name of its file ("aim 目标市场"), and the steps of a
// number, which the arrow keys do as well, as "Increase Value". What has no words of ours is decoration.
const ENGLISH = [
  [/@ant-design[\\/]icons[\\/]es[\\/]components[\\/]AntdIcon(Light)?\.js/, '"aria-label": icon.name', '"aria-hidden": restProps["aria-label"] === undefined'],
  [/@rc-component[\\/]input-number[\\/]es[\\/]StepHandler\.js/, "\"aria-label\": isUpAction ? 'Increase Value' : 'Decrease Value'", '"aria-hidden": true'],
] as const;
const quiet: Plugin = {
  name: "quiet",
  transform(code, id) {
    const found = ENGLISH.find(([file]) => file.test(id));
    if (!found) return;
    if (!code.includes(found[1])) this.error(`${id} no longer has ${found[1]}`);
    return { code: code.replace(found[1], found[2]), map: null };
  },
};

export default defineConfig({
  plugins: [react(), quiet],
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
