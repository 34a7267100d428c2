// The authorization code flow with PKCE: leaving for the provider, and coming back with tokens.

import * as oauth from 'oauth4webapi';
import { reasonOf } from '../reason';
import { type Provider, transport } from './provider';

export const RETURN_PATH = '/signed-in';
const SCOPE = 'openid email profile';

/** What has to be known when the browser comes back. */
export interface Attempt {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Path and query to return to. */
  readonly returnTo: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly idToken: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Who signed in, by the provider's stable name. */
  readonly subject: string;
}

/** The provider wants the person to act: nobody is signed in there. */
export class SignInNeeded extends Error {}

/** The sign-in failed, or was not ours. */
export class SignInFailed extends Error {}

export function newAttempt(returnTo: string): Attempt {
  return {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo,
  };
}

/** Where to send the browser; `silent` asks the provider not to show anything. */
export async function authorizationAddress(provider: Provider, attempt: Attempt, silent: boolean): Promise<string> {
  const address = new URL(provider.server.authorization_endpoint as string);
  const parameters = {
    response_type: 'code',
    client_id: provider.client.client_id,
    redirect_uri: `${location.origin}${RETURN_PATH}`,
    scope: SCOPE,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
    ...(silent ? { prompt: 'none' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

/**
 * Exchange the code that came back for tokens.
 *
 * @throws SignInNeeded if the provider wants the person to act.
 * @throws SignInFailed if the answer is an error, or not one to this attempt.
 */
export async function finish(provider: Provider, attempt: Attempt, query: string): Promise<Tokens> {
  const { server, client } = provider;
  try {
    const callback = oauth.validateAuthResponse(server, client, new URLSearchParams(query), attempt.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      callback,
      `${location.origin}${RETURN_PATH}`,
      attempt.verifier,
      transport(provider),
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: attempt.nonce,
      requireIdToken: true,
    });
    return tokensOf(result, null);
  } catch (problem) {
    if (problem instanceof oauth.AuthorizationResponseError) {
      if (problem.error === 'login_required' || problem.error === 'interaction_required') throw new SignInNeeded();
      throw new SignInFailed(problem.error_description ?? problem.error);
    }
    throw new SignInFailed(reasonOf(problem));
  }
}

/**
 * The next tokens.
 *
 * @throws SignInNeeded if the refresh token is no longer good. Anything else is worth another attempt.
 */
export async function refresh(provider: Provider, tokens: Tokens): Promise<Tokens> {
  const { server, client } = provider;
  if (!tokens.refreshToken) throw new SignInNeeded();
  try {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      oauth.None(),
      tokens.refreshToken,
      transport(provider),
    );
    return tokensOf(await oauth.processRefreshTokenResponse(server, client, response), tokens);
  } catch (problem) {
    if (problem instanceof oauth.ResponseBodyError) throw new SignInNeeded();
    throw problem;
  }
}

function tokensOf(result: oauth.TokenEndpointResponse, before: Tokens | null): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(result);
  return {
    accessToken: result.access_token,
    refreshToken: result.refresh_token ?? before?.refreshToken ?? null,
    idToken: result.id_token ?? before?.idToken ?? null,
    expiresAt: Date.now() + (result.expires_in ?? 300) * 1000,
    subject: claims?.sub ?? before?.subject ?? '',
  };
}
