import {
  createToken,
  disableUser,
  enableUser,
  getUser,
  listPeopleChanges,
  listTokens,
  listTokensOfUser,
  listUsers,
  putUser,
  revokeToken,
} from "../contract/people.ts";
import { givenFields } from "../given-fields.ts";
import { newRouter } from "../router.ts";
import type { Service } from "../service.ts";

/** Users and tokens. Who may is asked by the engine: admins, and people about what is their own. */
export const peopleRoutes = ({ engine: { people } }: Service) =>
  newRouter()
    .openapi(listUsers, (c) => c.json({ users: [...people.users(c.get("person"))] }, 200))
    .openapi(getUser, (c) => c.json(people.user(c.req.valid("param").user, c.get("person")), 200))
    .openapi(putUser, (c) => {
      const { role } = c.req.valid("json");
      return c.json(people.putUser(c.req.valid("param").user, role, c.get("person")), 200);
    })
    .openapi(disableUser, (c) => c.json(people.disable(c.req.valid("param").user, c.get("person")), 200))
    .openapi(enableUser, (c) => c.json(people.enable(c.req.valid("param").user, c.get("person")), 200))
    .openapi(listTokensOfUser, (c) =>
      c.json({ tokens: [...people.tokens(c.req.valid("param").user, c.get("person"))] }, 200),
    )
    .openapi(createToken, (c) => {
      const wanted = { user: c.req.valid("param").user, ...givenFields(c.req.valid("json")) };
      // No cache on the way may keep the secret.
      c.header("Cache-Control", "no-store");
      return c.json(people.createToken(wanted, c.get("person")), 201);
    })
    .openapi(listTokens, (c) => c.json({ tokens: [...people.tokens(null, c.get("person"))] }, 200))
    .openapi(revokeToken, (c) => c.json(people.revoke(c.req.valid("param").token, c.get("person")), 200))
    .openapi(listPeopleChanges, (c) => {
      const { limit, before } = c.req.valid("query");
      const changes = [...people.changes(c.get("person"), givenFields({ limit, before }))];
      const next = changes.length < limit ? null : (changes.at(-1)?.number ?? null);
      return c.json({ changes, next }, 200);
    });
