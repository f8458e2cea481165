import { LigaseError } from "../errors/ligase-error.ts";
import { isLazy } from "../graph/lazy.ts";
import type { Closure, Template, TemplateNode } from "../graph/template.ts";
import { MAX_DEPTH } from "../values/codec.ts";
import { isDir, isFile, type Dir, type File } from "../values/file.ts";

/** The same file or folder with digest and size, read from its content. */
export type Identify = (value: File | Dir) => Promise<File | Dir>;

/** What a returned structure holds: lazy parts, or files whose content was not read yet, or nothing of that kind. */
export type Survey = "lazy" | "files" | "plain";

/** Looks through a structure in one pass. Throws `value-too-deep`, hence also for a structure that holds itself. */
export function survey(value: unknown, depth = 0): Survey {
  if (isLazy(value)) return "lazy";
  if (typeof value !== "object" || value === null) return "plain";
  if (isFile(value) || isDir(value)) return value.digest === null ? "files" : "plain";
  if (depth > MAX_DEPTH) throw new LigaseError("value-too-deep", { limit: MAX_DEPTH });
  let found: Survey = "plain";
  for (const part of partsOf(value)) {
    const inner = survey(part, depth + 1);
    if (inner === "lazy") return "lazy";
    if (inner === "files") found = "files";
  }
  return found;
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (isPlain(value)) return Object.values(value);
  if (value instanceof Map) return [...value].flat();
  return value instanceof Set ? [...value] : [];
}

/** A copy of a structure in which every file and folder has its digest. What holds none is taken over as it is. */
export async function identifyFiles(value: unknown, identify: Identify): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (isFile(value) || isDir(value)) return value.digest === null ? identify(value) : value;
  if (survey(value) !== "files") return value;
  if (Array.isArray(value)) return identifyAll(value, identify);
  if (value instanceof Map) return new Map((await identifyAll([...value], identify)) as [unknown, unknown][]);
  if (value instanceof Set) return new Set(await identifyAll([...value], identify));
  const items = await identifyAll(Object.values(value), identify);
  return Object.fromEntries(Object.keys(value).map((key, index) => [key, items[index]]));
}

/** One after another: reading many large files at once is no faster. */
async function identifyAll(values: readonly unknown[], identify: Identify): Promise<unknown[]> {
  const done: unknown[] = [];
  for (const value of values) done.push(await identifyFiles(value, identify));
  return done;
}

/** True when a constant of the template is a file whose content was not read yet. */
export const hasUnreadFiles = (template: Template): boolean => template.nodes.some(mentionsUnread);

/** The same template with the files in its constants identified. */
export async function identifyTemplate(template: Template, identify: Identify): Promise<Template> {
  const nodes: TemplateNode[] = [];
  for (const node of template.nodes) nodes.push(await identifyNode(node, identify));
  return { ...template, nodes };
}

const mentionsUnread = (node: TemplateNode): boolean =>
  node.op === "value"
    ? survey(node.value) === "files"
    : closuresOf(node).some((closure) => hasUnreadFiles(closure.template));

async function identifyNode(node: TemplateNode, identify: Identify): Promise<TemplateNode> {
  if (!mentionsUnread(node)) return node;
  if (node.op === "value") return { ...node, value: await identifyFiles(node.value, identify) };
  const done = new Map<Closure, Closure>();
  for (const closure of closuresOf(node)) {
    done.set(closure, { ...closure, template: await identifyTemplate(closure.template, identify) });
  }
  return replaceClosures(node, done) as TemplateNode;
}

/** Closures stand at different places in the operations; in plain data they are what has a template and captures. */
function closuresOf(value: unknown): readonly Closure[] {
  if (typeof value !== "object" || value === null) return [];
  if (isClosure(value)) return [value];
  return Object.values(value).flatMap(closuresOf);
}

function replaceClosures(value: unknown, done: ReadonlyMap<Closure, Closure>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isClosure(value)) return done.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => replaceClosures(item, done));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceClosures(item, done)]));
}

const isClosure = (value: object): value is Closure => "template" in value && "captures" in value;

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}
