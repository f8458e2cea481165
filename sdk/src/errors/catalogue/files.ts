/** Errors of files and folders: reading, keeping, staging, publishing, downloading. */
export const fileErrors = {
  "file-not-found": {
    message: (p: { path: string }) => `There is no file or folder at ${quoted(p.path)}.`,
    remedy: () => "Check the path; a relative path starts at the folder that the command was given in.",
  },
  "file-not-readable": {
    message: (p: { path: string; reason: string }) => `${quoted(p.path)} cannot be read: ${p.reason}.`,
    remedy: () => "Give the user that Ligase runs as the right to read it.",
  },
  "file-is-a-folder": {
    message: (p: { path: string }) => `${quoted(p.path)} is a folder where a file is needed.`,
    remedy: () => "Name a file in it, or declare the value with `dir()` instead of `file()`.",
  },
  "folder-is-a-file": {
    message: (p: { path: string }) => `${quoted(p.path)} is a file where a folder is needed.`,
    remedy: () => "Name the folder that holds it, or declare the value with `file()` instead of `dir()`.",
  },
  "not-a-regular-file": {
    message: (p: { path: string; found: string }) =>
      `${quoted(p.path)} is a ${p.found}; only regular files, folders and links have content to keep.`,
    remedy: () => "Write the data to a regular file first.",
  },
  "file-changed-while-read": {
    message: (p: { path: string }) => `${quoted(p.path)} changed each time while its content was read.`,
    remedy: () =>
      "Wait until the program that writes it has ended; a script must not leave one in the background.",
  },
  "file-changed": {
    message: (p: { path: string; expected: string; found: string }) =>
      `${quoted(p.path)} no longer has the content it had when the run learned of it (${p.expected}, now ${p.found}).`,
    remedy: () => "Start the run again: it takes the new content, and makes a damaged result anew.",
  },
  "link-leaves-folder": {
    message: (p: { path: string; target: string }) =>
      `The link ${quoted(p.path)} leads out of its folder, to ${quoted(p.target)}; what it leads to would not be kept.`,
    remedy: () => "Copy what it leads to into the folder (`cp -L`).",
  },
  "path-leaves-folder": {
    message: (p: { path: string; folder: string }) =>
      `The path ${quoted(p.path)} does not name a place inside ${quoted(p.folder)}.`,
    remedy: () => "Use a relative path without `..`; a name must be a single part of a path.",
  },
  "name-not-unicode": {
    message: (p: { folder: string; name: string }) =>
      `The folder ${quoted(p.folder)} holds a name that is not valid UTF-8 (about ${quoted(p.name)}).`,
    remedy: () => "Rename the file.",
  },
  "uri-not-supported": {
    message: (p: { uri: string }) => `${quoted(p.uri)} is not a place that this file store can reach.`,
    remedy: () => "Use a local path or a `file:` URI.",
  },
  "destination-is-a-folder": {
    message: (p: { path: string }) => `A file cannot be published as ${quoted(p.path)}, which is a folder.`,
    remedy: () => "End the destination with `/` to publish into the folder.",
  },
  "destination-not-a-file": {
    message: (p: { path: string }) =>
      `${quoted(p.path)} is a device, a pipe or a socket; a file cannot be published there.`,
    remedy: () => "Publish to the path of a file.",
  },
  "destination-taken": {
    message: (p: { path: string; task: string; job: number; by: string; byJob: number }) =>
      `${p.task} (job ${p.job}) would publish to ${quoted(p.path)}, where ${p.by} (job ${p.byJob}) of the same run published other content, which stays.`,
    remedy: () => "Give each call a destination of its own, such as one with the name of its sample in it.",
  },
  "destination-not-ours": {
    message: (p: { path: string }) =>
      `The folder ${quoted(p.path)} exists and is not as Ligase published it; replacing it could lose files.`,
    remedy: () => "Move it away, or publish to another place.",
  },
  "file-not-writable": {
    message: (p: { path: string; reason: string }) => `${quoted(p.path)} cannot be written: ${p.reason}.`,
    remedy: () => "Give the user that Ligase runs as the right to write there, or choose another place.",
  },
  "disk-full": {
    message: (p: { path: string }) => `No space is left on the disk for ${quoted(p.path)}.`,
    remedy: () => "Free space or raise the quota, then start the run again; finished work is kept.",
  },
  "download-failed": {
    message: (p: { url: string; reason: string; attempts: number }) =>
      `${quoted(p.url)} could not be downloaded in ${p.attempts} ${p.attempts === 1 ? "attempt" : "attempts"}: ${p.reason}.`,
    remedy: () => "Check the address and the network, then try again: the part already there is used.",
  },
  "checksum-differs": {
    message: (p: { source: string; expected: string; found: string }) =>
      `The content of ${quoted(p.source)} has SHA-256 ${p.found}; ${p.expected} was expected.`,
    remedy: () =>
      "Compare the expected checksum with the publisher's: the file was replaced, or the checksum is wrong.",
  },
};

/** Names may hold anything; in a message they stay on one line. */
const quoted = (name: string): string => JSON.stringify(name);
