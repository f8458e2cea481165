/**
 * Recursion: a task returns an expression that calls the task again. Nim: players take any number of stones from one
 * pile, who takes the last stone wins. A position is won when some move leads to a position that is lost.
 *
 * The tree of all games from piles of 3, 4 and 5 stones has more than a hundred million leaves. Equal calls of a run are
 * one job, so only the 110 positions in it are computed, and the next run computes none.
 *
 *     ligase run examples/dynamic/game-tree.ts nim --piles 3 --piles 4 --piles 5
 */
import { filter, map, not, or, pluck, task, workflow, z, type Lazy } from "ligase";

const Piles = z.array(z.int().min(0));

/** Every position that one move can make, its piles in order: two positions that differ only in that are one. */
function movesFrom(piles: readonly number[]): number[][] {
  const moves = piles.flatMap((stones, pile) =>
    Array.from({ length: stones }, (_, left) => piles.with(pile, left).toSorted((a, b) => a - b)),
  );
  return [...new Map(moves.map((move) => [move.join(), move])).values()];
}

export const isWon = task(
  { name: "is-won", input: { piles: Piles }, output: z.boolean(), light: true },
  ({ piles }): Lazy<boolean> => or(...movesFrom(piles).map((move) => not(isWon({ piles: move })))),
);

const moves = task(
  { name: "moves", input: { piles: Piles }, output: z.array(Piles), light: true },
  ({ piles }) => movesFrom(piles),
);

export const nim = workflow(
  {
    name: "nim",
    description: "Tells whether who moves next wins, and by which moves",
    input: { piles: Piles.default([3, 4, 5]) },
  },
  ({ piles }) => {
    const options = map(moves({ piles }), (move) => ({ move, opponentWins: isWon({ piles: move }) }));
    return { won: isWon({ piles }), winningMoves: pluck(filter(options, { opponentWins: false }), "move") };
  },
);
