import { sh } from "ligase";

/**
 * Picard as Debian's package `picard-tools` installs it. Its wrapper `PicardCommandLine` is of no use in a pipe: it
 * writes its own arguments to standard output, in front of the data. A third of the memory each, for two share a pipe.
 */
export const picard = sh`java -Xmx"$((LIGASE_MEMORY_MIB / 3))m" -jar /usr/share/java/picard.jar`;

/** The programs that show whether it is installed. */
export const picardTools = ["java", "PicardCommandLine"] as const;
