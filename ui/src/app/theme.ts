import { createTheme, type MantineColorsTuple } from "@mantine/core";

const pine: MantineColorsTuple = [
  "#e6f6f8", "#d0eaee", "#a2d5dd", "#70bfcb", "#48acbc",
  "#2ea0b2", "#1793a7", "#0b7285", "#07606f", "#014d5a",
];

// System fonts only: nothing is fetched, and each system's own Japanese face comes first after its Latin one.
export const FONTS =
  '-apple-system, "Segoe UI", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", ' +
  '"Yu Gothic", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", system-ui, sans-serif';

export const theme = createTheme({
  primaryColor: "pine",
  colors: { pine },
  primaryShade: 7,
  autoContrast: true,
  fontFamily: FONTS,
  headings: { fontFamily: FONTS, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // The scroll lock of overlays writes a style element of its own; the window doesn't scroll anyway.
    Modal: { defaultProps: { lockScroll: false, centered: true } },
    Select: { defaultProps: { checkIconPosition: "right", allowDeselect: false } },
  },
});
