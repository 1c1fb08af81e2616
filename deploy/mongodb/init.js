// Run by the service mongo-init, within mongo-1's network: MongoDB lets whoever
// comes from the machine itself make a replica set and the first user, as long as
// there is none. Running it again makes what is missing and changes nothing.
const root = { user: "root", pwd: process.env.MONGO_ROOT_PASSWORD };
const admin = db.getSiblingDB("admin");

function signIn() {
  try {
    return admin.auth(root).ok === 1;
  } catch {
    return false; // there is no user yet
  }
}

if (!signIn()) {
  if (!db.hello().setName) {
    rs.initiate({
      _id: "quiver",
      members: [
        { _id: 0, host: "mongo-1:27017", priority: 2 },
        { _id: 1, host: "mongo-2:27017" },
        { _id: 2, host: "mongo-3:27017" },
      ],
    });
  }
  while (!db.hello().isWritablePrimary) sleep(500);
  admin.createUser({ ...root, roles: ["root"] });
  admin.auth(root);
}
if (!admin.getUser("quiver")) {
  // readWrite makes indexes too; Quiver needs no other right.
  admin.createUser({
    user: "quiver",
    pwd: process.env.MONGO_QUIVER_PASSWORD,
    roles: [{ role: "readWrite", db: "quiver" }],
  });
}
print("the replica set and its users are there");
