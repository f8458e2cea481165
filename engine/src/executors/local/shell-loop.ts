/*
 * The program of a warm shell. A request is one shell text, evaluated in a fork of the shell; what tells its length stands
 * before it. Secrets come so to the script without being on disk or in a process list. Lines of the text have the numbers
 * that they have in the script's file: the loop evaluates it from its own first line.
 *
 * Monitor mode gives the script a process group of its own without any exec. It is off again while the shell waits: else
 * `wait` would return when the script is only stopped, and its `-f`, meant for this, can spin for ever in bash 5.2. The
 * shell is the leader of its session: by session are all processes of the script found, also those which made yet
 * another group (GNU `timeout` does). Only where there is no /proc to look in must the script's group be told.
 *
 * Answers: `L` when the script ended and left processes of its group behind: the shell then waits for one more byte (or
 * the end of its input) and kills them; `E <exit status>`. Where there is no /proc also `S <pid>`, the script's first
 * process and group, and before the end two lines of `times`, the shell's own and those of its ended children.
 */

interface Variant {
  /** Reads a request into `_ligase_text`. */
  readonly read: string;
  readonly started: string;
  readonly readByte: string;
  readonly ending: string;
}

/** Byte by byte is how bash reads a pipe, but for texts of a given length: those it reads at once. */
const WITH_PROC: Variant = {
  read: 'IFS= read -r -N 8 _ligase_size && IFS= read -r -N "$_ligase_size" _ligase_text',
  started: ":",
  readByte: "read -r -N 1 _ligase_text",
  ending: ":",
};

/** Bash 3.2, which macOS has, knows no texts of a given length; the number before them is dropped. */
const WITHOUT_PROC: Variant = {
  read: "IFS= read -r -n 8 _ligase_text && IFS= read -r -d '' _ligase_text",
  started: `printf 'S %s\\n' "$_ligase_pid"`,
  readByte: "read -r -n 1 _ligase_text",
  ending: "times",
};

const loop = ({ read, started, readByte, ending }: Variant): string =>
  `
while ${read}; do set -m; ( eval "unset _ligase_text; $_ligase_text" ) &
  _ligase_pid=$!
  set +m
  _ligase_text=
  ${started}
  wait "$_ligase_pid"
  _ligase_status=$?
  if kill -0 -- "-$_ligase_pid"; then
    printf 'L\\n'
    ${readByte}
    kill -KILL -- "-$_ligase_pid"
  fi
  ${ending}
  printf 'E %s\\n' "$_ligase_status"
done
`.trimStart();

/** The program, for a system with or without `/proc`. */
export const shellLoop = (hasProc: boolean): string => loop(hasProc ? WITH_PROC : WITHOUT_PROC);

/** A request with what the loop needs before and after it. All of it must be ASCII: locales count otherwise. */
export const shellRequest = (text: string, hasProc: boolean): string =>
  `${String(hasProc ? text.length : 0).padStart(8, "0")}${text}${hasProc ? "" : "\0"}`;

/** Text that makes the script run in a bash of its own instead of in a fork of the warm shell. */
export const OWN_SHELL = "exec bash ./.ligase/run.sh";
