// Signs in at the sandbox's issuer, which asks nobody for a password.

const EARLY = 60_000; // Milliseconds before its end at which a token is no longer used.
const tokens = new Map();

/** A token of the demo user with this address; the one of last time while it is good. */
export async function signedIn(email) {
  const last = tokens.get(email);
  if (last && Date.now() < last.until) return last.token;
  const response = await fetch('/oidc/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', username: email }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${email} cannot sign in: ${answer.error_description}`);
  tokens.set(email, { token: answer.access_token, until: Date.now() + answer.expires_in * 1000 - EARLY });
  return answer.access_token;
}
