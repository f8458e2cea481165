import type { Role } from "@ligase/sdk/internal";

/** Who does something. Nobody acts anonymously. */
export interface Person {
  readonly name: string;
  /** Left out for the person at this machine, who may do everything that the policy of a gate does not forbid by name. */
  readonly roles?: readonly Role[];
}
