import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs of the pipeline; Debian and bioconda have each in a package of that name. */
const programs = ["bcftools", "bowtie2", "bwa", "fastp", "fastqc", "hisat2", "multiqc", "samtools"];
/** Debian's package with the genome of phage lambda, and a file of it. */
const genome = { package: "bowtie2-examples", folder: "/usr/share/doc/bowtie2/examples/reference" };

/**
 * Installs what the pipeline needs and this machine lacks, where that can be done with apt-get, as root or with sudo;
 * otherwise says how to. Tells whether everything is there.
 */
export function installTools({ hasGenome }: { readonly hasGenome: boolean }): boolean {
  const missing = missingPackages(hasGenome);
  if (missing.length === 0) return true;
  const superuser = superuserPrefix();
  if (superuser === undefined) {
    console.error(advice(missing));
    return false;
  }
  console.log(`Installing with apt-get: ${missing.join(" ")}`);
  // Without the recommended packages: those of MultiQC are a TeX system.
  const install = ["install", "--yes", "--quiet=2", "--no-install-recommends", ...missing];
  const done = [["update", "--quiet=2"], install].every((args) => aptGet(superuser, args));
  if (!done || missingPackages(hasGenome).length > 0) console.error(advice(missing));
  return done && missingPackages(hasGenome).length === 0;
}

function missingPackages(hasGenome: boolean): readonly string[] {
  const missing = programs.filter((program) => !isOnPath(program));
  return hasGenome || canAccess(genome.folder, constants.R_OK) ? missing : [...missing, genome.package];
}

/** What to put before a command that needs the rights of root; undefined where apt-get can not be used. */
function superuserPrefix(): readonly string[] | undefined {
  if (!isOnPath("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  const canSudo =
    isOnPath("sudo") && (process.stdin.isTTY || succeeds(["sudo", "--non-interactive", "true"]));
  return canSudo ? ["sudo"] : undefined;
}

function aptGet(superuser: readonly string[], args: readonly string[]): boolean {
  return succeeds([...superuser, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args]);
}

function succeeds([command = "", ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "inherit" }).status === 0;
}

function advice(missing: readonly string[]): string {
  const tools = missing.filter((name) => name !== genome.package);
  const conda = `conda install --channel conda-forge --channel bioconda ${tools.join(" ")}`;
  return [
    `The pipeline needs what is not installed: ${missing.join(", ")}. On Debian and Ubuntu:`,
    `  sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    "Elsewhere:",
    ...(tools.length === 0 ? [] : [`  ${conda}`]),
    ...(tools.length === missing.length
      ? []
      : ["  npm run demo -- --genome FILE, with the genome of phage lambda (NC_001416) as FASTA"]),
  ].join("\n");
}

function isOnPath(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => canAccess(join(folder, program), constants.X_OK));
}

function canAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
