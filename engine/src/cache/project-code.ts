import {
  callableFields,
  findTask,
  isCallable,
  hashTemplate,
  innerTemplates,
  requireTask,
  encode,
  hashText,
  type TaskDefinition,
  type Template,
  type TemplateNode,
} from "@ligase/sdk/internal";
import type { CallStore } from "../ports/store.ts";
import { keyPrefix } from "./call-key.ts";
import type { TaskSets } from "./task-sets.ts";

/** A task as a run uses it: its definition and what its code is. */
export interface TaskEntry {
  readonly definition: TaskDefinition;
  readonly hash: string;
  readonly prefix: string;
  /** Number of this task with this code in the store. */
  readonly taskId: number;
  /** The set that holds only this task. */
  readonly ownSet: number;
  readonly isCached: boolean;
}

/** What a workflow's templates, and those of the workflows they call, have in them. */
interface Reach {
  readonly hasGate: boolean;
  /** Inputs of its own that are awaited at a gate when they are not given. */
  readonly signals: readonly string[];
  /** They call what they were given as a value. */
  readonly appliesValues: boolean;
}

/** Gives the code hash of a function task; `code/` does it for projects, tests give their own. */
export type HashFunction = (definition: Extract<TaskDefinition, { kind: "task" }>) => string;

/** The present code of a project, as the cache sees it: one entry per task, made on first use and then fixed (C22). */
export class ProjectCode {
  readonly #entries = new Map<string, TaskEntry>();
  readonly #reach = new Map<string, Reach>();
  readonly #calls: CallStore;
  readonly #sets: TaskSets;
  readonly #hashFunction: HashFunction;

  constructor(options: { calls: CallStore; sets: TaskSets; hashFunction: HashFunction }) {
    this.#calls = options.calls;
    this.#sets = options.sets;
    this.#hashFunction = options.hashFunction;
  }

  /** Throws `task-not-found`, and what hashing the code throws. */
  entry(name: string): TaskEntry {
    let entry = this.#entries.get(name);
    if (entry === undefined) this.#entries.set(name, (entry = this.#make(requireTask(name))));
    return entry;
  }

  /** The hash that a task has now, or null when the project has no such task any more. */
  hashOf(name: string): string | null {
    return findTask(name) === undefined ? null : this.entry(name).hash;
  }

  workflow(name: string): Template {
    const { definition } = this.entry(name);
    if (definition.kind !== "workflow") throw new Error(`${name} is not a workflow.`);
    return definition.template;
  }

  /** C21: whether a gate can be reached through a workflow's templates, or through what is called in them by value. */
  reachesGate(name: string, args: unknown): boolean {
    const { hasGate, signals, appliesValues } = this.#reachOf(name);
    return hasGate || !areGiven(signals, args) || (appliesValues && this.#bringsGate(args));
  }

  #reachOf(name: string): Reach {
    let reach = this.#reach.get(name);
    if (reach === undefined) this.#reach.set(name, (reach = this.#searchFrom([this.workflow(name)], name)));
    return reach;
  }

  /** A search of its own for each workflow: what was found on the way round a circle says nothing of its members. */
  #searchFrom(templates: readonly Template[], name?: string): Reach {
    const seen = new Set(name === undefined ? [] : [name]);
    const pending = [...templates];
    const found = { hasGate: false, appliesValues: false, signals: signalsOf(templates) };
    for (let template = pending.pop(); template !== undefined; template = pending.pop()) {
      for (const { node, args } of nodesOf(template)) {
        if (node.op === "gate" && node.given === undefined) found.hasGate = true;
        if (node.op === "apply") found.appliesValues = true;
        if (node.op !== "call" || node.target !== "workflow") continue;
        const called = this.workflow(node.name);
        if (!areWritten(signalsOf([called]), args)) found.hasGate = true;
        if (seen.has(node.name)) continue;
        seen.add(node.name);
        pending.push(called);
      }
    }
    return found;
  }

  /** Whether a value has a workflow or lambda in it that reaches a gate. */
  #bringsGate(value: unknown): boolean {
    const pending: unknown[] = [value];
    while (pending.length > 0) {
      const item = pending.pop();
      if (isCallable(item)) {
        const fields = callableFields(item);
        if (fields.kind === "workflow" && this.reachesGate(fields.name, fields.bound ?? {})) return true;
        if (fields.kind === "lambda" && this.#searchFrom([fields.template as Template]).hasGate) return true;
        pending.push(fields.kind === "lambda" ? fields.captures : fields.bound);
      } else if (typeof item === "object" && item !== null) {
        pending.push(
          ...((item instanceof Map ? [...item.keys(), ...item.values()] : Object.values(item)) as unknown[]),
        );
      }
    }
    return false;
  }

  #make(definition: TaskDefinition): TaskEntry {
    const hash = this.#hash(definition);
    const taskId = this.#calls.taskId(definition.name, hash);
    return {
      definition,
      hash,
      prefix: keyPrefix(definition, hash),
      taskId,
      ownSet: this.#sets.single(taskId),
      isCached: definition.options.cache ?? true,
    };
  }

  /** C15: an explicit version, or else the code that can be reached. */
  #hash(definition: TaskDefinition): string {
    const { version } = definition.options;
    if (version !== undefined) return hashText(`version ${version}`);
    switch (definition.kind) {
      case "workflow":
        return hashTemplate(definition.template);
      case "script": {
        const { values, ...script } = definition.template;
        return hashText(encode({ ...script, values: hashTemplate(values) }));
      }
      case "task":
        return this.#hashFunction(definition);
    }
  }
}

/** The nodes of a template and its closures; of a call with its arguments, as they are written. */
const nodesOf = (
  outer: Template,
): readonly { readonly node: TemplateNode; readonly args: TemplateNode | undefined }[] =>
  [...innerTemplates(outer)].flatMap(({ nodes }) =>
    nodes.map((node) => ({ node, args: node.op === "call" ? nodes[node.args] : undefined })),
  );

/** Inputs of workflows that are awaited when they are not given: a gate of an input stands in its workflow's template. */
const signalsOf = (templates: readonly Template[]): readonly string[] =>
  templates.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.op === "gate" && node.given !== undefined ? [node.name] : [])),
  );

function areGiven(names: readonly string[], args: unknown): boolean {
  const given = args as Readonly<Record<string, unknown>>;
  return names.every((name) => Object.hasOwn(given, name) && given[name] !== undefined);
}

/** Whether a call gives these inputs, as far as it is written there. */
function areWritten(names: readonly string[], args: TemplateNode | undefined): boolean {
  if (args?.op === "record") return names.every((name) => args.keys.includes(name));
  return names.length === 0 || (args?.op === "value" && areGiven(names, args.value));
}
