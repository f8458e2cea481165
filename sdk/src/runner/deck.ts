import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { File, isFile } from "../values/file.ts";
import { escapeHtml, pageHead, tableHtml } from "./html.ts";
import type { Deck } from "./job.ts";
import { markdownHtml } from "./markdown.ts";
import type { Mask } from "./masker.ts";
import { plotSvg, type PlotSpec } from "./plot.ts";
import { LigaseError } from "../errors/ligase-error.ts";

/** A report made of parts, in the order they are added; each call gives the same deck back. */
export interface DeckBuilder {
  /** HTML as it is. The console shows decks in a sandbox without scripts of their own origin. */
  html(text: string): DeckBuilder;
  /** Markdown: headings, lists, tables, quotes, code, emphasis and links; HTML in it is shown as text. */
  markdown(text: string): DeckBuilder;
  /** A table of records; columns are all fields in the order they appear unless named. */
  table(rows: readonly object[], columns?: readonly string[]): DeckBuilder;
  /** A picture, kept within the deck. The media type is known from a file's name. Throws `image-type-unknown`. */
  image(source: File | Uint8Array, mediaType?: string): DeckBuilder;
  /** A bar, line or scatter plot. */
  plot(spec: PlotSpec): DeckBuilder;
  /** The report as it stands, as a file for the task's result: so a gate can show it as evidence. */
  file(): File;
}

/** A deck of a job: one HTML file that grows with each part, so that a job which dies leaves what it had. */
export class DeckFile implements DeckBuilder {
  readonly deck: Deck;
  readonly #mask: Mask;

  constructor(options: { readonly name: string; readonly folder: string; readonly mask: Mask }) {
    const folder = join(options.folder, ".ligase", "decks");
    mkdirSync(folder, { recursive: true });
    // Encoded, no name can leave the folder.
    const path = join(
      folder,
      `${encodeURIComponent(options.name).replaceAll(".", "%2E").slice(0, 200)}.html`,
    );
    this.deck = { name: options.name, mediaType: "text/html", path };
    this.#mask = options.mask;
    writeFileSync(path, options.mask(pageHead(options.name)));
  }

  html(text: string): this {
    appendFileSync(this.deck.path, this.#mask(text) + "\n");
    return this;
  }

  markdown(text: string): this {
    return this.html(markdownHtml(text));
  }

  table(rows: readonly object[], columns?: readonly string[]): this {
    return this.html(tableHtml(rows, columns));
  }

  image(source: File | Uint8Array, mediaType?: string): this {
    const name = isFile(source) ? source.name : "";
    const type = mediaType ?? MEDIA_TYPES.get(extname(name).toLowerCase());
    if (type === undefined) throw new LigaseError("image-type-unknown", { name });
    const bytes = isFile(source) ? readFileSync(source.path) : Buffer.from(source);
    // Not masked: base64 that happens to hold a secret's letters is not the secret.
    const tag = `<img alt="${escapeHtml(name)}" src="data:${escapeHtml(type)};base64,${bytes.toString("base64")}">\n`;
    appendFileSync(this.deck.path, tag);
    return this;
  }

  plot(spec: PlotSpec): this {
    return this.html(plotSvg(spec));
  }

  /** A copy: the deck itself is the job's, and grows. */
  file(): File {
    const folder = join(dirname(this.deck.path), "files");
    const path = join(folder, basename(this.deck.path));
    mkdirSync(folder, { recursive: true });
    copyFileSync(this.deck.path, path);
    return File.at(path);
  }
}

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  [".png", "image/png"],
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
  [".gif", "image/gif"],
  [".webp", "image/webp"],
  [".svg", "image/svg+xml"],
]);
