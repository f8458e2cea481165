import { sep } from "node:path";

const INSTALLED = `${sep}node_modules${sep}`;

/** Whether a path without symbolic links is of an installed package, and not of the project. */
export const isInstalled = (realPath: string): boolean => realPath.includes(INSTALLED);

/** The folder of the installed package that a file belongs to, or null for a file of the project. */
export function installedFolder(file: string): string | null {
  const start = file.lastIndexOf(INSTALLED);
  if (start === -1) return null;
  const parts = file.slice(start + INSTALLED.length).split(sep);
  return (
    file.slice(0, start + INSTALLED.length) + parts.slice(0, parts[0]?.startsWith("@") ? 2 : 1).join(sep)
  );
}

/** The name of the package in such a folder. */
export const packageName = (folder: string): string =>
  folder.slice(folder.lastIndexOf(INSTALLED) + INSTALLED.length).replaceAll(sep, "/");
