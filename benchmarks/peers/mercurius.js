// Mercurius with JIT over the services' databases: resolvers written by hand, and a loader for each relation.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

const { ORG, PORT, CONNECTIONS, PIPELINE, REVIEWS, OUTREACH } = process.env;

function database(connectionString) {
  // Connections serve one organisation, and each statement is prepared once.
  const pool = new pg.Pool({ connectionString, max: Number(CONNECTIONS), options: `-c rapport.org_id=${ORG}` });
  return async (name, text, ...values) => (await pool.query({ name, text, values })).rows;
}

const pipeline = database(PIPELINE);
const reviews = database(REVIEWS);
const outreach = database(OUTREACH);

const schema = `
  type Query { board(jobId: ID!): Board person(id: ID!): Person }
  type Board { title: String! columns: [Column!]! }
  type Column { stage: Stage! count: Int! cards(first: Int!): [Card!]! }
  type Stage { name: String! kind: String! }
  type Card {
    personName: String! personTitle: String personCompany: String origin: String! source: String
    stageEnteredAt: String! lastActivityAt: String nextInterviewAt: String
    scorecardsSubmitted: Int! scorecardsDue: Int! sync: String! version: Int! applicationId: ID!
  }
  type Person {
    firstName: String! lastName: String! title: String company: String location: String emails: [Email!]!
    applications: [Application!]! activity(first: Int!): [FeedEntry!]!
  }
  type Email { value: String! }
  type Application { status: String! appliedAt: String! stage: Stage! job: Job! history: [Transition!]! }
  type Job { title: String! }
  type Transition { kind: String! occurredAt: String! fromStage: Stage toStage: Stage }
  type FeedEntry {
    kind: String! id: ID! occurredAt: String! fromStage: Stage toStage: Stage review: Review verdict: String
    message: Message
  }
  type Review { note: String status: String! createdAt: String! }
  type Message { subject: String! state: String! }
`;

/** What each asker gets: the rows that have its key, or the first of them. */
const listed = (rows, keys) => {
  const found = new Map(keys.map((key) => [key, []]));
  for (const row of rows) found.get(row.key)?.push(row);
  return keys.map((key) => found.get(key));
};
const single = (rows, keys) => {
  const found = new Map(rows.map((row) => [row.key, row]));
  return keys.map((key) => found.get(key) ?? null);
};
const distinct = (keys) => [...new Set(keys.filter(Boolean))];

const stages = async (ids) =>
  single(await pipeline("stages", "SELECT id AS key, name, kind FROM job_stage WHERE id = ANY($1)", distinct(ids)), ids);
const stageBy = (column) => async (queries) => stages(queries.map(({ obj }) => obj[column]));

const loaders = {
  Column: {
    async count(queries) {
      const ids = queries.map(({ obj }) => obj.id);
      const text = "SELECT stage_id AS key, count(*)::int AS n FROM card WHERE stage_id = ANY($1) GROUP BY stage_id";
      return single(await pipeline("counts", text, ids), ids).map((row) => row?.n ?? 0);
    },
    async cards(queries) {
      const ids = queries.map(({ obj }) => obj.id);
      const text = `SELECT s.id AS key, c.* FROM unnest($1::uuid[]) s (id) CROSS JOIN LATERAL (
        SELECT person_name AS "personName", person_title AS "personTitle", person_company AS "personCompany", origin,
          source, stage_entered_at AS "stageEnteredAt", last_activity_at AS "lastActivityAt",
          next_interview_at AS "nextInterviewAt", scorecards_submitted AS "scorecardsSubmitted",
          scorecards_due AS "scorecardsDue", sync, version, application_id AS "applicationId"
        FROM card WHERE org_id = current_org() AND stage_id = s.id
        ORDER BY stage_entered_at, application_id LIMIT $2) c`;
      return listed(await pipeline("cards", text, ids, queries[0].params.first), ids);
    },
  },
  Person: {
    async applications(queries) {
      const ids = queries.map(({ obj }) => obj.id);
      const text = `SELECT a.person_id AS key, a.id, a.status, a.applied_at AS "appliedAt", a.stage_id, a.job_id
        FROM application a WHERE a.person_id = ANY($1) AND a.version > 0 ORDER BY a.applied_at DESC`;
      return listed(await pipeline("applications", text, ids), ids);
    },
    async activity(queries) {
      const ids = queries.map(({ obj }) => obj.id);
      const text = `SELECT p.id AS key, f.* FROM unnest($1::uuid[]) p (id) CROSS JOIN LATERAL (
        SELECT kind, id, occurred_at AS "occurredAt", from_stage_id, to_stage_id, review_id, verdict, message_id
        FROM feed_entry WHERE org_id = current_org() AND person_id = p.id
        ORDER BY occurred_at DESC, id DESC LIMIT $2) f`;
      return listed(await pipeline("activity", text, ids, queries[0].params.first), ids);
    },
  },
  Application: {
    stage: stageBy("stage_id"),
    async job(queries) {
      const ids = queries.map(({ obj }) => obj.job_id);
      return single(await pipeline("jobs", "SELECT id AS key, title FROM job WHERE id = ANY($1)", distinct(ids)), ids);
    },
    async history(queries) {
      const ids = queries.map(({ obj }) => obj.id);
      const text = `SELECT application_id AS key, kind, occurred_at AS "occurredAt", from_stage_id, to_stage_id
        FROM transition WHERE application_id = ANY($1) ORDER BY occurred_at, version`;
      return listed(await pipeline("history", text, ids), ids);
    },
  },
  Transition: { fromStage: stageBy("from_stage_id"), toStage: stageBy("to_stage_id") },
  FeedEntry: {
    fromStage: stageBy("from_stage_id"),
    toStage: stageBy("to_stage_id"),
    async review(queries) {
      const ids = queries.map(({ obj }) => obj.review_id);
      const text = `SELECT id AS key, note, status, created_at AS "createdAt" FROM review WHERE id = ANY($1)`;
      return single(await reviews("reviews", text, distinct(ids)), ids);
    },
    async message(queries) {
      const ids = queries.map(({ obj }) => obj.message_id);
      return single(
        await outreach("messages", "SELECT id AS key, subject, state FROM message WHERE id = ANY($1)", distinct(ids)),
        ids,
      );
    },
  },
};

const resolvers = {
  Query: {
    board: async (_, { jobId }) => (await pipeline("job", "SELECT id, title FROM job WHERE id = $1", jobId))[0],
    person: async (_, { id }) =>
      (
        await pipeline(
          "person",
          `SELECT id, first_name AS "firstName", last_name AS "lastName", title, company, location, emails
           FROM person WHERE id = $1 AND deleted_at IS NULL`,
          id,
        )
      )[0],
  },
  Board: {
    columns: async ({ id }) =>
      (await pipeline("columns", "SELECT id, name, kind FROM job_stage WHERE job_id = $1 ORDER BY position", id)).map(
        ({ id, ...stage }) => ({ id, stage }),
      ),
  },
};

// Times as the database writes them: nobody here counts with them.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);

const app = Fastify();
// Loaders batch; what they loaded is not kept from one request to the next.
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: Number(PORT), host: "127.0.0.1" });
