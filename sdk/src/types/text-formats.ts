/*
 * Named formats of text that Ligase checks itself. A format with options, or one that is not here, keeps the pattern
 * that Zod has for it: then the pattern is part of the type's hash.
 */
const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const CALENDAR_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/;
const EMAIL = /^[\w'+-](?:[\w'+.-]*[\w+-])?@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const NIL_OR_MAX_UUID = /^(?:0{8}-0{4}-0{4}-0{4}-0{12}|f{8}-f{4}-f{4}-f{4}-f{12})$/i;
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: isCalendarDate,
  time: (text) => CLOCK.test(text),
  datetime: isUtcDateTime,
  email: (text) => EMAIL.test(text) && !text.includes(".."),
  url: (text) => text.trim() === text && URL.canParse(text),
  uuid: (text) => UUID.test(text) || NIL_OR_MAX_UUID.test(text),
  ipv4: (text) => IPV4.test(text),
  ipv6: (text) => /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`),
};

/** The check of a format by its name, or undefined where Ligase has none of its own. */
export function formatCheck(format: string): ((text: string) => boolean) | undefined {
  return Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
}

/** True for `YYYY-MM-DD` where the day exists in the calendar. */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = CALENDAR_DATE.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  return (
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= daysIn(Number(year), Number(month))
  );
}

function isUtcDateTime(text: string): boolean {
  const split = text.indexOf("T");
  return text.endsWith("Z") && isCalendarDate(text.slice(0, split)) && CLOCK.test(text.slice(split + 1, -1));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
