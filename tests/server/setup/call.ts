/** Calls as bare HTTP: what a client that is not ours would send. */
export interface Answer {
	status: number;
	headers: Headers;
	/** Code of each call's error, or `no error`. */
	codes: string[];
	text: string;
}

export interface CallOptions {
	cookie?: string;
	headers?: Record<string, string>;
	method?: string;
}

const codesIn = (text: string): string[] => {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return ['no json'];
	}
	const answers = (Array.isArray(parsed) ? parsed : [parsed]) as {
		error?: { data?: { code?: string } };
	}[];
	return answers.map(({ error }) => (error ? (error.data?.code ?? 'no code') : 'no error'));
};

/** Posts `body` as it stands. `path` is that of one procedure, or of several with commas. */
export const post = async (
	origin: string,
	path: string,
	body: string,
	{ cookie, headers, method = 'POST' }: CallOptions = {}
): Promise<Answer> => {
	const response = await fetch(`${origin}/api/trpc/${path}`, {
		method,
		headers: {
			'content-type': 'application/json',
			'x-dienstweg-protocol': '1',
			...(cookie && { cookie }),
			...headers
		},
		...(method === 'GET' ? {} : { body })
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, codes: codesIn(text), text };
};

export const call = (origin: string, path: string, input: unknown, options?: CallOptions) =>
	post(origin, path, JSON.stringify(input ?? null), options);

export const callBatch = (
	origin: string,
	path: string,
	inputs: unknown[],
	options?: CallOptions
): Promise<Answer> =>
	post(
		origin,
		`${inputs.map(() => path).join(',')}?batch=1`,
		JSON.stringify(Object.fromEntries(inputs.map((input, index) => [index, input]))),
		options
	);
