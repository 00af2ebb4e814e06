/**
 * The headers that every answer carries, whoever writes it. The pages' own policy is made by the build
 * (svelte.config.js); what a meta element can't say is said here.
 */
import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const FRAMING = "frame-ancestors 'none'";
/** For what is no page, no script and no worker. */
const NOTHING = "default-src 'none'";

/**
 * Nothing of the device is asked for but the camera, for QR codes, its owner's passkey, and the clipboard's writing,
 * which needs a click.
 */
const PERMISSIONS = [
	'accelerometer',
	'autoplay',
	'display-capture',
	'encrypted-media',
	'fullscreen',
	'geolocation',
	'gyroscope',
	'magnetometer',
	'microphone',
	'midi',
	'payment',
	'picture-in-picture',
	'screen-wake-lock',
	'serial',
	'usb',
	'xr-spatial-tracking'
]
	.map((feature) => `${feature}=()`)
	.concat('camera=(self)', 'publickey-credentials-get=(self)')
	.join(', ');

const ALWAYS: Record<string, string> = {
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'permissions-policy': PERMISSIONS,
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'origin-agent-cluster': '?1',
	'x-dns-prefetch-control': 'off'
};

/** Two years; subdomains are the authority's own business. */
const STRICT_TRANSPORT = 'max-age=63072000';

function frameless(policy: string): string {
	return policy.includes('frame-ancestors') ? policy : `${policy}; ${FRAMING}`;
}

function finish(response: ServerResponse, secure: boolean): void {
	for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
	if (secure) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
	const policy = response.getHeader('content-security-policy') ?? NOTHING;
	response.setHeader('content-security-policy', frameless(String(policy)));
	const type = String(response.getHeader('content-type') ?? '');
	// A page that may be cached comes back with readable text after signing out.
	if (type.startsWith('text/html')) response.setHeader('cache-control', 'no-store');
	else if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-cache');
}

/** Every way to send headers ends in `writeHead`, also the implicit one. */
export function secureHeaders(response: ServerResponse, secure: boolean): void {
	const writeHead = response.writeHead.bind(response);
	response.writeHead = (status: number, ...rest: unknown[]) => {
		const given = rest.find((value) => typeof value === 'object' && value !== null);
		for (const [name, value] of pairsOf(given as OutgoingHttpHeaders | OutgoingHttpHeader[])) {
			if (value !== undefined) response.setHeader(name, value);
		}
		finish(response, secure);
		return typeof rest[0] === 'string' ? writeHead(status, rest[0]) : writeHead(status);
	};
}

function pairsOf(
	headers: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined
): [string, OutgoingHttpHeader | undefined][] {
	if (!Array.isArray(headers)) return Object.entries(headers ?? {});
	const flat = headers.flat();
	return flat.flatMap((name, index) =>
		index % 2 === 0 ? [[String(name), flat[index + 1]] as [string, OutgoingHttpHeader]] : []
	);
}
