import { QueryClient } from "@tanstack/react-query";
import createFetchClient from "openapi-fetch";
import createClient from "openapi-react-query";
import i18n from "../i18n";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

export const SIGN_IN = "/sign-in";

export const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: 0, refetchOnWindowFocus: false } } });

// Answers hold words of the language they were asked in: asked for again when it changes.
i18n.on("languageChanged", () => void queries.invalidateQueries());

/** The server's answer; one of ours, in the user's words, where it cannot be reached: a form that waits for a rejection waits for ever. */
async function reached(request: Request): Promise<Response> {
  try {
    return await globalThis.fetch(request); // looked up per call, or a test cannot replace it
  } catch (error) {
    if (request.signal.aborted) throw error; // nobody waits for it any more
    return Response.json({ code: "unreachable", message: i18n.t("common.unreachable"), fields: {} }, { status: 503 });
  }
}

export const http = createFetchClient<paths>({
  baseUrl: location.origin, // a bare "/" cannot be a Request address under Node, so not in tests
  fetch: reached,
  querySerializer: { array: { style: "form", explode: true } },
});

http.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18n.language);
    return request;
  },
  // A session that ended sends the user to sign in, and back to where they were.
  onResponse({ response }) {
    if (response.status === 401 && location.pathname !== SIGN_IN) {
      location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  },
});

export const api = createClient(http);

/** What to show of a failed request: the server's own words where it has some. */
export const wordsOf = (error: unknown): string | null =>
  error !== null && typeof error === "object" && "message" in error && typeof error.message === "string" ? error.message : null;
