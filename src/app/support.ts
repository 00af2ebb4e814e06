/** What the browser must have for a container at all; everything else has a way round. */
import type { ContainerState } from '#core/engine/container.ts';

type Missing = Extract<ContainerState, { phase: 'unsupported' }>['missing'];

export function missingSupport(scope: typeof globalThis = globalThis): Missing | null {
	if (!scope.isSecureContext) return 'secure-context';
	if (!('indexedDB' in scope)) return 'storage';
	const workers = 'Worker' in scope && 'locks' in scope.navigator && 'WebAssembly' in scope;
	return workers ? null : 'worker';
}
