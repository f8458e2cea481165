import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { howToInstall, missingTool } from "../../model/known-tools.ts";
import { dedent } from "./script-text.ts";

describe("the text of a script", () => {
  test("the indentation that all lines share is removed, what goes beyond stays", () => {
    assert.equal(dedent("\n    if x; then\n      y\n\n    fi\n  "), "if x; then\n  y\n\nfi");
    assert.equal(dedent("\t\ta\n\t\t\tb"), "a\n\tb");
  });

  test("a line at the margin keeps all others where they are", () => {
    assert.equal(dedent("  a\nb\n  c"), "  a\nb\n  c");
  });

  test("lines of spaces only count for nothing", () => {
    assert.equal(dedent("  \n    a\n \n    b"), "a\n\nb");
  });
});

describe("tools that are not there", () => {
  test("the name is read from what the shell or env says", () => {
    assert.equal(missingTool("./.ligase/run.sh: line 9: bwa: command not found\n"), "bwa");
    assert.equal(
      missingTool("x\n.ligase/run.sh: line 9: bin/my tool: No such file or directory"),
      "bin/my tool",
    );
    assert.equal(missingTool("/usr/bin/env: ‘python9’: No such file or directory"), "python9");
    assert.equal(missingTool("cat: a: No such file or directory"), null);
  });

  test("a known tool has its packages, another one has none", () => {
    assert.match(
      howToInstall(["STAR"]) ?? "",
      /apt-get install rna-star, or conda install -c conda-forge -c bioconda star\.$/,
    );
    assert.match(howToInstall(["gatk"]) ?? "", /^Install it: conda install/);
    assert.equal(howToInstall(["constructor"]), null);
  });

  test("several tools are installed by one command of each kind, each package once", () => {
    assert.equal(
      howToInstall(["bgzip", "gatk", "mine", "samtools", "tabix"]),
      "Install them: apt-get install tabix samtools (without gatk), or conda install -c conda-forge -c bioconda htslib gatk4 samtools. Of mine no package is known.",
    );
  });
});
