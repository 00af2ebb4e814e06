/** Whether a person looks at this tab: it is visible and has the focus. Owns the listeners, nothing else. */

/** Calls at once and after each change; returns what ends it. */
export function watchAttention(onChange: (attentive: boolean) => void): () => void {
	const listening = new AbortController();
	const report = () => onChange(document.visibilityState === 'visible' && document.hasFocus());
	const { signal } = listening;
	document.addEventListener('visibilitychange', report, { signal });
	window.addEventListener('focus', report, { signal });
	window.addEventListener('blur', report, { signal });
	report();
	return () => listening.abort();
}
