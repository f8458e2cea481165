/*
 * The program of a warm shell. A request is two fields, each ended by NUL: the work folder, and shell text that is
 * evaluated in the script's own process: its mark, and exports of secrets, which are so never on disk nor in a process
 * list.
 *
 * Monitor mode gives the script a process group of its own without any exec. It is off again while the shell waits: else
 * `wait` would return when the script is only stopped, and its `-f`, meant for this, can spin for ever in bash 5.2. The
 * shell is the leader of its session: by session are all processes of the script found, also those which made yet
 * another group (GNU `timeout` does). Only where there is no /proc to look in must the script's group be told.
 *
 * Answers: `S <pid>`, the script's first process and group, where there is no /proc; `L` when the script ended and left
 * processes of its group behind: the shell then waits for one more field (or the end of its input) and kills them; two
 * lines of `times`, its own and those of its ended children; `E <exit status>`.
 */
export const SHELL_LOOP = `
_ligase_proc=; [[ -r /proc/self/stat ]] && _ligase_proc=1
while IFS= read -r -d '' _ligase_folder && IFS= read -r -d '' _ligase_before; do
  set -m
  (
    cd -- "$_ligase_folder" || exit 126
    exec <&2 >.ligase/stdout 2>.ligase/stderr || exit 126
    eval "unset _ligase_before; $_ligase_before"
    . ./.ligase/run.sh
  ) &
  _ligase_pid=$!
  set +m
  _ligase_before=
  [[ -n $_ligase_proc ]] || printf 'S %s\\n' "$_ligase_pid"
  wait "$_ligase_pid"
  _ligase_status=$?
  if kill -0 -- "-$_ligase_pid"; then
    printf 'L\\n'
    IFS= read -r -d '' _ligase_before
    kill -KILL -- "-$_ligase_pid"
  fi
  times
  printf 'E %s\\n' "$_ligase_status"
done
`;

/** Text that makes the script run in a bash of its own instead of in a fork of the warm shell. */
export const OWN_SHELL = "exec bash ./.ligase/run.sh";
