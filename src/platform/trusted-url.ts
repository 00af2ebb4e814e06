/** The page's Trusted Types policy for scripts that run as workers: files of this origin, nothing else. */
const policy = globalThis.trustedTypes?.createPolicy('dienstweg-worker', {
	createScriptURL(url) {
		if (new URL(url, location.origin).origin !== location.origin)
			throw new TypeError('a worker of another origin');
		return url;
	}
});

/** A worker's address in the form that the policy asks for. */
export const trustedUrl = (url: string): string => (policy?.createScriptURL(url) ?? url) as string;
