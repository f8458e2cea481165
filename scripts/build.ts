// Makes the packages that are published, under build/.
import { join } from "node:path";
import { buildPackages, ROOT } from "./packages.ts";

for (const { name, version, files, bytes } of buildPackages(join(ROOT, "build"))) {
  console.log(`${`${name}@${version}`.padEnd(24)} ${files} files  ${(bytes / 1024).toFixed(1)} KiB`);
}
