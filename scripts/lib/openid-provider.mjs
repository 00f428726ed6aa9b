// A real OpenID provider for tests: the npm package `oidc-provider`, as Google (one issuer) and as Microsoft (an issuer
// for each directory behind one description for all of them).
//
//   node openid-provider.mjs NODE_MODULES GOOGLE_REDIRECT_URI MICROSOFT_REDIRECT_URI
//
// Prints its address, and ends with its standard input. Whoever signs in is who `login_hint` says: base64url of the
// claims as JSON; without it a page asks. The claim `forge` has the ID token written anew, as an attacker would:
// { claims, key: "attacker" | "unknown", alg: "none" | "HS256" }. POST /control/rotate exchanges the keys.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, googleRedirect, microsoftRedirect] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${modules}/${path}`));
const { default: Provider, interactionPolicy } = await load('oidc-provider/lib/index.js');
const { SignJWT, decodeJwt, exportJWK, exportSPKI, generateKeyPair } = await load('jose/dist/webapi/index.js');

const CLIENT = { id: 'resolutionflow', secret: 'a secret of the provider' };
const DIRECTORIES = ['11111111-aaaa-4aaa-8aaa-111111111111', '22222222-bbbb-4bbb-8bbb-222222222222'];

async function newKey(kid) {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const common = { kid, alg: 'RS256', use: 'sig' };
  return {
    kid,
    publicKey,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), ...common },
    secretJwk: { ...(await exportJWK(privateKey)), ...common },
  };
}
const first = await newKey('first');
const attacker = await newKey('attacker');
let current = first;

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const base = `http://127.0.0.1:${server.address().port}`;

const decode = (hint) => JSON.parse(Buffer.from(hint, 'base64url').toString());

function newProvider(prefix, redirectUri) {
  // What it says about people, by their subject; a later sign-in may say something else.
  const people = new Map();
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));
  const provider = new Provider(`${base}${prefix}`, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [first.secretJwk] },
    claims: {
      openid: ['sub', 'tid', 'forge'],
      email: ['email', 'email_verified', 'hd', 'xms_edov', 'preferred_username'],
      profile: ['name'],
    },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => people.get(sub) }),
    interactions: { policy, url: (_, interaction) => `${prefix}/interaction/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
  });
  return { prefix, provider, people, callback: provider.callback() };
}

const google = newProvider('/google', googleRedirect);
const directories = DIRECTORIES.map((id) => newProvider(`/${id}/v2.0`, microsoftRedirect));
let signingIn = directories[0];

const json = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};
const bodyOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** An ID token as an attacker would write it, or as the provider does after it has exchanged its keys. */
async function rewritten(token) {
  const { forge, ...claims } = decodeJwt(token);
  if (forge === undefined && current === first) return token;
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...forge?.claims }).filter(([, value]) => value !== null),
  );
  if (forge?.alg === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', kid: current.kid })}.${part(payload)}.`;
  }
  if (forge?.alg === 'HS256') {
    const secret = new TextEncoder().encode(await exportSPKI(current.publicKey));
    return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: current.kid }).sign(secret);
  }
  const key = forge?.key === undefined ? current : attacker;
  const kid = forge?.key === 'attacker' ? current.kid : key.kid;
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey);
}

/** The token endpoint, with the ID token as it is to be. */
async function token(request, response, { prefix }) {
  const answer = await fetch(`${base}${prefix}/token`, {
    method: 'POST',
    headers: { 'content-type': request.headers['content-type'], 'x-inner': 'yes' },
    body: await bodyOf(request),
  });
  const body = await answer.json();
  if (body.id_token !== undefined) body.id_token = await rewritten(body.id_token);
  json(response, answer.status, body);
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in to the provider</title><main>
<h1>Sign in to the provider</h1><form method="post"><label>E-mail <input name="email" type="email"></label>
<label>Subject <input name="sub"></label><button name="choice" value="go">Continue</button>
<button name="choice" value="cancel">Cancel</button></form></main></html>`;

async function interaction(request, response, { provider, people }) {
  const details = await provider.interactionDetails(request, response);
  const finish = (result) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  const signIn = (claims) => {
    people.set(claims.sub, claims);
    return finish({ login: { accountId: claims.sub }, select_account: {} });
  };
  if (details.params.login_hint !== undefined) return signIn(decode(details.params.login_hint));
  if (request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(PAGE);
  }
  const form = new URLSearchParams(await bodyOf(request));
  if (form.get('choice') === 'cancel') {
    return finish({ error: 'access_denied', error_description: 'The person said no.' });
  }
  const [email, sub] = [form.get('email'), form.get('sub')];
  return signIn({ sub, email, email_verified: true, name: 'Nora Newcomer', tid: DIRECTORIES[0] });
}

async function handle(request, response) {
  const url = new URL(request.url, base);
  const path = url.pathname;
  if (path === '/control/rotate') {
    current = await newKey(`after ${current.kid}`);
    return json(response, 200, {});
  }
  if (path === '/keys' || path.endsWith('/jwks')) return json(response, 200, { keys: [current.jwk] });
  if (path === '/common/v2.0/.well-known/openid-configuration') {
    return json(response, 200, {
      issuer: `${base}/{tenantid}/v2.0`,
      authorization_endpoint: `${base}/common/authorize`,
      token_endpoint: `${base}/common/token`,
      jwks_uri: `${base}/keys`,
    });
  }
  if (path === '/common/authorize') {
    const hint = url.searchParams.get('login_hint');
    const directory = hint === null ? DIRECTORIES[0] : decode(hint).tid;
    signingIn = directories[Math.max(0, DIRECTORIES.indexOf(directory))];
    response.writeHead(303, { location: `${signingIn.prefix}/auth${url.search}` });
    return response.end();
  }
  if (path === '/common/token') return token(request, response, signingIn);
  const side = [google, ...directories].find(({ prefix }) => path.startsWith(`${prefix}/`));
  if (side === undefined) {
    response.writeHead(404);
    return response.end();
  }
  if (path.startsWith(`${side.prefix}/interaction/`)) return interaction(request, response, side);
  if (path === `${side.prefix}/token` && request.headers['x-inner'] === undefined) {
    return token(request, response, side);
  }
  request.originalUrl = request.url;
  request.url = request.url.slice(side.prefix.length);
  return side.callback(request, response);
}

// Nobody reads on after the address.
process.stdout.on('error', () => {});
process.stdin.on('end', () => process.exit(0)).resume();
console.log(base);
