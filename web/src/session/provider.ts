// The organisation's OpenID provider, as the gateway names it.

import * as oauth from 'oauth4webapi';

/** What `/sign-in.json` says; the endpoints are null while the gateway cannot reach the provider. */
interface Described {
  readonly issuer: string;
  readonly clientId: string;
  readonly authorizationEndpoint: string | null;
  readonly tokenEndpoint: string | null;
  readonly endSessionEndpoint: string | null;
  /** Of id tokens. */
  readonly signingAlgorithms: readonly string[];
}

export interface Provider {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
}

export class ProviderUnavailable extends Error {}

/** Where people sign in. @throws ProviderUnavailable if the gateway or the provider does not answer. */
export async function loadProvider(): Promise<Provider> {
  let described: Described;
  try {
    const response = await fetch('/sign-in.json', { credentials: 'same-origin' });
    if (!response.ok) throw new ProviderUnavailable(`status ${response.status}`);
    described = await response.json();
  } catch (problem) {
    throw problem instanceof ProviderUnavailable ? problem : new ProviderUnavailable(String(problem));
  }
  const { issuer, clientId, authorizationEndpoint, tokenEndpoint, endSessionEndpoint, signingAlgorithms } = described;
  if (!authorizationEndpoint || !tokenEndpoint) throw new ProviderUnavailable('the identity provider does not answer');
  return {
    server: {
      issuer,
      authorization_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      id_token_signing_alg_values_supported: [...signingAlgorithms],
      ...(endSessionEndpoint ? { end_session_endpoint: endSessionEndpoint } : {}),
    },
    client: { client_id: clientId },
  };
}

/** Plain HTTP is for providers on this machine: any other is asked over HTTPS only. */
export function transport(provider: Provider): { [oauth.allowInsecureRequests]?: boolean } {
  const { hostname } = new URL(provider.server.token_endpoint as string);
  const local = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return local ? { [oauth.allowInsecureRequests]: true } : {};
}
