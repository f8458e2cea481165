import { z } from "ligase";

/** A cell that nobody has looked at. */
export const Cell = z.object({ id: z.string(), area: z.number(), roughness: z.number() });
export type Cell = z.infer<typeof Cell>;

/** What whoever looks at a cell says. */
export const Label = z.object({ isMalignant: z.boolean() });

export const LabelledCell = Cell.extend(Label.shape);
export type LabelledCell = z.infer<typeof LabelledCell>;
