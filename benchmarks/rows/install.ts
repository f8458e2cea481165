import { globSync, readFileSync, statSync, type Stats } from "node:fs";
import { join } from "node:path";
import { installBuilt } from "../measuring/installed.ts";
import { plainLine } from "../measuring/lines.ts";
import type { Row } from "../measuring/row.ts";

/** What `npm install ligase` puts on a disk. */
export const install: Row = {
  name: "install",
  async *run() {
    const modules = join(installBuilt().project, "node_modules");
    const lock = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
      readonly packages: Readonly<Record<string, unknown>>;
    };
    const packages = Object.keys(lock.packages).map((path) => path.replace("node_modules/", ""));
    const named = { durability: "none", name: "installed" } as const;
    yield plainLine({ ...named, unit: "packages" }, packages.length);
    yield plainLine({ ...named, unit: "files" }, filesBelow(modules).length);
    yield plainLine({ ...named, unit: "MB" }, bytesBelow(modules) / 1e6);
    for (const name of packages) {
      const one = { durability: "none", name: `installed, ${name} alone`, unit: "MB" } as const;
      yield plainLine(one, bytesBelow(join(modules, name)) / 1e6);
    }
  },
};

const bytesBelow = (folder: string): number => filesBelow(folder).reduce((sum, { size }) => sum + size, 0);

function filesBelow(folder: string): readonly Stats[] {
  return globSync("**/*", { cwd: folder })
    .map((path) => statSync(join(folder, path)))
    .filter((stat) => stat.isFile());
}
