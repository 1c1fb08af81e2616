// The page around GraphiQL: a token, kept in this tab alone, and a fetcher
// that sends it.
(function () {
  "use strict";

  var endpoint = document.querySelector('meta[name="graphql-endpoint"]').content;
  var key = "quiver.token";
  var form = document.getElementById("sign-in");
  var field = document.getElementById("token");
  var who = document.getElementById("who");

  function token() {
    return sessionStorage.getItem(key) || "";
  }

  // post sends one operation and gives the response, also where the server
  // answers with a status other than 200.
  function post(params, headers) {
    var all = {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
    };
    if (token()) {
      all.authorization = "Bearer " + token();
    }
    Object.keys(headers || {}).forEach(function (name) {
      all[name.toLowerCase()] = headers[name]; // the header editor wins
    });
    return fetch(endpoint, { method: "POST", headers: all, body: JSON.stringify(params), credentials: "omit" })
      .then(function (response) {
        return response.json().catch(function () {
          throw new Error("The server answered " + response.status + " " + response.statusText + " without JSON.");
        });
      });
  }

  function show(text, kind) {
    who.textContent = text;
    who.className = kind;
  }

  // greet says whose token it is, or what is wrong with it.
  function greet() {
    var asked = token();
    if (!asked) {
      show("No token yet: the schema can be read, the data cannot.", "");
      return;
    }
    show("…", "");
    post({ query: "{ viewer { name role team } }" }).then(
      function (response) {
        if (asked !== token()) {
          return; // another one has been entered meanwhile
        }
        var viewer = response.data && response.data.viewer;
        if (viewer) {
          show("Signed in as " + viewer.name + ", " + viewer.role + (viewer.team ? ", " + viewer.team : ""), "good");
        } else {
          show(response.errors && response.errors.length ? response.errors[0].message : "The server did not say who you are.", "bad");
        }
      },
      function (failure) {
        show(failure.message, "bad");
      },
    );
  }

  function use(text) {
    var clean = text.trim().replace(/^Bearer\s+/i, "");
    if (clean) {
      sessionStorage.setItem(key, clean);
    } else {
      sessionStorage.removeItem(key);
    }
    field.value = clean;
    greet();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    use(field.value);
  });
  field.addEventListener("change", function () {
    use(field.value);
  });
  document.getElementById("forget").addEventListener("click", function () {
    use("");
  });

  // A link that ends in #token=… signs in. What follows # never leaves the
  // browser; it is taken out of the address at once.
  var linked = /^#token=(.+)$/.exec(location.hash);
  if (linked) {
    history.replaceState(null, "", location.pathname + location.search);
    use(decodeURIComponent(linked[1]));
  } else {
    use(token());
  }

  ReactDOM.createRoot(document.getElementById("explorer")).render(
    React.createElement(GraphiQL, {
      fetcher: function (params, options) {
        return post(params, options && options.headers);
      },
      defaultQuery: document.getElementById("first-query").content.textContent,
      shouldPersistHeaders: false,
    }),
  );
})();
