/** The number on the app's icon, where the platform has one. */

/** 0 takes it away. Never rejects: a browser may refuse, and nothing depends on it. */
export async function showBadge(navigator: Navigator, count: number): Promise<void> {
	if (!('setAppBadge' in navigator)) return;
	await navigator.setAppBadge(count).catch(() => undefined);
}
