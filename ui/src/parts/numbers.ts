/** Bytes in units that people compare with their machine's memory. */
export function bytes(count: number): string {
  if (count >= 2 ** 30) return `${(count / 2 ** 30).toFixed(1)} GiB`;
  return `${Math.max(1, Math.round(count / 2 ** 20))} MiB`;
}

/** Seconds as m:ss or h:mm:ss. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 134515008 as 135M. */
export function short(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}B`;
  if (count >= 1e6) return `${Math.round(count / 1e6)}M`;
  return count >= 1e3 ? `${Math.round(count / 1e3)}k` : String(count);
}

/** A total as it is scored; an expected one with two places. */
export function total(value: number | null): string {
  if (value === null) return "–";
  return Number.isInteger(value * 2) ? String(value) : value.toFixed(2);
}

/** A figure with two places and a true minus sign; `signed` marks what is above zero. */
export function two(value: number, signed = false): string {
  const text = Math.abs(value).toFixed(2);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : signed ? "+" : ""}${text}`;
}
