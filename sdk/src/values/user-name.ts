/** The login name, or the number of a user who has none, as in many containers. */
export function userName(of: () => { readonly username: string } = login): string {
  try {
    return of().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** Asked of Node when it is needed: a module would be loaded at every start. */
const login = (): { readonly username: string } => process.getBuiltinModule("node:os").userInfo();
