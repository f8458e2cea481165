/**
 * Images are labelled by programs outside: whatever machine they run on, they pull the images of a topic, look at them
 * and send the label back. While the images wait the run is rows in a database.
 *
 *     ligase serve examples/external-workers/workflow.ts
 *     LIGASE_TOKEN=… sh examples/external-workers/worker.sh http://127.0.0.1:7474
 *     LIGASE_TOKEN=… python3 examples/external-workers/worker.py http://127.0.0.1:7474
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { catchError, external, file, format, map, task, workflow, z } from "ligase";

/** What a worker says of an image. */
export const Label = z.object({
  label: z.enum(["bright", "dark"]),
  mean: z.number().min(0).max(1).meta({ title: "Mean brightness" }),
});

const labelImage = external({
  name: "label-image",
  topic: "images",
  description: "Tell whether the image is bright or dark.",
  input: { image: file(".pgm") },
  output: Label,
  limit: 4,
  timeout: "2d",
});

/** A small grey image, as plain text. */
const drawImage = task(
  { name: "draw-image", input: { name: z.string(), grey: z.int().min(0).max(255) }, output: file(".pgm") },
  async ({ name, grey }, ctx) => {
    const rows = [0, 1, 2, 3].map((row) =>
      [0, 1, 2, 3].map((column) => (row === column ? 255 : grey)).join(" "),
    );
    await writeFile(join(ctx.folder, `${name}.pgm`), ["P2", "4 4", "255", ...rows, ""].join("\n"));
    return ctx.file(`${name}.pgm`);
  },
);

const Image = z.object({ name: z.string(), grey: z.int().min(0).max(255) });

export const labelImages = workflow(
  { name: "label-images", input: { images: z.array(Image) } },
  ({ images }) =>
    map(images, ({ name, grey }) => ({
      name,
      label: catchError(() => format`${labelImage({ image: drawImage({ name, grey }) }).label}`, {
        user: (error) => format`no label: ${error.message}`,
        expired: () => "no label in time",
      }),
    })),
);
