/** What a route costs before it can be used; over the budget, this fails. */
import { beforeAll, expect, test } from 'vitest';
import { BUDGETS, FIRST_SCREENS, measureRoutes, type RouteBytes } from '#tests/bench/bytes.ts';

let routes: RouteBytes[];
beforeAll(() => {
	routes = measureRoutes();
});

test('every route is measured', () => {
	const names = routes.map(({ route }) => route);
	expect(names).toEqual(
		expect.arrayContaining(['/', '/join', '/chat/[id]', '/adressbuch', '/mehr'])
	);
	for (const { js, css } of routes) {
		// Svelte and Kit alone are more than that: less would mean that something was missed.
		expect(js).toBeGreaterThan(25 * 1024);
		expect(css).toBeGreaterThan(1024);
	}
});

test('the first screen, every route, styles and fonts keep to their budgets', () => {
	for (const { route, first } of routes.filter(({ route }) => FIRST_SCREENS.includes(route)))
		expect(first, `JavaScript of ${route} at first`).toBeLessThanOrEqual(BUDGETS.js.first);
	for (const { route, js, css, fonts } of routes) {
		expect(js, `JavaScript of ${route}`).toBeLessThanOrEqual(BUDGETS.js.route);
		expect(css, `styles of ${route}`).toBeLessThanOrEqual(BUDGETS.css);
		expect(fonts, `fonts of ${route}`).toBeLessThanOrEqual(BUDGETS.fonts);
	}
});
