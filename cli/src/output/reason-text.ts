import type { JobRecord } from "@ligase/engine";

/** Why a job ran or did not, in a few words; `ligase why` says it in full. */
export function reasonText({ kind, detail = "" }: JobRecord["reason"]): string {
  const of = detail === "" ? "" : ` ${detail}`;
  switch (kind) {
    case "cached":
      return "answered by an earlier run";
    case "new":
      return "no equal call before";
    case "uncached":
      return "never cached";
    case "code-changed":
      return `code changed${of}`;
    case "file-changed":
      return `file changed${of}`;
    case "below-changed":
      return `code below changed${of}`;
    case "volatile-below":
      return "asked anew in every run";
    case "walked":
      return "below looked up anew";
    case "unfinished":
      return "taken up again";
    case "type-changed":
      return `type changed${of}`;
  }
}
