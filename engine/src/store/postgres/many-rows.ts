/** A write of one row, with its table; parameters are `?`. */
const INSERT = /^\s*INSERT INTO (\w+) \(([^)]*)\)\s+VALUES \([?,\s]*\)([\s\S]*)$/;
const UPDATE = /^\s*UPDATE (\w+) SET ([\s\S]*)$/;
const GIVEN = /(\w+) = \?/g;

/**
 * The statement that does for lists of parameters what another does for one of each; null when it has a form that is not
 * known here. `typeOf` gives the type of a column of a table.
 */
export function manyRows(sql: string, typeOf: (table: string, column: string) => string): string | null {
  const lists = (table: string, columns: readonly string[]): string =>
    `unnest(${columns.map((column, index) => `$${index + 1}::${typeOf(table, column)}[]`).join(", ")})`;
  const insert = INSERT.exec(sql);
  if (insert !== null) {
    const [, table = "", columns = "", rest = ""] = insert;
    const names = columns.split(",").map((name) => name.trim().replaceAll('"', ""));
    return `INSERT INTO ${table} (${columns}) SELECT * FROM ${lists(table, names)}${rest}`;
  }
  const [, table = "", body = ""] = UPDATE.exec(sql) ?? [];
  const names = Array.from(body.matchAll(GIVEN), ([, name = ""]) => name);
  if (names.length === 0 || names.length !== body.split("?").length - 1) return null;
  let at = 0;
  const given = body.replaceAll(GIVEN, (_, name: string) => `${name} = given.p${++at}`);
  const [set = "", where = ""] = given.split(" WHERE ");
  const columns = names.map((_, index) => `p${index + 1}`).join(", ");
  return `UPDATE ${table} SET ${set} FROM ${lists(table, names)} AS given (${columns}) WHERE ${where}`;
}
