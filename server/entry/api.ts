/** Puts the API together: services, routers, the live connection, jobs. */
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { HeldMemory } from '#server/kernel/held-memory.ts';
import { createFoundingSecret } from '#server/modules/enrolment/founding.ts';
import { SESSION_MILLIS } from '#server/modules/session/service.ts';
import { createSessionCookie } from '#server/trpc/cookie.ts';
import { API_PREFIX, createHttpHandler } from '#server/trpc/http-handler.ts';
import { createProcedures } from '#server/trpc/procedures.ts';
import { RateLimiter } from '#server/trpc/rate-limit.ts';
import type { Api, Foundation } from './foundation.ts';
import { startJobs } from './jobs.ts';
import { createRootRouter, createSocketRouter } from './root-router.ts';
import { createServices } from './services.ts';
import { createLiveServer } from './websocket.ts';
import { createWipe, WIPE_PATH } from './wipe.ts';

export async function createApi(foundation: Foundation): Promise<Api> {
	const { config, clock, log, database, keys, version } = foundation;
	const services = createServices(foundation);
	const onFault = (procedure: string, error: unknown) =>
		log.error({ error, procedure }, 'a call failed');
	const limiter = new RateLimiter(() => clock.now(), config.rateLimitFactor);
	const procedures = createProcedures({ limiter, onFault });
	const router = createRootRouter(procedures, {
		services,
		authority: {
			...config.authority,
			version,
			protocol: PROTOCOL_VERSION,
			vapidPublicKey: keys.vapid.publicKey,
			logKey: keys.signing.publicKey.export({ format: 'jwk' }).x ?? ''
		}
	});
	const shared = {
		origin: config.origin,
		cookie: createSessionCookie(config.origin),
		memory: new HeldMemory(config.clientMemory),
		resolveSession: (token: string | undefined) => services.session.resolve(token)
	};
	const sessionSeconds = SESSION_MILLIS / 1000;
	const answer = createHttpHandler({ ...shared, router, sessionSeconds, limiter, onFault });
	const wipe = createWipe({ ...shared, services });
	const live = createLiveServer({
		...shared,
		router: createSocketRouter(procedures, services),
		hub: services.hub,
		clock,
		limiter
	});
	const stopJobs = startJobs(foundation);
	await services.transparency.start();
	await services.notifications.start();
	services.terminals.visits.start();

	return {
		async handle(request, response, { address }) {
			if (request.url?.startsWith(API_PREFIX)) await answer(request, response, address);
			else if (request.url === WIPE_PATH) await wipe(request, response);
			else response.writeHead(404).end();
		},
		upgrade: (request, socket, head, { address }) => live.upgrade(request, socket, head, address),
		async firstAdministratorLink() {
			const secret = await createFoundingSecret(database, clock);
			return secret === null ? null : `${config.origin}/join#${secret}`;
		},
		async close() {
			await Promise.all([live.close(), stopJobs(), services.notifications.stop()]);
			await services.terminals.visits.stop();
			services.hub.close();
		}
	};
}
