import { spawn, type ChildProcess } from "node:child_process";
import { MARK, MARK_FAMILY } from "./processes.ts";

/*
 * No script outlives the engine. The helper holds the only write end of the watchdog's input and tells it the sessions
 * (warm shells) there are. When the helper is gone, however it went, the watchdog reads the end of its input and kills
 * every process of those sessions but the shells themselves, and every process elsewhere that has a mark of this helper
 * in its environment; the shells have lost their input too, kill what is left of their script's group and exit. A shell
 * that does not is killed after a second. It goes on until nothing lives.
 */
const WATCHDOG = `
sessions=" " mark=$1
while read -r sign pid; do
  case $sign in +) sessions="$sessions$pid " ;; -) sessions=\${sessions/ $pid / } ;; esac
done
is_marked() {
  while IFS= read -r -d '' variable; do
    [[ $variable == "$mark"* ]] && return
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}
end_scripts() {
  alive=0
  for file in /proc/[0-9]*/stat; do
    line=; { IFS= read -r -d '' line <"$file"; } 2>/dev/null
    pid=\${line%% *} fields=(\${line##*) })
    [[ $line != '' && \${fields[0]} != Z ]] || continue
    [[ $sessions == *" \${fields[3]:-none} "* ]] || is_marked "$pid" || continue
    [[ $sessions == *" $pid "* && round -lt 50 ]] || kill -KILL "$pid"
    alive=1
  done
}
end_children() {
  alive=0
  for pid in $sessions; do pkill -KILL -P "$pid"; kill -0 "$pid" && alive=1; done
}
for ((round = 0, alive = 1; alive; round++)); do
  if [[ -r /proc/self/stat ]]; then end_scripts; else end_children; fi
  if ((round < 100)); then sleep 0.02; else sleep 1; fi
done
`;

/** Watches over the warm shells of this process. */
export class Watchdog {
  readonly #sessions = new Set<number>();
  #process: ChildProcess | null = null;
  #closed = false;

  add(session: number): void {
    this.#sessions.add(session);
    if (this.#process === null) this.#start();
    else this.#tell(`+ ${session}\n`);
  }

  remove(session: number): void {
    this.#sessions.delete(session);
    this.#tell(`- ${session}\n`);
  }

  /** Lets it end what is left and exit. */
  close(): void {
    this.#closed = true;
    this.#process?.stdin?.end();
  }

  #start(): void {
    const child = spawn(
      "bash",
      ["--norc", "--noprofile", "-c", WATCHDOG, "ligase-watchdog", `${MARK}=${MARK_FAMILY}`],
      {
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
      },
    );
    this.#process = child;
    // A watchdog that cannot be written to is gone; its exit starts another one.
    child.stdin.on("error", () => undefined);
    child.once("error", () => this.#gone(child));
    child.once("exit", () => this.#gone(child));
    for (const session of this.#sessions) this.#tell(`+ ${session}\n`);
  }

  #gone(child: ChildProcess): void {
    if (this.#process !== child) return;
    this.#process = null;
    if (!this.#closed && child.pid !== undefined && this.#sessions.size > 0) this.#start();
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(line);
  }
}
