import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { plotSvg } from "./plot.ts";

const numbersIn = (svg: string): number[] =>
  [...svg.matchAll(/ (?:cx|cy|x|y|width|height)="([^"]+)"/g)].map(([, text]) => Number(text));

suite("plots in decks", () => {
  test("a bar plot has a bar per point and names of categories", () => {
    const svg = plotSvg({
      kind: "bar",
      title: "Reads",
      x: "sample",
      y: "count",
      series: [
        {
          name: "raw",
          points: [
            ["S1", 3],
            ["S2", 5],
          ],
        },
      ],
    });
    assert.equal(svg.match(/fill="#2f6fde"\/>/g)?.length, 3, "two bars and the legend");
    for (const text of ["Reads", "sample", "count", "raw", "S1", "S2"])
      assert.match(svg, new RegExp(`>${text}</text>`));
  });

  test("a taller bar stands for a larger value, and one below zero hangs", () => {
    const svg = plotSvg({
      kind: "bar",
      series: [
        {
          points: [
            ["a", 2],
            ["b", 4],
            ["c", -2],
          ],
        },
      ],
    });
    const [a = 0, b = 0, c = 0] = [...svg.matchAll(/<rect[^>]* height="([^"]+)"/g)].map(([, text]) =>
      Number(text),
    );
    assert.ok(Math.abs(b - 2 * a) < 0.2 && Math.abs(a - c) < 0.2);
  });

  test("text in a plot is escaped", () => {
    assert.doesNotMatch(
      plotSvg({ kind: "line", title: "<script>", series: [{ name: '"&<', points: [[1, 1]] }] }),
      /<script>|"&</,
    );
  });

  test("no points, one point and equal points are drawn without a flaw", () => {
    for (const points of [
      [],
      [[1, 1]],
      [
        [0, 0],
        [0, 0],
      ],
      [[1e308, -1e308]],
    ] as [number, number][][]) {
      for (const kind of ["bar", "line", "scatter"] as const)
        assert.doesNotMatch(plotSvg({ kind, series: [{ points }] }), /NaN|Infinity/);
    }
  });

  test("every point of finite numbers lies within the picture", () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 20 }), (points) => {
        for (const number of numbersIn(plotSvg({ kind: "scatter", series: [{ points }] })))
          assert.ok(number >= 0 && number <= 720);
      }),
    );
  });
});
