/** True when a file name ends with one of the extensions, or none are asked for; letter case does not count. */
export function hasExtension(name: string, extensions: readonly string[] = []): boolean {
  if (extensions.length === 0) return true;
  const lower = name.toLowerCase();
  return extensions.some((extension) => lower.endsWith(extension.toLowerCase()));
}

/** True when some file name could satisfy both lists: `.fastq.gz` and `.gz` can, `.bam` and `.cram` cannot. */
export function extensionsMeet(left: readonly string[], right: readonly string[]): boolean {
  return left.some((one) => right.some((other) => hasExtension(one, [other]) || hasExtension(other, [one])));
}
