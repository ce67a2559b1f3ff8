/* Appended to ECharts' own build by hatch_build.py: what `measure/drawing.py` calls in a bare V8, with no browser and no Node. */
globalThis.Charts = {
  /** The chart of *option* as an SVG string; *width* and *height* in pixels. */
  render(option, width, height) {
    const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
    try {
      chart.setOption({ ...option, animation: false });
      return chart.renderToSVGString();
    } finally {
      chart.dispose();
    }
  },
};
