/** Types of the page that TypeScript's DOM library does not know. */
declare global {
	namespace App {
		/** Kept in the browser's history, in the clear. */
		interface PageState {
			/** Path of the entry before this one; null where that is not known. */
			before?: string | null;
		}

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
	var trustedTypes: TrustedTypePolicyFactory | undefined;

	/** File System Standard: synchronous access, in dedicated workers only. */
	interface FileSystemSyncAccessHandle {
		getSize(): number;
		write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
		flush(): void;
		close(): void;
	}
	interface FileSystemFileHandle {
		createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
	}
}

export {};
