#!/bin/sh
# Fetches the explorer's third-party files anew into static/: GraphiQL as its
# package publishes it, built, with React from the same registry. Needs npm;
# nothing else in the project does. Run it in explorer/ and look at the page
# afterwards: a new GraphiQL may need other properties in explorer.js.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts graphiql@3.9.0 react@18.3.1 react-dom@18.3.1

strip() { sed '/^\/\/# sourceMappingURL=/d' "$1" >"$here/static/$2"; }
strip node_modules/graphiql/graphiql.min.js graphiql.js
strip node_modules/graphiql/graphiql.min.css graphiql.css
strip node_modules/react/umd/react.production.min.js react.js
strip node_modules/react-dom/umd/react-dom.production.min.js react-dom.js

# GraphiQL's build contains what it depends on, so the licences of all of that
# go along.
{
  echo "graphiql.js, graphiql.css, react.js and react-dom.js contain the packages below,"
  echo "each under the licence that follows its name. graphiql.css also contains the fonts"
  echo "Roboto (Apache License 2.0, Google) and Fira Code (SIL Open Font License 1.1,"
  echo "The Fira Code Project Authors)."
  find node_modules -name package.json -path '*node_modules/*' ! -path '*/dist/*' ! -path '*/esm/*' | sort | while read -r manifest; do
    package=$(dirname "$manifest")
    licence=$(find "$package" -maxdepth 1 -type f -iname 'licen[cs]e*' | sort | head -n 1)
    name=$(node -p 'const p = require("./" + process.argv[1]); p.name && p.version ? p.name + " " + p.version + " (" + (p.license || "see below") + ")" : ""' "$manifest")
    [ -n "$name" ] || continue
    printf '\n==== %s\n' "$name"
    [ -z "$licence" ] || cat "$licence"
  done
} >"$here/static/LICENSES.txt"
ls -l "$here/static"
