import type { Usage } from "@ligase/sdk/internal";

/** A job must last that long for its memory to be looked at: reading it costs more than a short job. */
const MEMORY_FROM_MS = 10;

/** What a job used of its process. Exact for processor time, because a child runs one job at a time; tools not included. */
export class UsageMeter {
  #before = process.resourceUsage();

  begin(): void {
    this.#before = process.resourceUsage();
  }

  end(wallMs: number): Usage {
    const before = this.#before;
    const now = process.resourceUsage();
    this.#before = now;
    const cpuMs = (now.userCPUTime - before.userCPUTime + now.systemCPUTime - before.systemCPUTime) / 1000;
    // The system keeps one peak per process: it is this job's only when it rose while the job ran.
    if (now.maxRSS > before.maxRSS)
      return { wallMs, cpuMs, peakMemoryBytes: now.maxRSS * 1024, memorySource: "rusage" };
    if (wallMs < MEMORY_FROM_MS) return { wallMs, cpuMs };
    return { wallMs, cpuMs, peakMemoryBytes: process.memoryUsage.rss(), memorySource: "sampled" };
  }
}
