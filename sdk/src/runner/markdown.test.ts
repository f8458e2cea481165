import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { markdownHtml } from "./markdown.ts";

suite("Markdown in decks", () => {
  for (const [what, markdown, html] of [
    ["a heading", "## Reads ##", "<h2>Reads</h2>\n"],
    ["a paragraph over two lines", "one\ntwo", "<p>one\ntwo</p>\n"],
    [
      "emphasis",
      "*a* **b** ~~c~~ _d_ snake_case_name",
      "<p><em>a</em> <strong>b</strong> <del>c</del> <em>d</em> snake_case_name</p>\n",
    ],
    ["code that looks like markup", "`**<b>**`", "<p><code>**&lt;b&gt;**</code></p>\n"],
    [
      "a fenced block",
      "```sh\n# not a heading <x>\n```",
      "<pre><code># not a heading &lt;x&gt;</code></pre>\n",
    ],
    ["an open fenced block", "```\nend", "<pre><code>end</code></pre>\n"],
    [
      "a list after text",
      "items:\n- a\n- b\n  more\n",
      "<p>items:</p>\n<ul>\n<li>a</li>\n<li>b more</li>\n</ul>\n",
    ],
    ["a numbered list", "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"],
    ["a rule", "---", "<hr>\n"],
    ["a quote", "> said\n> so", "<blockquote>said so</blockquote>\n"],
    [
      "a link",
      "[site](https://example.org/?a=1&b=2)",
      '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">site</a></p>\n',
    ],
    [
      "a table",
      "|a|b|\n|-|:-:|\n|1|x\\|y|",
      "<table>\n<thead>\n<tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td>1</td><td>x|y</td></tr>\n</tbody>\n</table>\n",
    ],
  ] as const) {
    test(`${what} is rendered`, () => assert.equal(markdownHtml(markdown), html));
  }

  test("a link to a script is text", () => {
    assert.doesNotMatch(markdownHtml("[x](javascript:alert(1)) [y](data:text/html,z)"), /href/);
  });

  test("no text makes a tag that is not ours, or an attribute beside the link's", () => {
    const ours =
      /<\/?(?:h[1-6]|p|em|strong|del|code|pre|ul|ol|li|hr|blockquote|table|thead|tbody|tr|th|td)>|<a href="(?:https?:\/\/|mailto:|#)[^"<>]*" rel="noopener noreferrer">|<\/a>/g;
    const fragment = fc.constantFrom(
      "<script>",
      '"',
      "'",
      "[a](https://x",
      ")",
      "`",
      "**",
      "_",
      "|",
      "\n",
      "\n- ",
      "\n> ",
      "# ",
      "```",
      "&lt;",
      " on=x",
      "a",
      "-",
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), (parts) => {
        assert.doesNotMatch(markdownHtml(parts.join("")).replace(ours, ""), /[<>]/);
      }),
      { numRuns: 2000 },
    );
  });
});
