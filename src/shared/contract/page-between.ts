/**
 * The page over which a tab leaves its process. The server isolates it from all others (COEP), so that browsers can't put
 * it into the process of any of them. Kept by the service worker, too.
 */
export const PAGE_BETWEEN = '/anew.html';
