import assert from "node:assert/strict";
import { test } from "node:test";
import { Screen } from "../testing/screen.ts";
import { LiveArea } from "./live-area.ts";
import { paletteFor } from "./palette.ts";

function areaOn(width = 40, height = 10) {
  const screen = new Screen();
  let writes = 0;
  const write = (text: string): void => {
    writes++;
    screen.write(text);
  };
  const area = new LiveArea({
    isTerminal: true,
    palette: paletteFor(false, {}),
    size: () => ({ width, height }),
    write,
  });
  return { screen, area, writes: () => writes };
}

test("a frame takes the place of the one before, however many lines either has", () => {
  const { screen, area } = areaOn();
  screen.write("$ ligase run\n");
  area.draw(["one", "two", "three"]);
  area.draw(["ONE"]);
  assert.equal(screen.text, "$ ligase run\nONE");
  area.draw(["1", "2", "3", "4"]);
  assert.equal(screen.text, "$ ligase run\n1\n2\n3\n4");
});

test("printed lines stay above, in their order, and the area moves down", () => {
  const { screen, area } = areaOn();
  area.draw(["table", "bar"]);
  area.print(["first"]);
  area.print(["second"]);
  area.draw(["table", "bar"]);
  assert.equal(screen.text, "first\nsecond\ntable\nbar");
});

test("clearing leaves what was printed and nothing else", () => {
  const { screen, area } = areaOn();
  area.draw(["table", "bar"]);
  area.print(["note"]);
  area.clear();
  screen.write("done\n");
  assert.equal(screen.text, "note\ndone");
});

test("nothing is written where nothing has changed", () => {
  const { area, writes } = areaOn();
  area.draw(["same"]);
  area.draw(["same"]);
  assert.equal(writes(), 1);
});

test("lines that are too long and rows that are too many do not break the picture", () => {
  const { screen, area } = areaOn(10, 4);
  area.draw(["a long line of text", "2", "3", "4", "5"]);
  area.draw(["a long line of text", "2", "3", "4", "6"]);
  assert.equal(screen.text, "a long l…\n2\n3");
});

test("when the terminal becomes narrower, the rows that its lines were broken into are taken away too", () => {
  const screen = new Screen();
  let width = 20;
  const area = new LiveArea({
    isTerminal: true,
    palette: paletteFor(false, {}),
    size: () => ({ width, height: 10 }),
    write: (text) => screen.write(text),
  });
  screen.write("$ ligase run\n");
  area.draw(["123456789012345", "abc"]);
  width = 10;
  screen.rewrap(width);
  area.draw(["1234567", "abc"]);
  assert.equal(screen.text, "$ ligase r\nun\n1234567\nabc");
});
