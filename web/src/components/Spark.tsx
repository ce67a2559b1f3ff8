import { CHART_COLORS } from "../app/look";

interface Props {
  says: string; // what a screen reader says
  points: (number | null)[];
  target?: number | null;
}

const WIDTH = 240;
const HEIGHT = 56;
const EDGE = 5;

/** A trend without axes, small enough for a card; the page that the card leads to has the figures. */
export function Spark({ says, points, target = null }: Props) {
  const known = points.filter((value) => value !== null);
  if (known.length < 2) return <div className="spark" />;
  const all = target === null ? known : [...known, target];
  const low = Math.min(...all);
  const span = Math.max(...all) - low || 1;
  const x = (place: number) => EDGE + (place / (points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE);
  // a gap stays a gap: each stretch without one is a line of its own
  const path = points.map((value, place) => (value === null ? "" : `${points[place - 1] === null || place === 0 ? "M" : "L"}${x(place)} ${y(value)}`)).join("");
  const last = points.at(-1);
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={says}>
      {target !== null && <line x1={0} x2={WIDTH} y1={y(target)} y2={y(target)} stroke={CHART_COLORS[2]} strokeDasharray="5 4" vectorEffect="non-scaling-stroke" />}
      <path d={path} fill="none" stroke={CHART_COLORS[0]} strokeWidth={2} vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
      {last !== null && last !== undefined && <circle cx={x(points.length - 1)} cy={y(last)} r={3.5} fill={CHART_COLORS[0]} />}
    </svg>
  );
}
