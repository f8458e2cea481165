const didYouMean = (near: string | null, otherwise: string): string =>
  near === null ? otherwise : `Did you mean ${near}?`;

/** Errors of the command line: commands, flags, inputs, and what a command needs to be told. */
export const cliErrors = {
  "command-unknown": {
    message: (p: { command: string; near: string | null }) => `Ligase has no command "${p.command}".`,
    remedy: (p: { near: string | null }) =>
      didYouMean(p.near && `ligase ${p.near}`, "See the list of commands: ligase --help"),
  },
  "flag-unknown": {
    message: (p: { command: string; flag: string; near: string | null }) =>
      `"ligase ${p.command}" has no flag ${p.flag}.`,
    remedy: (p: { command: string; near: string | null }) =>
      didYouMean(p.near, `See its flags: ligase ${p.command} --help`),
  },
  "flag-value-missing": {
    message: (p: { flag: string; value: string }) => `The flag ${p.flag} is given without its value.`,
    remedy: (p: { flag: string; value: string }) => `Write ${p.flag} ${p.value}.`,
  },
  "flag-value-invalid": {
    message: (p: { flag: string; found: string; expected: string }) =>
      `${p.flag} cannot be ${JSON.stringify(p.found)}: expected ${p.expected}.`,
    remedy: (p: { flag: string; expected: string }) => `Give ${p.flag} a value that is ${p.expected}.`,
  },
  "flags-conflict": {
    message: (p: { flags: readonly string[] }) => `${p.flags.join(" and ")} say opposite things.`,
    remedy: () => "Give one of them.",
  },
  "flag-not-at-server": {
    message: (p: { flag: string }) =>
      `${p.flag} says what this machine does, and with --server it is the server that runs.`,
    remedy: (p: { flag: string }) => `Leave ${p.flag} out, or leave --server out to run here.`,
  },
  "argument-missing": {
    message: (p: { command: string; argument: string; usage: string }) =>
      `"ligase ${p.command}" needs ${p.argument}, which is not given.`,
    remedy: (p: { usage: string }) => `Write: ${p.usage}`,
  },
  "argument-unexpected": {
    message: (p: { command: string; found: string; usage: string }) =>
      `"ligase ${p.command}" cannot do anything with ${JSON.stringify(p.found)}.`,
    remedy: (p: { usage: string }) => `Write: ${p.usage}`,
  },
  "name-missing": {
    message: (p: { file: string; names: readonly string[] }) =>
      p.names.length === 0
        ? `${p.file} defines no workflow and no task.`
        : `Which workflow or task of ${p.file} is meant is not said. It has: ${p.names.join(", ")}.`,
    remedy: (p: { file: string; names: readonly string[] }) =>
      p.names.length === 0
        ? "Define one with workflow(), task() or script() in this file or in a module that it imports."
        : `Name one after the file: ${p.file} ${p.names[0]}`,
  },
  "name-unknown": {
    message: (p: { file: string; name: string; names: readonly string[]; near: string | null }) =>
      `${p.file} has no workflow or task named "${p.name}". It has: ${p.names.join(", ") || "none"}.`,
    remedy: (p: { near: string | null }) =>
      didYouMean(p.near, "Use one of the names above; each is the `name` in its definition."),
  },
  "inputs-invalid": {
    message: (p: { name: string; problems: readonly string[] }) =>
      `The inputs of ${p.name} have ${p.problems.length === 1 ? "a problem" : `${p.problems.length} problems`}:\n${p.problems.join("\n")}`,
    remedy: (p: { name: string }) =>
      `Correct the flags named above; --help after ${p.name} describes all of them.`,
  },
  "input-document-invalid": {
    message: (p: { source: string; reason: string }) =>
      `The inputs in ${p.source} cannot be read: ${p.reason}.`,
    remedy: () => 'Write one JSON object with a field for each input, such as { "sample": "S1" }.',
  },
  "gate-not-said": {
    message: (p: { run: string; gates: readonly string[] }) =>
      p.gates.length === 0
        ? `Run ${p.run} has no open gate.`
        : `Run ${p.run} has more than one open gate: ${p.gates.join(", ")}.`,
    remedy: (p: { run: string; gates: readonly string[] }) =>
      p.gates.length === 0
        ? `See where the run stands: ligase show ${p.run}`
        : "Name the gate after the run.",
  },
  "decision-not-fitting": {
    message: (p: { gate: string; kind: string; command: string }) =>
      `The gate "${p.gate}" (${p.kind}) is not decided with "ligase ${p.command}".`,
    remedy: (p: { gate: string; kind: string }) =>
      p.kind === "input"
        ? `Send the value that it waits for: ligase signal RUN ${p.gate} VALUE`
        : p.kind === "sleep"
          ? "Wait until its time has passed, or cancel the run."
          : p.kind === "external"
            ? "Have a worker complete it; see with `ligase work` who has it."
            : `Use ligase approve RUN ${p.gate} or ligase reject RUN ${p.gate}.`,
  },
  "gate-not-editable": {
    message: (p: { gate: string }) => `The gate "${p.gate}" passes its value on as it is shown.`,
    remedy: () =>
      "Decide it without --value; a workflow lets a value be edited with `editable: true` at its approve().",
  },
  "export-unreadable": {
    message: (p: { file: string; reason: string }) => `${p.file} is not an exported audit: ${p.reason}`,
    remedy: () => "Write one with `ligase audit RUN --json`.",
  },
  "value-unreadable": {
    message: (p: { source: string; reason: string }) =>
      `The value in ${p.source} cannot be read: ${p.reason}.`,
    remedy: () =>
      "Give the value as JSON, or the name of a file that holds it after an @: --value @edited.json",
  },
  "form-needs-terminal": {
    message: (p: { run: string; gate: string }) =>
      `The form of the gate "${p.gate}" can be filled in at a terminal only.`,
    remedy: (p: { run: string; gate: string }) =>
      `Give the value at once: ligase answer ${p.run} ${p.gate} --value JSON, or --value @FILE`,
  },
  "signal-value-invalid": {
    message: (p: { gate: string; problems: string }) =>
      `The value for the gate "${p.gate}" does not fit its type:\n${p.problems}`,
    remedy: () => "Correct the value; lists and records are given as JSON.",
  },
  "job-unknown": {
    message: (p: { run: string; selection: string; known: readonly string[] }) =>
      `Run ${p.run} has no job ${JSON.stringify(p.selection)}${p.known.length === 0 ? "" : `. Its tasks are: ${p.known.join(", ")}`}.`,
    remedy: (p: { run: string }) => `List the jobs with their numbers: ligase show ${p.run} --jobs`,
  },
  "job-not-unique": {
    message: (p: { run: string; task: string; numbers: readonly number[] }) =>
      `Run ${p.run} has more than one job of ${p.task}: ${p.numbers.join(", ")}${p.numbers.length < 10 ? "" : ", …"}.`,
    remedy: () => "Name the job by its number.",
  },
  "file-not-recorded": {
    message: (p: { file: string }) => `No recorded job made or was given ${p.file}.`,
    remedy: () => "Look in the store of the run that made it: --root says where it is.",
  },
  "deck-not-found": {
    message: (p: { run: string; deck: string | null; known: readonly string[] }) =>
      p.known.length === 0
        ? `Run ${p.run} has no deck.`
        : p.deck === null
          ? `Run ${p.run} has more than one deck: ${p.known.join(", ")}.`
          : `Run ${p.run} has no deck named "${p.deck}". It has: ${p.known.join(", ")}.`,
    remedy: (p: { run: string; known: readonly string[] }) =>
      p.known.length === 0
        ? "Decks are made by ctx.deck() in a task, or by a script's `deck` option; look at the outputs with ligase show."
        : `Name one: ligase show ${p.run} --deck=${p.known[0]}`,
  },
};
