const ROW = 28;
const BAR = 14;
const WIDTH = 400;

export interface Bar {
  name: string;
  value: number;
  /** Part of `value`, drawn in front of it. */
  part: number;
}

/**
 * Bars beside a table that says the same in numbers: for the eye alone, so it is hidden from screen readers. Names and
 * values stand in the table's rows, which are as high as the bars.
 */
export function BarChart({ bars }: { bars: Bar[] }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const length = (value: number) => (value / most) * WIDTH;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${bars.length * ROW}`}
      preserveAspectRatio="none"
      className="w-full"
      style={{ height: bars.length * ROW }}
    >
      {bars.map(({ name, value, part }, at) => {
        const y = at * ROW + (ROW - BAR) / 2;
        return (
          <g key={name}>
            <rect x={0} y={y} width={WIDTH} height={BAR} className="fill-hover" />
            <rect x={0} y={y} width={length(value)} height={BAR} className="fill-accent-fg/40" />
            <rect x={0} y={y} width={length(part)} height={BAR} className="fill-accent-fg" />
          </g>
        );
      })}
    </svg>
  );
}

BarChart.rowHeight = ROW;
