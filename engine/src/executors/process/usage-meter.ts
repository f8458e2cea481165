import type { Usage } from "@ligase/sdk/internal";

/** A shorter job is told by its wall time alone: asking the system costs as much as many a job. */
const MEASURED_FROM_MS = 1;
/** A job must last that long for its memory to be looked at. */
const MEMORY_FROM_MS = 10;

/**
 * What a job used of its process. Right to a millisecond for processor time, because a child runs one job at a time;
 * tools not included.
 */
export class UsageMeter {
  #before = process.resourceUsage();
  #beforeMs = performance.now();

  begin(): void {
    if (performance.now() - this.#beforeMs >= MEASURED_FROM_MS) this.#look();
  }

  end(wallMs: number): Usage {
    if (wallMs < MEASURED_FROM_MS) return { wallMs };
    const before = this.#before;
    const now = this.#look();
    const cpuMs = (now.userCPUTime - before.userCPUTime + now.systemCPUTime - before.systemCPUTime) / 1000;
    // The system keeps one peak per process: it is this job's only when it rose while the job ran.
    if (now.maxRSS > before.maxRSS)
      return { wallMs, cpuMs, peakMemoryBytes: now.maxRSS * 1024, memorySource: "rusage" };
    if (wallMs < MEMORY_FROM_MS) return { wallMs, cpuMs };
    return { wallMs, cpuMs, peakMemoryBytes: process.memoryUsage.rss(), memorySource: "sampled" };
  }

  #look(): NodeJS.ResourceUsage {
    this.#beforeMs = performance.now();
    return (this.#before = process.resourceUsage());
  }
}
