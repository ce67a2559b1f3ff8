import { type ThemeConfig, theme } from "antd";

// Named fonts only: "system-ui" picks an emoji font for digits on a bare Linux machine.
const FONTS = '"Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

// antd's own greys and tags are under WCAG AA (4.5:1) on white.
const CONTRAST = {
  colorTextDescription: "#5a6172",
  colorTextTertiary: "#5a6172",
  colorTextPlaceholder: "#6b7280",
  colorTextQuaternary: "#6b7280",
  colorErrorText: "#a8071a",
  colorError: "#c5221f",
  colorWarningText: "#8a4b00",
  colorSuccessText: "#237804",
};

const NAVY = "#14204a";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches; // also what makes browser tests steady

export const CHART_COLORS = ["#3257d6", "#16a37f", "#f0a020", "#e2574c", "#8a63d2", "#2aa5c7", "#b8860b", "#6b7280"];

export const look = (dark: boolean): ThemeConfig => ({
  algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
  token: {
    fontFamily: FONTS,
    motion: !calm,
    borderRadius: 8,
    colorPrimary: dark ? "#5b7cf0" : "#3257d6",
    colorLink: dark ? "#8fa8ff" : "#2a4bbd",
    colorLinkHover: dark ? "#b3c4ff" : "#1f3a99", // antd lightens it, under what can be read on grey
    ...(dark ? { colorTextDescription: "#a6adbd", colorTextTertiary: "#a6adbd", colorTextPlaceholder: "#9aa1b1", colorError: "#ff7875", colorErrorText: "#ff9a94" } : CONTRAST),
  },
  components: { ...(dark ? { Table: { rowSelectedBg: "#1a2236", rowSelectedHoverBg: "#1f2a44" } } : {}), Layout: { siderBg: NAVY, headerBg: dark ? "#141414" : "#ffffff" }, Menu: { darkItemBg: NAVY, itemHeight: 32, itemMarginBlock: 2, groupTitleFontSize: 12 }, Tabs: { itemSelectedColor: dark ? "#8fa8ff" : "#2a4bbd" } },
});
