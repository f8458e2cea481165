import { fileURLToPath } from "node:url";
import type { HearHost, Host } from "./host.ts";
import { parsedLine, type ClientTask, type HostLine, type HostTask } from "./lines.ts";

const HOST = fileURLToPath(new URL("engine-host.ts", import.meta.url));
const CLIENT = fileURLToPath(new URL("engine-client.ts", import.meta.url));

/** An engine alone: whoever asks something of it opens the store as well, whether it lives or not. */
export class HostedEngine implements Host {
  readonly kind = "engine";
  readonly command: readonly string[];
  readonly client: readonly string[];
  readonly broken: readonly string[] = [];
  readonly #tell: HearHost;

  constructor(task: HostTask, tell: HearHost) {
    this.#tell = tell;
    this.command = ["--no-warnings", HOST, JSON.stringify(task)];
    this.client = [CLIENT, task.root, task.store ?? ""];
  }

  hear(text: string): void {
    const line = parsedLine(text) as HostLine | null;
    if (line !== null) this.#tell(line);
  }

  reach(): Promise<Pick<ClientTask, "service">> {
    return Promise.resolve({ service: null });
  }

  died(): Promise<void> {
    return Promise.resolve();
  }
}
