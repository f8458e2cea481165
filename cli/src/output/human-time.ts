const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time as people say it: `12ms`, `0.4s`, `12s`, `2m 05s`, `1h 20m`, `3d 4h`. */
export function spanText(spanMs: number): string {
  const ms = Math.max(0, spanMs);
  if (ms < 100) return `${Math.floor(ms)}ms`;
  if (ms < 9_950) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${twoDigits((ms % MINUTE) / SECOND)}s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ${twoDigits((ms % HOUR) / MINUTE)}m`;
  return `${Math.floor(ms / DAY)}d ${Math.floor((ms % DAY) / HOUR)}h`;
}

/** How long ago something was: `just now`, `5 min ago`, `3 h ago`, `12 days ago`. */
export function ageText(agoMs: number): string {
  if (agoMs < 10 * SECOND) return "just now";
  if (agoMs < MINUTE) return `${Math.floor(agoMs / SECOND)} s ago`;
  if (agoMs < HOUR) return `${Math.floor(agoMs / MINUTE)} min ago`;
  if (agoMs < 2 * DAY) return `${Math.floor(agoMs / HOUR)} h ago`;
  return `${Math.floor(agoMs / DAY)} days ago`;
}

/** The time of day on this machine: `14:02:09`. */
export function clockText(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

/** Day and time on this machine: `2026-08-21 14:02:09`. */
export function momentText(time: number): string {
  const date = new Date(time);
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join("-");
  return `${day} ${clockText(time)}`;
}

const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, "0");
