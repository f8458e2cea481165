import { encode, hashText, type TaskDefinition, type TaskOptions } from "@ligase/sdk/internal";
import { canonicalType } from "@ligase/sdk/internal";

/**
 * C6: what is in a key. The task by name and code, the types of its interface, its literal environment, its image
 * without the registry's host, the names of its secrets; then the arguments. Resources, retries, time-outs, executor,
 * queue, limits, labels and the values of secrets are not.
 */
export function keyPrefix(definition: TaskDefinition, taskHash: string): string {
  const options: TaskOptions = definition.options;
  return hashText(
    encode({
      name: definition.name,
      code: taskHash,
      input: canonicalType(definition.input),
      output: canonicalType(definition.output),
      env: options.env ?? null,
      image: options.image === undefined ? null : withoutHost(options.image),
      secrets: options.secrets ?? null,
    }),
  );
}

/** The key of a call: of its task's prefix and its bound arguments in canonical text. One hash per call. */
export const callKey = (prefix: string, argsText: string): string => hashText(prefix + argsText);

/** `registry.example.org:5000/lab/bwa:1` → `lab/bwa:1`: where an image is kept does not change what it is. */
function withoutHost(image: string): string {
  const slash = image.indexOf("/");
  const host = slash < 0 ? "" : image.slice(0, slash);
  return host.includes(".") || host.includes(":") || host === "localhost" ? image.slice(slash + 1) : image;
}
