/** Every page is drawn in the browser alone; the server hands out one empty shell for all of them. */
export const ssr = false;

/** `/` is written to a file at build time (svelte.config.js names it as the only entry): the shell that the service worker keeps. */
export const prerender = 'auto';
