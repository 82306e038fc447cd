/** Nothing of the page comes from elsewhere and nothing of it goes elsewhere; its renderer sets styles as it draws. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** The page that shows the OpenAPI document at `documentUrl`. */
export const referencePage = (title: string, documentUrl: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/favicon.svg">
</head>
<body>
<main id="reference" data-document="${documentUrl}" data-title="${title}"></main>
<noscript>This page needs JavaScript. The document itself is at <a href="${documentUrl}">${documentUrl}</a>.</noscript>
<script src="/api/reference/renderer.js"></script>
<script src="/api/reference/start.js"></script>
</body>
</html>
`;

/** Starts the renderer, with everything off that would speak to its makers. */
export const START_SCRIPT = `const place = document.getElementById('reference');
// The theme that was chosen in the app, as in its first-paint.js; else that of the system.
let choice = null;
try {
  choice = localStorage.getItem('telltale:theme');
} catch {
  // Storage may be forbidden.
}
Scalar.createApiReference(place, {
  ...(choice === 'dark' || choice === 'light' ? { darkMode: choice === 'dark' } : {}),
  url: place.dataset.document,
  metaData: { title: place.dataset.title },
  withDefaultFonts: false,
  telemetry: false,
  authentication: { preferredSecurityScheme: 'projectKey' },
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  documentDownloadType: 'json',
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});
`;
