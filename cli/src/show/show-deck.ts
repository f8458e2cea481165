import type { DeckRecord } from "@ligase/engine";
import { spawn } from "node:child_process";
import { shortId } from "../output/run-names.ts";
import { placeText } from "../output/show-scalar.ts";
import { Problem } from "../problem.ts";
import { printableLine } from "../output/visible-text.ts";
import type { World } from "../world.ts";
import type { ToShow } from "./show-run.ts";

/** Tells where a deck is, and opens one that is here on a terminal: a server asks who wants it. Throws the problem `deck-not-found`. */
export async function showDeck(
  { desk, run, name, asJson }: ToShow & { readonly name: string | null },
  world: World,
): Promise<void> {
  const deck = chooseDeck(await desk.decks(run.id), name, run.id);
  if (asJson) {
    world.out.write(`${JSON.stringify(deck)}\n`);
    return;
  }
  world.out.write(`${printableLine(placeText(deck.uri, world.cwd))}\n${world.out.palette.dim(deck.uri)}\n`);
  if (world.out.isTerminal && deck.uri.startsWith("file:")) openInBrowser(deck.uri);
}

function chooseDeck(decks: readonly DeckRecord[], name: string | null, run: string): DeckRecord {
  const found =
    name === null ? decks : decks.filter((deck) => deck.name === name || `${deck.job}/${deck.name}` === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const namesakes = (deck: DeckRecord): number => decks.filter((other) => other.name === deck.name).length;
  const known = decks.map((deck) => (namesakes(deck) > 1 ? `${deck.job}/${deck.name}` : deck.name));
  throw new Problem("deck-not-found", { run: shortId(run), deck: found.length > 1 ? null : name, known });
}

/** Where no program opens pages the printed address has to do. */
function openInBrowser(uri: string): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [uri], { detached: true, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
}
