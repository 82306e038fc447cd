import { BarChart } from 'echarts/charts';
import { BrushComponent, GridComponent, ToolboxComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { TimeBarsProps } from './time-bars.tsx';
import { formatBucket, formatTick } from './time-bars-text.ts';

// The brush adds a toolbox by itself; it is not shown.
use([BarChart, BrushComponent, GridComponent, ToolboxComponent, TooltipComponent, CanvasRenderer]);

/** The chart behind `TimeBars`, a module of its own because the library is large. */
export default function TimeBarsChart({ times, step, series, theme, onPick }: TimeBarsProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });

  useEffect(() => {
    if (!host.current) return;
    const made = init(host.current, undefined, { renderer: 'canvas' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(host.current);
    made.on('brushEnd', (event) => {
      const [area] = (event as { areas: { coordRange?: [number, number] }[] }).areas;
      made.dispatchAction({ type: 'brush', areas: [] });
      if (area?.coordRange) pick.current?.(area.coordRange[0], area.coordRange[1]);
    });
    made.on('click', (event) => pick.current?.(event.dataIndex, event.dataIndex));
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme decides what the CSS variables hold
  useEffect(() => {
    const colour = colourReader();
    const top = Math.max(1, ...times.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)));
    chart.current?.setOption(
      {
        animation: false,
        grid: { left: 4, right: 4, top: 6, bottom: 18 },
        xAxis: {
          type: 'category',
          data: times.map(String),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colour('--line-strong') } },
          axisLabel: {
            color: colour('--faint'),
            fontSize: 10.5,
            fontFamily: 'Inter Variable, sans-serif',
            hideOverlap: true,
            // A day is written once, at its first bucket.
            interval: (index: number) =>
              index === 0 || formatTick(times[index]!, step, times.length) !== formatTick(times[index - 1]!, step, times.length),
            formatter: (value: string) => formatTick(Number(value), step, times.length),
          },
        },
        toolbox: { show: false },
        yAxis: { type: 'value', show: false, max: top },
        brush: {
          xAxisIndex: 0,
          transformable: false,
          brushStyle: { color: colour('--accent'), opacity: 0.18, borderWidth: 0 },
          outOfBrush: { colorAlpha: 0.4 },
          throttleType: 'debounce',
        },
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'shadow', shadowStyle: { color: colour('--fg'), opacity: 0.06 } },
          confine: true,
          transitionDuration: 0,
          backgroundColor: colour('--raised'),
          borderColor: colour('--line'),
          padding: [4, 8],
          textStyle: { color: colour('--fg'), fontSize: 11.5, fontFamily: 'Inter Variable, sans-serif' },
          formatter: (params: unknown) => {
            const index = (params as { dataIndex: number }[])[0]?.dataIndex ?? 0;
            return tip(formatBucket(times[index]!, step), series, index);
          },
        },
        series: series.map(({ name, values, colour: variable }) => ({
          name,
          type: 'bar',
          stack: 'all',
          barCategoryGap: '18%',
          itemStyle: { color: colour(variable) },
          emphasis: { disabled: true },
          data: [...values],
        })),
      },
      { notMerge: true },
    );
    chart.current?.dispatchAction({
      type: 'takeGlobalCursor',
      key: 'brush',
      brushOption: { brushType: pick.current ? 'lineX' : false, brushMode: 'single' },
    });
  }, [times, step, series, theme]);

  return <div ref={host} className="h-full" />;
}

/** Reads CSS variables as `rgb(…)`: the library does not know the colour spaces in which the theme is written. */
function colourReader(): (variable: string) => string {
  const style = getComputedStyle(document.documentElement);
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
  return (variable) => {
    canvas.fillStyle = style.getPropertyValue(variable).trim();
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
}

/** The tooltip's content as elements: texts in it are never read as HTML. */
function tip(title: string, series: TimeBarsProps['series'], index: number): HTMLElement {
  const box = document.createElement('div');
  const head = document.createElement('div');
  head.textContent = title;
  head.style.opacity = '0.75';
  box.append(head);
  for (const { name, values } of series) {
    const line = document.createElement('div');
    line.textContent = `${(values[index] ?? 0).toLocaleString('en-US')} ${name}`;
    box.append(line);
  }
  return box;
}
