import styles from "./Curve.module.css";

export interface Point {
  x: number;
  y: number;
}

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 46;
const BOTTOM = 26;

/** A line of figures over steps, drawn as they come in. */
export function Curve({ points, label, x }: { points: Point[]; label: string; x: string }) {
  if (points.length < 2) return null;
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  const top = Math.max(...ys);
  const bottom = Math.min(0, ...ys);
  const across = (value: number) => LEFT + ((value - x0) / Math.max(1e-9, x1 - x0)) * (WIDTH - LEFT - 10);
  const up = (value: number) => 10 + (1 - (value - bottom) / Math.max(1e-9, top - bottom)) * (HEIGHT - BOTTOM - 10);
  const ticks = [bottom, bottom + (top - bottom) / 2, top];
  return (
    <svg className={styles.curve} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={LEFT} x2={WIDTH - 10} y1={up(tick)} y2={up(tick)} />
          <text className={styles.text} x={LEFT - 8} y={up(tick) + 4} textAnchor="end">
            {tick.toFixed(2)}
          </text>
        </g>
      ))}
      <text className={styles.text} x={LEFT} y={HEIGHT - 6}>
        {x0}
      </text>
      <text className={styles.text} x={WIDTH - 10} y={HEIGHT - 6} textAnchor="end">
        {x} {x1}
      </text>
      <polyline className={styles.line} points={points.map((point) => `${across(point.x).toFixed(1)},${up(point.y).toFixed(1)}`).join(" ")} />
    </svg>
  );
}
