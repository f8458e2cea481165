/** Control characters, those that end a line or turn the direction of text, and halves of characters. */
const UNPRINTABLE = /\p{Cc}|[\u2028-\u202E\u2066-\u2069]|\p{Cs}/u;

/** Whether a text is one line that looks the same to all who are shown it: a name, a key. */
export const isPrintableLine = (text: string): boolean => !UNPRINTABLE.test(text);
