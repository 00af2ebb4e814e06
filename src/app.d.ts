/** Types of the page that TypeScript's DOM library does not know. */
declare global {
	namespace App {
		/** What `error.html` and `+error.svelte` get: a code of the catalogue, never a stack. */
		interface Error {
			message: string;
			code: import('#shared/contract/errors.ts').ErrorCode;
		}
	}

	/** Trusted Types (W3C): the parts in use. */
	interface TrustedTypePolicyFactory {
		createPolicy(
			name: string,
			rules: { createScriptURL?(url: string): string }
		): { createScriptURL(url: string): unknown };
	}
	interface Window {
		readonly trustedTypes?: TrustedTypePolicyFactory;
	}
}

export {};
