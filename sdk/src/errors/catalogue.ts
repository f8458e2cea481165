import { authoringErrors } from "./catalogue/authoring.ts";
import { cliErrors } from "./catalogue/cli.ts";
import { codeErrors } from "./catalogue/code.ts";
import { externalErrors } from "./catalogue/external.ts";
import { fileErrors } from "./catalogue/files.ts";
import { peopleErrors } from "./catalogue/people.ts";
import { runnerErrors } from "./catalogue/runner.ts";
import { runErrors } from "./catalogue/runs.ts";
import { scriptErrors } from "./catalogue/scripts.ts";
import { serverErrors } from "./catalogue/server.ts";
import { storeErrors } from "./catalogue/store.ts";
import { typeErrors } from "./catalogue/types.ts";
import { valueErrors } from "./catalogue/values.ts";

/** Every error code of Ligase, by area. A code is permanent: it is never renamed and never used again. */
export const catalogue = {
  ...authoringErrors,
  ...cliErrors,
  ...codeErrors,
  ...externalErrors,
  ...fileErrors,
  ...peopleErrors,
  ...runErrors,
  ...runnerErrors,
  ...scriptErrors,
  ...serverErrors,
  ...storeErrors,
  ...typeErrors,
  ...valueErrors,
};

export type Catalogue = typeof catalogue;
export type ErrorCode = keyof Catalogue;
export type ErrorParams<C extends ErrorCode> = Parameters<Catalogue[C]["message"]>[0];
