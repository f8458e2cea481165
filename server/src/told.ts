/** What a server tells whoever started it. Names come from users, and may hold anything. */
export type Told =
  | {
      readonly kind: "launched" | "resumed" | "cancelled";
      readonly run: string;
      readonly workflow: string;
      readonly by: string;
    }
  | {
      readonly kind: "decided";
      readonly run: string;
      readonly gate: string;
      readonly outcome: string;
      /** It came before its gate opened. */
      readonly kept: boolean;
      readonly by: string;
    }
  | { readonly kind: "handed-over"; readonly run: string; readonly gate: string; readonly by: string }
  /** Something that nobody expected. */
  | { readonly kind: "failed"; readonly error: unknown };

export type Tell = (told: Told) => void;
