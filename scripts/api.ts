// Writes the API reports under etc/; `npm test` compares them with the sources. A change in one is a design review.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiReport, apiReportFile } from "./api-report.ts";
import { buildPackages } from "./packages.ts";

const out = mkdtempSync(join(tmpdir(), "ligase-api-"));
try {
  for (const built of buildPackages(out).filter((candidate) => apiReportFile(candidate) !== undefined)) {
    writeFileSync(apiReportFile(built) ?? "", apiReport(built));
  }
} finally {
  rmSync(out, { recursive: true });
}
