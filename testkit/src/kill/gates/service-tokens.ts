import type { Decision } from "@ligase/engine/testing";
import type { Role } from "@ligase/sdk/internal";
import { PEOPLE } from "../../decisions/people.ts";
import { ask, type Service, type ServiceAnswer, type ServiceRequest } from "./service-request.ts";

/** The last one counts: it may do what the others may. */
const ROLES: readonly Role[] = ["viewer", "operator", "approver", "admin"];
/** What no service has made. */
const STRANGE_TOKEN = "lig_of-nobody";

/** The tokens of those who decide. Each is made by the person at the machine when its user does something for the first time. */
export class ServiceTokens {
  readonly #tokens = new Map<string, Promise<string | undefined>>();
  readonly broken: string[] = [];

  /** Of whoever decides: null for nobody. Undefined when the service was gone before it had made it. */
  async of(
    { by, roles }: Pick<Decision, "by" | "roles">,
    service: Service,
  ): Promise<string | null | undefined> {
    const name = by ?? "";
    if (name.trim() === "") return name === "" ? null : STRANGE_TOKEN;
    const known = this.#tokens.get(name);
    if (known !== undefined) return await known;
    const made = this.#make(name, roleOf(name, roles), service);
    this.#tokens.set(name, made);
    // Nobody knows it: it is asked for again.
    if ((await made) === undefined) this.#tokens.delete(name);
    return await made;
  }

  async #make(user: string, role: Role, service: Service): Promise<string | undefined> {
    const path = `/users/${encodeURIComponent(user)}`;
    const put = await this.#asked(service, 200, { method: "PUT", path, body: { role } });
    if (put === null) return undefined;
    const made = await this.#asked(service, 201, { method: "POST", path: `${path}/tokens`, body: {} });
    return made === null ? undefined : String(made.body["secret"]);
  }

  async #asked(service: Service, expected: number, request: ServiceRequest): Promise<ServiceAnswer | null> {
    const answer = await ask(service, request);
    if (answer === null || answer.status === 0) return null;
    if (answer.status === expected) return answer;
    const { method, path } = request;
    this.broken.push(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return null;
  }
}

/** Who has no roles may do everything that does not ask for a name. */
function roleOf(name: string, sent: readonly Role[] | undefined): Role {
  const person = PEOPLE.find((one) => one.name === name);
  const roles = person === undefined ? sent : person.roles;
  return roles === undefined ? "admin" : (ROLES.findLast((role) => roles.includes(role)) ?? "viewer");
}
