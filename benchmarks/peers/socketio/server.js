// A chat server on socket.io that stores every message in PostgreSQL before it passes it on.
// node server.js PORT, with PGHOST, PGUSER and PGDATABASE in the environment.
const { createServer } = require("http");
const { Pool } = require("pg");
const { Server } = require("socket.io");

const INSERT =
  "INSERT INTO message (room, author, text, created) VALUES ($1, $2, $3, now()) RETURNING id, created";
const TABLE =
  "CREATE TABLE IF NOT EXISTS message (id bigserial PRIMARY KEY, room text, author text, text text, created timestamptz)";

async function main(port) {
  const pool = new Pool({ max: 8 });
  await pool.query(TABLE);
  const server = createServer();
  const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
  io.on("connection", (socket) => {
    let joined = null;
    socket.on("join", async (room, answer) => {
      joined = room;
      await socket.join(room);
      answer("ok");
    });
    socket.on("say", async ({ text }) => {
      const { rows } = await pool.query(INSERT, [joined, "someone", text]);
      io.to(joined).emit("said", { author: "someone", text, id: rows[0].id, created: rows[0].created });
    });
  });
  server.listen(port, "127.0.0.1", 4096);
}

main(parseInt(process.argv[2]));
