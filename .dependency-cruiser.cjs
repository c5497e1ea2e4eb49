/** The house of ARCHITECTURE.md: which room may look into which. Run by `npm run lint`. */
const forbidden = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    forbidden('no-circle-of-files', 'Two files that need each other are one idea.', {}, { circular: true }),
    { ...forbidden('no-circle-of-folders', 'Folders have floors.', {}, { circular: true }), scope: 'folder' },
    forbidden(
      'tools-on-top',
      'What is deployed does not rest on what people run.',
      { path: '^lib/(?!tools/)' },
      { path: '^lib/tools/' },
    ),
    forbidden(
      'lambda-below-lib',
      'A function bundles nothing of the CDK code.',
      { path: '^lambda/' },
      { path: '^lib/' },
    ),
    forbidden(
      'lib-shares-the-contract',
      'The CDK code shares lambda/contract with the functions.',
      { path: '^lib/(constructs|stages|cost|[^/]+[.]ts$)' },
      { path: '^lambda/(?!contract/)' },
    ),
    forbidden(
      'scripts-stay-at-home',
      'A script of Valkey is run by the folder that defines it; what several run is in lambda/valkey.',
      { path: '^lambda/([^/]+)/' },
      { path: '^lambda/(?!valkey/).*-scripts[.]ts$', pathNot: '^lambda/$1/' },
    ),
    forbidden('nothing-rests-on-bin', 'A program is a thin end.', { path: '^(lib|lambda)/' }, { path: '^bin/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
