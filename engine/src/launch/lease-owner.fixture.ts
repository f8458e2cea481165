import { openSqliteStore } from "../store/sqlite.ts";
import { leaseOwner, releaseIfGone } from "./lease-owner.ts";

/* Takes the lease of a run and ends without giving it back, or gives it free when its owner is gone. */

const [path = "", run = "", what = ""] = process.argv.slice(2);
const store = openSqliteStore(path);
if (what === "take") store.runs.lease(run, leaseOwner("fixture"), 60_000);
else releaseIfGone(store.runs, run);
store.close();
