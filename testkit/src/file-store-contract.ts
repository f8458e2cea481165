import { describe } from "node:test";
import { testChange, testFolders, testIdentity } from "./file-store-contract/identity.ts";
import { testAdoption, testKinds, testNames, testTexts } from "./file-store-contract/keeping.ts";
import { testPinning } from "./file-store-contract/pinning.ts";
import { testPublishing, testReplacing, testStaging } from "./file-store-contract/placing.ts";
import type { FileStoreContractOptions } from "./file-store-contract/rig.ts";

export type { FileStoreContractOptions, FileStoreRig } from "./file-store-contract/rig.ts";

/** The contract of `FileStore`: every store of files passes these tests. */
export function testFileStore(name: string, options: FileStoreContractOptions): void {
  describe(`file store: ${name}`, () => {
    testIdentity(options);
    testChange(options);
    testFolders(options);
    testAdoption(options);
    testKinds(options);
    testNames(options);
    testStaging(options);
    testPublishing(options);
    testReplacing(options);
    testPinning(options);
    testTexts(options);
  });
}
